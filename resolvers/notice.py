"""In-app notices."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import strawberry

from schema.context import Info
from schema.ids import row_ids
from schema.live import while_signed_in
from schema.notice import Notice, NoticesPayload
from schema.paging import Connection, connection, window
from schema.permissions import SIGNED_IN
from schema.problems import refusable
from services import notice


@strawberry.type
class Query:
    @strawberry.field(permission_classes=SIGNED_IN, description="自己的通知")
    async def notices(
        self, info: Info, unread_only: bool = False, first: int = 20, after: str | None = None
    ) -> Connection[Notice]:
        page = await notice.mine(info.context.me, unread_only, window(first, after))
        return connection(page, after, Notice.from_row)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=SIGNED_IN, description="标为已读")
    @refusable(NoticesPayload)
    async def mark_notices_read(self, info: Info, ids: list[strawberry.ID]) -> NoticesPayload:
        rows = row_ids(ids, "Notice")
        return NoticesPayload(unread=await notice.mark_read(info.context.ports, info.context.me, rows))


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=SIGNED_IN, description="未读通知数")
    async def unread_notices(self, info: Info) -> AsyncGenerator[int, None]:
        counts = notice.watch_unread(info.context.ports, info.context.me)
        async for count in while_signed_in(info.context, counts):
            yield count
