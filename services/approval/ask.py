"""Asking for an approval, beginning its steps, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from db.clock import BEIJING, business_day
from db.models.approval import Approval
from db.models.company import Company
from db.transaction import Work
from domain.approval import ApprovalState, already_waiting, default_permission, link
from domain.approval_flow import Approver, ApproverKind, Step
from domain.business_days import add_business_days
from domain.errors import Refusal
from services.approval.people import candidates, deputies_of, load, sees
from services.approval.steps import DECIDED, chosen
from services.notice import tell

CONFIGURE = "approval.configure"
READ = "approval.read"


async def ask(
    unit: Work,
    business: str,
    subject_id: int,
    company: Company,
    title: str,
    amount_fen: int = 0,
    city_code: str | None = None,
) -> int:
    """Puts a subject before its approvers, in the caller's own transaction; answers the approval's id.

    The flow is chosen by business, branch, city (the company's own where none is given) and amount, and holds until
    the end. `DECIDED[business]` is called when the last step is done or any step says no.
    """
    if business not in DECIDED:
        raise LookupError(f"nothing is entered in DECIDED for {business}")
    if await Approval.filter(business=business, subject_id=subject_id, state=ApprovalState.PENDING).exists():
        raise Refusal(already_waiting())
    flow = await chosen(business, company.path, city_code or company.city_code, amount_fen)
    row = await Approval.create(
        id=unit.new_id(),
        business=business,
        subject_id=subject_id,
        company_id=company.id,
        title=title[:200],
        permission=default_permission(business),
        requested_by_id=unit.actor.staff_id,
        requested_at=unit.now,
        state=ApprovalState.PENDING,
        amount_fen=amount_fen,
        flow_id=flow.flow_id,
    )
    await begin(unit, row, 1, flow.steps[0], company.path)
    return row.id


async def begin(unit: Work, row: Approval, number: int, step: Step, path: str) -> None:
    """Makes a step the current one: its time limit runs from now on, and whoever may decide is told."""
    row.step_no, row.due_at = number, due_at(step, unit.now)
    await row.save(update_fields=["step_no", "due_at"])
    if row.due_at:
        payload = {"approval": row.id, "step": number}
        await unit.emit("approval.overdue", payload, delay_ms=row.due_at - unit.now)
    body = f"第 {number} 步 {step.name}" if number > 1 else f"{unit.actor.name} 提交"
    if not await tell_approvers(unit, row, step, path, f"待审核：{row.title}", body):
        rulers = await holders_of([CONFIGURE], path)
        await tell_all(unit, row, rulers, f"无人可审核：{row.title}", f"第 {number} 步 {step.name} 没有可审核的人")


async def tell_approvers(unit: Work, row: Approval, step: Step, path: str, title: str, body: str) -> set[int]:
    """Tells everybody who could decide now, and their deputies; answers who was told."""
    people = await askable(step, path, row.business, row.requested_by_id, unit.now)
    await tell_all(unit, row, people, title, body)
    return people


async def askable(step: Step, path: str, business: str, requested_by_id: int, now: int) -> set[int]:
    """Ids of everybody who may have a say at the step, deputies included and the requester left out."""
    people = set(await candidates(step.approvers, path)) - {requested_by_id}
    deputies = await deputies_of(people, business, business_day(now).isoformat())
    known = await load(d.delegate_id for d in deputies)
    able = {i for i, person in known.items() if person.active and sees(person, path)}
    return people | able - {requested_by_id}


async def holders_of(permissions: Iterable[str], path: str) -> set[int]:
    """Active people who hold one of the permissions and see the company of that path."""
    return set(await candidates([Approver(ApproverKind.PERMISSION, p) for p in permissions], path))


async def tell_all(unit: Work, row: Approval, people: Iterable[int], title: str, body: str) -> None:
    """Leaves a notice for each."""
    for staff_id in sorted(people):
        await tell(unit, staff_id, title[:200], body, link(row.business, row.subject_id))


def due_at(step: Step, now: int) -> int:
    """Until when a step that begins now wants to be decided, 0 for no limit.

    A limit in business days ends with the last of them, at midnight in China.
    """
    if step.hours:
        return now + step.hours * 3_600_000
    if step.days:
        last = add_business_days(business_day(now), step.days)
        return int(datetime.combine(last + timedelta(days=1), time(), BEIJING).timestamp() * 1000)
    return 0


async def withdraw(unit: Work, business: str, subject_id: int) -> None:
    """Takes back whatever waits for the subject, in the caller's own transaction."""
    await Approval.filter(business=business, subject_id=subject_id, state=ApprovalState.PENDING).update(
        state=ApprovalState.WITHDRAWN, decided_at=unit.now
    )
