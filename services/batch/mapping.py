"""The columns of an upload: looking before the check, choosing, and checking again with another choice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from anyio import to_thread

from db.models.batch import Batch, BatchRow
from db.models.file import StoredFile
from db.scope import company
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BATCH_STATE_LABELS, BATCH_STATE_LABELS_EN, BatchState
from domain.columns import (
    FIELDS,
    ColumnMapping,
    FieldSpec,
    ImportKind,
    choice_problems,
    field_spec,
    header_names,
    likely_header,
    mapping_notices,
    missing_required,
)
from domain.errors import Problem, Refusal
from domain.particulars import mask
from domain.precheck import text_of
from services.batch.lock import locked
from services.batch.memory import remember_columns, remembered_columns
from services.batch.reads import hides, one
from services.batch.sheet import HEAD, Wanted, chosen_sheet, no_header, other_sheets
from services.batch.upload import own_upload
from services.file import opened
from services.ports import Ports, RawSheet

SHOWN_ROWS = 5
SAMPLES = 3
_REMAPPED = (BatchState.CHECKED, BatchState.FAILED)
_NUMBERS = re.compile(r"[0-9Xx]{7,}")


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet of the upload; `header_row` as the spreadsheet program counts, None where none was recognised."""

    name: str
    rows: int
    hidden: bool
    header_row: int | None
    first_rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column as it would be understood, with some of its values (masked where they may be sensitive)."""

    mapping: ColumnMapping
    spec: FieldSpec | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upload holds and how it would be understood. `chosen` is None where no sheet has a header."""

    sheets: tuple[SheetView, ...]
    chosen: str | None
    columns: tuple[ColumnView, ...]
    missing: tuple[FieldSpec, ...]
    fields: tuple[FieldSpec, ...]
    problems: tuple[Problem, ...]


async def preview(
    ports: Ports, actor: Actor, file_id: int, kind: ImportKind, company_id: int, sheet_name: str | None = None
) -> Preview:
    """A look into the upload before a batch is made of it; nothing is stored."""
    actor.require("batch.create")
    owner = await company(actor, company_id)
    file = await own_upload(actor, file_id)
    wanted = Wanted(kind, sheet_name, {}, await remembered_columns(owner.id, kind))
    raw = await opened(ports, file.id)
    return await to_thread.run_sync(_look, ports, raw, file.name, wanted)


def _look(ports: Ports, raw: bytes, name: str, wanted: Wanted) -> Preview:
    heads = ports.sheets.heads(raw, name, HEAD)
    problems: list[Problem] = []
    try:
        chosen = chosen_sheet(heads, wanted)
    except Refusal as refusal:
        if wanted.sheet_name is not None:
            raise
        problems += refusal.problems
        chosen = next((sheet for sheet in heads if not sheet.hidden), heads[0])
    mapping, columns = _columns(chosen, wanted)
    if not problems and wanted.header_row(chosen.rows) is None:
        problems.append(no_header([chosen.name]))
    problems += [*other_sheets(heads, chosen.name, wanted), *mapping_notices(mapping, wanted.kind)]
    mapped = {column.field for column in mapping}
    return Preview(
        sheets=tuple(_view(sheet, wanted) for sheet in heads),
        chosen=chosen.name,
        columns=columns,
        missing=tuple(spec for spec in FIELDS[wanted.kind] if spec.required and spec.name not in mapped),
        fields=FIELDS[wanted.kind],
        problems=tuple(problems),
    )


def _header(sheet: RawSheet, wanted: Wanted) -> tuple[tuple[str, ...], int, int | None]:
    """Headers, index of the first row below them, and the header's own index where it was recognised."""
    found = wanted.header_row(sheet.rows)
    headers, first = header_names(sheet.rows, likely_header(sheet.rows) if found is None else found, wanted.kind)
    return headers, first, found


def _columns(sheet: RawSheet, wanted: Wanted) -> tuple[tuple[ColumnMapping, ...], tuple[ColumnView, ...]]:
    headers, first, _ = _header(sheet, wanted)
    mapping = wanted.columns(headers)
    views = []
    for column in mapping:
        values = [text_of(row[column.index]) for row in sheet.rows[first:] if column.index < len(row)]
        some = list(dict.fromkeys(text for text in values if text))[:SAMPLES]
        spec = field_spec(wanted.kind, column.field) if column.field else None
        views.append(ColumnView(column, spec, tuple(_shown(text, column, wanted.kind) for text in some)))
    return mapping, tuple(views)


def _view(sheet: RawSheet, wanted: Wanted) -> SheetView:
    """Data below a header is masked by column; above it, and where there is none, whatever looks like a number."""
    headers, first, found = _header(sheet, wanted)
    mapping = wanted.columns(headers)
    shown = []
    for index, row in enumerate(sheet.rows[:SHOWN_ROWS]):
        texts = [text_of(value) for value in row]
        if found is not None and index >= first:
            texts = [_shown(text, mapping[place], wanted.kind) for place, text in enumerate(texts[: len(mapping)])]
        shown.append(tuple(_NUMBERS.sub(lambda number: mask(number[0]), text) for text in texts))
    header_row = None if found is None else sheet.first_row + found
    return SheetView(sheet.name, sheet.height or len(sheet.rows), sheet.hidden, header_row, tuple(shown))


