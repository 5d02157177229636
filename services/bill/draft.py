"""Starting a month: each company's bill is split into a part a city, and every part becomes a job of its own."""

from __future__ import annotations

from dataclasses import dataclass

from db.models.bill import Bill, BillPart
from db.models.company import Company
from db.scope import companies, company
from db.sql import execute, fetch, fetch_value
from db.transaction import Work, work
from domain.actor import Actor
from domain.bill import BillAct, BillState, PartState, next_state
from domain.errors import Problem, Refusal
from domain.period import BillingMonth
from services.bill import later
from services.bill.stale import mark_stale
from services.policy import book
from services.ports import Ports

_IN_MONTH = """
SELECT 1 FROM enrollment_item WHERE company_id = ? AND state IN ('effective', 'stopped') AND start_month <= ?
  AND (last_month IS NULL OR last_month >= ?) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Bills that are being computed, and what stood in the way of others."""

    bill_ids: tuple[int, ...]
    problems: tuple[Problem, ...]


async def draft_month(ports: Ports, actor: Actor, month: int, company_id: int | None) -> Drafted:
    """Starts the month for one company, or for every company in scope that has somebody enrolled in it.

    Each company is a transaction of its own; its bill is computed afterwards, part by part (`parts.run_part`), and
    says so until the last part is done. A closed month is left as it is: asked for by name it is refused.
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
        # The company's row is the lock: a bill that does not exist yet cannot be locked itself. Acts that change
        # people share it from `mark_stale` on until they commit: either they are over when the parts read the people,
        # or they come to their mark after this bill is there, and mark it.
        owner = await Company.filter(id=company_id).select_for_update().get()
        bill = await Bill.filter(company_id=company_id, month=month).select_for_update().first()
        if bill is None:
            if not await _anything(ports, owner, month):
                raise Refusal(_nobody(month))
            bill = await _new(unit, company_id, month)
        elif bill.generation == 0:
            # From before bills had parts: none of them would take these lines away.
            await execute("DELETE FROM bill_line WHERE bill_id = ?", [bill.id])
        bill.state = next_state(BillState(bill.state), BillAct.REDRAFT)
        # The generation makes jobs of an earlier start do nothing.
        bill.generation += 1
        cities = await _cities(company_id, month)
        bill.parts_left = len(cities)
        bill.people = bill.line_count = bill.employer_fen = bill.employee_fen = bill.fee_fen = 0
        bill.problems, bill.drafted_at, bill.confirmed_at, bill.confirmed_by_id = "[]", unit.now, 0, None
        await bill.save()
        await _start(unit, bill, cities)
        told = {"月份": str(BillingMonth.of(month)), "分批": len(cities)}
        await unit.audit("bill.draft", "bill", bill.id, company_id, **told)
        return bill.id


async def _new(unit: Work, company_id: int, month: int) -> Bill:
    bill = await Bill.create(
        id=unit.new_id(),
        company_id=company_id,
        month=month,
        state=BillState.DRAFT,
        problems="[]",
        generation=0,
        parts_left=0,
        created_at=unit.now,
        drafted_at=unit.now,
    )
    # A bill of an earlier month takes the differences that a later one may carry already.
    await mark_stale(company_id, [BillingMonth.of(month).shift(1).number])
    return bill


async def _start(unit: Work, bill: Bill, cities: list[str]) -> None:
    await BillPart.bulk_create(
        BillPart(
            id=unit.new_id(),
            bill_id=bill.id,
            generation=bill.generation,
            city_code=city,
            state=PartState.WAITING,
            problems="[]",
            created_at=unit.now,
        )
        for city in cities
    )
    for city in cities:
        await unit.emit("bill.part", {"bill": bill.id, "generation": bill.generation, "city": city})
    await unit.emit("live", {"topic": f"bill:{bill.id}", "message": {}})


async def _anything(ports: Ports, owner: Company, month: int) -> bool:
    """Whether a new bill would have a line: somebody in the month, or something to settle for closed ones."""
    if await fetch_value(_IN_MONTH, [owner.id, month, month]) is not None:
        return True
    settled, _ = await later.lines(later.Setting(owner.id, month, owner.injury_class, await book(ports.store)))
    return bool(settled)


async def _cities(company_id: int, month: int) -> list[str]:
    """The cities to be computed: of the people enrolled, and of everybody there ever was while months are closed.

    A draft whose people were all undone still has one part, so that it is written empty and can be closed.
    """
    closed = await Bill.filter(company_id=company_id, state=BillState.CLOSED, month__lt=month).exists()
    ever = "" if closed else "AND state IN ('effective', 'stopped')"
    rows = await fetch(f"SELECT DISTINCT city_code FROM enrollment WHERE company_id = ? {ever}", [company_id])
    return sorted(r["city_code"] for r in rows) or [""]


def _nobody(month: int) -> Problem:
    return Problem(
        "nobody_enrolled",
        f"{BillingMonth.of(month)} 没有在册人员，无需出账",
        f"Nobody is enrolled in {BillingMonth.of(month)}; there is nothing to bill",
        "请先导入增员并登记办理结果",
        "Import enrolments and record their results first",
        field="month",
    )
