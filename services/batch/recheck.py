"""Checking single rows of a checked batch again, with exact counts and without touching the other rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from anyio import to_thread

from db.models.batch import Batch
from db.sql import CHUNK, execute_many, fetch, marks
from db.transaction import Work
from domain.batch import BATCH_STATE_LABELS, BATCH_STATE_LABELS_EN, BatchState, RowState
from domain.columns import CellValue
from domain.errors import Problem, Refusal
from domain.precheck import DuplicateFinder
from services import blacklist
from services.batch import content
from services.batch.bans import hits
from services.batch.content import Content
from services.batch.facts import NOBODY, Known, identity_index, known
from services.batch.review import Review
from services.ports import Ports

OPEN_STATES = (RowState.OK, RowState.FAILED)
"""Rows that may still be corrected: those of a checked batch that nobody confirmed."""

_HELD = "SELECT id, row_no, state, codes, identity_index, corrected_at FROM batch_row"
_UPDATE = """
UPDATE batch_row SET state = ?, person_name = ?, codes = ?, content_sealed = ?, identity_index = ?, corrected_at = ?
WHERE id = ?
"""


@dataclass(frozen=True, slots=True)
class Recheck:
    """A row to be checked again: its cells now, and what it keeps of the file's own (see content.with_changes)."""

    row_id: int
    row_no: int
    cells: list[CellValue]
    kept: Content
    corrected: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it is stored, opened."""

    id: int
    row_no: int
    state: str
    found: Content

    def unchanged(self) -> Recheck:
        """The row as it is, to be judged again."""
        return Recheck(self.id, self.row_no, content.raw_cells(self.found), self.found, False)

    def changed(self, changes: dict[int, CellValue]) -> Recheck:
        """The row with other cells, by place."""
        cells, kept = content.with_changes(self.found, changes)
        return Recheck(self.id, self.row_no, cells, kept, True)


def open_for_correction(batch: Batch) -> None:
    """Refuses corrections of a batch that was confirmed, or whose check has not ended."""
    state = BatchState(batch.state)
    if state is not BatchState.CHECKED:
        raise Refusal(_not_now(state))


async def stored_rows(
    ports: Ports, batch_id: int, condition: str, values: Sequence[Any], after: int = 0, most: int = CHUNK
) -> list[Stored]:
    """Rows of a batch that may still be corrected, opened, in file order from after a row number."""
    rows = await fetch(
        f"SELECT id, row_no, state, content_sealed FROM batch_row WHERE batch_id = ? AND row_no > ? "
        f"AND state IN ({marks(OPEN_STATES)}) AND {condition} ORDER BY row_no LIMIT ?",
        [batch_id, after, *OPEN_STATES, *values, most],
    )

    def opened() -> list[Stored]:
        vault = ports.store.vault
        return [
            Stored(r["id"], r["row_no"], r["state"], content.unseal(vault, r["id"], r["content_sealed"])) for r in rows
        ]

    return await to_thread.run_sync(opened)


async def recheck_rows(ports: Ports, unit: Work, review: Review, batch: Batch, rows: Sequence[Recheck]) -> None:
    """Puts the rows through the whole check again, and brings the batch's counts up to date by the difference.

    `batch` is locked by the caller. Where a document number changes, the other rows with the old and the new number
    are judged again too, for a row may have become or ceased to be a repetition.
    """
    change: Counter[str] = Counter()
    for start in range(0, len(rows), CHUNK):
        await _recheck(ports, unit, review, rows[start : start + CHUNK], change)
    counts = Counter(dict(orjson.loads(batch.problem_counts)))
    for code, by in change.items():
        if not code.startswith("#"):
            counts[code] += by
    batch.problem_counts = orjson.dumps([(c, n) for c, n in counts.most_common() if n > 0]).decode()
    batch.ok_rows += change["#ok"]
    batch.failed_rows += change["#failed"]
    batch.warning_rows += change["#warned"]
    await batch.save(update_fields=["problem_counts", "ok_rows", "failed_rows", "warning_rows"])
    await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


async def _recheck(ports: Ports, unit: Work, review: Review, rows: Sequence[Recheck], change: Counter[str]) -> None:
    batch_id = review.setting.batch.id
    held = {r["id"]: r for r in await fetch(f"{_HELD} WHERE id IN ({marks(rows)})", [row.row_id for row in rows])}
    drafts, indexes = await to_thread.run_sync(_prechecked, ports, review, rows)
    moved: set[str] = set()
    for row, index in zip(rows, indexes, strict=True):
        before = held[row.row_id]["identity_index"]
        if index != before:
            moved |= {index, before} - {""}
    others = [row for row in await _sharing(ports, batch_id, moved) if row.id not in held]
    if others:
        again = [row.unchanged() for row in others]
        more, more_indexes = await to_thread.run_sync(_prechecked, ports, review, again)
        rows, drafts, indexes = [*rows, *again], [*drafts, *more], [*indexes, *more_indexes]
        ids = [row.id for row in others]
        held |= {r["id"]: r for r in await fetch(f"{_HELD} WHERE id IN ({marks(ids)})", ids)}
    firsts = await _firsts(batch_id, {index for index in indexes if index} - moved)
    for row, index in zip(rows, indexes, strict=True):
        if index in moved:
            firsts[index] = min(row.row_no, firsts.get(index, row.row_no))
    facts = await _known(review, drafts, indexes)

    def judged() -> list[tuple]:
        duplicates = DuplicateFinder(review.header("id_number"))
        lines = []
        for row, draft, index in zip(rows, drafts, indexes, strict=True):
            if index:
                duplicates.know(draft.row.id_number, firsts[index])
            found = review.judge(replace(draft, row=duplicates.check(draft.row)), facts.get(index, NOBODY))
            lines.append(review.line(ports.store, row.row_id, found, index))
        return lines

    lines = await to_thread.run_sync(judged)
    updates = []
    for row, (row_id, _, _, state, name, codes, sealed, index) in zip(rows, lines, strict=True):
        before = held[row_id]
        _count(change, before["state"], before["codes"], -1)
        _count(change, state, codes, +1)
        corrected_at = unit.now if row.corrected else before["corrected_at"]
        updates.append((state, name, codes, sealed, index, corrected_at, row_id))
    await execute_many(_UPDATE, updates)
    await blacklist.note_hits(unit, hits(review.setting, [row.row_id for row in rows], indexes, facts))


def _prechecked(ports: Ports, review: Review, rows: Sequence[Recheck]) -> tuple[list[Content], list[str]]:
    """The rows as values with their digests; off the event loop."""
    drafts = []
    for row in rows:
        draft = review.precheck(row.cells, row.row_no)
        drafts.append(replace(draft, numbers=row.kept.numbers, originals=row.kept.originals))
    return drafts, [identity_index(ports.store, draft.row) for draft in drafts]


def _count(change: Counter[str], state: str, codes: str, by: int) -> None:
    """One row more or less, in the way in which the check counts."""
    change["#ok" if state == RowState.OK else "#failed"] += by
    if codes and state == RowState.OK:
        change["#warned"] += by
    for code in set(codes.split(",")) if codes else ():
        change[code] += by


async def _sharing(ports: Ports, batch_id: int, indexes: set[str]) -> list[Stored]:
    """The rows of the batch with one of these document numbers."""
    if not indexes:
        return []
    found: list[Stored] = []
    last = 0
    condition = f"identity_index IN ({marks(list(indexes))})"
    while rows := await stored_rows(ports, batch_id, condition, list(indexes), last):
        last = rows[-1].row_no
        found += rows
    return found


async def _firsts(batch_id: int, indexes: set[str]) -> dict[str, int]:
    """The first row with each of the document numbers."""
    if not indexes:
        return {}
    rows = await fetch(
        f"SELECT identity_index, MIN(row_no) AS first FROM batch_row WHERE batch_id = ? "
        f"AND identity_index IN ({marks(list(indexes))}) GROUP BY identity_index",
        [batch_id, *indexes],
    )
    return {r["identity_index"]: r["first"] for r in rows}


async def _known(review: Review, drafts: Sequence[Content], indexes: Sequence[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for start in range(0, len(indexes), CHUNK):
        rows = [draft.row for draft in drafts[start : start + CHUNK]]
        found |= await known(review.setting, indexes[start : start + CHUNK], rows)
    return found


def _not_now(state: BatchState) -> Problem:
    return Problem(
        "batch_state",
        f"批次{BATCH_STATE_LABELS[state]}，不能更正",
        f"The batch is {BATCH_STATE_LABELS_EN[state]}; its rows cannot be corrected",
        "检查结束后、确认之前才能更正；已确认的请撤回后重新导入",
        "Rows are corrected after the check has ended and before the batch is confirmed",
        field="state",
        value=state.value,
    )
