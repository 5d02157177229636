"""How a scheme is carried out: who is on it since when, and what it cost month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from db.scope import company_sql
from db.sql import fetch, fetch_value
from domain.actor import Actor
from domain.errors import Refusal, invalid
from domain.period import BillingMonth
from domain.scheme import Version
from services.paging import Page, Window, page_of
from services.ports import Ports
from services.scheme.rows import SchemeRow, one, this_month

MOST_MONTHS: Final = 36
"""Months of one question about costs."""


@dataclass(frozen=True, slots=True)
class OnScheme:
    """Somebody on a scheme: `id` is the enrolment's; `version` is what they were enrolled by."""

    id: int
    person_id: int
    company_id: int
    state: str
    start_month: int
    last_month: int | None
    declared_base_fen: int
    service_fee_fen: int
    version: Version


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What was billed for people of a scheme in a month (fen); `closed`: none of it can change any more."""

    month: int
    people: int
    employer_fen: int
    employee_fen: int
    fee_fen: int
    closed: bool


async def people_on(ports: Ports, actor: Actor, scheme_id: int, window: Window) -> Page[OnScheme]:
    """People who are or will be on the scheme, of companies in scope, the newest enrolment first."""
    actor.require("scheme.read")
    actor.require("enrollment.read")
    scheme = await one(actor, scheme_id)
    condition, values = company_sql(actor, "company_id")
    condition = (
        "scheme_id = ? AND (state IN ('submitted', 'effective') OR (state = 'stopped' AND last_month >= ?)) "
        f"AND {condition}"
    )
    values = [scheme.id, this_month(ports), *values]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM enrollment WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND id < ?", [*values, window.before_id]
    rows = await fetch(
        "SELECT id, person_id, company_id, state, start_month, last_month, declared_base_fen, service_fee_fen, "
        f"scheme_version_id FROM enrollment WHERE {condition} ORDER BY id DESC LIMIT ?",
        [*values, window.first + 1],
    )
    return page_of([_on(scheme, r) for r in rows], window, total)


def _on(scheme: SchemeRow, r: dict) -> OnScheme:
    """Enrolments from before there were versions go by the scheme's own columns."""
    version_id = r.pop("scheme_version_id")
    version = next((v for v in scheme.versions if v.id == version_id), scheme.versions[0])
    return OnScheme(**r, version=version)


async def execution(actor: Actor, scheme_id: int, first: int, last: int) -> list[MonthCost]:
    """People and amounts by billing month (yyyymm, both included) of companies in scope, as the bills have them."""
    actor.require("scheme.read")
    actor.require("bill.read")
    scheme = await one(actor, scheme_id)
    if not 0 <= BillingMonth.of(first).months_until(BillingMonth.of(last)) < MOST_MONTHS:
        raise Refusal(
            invalid(
                "toMonth", f"请选择 1 至 {MOST_MONTHS} 个月", f"Choose 1 to {MOST_MONTHS} months, the first one first"
            )
        )
    condition, values = company_sql(actor, "b.company_id")
    fee = "l.line_type = 'service_fee'"
    rows = await fetch(
        "SELECT b.month, COUNT(DISTINCT l.person_id) AS people, "
        f"SUM(CASE WHEN {fee} THEN 0 ELSE l.employer_fen END) AS employer, SUM(l.employee_fen) AS employee, "
        f"SUM(CASE WHEN {fee} THEN l.employer_fen ELSE 0 END) AS fee, "
        "SUM(CASE WHEN b.state = 'closed' THEN 0 ELSE 1 END) AS still_open "
        "FROM bill b JOIN bill_line l ON l.bill_id = b.id JOIN enrollment e ON e.id = l.enrollment_id "
        f"WHERE b.month BETWEEN ? AND ? AND e.scheme_id = ? AND {condition} GROUP BY b.month ORDER BY b.month",
        [first, last, scheme.id, *values],
    )
    return [
        MonthCost(r["month"], r["people"], int(r["employer"]), int(r["employee"]), int(r["fee"]), not r["still_open"])
        for r in rows
    ]
