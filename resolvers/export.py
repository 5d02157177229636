"""Exports of lists."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import strawberry

from schema.context import Info
from schema.export import Export, ExportList, ExportPayload, conditions, known_lists
from schema.ids import row_id
from schema.live import while_signed_in
from schema.paging import Connection, connection, window
from schema.permissions import SIGNED_IN
from schema.problems import refusable
from services import export


@strawberry.type
class Query:
    @strawberry.field(permission_classes=SIGNED_IN, description="自己能导出的列表，和各列表的列与筛选条件")
    async def export_lists(self, info: Info) -> list[ExportList]:
        return known_lists(info.context.me.permissions)

    @strawberry.field(permission_classes=SIGNED_IN, description="自己的导出，新的在前")
    async def exports(self, info: Info, first: int = 20, after: str | None = None) -> Connection[Export]:
        page = await export.mine(info.context.me, window(first, after))
        return connection(page, after, Export.from_row)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        permission_classes=SIGNED_IN, description="在后台导出一个列表；filter 为列表查询的变量（JSON），不选列即全部列"
    )
    @refusable(ExportPayload)
    async def start_export(
        self, info: Info, list: str, idempotency_key: str, filter: str = "{}", columns: list[str] | None = None
    ) -> ExportPayload:
        ports, me = info.context.ports, info.context.me
        started = await export.start(ports, me, list, conditions(filter), columns or [], idempotency_key)
        return ExportPayload(export=Export.from_row(await export.one(me, started)))

    @strawberry.mutation(permission_classes=SIGNED_IN, description="取消自己的导出")
    @refusable(ExportPayload)
    async def cancel_export(self, info: Info, id: strawberry.ID) -> ExportPayload:
        me = info.context.me
        done = await export.cancel(info.context.ports, me, row_id(id, "Export"))
        return ExportPayload(export=Export.from_row(await export.one(me, done)))


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=SIGNED_IN, description="导出进度：先给现状，有变化再推送，结束即止")
    async def export_updates(self, info: Info, id: strawberry.ID) -> AsyncGenerator[Export, None]:
        rows = export.watch(info.context.ports, info.context.me, row_id(id, "Export"))
        async for row in while_signed_in(info.context, rows):
            yield Export.from_row(row)
