"""Enrolments and their kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry

from domain import enrollment as rules
from domain.base_history import BaseScope
from domain.enrollment import EnrollmentState
from domain.policy import Category, Kind
from schema.company import Company
from schema.context import Context, Info
from schema.ids import global_id, maybe_row_id
from schema.node import Node
from schema.permissions import check
from schema.person import Person
from schema.policy import City, InsuranceKind, InsuredCategory
from schema.scalars import Instant, Month, Rate, Yuan
from schema.scheme import Scheme
from services.enrollment import EnrollmentRow, Filter, ItemRow
from services.enrollment import Sort as EnrollmentSort
from services.enrollment_bases import BaseFact

if TYPE_CHECKING:
    from schema.batch import Batch

strawberry.enum(EnrollmentState, name="EnrollmentState", description="参保状态")
strawberry.enum(BaseScope, name="BaseScope", description="基数的范围：社会保险或公积金")
strawberry.enum(EnrollmentSort, name="EnrollmentSort", description="在册的排序：最新、起保月、姓名、申报基数")


@strawberry.input(description="在册的其他筛选条件和排序；区间两端都包含")
class EnrollmentFilter:
    stop_reason: str | None = None
    start_from: Month | None = None
    start_to: Month | None = None
    batch_id: strawberry.ID | None = None
    base_from: Yuan | None = None
    base_to: Yuan | None = None
    kind: InsuranceKind | None = strawberry.field(default=None, description="含有该险种")
    kind_state: EnrollmentState | None = strawberry.field(default=None, description="该险种（或任一险种）的状态")
    sort: EnrollmentSort = EnrollmentSort.NEWEST
    descending: bool = True

    def with_list(
        self, search: str, company_id: int | None, city_code: str | None, state: EnrollmentState | None
    ) -> Filter:
        """The whole filter, with the conditions that stand beside this one."""
        return Filter(
            search=search,
            company_id=company_id,
            city_code=city_code,
            state=state,
            stop_reason=self.stop_reason or None,
            start_from=self.start_from,
            start_to=self.start_to,
            batch_id=maybe_row_id(self.batch_id, "Batch"),
            base_from_fen=self.base_from,
            base_to_fen=self.base_to,
            kind=Kind(self.kind) if self.kind else None,
            kind_state=self.kind_state,
            sort=self.sort,
            descending=self.descending,
        )


@strawberry.type(description="参保记录中的一个险种")
class EnrollmentItem:
    kind: InsuranceKind
    tier: str
    state: EnrollmentState
    declared_base: Yuan
    housing_rate: Rate | None
    start_month: Month
    last_month: Month | None

    @classmethod
    def from_row(cls, row: ItemRow) -> EnrollmentItem:
        return cls(
            kind=Kind(row.kind),
            tier=row.tier,
            state=rules.EnrollmentState(row.state),
            declared_base=Yuan(row.declared_base_fen),
            housing_rate=row.housing_rate_ppm,  # type: ignore[arg-type]
            start_month=Month(row.start_month),
            last_month=row.last_month,  # type: ignore[arg-type]
        )


@strawberry.type(description="从某月起的申报基数")
class EnrollmentBase:
    row: strawberry.Private[BaseFact]
    scope: BaseScope
    from_month: Month
    base: Yuan
    housing_rate: Rate | None
    created_at: Instant

    @classmethod
    def from_row(cls, row: BaseFact) -> EnrollmentBase:
        return cls(
            row=row,
            scope=row.scope,
            from_month=Month(row.from_month),
            base=Yuan(row.base_fen),
            housing_rate=row.housing_rate_ppm,  # type: ignore[arg-type]
            created_at=Instant(row.created_at),
        )

    @strawberry.field(description="由哪个批次申报")
    async def batch(self, info: Info) -> Annotated[Batch, strawberry.lazy("schema.batch")] | None:
        from schema.batch import Batch

        check(info.context, Batch.permission)
        return await Batch.one(info.context, self.row.batch_id)


@strawberry.federation.type(keys=["id"], description="一个人在一家公司的参保记录")
class Enrollment(Node):
    permission: ClassVar[str] = "enrollment.read"
    row: strawberry.Private[EnrollmentRow]
    category: InsuredCategory
    state: EnrollmentState
    declared_base: Yuan
    start_month: Month
    last_month: Month | None
    stop_reason: str | None
    created_at: Instant

    @classmethod
    def from_row(cls, row: EnrollmentRow) -> Enrollment:
        return cls(
            id=global_id("Enrollment", row.id),
            row=row,
            category=Category(row.category),
            state=rules.EnrollmentState(row.state),
            declared_base=Yuan(row.declared_base_fen),
            start_month=Month(row.start_month),
            last_month=row.last_month,  # type: ignore[arg-type]
            stop_reason=row.stop_reason,
            created_at=Instant(row.created_at),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.enrollment.load(row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        return await cls.fetch(info.context, id)

    @strawberry.field
    async def person(self, info: Info) -> Person | None:
        check(info.context, Person.permission)
        return await Person.one(info.context, self.row.person_id)

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.company_id)

    @strawberry.field
    async def city(self, info: Info) -> City | None:
        row = await info.context.loaders.city.load(self.row.city_code)
        return None if row is None else City.from_row(row)

    @strawberry.field
    async def scheme(self, info: Info) -> Scheme | None:
        return await Scheme.one(info.context, self.row.scheme_id) if self.row.scheme_id else None

    @strawberry.field(description="各险种的状态")
    async def items(self, info: Info) -> list[EnrollmentItem]:
        return [EnrollmentItem.from_row(r) for r in await info.context.loaders.items.load(self.row.id)]

    @strawberry.field(description="来自哪个批次")
    async def batch(self, info: Info) -> Annotated[Batch, strawberry.lazy("schema.batch")] | None:
        from schema.batch import Batch

        check(info.context, Batch.permission)
        return await Batch.one(info.context, self.row.batch_id)

    @strawberry.field(description="本月的社保申报基数")
    async def current_base(self, info: Info) -> Yuan | None:
        found = (await info.context.loaders.bases.load(self.row.id)).social_fen
        return None if found is None else Yuan(found)

    @strawberry.field(description="本月的公积金申报基数")
    async def current_housing_base(self, info: Info) -> Yuan | None:
        found = (await info.context.loaders.bases.load(self.row.id)).fund_fen
        return None if found is None else Yuan(found)

    @strawberry.field(description="本月的公积金比例")
    async def current_housing_rate(self, info: Info) -> Rate | None:
        return (await info.context.loaders.bases.load(self.row.id)).fund_rate_ppm  # type: ignore[return-value]

    @strawberry.field(description="历次申报的基数，新的在前")
    async def base_history(self, info: Info) -> list[EnrollmentBase]:
        return [EnrollmentBase.from_row(r) for r in (await info.context.loaders.bases.load(self.row.id)).history]

    @strawberry.field(description="由哪条参保延续而来（方案变更、单位变更）")
    async def continues(self, info: Info) -> Annotated[Enrollment, strawberry.lazy("schema.enrollment")] | None:
        return await Enrollment.one(info.context, self.row.continues_id) if self.row.continues_id else None
