"""The audit log."""

from __future__ import annotations

import strawberry

from schema.audit import AuditEntry
from schema.context import Info
from schema.paging import Connection, connection, window
from schema.permissions import requires
from services import audit


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("audit.read"), description="操作日志，新的在前")
    async def audit_log(self, info: Info, first: int = 50, after: str | None = None) -> Connection[AuditEntry]:
        page = await audit.log(info.context.me, window(first, after))
        return connection(page, after, AuditEntry.from_row)
