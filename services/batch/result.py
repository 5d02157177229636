"""Recording what the bureau answered: rows accepted or rejected, and the enrolments that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.models.batch import Batch
from db.models.enrollment import Enrollment, EnrollmentItem
from db.sql import CHUNK, execute, fetch_tuples, marks
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import ImportKind
from domain.enrollment import EnrollmentState
from domain.errors import Problem, Refusal
from services import notice
from services.batch import content
from services.batch.lock import locked
from services.batch.register import refuse
from services.bill.stale import mark_stale
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Answer:
    """The bureau's answer: rejected rows with reasons; `accept_rest` accepts every other row still waiting."""

    rejected: tuple[tuple[int, str], ...] = ()
    accept_rest: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that waits for its answer; what is sealed in it is left where it is."""

    id: int
    row_no: int
    enrollment_id: int | None


async def record(ports: Ports, actor: Actor, batch_id: int, answer: Answer, key: str) -> int:
    """Writes the answer into rows and enrolments. Answers the batch's id."""
    actor.require("batch.submit")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        next_state(BatchState(batch.state), BatchAct.RECORD_RESULT)
        waiting = await _waiting(batch.id)
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
        await mark_stale(batch.company_id, await _months(accepted))  # type: ignore[attr-defined]
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


async def _waiting(batch_id: int) -> list[_Row]:
    sql = "SELECT id, row_no, enrollment_id FROM batch_row WHERE batch_id = ? AND state = ? ORDER BY row_no"
    return [_Row(*found) for found in await fetch_tuples(sql, [batch_id, RowState.SUBMITTED.value])]


async def _reject(batch: Batch, rejected: Sequence[tuple[_Row, str]]) -> None:
    await refuse([(row.id, reason) for row, reason in rejected])
    if batch.kind == ImportKind.ENROLL:
        ids = [row.enrollment_id for row, _ in rejected if row.enrollment_id]
        await _move(ids, EnrollmentState.REJECTED)


async def _accept(ports: Ports, batch: Batch, accepted: Sequence[_Row]) -> None:
    ids = [row.enrollment_id for row in accepted if row.enrollment_id]
    if batch.kind == ImportKind.ENROLL:
        await _move(ids, EnrollmentState.EFFECTIVE)
    else:
        await _stop(ports, accepted)
    for start in range(0, len(accepted), CHUNK):
        chunk = [row.id for row in accepted[start : start + CHUNK]]
        sql = f"UPDATE batch_row SET state = ? WHERE id IN ({marks(chunk)})"
        await execute(sql, [RowState.ACCEPTED.value, *chunk])


async def _months(accepted: Sequence[_Row]) -> list[int]:
    """The months that the accepted rows begin or end with: bills from then on were computed without them."""
    ids = [row.enrollment_id for row in accepted if row.enrollment_id]
    found: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        rows = await Enrollment.filter(id__in=ids[start : start + CHUNK]).distinct().values("start_month", "last_month")
        found |= {r["last_month"] or r["start_month"] for r in rows}
    return sorted(found)


async def _stop(ports: Ports, accepted: Sequence[_Row]) -> None:
    """Ends the enrolments with their last months, grouped so that equal ends are one statement."""
    ends: dict[tuple[int, str], list[int]] = defaultdict(list)
    for start in range(0, len(accepted), CHUNK):
        enrollments = {row.id: row.enrollment_id for row in accepted[start : start + CHUNK] if row.enrollment_id}
        if not enrollments:
            continue
        sql = f"SELECT id, content_sealed FROM batch_row WHERE id IN ({marks(list(enrollments))}) ORDER BY row_no"
        for row_id, sealed in await fetch_tuples(sql, list(enrollments)):
            checked = content.unseal(ports.store.vault, row_id, sealed).row
            if checked.last_month:
                ends[checked.last_month, checked.stop_reason or ""].append(enrollments[row_id])
    for (last_month, reason), ids in ends.items():
        for start in range(0, len(ids), CHUNK):
            chunk = await siblings(ids[start : start + CHUNK], "effective")
            await Enrollment.filter(id__in=chunk, state=EnrollmentState.EFFECTIVE).update(
                state=EnrollmentState.STOPPED, last_month=last_month, stop_reason=reason
            )
            await EnrollmentItem.filter(enrollment_id__in=chunk, state=EnrollmentState.EFFECTIVE).update(
                state=EnrollmentState.STOPPED, last_month=last_month
            )


async def siblings(enrollment_ids: Sequence[int], state: str, same_end: bool = False) -> list[int]:
    """All enrolments in that state of the same people with the same company: who leaves, leaves with every kind."""
    end = "AND other.last_month = mine.last_month" if same_end else ""
    rows = await fetch_tuples(
        "SELECT DISTINCT other.id FROM enrollment mine JOIN enrollment other ON other.person_id = mine.person_id "
        f"AND other.company_id = mine.company_id {end} "
        f"WHERE mine.id IN ({marks(list(enrollment_ids))}) AND other.state = ?",
        [*enrollment_ids, state],
    )
    return [int(r[0]) for r in rows]


async def _move(enrollment_ids: Sequence[int], state: EnrollmentState) -> None:
    for start in range(0, len(enrollment_ids), CHUNK):
        chunk = enrollment_ids[start : start + CHUNK]
        await execute(f"UPDATE enrollment SET state = ? WHERE id IN ({marks(chunk)})", [state.value, *chunk])
        sql = f"UPDATE enrollment_item SET state = ? WHERE enrollment_id IN ({marks(chunk)})"
        await execute(sql, [state.value, *chunk])


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
