"""Stored files."""

from __future__ import annotations

from typing import Self

import strawberry

from domain.errors import Refusal
from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.problems import Problem
from schema.scalars import Instant
from services import file
from services.file import FileRow


@strawberry.type(description="文件")
class StoredFile(Node):
    row: strawberry.Private[FileRow]
    name: str
    size: int
    mime: str
    created_at: Instant

    @classmethod
    def from_row(cls, row: FileRow) -> StoredFile:
        return cls(
            id=global_id("StoredFile", row.id),
            row=row,
            name=row.name,
            size=row.size,
            mime=row.mime,
            created_at=Instant(row.created_at),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        try:
            return cls.from_row(await file.row(context.me, row_id))  # type: ignore[return-value]
        except Refusal:
            return None

    @strawberry.field(description="短时有效的下载地址，仅限本次登录使用")
    async def url(self, info: Info) -> str:
        return info.context.sign_url(self.row.id)


@strawberry.type
class FilePayload:
    file: StoredFile | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
