"""Reading what clients send: .xlsx, .xls and .csv into plain rows. The work is CPU-bound: call it in a thread."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import PurePath
from typing import Any, TypeVar

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from domain.columns import CellValue
from domain.errors import Refusal
from integrations.sheets.package import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    inspect_package,
    too_many_columns,
    too_many_rows,
)
from integrations.sheets.refusals import broken_file, empty_file, encrypted_file, mismatched_file, unsupported_file

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXTENSIONS = {"xlsx": (".xlsx", ".xlsm", ".xltx"), "xls": (".xls", ".xlt", ".et"), "csv": (".csv", ".txt", ".tsv")}
_KNOWN = {suffix: kind for kind, suffixes in _EXTENSIONS.items() for suffix in suffixes}
# Files that people send in place of a sheet, by their first bytes.
_FOREIGN = (
    (b"%PDF", "PDF 文档", "a PDF document"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"Rar!", "压缩包", "an archive"),
    (b"7z\xbc\xaf", "压缩包", "an archive"),
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. Rows are as wide as the sheet's content; an empty cell is None.

    `first_row` is the row number that the spreadsheet program shows for rows[0] (1-based). `height` counts all rows
    from there on, also where `rows` are only the first of them (0: `rows` are all).
    """

    name: str
    rows: list[list[CellValue]]
    first_row: int = 1
    hidden: bool = False
    height: int = 0


Choice = Callable[[Sequence[RawSheet]], str]
"""Names the sheet to read, from the heads of all sheets; it may refuse."""


def read_workbook(content: bytes, name: str) -> list[RawSheet]:
    """All visible sheets that hold something, in order.

    The type is told from the content. Refusals: file_empty, file_type_mismatch, file_unsupported, file_encrypted,
    file_broken, file_too_large, too_many_columns, too_many_rows, text_unreadable.
    """
    if _checked_kind(content, name) == "csv":
        return _filled([_text_sheet(content, name)])
    return _filled(_with_workbook(content, lambda book: [_read_sheet(book, each) for each, _ in _names(book)]))


def read_heads(content: bytes, name: str, rows: int) -> list[RawSheet]:
    """The first rows of every sheet that holds something, hidden ones too; refusals as `read_workbook`."""
    if _checked_kind(content, name) == "csv":
        whole = _text_sheet(content, name)
        return _filled([RawSheet(whole.name, whole.rows[:rows], height=len(whole.rows))])
    return _filled(_with_workbook(content, lambda book: _heads(book, rows)))


def read_chosen(content: bytes, name: str, rows: int, choose: Choice) -> RawSheet:
    """The one sheet that `choose` names after it saw the first rows of all; the others are never laid out in full."""
    if _checked_kind(content, name) == "csv":
        sheets = _filled([_text_sheet(content, name)])
        wanted = choose(sheets)
        return next(sheet for sheet in sheets if sheet.name == wanted)
    return _with_workbook(content, lambda book: _read_sheet(book, choose(_filled(_heads(book, rows)))))


def _checked_kind(content: bytes, name: str) -> str:
    """xlsx, xls or csv, after everything that can be refused without opening the file."""
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise empty_file()
    kind = _kind_of(content)
    expected = _KNOWN.get(PurePath(name).suffix.lower())
    if expected is not None and expected != kind:
        raise mismatched_file(name, f".{kind}")
    if kind == "xlsx":
        inspect_package(content)
    return kind


def _filled(sheets: Sequence[RawSheet]) -> list[RawSheet]:
    filled = [sheet for sheet in sheets if any(value is not None for row in sheet.rows for value in row)]
    if not filled:
        raise empty_file()
    return filled


def _kind_of(content: bytes) -> str:
    """xlsx, xls or csv by the first bytes; anything else is refused by what it is."""
    if content.startswith(b"PK"):
        return "xlsx"
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise encrypted_file()
        if not any(f"{stream}\0".encode("utf-16-le") in content for stream in ("Workbook", "Book")):
            raise unsupported_file("其他 Office 文档", "another Office document")
        return "xls"
    for magic, what, what_en in _FOREIGN:
        if content.startswith(magic):
            raise unsupported_file(what, what_en)
    head = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<?xml")):
        # Many systems offer a web page under the name .xls; its cells have no types and IDs are already spoilt.
        raise unsupported_file("网页或 XML", "a web page or XML")
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unsupported_file("无法识别的二进制数据", "unknown binary data")
    return "csv"


def _with_workbook(content: bytes, use: Callable[[CalamineWorkbook], T]) -> T:
    """Opens the workbook for `use`, and says in our words what is wrong with one that cannot be opened."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            return use(workbook)
    except Refusal:
        raise
    except PasswordError as error:
        raise encrypted_file() from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise encrypted_file() from error
        raise broken_file() from error
    except BaseException as error:
        # A panic of the native reader on a mangled file arrives as a BaseException of its own kind.
        if type(error).__name__ == "PanicException":
            raise broken_file() from error
        raise


def _names(workbook: CalamineWorkbook, *, hidden: bool = False) -> list[tuple[str, bool]]:
    """The worksheets' names in order, each with whether it is hidden; hidden ones only when asked for."""
    return [
        (meta.name, meta.visible != SheetVisibleEnum.Visible)
        for meta in workbook.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet and (hidden or meta.visible == SheetVisibleEnum.Visible)
    ]


def _heads(workbook: CalamineWorkbook, rows: int) -> list[RawSheet]:
    return [_read_sheet(workbook, name, rows, hidden) for name, hidden in _names(workbook, hidden=True)]


def _read_sheet(workbook: CalamineWorkbook, name: str, limit: int | None = None, hidden: bool = False) -> RawSheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.width > MAX_COLUMNS:
        raise too_many_columns()
    if sheet.height > MAX_ROWS or sheet.height * sheet.width > MAX_CELLS:
        raise too_many_rows()
    cells = sheet.to_python(skip_empty_area=True, nrows=limit)
    rows = [[_plain(value) for value in row] for row in cells]
    start = sheet.start
    return RawSheet(name, rows, (start[0] if start else 0) + 1, hidden, sheet.height)


def _plain(value: Any) -> CellValue:
    """Empty text is no value; a time of day or a duration has no use here and becomes its text."""
    if value == "":
        return None
    if isinstance(value, (time, timedelta)):
        return str(value)
    plain: CellValue = value
    return plain


def _text_sheet(content: bytes, name: str) -> RawSheet:
    rows = _read_text(content)
    return RawSheet(PurePath(name).stem or "CSV", rows, height=len(rows))


def _read_text(content: bytes) -> list[list[CellValue]]:
    text = _decode(content)
    rows: list[list[CellValue]] = []
    width = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            width = max(width, len(record))
            if width > MAX_COLUMNS:
                raise too_many_columns()
            if len(rows) >= MAX_ROWS or len(rows) * width > MAX_CELLS:
                raise too_many_rows()
            rows.append([value if value.strip() else None for value in record])
    except csv.Error as error:
        raise broken_file() from error
    for row in rows:
        row.extend([None] * (width - len(row)))
    return rows


def _decode(content: bytes) -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, else GB18030, which Chinese Excel writes as CSV."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise unsupported_file("无法识别编码的文本", "text in an unknown encoding")


def _delimiter(text: str) -> str:
    """The separator that splits the first lines into the most columns; a quoted comma counts for nothing."""
    sample = "\n".join(text[:65_536].splitlines()[:20])
    counts = {
        mark: max((len(record) for record in csv.reader(io.StringIO(sample), delimiter=mark)), default=0)
        for mark in (",", "\t", ";")
    }
    return max(counts, key=lambda mark: counts[mark])
