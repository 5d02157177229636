"""Writing a declaration workbook row by row; only the compressed file is held in memory."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from domain.columns import CellValue
from domain.declaration import DeclarationLine, Layout, LayoutColumn, cells_of, missing_of
from domain.declaration.layout import MONEY_FIELDS, TEXT_FIELDS
from domain.period import BillingMonth

_EXACT_FEN = 10**15
_LOOK = {"font_name": "宋体", "font_size": 11}


@dataclass(frozen=True, slots=True)
class FiledWorkbook:
    """The finished workbook; a channel that takes workbooks by hand has no number yet."""

    content: bytes | None
    missing: dict[str, int]
    number: str | None = None


class WorkbookForm:
    """A workbook of one layout: title and unit above the header where the layout leaves room, then the people."""

    def __init__(self, layout: Layout, company: str, month: int) -> None:
        self._layout, self._count = layout, 0
        self._missing: dict[str, int] = {}
        self._buffer = io.BytesIO()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book: Any = xlsxwriter.Workbook(self._buffer, options)
        # A fixed creation date keeps the same content the same bytes.
        self._book.set_properties({"created": datetime(2000, 1, 1)})
        self._styles = {
            "title": self._book.add_format(_LOOK | {"bold": True, "font_size": 14}),
            "header": self._book.add_format(_LOOK | {"bold": True, "border": 1, "align": "center", "text_wrap": True}),
            "plain": self._book.add_format(_LOOK),
            "text": self._book.add_format(_LOOK | {"num_format": "@"}),
            "money": self._book.add_format(_LOOK | {"num_format": "0.00"}),
        }
        self._sheet = self._book.add_worksheet(layout.sheet)
        self._head(company, month)

    def add(self, lines: Sequence[DeclarationLine]) -> None:
        """Writes people below those that are there."""
        layout = self._layout
        rows = [cells_of(layout, line, self._count + place) for place, line in enumerate(lines, start=1)]
        for cells in rows:
            self._count += 1
            at = layout.header_row - 1 + self._count
            for index, (column, value) in enumerate(zip(layout.columns, cells, strict=True)):
                self._write(at, index, column, value)
        for header, count in missing_of(layout, rows).items():
            self._missing[header] = self._missing.get(header, 0) + count

    def done(self) -> FiledWorkbook:
        """The finished workbook."""
        self._book.close()
        return FiledWorkbook(self._buffer.getvalue(), self._missing)

    def _head(self, company: str, month: int) -> None:
        layout, sheet = self._layout, self._sheet
        for index, column in enumerate(layout.columns):
            text = column.field in TEXT_FIELDS
            width = 22 if text else max(10, 2 * len(column.header) + 2)
            sheet.set_column(index, index, width, self._styles["text"] if text else None)
        if layout.header_row > 1:
            sheet.write_string(0, 0, layout.title, self._styles["title"])
        if layout.header_row > 2:
            sheet.write_string(1, 0, f"单位：{company}　申报月份：{BillingMonth.of(month)}", self._styles["plain"])
        for index, column in enumerate(layout.columns):
            sheet.write_string(layout.header_row - 1, index, column.header, self._styles["header"])
        sheet.freeze_panes(layout.header_row, 0)

    def _write(self, row: int, index: int, column: LayoutColumn, value: CellValue) -> None:
        """Numbers of people and documents are text; text never becomes a formula."""
        if value is None:
            return
        if column.field in MONEY_FIELDS and isinstance(value, int) and abs(value) < _EXACT_FEN:
            self._sheet.write_number(row, index, value / 100, self._styles["money"])
        elif isinstance(value, int):
            self._sheet.write_number(row, index, value, self._styles["plain"])
        else:
            style = "text" if column.field in TEXT_FIELDS else "plain"
            self._sheet.write_string(row, index, str(value), self._styles[style])
