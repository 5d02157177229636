"""B5: one payer by kind and month, whatever happens in which order; work injury alone has as many as employers."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.compliance import EnrollFacts
from domain.compliance.person import conflicts
from domain.enrollment import pays
from domain.payer import Item, taken
from domain.period import BillingMonth, span
from domain.policy import Kind, PolicyBook
from services.batch.register import _conflict

FIRST, LAST = BillingMonth(2026, 1), BillingMonth(2027, 6)
MONTHS = st.integers(0, FIRST.months_until(LAST)).map(lambda n: FIRST.shift(n).number)
KINDS = st.frozensets(st.sampled_from([Kind.PENSION, Kind.MEDICAL, Kind.WORK_INJURY, Kind.HOUSING_FUND]), min_size=1)
COMPANIES = st.integers(1, 4)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("enroll"), COMPANIES, KINDS, MONTHS),
        st.tuples(st.just("stop"), COMPANIES, KINDS, MONTHS),
    ),
    max_size=40,
)


def accepted(items: list[Item], company: int, kinds: frozenset[Kind], start: int) -> bool:
    """Whether the review lets an enrolment pass."""
    here, elsewhere = taken(items, company, start)
    facts = EnrollFacts(
        PolicyBook([]), BillingMonth.of(start), kinds, open_kinds_here=here, open_kinds_elsewhere=elsewhere
    )
    return not conflicts(facts)


def stop(items: list[Item], company: int, kinds: frozenset[Kind], last: int) -> list[Item]:
    """The items after the company's open ones of these kinds ended with that month, or with their first."""
    return [
        (owner, kind, start, max(last, start))
        if owner == company and kind in kinds and end is None
        else (owner, kind, start, end)
        for owner, kind, start, end in items
    ]


@settings(max_examples=300, deadline=None)
@given(acts=ACTS)
def test_nobody_is_paid_for_twice(acts: list[tuple[str, int, frozenset[Kind], int]]) -> None:
    """B5, domain §2: after any sequence of enrolments and stops no kind and month has two payers but work injury,
    which no employer pays twice for the same person; and the check at submission agrees with the review."""
    items: list[Item] = []
    for act, company, kinds, month in acts:
        if act == "stop":
            items = stop(items, company, kinds, month)
            continue
        passes = accepted(items, company, kinds, month)
        assert passes == (_conflict(items, company, kinds, month) is None)
        if passes:
            items += [(company, kind, month, None) for kind in kinds]
    for each in span(FIRST, LAST.shift(24)):
        payers = Counter((kind, owner) for owner, kind, start, end in items if pays(each.number, start, end))
        assert all(count == 1 for count in payers.values()), (each, payers)
        by_kind = Counter(kind for kind, _ in payers)
        assert all(count == 1 for kind, count in by_kind.items() if kind is not Kind.WORK_INJURY), (each, by_kind)


@given(kinds=KINDS, start=MONTHS)
def test_work_injury_of_another_employer_is_in_nobodys_way(kinds: frozenset[Kind], start: int) -> None:
    """B5: every employer insures its own people against work injury (§9 of the regulations)."""
    others: list[Item] = [(9, Kind.WORK_INJURY, 202601, None)]
    assert accepted(others, 1, kinds, start)
    assert not accepted(others, 9, kinds | {Kind.WORK_INJURY}, start)
