"""Recording what the bureau answered: rows accepted or rejected, and the enrolments that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.models.batch import Batch
from db.models.enrollment import Enrollment
from db.sql import CHUNK, execute, fetch_tuples, marks
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import ImportKind
from domain.declaration import Channel, Verdict
from domain.enrollment import EnrollmentState
from domain.errors import Refusal
from services.batch import change, content
from services.batch.channel import Recording, RowAnswer, settle
from services.batch.fund import fund_accounts
from services.batch.item import siblings, stop
from services.batch.lock import locked
from services.batch.register import refuse
from services.batch.result_problems import empty, reason_needed, row_not_waiting
from services.batch.returned import Returned, open_feedback
from services.bill.stale import mark_stale
from services.ports import Ports

__all__ = ["Answer", "record", "siblings"]


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
        if await _channels_spoke(batch.id):
            await _rest(ports, unit, batch, answer)
            return batch.id
        waiting = await _waiting(batch.id)
        by_no = {row.row_no: row for row in waiting}
        problems = [
            reason_needed(no, reason) if no in by_no else row_not_waiting(no)
            for no, reason in answer.rejected
            if no not in by_no or not reason.strip()
        ]
        if problems or not (answer.rejected or answer.accept_rest):
            raise Refusal(*(problems or [empty()]))
        reasons = dict(answer.rejected)
        rejected = [(by_no[no], reason.strip()[:400]) for no, reason in reasons.items()]
        accepted = [row for row in waiting if row.row_no not in reasons] if answer.accept_rest else []
        await _reject(batch, rejected)
        await _accept(ports, unit, batch, accepted)
        if batch.kind not in change.KINDS:
            await mark_stale(batch.company_id, await _months(accepted))  # type: ignore[attr-defined]
        batch.accepted_rows += len(accepted)
        batch.rejected_rows += len(rejected)
        batch.state = next_state(
            BatchState(batch.state), BatchAct.RECORD_RESULT, open_rows=len(waiting) - len(accepted) - len(rejected)
        )
        await batch.save(update_fields=["accepted_rows", "rejected_rows", "state"])
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.result", "batch", batch.id, company_id, 成功=len(accepted), 失败=len(rejected))
        returned = [Returned(row.id, row.row_no, None, Verdict.FAILED, reason) for row, reason in rejected]
        await open_feedback(ports, unit, batch, returned)
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


async def _accept(ports: Ports, unit: Work, batch: Batch, accepted: Sequence[_Row]) -> None:
    ids = [row.enrollment_id for row in accepted if row.enrollment_id]
    if batch.kind == ImportKind.ENROLL:
        await _move(ids, EnrollmentState.EFFECTIVE)
    elif batch.kind in change.KINDS:
        await change.apply(ports, unit, batch, [row.id for row in accepted])
    else:
        await _stop(ports, accepted)
    if batch.kind in (ImportKind.ENROLL, ImportKind.TERMINATE):
        await fund_accounts(ports, unit, batch, ids)
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
            checked = content.unseal(ports.store.vault, row_id, sealed, with_problems=False).row
            if checked.last_month:
                ends[checked.last_month, checked.stop_reason or ""].append(enrollments[row_id])
    for (last_month, reason), ids in ends.items():
        await stop(ids, last_month, reason, None)


async def _move(enrollment_ids: Sequence[int], state: EnrollmentState) -> None:
    for start in range(0, len(enrollment_ids), CHUNK):
        chunk = enrollment_ids[start : start + CHUNK]
        await execute(f"UPDATE enrollment SET state = ? WHERE id IN ({marks(chunk)})", [state.value, *chunk])
        sql = f"UPDATE enrollment_item SET state = ? WHERE enrollment_id IN ({marks(chunk)})"
        await execute(sql, [state.value, *chunk])


async def _channels_spoke(batch_id: int) -> bool:
    """Whether a channel has answered for itself; what is left is then recorded row by row."""
    sql = "SELECT 1 FROM channel_result WHERE batch_id = ? LIMIT 1"
    return bool(await fetch_tuples(sql, [batch_id]))


async def _rest(ports: Ports, unit: Work, batch: Batch, answer: Answer) -> None:
    """The answer of all channels that have not spoken yet."""
    problems = [reason_needed(no, reason) for no, reason in answer.rejected if not reason.strip()]
    if problems or not (answer.rejected or answer.accept_rest):
        raise Refusal(*(problems or [empty()]))
    wanted = {no: RowAnswer(no, Verdict.FAILED, reason) for no, reason in answer.rejected}
    recording = Recording(ports, unit, batch, tuple(Channel), wanted, None)
    await recording.run(answer.accept_rest)
    await settle(recording)
