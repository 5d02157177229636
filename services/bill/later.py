"""Lines of the next open month for closed months: makeups and differences of whatever became known later, and our fee.

Only what can have changed since the closed months were last settled is looked at; `suspects` says what that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson

from db.sql import fetch, marks
from domain.base_history import effective
from domain.base_rule import BaseRule, declared_for, unknown_limit
from domain.bill import EARLIER_OPEN
from domain.contribution import Line, contribute
from domain.difference import Billed, Settlement, settle
from domain.enrollment import pays
from domain.errors import Problem, Severity
from domain.policy import Category, Kind, PolicyBook
from domain.selection import Choice, select
from services.bill import bases, closed_fees
from services.bill.late_fees import Charged, LateFees, charged_so_far
from services.bill.run import of_city
from services.bill.suspects import CHUNK, Past, find, is_closed, settled_until


@dataclass(frozen=True, slots=True)
class Setting:
    """The company whose month is run, with what its lines are computed by; all of it, or the people of one city."""

    company_id: int
    month: int
    injury_class: int | None
    policies: PolicyBook
    city_code: str | None = None


async def lines(setting: Setting) -> tuple[list[tuple], list[Problem]]:
    """The line tuples for closed months, and problems. They belong on the earliest open bill: on a later one there
    are none, with a notice that says where they are."""
    bills = await fetch(
        "SELECT id, month, state, generation, drafted_at, closed_at, problems FROM bill "
        "WHERE company_id = ? AND month <> ? ORDER BY month",
        [setting.company_id, setting.month],
    )
    # A later month may have been closed before this one: what it settled already counts, its own month is not asked.
    closed = [b for b in bills if is_closed(b)]
    settled_on = [b["id"] for b in closed]
    months = tuple(b["month"] for b in closed if b["month"] < setting.month)
    if not months:
        return [], []
    if any(b["month"] < setting.month and not is_closed(b) for b in bills):
        return [], [_earlier_open()]
    since = settled_until(closed, setting.month)
    past = Past(setting.company_id, setting.city_code, months, settled_on, since)
    changed = await find(past)
    suspects = changed.months
    found: list[tuple] = []
    problems: dict[Problem, int] = defaultdict(int)
    fees = LateFees(setting.month, setting.policies)
    ids = sorted(suspects)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        charged = await charged_so_far(settled_on, chunk)
        async for item, month, now, settlement in _settled(setting, settled_on, chunk, suspects, problems):
            if settlement is not None:
                found.append(_line(item, month, settlement))
            before = charged.get((item["enrollment_id"], item["kind"], month), Charged())
            fee = await fees.line(item, month, now, settlement, before)
            if fee is not None:
                found.append(fee)
    for moved in changed.moved:
        found += await closed_fees.lines(past, moved)
    return found, [*(p.at(value=f"{count} 人") for p, count in problems.items()), *fees.problems()]


async def _settled(
    setting: Setting,
    bill_ids: list[int],
    enrollment_ids: list[int],
    suspects: dict[int, set[int]],
    problems: dict[Problem, int],
) -> AsyncIterator[tuple[dict, int, Line | None, Settlement | None]]:
    """Some enrolments kind by kind and month by month: item, month, what is owed today and what is to be settled.

    The last is None where everything was billed as it should be.
    """
    city, in_city = of_city("e.city_code", setting.city_code)
    items = await fetch(
        "SELECT i.enrollment_id, i.person_id, i.kind, i.tier, i.state, i.declared_base_fen, i.housing_rate_ppm, "
        "i.base_rule, i.start_month, i.last_month, e.city_code, e.category, e.legal_basis FROM enrollment_item i "
        f"JOIN enrollment e ON e.id = i.enrollment_id WHERE i.enrollment_id IN ({marks(enrollment_ids)}) {city} "
        "ORDER BY i.id",
        [*enrollment_ids, *in_city],
    )
    changes = await bases.of_enrollments(enrollment_ids)
    billed = await _billed(bill_ids, enrollment_ids)
    for item in items:
        for month in sorted(suspects[item["enrollment_id"]]):
            now = _owed(setting, item, changes, month)
            if isinstance(now, Problem):
                problems[now] += 1
                continue
            was = billed.get((item["enrollment_id"], item["kind"], month), Billed())
            settlement = settle(now, was)
            if settlement is not None:
                unknown = unknown_limit(BaseRule(item["base_rule"]), now.policy) if now else None
                if unknown is not None:
                    problems[unknown] += 1
            yield item, month, now, settlement


async def _billed(bill_ids: list[int], enrollment_ids: list[int]) -> dict[tuple[int, str, int], Billed]:
    rows = await fetch(
        "SELECT enrollment_id, kind, belongs_month, SUM(employer_fen) AS employer, SUM(employee_fen) AS employee, "
        f"COUNT(*) AS n FROM bill_line WHERE bill_id IN ({marks(bill_ids)}) "
        f"AND enrollment_id IN ({marks(enrollment_ids)}) AND line_type IN ('normal', 'makeup', 'difference') "
        "GROUP BY enrollment_id, kind, belongs_month",
        [*bill_ids, *enrollment_ids],
    )
    return {
        (r["enrollment_id"], r["kind"], r["belongs_month"]): Billed(int(r["employer"]), int(r["employee"]), int(r["n"]))
        for r in rows
    }


def _owed(setting: Setting, item: dict, changes: bases.Changes, month: int) -> Line | Problem | None:
    """What the item owes for the month by today's facts; None when it does not cover the month."""
    if item["state"] not in ("effective", "stopped") or not pays(month, item["start_month"], item["last_month"]):
        return None
    kind, rule = Kind(item["kind"]), BaseRule(item["base_rule"])
    mine = changes.get(item["enrollment_id"], ())
    declared, rate = effective(mine, kind, rule, month, item["declared_base_fen"], item["housing_rate_ppm"])
    choice = Choice(
        tiers={kind: item["tier"]} if item["tier"] else {},
        housing_rate_ppm=rate,
        injury_class=setting.injury_class,
    )
    found = select(setting.policies, item["city_code"], Category(item["category"]), kind, month, choice)
    return (
        found
        if isinstance(found, Problem)
        else contribute(found[0], declared_for(rule, declared, found[0]), *found[1:])
    )


def _line(item: dict, month: int, settlement: Settlement) -> tuple:
    now = settlement.now
    return (
        item["person_id"],
        item["enrollment_id"],
        item["city_code"],
        item["kind"],
        settlement.line_type.value,
        month,
        now.declared_base_fen if now else item["declared_base_fen"],
        now.base_fen if now else 0,
        now.employer_rate_ppm if now else 0,
        now.employee_rate_ppm if now else 0,
        settlement.employer_fen,
        settlement.employee_fen,
        now.policy.id if now else None,
        orjson.dumps(settlement.reason).decode(),
    )


def _earlier_open() -> Problem:
    return Problem(
        EARLIER_OPEN,
        "较早的月份尚未关账，补缴与补差会列在那个月的账单上",
        "An earlier month is still open; makeups and differences are on its bill",
        "请先关闭较早的月份",
        "Close the earlier month first",
        severity=Severity.NOTICE,
    )
