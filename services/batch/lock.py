"""Taking hold of a batch for a change of its state."""

from __future__ import annotations

from db.models.batch import Batch
from db.scope import companies
from domain.actor import Actor, not_found
from domain.errors import Refusal


async def locked(actor: Actor, batch_id: int) -> Batch:
    """The batch, locked until the commit, if it lies in the actor's scope."""
    batch = await Batch.filter(id=batch_id).select_for_update().first()
    if batch is None or not await Batch.filter(companies(actor, "company__"), id=batch_id).exists():
        raise Refusal(not_found("批次", "batch"))
    return batch
