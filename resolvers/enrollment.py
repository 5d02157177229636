"""The register."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.enrollment import Enrollment, EnrollmentState
from schema.ids import maybe_row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from services import enrollment


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
    ) -> Connection[Enrollment]:
        wanted = enrollment.Filter(search, maybe_row_id(company_id, "Company"), city_code, state)
        page = await enrollment.find(info.context.ports, info.context.me, wanted, window(first, after))
        return connection(page, after, Enrollment.from_row)
