"""What a change of policies would move before it is saved: people, amounts, and closed months."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from db.clock import business_day
from db.scope import company_sql
from db.sql import fetch, fetch_tuples, marks
from domain.actor import Actor
from domain.contribution_arrays import Fen
from domain.errors import Problem, Severity, has_errors
from domain.period import BillingMonth
from domain.policy import KIND_ORDER, Category, Kind, PolicyBook
from domain.policy_change import Change
from domain.policy_impact import Alike, moves, owed, same_amounts
from services.policy.book import current
from services.policy.table import planned, read_file
from services.ports import Ports

_BILLED = ("normal", "makeup", "difference")


@dataclass(frozen=True, slots=True)
class KindImpact:
    """One kind of a city in one month: how many people's amounts move, and all sums before and after (fen)."""

    city_code: str
    kind: Kind
    people: int
    employer_before: int
    employer_after: int
    employee_before: int
    employee_after: int


@dataclass(frozen=True, slots=True)
class MonthImpact:
    """A closed month that would get differences (fen, negative: to give back), and of how many people."""

    month: int
    people: int
    employer_fen: int
    employee_fen: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What would change. `month` is the first month from today on that the change reaches, None if it reaches none."""

    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    month: int | None = None
    people: int = 0
    kinds: tuple[KindImpact, ...] = ()
    closed_months: tuple[MonthImpact, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where to look: the two books, and the cities and kinds that a file touches."""

    actor: Actor
    old: PolicyBook
    new: PolicyBook
    changes: tuple[Change, ...]

    def touches(self, month: int) -> bool:
        """Whether any row in force in the month leads to other amounts."""
        keys = {c.after.key for c in self.changes}
        return any(not same_amounts(self.old.find(*key, month), self.new.find(*key, month)) for key in keys)

    def places(self) -> tuple[list[str], list[str]]:
        """City codes and kinds."""
        cities = sorted({c.after.city_code for c in self.changes})
        return cities, sorted({c.after.kind.value for c in self.changes})


@dataclass(frozen=True, slots=True)
class _People:
    """People alike: ids and declared bases side by side."""

    enrollments: tuple[int, ...]
    persons: tuple[int, ...]
    declared: tuple[int, ...]


async def preview(ports: Ports, actor: Actor, file_id: int) -> Impact:
    """What importing the file would move, for the companies in scope. Nothing is written."""
    rows, problems = await read_file(ports, actor, file_id)
    found = await planned(actor, rows, problems)
    if has_errors(found.problems) or not found.changes:
        return Impact(found.problems, found.changes)
    now = await current({c.after.city_code for c in found.changes})
    reach = _Reach(actor, PolicyBook(now), found.book(now), found.changes)
    month = _first_month(reach, BillingMonth.from_date(business_day(ports.store.clock())))
    closed = await _closed_months(reach)
    if month is None:
        return Impact(found.problems, found.changes, closed_months=closed)
    kinds, people, missing = await _open_month(reach, month)
    return Impact((*found.problems, *missing), found.changes, month, people, kinds, closed)


def _first_month(reach: _Reach, this_month: BillingMonth) -> int | None:
    starts = {c.after.effective_from for c in reach.changes}
    later = sorted(n for n in starts if n > this_month.number)
    return next((n for n in (this_month.number, *later) if reach.touches(n)), None)


async def _open_month(reach: _Reach, month: int) -> tuple[tuple[KindImpact, ...], int, list[Problem]]:
    sums: dict[tuple[str, Kind], list[int]] = defaultdict(lambda: [0] * 5)
    moved: list[Fen] = []
    missing: Counter[Problem] = Counter()
    for alike, group in (await _enrolled(reach, month, None)).items():
        before, after = alike.selected(reach.old, month), alike.selected(reach.new, month)
        if isinstance(after, Problem):
            missing[after] += len(group.persons)
        if not moves(before, after):
            continue
        declared = np.array(group.declared, np.int64)
        (employer, employee), (employer_new, employee_new) = owed(before, declared), owed(after, declared)
        differs = (employer != employer_new) | (employee != employee_new)
        moved.append(np.array(group.persons, np.int64)[differs])
        amounts = (differs, employer, employer_new, employee, employee_new)
        total = sums[alike.city_code, alike.kind]
        for place, part in enumerate(amounts):
            total[place] += int(part.sum())
    kinds = [KindImpact(city, kind, *total) for (city, kind), total in sums.items()]
    people = len(np.unique(np.concatenate(moved))) if moved else 0
    told = [replace(p, severity=Severity.WARNING, value=f"{n} 人") for p, n in missing.items()]
    return tuple(sorted(kinds, key=lambda k: (k.city_code, KIND_ORDER[k.kind]))), people, told


