"""Undoing a finished batch, as long as nothing later rests on it."""

from __future__ import annotations

from db.models.batch import Batch
from db.sql import execute, fetch_tuples, marks
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import CHANGE_KINDS, ImportKind
from domain.enrollment import EnrollmentState
from domain.errors import Problem, Refusal
from domain.reason import stated
from services import housing_account
from services.batch import change_undo, undo_ends
from services.batch.item import chunks
from services.batch.lock import locked
from services.batch.returned import close_feedback
from services.batch.undo_rows import Depends, on_accounts, on_enrolments, on_part_of_ends, took_effect
from services.bill.stale import mark_stale
from services.ports import Ports

_MOST_TOLD = 20


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
        problems = [_depended(*each) for each in await _dependants(ports, batch)]
        if problems:
            raise Refusal(*problems[:_MOST_TOLD])
        if batch.kind in CHANGE_KINDS:
            people = await change_undo.put_back(ports, unit, batch)
        elif batch.kind == ImportKind.ENROLL:
            people = await _void(batch)
        else:
            people = await _reopen(ports, batch)
        await housing_account.put_back(unit, batch.id, company_id, f"撤销批次 {batch.number}")
        await _withdrawn(unit, batch, target, people, why)
        return batch.id

    return await once(ports.store, actor, "batch.undo", key, {"id": batch_id, "reason": why}, run)


async def _withdrawn(unit: Work, batch: Batch, target: BatchState, people: int, why: str) -> None:
    """The rows and the batch itself, once what they did is undone. A row that did nothing stays rejected."""
    sql = f"UPDATE batch_row SET state = ? WHERE batch_id = ? AND {took_effect('batch_row')}"
    await execute(sql, [RowState.WITHDRAWN.value, batch.id])
    await close_feedback(unit, batch.id)
    batch.state = target
    await batch.save(update_fields=["state"])
    company_id = batch.company_id  # type: ignore[attr-defined]
    await unit.audit("batch.undo", "batch", batch.id, company_id, 人数=people, 原因=why)
    await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


async def _void(batch: Batch) -> int:
    """Takes away what the batch began; kinds that a channel rejected stay rejected. Answers how many rows."""
    sql = (
        "SELECT e.id, e.start_month FROM batch_row r JOIN enrollment e ON e.id = r.enrollment_id "
        f"WHERE r.batch_id = ? AND {took_effect('r')}"
    )
    found = await fetch_tuples(sql, [batch.id])
    voided, effective = EnrollmentState.VOIDED.value, EnrollmentState.EFFECTIVE.value
    for part in chunks([row[0] for row in found]):
        ids = marks(part)
        await execute(f"UPDATE enrollment SET state = ? WHERE id IN ({ids})", [voided, *part])
        sql = f"UPDATE enrollment_item SET state = ? WHERE enrollment_id IN ({ids}) AND state = ?"
        await execute(sql, [voided, *part, effective])
    await mark_stale(batch.company_id, sorted({row[1] for row in found}))  # type: ignore[attr-defined]
    return len(found)


async def _reopen(ports: Ports, batch: Batch) -> int:
    """Puts in force again what the batch ended, and nothing else. Answers how many people."""
    people: set[int] = set()
    months: set[int] = set()
    async for items in undo_ends.ended(ports, batch):
        await undo_ends.reopen(items)
        people |= {item.person_id for item in items}
        months |= {item.last_month for item in items}
    await mark_stale(batch.company_id, sorted(months))  # type: ignore[attr-defined]
    return len(people)


async def _dependants(ports: Ports, batch: Batch) -> list[Depends]:
    """Everything that rests on the batch, each with what it is."""
    if batch.kind in CHANGE_KINDS:
        found = await change_undo.dependants(ports, batch)
    elif batch.kind == ImportKind.ENROLL:
        found = await on_enrolments(batch)
    else:
        since: set[int] = set()
        async for items in undo_ends.ended(ports, batch):
            since |= await undo_ends.enrolled_since(items)
        found = [(f"{len(since)} 人此后已重新参保", "people enrolled again since")] if since else []
        found += await on_part_of_ends(batch)
    return list(dict.fromkeys([*found, *await on_accounts(batch, found)]))


def _depended(what: str, what_en: str) -> Problem:
    return Problem(
        "batch_depended_on",
        f"不能撤销：{what}以本批次为依据",
        f"It cannot be undone: {what_en} rests on it",
        "请先处理后面的业务，或用新的批次更正",
        "Deal with what came later first, or correct it by a new batch",
        value=what,
    )
