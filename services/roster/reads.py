"""Reading rosters: lists with the findings of each entry, one entry in full, its history and papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from db.clock import business_day
from db.scope import company_sql
from db.sql import CHUNK, fetch, fetch_tuples, fetch_value, marks
from db.transaction import Store
from domain.actor import Actor
from domain.errors import Problem, Severity
from domain.particulars import check_phone, mask
from domain.roster import EntryState, Form, RosterKind, by_name, shown
from services.paging import Page, Window, page_of
from services.person import ID_NUMBER
from services.person import PHONE as PERSON_PHONE
from services.ports import Ports
from services.roster.entry import NUMBER, PHONE, city_names
from services.roster.facts import FACTS, findings_of


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One more column of an entry, as people read it; what is sensitive is masked."""

    name: str
    label: str
    label_en: str
    value: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """Somebody on a roster, numbers masked, with today's findings. Days are ISO."""

    id: int
    kind: str
    company_id: int
    company_name: str
    person_id: int | None
    name: str
    number_masked: str | None
    phone_masked: str | None
    post: str
    post_kind: str
    city_code: str | None
    city_name: str | None
    from_day: str
    contract_start: str | None
    contract_end: str | None
    contract_file_id: int | None
    project_id: int | None
    project_name: str | None
    state: str
    left_day: str | None
    left_reason: str | None
    created_at: int
    values: tuple[ValueRow, ...]
    findings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    id: int
    act: str
    detail: str
    by: str
    created_at: int


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper; `place` says whether it belongs to the person or to the project."""

    id: int
    kind: str
    place: str
    file_id: int
    expires_day: str | None
    retired_at: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries: `search` is the beginning of a name, or a whole document or phone number; `expiring_days` asks for
    contracts that end within so many days; `severity` for findings at least as grave; `finding` for one of its code."""

    kind: RosterKind | None = None
    company_id: int | None = None
    search: str = ""
    state: EntryState | None = None
    expiring_days: int | None = None
    project_id: int | None = None
    severity: Severity | None = None
    finding: str | None = None


