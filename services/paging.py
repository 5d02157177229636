"""Pages by key: newest first, so that a page costs the same however deep it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class HasId(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=HasId)

LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Window:
    """The page asked for: how many rows, and the id after which it begins (0: from the start)."""

    first: int = 50
    before_id: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of one page, whether more follow, and how many there are in all (-1: not counted)."""

    rows: Sequence[T]
    more: bool
    total: int = -1


def page_of(rows: Sequence[T], window: Window, total: int = -1) -> Page[T]:
    """A page from `first + 1` rows: the one too many only says that there is more."""
    return Page(rows[: window.first], len(rows) > window.first, total)
