"""Approvals: asked for by acts, decided by somebody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from db.models.approval import Approval
from db.models.company import Company
from db.scope import companies, company_sql
from db.sql import fetch, fetch_value, marks
from db.transaction import Work, once
from domain.actor import Actor, not_found
from domain.approval import ApprovalState, may_decide
from domain.errors import Refusal
from services.notice import tell
from services.paging import Page, Window, page_of
from services.ports import Ports

Decided = Callable[[Work, int, bool, str], Awaitable[None]]

DECIDED: dict[str, Decided] = {}
"""What a decision does to its subject, by business; each business enters its own act here when it is imported."""


@dataclass(frozen=True, slots=True)
class ApprovalRow:
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


_SELECT = """
SELECT approval.id, business, subject_id, company_id, title, permission, requested_by_id, requested_at, state,
       decided_at, comment, asker.display_name AS requested_by, decider.display_name AS decided_by
FROM approval LEFT JOIN staff asker ON asker.id = requested_by_id LEFT JOIN staff decider ON decider.id = decided_by_id
"""


async def find(actor: Actor, state: ApprovalState | None, window: Window) -> Page[ApprovalRow]:
    """Approvals of companies in scope, newest first."""
    condition, values = company_sql(actor, "company_id")
    if state is not None:
        condition, values = f"{condition} AND state = ?", [*values, state.value]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM approval WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND approval.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY approval.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([ApprovalRow(**r) for r in rows], window, total)


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[ApprovalRow | None]:
    """Approvals in the order asked for; None for those out of scope."""
    return await _by(actor, "approval.id", ids)


async def of_batches(actor: Actor, batch_ids: Sequence[int]) -> list[ApprovalRow | None]:
    """The approval of each batch, if there is one."""
    return await _by(actor, "subject_id", batch_ids)


async def _by(actor: Actor, column: str, ids: Sequence[int]) -> list[ApprovalRow | None]:
    if not ids:
        return []
    condition, values = company_sql(actor, "company_id")
    rows = await fetch(f"{_SELECT} WHERE {column} IN ({marks(ids)}) AND {condition}", [*ids, *values])
    key = "id" if column == "approval.id" else "subject_id"
    found = {r[key]: ApprovalRow(**r) for r in rows}
    return [found.get(i) for i in ids]


async def decide(ports: Ports, actor: Actor, approval_id: int, approve: bool, comment: str, key: str) -> int:
    """Approves or rejects; the subject moves on in the same transaction. Answers the approval's id."""

    async def run(unit: Work) -> int:
        row = await Approval.filter(id=approval_id).select_for_update().first()
        if row is None or not await Company.filter(companies(actor), id=row.company_id).exists():
            raise Refusal(not_found("审核", "approval"))
        why_not = may_decide(actor, permission=row.permission, requested_by_id=row.requested_by_id, state=row.state)
        if why_not is not None:
            raise Refusal(why_not)
        row.state = ApprovalState.APPROVED if approve else ApprovalState.REJECTED
        row.decided_by_id, row.decided_at, row.comment = actor.staff_id, unit.now, comment[:400] or None
        await row.save()
        await DECIDED[row.business](unit, row.subject_id, approve, comment[:400])
        verb = "已通过" if approve else "被驳回"
        await tell(unit, row.requested_by_id, f"{row.title} {verb}", comment or verb, f"/batch/{row.subject_id}")
        return row.id

    given = {"id": approval_id, "approve": approve, "comment": comment}
    return await once(ports.store, actor, "approval.decide", key, given, run)
