"""Writing accepted changes. A rejected one leaves everything as it is: nothing was written when it was submitted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from db.models.batch import Batch
from db.sql import CHUNK
from db.transaction import Work
from domain.columns import CHANGE_KINDS, ImportKind
from domain.errors import Refusal
from services.batch import change_base, change_move, change_person
from services.batch.change_rows import Outcome, Row, opened
from services.bill.stale import mark_stale
from services.ports import Ports

KINDS: Final = CHANGE_KINDS
"""The kinds of batches whose accepted rows are written here."""

_APPLY: Final[dict[ImportKind, Callable[[Ports, Work, Batch, list[Row], Outcome], Awaitable[None]]]] = {
    ImportKind.BASE_CHANGE: change_base.apply,
    ImportKind.ANNUAL_BASE: change_base.apply,
    ImportKind.SCHEME_CHANGE: change_move.apply,
    ImportKind.TRANSFER: change_move.apply,
    ImportKind.PARTICULARS: change_person.apply,
}
_MOST_TOLD: Final = 50


async def apply(ports: Ports, unit: Work, batch: Batch, row_ids: Sequence[int]) -> None:
    """Writes the change of every accepted row, some at a time, and marks the open bills that it makes out of date.

    Rows that have become impossible since they were submitted refuse the answer (`change_impossible`, each with its
    row): whoever records it then records those as rejected. Part of the act that records the answer.
    """
    kind, outcome = ImportKind(batch.kind), Outcome()
    for start in range(0, len(row_ids), CHUNK):
        await _APPLY[kind](ports, unit, batch, await opened(ports, row_ids[start : start + CHUNK]), outcome)
    if outcome.problems:
        raise Refusal(*outcome.problems[:_MOST_TOLD])
    for company_id, month in sorted(outcome.stale.items()):
        await mark_stale(company_id, [month])
