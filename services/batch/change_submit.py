"""Submitting changes: rows are linked to the people and enrolments they change; nothing is changed yet."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from db.models.batch import Batch
from db.sql import fetch_tuples, locking, marks
from db.transaction import Work
from domain.columns import CHANGE_KINDS, ImportKind
from services.batch.register import Line, link, refuse

_MOVES: Final = frozenset({ImportKind.SCHEME_CHANGE, ImportKind.TRANSFER})
# Who is being stopped is not moved at the same time; a new base or particulars stand in no way of a stop.
_IN_THE_WAY: Final = {
    kind: CHANGE_KINDS | {ImportKind.TERMINATE} if kind in _MOVES else CHANGE_KINDS for kind in CHANGE_KINDS
}


async def submit(unit: Work, batch: Batch, lines: list[Line]) -> int:
    """Links each row to its person and newest enrolment here; answers how many rows had to be refused.

    The people stay locked until the commit, so of two batches that change the same person one is told.
    """
    indexes = sorted({line.index for line in lines if line.index})
    lock = locking(unit.connection)
    sql = f"SELECT id_number_index, id FROM person WHERE id_number_index IN ({marks(indexes)}) ORDER BY id"
    people: dict[str, int] = dict(await fetch_tuples(sql + lock, indexes))
    enrollments = await _enrollments(list(people.values()), batch, lock)
    busy = await _busy(indexes, batch, lock)
    linked: list[tuple[int, int, int]] = []
    refused: list[tuple[int, str]] = []
    for line in lines:
        person_id = people.get(line.index)
        enrollment_id = enrollments.get(person_id) if person_id else None
        if person_id is None or enrollment_id is None:
            refused.append((line.row_id, "提交时该人员在本公司已没有在册的参保"))
        elif line.index in busy:
            refused.append((line.row_id, f"已有一笔{busy[line.index]}在办理，请待其办结后再提交"))
        else:
            linked.append((line.row_id, person_id, enrollment_id))
    await link(linked)
    await refuse(refused)
    return len(refused)


async def _enrollments(person_ids: list[int], batch: Batch, lock: str) -> dict[int, int]:
    """The newest effective enrolment of each person with the batch's company."""
    if not person_ids:
        return {}
    sql = (
        f"SELECT person_id, id FROM enrollment WHERE person_id IN ({marks(person_ids)}) AND company_id = ? "
        f"AND state = 'effective' ORDER BY id{lock}"
    )
    return dict(await fetch_tuples(sql, [*person_ids, batch.company_id]))  # type: ignore[attr-defined]


async def _busy(indexes: list[str], batch: Batch, lock: str) -> dict[str, str]:
    """What is under way already for each of these people, by digest: 异动 or 减员.

    Particulars are the person's own, so for them a change at any company counts; the others concern this company.
    The batches themselves are read without a lock, for their submitters hold it; kind and company never change.
    """
    sql = (
        f"SELECT identity_index, batch_id FROM batch_row WHERE identity_index IN ({marks(indexes)}) "
        f"AND state IN ('submitted', 'correction') AND batch_id <> ?{lock}"
    )
    rows: dict[int, list[str]] = defaultdict(list)
    for index, batch_id in await fetch_tuples(sql, [*indexes, batch.id]):
        rows[batch_id].append(index)
    if not rows:
        return {}
    owner, mine = batch.company_id, ImportKind(batch.kind)  # type: ignore[attr-defined]
    found: dict[str, str] = {}
    sql = f"SELECT id, kind, company_id FROM batch WHERE id IN ({marks(list(rows))})"
    for batch_id, kind, company_id in await fetch_tuples(sql, list(rows)):
        both = kind == mine == ImportKind.PARTICULARS
        if kind in _IN_THE_WAY[mine] and (both or company_id == owner):
            word = "减员" if kind == ImportKind.TERMINATE else "异动"
            found |= dict.fromkeys(rows[batch_id], word)
    return found
