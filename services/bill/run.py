"""A company's month in bulk: items in chunks, equal ones computed together as arrays, and written as they come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import repeat
from operator import itemgetter

import numpy as np

from db.sql import fetch_tuples, insert_many, make_room
from db.transaction import Store
from domain.base_rule import BaseRule, declared_for, limit_of, unknown_limit
from domain.bill import LineType
from domain.contribution import contribute
from domain.contribution_arrays import TooLarge, contribute_array
from domain.errors import Problem
from domain.policy import Category, Kind, PolicyBook
from domain.selection import Choice, Selection, select
from services.bill import bases

PEOPLE = 5000
"""Enrolments that are read at a time; each has about six items."""

COLUMNS = (
    "id",
    "bill_id",
    "person_id",
    "enrollment_id",
    "city_code",
    "kind",
    "line_type",
    "belongs_month",
    "declared_base_fen",
    "base_fen",
    "employer_rate_ppm",
    "employee_rate_ppm",
    "employer_fen",
    "employee_fen",
    "policy_id",
    "reason",
)
# A line's tuple holds these columns without the first two. `reason` is last and empty on an ordinary line.
_PERSON, _TYPE, _EMPLOYER, _EMPLOYEE = 0, 4, 10, 11

# The plus keeps SQLite from going through the whole company for every chunk: the range of ids is what finds the rows.
_ITEMS = """
SELECT e.city_code, e.category, i.kind, i.tier, i.housing_rate_ppm, i.base_rule,
       i.person_id, i.enrollment_id, i.declared_base_fen
FROM enrollment e JOIN enrollment_item i ON i.enrollment_id = e.id
WHERE e.id BETWEEN ? AND ? AND +e.company_id = ? {city} AND i.state IN ('effective', 'stopped')
  AND i.start_month <= ? AND (i.last_month IS NULL OR i.last_month >= ?)
ORDER BY i.enrollment_id, i.id
"""
_GROUP = 6
"""How many columns of an item tell its group: what they are equal in is computed together."""


async def items_of(company_id: int, month: int, city_code: str | None = None) -> AsyncIterator[list[tuple]]:
    """The items in force in the month (yyyymm) of everybody or of one city, with the bases of that month: some
    thousand people at a time, in the order of their enrolment."""
    await make_room()
    condition, values = of_city("city_code", city_code)
    found = await fetch_tuples(
        f"SELECT id FROM enrollment WHERE company_id = ? {condition} ORDER BY id", [company_id, *values]
    )
    ids = [row[0] for row in found]
    condition, values = of_city("e.city_code", city_code)
    sql = _ITEMS.format(city=condition)
    changed = await bases.any_of(company_id, month)
    for start in range(0, len(ids), PEOPLE):
        span = ids[start], ids[min(start + PEOPLE, len(ids)) - 1]
        items = await fetch_tuples(sql, [*span, company_id, *values, month, month])
        if items:
            yield await bases.overlaid(items, company_id, span, month) if changed else items


def of_city(column: str, city_code: str | None) -> tuple[str, list[str]]:
    """The condition that keeps to a city, with its value; nothing for the whole company."""
    return ("", []) if city_code is None else (f"AND {column} = ?", [city_code])


class Run:
    """Computes one company's month. What equal items cannot be computed for is kept as a problem, never as zero."""

    def __init__(self, policies: PolicyBook, month: int, injury_class: int | None) -> None:
        self._policies = policies
        self._month = month
        self._injury_class = injury_class
        self._selected: dict[tuple, Selection | Problem] = {}
        self._missing: Counter[Problem] = Counter()

    def lines(self, items: Sequence[tuple]) -> list[tuple]:
        """The lines of these items (columns of _ITEMS), in their order; items with a problem have none."""
        groups: dict[tuple, list[int]] = defaultdict(list)
        for place, item in enumerate(items):
            groups[item[:_GROUP]].append(place)
        lines: list[tuple | None] = [None] * len(items)
        for group, places in groups.items():
            found = self._select(group)
            if isinstance(found, Problem):
                self._missing[found] += len(places)
                continue
            for place, line in zip(places, self._group(group, found, [items[p] for p in places]), strict=True):
                lines[place] = line
        return [line for line in lines if line is not None]

    def _select(self, group: tuple) -> Selection | Problem:
        if group not in self._selected:
            city_code, category, kind_name, tier, housing_rate_ppm, _ = group
            kind = Kind(kind_name)
            choice = Choice(
                tiers={kind: tier} if tier else {}, housing_rate_ppm=housing_rate_ppm, injury_class=self._injury_class
            )
            self._selected[group] = select(self._policies, city_code, Category(category), kind, self._month, choice)
        return self._selected[group]

    def _group(self, group: tuple, found: Selection, items: Sequence[tuple]) -> Iterable[tuple]:
        """The lines of one group: what is computed differs from person to person, the rest is the same for all."""
        policy, employer_ppm, employee_ppm = found
        rule = BaseRule(group[5])
        people, enrollments, declared = zip(*(item[_GROUP:] for item in items), strict=True)
        if limit_of(rule, policy) is not None:
            # One base for the whole group, whoever they are.
            declared = (declared_for(rule, 0, policy),) * len(items)
        elif (unknown := unknown_limit(rule, policy)) is not None:
            self._missing[unknown] += len(items)
        base, employer, employee = _amounts(found, declared)
        same = map(repeat, (group[0], group[2], LineType.NORMAL.value, self._month))
        rates = map(repeat, (employer_ppm, employee_ppm))
        end = map(repeat, (policy.id, None))
        return zip(people, enrollments, *same, declared, base, *rates, employer, employee, *end, strict=False)

    def problems(self) -> list[Problem]:
        """Each reason once, with how many lines it keeps off the bill (a notice: how many it tells about)."""
        return [p.at(value=f"{count} 人") for p, count in self._missing.items()]


