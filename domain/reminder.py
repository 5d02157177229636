"""Reminders of days to come: which of the thresholds a day falls under, and what is told to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

THRESHOLDS: Final = (60, 30, 7)
"""So many days before something runs out its keepers are told, once each."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to be told once.

    `key` names the thing and the threshold (at most 70 characters, no plain ID number): the same key is told once for
    ever. It goes to `staff_ids`, or else to the active holders of `permission` who see the company (`company_id` None:
    to those who see everything). `link` is a console path such as /supplier/123.
    """

    key: str
    title: str
    body: str
    link: str | None = None
    staff_ids: tuple[int, ...] = ()
    permission: str = ""
    company_id: int | None = None


def days_left(day: date, to_day: date) -> int:
    """Days from today to the last day; 0 on the last day itself, negative afterwards."""
    return (to_day - day).days


def threshold(left: int, thresholds: Sequence[int] = THRESHOLDS) -> int | None:
    """The nearest threshold that `left` days fall under; None while none is reached or when it is over.

    A day on which nobody was reminded is made up for on the next one, and only with the nearest threshold.
    """
    return min((t for t in thresholds if 0 <= left <= t), default=None)
