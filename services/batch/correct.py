"""Corrections in place: one row's cells, or one repair for many rows, each checked again at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

import orjson

from db.models.batch import Batch
from db.transaction import Work, once
from domain.actor import Actor, not_found
from domain.batch import RowState
from domain.columns import CellValue, ColumnMapping, ImportKind, field_spec, normalize_header
from domain.errors import Problem, Refusal
from domain.particulars import mask
from domain.precheck.repair import full_width_gone, trimmed, written_date
from services.batch.lock import locked
from services.batch.reads import hides
from services.batch.recheck import Recheck, Stored, open_for_correction, recheck_rows, stored_rows
from services.batch.review import Review, prepared
from services.ports import Ports

_MASKED = re.compile(r"\*{2,}")
_LONGEST = 1000
# One value for many rows is never a person's own: these fields are corrected row by row.
_OWN: Final = frozenset({"name", "id_number"})


class Fix(StrEnum):
    """A repair of many rows: blanks off, full width to half, dates as we write them, or one value for all."""

    TRIM = "trim"
    FULL_WIDTH = "full_width"
    DATES = "dates"
    SET_VALUE = "set_value"


_REPAIRS: Final[dict[Fix, Callable[[str, str], str]]] = {
    Fix.TRIM: lambda text, _: trimmed(text),
    Fix.FULL_WIDTH: lambda text, _: full_width_gone(text),
    Fix.DATES: written_date,
}


async def correct_row(
    ports: Ports, actor: Actor, batch_id: int, row_no: int, cells: tuple[tuple[str, str], ...], key: str
) -> int:
    """Replaces cells of a row (header and new text) and checks it again. Answers the row's id."""
    actor.require("batch.create")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        open_for_correction(batch)
        rows = await stored_rows(ports, batch.id, "row_no = ?", [row_no])
        if not rows:
            raise Refusal(not_found("行", "row").at(row=row_no, field="rowNo"))
        review = await prepared(ports, batch)
        changes, problems = _changes(review, rows[0], cells)
        if problems or not changes:
            raise Refusal(*(problems or [_nothing_changed()]))
        await recheck_rows(ports, unit, review, batch, [rows[0].changed(dict(changes))])
        told = _told(review, rows[0], changes)
        company_id: int = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.correct_row", "batch", batch.id, company_id, 行=row_no, 更正=told)
        return rows[0].id

    # What was typed may be a document number, which not even a plain digest of is kept.
    typed = ports.store.vault.index("batch_row.cells", orjson.dumps(cells).decode())
    given = {"id": batch_id, "row": row_no, "cells": typed}
    return await once(ports.store, actor, "batch.correct_row", key, given, run)


async def fix_rows(
    ports: Ports,
    actor: Actor,
    batch_id: int,
    fix: Fix,
    key: str,
    header: str | None = None,
    code: str | None = None,
    value: str | None = None,
) -> int:
    """Repairs the failed rows, or all open rows with that problem, in one column or in all. Answers the batch's id.

    SET_VALUE needs a header and a value, and fills only cells at which a problem was found.
    """
    actor.require("batch.create")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        open_for_correction(batch)
        review = await prepared(ports, batch)
        columns = _columns(review, fix, header, value)
        changed: list[Recheck] = []
        last = 0
        condition, values = matching(code)
        while rows := await stored_rows(ports, batch.id, condition, values, last):
            last = rows[-1].row_no
            changed += _repaired(rows, columns, fix, code, value)
        if not changed:
            raise Refusal(_nothing_to_fix())
        await recheck_rows(ports, unit, review, batch, changed)
        await _audit_fix(unit, batch, fix, columns if header else (), code, changed)
        return batch.id

    given = {"id": batch_id, "fix": fix, "header": header, "code": code, "value": value}
    return await once(ports.store, actor, "batch.fix_rows", key, given, run)


def _changes(
    review: Review, row: Stored, cells: Sequence[tuple[str, str]]
) -> tuple[dict[int, CellValue], list[Problem]]:
    """The new texts by place, and what is wrong with the ones given."""
    changes: dict[int, CellValue] = {}
    problems: list[Problem] = []
    kind = ImportKind(review.setting.batch.kind)
    for header, text in cells:
        column = _column(review, header)
        if column is None:
            problems.append(_unknown_column(header, review))
            continue
        old = row.found.row.cells[column.index] if column.index < len(row.found.row.cells) else ""
        if len(text) > _LONGEST:
            problems.append(_too_long(header, row.row_no))
        elif hides(kind, {"field": column.field}) and _is_mask(text, old):
            problems.append(_masked(header, row.row_no))
        elif text.strip() != old:
            changes[column.index] = text
    return changes, problems


def _is_mask(text: str, old: str) -> bool:
    return "*" in text and (_MASKED.search(text) is not None or text == mask(old))


def _column(review: Review, header: str) -> ColumnMapping | None:
    """The used column of that header."""
    plain = normalize_header(header)
    return next((c for c in review.mapping if c.field and normalize_header(c.header) == plain), None)


def _told(review: Review, row: Stored, changes: Mapping[int, CellValue]) -> list[str]:
    """The corrected columns for the audit log, with both values where the column is not sensitive."""
    told = []
    for column in review.mapping:
        if column.index not in changes:
            continue
        if hides(ImportKind(review.setting.batch.kind), {"field": column.field}):
            told.append(column.header)
        else:
            cells = row.found.row.cells
            old = cells[column.index] if column.index < len(cells) else ""
            told.append(f"{column.header}：{old[:40]} → {str(changes[column.index])[:40]}")
    return told


