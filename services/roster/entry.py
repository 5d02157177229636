"""Rows of the roster: how values become columns and back, who may change a row, and the events beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from db.clock import business_day
from db.models.roster import RosterEntry, RosterEvent
from db.scope import company_sql
from db.sql import CHUNK, fetch, fetch_tuples, insert_many, marks
from db.transaction import Store, Work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.roster import STORED, EntryState, RosterAct, RosterKind, Value, as_cell, by_name
from services.person import ID_NUMBER

NUMBER = "roster_entry.number"
PHONE = "roster_entry.phone"


@dataclass(frozen=True, slots=True)
class Placed:
    """Checked values with the company and project that they name."""

    kind: RosterKind
    company_id: int
    project_id: int | None
    values: Mapping[str, Value]


async def cities() -> dict[str, str]:
    """City codes by name and by code."""
    rows = await fetch_tuples("SELECT code, name FROM city")
    return {name: code for code, name in rows} | {code: code for code, _ in rows}


async def city_names() -> dict[str, str]:
    """City names by code."""
    return dict(await fetch_tuples("SELECT code, name FROM city"))


def columns_of(store: Store, row_id: int, placed: Placed, today: date) -> dict[str, Any]:
    """The table's columns for checked values."""
    values = placed.values
    number, phone = values.get("id_number"), values.get("phone")
    detail = {name: value for name, value in values.items() if name not in STORED}
    return {
        "name": values["name"],
        "number_sealed": store.vault.seal_text(NUMBER, row_id, str(number)) if number else None,
        "number_index": store.vault.index(ID_NUMBER, str(number)) if number else None,
        "phone_sealed": store.vault.seal_text(PHONE, row_id, str(phone)) if phone else None,
        "post": values.get("post", ""),
        "post_kind": values.get("post_kind", ""),
        "city_code": values.get("city"),
        "from_day": _from_day(values, today),
        "contract_start": values.get("contract_start"),
        "contract_end": values.get("contract_end"),
        "project_id": placed.project_id,
        "detail": orjson.dumps(detail).decode(),
    }


def _from_day(values: Mapping[str, Value], today: date) -> str:
    """The first day: as given, else that of the contract, else the first month of a service, else today."""
    for name in ("from_day", "contract_start"):
        if name in values:
            return str(values[name])
    months = [int(values[name]) for name in ("social_from", "fund_from") if name in values]
    return f"{min(months) // 100:04d}-{min(months) % 100:02d}-01" if months else today.isoformat()


def cells_of(store: Store, entry: RosterEntry) -> dict[str, str]:
    """Every value of a row as it may be given again, numbers in the open: for the system's own use alone."""
    known: dict[str, Value | None] = {
        **orjson.loads(entry.detail),
        "name": entry.name,
        "id_number": store.vault.open_text(NUMBER, entry.id, entry.number_sealed),
        "phone": store.vault.open_text(PHONE, entry.id, entry.phone_sealed),
        "post": entry.post,
        "post_kind": entry.post_kind,
        "city": entry.city_code,
        "from_day": entry.from_day,
        "contract_start": entry.contract_start,
        "contract_end": entry.contract_end,
    }
    columns = by_name(RosterKind(entry.kind))
    return {name: as_cell(columns[name], v) for name, v in known.items() if v not in (None, "") and name in columns}


_COLUMNS = (
    *("id", "kind", "company_id", "person_id", "name", "number_sealed", "number_index", "phone_sealed", "post"),
    *("post_kind", "city_code", "from_day", "contract_start", "contract_end", "contract_file_id", "project_id"),
    *("detail", "state", "created_at"),
)


async def insert(
    unit: Work, rows: Sequence[tuple[int, Mapping[str, Any], Placed]], act: RosterAct, detail: Mapping[str, Any]
) -> None:
    """Writes entries (id, columns, placed) with an event each, in chunks."""
    people = await people_of([c["number_index"] for _, c, _ in rows if c["number_index"]])
    state = EntryState.ACTIVE.value
    lines = (
        {
            **columns,
            "id": row_id,
            "kind": placed.kind.value,
            "company_id": placed.company_id,
            "person_id": people.get(columns["number_index"]),
            "contract_file_id": columns.get("contract_file_id"),
            "state": state,
            "created_at": unit.now,
        }
        for row_id, columns, placed in rows
    )
    await insert_many("roster_entry", _COLUMNS, (tuple(line[name] for name in _COLUMNS) for line in lines))
    told = orjson.dumps(detail).decode()
    ids = unit.store.ids.block(len(rows))
    await insert_many(
        "roster_event",
        ["id", "entry_id", "act", "detail", "by_id", "created_at"],
        (
            (event_id, row_id, act.value, told, unit.actor.staff_id, unit.now)
            for event_id, (row_id, _, _) in zip(ids, rows, strict=True)
        ),
    )


async def people_of(numbers: Sequence[str]) -> dict[str, int]:
    """Ids of insured people by the digest of their number."""
    found: dict[str, int] = {}
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        sql = f"SELECT id_number_index, id FROM person WHERE id_number_index IN ({marks(chunk)})"
        found.update(await fetch_tuples(sql, chunk))
    return found


async def standing(kind: RosterKind, company_ids: Sequence[int], numbers: Sequence[str]) -> dict[tuple[int, str], int]:
    """Active entries of a kind by company and digest of the number."""
    found: dict[tuple[int, str], int] = {}
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        rows = await fetch_tuples(
            f"SELECT company_id, number_index, id FROM roster_entry WHERE number_index IN ({marks(chunk)}) "
            f"AND company_id IN ({marks(company_ids)}) AND kind = ? AND state = ?",
            [*chunk, *company_ids, kind.value, EntryState.ACTIVE.value],
        )
        found.update({(company_id, index): row_id for company_id, index, row_id in rows})
    return found


async def locked(actor: Actor, entry_id: int, active: bool = True) -> RosterEntry:
    """The entry, locked until the commit, if it is the actor's to change. Refused: not_found, roster_left."""
    entry = await RosterEntry.filter(id=entry_id).select_for_update().first()
    if entry is None or not await within(actor, entry.company_id):
        raise Refusal(not_found("花名册人员", "roster entry"))
    if active and entry.state != EntryState.ACTIVE:
        raise Refusal(_left())
    return entry


async def within(actor: Actor, company_id: int) -> bool:
    """Whether the company lies in the actor's scope."""
    condition, values = company_sql(actor, "id")
    return bool(await fetch(f"SELECT id FROM company WHERE id = ? AND {condition}", [company_id, *values]))


async def note(unit: Work, entry_id: int, act: RosterAct, **detail: Any) -> None:
    """One line of the entry's history; `detail` is free of document and phone numbers."""
    await RosterEvent.create(
        id=unit.new_id(),
        entry_id=entry_id,
        act=act.value,
        detail=orjson.dumps(detail).decode(),
        by_id=unit.actor.staff_id,
        created_at=unit.now,
    )


def today_of(unit: Work) -> date:
    """The business day of an act."""
    return business_day(unit.now)


def duplicate() -> Problem:
    """The refusal of a second active entry of one person in the same roster."""
    return Problem(
        "roster_duplicate",
        "该人员已在本公司的同类花名册中在册",
        "This person is already on the same roster of the company",
        "请查找原记录，续签或修改；离场后才能重新添加",
        "Look up the entry and renew or edit it",
        field="id_number",
    )


def _left() -> Problem:
    return Problem(
        "roster_left",
        "该人员已离场，记录不再改动",
        "This person has left; the entry is not changed any more",
        "重新用工请新增一条",
        "Add a new entry if the person came back",
    )
