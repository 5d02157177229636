"""The month a contribution belongs to (缴费月份)."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199

# "2026.1" is refused: a spreadsheet writes October's 2026.10 like that, so it cannot be told from January.
_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<packed>[0-9]{2})|[-/](?P<dashed>[0-9]{1,2})|\.(?P<dotted>[0-9]{2})|年(?P<han>[0-9]{1,2})月)"
)


@dataclass(frozen=True, order=True, slots=True)
class BillingMonth:
    """A calendar month. Compares, sorts and hashes by value; raises ValueError when it is no real month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (_FIRST_YEAR <= self.year <= _LAST_YEAR and 1 <= self.month <= 12):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def of(cls, number: int) -> BillingMonth:
        """From the number form that the database keeps: 202611. Raises ValueError when it is no month."""
        return cls(*divmod(number, 100))

    @classmethod
    def parse(cls, text: str) -> BillingMonth:
        """From what people write: 2026-11, 202611, 2026/11, 2026.11, 2026年11月. Raises ValueError otherwise."""
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
        match = _WRITTEN.fullmatch(plain)
        if match is None:
            raise ValueError(f"not a month: {text!r}")
        month = match["packed"] or match["dashed"] or match["dotted"] or match["han"]
        return cls(int(match["year"]), int(month))

    @classmethod
    def from_date(cls, day: date) -> BillingMonth:
        """The month that contains the day."""
        return cls(day.year, day.month)

    @property
    def number(self) -> int:
        """The number form, 202611 for November 2026; sorts like the month itself."""
        return self.year * 100 + self.month

    def shift(self, months: int) -> BillingMonth:
        """The month so many months later (negative: earlier)."""
        year, month = divmod(self._count() + months, 12)
        return BillingMonth(year, month + 1)

    def months_until(self, other: BillingMonth) -> int:
        """How many months later `other` is; negative when it is earlier."""
        return other._count() - self._count()

    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def _count(self) -> int:
        return self.year * 12 + self.month - 1

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def span(first: BillingMonth, last: BillingMonth) -> Iterator[BillingMonth]:
    """Every month from first to last, both included; nothing when last is earlier."""
    for offset in range(first.months_until(last) + 1):
        yield first.shift(offset)
