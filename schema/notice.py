"""In-app notices."""

from __future__ import annotations

import strawberry

from schema.ids import global_id
from schema.problems import Problem
from schema.scalars import Instant
from services.notice import NoticeRow


@strawberry.type(description="站内通知")
class Notice:
    id: strawberry.ID
    title: str
    body: str
    link: str | None = strawberry.field(description="控制台内的路径")
    created_at: Instant
    read_at: Instant | None

    @classmethod
    def from_row(cls, row: NoticeRow) -> Notice:
        link = row.link
        if link and link.startswith("/batch/"):
            link = f"/batch/{global_id('Batch', int(link.rsplit('/', 1)[1]))}"
        return cls(
            id=global_id("Notice", row.id),
            title=row.title,
            body=row.body,
            link=link,
            created_at=Instant(row.created_at),
            read_at=Instant(row.read_at) if row.read_at else None,
        )


@strawberry.type
class NoticesPayload:
    unread: int = 0
    problems: list[Problem] = strawberry.field(default_factory=list)
