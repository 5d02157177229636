"""Which enrolments may have something to settle for closed months, found without reading the lines of everybody.

Why nothing is missed. What is owed for a closed month changes in three ways only, and each leaves a mark with an
instant, written in the same transaction:

- an item begins, ends, is voided or is put in force again: only the answer to a batch and the undoing of one do that,
  and each leaves an audit line (`ACTS`) that names the batch. A termination ends all that the person has with the
  company, so the batch's rows name the people, and everything of theirs here is looked at; a transfer is a batch of
  another company, found by the enrolments that it began here;
- a base is declared for the month, or taken back: `enrollment_base.created_at` and `voided_at`;
- a policy row is added or retired: `policy.created_at` and `retired_at`; everybody who is in force there is looked at.

A month needs a look only at what came after its last settlement: the newest closed bill that was computed when the
month was closed already. How old the month is does not matter, only when the fact was recorded: a stop that is
recorded years later comes after that instant and is found. A bill that left the settling to an earlier open month, or
is from before bills were computed part by part, settled nothing, and counts as such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from db.sql import fetch, fetch_tuples, marks
from domain.bill import EARLIER_OPEN, BillState
from domain.enrollment import pays
from services.bill import bases
from services.bill.run import of_city

CHUNK: Final = 500

ACTS: Final = ("batch.result", "batch.undo")
"""The acts by which items begin, end, are voided or are put in force again."""

MARGIN_MS: Final = 60 * 60 * 1000
"""An act stamps its rows when it begins and commits later: rows a little older than a bill may be new to it."""

_BATCHES = """
SELECT b.id FROM batch b JOIN audit a ON a.subject_kind = 'batch' AND a.subject_id = b.id
WHERE b.company_id = ? AND b.kind NOT IN ('base_change', 'annual_base', 'particulars')
  AND a.at > ? AND a.act IN ({acts})
UNION SELECT a.subject_id FROM
  (SELECT DISTINCT batch_id FROM enrollment WHERE company_id = ? AND continues_id IS NOT NULL) moved
JOIN audit a ON a.subject_kind = 'batch' AND a.subject_id = moved.batch_id WHERE a.at > ? AND a.act IN ({acts})
"""
_PEOPLE = """
SELECT e.person_id FROM batch_row r JOIN enrollment e ON e.id = r.enrollment_id WHERE r.batch_id IN ({batches})
UNION SELECT person_id FROM enrollment WHERE batch_id IN ({batches})
"""
_BILLED = """
SELECT enrollment_id, kind, belongs_month,
       MAX(CASE WHEN line_type = 'difference' AND policy_id IS NULL THEN 1 ELSE 0 END)
FROM bill_line WHERE bill_id IN ({bills}) AND enrollment_id IN ({enrollments})
  AND line_type IN ('normal', 'makeup', 'difference') GROUP BY enrollment_id, kind, belongs_month
"""
_NEW_ROWS = """
SELECT DISTINCT city_code, kind, effective_from, effective_to FROM policy
WHERE (created_at > ? OR retired_at > ?) AND effective_from <= ? AND (effective_to IS NULL OR effective_to >= ?)
"""
_IN_FORCE = """
SELECT i.enrollment_id, i.start_month, i.last_month FROM enrollment_item i JOIN enrollment e ON e.id = i.enrollment_id
WHERE i.company_id = ? AND i.state IN ('effective', 'stopped') AND i.kind = ? AND e.city_code = ?
  AND i.start_month <= ? AND (i.last_month IS NULL OR i.last_month >= ?)
