"""Confirming a checked batch, and what an approval's decision does to it."""

from __future__ import annotations

from db.models.batch import Batch, BatchRow
from db.models.company import Company
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import IMPORT_KIND_LABELS, ImportKind
from domain.errors import Problem, Refusal
from services import approval
from services.batch.lock import locked
from services.ports import Ports

BUSINESS = "batch"


async def confirm(ports: Ports, actor: Actor, batch_id: int, key: str) -> int:
    """Sends the good rows to approval; rows with errors stay out. Answers the batch's id."""
    actor.require("batch.confirm")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        batch.state = next_state(BatchState(batch.state), BatchAct.CONFIRM)
        if batch.ok_rows == 0:
            raise Refusal(_nothing_to_confirm())
        await BatchRow.filter(batch_id=batch.id, state=RowState.OK).update(state=RowState.CONFIRMED)
        await batch.save(update_fields=["state"])
        await _ask(unit, batch)
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.confirm", "batch", batch.id, company_id, 行数=batch.ok_rows)
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
        return batch.id

    return await once(ports.store, actor, "batch.confirm", key, {"id": batch_id}, run)


async def _ask(unit: Work, batch: Batch) -> None:
    company = await Company.get(id=batch.company_id)  # type: ignore[attr-defined]
    word = IMPORT_KIND_LABELS[ImportKind(batch.kind)][0]
    title = f"{word}批次 {batch.number}（{company.name}，{batch.ok_rows} 人）"
    await approval.ask(unit, BUSINESS, batch.id, company, title, city_code=batch.city_code)


async def decided(unit: Work, batch_id: int, approved: bool, comment: str) -> None:
    """Moves the batch on after its approval was decided, in the same transaction."""
    batch = await Batch.filter(id=batch_id).select_for_update().get()
    act = BatchAct.APPROVE if approved else BatchAct.REJECT
    batch.state = next_state(BatchState(batch.state), act)
    await batch.save(update_fields=["state"])
    if not approved:
        await BatchRow.filter(batch_id=batch.id, state=RowState.CONFIRMED).update(state=RowState.WITHDRAWN)
    company_id = batch.company_id  # type: ignore[attr-defined]
    await unit.audit(f"batch.{act.value}", "batch", batch.id, company_id, 意见=comment or "无")
    await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


approval.DECIDED[BUSINESS] = decided


def _nothing_to_confirm() -> Problem:
    return Problem(
        "nothing_to_confirm",
        "没有可以确认的行",
        "There is no row that could go on",
        "请下载错误表，更正后重新上传",
        "Download the error workbook, correct it and upload it again",
    )
