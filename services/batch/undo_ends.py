"""What a finished termination has ended, item by item, and opening just that again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from db.models.batch import Batch
from db.sql import CHUNK, execute, fetch_tuples, marks
from domain.declaration import Channel
from domain.enrollment import PAID_BY_EVERY_EMPLOYER
from domain.policy import Kind
from services.batch import content
from services.batch.item import chunks
from services.batch.undo_rows import in_part, took_effect
from services.ports import Ports

_ROWS = f"""
SELECT r.id, r.state, r.enrollment_id, e.city_code, e.last_month FROM batch_row r
JOIN enrollment e ON e.id = r.enrollment_id
WHERE r.batch_id = ? AND r.id > ? AND {took_effect("r")} ORDER BY r.id LIMIT {CHUNK}
"""
_OTHERS = f"""
SELECT mine.id, r.id, e.city_code FROM enrollment mine
JOIN enrollment e ON e.person_id = mine.person_id AND e.company_id = mine.company_id
JOIN batch_row r ON r.enrollment_id = e.id JOIN batch b ON b.id = r.batch_id
WHERE b.kind = 'terminate' AND b.id <> ? AND {in_part("r")}
"""
_STOPPED = """
SELECT mine.id, i.id, i.enrollment_id, i.person_id, i.company_id, i.kind, i.last_month FROM enrollment mine
JOIN enrollment_item i ON i.person_id = mine.person_id AND i.company_id = mine.company_id
JOIN enrollment e ON e.id = i.enrollment_id
WHERE i.state = 'stopped' AND (e.stop_reason IS NULL OR e.stop_reason NOT IN ('scheme_changed', 'transferred_out'))
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """An item that the batch has ended, with its last month (yyyymm)."""

    id: int
    enrollment_id: int
    person_id: int
    company_id: int
    kind: Kind
    last_month: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that ended these kinds (None: every kind that was left) of the person of its enrolment."""

    enrollment_id: int
    last_month: int | None
    kinds: frozenset[Kind] | None


async def ended(ports: Ports, batch: Batch) -> AsyncIterator[list[Ended]]:
    """The items that the batch ended, those of some rows at a time.

    A channel ends its own kinds. A row that all channels were recorded for at once ended what other rows, which had
    failed at some channel before, had left.
    """
    last = 0
    while found := await fetch_tuples(_ROWS, [batch.id, last]):
        last = found[-1][0]
        said = await _kinds_said(ports, {r[0]: r[3] for r in found})
        unknown = [r[0] for r in found if r[1] == "rejected" or r[4] is None]
        told = await _last_months(ports, unknown)
        rows = [_Row(r[2], told.get(r[0], r[4]), said.get(r[0])) for r in found]
        yield await _items(ports, batch, rows)


async def enrolled_since(batch_ended: Sequence[Ended]) -> set[int]:
    """The people among these who have a payer for one of the kinds again."""
    ids = {item.id for item in batch_ended}
    fresh: dict[tuple[int, str], list[tuple[int, int, int | None]]] = defaultdict(list)
    for part in chunks(sorted({item.person_id for item in batch_ended})):
        sql = (
            "SELECT id, person_id, company_id, kind, last_month FROM enrollment_item "
            f"WHERE person_id IN ({marks(part)}) AND state IN ('submitted', 'effective', 'stopped')"
        )
        for item_id, person_id, company_id, kind, last_month in await fetch_tuples(sql, list(part)):
            fresh[person_id, kind].append((item_id, company_id, last_month))
    return {
        old.person_id
        for old in batch_ended
        for item_id, company_id, last_month in fresh[old.person_id, old.kind]
        if item_id not in ids
        and (company_id == old.company_id or old.kind not in PAID_BY_EVERY_EMPLOYER)
        and (last_month is None or last_month > old.last_month)
    }


async def reopen(batch_ended: Sequence[Ended]) -> None:
    """Puts the items, and the enrolments they are of, in force again; what others have ended stays."""
    for ids in chunks([item.id for item in batch_ended]):
        sql = f"UPDATE enrollment_item SET state = 'effective', last_month = NULL WHERE id IN ({marks(ids)})"
        await execute(sql, list(ids))
    for ids in chunks(sorted({item.enrollment_id for item in batch_ended})):
        sql = (
            "UPDATE enrollment SET state = 'effective', last_month = NULL, stop_reason = NULL "
            f"WHERE id IN ({marks(ids)}) AND state = 'stopped'"
        )
        await execute(sql, list(ids))


async def _items(ports: Ports, batch: Batch, rows: Sequence[_Row]) -> list[Ended]:
    by_enrollment = {row.enrollment_id: row for row in rows}
    ids = list(by_enrollment)
    others = await _ended_by_others(ports, batch, ids)
    found: dict[int, Ended] = {}
    sql = f"{_STOPPED} AND mine.id IN ({marks(ids)})"
    for mine, item_id, enrollment_id, person_id, company_id, kind, last_month in await fetch_tuples(sql, ids):
        row = by_enrollment[mine]
        same_end = last_month == row.last_month and (row.kinds is None or kind in row.kinds)
        if same_end and (kind, last_month) not in others[mine]:
            found[item_id] = Ended(item_id, enrollment_id, person_id, company_id, Kind(kind), last_month)
    return list(found.values())


async def _ended_by_others(ports: Ports, batch: Batch, ids: Sequence[int]) -> dict[int, set[tuple[str, int]]]:
    """Kinds and last months that other terminations, which took effect in part, have ended; by enrolment."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    rows = await fetch_tuples(f"{_OTHERS} AND mine.id IN ({marks(ids)})", [batch.id, *ids])
    said = await _kinds_said(ports, {row_id: city for _, row_id, city in rows})
    told = await _last_months(ports, list(said))
    for mine, row_id, _ in rows:
        last_month = told[row_id]
        if last_month is not None:
            found[mine] |= {(kind.value, last_month) for kind in said[row_id]}
    return found


async def _kinds_said(ports: Ports, cities: dict[int, str]) -> dict[int, frozenset[Kind]]:
    """The kinds that channels have registered by row; rows that no channel spoke about for itself are left out."""
    found: dict[int, frozenset[Kind]] = {}
    for ids in chunks(list(cities)):
        sql = (
            "SELECT batch_row_id, channel FROM channel_result WHERE state = 'accepted' AND channel <> 'tax' "
            f"AND batch_row_id IN ({marks(ids)})"
        )
        for row_id, channel in await fetch_tuples(sql, list(ids)):
            kinds = ports.bureau.plan(cities[row_id]).kinds.get(Channel(channel), frozenset())
            found[row_id] = found.get(row_id, frozenset()) | kinds
    return found


async def _last_months(ports: Ports, row_ids: Sequence[int]) -> dict[int, int | None]:
    """The last months that rows name: an enrolment that is still in force in part does not say its own."""
    found: dict[int, int | None] = {}
    for ids in chunks(row_ids):
        sql = f"SELECT id, content_sealed FROM batch_row WHERE id IN ({marks(ids)})"
        for row_id, sealed in await fetch_tuples(sql, list(ids)):
            opened = content.unseal(ports.store.vault, row_id, sealed, with_problems=False)
            found[row_id] = opened.row.last_month
    return found
