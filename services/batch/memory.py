"""What a company's clerks once said about headers, kept for the next sheet of the same kind."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from db.models.batch import Batch
from db.scope import company
from db.sql import execute, fetch, insert_many, marks
from db.transaction import Work, work
from domain.actor import Actor
from domain.columns import ImportKind, normalize_header
from services.batch.sheet import Wanted
from services.ports import Ports

_LONGEST = 120


async def remembered_columns(company_id: int, kind: ImportKind) -> dict[str, str]:
    """The meaning of headers by header; an empty meaning is "do not use"."""
    rows = await fetch(
        "SELECT header, field FROM column_memory WHERE company_id = ? AND kind = ?", [company_id, kind.value]
    )
    return {r["header"]: r["field"] for r in rows}


async def wanted_columns(batch: Batch) -> Wanted:
    """What is known about the sheet of a batch before it is opened."""
    kind = ImportKind(batch.kind)
    chosen: dict[str, str] = orjson.loads(batch.chosen_columns or "{}")
    company_id: int = batch.company_id  # type: ignore[attr-defined]
    return Wanted(kind, batch.sheet_name, chosen, await remembered_columns(company_id, kind))


async def remember_columns(unit: Work, company_id: int, kind: ImportKind, chosen: Mapping[str, str]) -> None:
    """Keeps the choice for later imports; a header that was given another meaning before has the new one."""
    headers = {normalize_header(header)[:_LONGEST]: field for header, field in chosen.items()}
    if not headers:
        return
    await execute(
        f"DELETE FROM column_memory WHERE company_id = ? AND kind = ? AND header IN ({marks(list(headers))})",
        [company_id, kind.value, *headers],
    )
    await insert_many(
        "column_memory",
        ("id", "company_id", "kind", "header", "field", "created_at"),
        [(unit.new_id(), company_id, kind.value, header, field, unit.now) for header, field in headers.items()],
    )


async def forget_columns(ports: Ports, actor: Actor, company_id: int, kind: ImportKind) -> int:
    """Forgets what the company's headers mean for this kind of import. Answers how many were forgotten."""
    actor.require("batch.create")
    async with work(ports.store, actor) as unit:
        owner = await company(actor, company_id)
        forgotten = await execute("DELETE FROM column_memory WHERE company_id = ? AND kind = ?", [owner.id, kind.value])
        await unit.audit("batch.forget_columns", "company", owner.id, owner.id, 类型=kind.value, 列数=forgotten)
    return forgotten
