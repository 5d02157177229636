"""In-app notices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from db.models.notice import Notice
from db.transaction import Work
from domain.actor import Actor
from services.paging import Page, Window, page_of
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    title: str
    body: str
    link: str | None
    created_at: int
    read_at: int


async def tell(unit: Work, staff_id: int, title: str, body: str, link: str | None = None) -> None:
    """Leaves a notice in the same commit as its cause."""
    await Notice.create(id=unit.new_id(), staff_id=staff_id, title=title, body=body, link=link, created_at=unit.now)
    await unit.emit("live", {"topic": f"notices:{staff_id}", "message": {"changed": True}})


async def mine(actor: Actor, unread_only: bool, window: Window) -> Page[NoticeRow]:
    """The actor's notices, newest first."""
    query = Notice.filter(staff_id=actor.staff_id)
    if unread_only:
        query = query.filter(read_at=0)
    total = await query.count()
    if window.before_id:
        query = query.filter(id__lt=window.before_id)
    rows = (
        await query.order_by("-id")
        .limit(window.first + 1)
        .values("id", "title", "body", "link", "created_at", "read_at")
    )
    return page_of([NoticeRow(**r) for r in rows], window, total)


async def unread(actor: Actor) -> int:
    """How many notices wait."""
    return await Notice.filter(staff_id=actor.staff_id, read_at=0).count()


async def mark_read(ports: Ports, actor: Actor, ids: Sequence[int]) -> int:
    """Marks one's own notices as read; answers how many still wait."""
    await Notice.filter(staff_id=actor.staff_id, id__in=list(ids), read_at=0).update(read_at=ports.store.clock())
    await ports.bus.publish(f"notices:{actor.staff_id}", {"changed": True})
    return await unread(actor)


async def watch_unread(ports: Ports, actor: Actor) -> AsyncIterator[int]:
    """The number of waiting notices, now and at every change."""
    async with ports.bus.listen(f"notices:{actor.staff_id}") as messages:
        yield await unread(actor)
        async for _ in messages:
            yield await unread(actor)
