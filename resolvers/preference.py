"""Saved filters of lists."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ids import maybe_row_id, row_id
from schema.permissions import SIGNED_IN
from schema.preference import SavedFilter, SavedFilterInput, SavedFiltersPayload
from schema.problems import refusable
from services import preference


async def _all(info: Info, list_name: str) -> SavedFiltersPayload:
    rows = await preference.saved(info.context.me, list_name)
    return SavedFiltersPayload(filters=[SavedFilter.from_row(r) for r in rows])


@strawberry.type
class Query:
    @strawberry.field(permission_classes=SIGNED_IN, description="一个列表的筛选：自己的和别人共享的")
    async def saved_filters(self, info: Info, list: str) -> list[SavedFilter]:
        return [SavedFilter.from_row(r) for r in await preference.saved(info.context.me, list)]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=SIGNED_IN, description="保存、改名、修改或共享筛选；最多 50 个")
    @refusable(SavedFiltersPayload)
    async def save_filter(self, info: Info, input: SavedFilterInput) -> SavedFiltersPayload:
        new = preference.NewFilter(input.list, input.name, input.query, input.shared)
        await preference.save(info.context.ports, info.context.me, new, maybe_row_id(input.id, "SavedFilter"))
        return await _all(info, input.list)

    @strawberry.mutation(permission_classes=SIGNED_IN, description="删除自己的筛选")
    @refusable(SavedFiltersPayload)
    async def delete_filter(self, info: Info, id: strawberry.ID) -> SavedFiltersPayload:
        await preference.delete(info.context.ports, info.context.me, row_id(id, "SavedFilter"))
        return SavedFiltersPayload()

    @strawberry.mutation(permission_classes=SIGNED_IN, description="打开列表时自动使用的筛选；不给 id 即不用")
    @refusable(SavedFiltersPayload)
    async def open_list_with(self, info: Info, list: str, id: strawberry.ID | None = None) -> SavedFiltersPayload:
        chosen = maybe_row_id(id, "SavedFilter")
        await preference.open_with(info.context.ports, info.context.me, list, chosen)
        return await _all(info, list)
