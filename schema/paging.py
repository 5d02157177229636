"""Relay connections over pages by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import strawberry

from domain.errors import Problem, Refusal
from schema.ids import cursor, place
from services.paging import LARGEST_PAGE, HasId, Page, Window

T = TypeVar("T")
R = TypeVar("R", bound=HasId)


@strawberry.federation.type(shareable=True, description="分页信息")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    node: T
    cursor: str


@strawberry.type
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int = strawberry.field(description="符合条件的总数；-1 表示未统计")


def window(first: int, after: str | None) -> Window:
    """The page asked for; refused (`page_too_large`) when it is not 1 to 100 rows."""
    if not 1 <= first <= LARGEST_PAGE:
        raise Refusal(
            Problem(
                "page_too_large",
                f"每页 1 至 {LARGEST_PAGE} 行",
                f"A page has 1 to {LARGEST_PAGE} rows",
                "请减少 first 并用 after 翻页",
                "Ask for fewer rows and page with `after`",
                field="first",
                value=str(first),
            )
        )
    return Window(first, place(after))


def connection(
    page: Page[R], after: str | None, make: Callable[[R], T], key: Callable[[R], int] | None = None
) -> Connection[T]:
    """A connection of nodes made from rows; the cursor is the row's id unless `key` says otherwise."""
    edges = [Edge(node=make(r), cursor=cursor(key(r) if key else r.id)) for r in page.rows]
    info = PageInfo(
        has_next_page=page.more,
        has_previous_page=bool(after),
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, page_info=info, total_count=page.total)
