"""Business days (工作日): weekends, public holidays and the working days made up for them (调休).

The holidays of a year are announced by the State Council late in the year before
(国务院办公厅关于部分节假日安排的通知); chinesecalendar brings them. For a year that it does not hold yet only
weekends count, and `Deadline.known` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

# A deadline further away than this is a slip of the keyboard, and would take a walk of many years.
MOST_DAYS: Final = 2000


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term in business days, and the last day whose holidays are announced.

    `known` is False when the term touches days whose holidays are not announced yet: only weekends were left out
    there, so the real day may be later.
    """

    day: date
    known_until: date
    known: bool


@cache
def known_until() -> date:
    """The last day whose holidays are known: the end of the last year that has been announced."""
    return date(max(holidays).year, 12, 31)


@cache
def known_from() -> date:
    """The first day whose holidays are known."""
    return date(min(holidays).year, 1, 1)


def is_known(day: date) -> bool:
    """Whether the public holidays of the day's year are known."""
    return known_from() <= day <= known_until()


def is_business_day(day: date) -> bool:
    """Whether people work on the day; outside of the years that are known this is Monday to Friday."""
    if not is_known(day):
        return day.weekday() < 5
    return bool(is_workday(day))


def deadline(day: date, days: int) -> Deadline:
    """The day after so many business days, counted from the next day on; 0 days is the day itself.

    Raises ValueError for a negative or absurd number of days.
    """
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"business days must be 0 to {MOST_DAYS}: {days}")
    current, left = day, days
    while left:
        current += timedelta(days=1)
        left -= is_business_day(current)
    return Deadline(current, known_until(), is_known(day) and is_known(current))


def add_business_days(day: date, days: int) -> date:
    """The day of `deadline`, for those who do not ask whether its holidays are known."""
    return deadline(day, days).day


def next_business_day(day: date) -> date:
    """The day itself when people work on it, else the first day after it on which they do."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def business_days_left(today: date, due: date) -> int:
    """How many business days remain after today until the due day, which counts itself; negative when it has passed.

    Due today is 0; due on Friday, seen on Thursday, is 1; seen on the Monday after, it is -1.
    """
    first, last, sign = (today, due, 1) if today <= due else (due, today, -1)
    span = min((last - first).days, MOST_DAYS)
    return sign * sum(is_business_day(first + timedelta(days=offset)) for offset in range(1, span + 1))
