"""What a whole company would pay if it were on a version of a scheme, beside what it pays now; nothing is stored.

People are read some thousand at a time, and those who are alike but for their base are computed together as arrays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from db.models.company import Company
from db.scope import company
from db.sql import fetch_tuples
from domain.actor import Actor
from domain.base_history import FUNDS, BaseChange, BaseScope, effective
from domain.base_rule import BaseRule
from domain.errors import Problem, Severity
from domain.policy import CATEGORY_LABELS, KIND_ORDER, Kind
from domain.scheme import Place, Terms, parts, total
from domain.selection import Choice, Selection
from services.policy import book
from services.ports import Ports
from services.scheme.rows import SchemeRow, one
from services.scheme.simulate import chosen_terms

PEOPLE: Final = 5000
"""Enrolments that are read at a time."""

# The plus keeps SQLite from going through the whole company for every chunk: the range of ids is what finds the rows.
_PEOPLE = """
SELECT id, city_code, category, scheme_id, declared_base_fen, service_fee_fen FROM enrollment
WHERE id BETWEEN ? AND ? AND +company_id = ? AND state IN ('effective', 'stopped') AND start_month <= ?
  AND (last_month IS NULL OR last_month >= ?)
"""
_ITEMS = """
SELECT i.enrollment_id, i.kind, i.tier, i.base_rule, i.housing_rate_ppm, i.declared_base_fen
FROM enrollment e JOIN enrollment_item i ON i.enrollment_id = e.id
WHERE e.id BETWEEN ? AND ? AND +e.company_id = ? AND i.state IN ('effective', 'stopped') AND i.start_month <= ?
  AND (i.last_month IS NULL OR i.last_month >= ?)
"""
_BASES = """
SELECT enrollment_id, id, scope, from_month, base_fen, housing_rate_ppm FROM enrollment_base
WHERE enrollment_id BETWEEN ? AND ? AND +company_id = ? AND from_month <= ? AND voided_at = 0
"""


@dataclass(frozen=True, slots=True)
class Side:
    """Before or after: how many people a kind is computed for, and the sums (fen)."""

    people: int = 0
    employer_fen: int = 0
    employee_fen: int = 0

    def __add__(self, other: Side) -> Side:
        return Side(
            self.people + other.people,
            self.employer_fen + other.employer_fen,
            self.employee_fen + other.employee_fen,
        )

    def __sub__(self, other: Side) -> Side:
        return Side(
            self.people - other.people,
            self.employer_fen - other.employer_fen,
            self.employee_fen - other.employee_fen,
        )


@dataclass(frozen=True, slots=True)
class RosterKind:
    """One kind before and after."""

    kind: Kind
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class RosterCost:
    """A company's month now and with the version; what could not be computed says why and of how many (`value`)."""

    people: int
    kinds: tuple[RosterKind, ...]
    fee_before_fen: int
    fee_after_fen: int
    missing_before: tuple[Problem, ...] = ()
    missing_after: tuple[Problem, ...] = ()

    @property
    def before(self) -> Side:
        """All kinds now; `people` counts a person once a kind."""
        return sum((each.before for each in self.kinds), Side())

    @property
    def after(self) -> Side:
        """All kinds with the version."""
        return sum((each.after for each in self.kinds), Side())


@dataclass(frozen=True, slots=True)
class Roster:
    """Whose roster is tried, against what."""

    scheme_id: int
    month: int
    company_id: int
    version_id: int | None = None
    terms: Terms | None = None
    only_on_scheme: bool = False


@dataclass(slots=True)
class _Sums:
    """One side as far as it has been added up, and what could not be computed."""

    kinds: dict[Kind, Side] = field(default_factory=lambda: defaultdict(Side))
    fee_fen: int = 0
    missing: Counter[Problem] = field(default_factory=Counter)

    def told(self) -> tuple[Problem, ...]:
        """Each reason once, with how many people's kind it keeps out."""
        return tuple(replace(p, severity=Severity.WARNING, value=f"{n} 人") for p, n in self.missing.items())


