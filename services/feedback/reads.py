"""Reading feedback with its deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.clock import business_day
from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from domain.actor import Actor
from domain.business_days import business_days_left, is_known
from domain.feedback import FeedbackState
from services.paging import Page, Window, page_of
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One row that came back. `days_left` counts business days (negative: overdue), `channel` "" is all at once.

    `holidays_known` is False when the deadline lies in a year whose holidays are not announced.
    """

    id: int
    batch_id: int
    batch_number: str
    batch_row_id: int
    row_no: int
    person_id: int | None
    person_name: str
    company_id: int
    company_name: str
    channel: str
    state: str
    asked: str
    reason: str
    owner_id: int
    owner: str
    due_day: str
    days_left: int
    holidays_known: bool
    retry_batch_id: int | None
    resolution: str | None
    resolved_at: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    state: FeedbackState | None = FeedbackState.OPEN
    mine: bool = False
    overdue: bool = False
    company_id: int | None = None


_SELECT = """
SELECT f.*, b.number AS batch_number, r.row_no, r.person_id, r.person_name, c.name AS company_name,
       staff.display_name AS owner
FROM feedback f JOIN batch b ON b.id = f.batch_id JOIN batch_row r ON r.id = f.batch_row_id
JOIN company c ON c.id = f.company_id LEFT JOIN staff ON staff.id = f.owner_id
"""


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[FeedbackRow]:
    """Feedback of companies in scope, newest first."""
    today = business_day(ports.store.clock())
    condition, values = company_sql(actor, "f.company_id")
    if wanted.state is not None:
        condition, values = f"{condition} AND f.state = ?", [*values, wanted.state.value]
    if wanted.mine:
        condition, values = f"{condition} AND f.owner_id = ?", [*values, actor.staff_id]
    if wanted.overdue:
        condition = f"{condition} AND f.state = 'open' AND f.due_day < ?"
        values = [*values, today.isoformat()]
    if wanted.company_id is not None:
        condition, values = f"{condition} AND f.company_id = ?", [*values, wanted.company_id]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM feedback f WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND f.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY f.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([_row(r, today) for r in rows], window, total)


async def by_ids(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[FeedbackRow | None]:
    """Feedback in the order asked for; None for those out of scope."""
    if not ids:
        return []
    condition, values = company_sql(actor, "f.company_id")
    rows = await fetch(f"{_SELECT} WHERE f.id IN ({marks(ids)}) AND {condition}", [*ids, *values])
    today = business_day(ports.store.clock())
    found = {r["id"]: _row(r, today) for r in rows}
    return [found.get(i) for i in ids]


def _row(r: dict[str, Any], today: date) -> FeedbackRow:
    due = date.fromisoformat(r["due_day"])
    values = {name: r[name] for name in FeedbackRow.__dataclass_fields__ if name in r}
    values["owner"] = r["owner"] or ""
    return FeedbackRow(**values, days_left=business_days_left(today, due), holidays_known=is_known(due))
