"""Reading batches and their rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from domain.actor import Actor, not_found
from domain.batch import BatchState, RowState
from domain.columns import ImportKind, field_spec
from domain.errors import Problem, Refusal, restored
from domain.particulars import mask
from services.batch import content
from services.paging import Page, Window, page_of
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class BatchRowView:
    """One row as it is shown: cells by header, sensitive ones masked.

    `originals` are what corrected cells held in the file, for each of `cells` (None: not corrected).
    """

    id: int
    row_no: int
    state: str
    person_name: str
    cells: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    result_reason: str | None
    corrected_at: int = 0
    originals: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with its counts; `columns` are header, field and score; `failure` what stopped or concerns the file."""

    id: int
    number: str
    kind: str
    company_id: int
    city_code: str | None
    scheme_id: int | None
    month: int
    state: str
    creator_id: int
    created_by: str
    file_id: int
    declaration_file_id: int | None
    total_rows: int
    checked_rows: int
    ok_rows: int
    failed_rows: int
    warning_rows: int
    accepted_rows: int
    rejected_rows: int
    created_at: int
    sheet_name: str | None
    columns: tuple[dict, ...]
    problem_counts: tuple[tuple[str, int], ...]
    failure: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    kind: ImportKind | None = None
    state: BatchState | None = None
    company_id: int | None = None


_SELECT = "SELECT batch.*, staff.display_name AS created_by FROM batch LEFT JOIN staff ON staff.id = batch.creator_id "


async def find(actor: Actor, wanted: Filter, window: Window) -> Page[BatchView]:
    """Batches of companies in scope, newest first."""
    condition, values = company_sql(actor, "batch.company_id")
    for column, value in (("kind", wanted.kind), ("state", wanted.state), ("company_id", wanted.company_id)):
        if value is not None:
            condition, values = f"{condition} AND batch.{column} = ?", [*values, value]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM batch WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND batch.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY batch.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([_view(r) for r in rows], window, total)


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[BatchView | None]:
    """Batches in the order asked for; None for those out of scope."""
    if not ids:
        return []
    condition, values = company_sql(actor, "batch.company_id")
    rows = await fetch(f"{_SELECT} WHERE batch.id IN ({marks(ids)}) AND {condition}", [*ids, *values])
    found = {r["id"]: _view(r) for r in rows}
    return [found.get(i) for i in ids]


async def one(actor: Actor, batch_id: int) -> BatchView:
    """The batch; refused as not found when it is not the actor's to see."""
    found = (await by_ids(actor, [batch_id]))[0]
    if found is None:
        raise Refusal(not_found("批次", "batch"))
    return found


def _view(r: dict) -> BatchView:
    values = {name: r[name] for name in BatchView.__dataclass_fields__ if name in r}
    values["columns"] = tuple(orjson.loads(r["columns"]))
    values["problem_counts"] = tuple((c, n) for c, n in orjson.loads(r["problem_counts"]))
    values["failure"] = tuple(restored(p) for p in orjson.loads(r["failure"] or "[]"))
    return BatchView(**values)


async def rows(
    ports: Ports, batch: BatchView, state: RowState | None, code: str | None, first: int, after_row: int
) -> Page[BatchRowView]:
    """Rows of a batch the caller may see, in file order, by state and by problem code."""
    condition = "batch_id = ?"
    values: list[Any] = [batch.id]
    if state is not None:
        condition, values = f"{condition} AND state = ?", [*values, state.value]
    if code:
        condition = f"{condition} AND (codes = ? OR codes LIKE ? OR codes LIKE ? OR codes LIKE ?)"
        values = [*values, code, f"{code},%", f"%,{code}", f"%,{code},%"]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM batch_row WHERE {condition}", values))
    found = await fetch(
        f"SELECT * FROM batch_row WHERE {condition} AND row_no > ? ORDER BY row_no LIMIT ?",
        [*values, after_row, first + 1],
    )
    return page_of([_row(ports, batch, r) for r in found], Window(first), total)


async def row_by_id(ports: Ports, actor: Actor, row_id: int) -> BatchRowView | None:
    """One row, if its batch is the actor's to see."""
    found = await fetch("SELECT * FROM batch_row WHERE id = ?", [row_id])
    if not found:
        return None
    batch = (await by_ids(actor, [found[0]["batch_id"]]))[0]
    return None if batch is None else _row(ports, batch, found[0])


def _row(ports: Ports, batch: BatchView, r: dict) -> BatchRowView:
    found = content.unseal(ports.store.vault, r["id"], r["content_sealed"])
    row, before = found.row, dict(found.originals)
    kind = ImportKind(batch.kind)
    cells: list[tuple[str, str]] = []
    originals: list[str | None] = []
    for column in batch.columns:
        text = row.cells[column["index"]] if column["index"] < len(row.cells) else ""
        original = before.get(column["index"])
        covered = hides(kind, column)
        cells.append((column["header"], mask(text) if covered else text))
        originals.append(mask(original) if covered and original is not None else original)
    return BatchRowView(
        r["id"],
        r["row_no"],
        r["state"],
        r["person_name"],
        tuple(cells),
        row.problems,
        r["result_reason"],
        r["corrected_at"],
        tuple(originals),
    )


def hides(kind: ImportKind, column: dict) -> bool:
    """Whether a column's cells are masked. Unmapped columns are too: nobody knows what stands in them."""
    spec = field_spec(kind, column["field"]) if column["field"] else None
    return spec is None or spec.sensitive


async def watch(ports: Ports, actor: Actor, batch_id: int) -> AsyncIterator[BatchView]:
    """The batch now and after every change, until it rests for good."""
    async with ports.bus.listen(f"batch:{batch_id}") as messages:
        yield await one(actor, batch_id)
        async for _ in messages:
            yield await one(actor, batch_id)