SELECT = """
SELECT e.*, c.name AS company_name, p.id AS known_person_id, j.name AS project_name, t.name AS city_name
FROM roster_entry e JOIN company c ON c.id = e.company_id LEFT JOIN person p ON p.id_number_index = e.number_index
LEFT JOIN roster_project j ON j.id = e.project_id LEFT JOIN city t ON t.code = e.city_code
"""
_GRAVITY = {Severity.NOTICE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[EntryRow]:
    """Entries of companies in scope, newest first. Filtered by findings the total is not counted (-1), because
    findings are made from the day and from other tables, and only as many entries are looked at as the page needs."""
    actor.require("roster.read")
    condition, values = await condition_of(ports, actor, wanted)
    if wanted.severity is not None or wanted.finding is not None:
        return await _by_findings(ports, wanted, condition, values, window)
    total = int(await fetch_value(f"SELECT COUNT(*) FROM roster_entry e WHERE {condition}", values))
    rows = await _page(condition, values, window.before_id, window.first + 1)
    return page_of(await _rows(ports, rows), window, total)


async def by_id(ports: Ports, actor: Actor, entry_id: int) -> EntryRow | None:
    """An entry in scope; None for any other."""
    actor.require("roster.read")
    condition, values = company_sql(actor, "e.company_id")
    rows = await fetch(f"{SELECT} WHERE e.id = ? AND {condition}", [entry_id, *values])
    return (await _rows(ports, rows))[0] if rows else None


async def history(entry_id: int) -> list[EventRow]:
    """What happened to an entry, newest first. The caller has already checked that it may be seen."""
    rows = await fetch(
        "SELECT v.id, v.act, v.detail, v.created_at, s.display_name FROM roster_event v "
        "LEFT JOIN staff s ON s.id = v.by_id WHERE v.entry_id = ? ORDER BY v.id DESC LIMIT 500",
        [entry_id],
    )
    return [
        EventRow(
            r["id"],
            r["act"],
            "，".join(f"{k}：{v}" for k, v in orjson.loads(r["detail"]).items()),
            r["display_name"] or "系统",
            r["created_at"],
        )
        for r in rows
    ]


async def documents(entry_id: int | None, project_id: int | None) -> list[DocumentRow]:
    """The papers of an entry and of a project, newest first. The caller has checked that both may be seen."""
    rows = await fetch(
        "SELECT id, entry_id, kind, file_id, expires_day, retired_at, created_at FROM roster_document "
        "WHERE entry_id = ? OR project_id = ? ORDER BY id DESC LIMIT 500",
        [entry_id or 0, project_id or 0],
    )
    return [DocumentRow(place="project" if r.pop("entry_id") is None else "entry", **r) for r in rows]


async def condition_of(ports: Ports, actor: Actor, wanted: Filter) -> tuple[str, list[Any]]:
    """The filter as a condition on `roster_entry e`, within the actor's scope; findings are not part of it."""
    condition, values = company_sql(actor, "e.company_id")
    for column in ("kind", "company_id", "state", "project_id"):
        value = getattr(wanted, column)
        if value is not None:
            condition, values = f"{condition} AND e.{column} = ?", [*values, value]
    if wanted.expiring_days is not None:
        today = business_day(ports.store.clock())
        last = today + timedelta(days=max(0, min(wanted.expiring_days, 36_500)))
        condition = f"{condition} AND e.state = ? AND e.contract_end BETWEEN ? AND ?"
        values = [*values, EntryState.ACTIVE.value, today.isoformat(), last.isoformat()]
    if wanted.search.strip():
        extra, more = await _search(ports.store, wanted.search, condition, values)
        condition, values = f"{condition} AND {extra}", [*values, *more]
    return condition, values


async def _search(store: Store, search: str, condition: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    text = search.strip()
    number = "".join(text.split()).upper()
    phone = check_phone(number)
    if phone.valid:
        ids = await _by_phone(store, phone.normalized, condition, values)
        known = "e.number_index IN (SELECT id_number_index FROM person WHERE phone_index = ?)"
        listed = f"e.id IN ({marks(ids)})" if ids else "1 = 0"
        return f"({known} OR {listed})", [store.vault.index(PERSON_PHONE, phone.normalized), *ids]
    if any(c.isdigit() for c in number):
        return "e.number_index = ?", [store.vault.index(ID_NUMBER, number)]
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return "e.name LIKE ? ESCAPE '!'", [f"{escaped}%"]


async def _by_phone(store: Store, phone: str, condition: str, values: Sequence[Any]) -> list[int]:
    """Entries with this phone. The table keeps no digest of it, so the sealed ones are opened a chunk at a time."""
    found: list[int] = []
    last = 0
    sql = (
        f"SELECT e.id, e.phone_sealed FROM roster_entry e WHERE {condition} AND e.phone_sealed IS NOT NULL "
        "AND e.id > ? ORDER BY e.id LIMIT ?"
    )
    while rows := await fetch_tuples(sql, [*values, last, CHUNK]):
        last = rows[-1][0]
        found += [i for i, sealed in rows if store.vault.open_text(PHONE, i, sealed) == phone]
    return found[:CHUNK]


async def _page(condition: str, values: Sequence[Any], before_id: int, count: int) -> list[dict[str, Any]]:
    # The ids come first, so that the joins are made for the rows of the page and not for all.
    extra, more = (" AND e.id < ?", [before_id]) if before_id else ("", [])
    sql = f"SELECT e.id FROM roster_entry e WHERE {condition}{extra} ORDER BY e.id DESC LIMIT ?"
    ids = [r["id"] for r in await fetch(sql, [*values, *more, count])]
    if not ids:
        return []
    return await fetch(f"{SELECT} WHERE e.id IN ({marks(ids)}) ORDER BY e.id DESC", ids)


async def _by_findings(
    ports: Ports, wanted: Filter, condition: str, values: list[Any], window: Window
) -> Page[EntryRow]:
    kept: list[int] = []
    before = window.before_id
    # Only the columns that findings need are read for entries that may not be shown.
    while len(kept) <= window.first:
        extra, more = (" AND e.id < ?", [before]) if before else ("", [])
        rows = await fetch(
            f"SELECT {FACTS} FROM roster_entry e WHERE {condition}{extra} ORDER BY e.id DESC LIMIT ?",
            [*values, *more, CHUNK],
        )
        found = await findings_of(ports, rows)
        kept += [r["id"] for r in rows if any(meant(p, wanted) for p in found.get(r["id"], ()))]
        if len(rows) < CHUNK:
            break
        before = rows[-1]["id"]
    kept = kept[: window.first + 1]
    shown_rows = await fetch(f"{SELECT} WHERE e.id IN ({marks(kept)}) ORDER BY e.id DESC", kept) if kept else []
    return page_of(await _rows(ports, shown_rows), window)


def meant(problem: Problem, wanted: Filter) -> bool:
    """Whether a finding is one that the filter asks for."""
    if wanted.finding is not None and problem.code != wanted.finding:
        return False
    return wanted.severity is None or _GRAVITY[problem.severity] >= _GRAVITY[wanted.severity]


async def _rows(ports: Ports, rows: Sequence[dict[str, Any]]) -> list[EntryRow]:
    found, names = await findings_of(ports, rows), await city_names()
    return [_row(ports.store, r, found.get(r["id"], ()), names) for r in rows]


_PLAIN = (
    *("id", "kind", "company_id", "company_name", "name", "post", "post_kind", "city_code", "city_name", "from_day"),
    *("contract_start", "contract_end", "contract_file_id", "project_id", "project_name", "state", "left_day"),
    *("left_reason", "created_at"),
)


def _row(store: Store, r: dict[str, Any], findings: tuple[Problem, ...], names: Mapping[str, str]) -> EntryRow:
    number = store.vault.open_text(NUMBER, r["id"], r["number_sealed"])
    phone = store.vault.open_text(PHONE, r["id"], r["phone_sealed"])
    return EntryRow(
        person_id=r["known_person_id"],
        number_masked=mask(number) if number else None,
        phone_masked=mask(phone) if phone else None,
        values=detail_values(r, names),
        findings=findings,
        **{name: r[name] for name in _PLAIN},
    )


def detail_values(r: Mapping[str, Any], names: Mapping[str, str]) -> tuple[ValueRow, ...]:
    """The columns that only this kind of roster has, in the order of its table."""
    detail, columns = orjson.loads(r["detail"]), by_name(RosterKind(r["kind"]))
    return tuple(
        ValueRow(c.name, c.label, c.label_en, shown(c, detail[c.name], names))
        for c in columns.values()
        if c.name in detail and c.form is not Form.COMPANY
    )
