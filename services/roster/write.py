"""Adding and editing entries, moving them to another roster, and their projects found by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.models.file import StoredFile
from db.models.roster import RosterEntry, RosterProject
from db.scope import company
from db.sql import fetch, locking
from db.transaction import Work, work
from domain.actor import Actor
from domain.columns import CellValue
from domain.errors import Problem, Refusal
from domain.roster import KIND_LABELS, RosterAct, RosterKind, by_name, check_row
from services import file
from services.ports import Ports
from services.roster.entry import (
    Placed,
    cells_of,
    cities,
    columns_of,
    duplicate,
    insert,
    locked,
    note,
    people_of,
    standing,
    today_of,
)


async def add(
    ports: Ports,
    actor: Actor,
    kind: RosterKind,
    company_id: int,
    given: Mapping[str, CellValue],
    contract_file_id: int | None = None,
) -> int:
    """Adds a person to a roster of a company. `given` are cells by column name. Answers the entry's id.

    Refused: not_found, roster_column, roster_duplicate, project_unknown, and those of `check_row`.
    """
    actor.require("roster.write")
    known_columns(kind, given)
    async with work(ports.store, actor) as unit:
        owner = await company(actor, company_id)
        placed = await _placed(unit, kind, owner.id, given)
        await _alone(unit, placed)
        row_id = unit.new_id()
        columns = columns_of(unit.store, row_id, placed, today_of(unit))
        if contract_file_id is not None:
            await share_file(actor, contract_file_id, owner.id)
            columns["contract_file_id"] = contract_file_id
        await insert(unit, [(row_id, columns, placed)], RosterAct.ADDED, {})
        await unit.audit("roster.add", "roster_entry", row_id, owner.id, 花名册=KIND_LABELS[kind][0])
    return row_id


async def edit(ports: Ports, actor: Actor, entry_id: int, given: Mapping[str, CellValue]) -> int:
    """Changes some values of an entry; an empty one clears its column. Contract days are changed by `renew` or here.

    Refused: as `add`, and roster_left.
    """
    actor.require("roster.write")
    async with work(ports.store, actor) as unit:
        entry = await locked(actor, entry_id)
        kind = RosterKind(entry.kind)
        known_columns(kind, given)
        before = cells_of(unit.store, entry)
        cells: dict[str, CellValue] = {**before, **await _project_cell(entry), **given}
        placed = await _placed(unit, kind, entry.company_id, cells, entry.project_id)
        await _alone(unit, placed, entry.id)
        await _update(unit, entry, placed)
        changed = [name for name in given if name in by_name(kind) and str(given[name] or "") != before.get(name, "")]
        labels = [by_name(kind)[name].label for name in changed]
        await note(unit, entry.id, RosterAct.EDITED, 修改="、".join(labels) or "无")
        await unit.audit("roster.edit", "roster_entry", entry.id, entry.company_id, 修改="、".join(labels) or "无")
    return entry_id


async def move(
    ports: Ports, actor: Actor, entry_id: int, kind: RosterKind, given: Mapping[str, CellValue], reason: str
) -> int:
    """Moves an entry to another roster of the same company; what both have is kept, the rest stays in its history.

    Refused: roster_same_kind, and those of `add` for the new roster.
    """
    actor.require("roster.write")
    known_columns(kind, given)
    async with work(ports.store, actor) as unit:
        entry = await locked(actor, entry_id)
        former = RosterKind(entry.kind)
        if former is kind:
            raise Refusal(_same_kind())
        cells = cells_of(unit.store, entry)
        columns = by_name(kind)
        kept: dict[str, CellValue] = {name: v for name, v in cells.items() if name in columns}
        placed = await _placed(unit, kind, entry.company_id, {**kept, **given})
        await _alone(unit, placed, entry.id)
        old = {by_name(former)[n].label: v for n, v in cells.items() if n not in columns}
        await _update(unit, entry, placed)
        words = {"原花名册": KIND_LABELS[former][0], "新花名册": KIND_LABELS[kind][0]}
        await note(unit, entry.id, RosterAct.MOVED, **words, 原因=reason.strip()[:200] or "无", **old)
        await unit.audit("roster.move", "roster_entry", entry.id, entry.company_id, **words)
    return entry_id


async def share_file(actor: Actor, file_id: int, company_id: int) -> None:
    """Makes an own upload belong to the company, so that others who may see its papers see it. Refused: not_found."""
    await file.row(actor, file_id)
    owned = StoredFile.filter(id=file_id, company_id=None, owner_id=actor.staff_id)
    await owned.update(company_id=company_id)


def known_columns(kind: RosterKind, given: Mapping[str, Any]) -> None:
    """Refused (roster_column) for each value that the roster has no column for."""
    unknown = [name for name in given if name not in by_name(kind)]
    if unknown:
        raise Refusal(*(_no_column(kind, name) for name in unknown))


async def _placed(
    unit: Work, kind: RosterKind, company_id: int, given: Mapping[str, CellValue], project_id: int | None = None
) -> Placed:
    checked = check_row(kind, given, today_of(unit), await cities())
    if not checked.good:
        raise Refusal(*checked.problems)
    name = checked.values.get("project")
    if name is not None:
        named = RosterProject.filter(company_id=company_id, name=name)
        # A person stays with a project that has ended meanwhile; nobody new is put there.
        found = await named.filter(id=project_id or 0).first() or await named.filter(ended_at=0).first()
        if found is None:
            raise Refusal(project_unknown(str(name)))
        project_id = found.id
    return Placed(kind, company_id, project_id if name is not None else None, checked.values)


async def _project_cell(entry: RosterEntry) -> dict[str, str]:
    if entry.project_id is None:
        return {}
    return {"project": (await RosterProject.get(id=entry.project_id)).name}


async def _alone(unit: Work, placed: Placed, entry_id: int = 0) -> None:
    """Refused (roster_duplicate) when the person is on this roster already. Others who add wait for the commit."""
    await fetch(f"SELECT id FROM company WHERE id = ?{locking(unit.connection)}", [placed.company_id])
    index = unit.store.vault.index("person.id_number", str(placed.values["id_number"]))
    taken = await standing(placed.kind, [placed.company_id], [index])
    if any(row_id != entry_id for row_id in taken.values()):
        raise Refusal(duplicate())


async def _update(unit: Work, entry: RosterEntry, placed: Placed) -> None:
    columns = columns_of(unit.store, entry.id, placed, today_of(unit))
    index = columns["number_index"]
    columns["person_id"] = (await people_of([index])).get(index)
    columns["kind"] = placed.kind.value
    entry.update_from_dict(columns)
    await entry.save(update_fields=list(columns))


def project_unknown(name: str) -> Problem:
    """The refusal of a project that the company does not have, or that has ended."""
    return Problem(
        "project_unknown",
        f"公司没有进行中的项目“{name[:60]}”",
        f"The company has no running project “{name[:60]}”",
        "请先新建项目，或核对名称",
        "Add the project first, or check its name",
        field="project",
        column="项目",
        value=name[:60],
    )


def _no_column(kind: RosterKind, name: str) -> Problem:
    return Problem(
        "roster_column",
        f"{KIND_LABELS[kind][0]}花名册没有“{name[:40]}”这一列",
        f"The {KIND_LABELS[kind][1]} roster has no column {name[:40]}",
        "请按 rosterColumns 列出的列填写",
        "Use the columns that rosterColumns lists",
        field=name[:40],
    )


def _same_kind() -> Problem:
    return Problem(
        "roster_same_kind",
        "已经在这份花名册中",
        "The entry is on this roster already",
        "请选择另一份花名册",
        "Choose another roster",
        field="kind",
    )
