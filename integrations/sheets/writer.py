"""Writing workbooks: the client's own sheet with its errors marked, and plain tables for bills and lists."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from domain.columns import CellValue
from integrations.sheets.origin import ROW_NUMBER_HEADER, write_origin

# Spreadsheet programs take no longer text in one cell and no more rows in one sheet.
_LONGEST_TEXT = 32_767
_LAST_ROW = 1_048_576
# Every comment is a drawing; thousands of them make Excel unusable, so later errors have fill and text only.
_MOST_COMMENTS = 2_000
_ID_LIKE = re.compile(r"身份|证件|证照|号码|卡号|账号|帐号|账户|手机|电话|工号|编号|信用代码|流水号|发票号|社保号")
_EXACT_DIGITS = 10**15

Row = Sequence[CellValue]


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One sheet of a table workbook. Money columns (by index) hold integer fen and are shown in yuan.

    `widths` are in characters, by column; `text_columns` are written as text besides those whose header names an ID.
    """

    title: str
    headers: Sequence[str]
    rows: Sequence[Row]
    widths: Sequence[float] | None = None
    money_columns: Collection[int] = ()
    text_columns: Collection[int] = field(default=())


def error_workbook(
    headers: Sequence[str],
    rows: Sequence[Row],
    error_column: str = "错误",
    marks: Mapping[tuple[int, int], str] | None = None,
    row_numbers: Sequence[int] | None = None,
    batch_number: str = "",
) -> bytes:
    """The given rows with one more column that says what is wrong; cells with errors are red and carry a comment.

    `marks` are messages by (row index, column index), both from 0; column -1 is the row as a whole, which has no
    cell to paint. `row_numbers` are the rows' numbers in the file that was sent, added as a last column.
    `batch_number` is kept in a hidden sheet, so that the corrected workbook is known again (see origin.py).
    """
    by_row: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (marked, column), message in sorted((marks or {}).items()):
        by_row[marked].append((column, message))
    buffer, book, styles = _open()
    sheet = book.add_worksheet("需更正的行")
    extra = [error_column] if row_numbers is None else [error_column, ROW_NUMBER_HEADER]
    names = [*headers, *extra]
    texts = _id_columns(headers)
    _prepare(sheet, styles, names, _widths(names, rows, wide=len(headers)), texts, len(rows))
    comments = 0
    for index, row in enumerate(rows):
        red = {column for column, _ in by_row[index] if column >= 0}
        for column in range(len(headers)):
            value = row[column] if column < len(row) else None
            _write(sheet, index + 1, column, value, styles, as_text=column in texts, bad=column in red)
        for column, message in by_row[index]:
            if column >= 0 and comments < _MOST_COMMENTS:
                sheet.write_comment(index + 1, column, message[:1000], {"x_scale": 1.6})
                comments += 1
        summary = "；".join(_labelled(headers, column, message) for column, message in by_row[index])
        _write(sheet, index + 1, len(headers), summary, styles)
        if row_numbers is not None:
            _write(sheet, index + 1, len(headers) + 1, row_numbers[index], styles)
    if batch_number:
        write_origin(book, batch_number)
    return _close(book, buffer)


def table_workbook(sheets: Sequence[TableSheet]) -> bytes:
    """A workbook of tables with frozen headers and filters; a table beyond Excel's last row goes on in a next sheet."""
    buffer, book, styles = _open()
    titles: set[str] = set()
    for table in sheets:
        for start in range(0, max(len(table.rows), 1), _LAST_ROW - 1):
            _write_table(
                book, styles, table, table.rows[start : start + _LAST_ROW - 1], _sheet_title(table.title, titles)
            )
    return _close(book, buffer)


def _write_table(book: Any, styles: Mapping[str, Any], table: TableSheet, rows: Sequence[Row], title: str) -> None:
    sheet = book.add_worksheet(title)
    texts = _id_columns(table.headers) | set(table.text_columns)
    widths = list(table.widths) if table.widths is not None else _widths(table.headers, rows)
    _prepare(sheet, styles, table.headers, widths, texts, len(rows))
    for index, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if column in table.money_columns and isinstance(value, int) and not isinstance(value, bool):
                _write_money(sheet, index, column, value, styles)
            else:
                _write(sheet, index, column, value, styles, as_text=column in texts)


