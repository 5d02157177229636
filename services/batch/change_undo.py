"""Undoing a finished batch of changes: what rests on it, and how each kind is put back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from db.models.batch import Batch
from db.sql import CHUNK, execute, execute_many, fetch, fetch_tuples, fetch_value, marks
from db.transaction import Work
from domain.change import EndReason, month_before
from domain.columns import BASE_KINDS, ImportKind
from domain.enrollment import EnrollmentState
from services.batch import change_person
from services.batch.change_rows import Outcome
from services.batch.undo_rows import Depends, closed_bill, later_batch, took_effect
from services.bill.stale import mark_stale
from services.ports import Ports

# Batches that may have done something with the same enrolments; particulars rest on no base and no scheme.
_OTHERS = """
SELECT id, number, kind, state FROM batch
WHERE company_id IN ({companies}) AND id <> ? AND kind <> 'particulars'
  AND (state = 'submitted' OR (state = 'done' AND id > ?)) ORDER BY number
"""
# A base that was declared after this one although its batch is older.
_LATER_BASES = """
SELECT DISTINCT b.number, b.kind FROM enrollment_base own JOIN enrollment_base x ON x.enrollment_id = own.enrollment_id
JOIN batch b ON b.id = x.batch_id
WHERE own.company_id = ? AND own.batch_id = ? AND own.voided_at = 0 AND x.batch_id <> own.batch_id AND x.id > own.id
  AND x.voided_at = 0 ORDER BY b.number
"""
_CLOSED_WITH_BASE = """
SELECT b.month, COUNT(DISTINCT l.person_id) AS people FROM bill b JOIN bill_line l ON l.bill_id = b.id
JOIN enrollment_base x ON x.enrollment_id = l.enrollment_id
WHERE b.company_id = ? AND b.state = 'closed' AND x.batch_id = ? AND x.voided_at = 0 AND b.closed_at >= x.created_at
  AND l.belongs_month >= x.from_month
GROUP BY b.month ORDER BY b.month
"""
_CLOSED_WITH_NEW = """
SELECT b.month, COUNT(DISTINCT l.person_id) AS people FROM bill b JOIN bill_line l ON l.bill_id = b.id
JOIN enrollment e ON e.id = l.enrollment_id
WHERE e.batch_id = ? AND e.continues_id IS NOT NULL AND b.state = 'closed' GROUP BY b.month ORDER BY b.month
"""
_CLOSED_WITHOUT_OLD = """
SELECT b.month, COUNT(DISTINCT e.person_id) AS people FROM enrollment e JOIN enrollment old ON old.id = e.continues_id
JOIN bill b ON b.company_id = old.company_id
WHERE e.batch_id = ? AND e.company_id <> old.company_id AND b.state = 'closed' AND b.month >= e.start_month
GROUP BY b.month ORDER BY b.month
"""
_LATER_PARTICULARS = """
SELECT COUNT(DISTINCT later.person_id) FROM batch_row r JOIN person_change mine ON mine.person_id = r.person_id
JOIN person_change later ON later.person_id = mine.person_id AND later.field = mine.field AND later.id > mine.id
WHERE r.batch_id = ? AND r.state = 'accepted' AND mine.batch_id = r.batch_id AND mine.voided_at = 0
  AND later.voided_at = 0 AND (later.batch_id IS NULL OR later.batch_id <> mine.batch_id)
"""


async def dependants(ports: Ports, batch: Batch) -> list[Depends]:
    """Everything that rests on a batch of changes, each with what it is."""
    kind = ImportKind(batch.kind)
    if kind is ImportKind.PARTICULARS:
        return await _particulars(ports, batch)
    own = batch.company_id  # type: ignore[attr-defined]
    sql = "SELECT enrollment_id FROM batch_row WHERE batch_id = ? AND state = 'accepted'"
    found = await _later(batch, [own], {row[0] for row in await fetch_tuples(sql, [batch.id])}, batch.id)
    if kind in BASE_KINDS:
        found += [later_batch(r) for r in await fetch(_LATER_BASES, [own, batch.id])]
        found += [closed_bill(r) for r in await fetch(_CLOSED_WITH_BASE, [own, batch.id])]
    else:
        sql = "SELECT id, company_id FROM enrollment WHERE batch_id = ? AND continues_id IS NOT NULL"
        begun = await fetch_tuples(sql, [batch.id])
        found += await _later(batch, sorted({row[1] for row in begun}), {row[0] for row in begun}, 0)
        bills = {r["month"]: r for sql in (_CLOSED_WITHOUT_OLD, _CLOSED_WITH_NEW) for r in await fetch(sql, [batch.id])}
        found += [closed_bill(bills[month]) for month in sorted(bills)]
    return list(dict.fromkeys(found))


async def _later(batch: Batch, company_ids: Sequence[int], enrollment_ids: set[int], since: int) -> list[Depends]:
    """Batches of these companies that did or are doing something with the enrolments; done ones newer than `since`.

    Compared here and not in SQL: rows are found by their batch, and reading each batch once is linear.
    """
    found: list[Depends] = []
    if not company_ids:
        return found
    others = await fetch(_OTHERS.format(companies=marks(company_ids)), [*company_ids, batch.id, since])
    for other in others:
        done = f"OR {took_effect('r')}" if other["id"] > since else ""
        sql = (
            "SELECT r.enrollment_id FROM batch_row r WHERE r.batch_id = ? "
            f"AND (r.state IN ('submitted', 'correction') {done})"
        )
        if any(row[0] in enrollment_ids for row in await fetch_tuples(sql, [other["id"]])):
            found.append(later_batch(other))
    return found


async def _particulars(ports: Ports, batch: Batch) -> list[Depends]:
    """Later changes of the same particulars, and former document numbers that somebody else has now."""
    found: list[Depends] = []
    later = int(await fetch_value(_LATER_PARTICULARS, [batch.id]))
    if later:
        found.append((f"{later} 人的信息此后又有变更", "later changes of the same particulars"))
    reused = 0
    for chunk in await _people(batch):
        reused += await change_person.numbers_reused(ports, batch, chunk)
    if reused:
        found.append((f"{reused} 人原来的证件号码现已属于别人", "former document numbers that others have now"))
    return found


async def _people(batch: Batch) -> list[list[int]]:
    """The people of the accepted rows, in pieces that fit into one statement."""
    sql = "SELECT person_id FROM batch_row WHERE batch_id = ? AND state = 'accepted' ORDER BY row_no"
    ids = [row[0] for row in await fetch_tuples(sql, [batch.id]) if row[0]]
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


async def put_back(ports: Ports, unit: Work, batch: Batch) -> int:
    """Makes the batch's changes undone and marks the bills that were computed with them; answers how many people."""
    outcome = Outcome()
    await _UNDO[ImportKind(batch.kind)](ports, unit, batch, outcome)
    for company_id, month in sorted(outcome.stale.items()):
        await mark_stale(company_id, [month])
    return sum(map(len, await _people(batch)))


