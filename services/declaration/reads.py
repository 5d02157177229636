"""Reading declarations of a batch with what their rows lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.scope import company_sql
from db.sql import fetch, marks
from domain.actor import Actor
from services.batch.correction import RESERVED


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """A declaration; `missing` is how many people lack each column, by header; `handed_at` 0 until it is handed in."""

    id: int
    batch_id: int
    company_id: int
    channel: str
    city_code: str
    round: int
    layout: str
    state: str
    file_id: int | None
    row_count: int
    number: str | None
    handed_at: int
    created_at: int
    missing: tuple[tuple[str, int], ...] = ()


_FIELDS = [name for name in DeclarationRow.__dataclass_fields__ if name != "missing"]
_SELECT = "SELECT " + ", ".join(f"declaration.{name}" for name in _FIELDS) + " FROM declaration"
# A round that is only taken has no workbook yet; it is shown once the worker has made it.
_MADE = f"state <> '{RESERVED}'"


async def of_batch(actor: Actor, batch_id: int) -> list[DeclarationRow]:
    """The declarations of a batch in scope, by round, city and channel; empty for a stranger's."""
    condition, values = company_sql(actor, "declaration.company_id")
    sql = f"{_SELECT} WHERE batch_id = ? AND {_MADE} AND {condition} ORDER BY round, city_code, declaration.id"
    return await _rows(await fetch(sql, [batch_id, *values]))


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[DeclarationRow | None]:
    """Declarations in the order asked for; None for those out of scope."""
    if not ids:
        return []
    condition, values = company_sql(actor, "declaration.company_id")
    rows = await _rows(
        await fetch(f"{_SELECT} WHERE id IN ({marks(ids)}) AND {_MADE} AND {condition}", [*ids, *values])
    )
    found = {row.id: row for row in rows}
    return [found.get(i) for i in ids]


async def _rows(rows: list[dict[str, Any]]) -> list[DeclarationRow]:
    missing = await _missing([r["id"] for r in rows])
    return [DeclarationRow(**r, missing=missing.get(r["id"], ())) for r in rows]


async def _missing(ids: list[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """What the making of each declaration noted in the audit log, which is only ever added to."""
    if not ids:
        return {}
    rows = await fetch(
        "SELECT subject_id, detail FROM audit WHERE subject_kind = 'declaration' AND act = 'declaration.made' "
        f"AND subject_id IN ({marks(ids)})",
        ids,
    )
    return {r["subject_id"]: tuple(orjson.loads(r["detail"]).get("缺项", {}).items()) for r in rows}