def _open() -> tuple[io.BytesIO, Any, dict[str, Any]]:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    # A fixed creation date keeps the same content the same bytes.
    book.set_properties({"created": datetime(2000, 1, 1)})
    look = {"font_name": "宋体", "font_size": 11}
    styles = {
        "header": book.add_format(
            look | {"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center", "text_wrap": True}
        ),
        "plain": book.add_format(look),
        "text": book.add_format(look | {"num_format": "@"}),
        "money": book.add_format(look | {"num_format": "#,##0.00"}),
        "date": book.add_format(look | {"num_format": "yyyy-mm-dd"}),
    }
    red = look | {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
    styles["bad"] = book.add_format(red)
    styles["bad_text"] = book.add_format(red | {"num_format": "@"})
    styles["bad_date"] = book.add_format(red | {"num_format": "yyyy-mm-dd"})
    return buffer, book, styles


def _close(book: Any, buffer: io.BytesIO) -> bytes:
    book.close()
    return buffer.getvalue()


def _prepare(
    sheet: Any, styles: Mapping[str, Any], headers: Sequence[str], widths: Sequence[float], texts: set[int], rows: int
) -> None:
    """Column formats come first, because rows are flushed as soon as the next one begins."""
    for column, width in enumerate(widths[: len(headers)]):
        sheet.set_column(column, column, width, styles["text"] if column in texts else None)
    sheet.freeze_panes(1, 0)
    if headers:
        sheet.autofilter(0, 0, rows, len(headers) - 1)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, styles["header"])


def _write(
    sheet: Any,
    row: int,
    column: int,
    value: CellValue,
    styles: Mapping[str, Any],
    *,
    as_text: bool = False,
    bad: bool = False,
) -> None:
    """One cell. Text is always written as text: =, +, - or @ at its beginning never makes a formula."""
    prefix = "bad" if bad else ""
    if value is None:
        if bad:
            sheet.write_blank(row, column, None, styles["bad"])
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", styles[prefix or "plain"])
    elif isinstance(value, (int, float)) and not as_text and abs(value) < _EXACT_DIGITS:
        sheet.write_number(row, column, value, styles[prefix or "plain"])
    elif isinstance(value, (int, float)):
        sheet.write_string(row, column, _number_text(value), styles[f"{prefix}_text" if bad else "text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, _naive(value), styles[f"{prefix}_date" if bad else "date"])
    else:
        style = f"{prefix}_text" if bad else "text" if as_text else "plain"
        sheet.write_string(row, column, value[:_LONGEST_TEXT], styles[style])


def _write_money(sheet: Any, row: int, column: int, fen: int, styles: Mapping[str, Any]) -> None:
    """Fen as a number in yuan. Up to 15 digits a cell holds every fen; beyond that the amount goes in as text."""
    if abs(fen) < _EXACT_DIGITS:
        sheet.write_number(row, column, fen / 100, styles["money"])
    else:
        yuan, cents = divmod(abs(fen), 100)
        sheet.write_string(row, column, f"{'-' if fen < 0 else ''}{yuan}.{cents:02d}", styles["text"])


def _number_text(value: int | float) -> str:
    """A whole number without its ".0"; of a float that is too long, the 15 digits that the sheet had shown."""
    if isinstance(value, int):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT_DIGITS else f"{Decimal(f'{value:.15g}'):f}"


def _naive(value: date) -> date:
    """Excel knows no time zones; the wall-clock reading stays."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _id_columns(headers: Sequence[str]) -> set[int]:
    return {index for index, header in enumerate(headers) if _ID_LIKE.search(header)}


def _labelled(headers: Sequence[str], column: int, message: str) -> str:
    header = headers[column].replace("\n", "") if 0 <= column < len(headers) else ""
    return f"【{header}】{message}" if header else message


def _widths(headers: Sequence[str], rows: Sequence[Row], *, wide: int | None = None) -> list[float]:
    """Widths that show the first rows; Chinese characters take two places. `wide` names the column of messages."""
    widths = []
    for column, header in enumerate(headers):
        texts = [header, *(str(row[column]) for row in rows[:50] if column < len(row) and row[column] is not None)]
        width = max(sum(2 if ord(char) > 255 else 1 for char in text) for text in texts) + 3
        widths.append(60.0 if column == wide else float(min(max(width, 8), 40)))
    return widths


def _sheet_title(title: str, taken: set[str]) -> str:
    """A title that Excel takes: at most 31 characters, none of []:*?/\\, not used twice (case does not count)."""
    plain = re.sub(r"[\[\]:*?/\\]", "_", title).strip("' ")[:31] or "Sheet"
    candidate, number = plain, 1
    while candidate.casefold() in taken:
        number += 1
        suffix = f"({number})"
        candidate = plain[: 31 - len(suffix)] + suffix
    taken.add(candidate.casefold())
    return candidate
