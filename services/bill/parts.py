"""Computing a bill part by part: the people of one city are one job, and the last one to finish totals the bill.

A part is computed and marked in one transaction, so a killed job leaves nothing behind and is simply done again. Parts
of a bill may be computed at the same time: they share the bill's row, and only the last one has it to itself.
`bill.parts_left` stays as it was started until that one is done; how far the bill is, its parts say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from db.models.bill import Bill, BillPart
from db.models.company import Company
from db.sql import dialect, execute, fetch, fetch_tuples, fetch_value, marks
from db.transaction import Work, work
from domain.bill import LineType, PartState, merged, part_failed
from domain.errors import restored
from services.bill import later
from services.bill.run import Run, Sheet, items_of, of_city
from services.bill.total import finish
from services.policy import book, cities
from services.ports import Ports
from services.staff import SYSTEM

_DELETED_AT_A_TIME = 2000
_FEES = """
SELECT id AS enrollment_id, person_id, city_code, service_fee_fen FROM enrollment
WHERE company_id = ? {city} AND state IN ('effective', 'stopped') AND start_month <= ?
  AND (last_month IS NULL OR last_month >= ?) AND service_fee_fen > 0 ORDER BY service_fee_fen, id DESC
"""


class _Overtaken(Exception):
    """The bill was started anew while this part was computed; nothing of it may stay."""


async def run_part(ports: Ports, payload: Mapping[str, Any]) -> None:
    """Computes one part of a bill: {bill, generation, city}. May run twice, late, or beside other parts."""
    bill_id, generation = payload["bill"], payload["generation"]
    try:
        async with work(ports.store, SYSTEM) as unit:
            part = await _part(bill_id, generation, payload["city"])
            if part is not None and part.state == PartState.WAITING:
                await _compute(ports, unit, part)
    except _Overtaken:
        return
    await _tally(ports, bill_id, generation)


async def give_up_part(ports: Ports, payload: Mapping[str, Any]) -> None:
    """Leaves the bill with an error that says which part failed for good, ready to be computed again."""
    names = {c.code: c.name for c in await cities()}
    async with work(ports.store, SYSTEM) as unit:
        bill = await Bill.filter(id=payload["bill"]).select_for_update().first()
        if bill is None or bill.generation != payload["generation"]:
            return
        part = await _part(bill.id, bill.generation, payload["city"])
        if part is None or (part.state != PartState.WAITING and bill.parts_left == 0):
            return
        if part.state == PartState.WAITING:
            part.state = PartState.FAILED
            await part.save(update_fields=["state"])
        problem = part_failed(names.get(part.city_code, part.city_code))
        bill.problems = orjson.dumps([*orjson.loads(bill.problems), asdict(problem)]).decode()
        bill.parts_left = 0
        await bill.save(update_fields=["problems", "parts_left"])
        await _live(unit, bill.id)


async def _part(bill_id: int, generation: int, city_code: str) -> BillPart | None:
    wanted = BillPart.filter(bill_id=bill_id, generation=generation, city_code=city_code)
    return await wanted.select_for_update().first()


async def _compute(ports: Ports, unit: Work, part: BillPart) -> None:
    """Writes the part's lines and what they come to, unless the bill is started anew meanwhile."""
    bill = await Bill.get(id=part.bill_id)
    if bill.generation != part.generation:
        raise _Overtaken
    company_id, month = bill.company_id, bill.month  # type: ignore[attr-defined]
    parts = await BillPart.filter(bill_id=bill.id, generation=bill.generation).count()
    # The only part is the whole company: nothing has to be looked up by city then.
    city = part.city_code if parts > 1 else None
    if bill.generation > 1:
        await forget_lines(bill.id, company_id, city)
    # Read after the lock, so that the lines and the moment they are computed at belong together.
    policies, owner = await book(ports.store), await Company.get(id=company_id)
    run, sheet = Run(policies, month, owner.injury_class), Sheet(ports.store, bill.id)
    async for items in items_of(company_id, month, city):
        await sheet.add(run.lines(items))
    settled, told = await later.lines(later.Setting(company_id, month, owner.injury_class, policies, city))
    await sheet.add(settled)
    await sheet.add(await _extra(company_id, month, city))
    part.state, part.done_at = PartState.DONE, unit.now
    part.people, part.line_count = sheet.people, sheet.line_count
    part.employer_fen, part.employee_fen, part.fee_fen = sheet.employer_fen, sheet.employee_fen, sheet.fee_fen
    part.problems = orjson.dumps([asdict(p) for p in [*run.problems(), *told]]).decode()
    await part.save()
    # Whoever starts the bill anew holds its row: either they see these lines, or these lines see them. The lock is
    # one that parts share; on MariaDB they share it anyway from their first line on, which refers to the bill.
    shared = "" if dialect(unit.connection) == "sqlite" else " LOCK IN SHARE MODE"
    if await fetch_value(f"SELECT generation FROM bill WHERE id = ?{shared}", [bill.id]) != part.generation:
        raise _Overtaken


