"""Submitting an approved batch: its rows become people and enrolments that wait for the bureau's answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

from db.sql import CHUNK, fetch_tuples, make_room
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import CHANGE_KINDS, ImportKind
from services.batch import change_submit, content, register
from services.batch.lock import locked
from services.batch.register import Line
from services.ports import Ports
from services.scheme import visible

_ROWS = """
SELECT row_no, id, identity_index, content_sealed FROM batch_row
WHERE batch_id = ? AND state = ? AND row_no > ? ORDER BY row_no LIMIT ?
"""


async def submit(ports: Ports, actor: Actor, batch_id: int, key: str) -> int:
    """Hands the batch to the bureau's channel. Answers the batch's id.

    Between check and submission other batches may have gone through, so payers are compared once more here, with the
    people locked; a row that has become impossible is rejected with its reason and the others go on.
    """
    actor.require("batch.submit")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        batch.state = next_state(BatchState(batch.state), BatchAct.SUBMIT)
        schemes = {s.name: s for s in await visible(actor, batch.company_id)}  # type: ignore[attr-defined]
        by_id = {s.id: s for s in schemes.values()}
        await make_room()
        sent = refused = 0
        async for lines in _confirmed(ports, batch.id):
            if batch.kind == ImportKind.ENROLL:
                bad = await register.enroll(ports, unit, batch, lines, schemes, by_id.get(batch.scheme_id or 0))
            elif batch.kind in CHANGE_KINDS:
                bad = await change_submit.submit(unit, batch, lines)
            else:
                bad = await register.terminate(unit, batch, lines)
            refused += bad
            sent += len(lines) - bad
        batch.rejected_rows += refused
        if not sent:
            batch.state = BatchState.DONE
        await batch.save(update_fields=["state", "rejected_rows"])
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.submit", "batch", batch.id, company_id, 提交=sent, 未能提交=refused)
        if sent:
            await unit.emit("batch.declare", {"batch": batch.id})
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
        return batch.id

    return await once(ports.store, actor, "batch.submit", key, {"id": batch_id}, run)


async def _confirmed(ports: Ports, batch_id: int) -> AsyncIterator[list[Line]]:
    """The confirmed rows, opened, some at a time: a large batch would not fit into memory at once."""
    vault, last = ports.store.vault, 0
    while rows := await fetch_tuples(_ROWS, [batch_id, RowState.CONFIRMED.value, last, CHUNK]):
        last = rows[-1][0]
        yield [
            Line(row_id, index, content.unseal(vault, row_id, sealed, with_problems=False))
            for _, row_id, index, sealed in rows
        ]
