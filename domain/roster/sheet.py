"""Reading a roster from a sheet: columns in any order by their usual headers, rows with their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.columns import HEADER_SEARCH_ROWS, CellValue, normalize_header
from domain.errors import Problem, Refusal
from domain.precheck.cells import clean_text
from domain.roster.columns import PERIOD_HEADERS, by_header, by_name
from domain.roster.kinds import KIND_LABELS, RosterKind
from domain.roster.values import split_period

MOST_ROWS: Final = 20_000
"""Rows of one import; it is written in one transaction."""

Rows = Sequence[Sequence[CellValue]]
_PERIOD: Final = "contract_period"


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """Rows by row number with their cells by column name; the header that was used for each column; those not known."""

    rows: Sequence[tuple[int, Mapping[str, CellValue]]]
    headers: Mapping[str, str]
    unknown: tuple[str, ...]


def read_sheet(kind: RosterKind, sheets: Sequence[tuple[Rows, int]]) -> RosterSheet:
    """The rows of the first sheet that has a header with name and document number.

    `sheets` are rows with the number of the first of them. Refused: roster_header, rows_missing, roster_too_many.
    """
    for rows, first in sheets:
        for place, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
            columns, unknown = _columns(kind, row)
            if {"name", "id_number"} <= columns.keys():
                headers = {name: clean_text(row[index]) for name, index in columns.items()}
                return RosterSheet(_rows(rows[place + 1 :], first + place + 1, columns), headers, unknown)
    raise Refusal(_no_header(kind))


def _columns(kind: RosterKind, row: Sequence[CellValue]) -> tuple[dict[str, int], tuple[str, ...]]:
    known, found, unknown = by_header(kind), dict[str, int](), list[str]()
    for index, value in enumerate(row):
        if not isinstance(value, str) or not value.strip():
            continue
        plain = normalize_header(value)
        name = known.get(plain) or known.get(normalize_header(value, drop_brackets=True))
        if name is None and plain in PERIOD_HEADERS:
            name = _PERIOD
        if name is None or name in found:
            unknown.append(clean_text(value)[:40])
        else:
            found[name] = index
    return found, tuple(unknown)


def _rows(rows: Rows, first: int, columns: Mapping[str, int]) -> list[tuple[int, Mapping[str, CellValue]]]:
    found: list[tuple[int, Mapping[str, CellValue]]] = []
    for row_no, row in enumerate(rows, start=first):
        cells = {name: row[index] for name, index in columns.items() if index < len(row)}
        if not any(clean_text(value) for value in cells.values()):
            continue
        period = split_period(cells.pop(_PERIOD, None))
        if period is not None:
            cells.setdefault("contract_start", period[0])
            cells.setdefault("contract_end", period[1])
        found.append((row_no, cells))
    if not found:
        raise Refusal(
            Problem(
                "rows_missing", "表头下面没有数据", "Nothing below the header", "请填写后重新上传", "Fill it in again"
            )
        )
    if len(found) > MOST_ROWS:
        raise Refusal(
            Problem(
                "roster_too_many",
                f"一次最多导入 {MOST_ROWS} 人，现有 {len(found)} 人",
                f"At most {MOST_ROWS} people at a time, there are {len(found)}",
                "请分成几个文件",
                "Split the file",
            )
        )
    return found


def _no_header(kind: RosterKind) -> Problem:
    others = "、".join(c.label for c in by_name(kind).values() if c.required)
    return Problem(
        "roster_header",
        f"没有找到{KIND_LABELS[kind][0]}花名册的表头：至少要有“姓名”和“证件号码”列",
        f"No header of a {KIND_LABELS[kind][1]} roster was found: name and document number are needed at least",
        f"必填的列：{others}",
        f"Columns that must be filled in: {', '.join(c.label_en for c in by_name(kind).values() if c.required)}",
    )
