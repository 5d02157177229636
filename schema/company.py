"""Companies."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry

from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.problems import Problem, problems_of
from schema.scalars import Rate
from services.company import CompanyDetails, CompanyRow
from services.contract import Saved

if TYPE_CHECKING:
    from schema.contract import Contact, Contract
    from schema.policy import City


CONTRACT, CONTACT = "CompanyContract", "CompanyContact"


@strawberry.type(description="公司当前的业务数量")
class CompanyCounts:
    enrolled: int
    open_batches: int
    open_bills: int


@strawberry.federation.type(keys=["id"], description="客户企业或其分支")
class Company(Node):
    permission: ClassVar[str] = "company.read"
    row: strawberry.Private[CompanyRow]
    name: str
    credit_code: str | None
    injury_class: int | None = strawberry.field(description="工伤行业类别 1–8")
    housing_rate: Rate | None

    @classmethod
    def from_row(cls, row: CompanyRow) -> Company:
        return cls(
            id=global_id("Company", row.id),
            row=row,
            name=row.name,
            credit_code=row.credit_code,
            injury_class=row.injury_class,
            housing_rate=None if row.housing_rate_ppm is None else Rate(row.housing_rate_ppm),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.company.load(row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        return await cls.fetch(info.context, id)

    @strawberry.field(description="所在城市")
    async def city(self, info: Info) -> Annotated[City, strawberry.lazy("schema.policy")] | None:
        from schema.policy import City

        row = await info.context.loaders.city.load(self.row.city_code) if self.row.city_code else None
        return None if row is None else City.from_row(row)

    @strawberry.field(description="上级公司；不在权限范围内时为空")
    async def parent(self, info: Info) -> Annotated[Company, strawberry.lazy("schema.company")] | None:
        return await Company.one(info.context, self.row.parent_id) if self.row.parent_id else None

    @strawberry.field(description="下级分支")
    async def branches(self, info: Info) -> list[Annotated[Company, strawberry.lazy("schema.company")]]:
        return [Company.from_row(r) for r in await info.context.loaders.branches.load(self.row.id)]

    @strawberry.field(description="在册人数、办理中的批次、未关账的账单；不含下级")
    async def counts(self, info: Info) -> CompanyCounts:
        row = await info.context.loaders.company_counts.load(self.row.id)
        return CompanyCounts(enrolled=row.enrolled, open_batches=row.open_batches, open_bills=row.open_bills)

    @strawberry.field(description="与该客户的合同，新的在前")
    async def contracts(self, info: Info) -> list[Annotated[Contract, strawberry.lazy("schema.contract")]]:
        from schema.contract import Contract

        rows = await info.context.loaders.company_contracts.load(self.row.id)
        return [Contract.from_row(r, CONTRACT) for r in rows]

    @strawberry.field(description="客户联系人")
    async def contacts(self, info: Info) -> list[Annotated[Contact, strawberry.lazy("schema.contract")]]:
        from schema.contract import Contact

        rows = await info.context.loaders.company_contacts.load(self.row.id)
        return [Contact.from_row(r, CONTACT) for r in rows]

    @strawberry.field(description="在册人数")
    async def enrolled_count(self, info: Info) -> int:
        return await info.context.loaders.enrolled_count.load(self.row.id)


@strawberry.input
class CompanyInput:
    name: str
    credit_code: str | None = None
    parent_id: strawberry.ID | None = None
    city_code: str | None = None
    injury_class: int | None = None
    housing_rate: Rate | None = None


@strawberry.input(description="修改公司；未填的项目清空")
class CompanyUpdateInput:
    name: str
    credit_code: str | None = None
    city_code: str | None = None
    injury_class: int | None = None
    housing_rate: Rate | None = None

    def details(self) -> CompanyDetails:
        """What the service calls details."""
        return CompanyDetails(self.name, self.credit_code, self.city_code, self.injury_class, self.housing_rate)


@strawberry.type
class CompanyPayload:
    company: Company | None = None
    problems: list[Problem] = strawberry.field(default_factory=list, description="办理成功时只含提醒")

    @classmethod
    async def of(cls, info: Info, company_id: int, saved: Saved | None = None) -> CompanyPayload:
        """The company as it is now, with the warnings of what was saved."""
        # Read before in the same request, it would be shown as it was.
        with suppress(KeyError):
            info.context.loaders.company.clear(company_id)
        company = await Company.one(info.context, company_id)
        return cls(company=company, problems=problems_of(saved.warnings if saved else ()))
