"""Lines of the next open month for closed months: makeups and differences of whatever became known later.

Only what can have changed is looked at: enrolments that ended before a month they were billed for, enrolments that
cover a closed month and have no line for it, enrolments whose base was declared anew or taken back since the bill was
computed, and kinds whose policy rows were added or retired since then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import orjson

from db.sql import fetch, marks
from domain.base_history import effective
from domain.base_rule import BaseRule, declared_for, unknown_limit
from domain.bill import BillState
from domain.contribution import Line, contribute
from domain.difference import Billed, Settlement, settle
from domain.enrollment import pays
from domain.errors import Problem, Severity
from domain.policy import Category, Kind, PolicyBook
from domain.selection import Choice, select
from services.bill import bases
from services.bill.late_fees import LateFees
from services.bill.run import of_city

CHUNK = 500

MARGIN_MS = 60 * 60 * 1000
"""An act stamps its rows when it begins and commits later: rows a little older than a bill may be new to it."""

_ENDED = """
SELECT DISTINCT l.enrollment_id, l.belongs_month FROM bill_line l
LEFT JOIN enrollment_item i ON i.enrollment_id = l.enrollment_id AND i.kind = l.kind
WHERE l.bill_id IN ({bills}) AND l.line_type IN ('normal', 'makeup', 'difference')
  {city} AND (i.id IS NULL OR i.state NOT IN ('effective', 'stopped') OR i.start_month > l.belongs_month
       OR (i.last_month IS NOT NULL AND i.last_month < l.belongs_month))
"""
_UNBILLED = """
SELECT DISTINCT i.enrollment_id FROM enrollment_item i {join}
WHERE i.company_id = ? AND i.state IN ('effective', 'stopped') AND i.start_month <= ?
  AND (i.last_month IS NULL OR i.last_month >= ?)
  {city} AND NOT EXISTS (SELECT 1 FROM bill_line l WHERE l.bill_id IN ({bills}) AND l.enrollment_id = i.enrollment_id
                  AND l.kind = i.kind AND l.belongs_month = ?)
"""
_NEW_ROWS = """
SELECT city_code, kind, effective_from, effective_to FROM policy
WHERE (created_at > ? OR retired_at > ?) AND effective_from <= ? AND (effective_to IS NULL OR effective_to >= ?)
"""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed bill: its id, month, and when it was computed."""

    id: int
    month: int
    drafted_at: int


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
        "SELECT id, month, state, drafted_at FROM bill WHERE company_id = ? AND month <> ? ORDER BY month",
        [setting.company_id, setting.month],
    )
    # A later month may have been closed before this one: what it settled already counts, its own month is not asked.
    settled_on = [b["id"] for b in bills if b["state"] == BillState.CLOSED]
    earlier = [b for b in bills if b["month"] < setting.month]
    closed = [Closed(b["id"], b["month"], b["drafted_at"]) for b in earlier if b["state"] == BillState.CLOSED]
    if not closed:
        return [], []
    if len(closed) < len(earlier):
        return [], [_earlier_open()]
    suspects = await _suspects(setting, closed, settled_on)
    found: list[tuple] = []
    problems: dict[Problem, int] = defaultdict(int)
    fees = LateFees(setting.month, setting.policies)
    ids = sorted(suspects)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        async for item, month, settlement in _settled(setting, settled_on, chunk, suspects, problems):
            found.append(_line(item, month, settlement))
            fee = await fees.line(item, month, settlement)
            if fee is not None:
                found.append(fee)
    return found, [*(p.at(value=f"{count} 人") for p, count in problems.items()), *fees.problems()]


async def _suspects(setting: Setting, closed: Sequence[Closed], bill_ids: list[int]) -> dict[int, set[int]]:
    """Closed months by enrolment in which something may have changed."""
    found: dict[int, set[int]] = defaultdict(set)
    months = {b.month for b in closed}
    city, in_city = of_city("l.city_code", setting.city_code)
    for r in await fetch(_ENDED.format(bills=marks(bill_ids), city=city), [*bill_ids, *in_city]):
        if r["belongs_month"] in months:
            found[r["enrollment_id"]].add(r["belongs_month"])
    city, in_city = of_city("e.city_code", setting.city_code)
    # The items do not say their city, and a company of one city need not be asked for it.
    join = "JOIN enrollment e ON e.id = i.enrollment_id" if city else ""
    unbilled = _UNBILLED.format(bills=marks(bill_ids), city=city, join=join)
    for bill in closed:
        values = [setting.company_id, bill.month, bill.month, *in_city, *bill_ids, bill.month]
        for r in await fetch(unbilled, values):
            found[r["enrollment_id"]].add(bill.month)
        since = bill.drafted_at - MARGIN_MS
        for enrollment_id in await bases.changed_since(setting.company_id, bill.month, since):
            found[enrollment_id].add(bill.month)
        changed = await fetch(_NEW_ROWS, [since, since, bill.month, bill.month])
        for where, kind in {(r["city_code"], r["kind"]) for r in changed}:
            if setting.city_code not in (None, where):
                continue
            touched = await fetch(
                f"SELECT DISTINCT enrollment_id FROM bill_line WHERE bill_id IN ({marks(bill_ids)}) "
                "AND belongs_month = ? AND city_code = ? AND kind = ?",
                [*bill_ids, bill.month, where, kind],
            )
            for r in touched:
                found[r["enrollment_id"]].add(bill.month)
    return found


async def _settled(
    setting: Setting,
    bill_ids: list[int],
    enrollment_ids: list[int],
    suspects: dict[int, set[int]],
    problems: dict[Problem, int],
) -> AsyncIterator[tuple[dict, int, Settlement]]:
    """What is to be settled for some enrolments: item, month and settlement, kind by kind and month by month."""
    city, in_city = of_city("e.city_code", setting.city_code)
    items = await fetch(
        "SELECT i.enrollment_id, i.person_id, i.kind, i.tier, i.state, i.declared_base_fen, i.housing_rate_ppm, "
        "i.base_rule, i.start_month, i.last_month, e.city_code, e.category FROM enrollment_item i JOIN enrollment e "
        f"ON e.id = i.enrollment_id WHERE i.enrollment_id IN ({marks(enrollment_ids)}) {city} ORDER BY i.id",
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
                yield item, month, settlement


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
        "earlier_month_open",
        "较早的月份尚未关账，补缴与补差会列在那个月的账单上",
        "An earlier month is still open; makeups and differences are on its bill",
        "请先关闭较早的月份",
        "Close the earlier month first",
        severity=Severity.NOTICE,
    )
