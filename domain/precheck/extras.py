"""The fields that travel along with a row: kinds in one cell or many, contract dates, and free texts."""

from __future__ import annotations

import re
from datetime import date

from domain.columns import KIND_FIELDS, CellValue
from domain.policy import KIND_LABELS, KIND_LABELS_EN, Kind
from domain.precheck.cells import CellError, clean_text, folded, read_date
from domain.precheck.checks import RowReader
from domain.precheck.kinds import read_flag, read_kinds

_TEXTS = (
    "housing_account",
    "employee_no",
    "department",
    "hukou",
    "education",
    "enroll_reason",
    "category",
    "contract_period",
    "remark",
)
_DATES = ("hired_on", "leave_date")
_OPEN_ENDED = ("无固定期限", "无固定", "长期", "无期限")
_PERIOD = re.compile(r"(.+?)(?:至|~|—+|到|-(?=\d{4}[-./年]))(.+)")
OPEN_ENDED = "open_ended"


def read_row_kinds(row: RowReader) -> frozenset[Kind] | None:
    """The kinds that the row asks for, from the one column and the columns of single kinds; None if it names none."""
    named = row.read("kinds", read_kinds)
    answers: dict[Kind, bool] = {}
    for field in KIND_FIELDS:
        if field not in row.columns:
            continue
        answer = row.read(field, read_flag)
        if answer is not None:
            answers[Kind(field.removeprefix("kind_"))] = answer
    for kind in sorted(named or ()):
        if answers.get(kind) is False:
            row.report("kinds_conflict", f"kind_{kind}", kind=KIND_LABELS[kind], kind_en=KIND_LABELS_EN[kind])
    if named is None and not answers:
        return None
    kinds = frozenset(named or ()) | {kind for kind, answer in answers.items() if answer}
    if not kinds and row.value("kinds") is None:
        row.report("kinds_none", next(field for field in KIND_FIELDS if field in row.columns))
    return kinds


def read_extra(row: RowReader) -> dict[str, str]:
    """The other fields as text, dates as ISO; only those that are filled in."""
    texts = {field: clean_text(row.value(field)) for field in _TEXTS if field in row.columns}
    extra = {field: text for field, text in texts.items() if text}
    for field in _DATES:
        day = row.read(field, read_date)
        if day is not None:
            extra[field] = day.isoformat()
    start, end = _contract(row)
    if start is not None:
        extra["contract_start"] = start.isoformat()
    if end is not None:
        extra["contract_end"] = end if isinstance(end, str) else end.isoformat()
    return extra


def _contract(row: RowReader) -> tuple[date | None, date | str | None]:
    start = row.read("contract_start", read_date)
    end = row.read("contract_end", _read_end)
    field = "contract_end"
    period = _read_period(row.value("contract_period"))
    if period is not None:
        field = "contract_period"
        start, end = start or period[0], end or period[1]
    if start is not None and isinstance(end, date) and end < start:
        row.report("contract_reversed", field)
    return start, end


def _read_end(value: CellValue) -> date | str:
    """The last day of a contract, or that it has none."""
    return OPEN_ENDED if folded(value) in _OPEN_ENDED else read_date(value)


def _read_period(value: CellValue) -> tuple[date, date | str] | None:
    """Both days of "2026-11-01至2028-10-31"; None for a length such as 三年, which stays a text and is no mistake."""
    match = _PERIOD.fullmatch(folded(value))
    try:
        return None if match is None else (read_date(match[1]), _read_end(match[2]))
    except CellError:
        return None