async def _bases(_ports: Ports, unit: Work, batch: Batch, outcome: Outcome) -> None:
    """The facts stay on file, taken back; copies that went along to a later enrolment are taken back too."""
    for chunk in await _people(batch):
        sql = (
            "SELECT x.id, x.company_id, x.from_month FROM enrollment_base x "
            "JOIN enrollment e ON e.id = x.enrollment_id "
            f"WHERE e.person_id IN ({marks(chunk)}) AND x.batch_id = ? AND x.voided_at = 0"
        )
        found = await fetch_tuples(sql, [*chunk, batch.id])
        for _, company_id, month in found:
            outcome.touch(company_id, month)
        await execute_many(
            "UPDATE enrollment_base SET voided_at = ? WHERE id = ?", [(unit.now, base_id) for base_id, _, _ in found]
        )


async def _moves(_ports: Ports, unit: Work, batch: Batch, outcome: Outcome) -> None:
    """The new enrolments are voided and the old ones go on as if they had never ended."""
    reason = EndReason.TRANSFERRED_OUT if batch.kind == ImportKind.TRANSFER else EndReason.SCHEME_CHANGED
    own = batch.company_id  # type: ignore[attr-defined]
    for chunk in await _people(batch):
        sql = (
            f"SELECT id, person_id, company_id, start_month FROM enrollment WHERE person_id IN ({marks(chunk)}) "
            "AND batch_id = ? AND continues_id IS NOT NULL"
        )
        begun = await fetch_tuples(sql, [*chunk, batch.id])
        for _, _, company_id, month in begun:
            outcome.touch(company_id, month)
            outcome.touch(own, month_before(month))
        await _void(unit, [row[0] for row in begun])
        ended = [(own, person_id, month_before(month), reason.value) for _, person_id, _, month in begun]
        await _reopen(ended)


async def _void(unit: Work, enrollment_ids: Sequence[int]) -> None:
    if not enrollment_ids:
        return
    ids, voided = list(enrollment_ids), EnrollmentState.VOIDED.value
    await execute(f"UPDATE enrollment SET state = ? WHERE id IN ({marks(ids)})", [voided, *ids])
    await execute(f"UPDATE enrollment_item SET state = ? WHERE enrollment_id IN ({marks(ids)})", [voided, *ids])
    sql = f"UPDATE enrollment_base SET voided_at = ? WHERE voided_at = 0 AND enrollment_id IN ({marks(ids)})"
    await execute(sql, [unit.now, *ids])


async def _reopen(ended: Sequence[tuple[int, int, int, str]]) -> None:
    """Enrolments that the change ended: (company, person, last month, reason). Kinds that had ended before stay so."""
    effective, stopped = EnrollmentState.EFFECTIVE.value, EnrollmentState.STOPPED.value
    where = "company_id = ? AND person_id = ? AND last_month = ? AND stop_reason = ? AND state = 'stopped'"
    await execute_many(
        "UPDATE enrollment_item SET state = ?, last_month = NULL WHERE state = ? AND last_month = ? "
        f"AND enrollment_id IN (SELECT id FROM enrollment WHERE {where})",
        [(effective, stopped, each[2], *each) for each in ended],
    )
    await execute_many(
        f"UPDATE enrollment SET state = ?, last_month = NULL, stop_reason = NULL WHERE {where}",
        [(effective, *each) for each in ended],
    )


async def _person(ports: Ports, unit: Work, batch: Batch, _outcome: Outcome) -> None:
    for chunk in await _people(batch):
        await change_person.put_back(ports, unit, batch, chunk)


_UNDO: Final[dict[ImportKind, Callable[[Ports, Work, Batch, Outcome], Awaitable[None]]]] = {
    ImportKind.BASE_CHANGE: _bases,
    ImportKind.ANNUAL_BASE: _bases,
    ImportKind.SCHEME_CHANGE: _moves,
    ImportKind.TRANSFER: _moves,
    ImportKind.PARTICULARS: _person,
}
