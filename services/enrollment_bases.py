"""The bases of enrolments: what holds this month, and what was declared when, by which batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.clock import business_day
from db.sql import fetch, fetch_tuples, marks
from domain.base_history import BaseChange, BaseScope, effective, scope_of
from domain.base_rule import BaseRule
from domain.period import BillingMonth
from domain.policy import KIND_ORDER, Kind
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class BaseFact:
    """A base (fen) for one scope from a month (yyyymm) on, declared by which batch; the first is its own."""

    scope: BaseScope
    from_month: int
    base_fen: int
    housing_rate_ppm: int | None
    batch_id: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Bases:
    """The bases in force this month (None where the scope is not enrolled), and every one declared, newest first."""

    social_fen: int | None = None
    fund_fen: int | None = None
    fund_rate_ppm: int | None = None
    history: tuple[BaseFact, ...] = ()


_ITEMS = (
    "SELECT i.enrollment_id, i.kind, i.base_rule, i.declared_base_fen, i.housing_rate_ppm, e.start_month, "
    "e.last_month, e.batch_id, e.created_at FROM enrollment_item i JOIN enrollment e ON e.id = i.enrollment_id "
    "WHERE i.enrollment_id IN ({ids})"
)
_CHANGES = (
    "SELECT enrollment_id, id, scope, from_month, base_fen, housing_rate_ppm, batch_id, created_at "
    "FROM enrollment_base WHERE enrollment_id IN ({ids}) AND voided_at = 0"
)


async def bases(ports: Ports, enrollment_ids: Sequence[int]) -> list[Bases]:
    """The bases of each enrolment. The caller has already checked that they may be seen.

    Of an enrolment that has not begun or has ended, the month nearest to this one counts.
    """
    if not enrollment_ids:
        return []
    month = BillingMonth.from_date(business_day(ports.store.clock())).number
    items: dict[int, list[dict]] = defaultdict(list)
    for r in await fetch(_ITEMS.format(ids=marks(enrollment_ids)), list(enrollment_ids)):
        items[r["enrollment_id"]].append(r)
    changes: dict[int, list[tuple[BaseChange, int, int]]] = defaultdict(list)
    for enrollment_id, row_id, scope, start, base, rate, batch_id, at in await fetch_tuples(
        _CHANGES.format(ids=marks(enrollment_ids)), list(enrollment_ids)
    ):
        changes[enrollment_id].append((BaseChange(row_id, BaseScope(scope), start, base, rate), batch_id, at))
    return [_bases(items[i], changes[i], month) for i in enrollment_ids]


def _bases(items: Sequence[dict], changes: Sequence[tuple[BaseChange, int, int]], month: int) -> Bases:
    now: dict[BaseScope, tuple[int, int | None]] = {}
    first: list[BaseFact] = []
    # A kind whose base is declared says it better than one that goes by a limit or a fixed amount.
    ordered = sorted(items, key=lambda r: (r["base_rule"] != BaseRule.DECLARED, KIND_ORDER[Kind(r["kind"])]))
    for r in ordered:
        kind = Kind(r["kind"])
        scope = scope_of(kind)
        if scope in now:
            continue
        held = max(r["start_month"], min(month, r["last_month"] or month))
        own, rate = r["declared_base_fen"], r["housing_rate_ppm"]
        now[scope] = effective([c for c, _, _ in changes], kind, BaseRule(r["base_rule"]), held, own, rate)
        first.append(BaseFact(scope, r["start_month"], own, rate, r["batch_id"], r["created_at"]))
    facts = [
        BaseFact(c.scope, c.from_month, c.base_fen, c.housing_rate_ppm, batch_id, at)
        for c, batch_id, at in sorted(changes, key=lambda each: (each[0].from_month, each[0].id), reverse=True)
    ]
    social, fund = now.get(BaseScope.SOCIAL), now.get(BaseScope.FUND)
    return Bases(
        social_fen=social[0] if social else None,
        fund_fen=fund[0] if fund else None,
        fund_rate_ppm=fund[1] if fund else None,
        history=(*facts, *first),
    )
