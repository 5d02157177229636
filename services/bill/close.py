"""Confirming a bill, and closing it into the ledger."""

from __future__ import annotations

import orjson

from db.models.bill import Bill
from db.scope import companies
from db.transaction import Work, once
from domain.actor import Actor, not_found
from domain.bill import BillAct, BillState, next_state, still_computing
from domain.errors import Problem, Refusal, Severity
from domain.ledger import bill_chain
from domain.money import format_yuan
from services import ledger
from services.bill.total import proven
from services.policy import unconfirmed_on_bill
from services.ports import Ports


async def confirm(ports: Ports, actor: Actor, bill_id: int, key: str) -> int:
    """Confirms a draft that has everybody on it; one with missing lines is refused with what is missing
    (bill_incomplete), one that is still being computed as such (bill_computing)."""
    actor.require("bill.confirm")

    async def run(unit: Work) -> int:
        bill = await _locked(actor, bill_id)
        bill.state = next_state(BillState(bill.state), BillAct.CONFIRM)
        _complete(bill)
        bill.confirmed_at, bill.confirmed_by_id = unit.now, actor.staff_id
        await bill.save()
        company_id = bill.company_id  # type: ignore[attr-defined]
        total = format_yuan(bill.employer_fen + bill.employee_fen + bill.fee_fen)
        await unit.audit("bill.confirm", "bill", bill.id, company_id, 合计=total)
        return bill.id

    return await once(ports.store, actor, "bill.confirm", key, {"id": bill_id}, run)


async def close(ports: Ports, actor: Actor, bill_id: int, key: str) -> int:
    """Closes a confirmed bill and posts what the client owes. A closed bill never changes again.

    Refused: bill_computing; policies_unconfirmed while lines rest on policy rows that nobody was sure of and nobody
    confirmed; bill_sums_differ when the head is not the sum of the lines, which must never happen.
    """
    actor.require("bill.close")

    async def run(unit: Work) -> int:
        bill = await _locked(actor, bill_id)
        bill.state = next_state(BillState(bill.state), BillAct.CLOSE)
        _complete(bill)
        unconfirmed = await unconfirmed_on_bill(ports.store, bill.id)
        if unconfirmed:
            raise Refusal(*unconfirmed)
        company_id = bill.company_id  # type: ignore[attr-defined]
        chain = bill_chain(company_id, await proven(bill), bill.fee_fen)
        await ledger.post(unit, "bill.close", chain, "bill", bill.id)
        bill.closed_at, bill.closed_by_id = unit.now, actor.staff_id
        await bill.save()
        total = format_yuan(bill.employer_fen + bill.employee_fen + bill.fee_fen)
        await unit.audit("bill.close", "bill", bill.id, company_id, 入账=total)
        return bill.id

    return await once(ports.store, actor, "bill.close", key, {"id": bill_id}, run)


def _complete(bill: Bill) -> None:
    """Refuses a bill with lines missing, or one whose people changed since it was computed."""
    missing = [p for p in orjson.loads(bill.problems) if p["severity"] == Severity.ERROR]
    if missing:
        raise Refusal(_incomplete(missing))


async def _locked(actor: Actor, bill_id: int) -> Bill:
    bill = await Bill.filter(id=bill_id).select_for_update().first()
    if bill is None or not await Bill.filter(companies(actor, "company__"), id=bill_id).exists():
        raise Refusal(not_found("账单", "bill"))
    if bill.parts_left:
        raise Refusal(still_computing())
    return bill


def _incomplete(missing: list[dict]) -> Problem:
    first = missing[0]
    return Problem(
        "bill_incomplete",
        f"账单还有 {len(missing)} 个问题：{first['message']}",
        f"The bill has {len(missing)} open problems: {first['message_en']}",
        first["remedy"] or "请解决后重新计算",
        first["remedy_en"] or "Solve them, then compute again",
    )
