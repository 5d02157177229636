"""Approvals as rows: lists, by id, and by what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from domain.actor import Actor
from domain.approval import ApprovalState, ApprovalView
from services.approval.waiting import waiting_ids
from services.paging import Page, Window, page_of
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """An approval. `step_no` is the step being decided, 1 first; `due_at` its limit (UTC ms, 0: none)."""

    id: int
    business: str
    subject_id: int
    company_id: int
    title: str
    permission: str
    requested_by_id: int
    requested_by: str
    requested_at: int
    state: str
    decided_by: str | None
    decided_at: int
    comment: str | None
    amount_fen: int
    flow_id: int | None
    step_no: int
    due_at: int


_SELECT = """
SELECT approval.id, business, subject_id, company_id, title, permission, requested_by_id, requested_at, state,
       decided_at, comment, amount_fen, flow_id, step_no, due_at,
       asker.display_name AS requested_by, decider.display_name AS decided_by
FROM approval LEFT JOIN staff asker ON asker.id = requested_by_id LEFT JOIN staff decider ON decider.id = decided_by_id
"""


async def find(
    actor: Actor,
    state: ApprovalState | None,
    window: Window,
    *,
    view: ApprovalView = ApprovalView.ALL,
    business: str | None = None,
    ports: Ports | None = None,
) -> Page[ApprovalRow]:
    """Approvals of companies in scope, newest first. What waits for the actor needs `ports`, for today's deputies."""
    if view is ApprovalView.WAITING_FOR_ME:
        if ports is None:
            raise ValueError("what waits for somebody depends on the day")
        return await _waiting(ports, actor, state, window, business)
    condition, values = company_sql(actor, "company_id")
    for column, value in (("state", state and state.value), ("business", business)):
        if value is not None:
            condition, values = f"{condition} AND {column} = ?", [*values, value]
    if view is ApprovalView.MINE:
        condition, values = f"{condition} AND requested_by_id = ?", [*values, actor.staff_id]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM approval WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND approval.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY approval.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([ApprovalRow(**r) for r in rows], window, total)


async def _waiting(
    ports: Ports, actor: Actor, state: ApprovalState | None, window: Window, business: str | None
) -> Page[ApprovalRow]:
    if state not in (None, ApprovalState.PENDING):
        return Page([], False, 0)
    ids, total = await waiting_ids(ports, actor, window, business)
    found = await by_ids(actor, ids)
    return page_of([row for row in found if row is not None], window, total)


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[ApprovalRow | None]:
    """Approvals in the order asked for; None for those out of scope."""
    found = await _newest(actor, "approval.id", ids, "1 = 1", [])
    return [found.get(i) for i in ids]


async def of_batches(actor: Actor, batch_ids: Sequence[int]) -> list[ApprovalRow | None]:
    """The approval of each batch, if there is one."""
    return await of_subjects(actor, "batch", batch_ids)


async def of_subjects(actor: Actor, business: str, subject_ids: Sequence[int]) -> list[ApprovalRow | None]:
    """The newest approval of each subject of a business, if there is one."""
    found = await _newest(actor, "subject_id", subject_ids, "business = ?", [business])
    return [found.get(i) for i in subject_ids]


async def _newest(
    actor: Actor, column: str, ids: Sequence[int], more: str, values: list[Any]
) -> dict[int, ApprovalRow]:
    if not ids:
        return {}
    condition, scope = company_sql(actor, "company_id")
    rows = await fetch(
        f"{_SELECT} WHERE {column} IN ({marks(ids)}) AND {condition} AND {more} ORDER BY approval.id",
        [*ids, *scope, *values],
    )
    key = "id" if column == "approval.id" else "subject_id"
    return {r[key]: ApprovalRow(**r) for r in rows}
