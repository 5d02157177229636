"""The workbook of a filtered roster in the columns of its kind; numbers are text, in full for whoever may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from anyio import to_thread

from db.models.company import Company
from db.sql import CHUNK, fetch
from db.transaction import Store, work
from domain.actor import Actor
from domain.columns import CellValue
from domain.errors import Problem, Refusal
from domain.particulars import mask
from domain.roster import COLUMNS, KIND_LABELS, STATE_LABELS, EntryState, Form, RosterColumn, RosterKind, shown
from services import file
from services.ports import Ports
from services.roster.entry import NUMBER, PHONE, city_names
from services.roster.facts import findings_of
from services.roster.reads import SELECT, Filter, condition_of, meant

_KEPT = {"city": "city_code", "company": "company_name", "project": "project_name"}
_MORE = ("状态", "离场日期", "离场原因", "提示")


async def export(ports: Ports, actor: Actor, wanted: Filter) -> int:
    """Writes every entry of the filter, read a chunk at a time. Answers the file's id. Refused: kind_needed."""
    actor.require("roster.read")
    if wanted.kind is None:
        raise Refusal(_kind_needed())
    condition, values = await condition_of(ports, actor, wanted)
    names, plain = await city_names(), actor.may("person.reveal")
    columns = COLUMNS[wanted.kind]
    rows: list[list[CellValue]] = []
    before = 2**63 - 1
    while chunk := await fetch(
        f"{SELECT} WHERE {condition} AND e.id < ? ORDER BY e.id DESC LIMIT ?", [*values, before, CHUNK]
    ):
        before = chunk[-1]["id"]
        found = await findings_of(ports, chunk)
        for r in chunk:
            told = found.get(r["id"], ())
            if (wanted.severity or wanted.finding) and not any(meant(p, wanted) for p in told):
                continue
            cells = _cells(ports.store, r, columns, names, plain)
            rows.append([*cells, _state(r), r["left_day"], r["left_reason"], "；".join(p.message for p in told)])
    money = [i for i, c in enumerate(columns) if c.form is Form.MONEY]
    title = f"{KIND_LABELS[wanted.kind][0]}花名册"
    headers = [*(c.label for c in columns), *_MORE]
    made = await to_thread.run_sync(ports.sheets.table_workbook, title, headers, rows, money)
    return await _keep(ports, actor, wanted, title, made, len(rows))


async def _keep(ports: Ports, actor: Actor, wanted: Filter, title: str, made: bytes, count: int) -> int:
    owner = await Company.get_or_none(id=wanted.company_id) if wanted.company_id is not None and count else None
    name = f"{owner.name}_{title}.xlsx" if owner else f"{title}.xlsx"
    company_id = owner.id if owner else None
    async with work(ports.store, actor) as unit:
        file_id = await file.keep(ports, unit, name, file.XLSX, made, "roster_workbook", company_id)
        await unit.audit("roster.export", "stored_file", file_id, company_id, 花名册=title, 行数=count)
    return file_id


def _cells(
    store: Store, r: Mapping[str, Any], columns: tuple[RosterColumn, ...], names: Mapping[str, str], plain: bool
) -> list[CellValue]:
    detail = orjson.loads(r["detail"])
    number = store.vault.open_text(NUMBER, r["id"], r["number_sealed"]) or ""
    phone = store.vault.open_text(PHONE, r["id"], r["phone_sealed"]) or ""
    sealed = {"id_number": number if plain else mask(number), "phone": phone if plain else mask(phone)}
    cells: list[CellValue] = []
    for column in columns:
        if column.name in sealed:
            cells.append(sealed[column.name])
            continue
        value = detail.get(column.name, r.get(_KEPT.get(column.name, column.name)))
        if value in (None, ""):
            cells.append(None)
        else:
            cells.append(value if column.form is Form.MONEY else shown(column, value, names))
    return cells


def _state(r: Mapping[str, Any]) -> str:
    return STATE_LABELS[EntryState(r["state"])][0]


def _kind_needed() -> Problem:
    labels = "、".join(KIND_LABELS[kind][0] for kind in RosterKind)
    return Problem(
        "kind_needed",
        f"请选择一份花名册再导出：{labels}",
        "Choose one roster to export",
        "每份花名册的列不同，分别导出",
        "Each has columns of its own",
        field="kind",
    )