def _shown(text: str, column: ColumnMapping, kind: ImportKind) -> str:
    return mask(text) if hides(kind, {"field": column.field}) else text


async def wrong_choices(
    ports: Ports, raw: bytes, name: str, wanted: Wanted, choices: Sequence[tuple[str, str]]
) -> list[Problem]:
    """Why the clerk's choice of sheet and columns cannot be taken; nothing where nothing was chosen."""
    if not choices and wanted.sheet_name is None:
        return []
    try:
        return await to_thread.run_sync(_wrong, ports, raw, name, wanted, choices)
    except Refusal as refusal:
        return list(refusal.problems)


def _wrong(ports: Ports, raw: bytes, name: str, wanted: Wanted, choices: Sequence[tuple[str, str]]) -> list[Problem]:
    heads = ports.sheets.heads(raw, name, HEAD)
    try:
        sheet = chosen_sheet(heads, wanted)
    except Refusal:
        # A header that nobody recognises is named by the choice itself; what it names wrongly is told below.
        sheet = next((each for each in heads if not each.hidden), heads[0])
        if wanted.sheet_name is not None or not choices:
            raise
    headers, _, _ = _header(sheet, wanted)
    problems = choice_problems(choices, headers, wanted.kind)
    return problems or missing_required(wanted.columns(headers), wanted.kind)


async def remap(
    ports: Ports,
    actor: Actor,
    batch_id: int,
    columns: tuple[tuple[str, str], ...],
    sheet_name: str | None,
    key: str,
    discard_corrections: bool = False,
) -> int:
    """Checks a batch again from its file, with other columns or another sheet. Answers the batch's id.

    For a batch that was checked or could not be read, and was not confirmed. Rows that were corrected since are
    read from the file again, which has to be said (`discard_corrections`).
    """
    actor.require("batch.create")
    view = await one(actor, batch_id)
    file = await StoredFile.get(id=view.file_id)
    kind = ImportKind(view.kind)
    wanted = Wanted(kind, sheet_name, dict(columns), await remembered_columns(view.company_id, kind))
    wrong = await wrong_choices(ports, await opened(ports, file.id), file.name, wanted, columns)

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        if BatchState(batch.state) not in _REMAPPED:
            raise Refusal(_not_now(BatchState(batch.state)))
        if wrong:
            raise Refusal(*wrong)
        corrected = await BatchRow.filter(batch_id=batch.id, corrected_at__gt=0).count()
        if corrected and not discard_corrections:
            raise Refusal(_corrections_lost(corrected))
        await BatchRow.filter(batch_id=batch.id).delete()
        await Batch.filter(id=batch.id).update(**_unchecked(columns, sheet_name))
        company_id: int = batch.company_id  # type: ignore[attr-defined]
        await remember_columns(unit, company_id, kind, dict(columns))
        chosen = {header: field or "不使用" for header, field in columns}
        await unit.audit("batch.remap", "batch", batch.id, company_id, 列=chosen, 工作表=sheet_name or "自动")
        await unit.emit("batch.check", {"batch": batch.id})
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
        return batch.id

    given = {"id": batch_id, "columns": columns, "sheet": sheet_name, "discard": discard_corrections}
    return await once(ports.store, actor, "batch.remap", key, given, run)


def _unchecked(columns: Sequence[tuple[str, str]], sheet_name: str | None) -> dict[str, Any]:
    """The values of a batch that waits for its check."""
    counts = dict.fromkeys(("total_rows", "checked_rows", "ok_rows", "failed_rows", "warning_rows"), 0)
    return counts | {
        "state": BatchState.CHECKING,
        "sheet_name": sheet_name,
        "chosen_columns": orjson.dumps(dict(columns)).decode() if columns else None,
        "columns": "[]",
        "problem_counts": "[]",
        "failure": None,
    }


def _not_now(state: BatchState) -> Problem:
    return Problem(
        "batch_state",
        f"批次{BATCH_STATE_LABELS[state]}，不能重新指定列",
        f"The batch is {BATCH_STATE_LABELS_EN[state]}; its columns cannot be chosen again",
        "检查结束后、确认之前才能重新指定列",
        "Columns are chosen after the check has ended and before the batch is confirmed",
        field="state",
        value=state.value,
    )


def _corrections_lost(rows: int) -> Problem:
    return Problem(
        "corrections_lost",
        f"已有 {rows} 行在系统中更正过，重新检查会按原文件读取，更正会丢失",
        f"{rows} rows were corrected here; checking the file again would lose that",
        "确定要放弃这些更正，请选择“放弃更正”再试",
        "If they are to be given up, say so (discardCorrections: true)",
        value=str(rows),
    )