def _amounts(found: Selection, declared: Sequence[int]) -> tuple[list[int], list[int], list[int]]:
    """Base, employer's and employee's part (fen) of every declared base."""
    try:
        arrays = contribute_array(found[0], np.array(declared, dtype=np.int64), *found[1:])
    except TooLarge:
        lines = [contribute(found[0], each, *found[1:]) for each in declared]
        return (
            [line.base_fen for line in lines],
            [line.employer_fen for line in lines],
            [line.employee_fen for line in lines],
        )
    base, employer, employee = (each.tolist() for each in arrays)
    return base, employer, employee


class Sheet:
    """The lines of a bill on their way into the database, inside the act's transaction, and what they come to."""

    def __init__(self, store: Store, bill_id: int) -> None:
        self._store = store
        self._bill_id = bill_id
        self._people: set[int] = set()
        self.line_count = 0
        self.employer_fen = 0
        self.employee_fen = 0
        self.fee_fen = 0

    @property
    def people(self) -> int:
        """How many different people the lines are about."""
        return len(self._people)

    async def add(self, lines: Sequence[tuple]) -> None:
        """Writes lines (COLUMNS without the first two) and adds them to the totals."""
        service_fee = LineType.SERVICE_FEE.value
        charged = [line for line in lines if line[_TYPE] != service_fee]
        self._people.update(map(itemgetter(_PERSON), lines))
        self.line_count += len(lines)
        self.employer_fen += sum(map(itemgetter(_EMPLOYER), charged))
        self.employee_fen += sum(map(itemgetter(_EMPLOYEE), charged))
        if len(charged) < len(lines):
            self.fee_fen += sum(line[_EMPLOYER] for line in lines if line[_TYPE] == service_fee)
        ids = self._store.ids.block(len(lines))
        rows = ((row_id, self._bill_id, *line) for row_id, line in zip(ids, lines, strict=True))
        await insert_many("bill_line", COLUMNS, rows)
