"""What a change of somebody who is enrolled comes to (异动): new bases, and what an enrolment goes on as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.base_history import BaseChange, BaseScope, effective, scope_of
from domain.base_rule import BaseRule
from domain.period import BillingMonth
from domain.policy import KIND_ORDER, Category, Kind, PolicyBook
from domain.scheme import Terms


class EndReason(StrEnum):
    """Why an enrolment ended although the person goes on: neither is a departure, and analysis tells them apart."""

    TRANSFERRED_OUT = "transferred_out"
    SCHEME_CHANGED = "scheme_changed"


END_REASON_LABELS: Final[dict[EndReason, tuple[str, str]]] = {
    EndReason.TRANSFERRED_OUT: ("转出", "moved to another company"),
    EndReason.SCHEME_CHANGED: ("方案变更", "changed to another scheme"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of an enrolment as it was begun: base in fen, housing-fund rate in ppm (None for other kinds)."""

    kind: Kind
    tier: str
    base_rule: BaseRule
    base_fen: int
    housing_rate_ppm: int | None


@dataclass(frozen=True, slots=True)
class Spell:
    """An effective enrolment with its parts and the bases declared for it since."""

    enrollment_id: int
    person_id: int
    city_code: str
    category: Category
    scheme_id: int | None
    start_month: int
    service_fee_fen: int
    parts: tuple[Part, ...]
    changes: tuple[BaseChange, ...] = ()
    scheme_version_id: int | None = None
    legal_basis: str = ""
    contract_start: str | None = None
    contract_end: str | None = None
    last_month: int | None = None
    # The first month of the enrolments with this company that it goes on from without a gap; 0: it goes on from none.
    chain_start: int = 0

    @property
    def since(self) -> int:
        """The first month with this company, whatever scheme it was under."""
        return self.chain_start or self.start_month

    def of_scope(self, scope: BaseScope) -> list[Part]:
        """The parts of a scope."""
        return [part for part in self.parts if scope_of(part.kind) is scope]

    def now(self, part: Part, month: int) -> tuple[int, int | None]:
        """Declared base (fen) and housing-fund rate (ppm) of a part in a month (yyyymm)."""
        return effective(self.changes, part.kind, part.base_rule, month, part.base_fen, part.housing_rate_ppm)


