"""Exports of lists."""

from __future__ import annotations

from typing import Any

import orjson
import strawberry

from domain.errors import Refusal
from domain.export import EXPORT_STATE_LABELS, ExportState, filter_wrong
from domain.listing import LISTINGS
from schema.context import Info
from schema.file import StoredFile
from schema.ids import global_id, row_id
from schema.problems import Problem, problems_of
from schema.scalars import Instant
from services.export import EXPORTS, Column, ExportRow, Table

strawberry.enum(ExportState, name="ExportState", description="导出的状态")

LONGEST_FILTER = 4096


@strawberry.type(description="可以导出的一列")
class ExportColumn:
    name: str
    label: str
    label_en: str

    @classmethod
    def from_row(cls, row: Column) -> ExportColumn:
        return cls(name=row.name, label=row.label, label_en=row.label_en)


@strawberry.type(description="可以导出的列表，和它认识的筛选条件")
class ExportList:
    name: str
    label: str
    label_en: str
    columns: list[ExportColumn]
    conditions: list[str]
    needed: list[str]

    @classmethod
    def from_row(cls, row: Table) -> ExportList:
        words = LISTINGS[row.name]
        return cls(
            name=row.name,
            label=words.label,
            label_en=words.label_en,
            columns=[ExportColumn.from_row(c) for c in row.columns],
            conditions=list(row.conditions),
            needed=list(row.needed),
        )


@strawberry.type(description="一次导出；文件只有发起人能下载，保留 7 天")
class Export:
    id: strawberry.ID
    row: strawberry.Private[ExportRow]
    list_name: str
    label: str
    label_en: str
    state: ExportState
    state_label: str
    state_label_en: str
    total: int = strawberry.field(description="总行数；-1 表示尚不清楚")
    done_rows: int
    created_at: Instant
    ended_at: Instant | None
    problems: list[Problem] = strawberry.field(description="没有导出成功的原因")

    @classmethod
    def from_row(cls, row: ExportRow) -> Export:
        state = ExportState(row.state)
        words = LISTINGS[row.list_name]
        return cls(
            id=global_id("Export", row.id),
            row=row,
            list_name=row.list_name,
            label=words.label,
            label_en=words.label_en,
            state=state,
            state_label=EXPORT_STATE_LABELS[state][0],
            state_label_en=EXPORT_STATE_LABELS[state][1],
            total=row.total,
            done_rows=row.done_rows,
            created_at=Instant(row.created_at),
            ended_at=Instant(row.ended_at) if row.ended_at else None,
            problems=problems_of(row.failure),
        )

    @strawberry.field(description="做好的表格")
    async def file(self, info: Info) -> StoredFile | None:
        return await StoredFile.one(info.context, self.row.file_id) if self.row.file_id else None


@strawberry.type
class ExportPayload:
    export: Export | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


def conditions(text: str) -> dict[str, Any]:
    """The conditions of a list as they stand in its query's variables (JSON), ids opened; refused otherwise.

    `companyId` holds the id of a Company, `batchId` that of a Batch: the name says the type.
    """
    try:
        plain = orjson.loads(text) if len(text) <= LONGEST_FILTER else None
    except orjson.JSONDecodeError:
        plain = None
    if not isinstance(plain, dict):
        raise Refusal(filter_wrong("filter", None))
    found = {}
    for name, value in plain.items():
        if name.endswith("Id") and value is not None:
            if not isinstance(value, str):
                raise Refusal(filter_wrong(name, value))
            value = row_id(value, name[:1].upper() + name[1:-2])
        found[name] = value
    return found


def known_lists(permissions: frozenset[str]) -> list[ExportList]:
    """The lists that somebody with these permissions may export."""
    return [ExportList.from_row(t) for t in EXPORTS.values() if LISTINGS[t.name].permission in permissions]
