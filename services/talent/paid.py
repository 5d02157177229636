"""What people of the pool paid in, from the lines of confirmed and closed bills: one query for any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.clock import business_day
from db.scope import company_sql
from db.sql import fetch_tuples, marks
from domain.actor import Actor
from domain.bill import BillState, LineType
from domain.period import BillingMonth
from domain.policy import Kind
from domain.talent import GAP_MONTHS, Paid
from services.ports import Ports


def until(ports: Ports) -> BillingMonth:
    """The last month that is looked at: the one before this, whose bill is normally made."""
    return BillingMonth.from_date(business_day(ports.store.clock())).shift(-1)


async def paid_by(actor: Actor, last: BillingMonth, condition: str, values: Sequence[Any]) -> dict[int, Paid]:
    """By talent (`talent t` under the condition): nobody is left out. Bills of companies out of scope do not count.

    A month counts once however many kinds and lines it has; the base is that of pension in normal and makeup lines.
    """
    scope, scope_values = company_sql(actor, "b.company_id")
    states = [BillState.CONFIRMED.value, BillState.CLOSED.value]
    types = [LineType.NORMAL.value, LineType.MAKEUP.value]
    first = last.shift(1 - GAP_MONTHS).number
    # The bill is joined inside, so that its condition leaves nobody of the pool out.
    lines = (
        "SELECT l.person_id, l.belongs_month, MAX(CASE WHEN l.kind = ? THEN l.base_fen END) AS base_fen "
        f"FROM bill_line l JOIN bill b ON b.id = l.bill_id WHERE b.state IN ({marks(states)}) "
        f"AND l.line_type IN ({marks(types)}) AND l.belongs_month <= ? AND {scope} "
        f"AND l.person_id IN (SELECT t.person_id FROM talent t WHERE {condition}) GROUP BY l.person_id, l.belongs_month"
    )
    rows = await fetch_tuples(
        "SELECT t.id, COUNT(m.belongs_month), SUM(m.base_fen), COUNT(m.base_fen), MIN(m.belongs_month), "
        "SUM(CASE WHEN m.belongs_month >= ? THEN 1 ELSE 0 END) "
        f"FROM talent t LEFT JOIN ({lines}) AS m ON m.person_id = t.person_id WHERE {condition} GROUP BY t.id",
        [first, Kind.PENSION.value, *states, *types, last.number, *scope_values, *values, *values],
    )
    return {
        talent_id: Paid(int(months), int(total) // int(based) if based else None, earliest, int(recent or 0))
        for talent_id, months, total, based, earliest, recent in rows
    }
