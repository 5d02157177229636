"""Schemes: what a group of people is enrolled in from a month on, and what that costs one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from domain.base_rule import BaseRule, declared_for, limit_of, unknown_limit
from domain.compliance import resolve_kinds
from domain.contribution import Line, contribute
from domain.contribution_arrays import Fen
from domain.errors import Problem, has_errors
from domain.policy import KIND_ORDER, Category, Kind, PolicyBook
from domain.policy_impact import owed
from domain.quote import STANDARD_KINDS, Quote, quote
from domain.selection import Choice, Selection, select

ALWAYS: Final = 190001
"""The month from which a scheme's first version holds: before anything that can be enrolled."""


@dataclass(frozen=True, slots=True)
class BaseTerm:
    """The base rule of one kind; `fen` is the agreed base of a fixed one and None otherwise."""

    rule: BaseRule = BaseRule.DECLARED
    fen: int | None = None


DECLARED: Final = BaseTerm()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version says. No kinds: whatever the city has for the category. Rates in ppm, the fee in fen a month."""

    kinds: tuple[Kind, ...]
    tiers: Mapping[Kind, str] = field(default_factory=dict)
    bases: Mapping[Kind, BaseTerm] = field(default_factory=dict)
    housing_rate_ppm: int | None = None
    service_fee_fen: int = 0
    note: str = ""

    def base(self, kind: Kind) -> BaseTerm:
        """The base rule of a kind: the declared base where nothing else is said."""
        return self.bases.get(kind, DECLARED)

    @property
    def ruled(self) -> frozenset[Kind]:
        """Kinds whose base does not come from what is declared."""
        return frozenset(kind for kind, term in self.bases.items() if term.rule is not BaseRule.DECLARED)

    def choice(self, housing_rate_ppm: int | None, injury_class: int | None) -> Choice:
        """The choice of a person on these terms; the unit's own rate fills in where the terms name none."""
        rate = housing_rate_ppm if self.housing_rate_ppm is None else self.housing_rate_ppm
        return Choice(tiers=self.tiers, housing_rate_ppm=rate, injury_class=injury_class)

    def plain(self) -> dict[str, Any]:
        """The terms as JSON can hold them."""
        return {
            "kinds": sorted(self.kinds, key=KIND_ORDER.__getitem__),
            "tiers": {kind.value: tier for kind, tier in self.tiers.items()},
            "bases": {kind.value: _plain(term) for kind, term in self.bases.items()},
            "housing_rate_ppm": self.housing_rate_ppm,
            "service_fee_fen": self.service_fee_fen,
            "note": self.note,
        }


def _plain(term: BaseTerm) -> dict[str, Any]:
    return {"rule": term.rule.value} | ({} if term.fen is None else {"fen": term.fen})


def base_terms(plain: Mapping[str, Mapping[str, Any]]) -> dict[Kind, BaseTerm]:
    """Base rules by kind, from {"pension": {"rule": "fixed", "fen": 1000000}}."""
    return {Kind(kind): BaseTerm(BaseRule(each["rule"]), each.get("fen")) for kind, each in plain.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """What a scheme says from a month (yyyymm) on. `id` is None for a scheme's own columns, read as version 0.

    Equal only to itself, so that whatever is worked out of one can be remembered by it at no cost.
    """

    id: int | None
    effective_from: int
    revision: int
    terms: Terms
    created_by_id: int | None = None
    created_at: int = 0
    retired_at: int = 0


def in_force(versions: Iterable[Version], month: int) -> Version | None:
    """The version of a month: the latest to begin, in its newest revision; retired ones never hold."""
    covering = (v for v in versions if not v.retired_at and v.effective_from <= month)
    return max(covering, key=lambda v: (v.effective_from, v.revision), default=None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when something is computed: the policies, city, category and month (yyyymm)."""

    book: PolicyBook
    city_code: str
    category: Category
    month: int

    def selected(self, kind: Kind, choice: Choice) -> Selection | Problem:
        """The row and rates of a kind, or why there are none."""
        return select(self.book, self.city_code, self.category, kind, self.month, choice)

    def kinds(self, terms: Terms) -> frozenset[Kind]:
        """The kinds that terms come to here, as an enrolment resolves them."""
        offered = frozenset(self.book.kinds(self.city_code, self.category, self.month))
        usual = offered & (frozenset(STANDARD_KINDS[self.category]) | {Kind.LARGE_MEDICAL})
        return resolve_kinds(terms.kinds or usual, offered)


def cost(place: Place, terms: Terms, base_fen: int, choice: Choice) -> Quote:
    """What the terms cost a person with this declared base (fen); what cannot be computed says why.

    Declared kinds are quoted together, so an absurd base leaves no lines at all; the others each by their own base.
    """
    wanted = place.kinds(terms) | frozenset(terms.kinds)
    declared = wanted - terms.ruled
    found = Quote()
    if declared:
        chosen = replace(choice, kinds=declared)
        found = quote(place.book, place.city_code, place.category, place.month, base_fen, chosen)
    lines, omitted = list(found.lines), list(found.omitted)
    if not has_errors(found.problems):
        for kind in wanted & terms.ruled:
            line = _ruled_line(place, terms.base(kind), kind, base_fen, choice)
            if isinstance(line, Problem):
                omitted.append((kind, line))
            else:
                lines.append(line)
    problems = tuple(p for p in found.problems if p.code != "nothing_computed" or not lines)
    lines.sort(key=lambda line: KIND_ORDER[line.kind])
    omitted.sort(key=lambda each: KIND_ORDER[each[0]])
    return Quote(tuple(lines), tuple(omitted), problems)


def _ruled_line(place: Place, term: BaseTerm, kind: Kind, base_fen: int, choice: Choice) -> Line | Problem:
    found = place.selected(kind, choice)
    if isinstance(found, Problem):
        return found
    policy, employer_ppm, employee_ppm = found
    base = declared_for(term.rule, base_fen if term.fen is None else term.fen, policy)
    line = contribute(policy, base, employer_ppm, employee_ppm)
    told = unknown_limit(term.rule, policy)
    return line if told is None else replace(line, notices=(told, *line.notices))


def parts(selection: Selection | Problem, rule: BaseRule, declared: Fen) -> tuple[Fen, Fen]:
    """Employer's and employee's part (fen) of many people alike but for their declared base."""
    if not isinstance(selection, Problem) and (limit := limit_of(rule, selection[0])) is not None:
        declared = np.full_like(declared, limit)
    return owed(selection, declared)


def total(amounts: Fen) -> int:
    """The sum in fen, exact whatever its size."""
    if amounts.size and int(np.abs(amounts).max()) > (2**63 - 1) // amounts.size:
        return sum(amounts.tolist())
    return int(amounts.sum())
