"""Companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry

from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.problems import Problem
from schema.scalars import Rate
from services.company import CompanyRow

if TYPE_CHECKING:
    from schema.policy import City


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


@strawberry.type
class CompanyPayload:
    company: Company | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
