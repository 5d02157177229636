"""Meeting the blacklist: whom its entries mean among the rows of a sheet, and the log of where they turned up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.clock import business_day
from db.models.company import Company
from db.sql import fetch, insert_many, marks
from db.transaction import Store, Work, work
from domain.actor import Actor
from domain.blacklist import COUNTING, Effect, Subject, company_refused, name_and_birth
from domain.errors import Refusal
from services.person import ID_NUMBER
from services.ports import Ports

CREDIT_CODE = "blacklist.credit_code"
NAME_AND_BIRTH = "blacklist.name_and_birth"

ROW, COMPANY = "batch_row", "company"
"""Where an entry can turn up: at a row of a batch, or at a company for which a batch was begun."""


@dataclass(frozen=True, slots=True)
class Ban:
    """An entry that somebody met, and what it does."""

    entry_id: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Hit:
    """Where an entry turned up: at which record of which company."""

    entry_id: int
    place: str
    subject_id: int
    company_id: int


def digest(store: Store, subject: Subject, number: str, name: str, birth: date | None) -> str | None:
    """What an entry is found by: its number, or a person's name and birth; None for a company known by name alone."""
    if number:
        return store.vault.index(ID_NUMBER if subject is Subject.PERSON else CREDIT_CODE, number)
    return None if birth is None else store.vault.index(NAME_AND_BIRTH, name_and_birth(name, birth))


async def meet(
    store: Store, company_path: str, people: Sequence[tuple[str, str, date | None]]
) -> dict[str, tuple[Ban, ...]]:
    """The entries that mean these people (digest of the number, name, birth), by the digest of the number.

    One query for all of them. Entries of other clients' branches stay out; they are nobody else's business.
    """
    if not people or not await _any(store):
        return {}
    vault = store.vault
    wanted: dict[str, set[str]] = defaultdict(set)
    for index, name, birth in people:
        if index:
            wanted[index].add(index)
            if birth is not None:
                wanted[vault.index(NAME_AND_BIRTH, name_and_birth(name, birth))].add(index)
    condition, values = _counting(store, company_path)
    rows = await fetch(
        f"SELECT id, number_index, effect FROM blacklist_entry WHERE number_index IN ({marks(list(wanted))}) "
        f"AND subject = '{Subject.PERSON.value}' AND {condition} ORDER BY id",
        [*wanted, *values],
    )
    found: dict[str, list[Ban]] = defaultdict(list)
    for r in rows:
        for index in wanted[r["number_index"]]:
            found[index].append(Ban(r["id"], Effect(r["effect"])))
    return {index: tuple(bans) for index, bans in found.items()}


async def refuse_company(ports: Ports, actor: Actor, owner: Company) -> None:
    """Refuses whatever was begun for a company on the blacklist (`company_blacklisted`), and logs that it was met.

    The log is an act of its own, so that it stays although nothing else happens.
    """
    store = ports.store
    rows = await _of_company(store, owner)
    if not rows:
        return
    async with work(store, actor) as unit:
        await note_hits(unit, [Hit(r["id"], COMPANY, owner.id, owner.id) for r in rows])
    if any(r["effect"] == Effect.BLOCK for r in rows):
        raise Refusal(company_refused())


async def blocks_company(store: Store, owner: Company) -> bool:
    """Whether an entry that counts today blocks the company."""
    return any(r["effect"] == Effect.BLOCK for r in await _of_company(store, owner))


async def _of_company(store: Store, owner: Company) -> list[dict[str, Any]]:
    condition, values = _counting(store, owner.path)
    code = owner.credit_code
    return await fetch(
        f"SELECT id, effect FROM blacklist_entry WHERE (name = ? OR number_index = ?) "
        f"AND subject = '{Subject.COMPANY.value}' AND {condition}",
        ["".join(owner.name.split()), store.vault.index(CREDIT_CODE, code) if code else "", *values],
    )


async def note_hits(unit: Work, hits: Iterable[Hit]) -> None:
    """Logs where entries turned up, in the same transaction; the same entry at the same record is logged once."""
    new = {(h.entry_id, h.place, h.subject_id): h for h in hits}
    if not new:
        return
    subjects, entries = list({h.subject_id for h in new.values()}), list({h.entry_id for h in new.values()})
    known = await fetch(
        f"SELECT entry_id, place, subject_id FROM blacklist_hit WHERE subject_id IN ({marks(subjects)}) "
        f"AND entry_id IN ({marks(entries)})",
        [*subjects, *entries],
    )
    for r in known:
        new.pop((r["entry_id"], r["place"], r["subject_id"]), None)
    ids = unit.store.ids.block(len(new))
    await insert_many(
        "blacklist_hit",
        ["id", "entry_id", "place", "subject_id", "company_id", "created_at"],
        [
            (row_id, h.entry_id, h.place, h.subject_id, h.company_id, unit.now)
            for row_id, h in zip(ids, new.values(), strict=True)
        ],
    )


async def _any(store: Store) -> bool:
    """Whether any entry of a person counts today; mostly there are none, and nobody's digests are needed."""
    condition, values = _on(store)
    sql = f"SELECT id FROM blacklist_entry WHERE subject = '{Subject.PERSON.value}' AND {condition} LIMIT 1"
    return bool(await fetch(sql, values))


def _on(store: Store) -> tuple[str, list[Any]]:
    day = business_day(store.clock()).isoformat()
    states = [state.value for state in COUNTING]
    return f"state IN ({marks(states)}) AND from_day <= ? AND (to_day IS NULL OR to_day >= ?)", [*states, day, day]


def _counting(store: Store, company_path: str) -> tuple[str, list[Any]]:
    """Entries that count today for a company at this place of the tree: everyone's, and those of its own branch."""
    condition, values = _on(store)
    branch = [int(part) for part in company_path.split("/") if part]
    return f"{condition} AND (company_id IS NULL OR company_id IN ({marks(branch)}))", [*values, *branch]