@dataclass(frozen=True, slots=True)
class NewBase:
    """A base (fen) for one scope from a month on; of the housing fund with its rate (ppm), never left open."""

    scope: BaseScope
    from_month: int
    base_fen: int
    housing_rate_ppm: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row asks for: None leaves a base or rate as it is. Months are numbers (202611)."""

    social_fen: int | None
    fund_fen: int | None
    fund_rate_ppm: int | None
    social_from: int
    fund_from: int

    @property
    def scopes(self) -> tuple[BaseScope, ...]:
        """The scopes that are asked for."""
        fund = self.fund_fen is not None or self.fund_rate_ppm is not None
        wanted = ((BaseScope.SOCIAL, self.social_fen is not None), (BaseScope.FUND, fund))
        return tuple(scope for scope, asked in wanted if asked)

    def from_month(self, scope: BaseScope) -> int:
        """The month from which the new base of that scope holds."""
        return self.fund_from if scope is BaseScope.FUND else self.social_from


def standing(spells: Iterable[Spell], scope: BaseScope, month: int) -> tuple[int, int | None] | None:
    """The declared base (fen) and rate (ppm) of a scope in a month; None where no enrolment has that scope.

    A part whose base is declared says it better than one that goes by a limit or a fixed amount.
    """
    found = [(spell, part) for spell in spells for part in spell.of_scope(scope)]
    found.sort(key=lambda each: (each[1].base_rule is not BaseRule.DECLARED, KIND_ORDER[each[1].kind]))
    return found[0][0].now(found[0][1], month) if found else None


def new_bases(spell: Spell, asked: Asked) -> list[NewBase]:
    """The facts that a change of base adds to one enrolment; nothing for scopes that it does not have.

    An enrolment that begins later than asked takes the new base from its own first month on. What is not asked for
    is written as it stands, so that each fact is complete by itself.
    """
    found = []
    for scope in asked.scopes:
        month = max(asked.from_month(scope), spell.start_month)
        was = standing([spell], scope, month)
        if was is None:
            continue
        if scope is BaseScope.SOCIAL:
            found.append(NewBase(scope, month, was[0] if asked.social_fen is None else asked.social_fen))
        else:
            base = was[0] if asked.fund_fen is None else asked.fund_fen
            rate = was[1] if asked.fund_rate_ppm is None else asked.fund_rate_ppm
            found.append(NewBase(scope, month, base, rate))
    return found


def period_start(book: PolicyBook, city_code: str, category: Category, kind: Kind, month: int) -> int | None:
    """The first month of the policy period in force for a kind in a month; None where there is no policy."""
    rows = book.in_force(city_code, category, kind, month)
    return rows[0].effective_from if rows else None


def gone_on(spells: Sequence[Spell], month: int) -> tuple[Part, ...]:
    """The parts of an enrolment that goes on elsewhere from a month on as it is: same kinds, tiers, rates and bases."""
    parts: dict[Kind, Part] = {}
    for spell in spells:
        for part in spell.parts:
            base, rate = spell.now(part, month)
            parts.setdefault(part.kind, Part(part.kind, part.tier, part.base_rule, base, rate))
    return tuple(sorted(parts.values(), key=lambda part: KIND_ORDER[part.kind]))


def gone_on_under(
    spells: Sequence[Spell],
    month: int,
    kinds: Iterable[Kind],
    terms: Terms,
    base_fen: int | None = None,
    company_rate_ppm: int | None = None,
) -> tuple[Part, ...]:
    """The parts of an enrolment that goes on under a scheme's terms from a month on.

    The declared base is the row's own, else the one in force; the housing fund keeps its base, or takes the social
    one when it is new. The rate is the scheme's, else the one in force, else the company's. Raises ValueError where
    there is no base at all (`needs_base`).
    """
    social, fund = (standing(spells, scope, month) for scope in (BaseScope.SOCIAL, BaseScope.FUND))
    declared = base_fen if base_fen is not None else social[0] if social else fund[0] if fund else None
    if declared is None:
        raise ValueError("nobody declared a base")
    fund_base = fund[0] if fund else declared
    kept_rate = fund[1] if fund and fund[1] is not None else company_rate_ppm
    rate = terms.housing_rate_ppm if terms.housing_rate_ppm is not None else kept_rate
    parts = []
    for kind in sorted(kinds, key=KIND_ORDER.__getitem__):
        term, of_fund = terms.base(kind), scope_of(kind) is BaseScope.FUND
        base = term.fen if term.fen is not None else fund_base if of_fund else declared
        parts.append(Part(kind, terms.tiers.get(kind, ""), term.rule, base, rate if of_fund else None))
    return tuple(parts)


def needs_base(spells: Sequence[Spell], kinds: Iterable[Kind], month: int) -> bool:
    """Whether social kinds are asked for that nobody has declared a wage for: the fund's base is not a wage."""
    social = any(scope_of(kind) is BaseScope.SOCIAL for kind in kinds)
    return social and standing(spells, BaseScope.SOCIAL, month) is None


def still_to_come(spells: Iterable[Spell], month: int) -> list[tuple[int, BaseChange]]:
    """Bases on file that begin after a month, each with its enrolment: they go along to the new enrolment.

    Where two old enrolments become one, only the first with that scope is asked.
    """
    found: list[tuple[int, BaseChange]] = []
    seen: set[BaseScope] = set()
    for spell in spells:
        mine = {scope_of(part.kind) for part in spell.parts} - seen
        found += [(spell.enrollment_id, c) for c in spell.changes if c.from_month > month and c.scope in mine]
        seen |= mine
    return found


def month_before(month: int) -> int:
    """The month before (numbers such as 202611)."""
    return BillingMonth.of(month).shift(-1).number


def first_open_month(closed: Iterable[int], wanted: int) -> int | None:
    """The first month after everything that is closed, when the month wanted is not open; None when it is open.

    A month before a closed one is no longer open either: its bill could not be written in order.
    """
    last = max(closed, default=None)
    return None if last is None or wanted > last else BillingMonth.of(last).shift(1).number
