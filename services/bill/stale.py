"""Open bills whose people changed after they were computed: they say so, and go no further until computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import orjson
from tortoise.connection import get_connection

from db.models.bill import Bill
from db.sql import dialect, fetch
from domain.bill import BillState
from domain.errors import Problem

_STALE = "bill_stale"


async def mark_stale(company_id: int, months: Sequence[int]) -> None:
    """Marks the company's open bills from the earliest of these months on; part of the act that changed the people.

    The company's row is shared until the act commits, and `draft_month` has it to itself while it starts a bill: no
    bill begins between this look at the open ones and the commit. Acts do not wait for each other at it.
    """
    if not months:
        return
    await _share(company_id)
    open_bills = Bill.filter(
        company_id=company_id, month__gte=min(months), state__in=[BillState.DRAFT, BillState.CONFIRMED]
    )
    for bill in await open_bills.select_for_update():
        problems = orjson.loads(bill.problems)
        if not any(p["code"] == _STALE for p in problems):
            problems.append(asdict(_stale()))
            bill.problems = orjson.dumps(problems).decode()
            await bill.save(update_fields=["problems"])


async def _share(company_id: int) -> None:
    """Locks the company's row together with other acts. SQLite's writer has the database to itself anyway."""
    if dialect(get_connection("default")) != "sqlite":
        await fetch("SELECT id FROM company WHERE id = ? LOCK IN SHARE MODE", [company_id])


def _stale() -> Problem:
    return Problem(
        _STALE,
        "计算之后在册人员有变化，账单已不是最新",
        "People changed after this bill was computed; it is out of date",
        "请重新计算后再确认或关账",
        "Compute it again before it is confirmed or closed",
    )
