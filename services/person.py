"""Insured people: finding them by sealed values, masked reads, and audited reveals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.models.person import Person
from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from db.transaction import Store, work
from domain.actor import Actor, not_found
from domain.errors import Refusal
from domain.particulars import mask
from domain.reason import stated
from services.paging import Page, Window, page_of
from services.ports import Ports

ID_NUMBER = "person.id_number"
PHONE = "person.phone"
BANK_CARD = "person.bank_card"
CHANGE_OLD = "person_change.old"
CHANGE_NEW = "person_change.new"


class RevealField(StrEnum):
    ID_NUMBER = "id_number"
    PHONE = "phone"
    BANK_CARD = "bank_card"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as everyone sees them: sealed values masked to their first and last character."""

    id: int
    name: str
    id_kind: str
    id_number_masked: str
    phone_masked: str | None
    bank_card_masked: str | None
    birth: str | None
    sex: str | None


@dataclass(frozen=True, slots=True)
class ParticularsChange:
    """One particular that was changed; all but names, kinds of document and sex are masked."""

    id: int
    field: str
    old: str | None
    new: str | None
    batch_id: int | None
    changed_by: str | None
    changed_at: int


_OPEN_FIELDS = frozenset({"name", "id_kind", "sex"})


def visible_sql(actor: Actor, column: str = "person.id") -> tuple[str, list[Any]]:
    """Condition: the person is or was enrolled with a company in scope."""
    if actor.scope is None:
        return "1 = 1", []
    condition, values = company_sql(actor, "e.company_id")
    return f"{column} IN (SELECT e.person_id FROM enrollment e WHERE {condition})", values


def search_sql(store: Store, search: str) -> tuple[str, list[Any]]:
    """Condition on `person` for a name (its beginning), a whole ID number or a whole phone."""
    text = search.strip()
    number = text.replace(" ", "").upper()
    if number and any(c.isdigit() for c in number):
        index = store.vault.index(ID_NUMBER, number), store.vault.index(PHONE, number)
        return "(person.id_number_index = ? OR person.phone_index = ?)", list(index)
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return "person.name LIKE ? ESCAPE '!'", [f"{escaped}%"]


async def find(ports: Ports, actor: Actor, search: str, window: Window) -> Page[PersonRow]:
    """People in scope, newest first."""
    condition, values = visible_sql(actor)
    if search.strip():
        extra, more = search_sql(ports.store, search)
        condition, values = f"{condition} AND {extra}", [*values, *more]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM person WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND person.id < ?", [*values, window.before_id]
    rows = await fetch(
        f"SELECT * FROM person WHERE {condition} ORDER BY person.id DESC LIMIT ?",
        [*values, window.first + 1],
    )
    return page_of([_row(ports.store, r) for r in rows], window, total)


async def by_ids(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[PersonRow | None]:
    """People in the order asked for; None for those the actor may not see."""
    if not ids:
        return []
    condition, values = visible_sql(actor)
    sql = f"SELECT * FROM person WHERE id IN ({marks(ids)}) AND {condition}"
    found = {r["id"]: _row(ports.store, r) for r in await fetch(sql, [*ids, *values])}
    return [found.get(i) for i in ids]


def _row(store: Store, r: dict) -> PersonRow:
    vault, row_id = store.vault, r["id"]
    phone = vault.open_text(PHONE, row_id, r["phone_sealed"])
    card = vault.open_text(BANK_CARD, row_id, r["bank_card_sealed"])
    return PersonRow(
        row_id,
        r["name"],
        r["id_kind"],
        mask(vault.open_text(ID_NUMBER, row_id, r["id_number_sealed"]) or ""),
        mask(phone) if phone else None,
        mask(card) if card else None,
        r["birth"],
        r["sex"],
    )


async def histories(ports: Ports, person_ids: Sequence[int]) -> list[list[ParticularsChange]]:
    """What was changed of each person's particulars, newest first; what was taken back is left out.

    The caller has already checked that the people may be seen.
    """
    if not person_ids:
        return []
    rows = await fetch(
        "SELECT c.*, s.display_name AS changed_by FROM person_change c LEFT JOIN staff s ON s.id = c.changed_by_id "
        f"WHERE c.person_id IN ({marks(person_ids)}) AND c.voided_at = 0 ORDER BY c.id DESC",
        list(person_ids),
    )
    found: dict[int, list[ParticularsChange]] = {}
    for r in rows:
        found.setdefault(r["person_id"], []).append(_change(ports.store, r))
    return [found.get(i, []) for i in person_ids]


def _change(store: Store, r: dict) -> ParticularsChange:
    old = store.vault.open_text(CHANGE_OLD, r["id"], r["old_sealed"])
    new = store.vault.open_text(CHANGE_NEW, r["id"], r["new_sealed"])
    if r["field"] not in _OPEN_FIELDS:
        old, new = mask(old) if old else None, mask(new) if new else None
    return ParticularsChange(r["id"], r["field"], old, new, r["batch_id"], r["changed_by"], r["created_at"])


async def reveal(ports: Ports, actor: Actor, person_id: int, field: RevealField, reason: str) -> str | None:
    """The plain value, for a stated reason, noted in the audit log before it is shown. None where there is none."""
    actor.require("person.reveal")
    why = stated(
        reason, "查看原因", "why you need to see it", "例如：核对经办机构回执", "For example: checking a receipt"
    )
    if not (await by_ids(ports, actor, [person_id]))[0]:
        raise Refusal(not_found("参保人", "person"))
    async with work(ports.store, actor) as unit:
        person = await Person.get(id=person_id)
        await unit.audit("person.reveal", "person", person_id, 字段=field.value, 原因=why)
        sealed = getattr(person, f"{field.value}_sealed")
    return ports.store.vault.open_text(f"person.{field.value}", person_id, sealed)
