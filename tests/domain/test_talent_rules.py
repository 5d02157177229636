"""A8.1: groups in which nobody is recognised, gaps in contributions, and what may be entered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.period import BillingMonth
from domain.talent import (
    SMALLEST_GROUP,
    Group,
    Paid,
    TalentFields,
    base_band,
    check_fields,
    gaps_band,
    merge_small,
    months_band,
    tidy_tags,
    years_band,
)


def groups(*people: int) -> list[Group]:
    """Groups of these sizes, named by their place."""
    return [Group(f"g{i}", f"组{i}", f"group {i}", n) for i, n in enumerate(people)]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((5, 4, 3), [("g0", 5), ("g1", 4), ("g2", 3)]),
        ((5, 2, 1), [("g0", 5), ("others", 3)]),
        ((5, 4, 1), [("g0", 5), ("others", 5)]),
        ((5, 1), [("others", 6)]),
        ((2,), []),
        ((1, 1), []),
        ((1, 1, 1), [("others", 3)]),
        ((), []),
        ((3, 0), [("g0", 3)]),
    ],
)
def test_small_groups_are_merged(sizes: tuple[int, ...], shown: list[tuple[str, int]]) -> None:
    """A8.1: no bar of fewer than three, and none that follows from the sum either."""
    assert [(g.key, g.people) for g in merge_small(groups(*sizes))] == shown


@given(sizes=st.lists(st.integers(0, 12), max_size=12))
def test_nobody_is_lost_or_recognised(sizes: list[int]) -> None:
    """A8.1: the bars sum up to everybody, each of at least three, or there are none at all."""
    found = merge_small(groups(*sizes))
    assert all(g.people >= SMALLEST_GROUP for g in found)
    assert sum(g.people for g in found) == (sum(sizes) if sum(sizes) >= SMALLEST_GROUP else 0)


@pytest.mark.parametrize(
    ("first", "recent", "gaps"),
    [(None, 0, 0), (202410, 24, 0), (202410, 23, 1), (201001, 20, 4), (202609, 2, 0), (202609, 1, 1), (202601, 10, 0)],
)
def test_gaps_begin_with_the_first_payment(first: int | None, recent: int, gaps: int) -> None:
    """A8.1: 24 months up to October; months before somebody ever paid are no gap."""
    assert Paid(recent, None, first, recent).gaps(BillingMonth.of(202610)) == max(0, gaps)


def test_bands_cover_everything() -> None:
    assert [years_band(n)[0] for n in (0, 1, 2, 3, 5, 6, 10, 11, 20, 21, 70)] == [
        *("0", "1-2", "1-2", "3-5", "3-5", "6-10", "6-10", "11-20", "11-20", "21+", "21+")
    ]
    assert [months_band(n)[0] for n in (0, 1, 12, 13, 36, 60, 120, 121)] == [
        *("0", "1-12", "1-12", "13-36", "13-36", "37-60", "61-120", "121+")
    ]
    assert [base_band(n)[0] for n in (None, 0, 499_999, 500_000, 2_999_999, 3_000_000)] == [
        *("unknown", "0-5000", "0-5000", "5000-8000", "20000-30000", "30000+")
    ]
    assert [gaps_band(n)[0] for n in (0, 1, 3, 4, 12, 13, 24)] == ["0", "1-3", "1-3", "4-6", "7-12", "13+", "13+"]


def test_what_is_entered_is_tidied_or_refused() -> None:
    """A8.1: everything that is wrong is told at once."""
    tidy = check_fields(TalentFields("张 三", "138 0000 0001", tags=(" 焊工 ", "焊工", "Excel", "excel", "")))
    assert (tidy.name, tidy.phone, tidy.tags) == ("张三", "13800000001", ("焊工", "Excel"))
    assert tidy_tags(["a  b"]) == ("a b",)
    with pytest.raises(Refusal) as refused:
        check_fields(TalentFields("", "123", post="岗" * 81, years=99, note="注" * 401, tags=("标" * 41,)))
    assert [p.code for p in refused.value.problems] == [
        *("name_missing", "phone_form", "post_invalid", "years_invalid", "note_invalid", "tags_invalid")
    ]