# What people share who differ in their declared base alone: kind, tier, housing-fund rate.
_Alike = tuple[str, str, int | None]


@dataclass(slots=True)
class _Run:
    """One company's month, with the selections remembered."""

    place: Place
    scheme: SchemeRow
    terms: Terms
    owner: Company
    only_on_scheme: bool
    people: int = 0
    before: _Sums = field(default_factory=_Sums)
    after: _Sums = field(default_factory=_Sums)
    selected: dict[_Alike, Selection | Problem] = field(default_factory=dict)

    def select(self, alike: _Alike) -> Selection | Problem:
        """The row and rates of people alike, or why there are none."""
        if alike not in self.selected:
            kind, (_, tier, rate) = Kind(alike[0]), alike
            tiers = {kind: tier} if tier else {}
            choice = Choice(tiers=tiers, housing_rate_ppm=rate, injury_class=self.owner.injury_class)
            self.selected[alike] = self.place.selected(kind, choice)
        return self.selected[alike]

    def add(self, sums: _Sums, alike: _Alike, rule: BaseRule, declared: Sequence[int]) -> None:
        """Adds people alike; those who cannot be computed are counted with their reason, never as zero."""
        found = self.select(alike)
        if isinstance(found, Problem):
            sums.missing[found] += len(declared)
            return
        employer, employee = parts(found, rule, np.array(declared, np.int64))
        sums.kinds[Kind(alike[0])] += Side(len(declared), total(employer), total(employee))


async def simulate_roster(ports: Ports, actor: Actor, wanted: Roster) -> RosterCost:
    """The company's people of the scheme's city and category, paid for in the month: now, and with the version."""
    actor.require("scheme.read")
    actor.require("bill.read")
    owner = await company(actor, wanted.company_id)
    scheme = await one(actor, wanted.scheme_id)
    place = Place(await book(ports.store), scheme.city_code, scheme.category, wanted.month)
    terms = chosen_terms(place, scheme, wanted.version_id, wanted.terms)
    run = _Run(place, scheme, terms, owner, wanted.only_on_scheme)
    async for people, items, bases in _chunks(owner.id, wanted.month):
        _add(run, people, items, bases)
    before, after = run.before, run.after
    kinds = sorted({*before.kinds, *after.kinds}, key=KIND_ORDER.__getitem__)
    lines = tuple(RosterKind(kind, before.kinds[kind], after.kinds[kind]) for kind in kinds)
    return RosterCost(run.people, lines, before.fee_fen, after.fee_fen, before.told(), after.told())


async def _chunks(company_id: int, month: int) -> AsyncIterator[tuple[list[tuple], list[tuple], list[tuple]]]:
    """Enrolments, their items and their later bases, some thousand people at a time."""
    found = await fetch_tuples("SELECT id FROM enrollment WHERE company_id = ? ORDER BY id", [company_id])
    ids = [row[0] for row in found]
    for start in range(0, len(ids), PEOPLE):
        span = [ids[start], ids[min(start + PEOPLE, len(ids)) - 1], company_id]
        people = await fetch_tuples(_PEOPLE, [*span, month, month])
        if people:
            items = await fetch_tuples(_ITEMS, [*span, month, month])
            yield people, items, await fetch_tuples(_BASES, [*span, month])


