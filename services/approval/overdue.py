"""When a step's time limit runs out."""

from __future__ import annotations

from db.clock import instant
from db.models.approval import Approval
from db.transaction import Work, once
from domain.approval import ApprovalState
from services.approval.ask import askable, holders_of, tell_all
from services.approval.case import cases
from services.ports import Ports
from services.staff import SYSTEM


async def remind(ports: Ports, approval_id: int, step_no: int) -> None:
    """Tells the step's approvers and whoever it escalates to, once; nothing when the step has moved on.

    A step begins once in an approval's life, so approval and step make the key that keeps a repetition silent.
    """

    async def run(unit: Work) -> int:
        row = await Approval.filter(id=approval_id).select_for_update().first()
        current = row is not None and row.state == ApprovalState.PENDING and row.step_no == step_no
        if row is None or not current or not row.due_at:
            return 0
        case = (await cases([row.id]))[row.id]
        people = await askable(case.step, case.path, case.business, case.requested_by_id, unit.now)
        superiors = await holders_of([case.step.escalate_to], case.path) if case.step.escalate_to else set()
        since = f"第 {step_no} 步 {case.step.name} 已超过时限"
        await tell_all(unit, row, people, f"审核超时：{row.title}", since)
        await tell_all(unit, row, superiors - people, f"审核超时，请督促：{row.title}", since)
        detail = {"步骤": step_no, "时限": instant(row.due_at).isoformat(timespec="minutes")}
        await unit.audit("approval.overdue", "approval", row.id, row.company_id, **detail)
        return row.id

    given = {"approval": approval_id, "step": step_no}
    await once(ports.store, SYSTEM, "approval.overdue", f"{approval_id}:{step_no}:overdue", given, run)