async def _closed_months(reach: _Reach) -> tuple[MonthImpact, ...]:
    condition, values = company_sql(reach.actor, "company_id")
    bills = await fetch(f"SELECT id, month FROM bill WHERE state = 'closed' AND {condition}", values)
    bill_ids = [b["id"] for b in bills]
    found = []
    for month in sorted({b["month"] for b in bills}):
        if reach.touches(month):
            impact = await _closed_month(reach, month, bill_ids)
            if impact.people:
                found.append(impact)
    return tuple(found)


async def _closed_month(reach: _Reach, month: int, bill_ids: Sequence[int]) -> MonthImpact:
    """Owed by the new book against everything billed for the month so far."""
    billed = await _billed(reach, month, bill_ids)
    moved: list[Fen] = []
    sums = [0, 0]
    for alike, group in (await _enrolled(reach, month, month)).items():
        before, after = alike.selected(reach.old, month), alike.selected(reach.new, month)
        if isinstance(after, Problem) or not moves(before, after):
            continue
        was = [billed.get((i, alike.kind.value), (0, 0)) for i in group.enrollments]
        paid = np.array(was, np.int64).reshape(-1, 2)
        employer, employee = owed(after, np.array(group.declared, np.int64))
        employer, employee = employer - paid[:, 0], employee - paid[:, 1]
        moved.append(np.array(group.persons, np.int64)[(employer != 0) | (employee != 0)])
        sums[0] += int(employer.sum())
        sums[1] += int(employee.sum())
    people = len(np.unique(np.concatenate(moved))) if moved else 0
    return MonthImpact(month, people, *sums)


async def _billed(reach: _Reach, month: int, bill_ids: Sequence[int]) -> dict[tuple[int, str], tuple[int, int]]:
    cities, kinds = reach.places()
    rows = await fetch(
        "SELECT enrollment_id, kind, SUM(employer_fen) AS employer, SUM(employee_fen) AS employee FROM bill_line "
        f"WHERE bill_id IN ({marks(bill_ids)}) AND belongs_month = ? AND city_code IN ({marks(cities)}) "
        f"AND kind IN ({marks(kinds)}) AND line_type IN ({marks(_BILLED)}) GROUP BY enrollment_id, kind",
        [*bill_ids, month, *cities, *kinds, *_BILLED],
    )
    return {(r["enrollment_id"], r["kind"]): (int(r["employer"]), int(r["employee"])) for r in rows}


async def _enrolled(reach: _Reach, month: int, closed_in: int | None) -> dict[Alike, _People]:
    """The people who pay for the month in the touched places, by what they share; `closed_in` keeps to companies
    whose bill of that month is closed."""
    cities, kinds = reach.places()
    condition, values = company_sql(reach.actor, "i.company_id")
    closed = "AND i.company_id IN (SELECT company_id FROM bill WHERE month = ? AND state = 'closed')"
    rows = await fetch_tuples(
        "SELECT i.enrollment_id, i.person_id, i.declared_base_fen, e.city_code, e.category, i.kind, i.tier, "
        "i.housing_rate_ppm, c.injury_class FROM enrollment_item i JOIN enrollment e ON e.id = i.enrollment_id "
        "JOIN company c ON c.id = i.company_id WHERE i.state IN ('effective', 'stopped') AND i.start_month <= ? "
        f"AND (i.last_month IS NULL OR i.last_month >= ?) AND e.city_code IN ({marks(cities)}) "
        f"AND i.kind IN ({marks(kinds)}) AND {condition} {closed if closed_in else ''}",
        [month, month, *cities, *kinds, *values, *([closed_in] if closed_in else [])],
    )
    return _grouped(rows)


def _grouped(rows: Sequence[tuple[Any, ...]]) -> dict[Alike, _People]:
    groups: dict[tuple, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[row[3:]].append(row[:3])
    return {
        Alike(key[0], Category(key[1]), Kind(key[2]), *key[3:]): _People(*zip(*group, strict=True))
        for key, group in groups.items()
    }
