"""What a list has to say to be exported: its columns, its conditions, and how its rows are read in chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from db.clock import BEIJING
from domain.columns import CellValue
from domain.errors import Refusal
from domain.export import filter_wrong
from domain.money import parse_yuan
from domain.period import BillingMonth
from services.export.desk import Desk

E = TypeVar("E", bound=StrEnum)
Values = Mapping[str, Any]
Reading = Callable[[Any], Any]

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in requests, its header, and whether its cells are fen."""

    name: str
    label: str
    label_en: str
    money: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, by column name, and how many there are in all (-1: nobody counted)."""

    rows: Sequence[Mapping[str, CellValue]]
    total: int


Reader = Callable[[Desk, Values, int], AsyncIterator[Chunk]]
"""Reads the list for the desk's actor in their scope, so many rows at a time; refuses what is not theirs to see."""


@dataclass(frozen=True, slots=True)
class Table:
    """A list that can be exported. `name` is its entry in `domain.listing`, which also says who may see it.

    `conditions` read the values of a filter as they travel, by name, and raise ValueError for what is none.
    `needed` are the conditions without which there is no such list (the rows of which batch?).
    `parts` answers, for a column that stands for several, which those are.
    """

    name: str
    columns: tuple[Column, ...]
    read: Reader
    conditions: Mapping[str, Reading]
    needed: tuple[str, ...] = ()
    parts: Callable[[Desk, Values], Any] | None = None


def readable(table: Table, given: Mapping[str, Any]) -> dict[str, Any]:
    """The filter as the reader takes it; refused (`export_filter`) for an unknown condition or value."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in table.conditions:
            raise Refusal(filter_wrong(name, value))
        if value is None or value == "":
            continue
        try:
            found[name] = table.conditions[name](value)
        except (ValueError, TypeError, KeyError) as wrong:
            raise Refusal(filter_wrong(name, value)) from wrong
    for name in table.needed:
        if name not in found:
            raise Refusal(filter_wrong(name, None))
    return found


def text(value: Any) -> str:
    """A text of reasonable length."""
    if not isinstance(value, str) or len(value) > 120:
        raise ValueError("no text")
    return value


def number(value: Any) -> int:
    """An id, as the API has read it."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("no id")
    return value


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def month(value: Any) -> int:
    """A month such as 2026-11, as yyyymm."""
    return BillingMonth.parse(text(value)).number


def day(value: Any) -> date:
    """A day such as 2026-11-10."""
    return date.fromisoformat(text(value))


def yuan(value: Any) -> int:
    """An amount in yuan as text, in fen."""
    return parse_yuan(text(value))


def one_of(choices: type[E]) -> Callable[[Any], E]:
    """The member of that name (EFFECTIVE), as enums travel."""
    return lambda value: choices[text(value)]


def moment(ms: int) -> str | None:
    """An instant as people in China read it; nothing for 0."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if ms else None


def month_text(value: int | None) -> str | None:
    """A month as 2026-11."""
    return None if value is None else str(BillingMonth.of(value))