async def _extra(company_id: int, month: int, city_code: str | None) -> list[tuple]:
    """Lines that do not come from the month's items.

    Whatever else is charged joins here, as tuples of `run.COLUMNS` without the first two.
    """
    condition, values = of_city("city_code", city_code)
    fees = await fetch(_FEES.format(city=condition), [company_id, *values, month, month])
    return list(_fee_lines(fees, month))


def _fee_lines(fees: Sequence[dict], month: int) -> Iterator[tuple]:
    """One fee a person, city and month: who has several enrolments (kinds that were declared again) is one person.

    The fees come with the highest last, and of equal ones the oldest enrolment's.
    """
    for fee in {fee["person_id"]: fee for fee in fees}.values():
        person, enrollment, city = fee["person_id"], fee["enrollment_id"], fee["city_code"]
        amount = fee["service_fee_fen"]
        yield (person, enrollment, city, "", LineType.SERVICE_FEE.value, month, 0, 0, 0, 0, amount, 0, None, None)


async def forget_lines(bill_id: int, company_id: int, city_code: str | None) -> None:
    """Takes away the bill's lines of an earlier computation: of one city, or all of them.

    A city's are taken by their ids. By a condition MariaDB would lock every line of the bill, and the parts of other
    cities would wait.
    """
    if city_code is None:
        await execute("DELETE FROM bill_line WHERE bill_id = ?", [bill_id])
        return
    found = await fetch_tuples(
        "SELECT l.id FROM enrollment e JOIN bill_line l ON l.bill_id = ? AND l.enrollment_id = e.id "
        "WHERE e.company_id = ? AND e.city_code = ?",
        [bill_id, company_id, city_code],
    )
    for start in range(0, len(found), _DELETED_AT_A_TIME):
        ids = [row[0] for row in found[start : start + _DELETED_AT_A_TIME]]
        await execute(f"DELETE FROM bill_line WHERE id IN ({marks(ids)})", ids)


async def _tally(ports: Ports, bill_id: int, generation: int) -> None:
    """Totals the bill if no part of it is left, and tells whoever watches.

    Run after each part's own commit, so the last one to commit sees that all are done. Before that the bill's row is
    left alone: waiting for it would mean to wait for the parts that run beside.
    """
    left = await _left(bill_id, generation)
    async with work(ports.store, SYSTEM) as unit:
        if not left:
            await _total(unit, bill_id, generation)
        await _live(unit, bill_id)


async def _left(bill_id: int, generation: int) -> int:
    return await BillPart.filter(bill_id=bill_id, generation=generation).exclude(state=PartState.DONE).count()


async def _total(unit: Work, bill_id: int, generation: int) -> None:
    bill = await Bill.filter(id=bill_id).select_for_update().first()
    if bill is None or bill.generation != generation or bill.parts_left == 0:
        return
    parts = await BillPart.filter(bill_id=bill_id, generation=generation).order_by("city_code")
    await _sweep(bill, [part.city_code for part in parts])
    told = merged(restored(p) for part in parts for p in orjson.loads(part.problems))
    await finish(unit, bill, parts, told)
    bill.parts_left = 0
    await bill.save()


async def _sweep(bill: Bill, cities_now: Sequence[str]) -> None:
    """Takes away lines of cities that had a part of the bill before and have none now."""
    if len(cities_now) == 1:
        return
    rows = await fetch(
        "SELECT DISTINCT city_code FROM bill_part WHERE bill_id = ? AND generation < ?", [bill.id, bill.generation]
    )
    for city in {r["city_code"] for r in rows}.difference(cities_now):
        await forget_lines(bill.id, bill.company_id, city)  # type: ignore[attr-defined]


async def _live(unit: Work, bill_id: int) -> None:
    await unit.emit("live", {"topic": f"bill:{bill_id}", "message": {}})
