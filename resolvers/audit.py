"""The audit log."""

from __future__ import annotations

import strawberry

from schema.audit import AuditAct, AuditEntry, AuditFilter
from schema.context import Info
from schema.file import FilePayload, StoredFile
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import refusable
from services import audit


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("audit.read"), description="操作日志，新的在前")
    async def audit_log(
        self, info: Info, filter: AuditFilter | None = None, first: int = 50, after: str | None = None
    ) -> Connection[AuditEntry]:
        wanted = filter.wanted() if filter else audit.EVERYTHING
        page = await audit.log(info.context.me, window(first, after), wanted)
        return connection(page, after, AuditEntry.from_row)

    @strawberry.field(permission_classes=requires("audit.read"), description="操作日志里有哪些操作，供筛选")
    async def audit_acts(self) -> list[AuditAct]:
        return [AuditAct(act=act, label=zh, label_en=en) for act, (zh, en) in sorted(audit.LABELS.items())]


@strawberry.type
class Mutation:
    @strawberry.mutation(
        permission_classes=requires("audit.read"), description="导出操作日志，最多 50,000 条，导出留痕"
    )
    @refusable(FilePayload)
    async def audit_workbook(self, info: Info, filter: AuditFilter | None = None) -> FilePayload:
        wanted = filter.wanted() if filter else audit.EVERYTHING
        file_id = await audit.workbook(info.context.ports, info.context.me, wanted)
        return FilePayload(file=await StoredFile.one(info.context, file_id))
