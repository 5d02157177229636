"""Closing feedback, giving it to somebody else, and telling when nothing happened in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from db.models.company import Company
from db.models.declaration import Feedback
from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from db.transaction import Work, once, work
from domain.actor import Actor, not_found
from domain.declaration import Channel
from domain.errors import Problem, Refusal
from domain.feedback import FeedbackState, must_be_open
from domain.reason import stated
from services import batch, notice
from services.ports import Ports
from services.staff import SYSTEM, holders
from services.staff import actor as actor_by_id


async def locked(unit: Work, ids: Sequence[int]) -> list[Feedback]:
    """Open feedback in scope, locked until the commit, in the order asked for."""
    condition, values = company_sql(unit.actor, "company_id")
    rows = {row.id: row for row in await Feedback.filter(id__in=list(ids)).select_for_update()}
    visible = await fetch(f"SELECT id FROM feedback WHERE id IN ({marks(ids)}) AND {condition}", [*ids, *values])
    if not ids or {r["id"] for r in visible} != set(ids):
        raise Refusal(not_found("反馈", "feedback"))
    for row in rows.values():
        must_be_open(FeedbackState(row.state))
    return [rows[i] for i in dict.fromkeys(ids)]


async def resolve(unit: Work, row: Feedback, state: FeedbackState, resolution: str, retry: int | None = None) -> None:
    """Marks feedback as dealt with."""
    row.state, row.resolution, row.retry_batch_id = state.value, resolution[:400], retry
    row.resolved_by_id, row.resolved_at = unit.actor.staff_id, unit.now
    await row.save()


async def close(ports: Ports, actor: Actor, feedback_id: int, resolution: str) -> int:
    """Closes feedback without declaring again, for a stated reason. A row to be corrected is then rejected."""
    actor.require("feedback.handle")
    why = stated(resolution, "处理结果", "how it was dealt with", "例如：本人放弃参保", "For example: declined")
    async with work(ports.store, actor) as unit:
        (row,) = await locked(unit, [feedback_id])
        await resolve(unit, row, FeedbackState.CLOSED, why)
        await _give_up(ports, unit, row)
        await unit.audit("feedback.close", "feedback", row.id, row.company_id, 处理结果=why)
    return feedback_id


async def _give_up(ports: Ports, unit: Work, row: Feedback) -> None:
    """Nobody will correct the row: the channel's kinds are rejected, and the batch may be done by it."""
    if row.asked == "correction" and row.channel:
        await batch.give_up_correction(ports, unit, row.batch_id, row.batch_row_id, Channel(row.channel))


async def assign(ports: Ports, actor: Actor, ids: Sequence[int], staff_id: int) -> list[int]:
    """Gives feedback to another member of staff, who must be able to handle it; they are told."""
    actor.require("feedback.handle")
    async with work(ports.store, actor) as unit:
        rows = await locked(unit, ids)
        owner = await actor_by_id(staff_id)
        paths = {c.id: c.path for c in await Company.filter(id__in=[r.company_id for r in rows])}
        if owner is None or not owner.may("feedback.handle") or not all(map(owner.sees, paths.values())):
            raise Refusal(_cannot_handle())
        for row in rows:
            row.owner_id = staff_id
            await row.save(update_fields=["owner_id"])
            await unit.audit("feedback.assign", "feedback", row.id, row.company_id, 负责人=owner.name)
        due = min(row.due_day for row in rows)
        title = f"{unit.actor.name} 转来 {len(rows)} 条经办反馈"
        await notice.tell(unit, staff_id, title, f"最早请在 {due} 前处理", "/feedback")
    return list(dict.fromkeys(ids))


async def overdue(ports: Ports, batch_id: int, due: str) -> None:
    """The morning after: tells owners and those who approve for the company, once, of what is still open."""

    async def run(unit: Work) -> int:
        rows = await fetch(
            "SELECT owner_id, company_id FROM feedback WHERE batch_id = ? AND due_day = ? AND state = 'open'",
            [batch_id, due],
        )
        if not rows:
            return batch_id
        number = await fetch_value("SELECT number FROM batch WHERE id = ?", [batch_id])
        company = await Company.get(id=rows[0]["company_id"])
        title = f"批次 {number} 的反馈已逾期"
        for staff_id, count in Counter(r["owner_id"] for r in rows).items():
            await notice.tell(unit, staff_id, title, f"{count} 人应在 {due} 前处理，仍未处理", "/feedback")
        owners = {r["owner_id"] for r in rows}
        for staff_id in await holders("batch.approve", company.path):
            if staff_id not in owners:
                text = f"{company.name}：{len(rows)} 人应在 {due} 前处理，仍未处理"
                await notice.tell(unit, staff_id, title, text, "/feedback")
        await unit.audit("feedback.overdue", "batch", batch_id, company.id, 人数=len(rows), 期限=due)
        return batch_id

    given = {"batch": batch_id, "due": due}
    await once(ports.store, SYSTEM, "feedback.overdue", f"overdue-{batch_id}-{due}", given, run)


def _cannot_handle() -> Problem:
    return Problem(
        "owner_cannot_handle",
        "该人员没有处理反馈的权限，或看不到这些公司",
        "That member of staff may not handle feedback or does not see these companies",
        "请选择负责该公司的社保专员",
        "Choose a specialist of that company",
        field="staffId",
    )
