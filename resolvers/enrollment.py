"""The register."""

from __future__ import annotations

import strawberry

from domain.analysis import StopDimension, stop_reason_choices
from schema.context import Info
from schema.enrollment import Enrollment, EnrollmentFilter, EnrollmentState
from schema.enrollment_analysis import ContributionSum, StopCount, StopReasonChoice
from schema.ids import maybe_row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.scalars import Month
from services import enrollment, enrollment_analysis


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("enrollment.read"), description="在册，按姓名、证件号或手机号查找")
    async def enrollments(
        self,
        info: Info,
        search: str = "",
        company_id: strawberry.ID | None = None,
        city_code: str | None = None,
        state: EnrollmentState | None = None,
        first: int = 50,
        after: str | None = None,
        more: EnrollmentFilter | None = None,
    ) -> Connection[Enrollment]:
        owner = maybe_row_id(company_id, "Company")
        wanted = (more or EnrollmentFilter()).with_list(search, owner, city_code, state)
        page = await enrollment.find(info.context.ports, info.context.me, wanted, window(first, after))
        return connection(page, after, Enrollment.from_row)

    @strawberry.field(permission_classes=requires("enrollment.read"), description="可用来筛选的减员原因")
    async def stop_reasons(self) -> list[StopReasonChoice]:
        choices = stop_reason_choices().items()
        return [StopReasonChoice(value=value, label=zh, label_en=en) for value, (zh, en) in choices]

    @strawberry.field(
        permission_classes=requires("enrollment.read"),
        description="减员分析：按月、公司、城市、原因任意组合；moves 为真时计入方案变更和转出",
    )
    async def stop_analysis(
        self,
        info: Info,
        from_month: Month,
        to_month: Month,
        by: list[StopDimension],
        company_id: strawberry.ID | None = None,
        branches: bool = False,
        city_code: str | None = None,
        moves: bool = False,
    ) -> list[StopCount]:
        owner = maybe_row_id(company_id, "Company")
        wanted = enrollment_analysis.StopFilter(from_month, to_month, owner, branches, city_code, moves)
        return [StopCount.from_row(c) for c in await enrollment_analysis.stops(info.context.me, wanted, by)]

    @strawberry.field(
        permission_classes=requires("bill.read"),
        description="缴费统计：已确认和已关账的账单按险种、城市、账单月，最多 36 个月",
    )
    async def contribution_statistics(
        self,
        info: Info,
        from_month: Month,
        to_month: Month,
        company_id: strawberry.ID | None = None,
        city_code: str | None = None,
    ) -> list[ContributionSum]:
        ports, me, owner = info.context.ports, info.context.me, maybe_row_id(company_id, "Company")
        cells = await enrollment_analysis.contributions(ports, me, from_month, to_month, owner, city_code)
        return [ContributionSum.from_row(c) for c in cells]
