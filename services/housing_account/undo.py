"""Accounts of a batch that is undone: what happened to them since, and how each goes back to where it stood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.sql import CHUNK, execute, execute_many, fetch, fetch_tuples, insert_many, locking, marks
from db.transaction import Work
from domain.columns import ImportKind
from domain.housing_account import AccountState, HousingAct
from domain.housing_history import Event, Standing, standing
from services.housing_account.results import EVENT

# Found by person and account: events are not looked up by the row that they came with.
_MINE = """
FROM batch_row r JOIN housing_account a ON a.person_id = r.person_id
JOIN housing_event mine ON mine.account_id = a.id AND mine.batch_row_id = r.id
"""
_LATER = f"""
SELECT CASE WHEN b.company_id = ? THEN b.number END AS own_number,
       CASE WHEN b.company_id = ? THEN b.kind END AS own_kind, COUNT(DISTINCT a.person_id) AS people {_MINE}
JOIN housing_event x ON x.account_id = a.id AND x.id > mine.id
JOIN batch_row other ON other.id = x.batch_row_id JOIN batch b ON b.id = other.batch_id
WHERE r.batch_id = ? AND other.batch_id <> r.batch_id AND other.state <> 'withdrawn'
GROUP BY own_number, own_kind ORDER BY own_number
"""
_ACCOUNTS = f"SELECT DISTINCT a.id {_MINE} WHERE r.batch_id = ? ORDER BY a.id"
# What another batch did holds unless that batch was undone too.
_EVENTS = """
SELECT h.account_id, h.act, h.month, h.company_id, h.batch_row_id FROM housing_event h
LEFT JOIN batch_row r ON r.id = h.batch_row_id
WHERE h.account_id IN ({accounts}) AND (r.id IS NULL OR (r.batch_id <> ? AND r.state <> 'withdrawn')) ORDER BY h.id
"""


@dataclass(frozen=True, slots=True)
class LaterBatch:
    """A batch that changed accounts after this one did, and how many people's; what others did has neither name."""

    people: int
    number: str = ""
    kind: ImportKind | None = None


async def later_batches(batch_id: int, company_id: int) -> list[LaterBatch]:
    """What rests on what the company's batch made of accounts: its own batches by name, those of others as one."""
    rows = await fetch(_LATER, [company_id, company_id, batch_id])
    return [
        LaterBatch(int(r["people"]), r["own_number"] or "", ImportKind(r["own_kind"]) if r["own_kind"] else None)
        for r in rows
    ]


async def put_back(unit: Work, batch_id: int, company_id: int, detail: str) -> int:
    """Accounts stand again as their other events have them; part of the act that undoes the batch.

    Each gets an event that says so. An account that only this batch had opened is closed, and its number is free
    again. Answers how many accounts went back.
    """
    ids = [row[0] for row in await fetch_tuples(_ACCOUNTS, [batch_id])]
    for start in range(0, len(ids), CHUNK):
        await _chunk(unit, batch_id, company_id, detail, ids[start : start + CHUNK])
    return len(ids)


async def _chunk(unit: Work, batch_id: int, company_id: int, detail: str, ids: Sequence[int]) -> None:
    sql = f"SELECT id, number_index, since_month, company_id FROM housing_account WHERE id IN ({marks(ids)})"
    accounts = await fetch_tuples(sql + locking(unit.connection), list(ids))
    holding = await _holding(batch_id, ids)
    moved: list[tuple] = []
    gone: list[int] = []
    events: list[tuple] = []
    new = iter(unit.store.ids.block(len(accounts)))
    for account_id, number_index, since_month, owner in accounts:
        found = standing(holding[account_id], numbered=number_index is not None)
        if found is None:
            gone.append(account_id)
            found = Standing(AccountState.CLOSED, since_month, owner)
        moved.append((found.company_id, found.state.value, found.since_month, account_id))
        event = (next(new), account_id, HousingAct.UNDO.value, found.since_month, company_id, None, detail)
        events.append((*event, unit.actor.staff_id, unit.now))
    await execute_many("UPDATE housing_account SET company_id = ?, state = ?, since_month = ? WHERE id = ?", moved)
    if gone:
        sql = f"UPDATE housing_account SET number_sealed = NULL, number_index = NULL WHERE id IN ({marks(gone)})"
        await execute(sql, gone)
    await insert_many("housing_event", EVENT, events)


async def _holding(batch_id: int, ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events of these accounts that hold without the batch, oldest first."""
    found: dict[int, list[Event]] = defaultdict(list)
    for account_id, act, month, company_id, row_id in await fetch_tuples(
        _EVENTS.format(accounts=marks(ids)), [*ids, batch_id]
    ):
        found[account_id].append(Event(HousingAct(act), month, company_id, by_hand=row_id is None))
    return found
