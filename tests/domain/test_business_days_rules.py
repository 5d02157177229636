"""Business days against the clerk's table, and that the three questions agree with each other."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.business_days import (
    MOST_DAYS,
    add_business_days,
    business_days_left,
    deadline,
    is_business_day,
    is_known,
    known_until,
    next_business_day,
)

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "business_days.yaml").read_text("utf-8"))
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))


def named(rows: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=row["name"]) for row in rows]


@pytest.mark.parametrize("case", named(CASES["days"]))
def test_a_day(case: dict[str, Any]) -> None:
    """E5: holidays are no business days, made-up Saturdays and Sundays are."""
    assert is_business_day(case["day"]) is case["works"]


@pytest.mark.parametrize("case", named(CASES["deadlines"]))
def test_a_deadline(case: dict[str, Any]) -> None:
    """E5: counting starts on the next day; a year without announced holidays says so."""
    found = deadline(case["from"], case["days"])
    assert (found.day, found.known) == (case["due"], case["known"])
    assert found.known_until == known_until()


@pytest.mark.parametrize("case", named(CASES["left"]))
def test_days_left(case: dict[str, Any]) -> None:
    """E5: what a clerk sees in the list."""
    assert business_days_left(case["today"], case["due"]) == case["left"]


@given(DAYS, st.integers(1, 60))
def test_the_questions_agree(day: date, days: int) -> None:
    """E5: a deadline is a business day, that many are left, and one more is later."""
    due = add_business_days(day, days)
    assert is_business_day(due)
    assert business_days_left(day, due) == days
    assert add_business_days(day, days + 1) > due
    assert next_business_day(due) == due
    assert not any(
        is_business_day(due + timedelta(n)) for n in range(1, (next_business_day(due + timedelta(1)) - due).days)
    )


def test_what_cannot_be_counted() -> None:
    """E5: no negative terms, no walks of a thousand years; the known years end with a year."""
    for days in (-1, MOST_DAYS + 1):
        with pytest.raises(ValueError):
            add_business_days(date(2026, 1, 1), days)
    assert (known_until().month, known_until().day) == (12, 31)
    assert not is_known(known_until() + timedelta(days=1))
