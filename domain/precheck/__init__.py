"""Accuracy check of imported rows (准确性校验): from cells to values, with every problem named at its cell."""

from __future__ import annotations

from collections.abc import Sequence

from domain.columns import CHANGE_KINDS, FIELDS, CellValue, ColumnMapping, ImportKind
from domain.policy import Category
from domain.precheck.cells import read_rate, text_of
from domain.precheck.change import change_row
from domain.precheck.checks import (
    RowReader,
    columns_by_field,
    read_bank_card,
    read_city,
    read_fen,
    read_name,
    read_near_month,
    read_phone,
    read_scheme,
    require,
)
from domain.precheck.extras import OPEN_ENDED, read_extra, read_row_kinds
from domain.precheck.identity import read_identity
from domain.precheck.legal import read_basis_and_category, read_legal_extra
from domain.precheck.reasons import STOP_REASONS, StopReason, read_stop_reason
from domain.precheck.row import CheckedRow, PrecheckContext
from domain.precheck.rows import DuplicateFinder, find_duplicates, iter_rows

__all__ = [
    "OPEN_ENDED",
    "STOP_REASONS",
    "CheckedRow",
    "DuplicateFinder",
    "PrecheckContext",
    "StopReason",
    "find_duplicates",
    "iter_rows",
    "precheck_row",
    "text_of",
]


def precheck_row(
    cells: Sequence[CellValue], mapping: Sequence[ColumnMapping], row_no: int, context: PrecheckContext
) -> CheckedRow:
    """Read one row; all its problems are found, not only the first. `row_no` is the sheet's own row number.

    An empty start month is the declaration month, an empty city the company's. Values with an error are None.
    """
    row = RowReader(cells, columns_by_field(tuple(mapping)), row_no, context)
    if context.kind in CHANGE_KINDS:
        return change_row(row)
    require(row, FIELDS[context.kind])
    return _enroll_row(row) if context.kind is ImportKind.ENROLL else _terminate_row(row)


def _enroll_row(row: RowReader) -> CheckedRow:
    context = row.context
    name = read_name(row)
    identity = read_identity(row)
    start_month = read_near_month(row, "start_month")
    if row.value("start_month") is None:
        start_month = context.declaration_month.number
    basis, category = read_basis_and_category(row)
    return CheckedRow(
        row_no=row.row_no,
        cells=tuple(map(text_of, row.cells)),
        name=name,
        id_kind=identity.kind.value if identity else "",
        id_number=identity.normalized if identity else "",
        birth=identity.birth if identity else None,
        sex=identity.sex if identity else None,
        phone=read_phone(row),
        bank_card=read_bank_card(row),
        base_fen=read_fen(row, "base"),
        housing_base_fen=read_fen(row, "housing_base"),
        housing_rate_ppm=row.read("housing_rate", read_rate),
        city_code=read_city(row),
        category=category,
        kinds=read_row_kinds(row),
        scheme_name=read_scheme(row),
        start_month=start_month,
        extra=read_extra(row) | read_legal_extra(row, basis),
        problems=tuple(row.problems),
    )


def _terminate_row(row: RowReader) -> CheckedRow:
    name = read_name(row)
    identity = read_identity(row)
    # How far back a last month may lie depends on the enrolment, which the compliance review knows.
    last_month = read_near_month(row, "last_month", back=None)
    reason = _stop_reason(row)
    city = read_city(row) if row.value("city") is not None else row.context.default_city_code
    return CheckedRow(
        row_no=row.row_no,
        cells=tuple(map(text_of, row.cells)),
        name=name,
        id_kind=identity.kind.value if identity else "",
        id_number=identity.normalized if identity else "",
        birth=identity.birth if identity else None,
        sex=identity.sex if identity else None,
        phone=read_phone(row),
        city_code=city,
        category=Category.EMPLOYEE,
        last_month=last_month,
        stop_reason=reason,
        extra=read_extra(row),
        problems=tuple(row.problems),
    )


def _stop_reason(row: RowReader) -> str | None:
    value = row.value("stop_reason")
    if value is None:
        return None
    try:
        return read_stop_reason(value).value
    except ValueError:
        allowed = "、".join(words.label for words in STOP_REASONS.values())
        allowed_en = ", ".join(words.label_en for words in STOP_REASONS.values())
        row.report("stop_reason_unknown", "stop_reason", allowed=allowed, allowed_en=allowed_en)
        return None
