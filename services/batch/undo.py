"""Undoing a finished batch, as long as nothing later rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from db.models.batch import Batch, BatchRow
from db.models.enrollment import Enrollment, EnrollmentItem
from db.sql import CHUNK, fetch
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import CHANGE_KINDS, IMPORT_KIND_LABELS, ImportKind
from domain.enrollment import EnrollmentState
from domain.errors import Problem, Refusal
from domain.period import BillingMonth
from domain.reason import stated
from services.batch import change_undo
from services.batch.lock import locked
from services.batch.result import siblings
from services.bill.stale import mark_stale
from services.ports import Ports

_MOST_TOLD = 20

_BILLED = """
SELECT b.month, COUNT(DISTINCT l.person_id) AS people FROM bill_line l JOIN bill b ON b.id = l.bill_id
WHERE b.state = 'closed' AND l.enrollment_id IN (SELECT enrollment_id FROM batch_row WHERE batch_id = ? AND state = ?)
GROUP BY b.month ORDER BY b.month
"""
_LATER_BATCHES = """
SELECT DISTINCT other.number, other.kind FROM batch_row mine
JOIN batch_row later ON later.enrollment_id = mine.enrollment_id
JOIN batch other ON other.id = later.batch_id
WHERE mine.batch_id = ? AND mine.state = ? AND later.batch_id <> ?
  AND later.state IN ('submitted', 'correction', 'accepted')
ORDER BY other.number
"""
_ENROLLED_SINCE = """
SELECT COUNT(DISTINCT mine.person_id) AS people FROM batch_row mine
JOIN enrollment_item old ON old.enrollment_id = mine.enrollment_id
JOIN enrollment_item fresh ON fresh.person_id = mine.person_id AND fresh.enrollment_id <> mine.enrollment_id
WHERE mine.batch_id = ? AND mine.state = ? AND fresh.kind = old.kind AND fresh.kind <> 'work_injury'
  AND fresh.state IN ('submitted', 'effective', 'stopped')
  AND (fresh.last_month IS NULL OR fresh.last_month > old.last_month)
"""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The accepted rows' enrolments and the months they begin or end with."""

    enrollment_ids: list[int]
    months: list[int]


async def undo(ports: Ports, actor: Actor, batch_id: int, reason: str, key: str) -> int:
    """Takes a finished batch back: people it enrolled leave the register, people it stopped are enrolled again.

    Refused (`batch_depended_on`) with everything that rests on it. Answers the batch's id.
    """
    actor.require("batch.submit")
    why = stated(reason, "撤销原因", "why it is undone", "例如：导入了错误的文件", "For example: the wrong file")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        target = next_state(BatchState(batch.state), BatchAct.UNDO)
        company_id = batch.company_id  # type: ignore[attr-defined]
        problems = await _dependants(ports, batch)
        if problems:
            raise Refusal(*problems)
        if batch.kind in CHANGE_KINDS:
            people = await change_undo.put_back(ports, unit, batch)
            await _withdrawn(unit, batch, target, people, why)
            return batch.id
        scope = await _accepted(batch)
        if batch.kind == ImportKind.ENROLL:
            await _move(scope.enrollment_ids, EnrollmentState.VOIDED, reopened=False)
        else:
            for chunk in _chunks(scope.enrollment_ids):
                ended = await siblings(chunk, EnrollmentState.STOPPED, same_end=True)
                await _move(ended, EnrollmentState.EFFECTIVE, reopened=True)
        await mark_stale(company_id, scope.months)
        await _withdrawn(unit, batch, target, len(scope.enrollment_ids), why)
        return batch.id

    return await once(ports.store, actor, "batch.undo", key, {"id": batch_id, "reason": why}, run)


async def _withdrawn(unit: Work, batch: Batch, target: BatchState, people: int, why: str) -> None:
    """The rows and the batch itself, once what they did is undone."""
    await BatchRow.filter(batch_id=batch.id, state=RowState.ACCEPTED).update(state=RowState.WITHDRAWN)
    batch.state = target
    await batch.save(update_fields=["state"])
    company_id = batch.company_id  # type: ignore[attr-defined]
    await unit.audit("batch.undo", "batch", batch.id, company_id, 人数=people, 原因=why)
    await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


async def _accepted(batch: Batch) -> _Scope:
    rows = await BatchRow.filter(batch_id=batch.id, state=RowState.ACCEPTED).values_list("enrollment_id", flat=True)
    ids = [int(i) for i in rows if i]  # type: ignore[call-overload]
    column = "start_month" if batch.kind == ImportKind.ENROLL else "last_month"
    months: set[int] = set()
    for chunk in _chunks(ids):
        found = await Enrollment.filter(id__in=chunk).distinct().values_list(column, flat=True)
        months |= {int(m) for m in found if m}  # type: ignore[call-overload]
    return _Scope(ids, sorted(months))


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    """Pieces that fit into one statement on every database."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


async def _move(enrollment_ids: list[int], state: EnrollmentState, *, reopened: bool) -> None:
    for chunk in _chunks(enrollment_ids):
        items = EnrollmentItem.filter(enrollment_id__in=chunk)
        enrollments = Enrollment.filter(id__in=chunk)
        if reopened:
            await items.filter(state=EnrollmentState.STOPPED).update(state=state, last_month=None)
            await enrollments.update(state=state, last_month=None, stop_reason=None)
        else:
            await items.update(state=state)
            await enrollments.update(state=state)


async def _dependants(ports: Ports, batch: Batch) -> list[Problem]:
    """Everything that rests on the batch, each with what it is."""
    accepted = RowState.ACCEPTED.value
    if batch.kind in CHANGE_KINDS:
        return [_depended(*each) for each in (await change_undo.dependants(ports, batch))[:_MOST_TOLD]]
    problems = []
    if batch.kind == ImportKind.ENROLL:
        for r in (await fetch(_BILLED, [batch.id, accepted]))[:_MOST_TOLD]:
            problems.append(
                _depended(f"{BillingMonth.of(r['month'])} 已关账的账单（{r['people']} 人）", "a closed bill")
            )
        for r in (await fetch(_LATER_BATCHES, [batch.id, accepted, batch.id]))[:_MOST_TOLD]:
            label, label_en = IMPORT_KIND_LABELS[ImportKind(r["kind"])]
            problems.append(_depended(f"{label}批次 {r['number']}", f"a later {label_en}"))
    else:
        since = (await fetch(_ENROLLED_SINCE, [batch.id, accepted]))[0]["people"]
        if since:
            problems.append(_depended(f"{since} 人此后已重新参保", "people enrolled again since"))
    return problems


def _depended(what: str, what_en: str) -> Problem:
    return Problem(
        "batch_depended_on",
        f"不能撤销：{what}以本批次为依据",
        f"It cannot be undone: {what_en} rests on it",
        "请先处理后面的业务，或用新的批次更正",
        "Deal with what came later first, or correct it by a new batch",
        value=what,
    )
