"""Totalling a bill from its parts, and proving that a head is the sum of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import orjson

from db.models.bill import Bill, BillPart
from db.sql import fetch, fetch_value
from db.transaction import Work
from domain.bill import LineType, sums_differ
from domain.errors import Problem, Refusal, Severity
from domain.money import format_yuan
from domain.policy import Kind


async def finish(unit: Work, bill: Bill, parts: Sequence[BillPart], problems: Sequence[Problem]) -> None:
    """Puts the totals of all parts and what is to be said on the bill's head; the caller saves it.

    What acts noted on the bill while it was computed (`stale.mark_stale`) stays.
    """
    company_id = bill.company_id  # type: ignore[attr-defined]
    bill.people = parts[0].people if len(parts) == 1 else await _people(bill.id)
    bill.line_count = sum(p.line_count for p in parts)
    bill.employer_fen = sum(p.employer_fen for p in parts)
    bill.employee_fen = sum(p.employee_fen for p in parts)
    bill.fee_fen = sum(p.fee_fen for p in parts)
    # Facts are new to the bill when they came after the first of its parts was computed.
    bill.drafted_at = min(p.done_at for p in parts)
    told = [*problems, *await _earlier(company_id, bill.month)]
    bill.problems = orjson.dumps([*(asdict(p) for p in told), *orjson.loads(bill.problems)]).decode()
    await unit.audit("bill.draft", "bill", bill.id, company_id, 人数=bill.people, 行数=bill.line_count)


async def _people(bill_id: int) -> int:
    return int(await fetch_value("SELECT COUNT(DISTINCT person_id) FROM bill_line WHERE bill_id = ?", [bill_id]))


async def proven(bill: Bill) -> list[tuple[Kind, int]]:
    """What each kind comes to on the bill (fen, both sides, late fees too), read from its lines.

    Refused (bill_sums_differ) when the bill's head is not the sum of its lines.
    """
    rows = await fetch(
        "SELECT kind, line_type, COUNT(*) AS n, SUM(employer_fen) AS employer, SUM(employee_fen) AS employee "
        "FROM bill_line WHERE bill_id = ? GROUP BY kind, line_type",
        [bill.id],
    )
    charged = [r for r in rows if r["line_type"] != LineType.SERVICE_FEE]
    fee = sum(int(r["employer"]) + int(r["employee"]) for r in rows if r["line_type"] == LineType.SERVICE_FEE)
    employer, employee = (sum(int(r[side]) for r in charged) for side in ("employer", "employee"))
    head = (bill.line_count, bill.employer_fen, bill.employee_fen, bill.fee_fen)
    lines = (sum(r["n"] for r in rows), employer, employee, fee)
    if head != lines:
        raise Refusal(sums_differ(_told(*head), _told(*lines)))
    kinds = sorted({r["kind"] for r in charged})
    by_kind = {k: sum(int(r["employer"]) + int(r["employee"]) for r in charged if r["kind"] == k) for k in kinds}
    return [(Kind(kind), fen) for kind, fen in by_kind.items()]


def _told(count: int, employer: int, employee: int, fee: int) -> str:
    amounts = f"单位 {format_yuan(employer)}、个人 {format_yuan(employee)}、服务费 {format_yuan(fee)}"
    return f"{count} 行，{amounts}"


async def _earlier(company_id: int, month: int) -> list[Problem]:
    """A warning when people of this bill have earlier months that no bill has charged."""
    count = await fetch_value(
        "SELECT COUNT(*) FROM enrollment e WHERE e.company_id = ? AND e.state IN ('effective', 'stopped') "
        "AND e.start_month < ? AND NOT EXISTS (SELECT 1 FROM bill_line l JOIN bill b ON b.id = l.bill_id "
        "WHERE b.company_id = ? AND l.enrollment_id = e.id AND l.belongs_month = e.start_month)",
        [company_id, month, company_id],
    )
    if not count:
        return []
    return [
        Problem(
            "earlier_month_unbilled",
            f"有 {count} 人的起始月早于本月且尚未出账",
            f"{count} people start before this month and have not been billed for it",
            "请先运行较早的月份",
            "Run the earlier month first",
            severity=Severity.WARNING,
            value=f"{count} 人",
        )
    ]
