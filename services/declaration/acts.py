"""Recording that a declaration was handed in."""

from __future__ import annotations

from datetime import date, datetime

from db.clock import BEIJING, business_day
from db.models.declaration import Declaration
from db.scope import company_sql
from db.sql import fetch
from db.transaction import work
from domain.actor import Actor, not_found
from domain.errors import Refusal, invalid
from services.batch.correction import RESERVED
from services.declaration.make import HANDED_IN
from services.ports import Ports


async def hand_in(ports: Ports, actor: Actor, declaration_id: int, number: str, day: date) -> int:
    """Records the channel's receipt number and the day. It may be corrected; the audit log keeps every value."""
    actor.require("batch.submit")
    text = number.strip()
    if not 1 <= len(text) <= 80:
        raise Refusal(invalid("number", "回执号应为 1 至 80 个字", "The receipt number has 1 to 80 characters"))
    async with work(ports.store, actor) as unit:
        row = await Declaration.filter(id=declaration_id).select_for_update().first()
        condition, values = company_sql(actor, "company_id")
        visible = await fetch(f"SELECT id FROM declaration WHERE id = ? AND {condition}", [declaration_id, *values])
        if row is None or not visible or row.state == RESERVED:
            raise Refusal(not_found("申报", "declaration"))
        made, today = business_day(row.created_at), business_day(unit.now)
        if not made <= day <= today:
            raise Refusal(
                invalid("day", f"递交日期应在 {made} 至 {today} 之间", f"The day lies between {made} and {today}")
            )
        row.number, row.state = text, HANDED_IN
        row.handed_at = int(datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp() * 1000)
        await row.save(update_fields=["number", "state", "handed_at"])
        await unit.audit(
            "declaration.handed_in", "declaration", row.id, row.company_id, 回执号=text, 日期=day.isoformat()
        )
        await unit.emit("live", {"topic": f"batch:{row.batch_id}", "message": {"changed": True}})
    return declaration_id
