"""E3: what comes off a person's pay adds up to the employee's side of the bill."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.bill import LineType
from domain.payroll import deductions, kinds_of
from domain.policy import Kind

LINES = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sampled_from([k.value for k in Kind]),
        st.sampled_from([LineType.NORMAL.value, LineType.MAKEUP.value, LineType.DIFFERENCE.value]),
        st.integers(-(10**9), 10**9),
    )
)


@given(lines=LINES)
def test_nothing_is_lost_and_nothing_counted_twice(lines: list[tuple[int, str, str, int]]) -> None:
    found = deductions(lines)
    assert sum(each.total_fen for each in found) == sum(line[3] for line in lines)
    assert len({each.person_id for each in found}) == len(found)


def test_this_month_is_told_apart_from_earlier_ones() -> None:
    found = deductions(
        [
            (1, "medical", "normal", 20_000),
            (1, "pension", "normal", 80_000),
            (1, "pension", "makeup", 79_000),
            (1, "medical", "difference", -500),
            (2, "work_injury", "normal", 0),
            (2, "", "service_fee", 0),
        ]
    )
    (first,) = found
    assert first.by_kind == {Kind.MEDICAL: 20_000, Kind.PENSION: 80_000}
    assert (first.makeup_fen, first.difference_fen, first.total_fen) == (79_000, -500, 178_500)
    assert kinds_of(found) == [Kind.PENSION, Kind.MEDICAL]
