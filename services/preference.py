"""Saved filters of lists: one's own, those that others share, and the one a list opens with."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from db.models.preference import SavedFilter
from db.sql import fetch, fetch_value, locking
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.errors import Refusal
from domain.listing import listing
from domain.preference import MOST_SAVED, check_saved, taken, too_many
from services.ports import Ports

_OPENS_WITH = "~"
"""The row that says which filter a list opens with: it stands beside the filters under this prefix of the list's name,
so that there is one at most for each person and list, and it is no filter itself."""


@dataclass(frozen=True, slots=True)
class FilterRow:
    """A filter as its reader sees it. `query` is the JSON text as it was given."""

    id: int
    list_name: str
    name: str
    query: str
    shared: bool
    own: bool
    owner: str
    opens_list: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class NewFilter:
    list_name: str
    name: str
    query: str
    shared: bool = False


async def saved(actor: Actor, list_name: str) -> list[FilterRow]:
    """The actor's own filters of a list and those that others share, by name. Refused: list_unknown, forbidden."""
    actor.require(listing(list_name).permission)
    rows = await fetch(
        "SELECT f.*, s.display_name AS owner FROM saved_filter f JOIN staff s ON s.id = f.staff_id "
        "WHERE f.list_name = ? AND (f.staff_id = ? OR f.shared = ? AND s.active = ?) ORDER BY f.name, f.id",
        [list_name, actor.staff_id, True, True],
    )
    opens = await fetch_value(
        "SELECT query FROM saved_filter WHERE staff_id = ? AND list_name = ?", [actor.staff_id, _OPENS_WITH + list_name]
    )
    return [
        FilterRow(
            r["id"],
            r["list_name"],
            r["name"],
            r["query"],
            bool(r["shared"]),
            r["staff_id"] == actor.staff_id,
            r["owner"],
            str(r["id"]) == opens,
            r["created_at"],
        )
        for r in rows
    ]


async def save(ports: Ports, actor: Actor, new: NewFilter, filter_id: int | None = None) -> int:
    """Keeps a filter, or changes one's own: its name, what it asks, whether others see it. Answers its id.

    Refused: list_unknown, forbidden, not_found, filter_taken, filter_too_many, and what `check_saved` finds.
    """
    actor.require(listing(new.list_name).permission)
    problems = check_saved(new.name, new.query)
    if problems:
        raise Refusal(*problems)
    name = new.name.strip()
    try:
        async with work(ports.store, actor) as unit:
            if filter_id is not None:
                row = await _own(unit, filter_id)
                if row.list_name != new.list_name:
                    raise Refusal(not_found("筛选", "filter"))
                row.name, row.query, row.shared = name, new.query, new.shared
                await row.save(update_fields=["name", "query", "shared"])
            else:
                row = await _new(unit, new, name)
            await unit.audit("filter.save", "saved_filter", row.id, None, 列表=new.list_name, 共享=new.shared)
            return row.id
    except IntegrityError as clash:
        raise Refusal(taken(name)) from clash


async def delete(ports: Ports, actor: Actor, filter_id: int) -> None:
    """Deletes a filter of one's own; lists that opened with it open plain again. Refused: not_found."""
    async with work(ports.store, actor) as unit:
        row = await _own(unit, filter_id)
        await SavedFilter.filter(list_name=_OPENS_WITH + row.list_name, query=str(row.id)).delete()
        await row.delete()
        await unit.audit("filter.delete", "saved_filter", filter_id, None, 列表=row.list_name)


async def open_with(ports: Ports, actor: Actor, list_name: str, filter_id: int | None) -> None:
    """Says which filter the list opens with for the actor; None: with none. Refused: not_found."""
    if filter_id is not None and filter_id not in {row.id for row in await saved(actor, list_name)}:
        raise Refusal(not_found("筛选", "filter"))
    actor.require(listing(list_name).permission)
    async with work(ports.store, actor) as unit:
        await _one_by_one(unit)
        await SavedFilter.filter(staff_id=actor.staff_id, list_name=_OPENS_WITH + list_name).delete()
        if filter_id is not None:
            await SavedFilter.create(
                id=unit.new_id(),
                staff_id=actor.staff_id,
                list_name=_OPENS_WITH + list_name,
                name=list_name,
                query=str(filter_id),
                created_at=unit.now,
            )


async def _new(unit: Work, new: NewFilter, name: str) -> SavedFilter:
    await _one_by_one(unit)
    count = await fetch_value(
        "SELECT COUNT(*) FROM saved_filter WHERE staff_id = ? AND SUBSTR(list_name, 1, 1) <> ?",
        [unit.actor.staff_id, _OPENS_WITH],
    )
    if int(count) >= MOST_SAVED:
        raise Refusal(too_many())
    return await SavedFilter.create(
        id=unit.new_id(),
        staff_id=unit.actor.staff_id,
        list_name=new.list_name,
        name=name,
        query=new.query,
        shared=new.shared,
        created_at=unit.now,
    )


async def _own(unit: Work, filter_id: int) -> SavedFilter:
    row = await SavedFilter.filter(id=filter_id, staff_id=unit.actor.staff_id).select_for_update().first()
    if row is None or row.list_name.startswith(_OPENS_WITH):
        raise Refusal(not_found("筛选", "filter"))
    return row


async def _one_by_one(unit: Work) -> None:
    """One person's filters are counted by one act at a time."""
    await fetch(f"SELECT id FROM staff WHERE id = ?{locking(unit.connection)}", [unit.actor.staff_id])