def _columns(review: Review, fix: Fix, header: str | None, value: str | None) -> tuple[ColumnMapping, ...]:
    """The columns that the repair looks at."""
    if header is None:
        if fix is Fix.SET_VALUE:
            raise Refusal(_header_needed())
        return tuple(column for column in review.mapping if column.field)
    column = _column(review, header)
    if column is None:
        raise Refusal(_unknown_column(header, review))
    if fix is Fix.SET_VALUE:
        spec = field_spec(ImportKind(review.setting.batch.kind), column.field or "")
        if spec is None or spec.sensitive or column.field in _OWN:
            raise Refusal(_one_by_one(column.header))
        if value is None or len(value) > _LONGEST:
            raise Refusal(_value_needed(column.header))
    return (column,)


def matching(code: str | None) -> tuple[str, list[str]]:
    """The condition for rows with a problem; without one, for the failed rows."""
    if code is None:
        return "state = ?", [RowState.FAILED.value]
    return "(codes = ? OR codes LIKE ? OR codes LIKE ? OR codes LIKE ?)", [
        code,
        f"{code},%",
        f"%,{code}",
        f"%,{code},%",
    ]


def _repaired(
    rows: Sequence[Stored], columns: Sequence[ColumnMapping], fix: Fix, code: str | None, value: str | None
) -> list[Recheck]:
    """The rows that the repair changes."""
    found = []
    for row in rows:
        cells = row.found.row.cells
        changes: dict[int, CellValue] = {}
        for column in columns:
            old = cells[column.index] if column.index < len(cells) else ""
            if fix is Fix.SET_VALUE:
                here = [p for p in row.found.row.problems if p.field == column.field and code in (None, p.code)]
                new = (value or "").strip() if here else old
            elif column.index in row.found.numbers:
                # A number has neither blanks nor width, and what it lost as a number no repair brings back.
                new = old
            else:
                new = _REPAIRS[fix](old, column.field or "")
            if new != old:
                changes[column.index] = new
        if changes:
            found.append(row.changed(changes))
    return found


async def _audit_fix(
    unit: Work, batch: Batch, fix: Fix, columns: Sequence[ColumnMapping], code: str | None, changed: Sequence[Recheck]
) -> None:
    about = {"列": columns[0].header} if columns else {}
    if code:
        about["问题"] = code
    shown = [row.row_no for row in changed[:100]]
    company_id: int = batch.company_id  # type: ignore[attr-defined]
    await unit.audit(
        "batch.fix_rows", "batch", batch.id, company_id, 方式=fix.value, 行数=len(changed), 行=shown, **about
    )


def _unknown_column(header: str, review: Review) -> Problem:
    listed = "、".join(c.header for c in review.mapping if c.field and c.header)
    return Problem(
        "header_unknown",
        f"该批次没有使用“{header}”列；使用的列有：{listed}",
        f"The batch uses no column “{header}”; it uses: {listed}",
        "请从使用的列中选择；要使用其他列，请重新指定列",
        "Choose one of them; to use another column, choose the columns again",
        field="header",
        column=header,
    )


def _masked(header: str, row_no: int) -> Problem:
    return Problem(
        "value_masked",
        f"“{header}”填的是遮盖后的内容，不是真实号码",
        f"“{header}” was sent back masked; that is no real number",
        "请输入完整号码；不改这一格就不要提交它",
        "Enter the whole number, or leave this cell out",
        field="cells",
        row=row_no,
        column=header,
    )


def _too_long(header: str, row_no: int) -> Problem:
    return Problem(
        "value_too_long",
        f"“{header}”的内容超过 {_LONGEST} 个字符",
        f"“{header}” has more than {_LONGEST} characters",
        "请缩短后重试",
        "Shorten it and try again",
        field="cells",
        row=row_no,
        column=header,
    )


def _nothing_changed() -> Problem:
    return Problem(
        "nothing_changed",
        "没有任何改动",
        "Nothing was changed",
        "请修改至少一格后再保存",
        "Change at least one cell and save again",
        field="cells",
    )


def _nothing_to_fix() -> Problem:
    return Problem(
        "nothing_to_fix",
        "没有可以这样更正的行",
        "No row would be changed by this",
        "请换一种方式，或逐行更正",
        "Try another way, or correct the rows one by one",
    )


def _header_needed() -> Problem:
    return Problem(
        "header_needed",
        "统一填写须指定一列",
        "One column has to be named for a common value",
        "请选择要填写的列",
        "Choose the column to fill",
        field="header",
    )


def _value_needed(header: str) -> Problem:
    return Problem(
        "value_needed",
        f"请填写“{header}”的内容（不超过 {_LONGEST} 个字符）",
        f"A value for “{header}” is needed, of {_LONGEST} characters at most",
        "填写后重试",
        "Enter it and try again",
        field="value",
        column=header,
    )


def _one_by_one(header: str) -> Problem:
    return Problem(
        "fix_one_by_one",
        f"“{header}”是每个人自己的内容，不能统一填写",
        f"“{header}” is each person's own; it cannot be set for many rows at once",
        "请逐行更正",
        "Correct it row by row",
        field="header",
        column=header,
    )
