"""Deciding: a word on the current step, and what follows from it."""

from __future__ import annotations

from db.clock import business_day
from db.models.approval import Approval, ApprovalVote
from db.models.company import Company
from db.scope import companies
from db.transaction import Work, once
from domain.actor import Actor, not_found
from domain.approval import ApprovalState, link
from domain.approval_flow import Mode, complete, skippable
from domain.errors import Problem, Refusal
from services.approval.ask import begin
from services.approval.case import Case, cases, seats
from services.approval.people import desk, load
from services.approval.steps import DECIDED
from services.notice import tell
from services.ports import Ports

LONGEST_COMMENT = 400


async def decide(ports: Ports, actor: Actor, approval_id: int, approve: bool, comment: str, key: str) -> int:
    """Says yes or no at the current step. A no ends the approval, the last step's yes does too; the subject moves on
    in the same transaction. Answers the approval's id."""

    async def run(unit: Work) -> int:
        # The lock comes before every other read: of two who decide at once the later one sees what the first has said.
        row = await Approval.filter(id=approval_id).select_for_update().first()
        if row is None or not await Company.filter(companies(actor), id=row.company_id).exists():
            raise Refusal(not_found("审核", "approval"))
        case = (await cases([row.id]))[row.id]
        place = (await seats(await desk(actor, business_day(unit.now).isoformat()), [case]))[row.id]
        if isinstance(place, Problem):
            raise Refusal(place)
        said = comment[:LONGEST_COMMENT]
        await _vote(unit, row, place.on_behalf_of_id, approve, said)
        if approve:
            await _go_on(unit, row, (await cases([row.id]))[row.id], said)
        else:
            await _finish(unit, row, ApprovalState.REJECTED, said)
        return row.id

    given = {"id": approval_id, "approve": approve, "comment": comment}
    return await once(ports.store, actor, "approval.decide", key, given, run)


async def _vote(unit: Work, row: Approval, on_behalf_of_id: int | None, approve: bool, comment: str) -> None:
    await ApprovalVote.create(
        id=unit.new_id(),
        approval_id=row.id,
        step_no=row.step_no,
        staff_id=unit.actor.staff_id,
        on_behalf_of_id=on_behalf_of_id,
        approve=approve,
        comment=comment or None,
        created_at=unit.now,
    )
    detail = {"步骤": row.step_no, "结论": "通过" if approve else "驳回", "意见": comment or "无"}
    if on_behalf_of_id is not None:
        detail["代"] = (await load([on_behalf_of_id]))[on_behalf_of_id].name
    await unit.audit("approval.vote", "approval", row.id, row.company_id, **detail)


async def _go_on(unit: Work, row: Approval, case: Case, comment: str) -> None:
    """Ends the step if everything it asks for was said, and begins the next that is not to be skipped."""
    people = await load([i for b in case.ballots for i in (b.staff_id, b.principal_id)])
    ayes = [people[b.principal_id] for b in case.said(case.step_no) if b.principal_id in people]
    if case.step.mode is Mode.ALL and not complete(case.step, ayes, case.path):
        return
    themselves = {b.staff_id: people[b.staff_id] for b in case.ballots if b.staff_id in people}
    for number in range(case.step_no + 1, len(case.steps) + 1):
        step = case.steps[number - 1]
        if not skippable(step, list(themselves.values()), case.path):
            await begin(unit, row, number, step, case.path)
            return
    await _finish(unit, row, ApprovalState.APPROVED, comment)


async def _finish(unit: Work, row: Approval, state: ApprovalState, comment: str) -> None:
    row.state, row.due_at = state, 0
    row.decided_by_id, row.decided_at, row.comment = unit.actor.staff_id, unit.now, comment or None
    await row.save()
    approved = state is ApprovalState.APPROVED
    await DECIDED[row.business](unit, row.subject_id, approved, comment)
    verb = "已通过" if approved else "被驳回"
    title = f"{row.title} {verb}"[:200]
    await tell(unit, row.requested_by_id, title, comment or verb, link(row.business, row.subject_id))