"""


@dataclass(frozen=True, slots=True)
class Past:
    """The closed months (yyyymm) of a company, or of its people in one city, that are to be settled.

    What was charged for them so far is on the closed bills `bill_ids`; what was recorded before `since` (ms) is
    settled.
    """

    company_id: int
    city_code: str | None
    months: tuple[int, ...]
    bill_ids: list[int]
    since: int


@dataclass(slots=True)
class Suspects:
    """Months in which an enrolment's items may differ from what was charged, and the enrolments that began or ended.

    `moved` comes in groups; all enrolments of a person are in the same one.
    """

    months: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    moved: list[list[int]] = field(default_factory=list)


def settled_until(closed: Sequence[dict], month: int) -> int:
    """The instant (ms) up to which everything is settled that was recorded about the closed months before `month`.

    `closed` are all closed bills of the company but that month's own.
    """
    settling = [b for b in closed if b["generation"] and EARLIER_OPEN not in b["problems"]]
    until = []
    for bill in closed:
        if bill["month"] < month:
            later = [
                b["drafted_at"] for b in settling if b["month"] > bill["month"] and bill["closed_at"] <= b["drafted_at"]
            ]
            until.append(max(later, default=bill["drafted_at"]))
    return min(until) - MARGIN_MS


def is_closed(bill: dict) -> bool:
    """Whether a row of `bill` is a closed one."""
    return bool(bill["state"] == BillState.CLOSED)


async def find(past: Past) -> Suspects:
    """Whatever may have changed since the closed months were settled."""
    found = Suspects()
    people = await _people(past)
    for few in _chunks(people):
        enrollments = await _enrollments(past, few)
        if enrollments:
            found.moved.append(enrollments)
        for some in _chunks(enrollments):
            for enrollment_id, month in await _moved(past, some):
                found.months[enrollment_id].add(month)
    for enrollment_id, from_month in await bases.changed_since(past.company_id, past.city_code, past.since):
        found.months[enrollment_id].update(m for m in past.months if m >= from_month)
    await _repriced(past, found)
    return Suspects({e: months for e, months in found.months.items() if months}, found.moved)


async def _people(past: Past) -> list[int]:
    """Everybody whom batches that were answered or undone since are about."""
    sql, own = _BATCHES.format(acts=marks(ACTS)), [past.company_id, past.since, *ACTS]
    batches = [row[0] for row in await fetch_tuples(sql, [*own, *own])]
    people: set[int] = set()
    for few in _chunks(batches):
        sql = _PEOPLE.format(batches=marks(few))
        people.update(row[0] for row in await fetch_tuples(sql, [*few, *few]))
    return sorted(people)


async def _enrollments(past: Past, people: Sequence[int]) -> list[int]:
    """All that these people ever had with the company (in the city)."""
    city, in_city = of_city("e.city_code", past.city_code)
    rows = await fetch_tuples(
        "SELECT DISTINCT i.enrollment_id FROM enrollment_item i JOIN enrollment e ON e.id = i.enrollment_id "
        f"WHERE i.person_id IN ({marks(people)}) AND i.company_id = ? {city} ORDER BY i.enrollment_id",
        [*people, past.company_id, *in_city],
    )
    return [row[0] for row in rows]


async def _moved(past: Past, enrollments: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Enrolments and months that an item covers without a line, or has lines for without covering them.

    What was given back as a whole once is looked at again: it may have been put in force since.
    """
    sql = _BILLED.format(bills=marks(past.bill_ids), enrollments=marks(enrollments))
    charged: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for enrollment_id, kind, month, gone in await fetch_tuples(sql, [*past.bill_ids, *enrollments]):
        charged[enrollment_id, kind][month] = gone
    items = await fetch_tuples(
        "SELECT enrollment_id, kind, state, start_month, last_month FROM enrollment_item "
        f"WHERE enrollment_id IN ({marks(enrollments)})",
        list(enrollments),
    )
    found = set()
    for enrollment_id, kind, state, start, last in items:
        mine, counts = charged.get((enrollment_id, kind), {}), state in ("effective", "stopped")
        for month in past.months:
            covers = counts and pays(month, start, last)
            if (covers and mine.get(month, 1)) or (not covers and month in mine):
                found.add((enrollment_id, month))
    return found


async def _repriced(past: Past, found: Suspects) -> None:
    """Adds everybody in force whose kinds have policy rows that were added or retired since."""
    first, last = past.months[0], past.months[-1]
    spans: dict[tuple[str, str], set[int]] = defaultdict(set)
    for r in await fetch(_NEW_ROWS, [past.since, past.since, last, first]):
        if past.city_code in (None, r["city_code"]):
            within = (m for m in past.months if pays(m, r["effective_from"], r["effective_to"]))
            spans[r["city_code"], r["kind"]].update(within)
    for (city_code, kind), months in spans.items():
        if months:
            values = [past.company_id, kind, city_code, max(months), min(months)]
            for enrollment_id, start, end in await fetch_tuples(_IN_FORCE, values):
                found.months[enrollment_id].update(month for month in months if pays(month, start, end))


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
