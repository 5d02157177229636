"""Recording what the bureau answered: rows accepted or rejected, and the enrolments that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.models.batch import Batch, BatchRow
from db.models.enrollment import Enrollment, EnrollmentItem
from db.sql import CHUNK
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import ImportKind
from domain.enrollment import EnrollmentState
from domain.errors import Problem, Refusal
from services import notice
from services.batch import content
from services.batch.lock import locked
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Answer:
    """The bureau's answer: rejected rows with reasons; `accept_rest` accepts every other row still waiting."""

    rejected: tuple[tuple[int, str], ...] = ()
    accept_rest: bool = False


async def record(ports: Ports, actor: Actor, batch_id: int, answer: Answer, key: str) -> int:
    """Writes the answer into rows and enrolments. Answers the batch's id."""
    actor.require("batch.submit")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        next_state(BatchState(batch.state), BatchAct.RECORD_RESULT)
        waiting = await BatchRow.filter(batch_id=batch.id, state=RowState.SUBMITTED).order_by("row_no")
        by_no = {row.row_no: row for row in waiting}
        problems = [
            _wrong(no, reason, no in by_no) for no, reason in answer.rejected if no not in by_no or not reason.strip()
        ]
        if problems or not (answer.rejected or answer.accept_rest):
            raise Refusal(*(problems or [_empty()]))
        reasons = dict(answer.rejected)
        rejected = [(by_no[no], reason.strip()[:400]) for no, reason in reasons.items()]
        accepted = [row for row in waiting if row.row_no not in reasons] if answer.accept_rest else []
        await _reject(batch, rejected)
        await _accept(ports, batch, accepted)
        batch.accepted_rows += len(accepted)
        batch.rejected_rows += len(rejected)
        batch.state = next_state(
            BatchState(batch.state), BatchAct.RECORD_RESULT, open_rows=len(waiting) - len(accepted) - len(rejected)
        )
        await batch.save(update_fields=["accepted_rows", "rejected_rows", "state"])
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.result", "batch", batch.id, company_id, 成功=len(accepted), 失败=len(rejected))
        if rejected:
            await notice.tell(
                unit,
                batch.creator_id,
                f"批次 {batch.number} 有 {len(rejected)} 人办理失败",
                f"第 {rejected[0][0].row_no} 行：{rejected[0][1]}",
                f"/batch/{batch.id}",
            )
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
        return batch.id

    given = {"id": batch_id, "rejected": answer.rejected, "rest": answer.accept_rest}
    return await once(ports.store, actor, "batch.result", key, given, run)


async def _reject(batch: Batch, rejected: Sequence[tuple[BatchRow, str]]) -> None:
    for row, reason in rejected:
        await BatchRow.filter(id=row.id).update(state=RowState.REJECTED, result_reason=reason)
    if batch.kind == ImportKind.ENROLL:
        ids = [row.enrollment_id for row, _ in rejected if row.enrollment_id]
        await _move(ids, EnrollmentState.REJECTED)


async def _accept(ports: Ports, batch: Batch, accepted: Sequence[BatchRow]) -> None:
    ids = [row.enrollment_id for row in accepted if row.enrollment_id]
    if batch.kind == ImportKind.ENROLL:
        await _move(ids, EnrollmentState.EFFECTIVE)
    else:
        await _stop(ports, accepted)
    for start in range(0, len(accepted), CHUNK):
        chunk = [row.id for row in accepted[start : start + CHUNK]]
        await BatchRow.filter(id__in=chunk).update(state=RowState.ACCEPTED)


async def _stop(ports: Ports, accepted: Sequence[BatchRow]) -> None:
    """Ends the enrolments with their last months, grouped so that equal ends are one statement."""
    ends: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in accepted:
        checked = content.unseal(ports.store.vault, row.id, row.content_sealed).row
        if row.enrollment_id and checked.last_month:
            ends[checked.last_month, checked.stop_reason or ""].append(row.enrollment_id)
    for (last_month, reason), ids in ends.items():
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            await Enrollment.filter(id__in=chunk).update(
                state=EnrollmentState.STOPPED, last_month=last_month, stop_reason=reason
            )
            await EnrollmentItem.filter(enrollment_id__in=chunk, state=EnrollmentState.EFFECTIVE).update(
                state=EnrollmentState.STOPPED, last_month=last_month
            )


async def _move(enrollment_ids: Sequence[int], state: EnrollmentState) -> None:
    for start in range(0, len(enrollment_ids), CHUNK):
        chunk = list(enrollment_ids[start : start + CHUNK])
        await Enrollment.filter(id__in=chunk).update(state=state)
        await EnrollmentItem.filter(enrollment_id__in=chunk).update(state=state)


def _wrong(row_no: int, reason: str, waits: bool) -> Problem:
    if waits:
        return Problem(
            "reason_needed",
            f"第 {row_no} 行办理失败，请写明原因",
            f"Row {row_no} was rejected; say why",
            "填写经办机构给出的原因",
            "Give the bureau's reason",
            field="rejected",
            row=row_no,
            value=reason,
        )
    return Problem(
        "row_not_waiting",
        f"第 {row_no} 行不在等待结果的行中",
        f"Row {row_no} is not waiting for a result",
        "请核对行号（与原表行号一致）",
        "Check the row number; it is that of the original sheet",
        field="rejected",
        row=row_no,
    )


def _empty() -> Problem:
    return Problem(
        "result_empty",
        "没有要登记的结果",
        "There is no result to record",
        "请选择全部成功，或列出失败的行",
        "Accept the rest, or list the rejected rows",
    )
