"""Billing months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.period import BillingMonth, span

MONTHS = st.builds(BillingMonth, st.integers(1950, 2100), st.integers(1, 12))


@pytest.mark.parametrize(
    "text", ["2026-11", "202611", "2026/11", "2026.11", "2026年11月", " 2026 年 11 月 ", "２０２６－１１"]
)
def test_months_as_people_write_them(text: str) -> None:
    """B4: every usual way of writing a month is understood."""
    assert BillingMonth.parse(text) == BillingMonth(2026, 11)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026.1", "26-11", "2026-11-05", "11-2026", "20261"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    """B4: 2026.1 is refused because a spreadsheet writes October like that."""
    with pytest.raises(ValueError):
        BillingMonth.parse(text)


@given(MONTHS, st.integers(-240, 240))
def test_shifting_is_undone_by_shifting_back(month: BillingMonth, months: int) -> None:
    """A4.1: month arithmetic has no edge at the turn of a year."""
    moved = month.shift(months)
    assert month.months_until(moved) == months
    assert moved.shift(-months) == month
    assert (moved > month) == (months > 0)


@given(MONTHS)
def test_forms_of_one_month_agree(month: BillingMonth) -> None:
    """A4.1: number, text and days lead back to the same month."""
    assert BillingMonth.of(month.number) == BillingMonth.parse(str(month)) == month
    assert BillingMonth.from_date(month.first_day()) == BillingMonth.from_date(month.last_day()) == month
    assert (month.shift(1).first_day() - month.last_day()).days == 1


def test_leap_years_and_spans() -> None:
    """A4.1: the last day of February is right, and a span includes both ends."""
    assert BillingMonth(2028, 2).last_day() == date(2028, 2, 29)
    months = list(span(BillingMonth(2026, 11), BillingMonth(2027, 2)))
    assert [month.number for month in months] == [202611, 202612, 202701, 202702]
    assert list(span(BillingMonth(2027, 2), BillingMonth(2026, 11))) == []
