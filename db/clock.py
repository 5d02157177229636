"""Instants are UTC milliseconds since 1970 everywhere in the database (docs/adr/0003)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], int]
"""Answers the present instant in UTC milliseconds."""

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one zone without daylight saving since 1991, so a fixed offset is exact for business days."""


def system_clock() -> int:
    """The machine's clock, in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def instant(ms: int) -> datetime:
    """An aware UTC instant from stored milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def business_day(ms: int) -> date:
    """The calendar day in China at that instant."""
    return datetime.fromtimestamp(ms / 1000, BEIJING).date()
