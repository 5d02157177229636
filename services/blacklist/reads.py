"""Reading the blacklist: entries with how often they were met, and each place where one turned up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from db.transaction import Store
from domain.actor import Actor
from domain.blacklist import EntryState, Subject
from domain.particulars import mask
from services.blacklist.match import CREDIT_CODE, ROW
from services.blacklist.write import NUMBER
from services.paging import Page, Window, page_of
from services.person import ID_NUMBER
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as its readers see it. Somebody without a number has a day of birth instead; days are ISO."""

    id: int
    subject: str
    name: str
    number_masked: str | None
    birth: str | None
    company_id: int | None
    effect: str
    reason: str
    from_day: str
    to_day: str | None
    evidence_file_id: int | None
    state: str
    created_by: str
    created_at: int
    released_by: str | None
    released_at: int
    release_reason: str | None
    hit_count: int


@dataclass(frozen=True, slots=True)
class HitRow:
    """Where an entry turned up: the row of a batch (with its number and row number), or a company."""

    id: int
    entry_id: int
    place: str
    subject_id: int
    company_id: int
    created_at: int
    batch_id: int | None
    batch_number: str | None
    row_no: int | None


_SELECT = """
SELECT b.id, b.subject, b.name, b.number_sealed, b.company_id, b.effect, b.reason, b.from_day, b.to_day,
       b.evidence_file_id, b.state, b.created_at, b.released_at, b.release_reason,
       maker.display_name AS created_by, releaser.display_name AS released_by
FROM blacklist_entry b LEFT JOIN staff maker ON maker.id = b.created_by_id
LEFT JOIN staff releaser ON releaser.id = b.released_by_id
"""
_HITS = """
SELECT h.id, h.entry_id, h.place, h.subject_id, h.company_id, h.created_at, r.batch_id, r.row_no,
       t.number AS batch_number
FROM blacklist_hit h LEFT JOIN batch_row r ON h.place = ? AND r.id = h.subject_id LEFT JOIN batch t ON t.id = r.batch_id
"""


async def find(
    ports: Ports, actor: Actor, search: str, subject: Subject | None, state: EntryState | None, window: Window
) -> Page[EntryRow]:
    """Entries that are everyone's or concern a company in scope, newest first.

    `search` is the beginning of a name, or a whole document number or credit code.
    """
    actor.require("blacklist.read")
    condition, values = _visible(actor)
    if search.strip():
        extra, more = _search(ports.store, search)
        condition, values = f"{condition} AND {extra}", [*values, *more]
    for column, wanted in (("subject", subject), ("state", state)):
        if wanted is not None:
            condition, values = f"{condition} AND b.{column} = ?", [*values, wanted.value]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM blacklist_entry b WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND b.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY b.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of(await _rows(ports.store, actor, rows), window, total)


async def by_ids(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[EntryRow | None]:
    """Entries in the order asked for; None for those the actor may not see."""
    actor.require("blacklist.read")
    if not ids:
        return []
    condition, values = _visible(actor)
    rows = await fetch(f"{_SELECT} WHERE b.id IN ({marks(ids)}) AND {condition}", [*ids, *values])
    found = {row.id: row for row in await _rows(ports.store, actor, rows)}
    return [found.get(i) for i in ids]


async def hits(ports: Ports, actor: Actor, entry_id: int, window: Window) -> Page[HitRow]:
    """Where an entry turned up, newest first, at companies in scope; nothing for an entry that is not to be seen."""
    actor.require("blacklist.read")
    if (await by_ids(ports, actor, [entry_id]))[0] is None:
        return Page([], False, 0)
    scope, values = company_sql(actor, "h.company_id")
    condition, values = f"h.entry_id = ? AND {scope}", [entry_id, *values]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM blacklist_hit h WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND h.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_HITS} WHERE {condition} ORDER BY h.id DESC LIMIT ?", [ROW, *values, window.first + 1])
    return page_of([HitRow(**r) for r in rows], window, total)


def _visible(actor: Actor) -> tuple[str, list[Any]]:
    condition, values = company_sql(actor, "b.company_id")
    return f"(b.company_id IS NULL OR {condition})", values


def _search(store: Store, search: str) -> tuple[str, list[Any]]:
    text = search.strip()
    number = text.replace(" ", "").upper()
    if any(c.isdigit() for c in number):
        digests = [store.vault.index(ID_NUMBER, number), store.vault.index(CREDIT_CODE, number)]
        return "b.number_index IN (?, ?)", digests
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return "b.name LIKE ? ESCAPE '!'", [f"{escaped}%"]


async def _rows(store: Store, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[EntryRow]:
    """The entries as they are shown, with the hits that the actor may see counted in one query."""
    met: dict[int, int] = {}
    ids = [r["id"] for r in rows]
    if ids:
        scope, values = company_sql(actor, "company_id")
        counted = await fetch(
            f"SELECT entry_id, COUNT(*) AS n FROM blacklist_hit WHERE entry_id IN ({marks(ids)}) AND {scope} "
            "GROUP BY entry_id",
            [*ids, *values],
        )
        met = {r["entry_id"]: int(r["n"]) for r in counted}
    return [_row(store, r, met.get(r["id"], 0)) for r in rows]


def _row(store: Store, r: dict[str, Any], hit_count: int) -> EntryRow:
    told = store.vault.open_text(NUMBER, r["id"], r["number_sealed"])
    birth = _day(told)
    shown = {name: r[name] for name in _SHOWN}
    number = mask(told) if told and birth is None else None
    return EntryRow(number_masked=number, birth=birth, created_by=r["created_by"] or "", hit_count=hit_count, **shown)


_SHOWN = (
    *("id", "subject", "name", "company_id", "effect", "reason", "from_day", "to_day", "evidence_file_id", "state"),
    *("created_at", "released_by", "released_at", "release_reason"),
)


def _day(told: str | None) -> str | None:
    """The text itself if it is an ISO day with dashes, which no document number or credit code has."""
    try:
        return date.fromisoformat(told).isoformat() if told and told.count("-") == 2 else None
    except ValueError:
        return None