def _add(run: _Run, people: Sequence[tuple], items: Sequence[tuple], bases: Sequence[tuple]) -> None:
    """Adds a chunk of people to both sides."""
    scheme = run.scheme
    changes: dict[int, list[BaseChange]] = defaultdict(list)
    for enrollment_id, row_id, scope, from_month, base, rate in bases:
        changes[enrollment_id].append(BaseChange(row_id, BaseScope(scope), from_month, base, rate))
    here: dict[int, int] = {}
    for enrollment_id, city, category, scheme_id, base, fee in people:
        if run.only_on_scheme and scheme_id != scheme.id:
            continue
        if city != scheme.city_code or category != scheme.category:
            run.after.missing[_elsewhere(run)] += 1
            continue
        here[enrollment_id] = base
        run.before.fee_fen += fee
    run.people += len(here)
    run.after.fee_fen += len(here) * run.terms.service_fee_fen
    now = [_now(run, item, changes.get(item[0])) for item in items if item[0] in here]
    _before(run, now)
    _after(run, here, now, changes)


# An item as it is in the month: enrolment, kind, tier, base rule, rate, declared base.
_Now = tuple[int, str, str, str, int | None, int]


def _now(run: _Run, item: tuple, changes: Sequence[BaseChange] | None) -> _Now:
    """The item with the base and rate that hold in the month."""
    enrollment_id, kind, tier, rule, rate, base = item
    if changes:
        base, rate = effective(changes, Kind(kind), BaseRule(rule), run.place.month, base, rate)
    return enrollment_id, kind, tier, rule, rate, base


def _before(run: _Run, now: Iterable[_Now]) -> None:
    groups: dict[tuple[str, str, str, int | None], list[int]] = defaultdict(list)
    for _, kind, tier, rule, rate, base in now:
        groups[kind, tier, rule, rate].append(base)
    for (kind, tier, rule, rate), declared in groups.items():
        run.add(run.before, (kind, tier, rate), BaseRule(rule), declared)


def _after(run: _Run, here: dict[int, int], now: Iterable[_Now], changes: dict[int, list[BaseChange]]) -> None:
    """Everybody by the terms: each with the declared base, the fund's own, and the rate where the terms name none."""
    funds = {each[0]: each for each in now if each[1] == _FUND}
    social: list[int] = []
    fund: dict[int | None, list[int]] = defaultdict(list)
    for enrollment_id, first in here.items():
        changed = changes.get(enrollment_id, ())
        social.append(_declared(run, changed, Kind.PENSION, first, None)[0])
        _, _, _, rule, rate, own = funds.get(enrollment_id, _NO_FUND)
        if rule == _FIXED:
            # A base that was fixed is no declared one: what else was declared counts from here on.
            own, rate = _declared(run, changed, Kind.HOUSING_FUND, first, rate)
        fund[run.terms.housing_rate_ppm or rate or run.owner.housing_rate_ppm].append(own)
    for kind in run.place.kinds(run.terms):
        term, tier = run.terms.base(kind), run.terms.tiers.get(kind, "")
        for rate, declared in (fund if kind in FUNDS else {None: social}).items():
            bases = declared if term.fen is None else [term.fen] * len(declared)
            run.add(run.after, (kind.value, tier, rate), term.rule, bases)


def _declared(
    run: _Run, changes: Sequence[BaseChange], kind: Kind, first: int, rate: int | None
) -> tuple[int, int | None]:
    """The base and rate declared for the month; most people have never changed theirs."""
    if not changes:
        return first, rate
    return effective(changes, kind, BaseRule.DECLARED, run.place.month, first, rate)


_FUND, _FIXED = Kind.HOUSING_FUND.value, BaseRule.FIXED.value
# Nobody's fund: whoever has none yet declares what the enrolment declares.
_NO_FUND: Final[_Now] = (0, _FUND, "", _FIXED, None, 0)


def _elsewhere(run: _Run) -> Problem:
    city = run.place.book.cities().get(run.scheme.city_code, run.scheme.city_code)
    return Problem(
        "scheme_elsewhere",
        f"这些人不在{city}{CATEGORY_LABELS[run.scheme.category]}参保，不能用此方案",
        "These people are insured in another city or category and cannot be on this scheme",
        "请为他们选择参保地的方案",
        "Choose a scheme of their own city for them",
        field="city",
    )
