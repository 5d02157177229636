"""Schemes and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry

from domain.base_rule import BaseRule
from domain.errors import Refusal, invalid
from domain.policy import Kind
from domain.scheme import ALWAYS, BaseTerm, Terms, Version
from schema.company import Company
from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.order import TierChoice
from schema.policy import City, InsuranceKind, InsuredCategory
from schema.problems import Problem
from schema.scalars import Instant, Month, Rate, Yuan
from services import scheme
from services.scheme import SchemeRow

if TYPE_CHECKING:
    from schema.supplier import Supplier


@strawberry.type(description="一个险种的档次")
class SchemeTier:
    kind: InsuranceKind
    tier: str


@strawberry.type(description="一个险种的基数规则；未列出的险种按申报基数")
class SchemeBase:
    kind: InsuranceKind
    rule: BaseRule
    amount: Yuan | None = strawberry.field(description="固定基数")


@strawberry.type(description="方案从某个月起的内容")
class SchemeVersion:
    id: strawberry.ID | None = strawberry.field(description="早于版本管理的方案为空")
    effective_from: Month | None = strawberry.field(description="为空表示一直以来")
    revision: int
    kinds: list[InsuranceKind]
    tiers: list[SchemeTier]
    bases: list[SchemeBase]
    housing_rate: Rate | None
    service_fee: Yuan
    note: str
    created_at: Instant | None
    retired_at: Instant | None = strawberry.field(description="已停用或被同月的新修订取代")

    @classmethod
    def from_row(cls, row: Version) -> SchemeVersion:
        terms = row.terms
        return cls(
            id=None if row.id is None else global_id("SchemeVersion", row.id),
            effective_from=None if row.effective_from == ALWAYS else Month(row.effective_from),
            revision=row.revision,
            kinds=list(terms.kinds),
            tiers=[SchemeTier(kind=k, tier=t) for k, t in terms.tiers.items()],
            bases=[
                SchemeBase(kind=k, rule=b.rule, amount=None if b.fen is None else Yuan(b.fen))
                for k, b in terms.bases.items()
            ],
            housing_rate=None if terms.housing_rate_ppm is None else Rate(terms.housing_rate_ppm),
            service_fee=Yuan(terms.service_fee_fen),
            note=terms.note,
            created_at=Instant(row.created_at) if row.created_at else None,
            retired_at=Instant(row.retired_at) if row.retired_at else None,
        )


@strawberry.type(description="参保方案；险种、比例和服务费为本月生效的版本")
class Scheme(Node):
    permission: ClassVar[str] = "scheme.read"
    row: strawberry.Private[SchemeRow]
    name: str
    category: InsuredCategory
    kinds: list[InsuranceKind]
    housing_rate: Rate | None
    service_fee: Yuan
    in_force: SchemeVersion = strawberry.field(description="本月生效的版本")

    @classmethod
    def from_row(cls, row: SchemeRow, month: int) -> Scheme:
        version = SchemeVersion.from_row(row.at(month))
        return cls(
            id=global_id("Scheme", row.id),
            row=row,
            name=row.name,
            category=row.category,
            kinds=version.kinds,
            housing_rate=version.housing_rate,
            service_fee=version.service_fee,
            in_force=version,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.scheme.load(row_id)
        month = scheme.this_month(context.ports)
        return None if row is None else cls.from_row(row, month)  # type: ignore[return-value]

    @strawberry.field
    async def city(self, info: Info) -> City:
        row = await info.context.loaders.city.load(self.row.city_code)
        assert row is not None  # noqa: S101 - a scheme is only made for a known city
        return City.from_row(row)

    @strawberry.field(description="专属公司；为空表示通用方案")
    async def company(self, info: Info) -> Company | None:
        return await Company.one(info.context, self.row.company_id) if self.row.company_id else None

    @strawberry.field(description="办理的供应商；自办或无权查看供应商时为空")
    async def supplier(self, info: Info) -> Annotated[Supplier, strawberry.lazy("schema.supplier")] | None:
        from schema.supplier import Supplier

        row = await info.context.loaders.supplier.load(self.row.supplier_id) if self.row.supplier_id else None
        return None if row is None else Supplier.from_row(row)

    @strawberry.field(description="全部版本，新的在前；含已停用的")
    async def versions(self) -> list[SchemeVersion]:
        return [SchemeVersion.from_row(v) for v in reversed(self.row.versions)]

    @strawberry.field(description="某个月生效的版本")
    async def version_at(self, month: Month) -> SchemeVersion:
        return SchemeVersion.from_row(self.row.at(month))


@strawberry.input
class SchemeBaseInput:
    kind: InsuranceKind
    rule: BaseRule
    amount: Yuan | None = None


def terms_of(
    kinds: list[InsuranceKind],
    tiers: list[TierChoice] | None,
    bases: list[SchemeBaseInput] | None,
    housing_rate: int | None,
    service_fee: int | None,
    note: str,
) -> Terms:
    """What the rules call terms; a kind named twice is refused."""
    for name, named in (("tiers", tiers or []), ("bases", bases or [])):
        if len({each.kind for each in named}) < len(named):
            raise Refusal(invalid(name, "同一险种填写了两次", "A kind is named twice"))
    return Terms(
        kinds=tuple(dict.fromkeys(kinds)),
        tiers={Kind(each.kind): each.tier for each in tiers or []},
        bases={Kind(each.kind): BaseTerm(each.rule, each.amount) for each in bases or []},
        housing_rate_ppm=housing_rate,
        service_fee_fen=service_fee or 0,
        note=note.strip(),
    )


@strawberry.input(description="方案的内容")
class SchemeTermsInput:
    kinds: list[InsuranceKind]
    tiers: list[TierChoice] | None = None
    bases: list[SchemeBaseInput] | None = None
    housing_rate: Rate | None = None
    service_fee: Yuan | None = None
    note: str = ""

    def terms(self) -> Terms:
        """What the rules call terms."""
        return terms_of(self.kinds, self.tiers, self.bases, self.housing_rate, self.service_fee, self.note)


@strawberry.input
class SchemeInput:
    name: str
    city_code: str
    kinds: list[InsuranceKind]
    category: InsuredCategory = InsuredCategory.EMPLOYEE
    housing_rate: Rate | None = None
    service_fee: Yuan | None = None
    company_id: strawberry.ID | None = None
    tiers: list[TierChoice] | None = None
    bases: list[SchemeBaseInput] | None = None
    note: str = ""
    supplier_id: strawberry.ID | None = None

    def terms(self) -> Terms:
        """What the rules call terms."""
        return terms_of(self.kinds, self.tiers, self.bases, self.housing_rate, self.service_fee, self.note)


@strawberry.input
class SchemeVersionInput:
    scheme_id: strawberry.ID
    effective_from: Month
    terms: SchemeTermsInput


@strawberry.type
class SchemePayload:
    scheme: Scheme | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
