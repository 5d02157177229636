"""Running a month: every enrolment in force, kind by kind, becomes lines of its company's bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import orjson

from db.models.bill import Bill
from db.models.company import Company
from db.scope import companies, company
from db.sql import execute, fetch, fetch_value
from db.transaction import Work, work
from domain.actor import Actor
from domain.bill import BillAct, BillState, LineType, next_state
from domain.errors import Problem, Refusal, Severity
from domain.period import BillingMonth
from services.bill import later
from services.bill.run import Run, Sheet, items_of
from services.bill.stale import mark_stale
from services.policy import book
from services.ports import Ports

_FEES = """
SELECT id AS enrollment_id, person_id, city_code, service_fee_fen FROM enrollment
WHERE company_id = ? AND state IN ('effective', 'stopped') AND start_month <= ?
  AND (last_month IS NULL OR last_month >= ?) AND service_fee_fen > 0
"""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Bills that were computed, and what stood in the way of others."""

    bill_ids: tuple[int, ...]
    problems: tuple[Problem, ...]


async def draft_month(ports: Ports, actor: Actor, month: int, company_id: int | None) -> Drafted:
    """Computes the month for one company, or for every company in scope that has somebody enrolled in it.

    Each company is a transaction of its own. A closed month is left as it is: asked for by name it is refused.
    """
    actor.require("bill.draft")
    if company_id is not None:
        await company(actor, company_id)
        return Drafted((await _draft(ports, actor, month, company_id),), ())
    drafted, problems = [], []
    for each in await _concerned(actor, month):
        try:
            drafted.append(await _draft(ports, actor, month, each))
        except Refusal as refusal:
            problems += [p.at(value=str(each)) for p in refusal.problems if p.code not in _EXPECTED]
    if not drafted and not problems:
        problems.append(_nobody(month))
    return Drafted(tuple(drafted), tuple(problems))


# Of a month run for everybody: closed bills stay as they are, and who was billed before may have nobody left.
_EXPECTED = frozenset({"bill_state", "nobody_enrolled"})


async def _concerned(actor: Actor, month: int) -> list[int]:
    """Companies with people in the month, and those with closed months that may have to be settled."""
    rows = await fetch(
        "SELECT company_id FROM enrollment_item WHERE state IN ('effective', 'stopped') AND start_month <= ? "
        "AND (last_month IS NULL OR last_month >= ?) UNION SELECT company_id FROM bill WHERE state = 'closed' "
        "AND month < ?",
        [month, month, month],
    )
    visible = await Company.filter(companies(actor), id__in=[r["company_id"] for r in rows]).order_by("name")
    return [c.id for c in visible]


async def _draft(ports: Ports, actor: Actor, month: int, company_id: int) -> int:
    async with work(ports.store, actor) as unit:
        # The company's row is the lock: a bill that does not exist yet cannot be locked itself.
        owner = await Company.filter(id=company_id).select_for_update().get()
        bill = await Bill.filter(company_id=company_id, month=month).select_for_update().first()
        fresh = bill is None
        # Read after the locks, so that the lines and the moment they are computed at belong together.
        policies = await book(ports.store)
        if bill is None:
            bill = await Bill.create(
                id=unit.new_id(),
                company_id=company_id,
                month=month,
                state=BillState.DRAFT,
                problems="[]",
                created_at=unit.now,
                drafted_at=unit.now,
            )
        bill.state = next_state(BillState(bill.state), BillAct.REDRAFT)
        await execute("DELETE FROM bill_line WHERE bill_id = ?", [bill.id])
        run, sheet = Run(policies, month, owner.injury_class), Sheet(ports.store, bill.id)
        found = False
        async for items in items_of(company_id, month):
            found = True
            await sheet.add(run.lines(items))
        settled, told = await later.lines(later.Setting(company_id, month, owner.injury_class, policies))
        # A draft whose people were all undone is written empty, so that it can be closed and later months go on.
        if fresh and not found and not settled:
            raise Refusal(_nobody(month))
        if fresh:
            await mark_stale(company_id, [BillingMonth.of(month).shift(1).number])
        await sheet.add(settled)
        extra, notices = await _extra(company_id, month)
        await sheet.add(extra)
        await _total(unit, bill, sheet, [*run.problems(), *told, *notices])
        totals = {"人数": bill.people, "行数": bill.line_count}
        await unit.audit("bill.draft", "bill", bill.id, company_id, 月份=str(BillingMonth.of(month)), **totals)
        return bill.id


async def _extra(company_id: int, month: int) -> tuple[list[tuple], list[Problem]]:
    """Lines that do not come from the month's items, and what is to be said about the bill as a whole.

    Whatever else is charged joins here, as tuples of `run.COLUMNS` without the first two.
    """
    fees = await fetch(_FEES, [company_id, month, month])
    return list(_fee_lines(fees, month)), await _earlier(company_id, month)


def _fee_lines(fees: Sequence[dict], month: int) -> Iterator[tuple]:
    for fee in fees:
        person, enrollment, city = fee["person_id"], fee["enrollment_id"], fee["city_code"]
        amount = fee["service_fee_fen"]
        yield (person, enrollment, city, "", LineType.SERVICE_FEE.value, month, 0, 0, 0, 0, amount, 0, None, None)


async def _total(unit: Work, bill: Bill, sheet: Sheet, problems: Sequence[Problem]) -> None:
    bill.people, bill.line_count = sheet.people, sheet.line_count
    bill.employer_fen, bill.employee_fen, bill.fee_fen = sheet.employer_fen, sheet.employee_fen, sheet.fee_fen
    bill.problems = orjson.dumps([asdict(p) for p in problems]).decode()
    bill.drafted_at, bill.confirmed_at, bill.confirmed_by_id = unit.now, 0, None
    await bill.save()


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


def _nobody(month: int) -> Problem:
    return Problem(
        "nobody_enrolled",
        f"{BillingMonth.of(month)} 没有在册人员，无需出账",
        f"Nobody is enrolled in {BillingMonth.of(month)}; there is nothing to bill",
        "请先导入增员并登记办理结果",
        "Import enrolments and record their results first",
        field="month",
    )
