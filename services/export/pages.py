"""Reading a list page by page through its own service, so that an export shows what the list shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from services.paging import HasId, Page, Window

R = TypeVar("R", bound=HasId)


def row_id(row: HasId) -> int:
    """The place of a row in most lists."""
    return row.id


async def pages(
    find: Callable[[Window], Awaitable[Page[R]]], chunk: int, place: Callable[[R], int] = row_id
) -> AsyncIterator[Page[R]]:
    """Every page of a list, one after the other; the place of a row is where the page after it begins."""
    after = 0
    while True:
        page = await find(Window(chunk, after))
        yield page
        if not page.more:
            return
        after = place(page.rows[-1])
