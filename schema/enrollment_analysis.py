"""Analyses of the register and of what was billed."""

from __future__ import annotations

import strawberry

from domain.analysis import StopDimension, stop_reason_label
from domain.policy import KIND_LABELS, KIND_LABELS_EN, Kind
from schema.context import Info
from schema.ids import global_id
from schema.policy import City, InsuranceKind
from schema.scalars import Month, Yuan
from services.enrollment_analysis import ContributionCell, StopCell

strawberry.enum(StopDimension, name="StopDimension", description="减员分析的分组：月、公司、城市、原因")


@strawberry.type(description="减员的一组；没有要求的分组为空")
class StopCount:
    row: strawberry.Private[StopCell]
    month: Month | None
    company_id: strawberry.ID | None
    company_name: str | None
    city_code: str | None
    reason: str | None
    reason_label: str | None
    reason_label_en: str | None
    people: int

    @classmethod
    def from_row(cls, row: StopCell) -> StopCount:
        label, label_en = (None, None) if row.reason is None else stop_reason_label(row.reason)
        return cls(
            row=row,
            month=None if row.month is None else Month(row.month),
            company_id=None if row.company_id is None else global_id("Company", row.company_id),
            company_name=row.company,
            city_code=row.city_code,
            reason=row.reason,
            reason_label=label,
            reason_label_en=label_en,
            people=row.people,
        )

    @strawberry.field
    async def city(self, info: Info) -> City | None:
        row = await info.context.loaders.city.load(self.row.city_code) if self.row.city_code else None
        return None if row is None else City.from_row(row)


@strawberry.type(description="已确认和已关账的账单，按账单月、城市、险种；人数和基数为正常缴费，滞纳金另列")
class ContributionSum:
    row: strawberry.Private[ContributionCell]
    month: Month
    city_code: str
    kind: InsuranceKind
    kind_label: str
    kind_label_en: str
    people: int
    base: Yuan
    employer: Yuan
    employee: Yuan
    total: Yuan
    late_fee: Yuan

    @classmethod
    def from_row(cls, row: ContributionCell) -> ContributionSum:
        kind = Kind(row.kind)
        return cls(
            row=row,
            month=Month(row.month),
            city_code=row.city_code,
            kind=kind,
            kind_label=KIND_LABELS[kind],
            kind_label_en=KIND_LABELS_EN[kind],
            people=row.people,
            base=Yuan(row.base_fen),
            employer=Yuan(row.employer_fen),
            employee=Yuan(row.employee_fen),
            total=Yuan(row.employer_fen + row.employee_fen),
            late_fee=Yuan(row.late_fee_fen),
        )

    @strawberry.field
    async def city(self, info: Info) -> City | None:
        row = await info.context.loaders.city.load(self.row.city_code)
        return None if row is None else City.from_row(row)


@strawberry.type(description="一个减员原因")
class StopReasonChoice:
    value: str
    label: str
    label_en: str
