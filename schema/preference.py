"""Saved filters."""

from __future__ import annotations

import strawberry

from schema.ids import global_id
from schema.problems import Problem
from schema.scalars import Instant
from services.preference import FilterRow


@strawberry.type(description="保存的筛选；query 为保存时的 JSON 原文")
class SavedFilter:
    id: strawberry.ID
    list_name: str
    name: str
    query: str
    shared: bool
    own: bool = strawberry.field(description="自己的才能修改")
    owner: str
    opens_list: bool = strawberry.field(description="打开列表时自动使用")
    created_at: Instant

    @classmethod
    def from_row(cls, row: FilterRow) -> SavedFilter:
        return cls(
            id=global_id("SavedFilter", row.id),
            list_name=row.list_name,
            name=row.name,
            query=row.query,
            shared=row.shared,
            own=row.own,
            owner=row.owner,
            opens_list=row.opens_list,
            created_at=Instant(row.created_at),
        )


@strawberry.input(description="保存或修改筛选；有 id 即修改自己的那一个")
class SavedFilterInput:
    list: str
    name: str
    query: str
    shared: bool = False
    id: strawberry.ID | None = None


@strawberry.type(description="该列表的全部筛选，改动之后的")
class SavedFiltersPayload:
    filters: list[SavedFilter] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)
