"""A look into an .xlsx package before it is opened: what it holds, and whether opening it is safe.

The reader lays each sheet out as a full rectangle in memory, so a small file with two cells in far corners can
end the whole process. Sizes and extents are therefore checked here, on the raw XML, first.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from domain.errors import Refusal
from integrations.sheets.refusals import broken_file, encrypted_file, too_large, unsupported_file

MAX_UNCOMPRESSED = 300 * 1024 * 1024
MAX_ENTRIES = 5000
MAX_COLUMNS = 200
MAX_ROWS = 200_000
# 8 million cells are 100,000 people with 80 columns, and about 300 MB while they are read.
MAX_CELLS = 8_000_000

# The form in which every common program writes rows and cells; patterns with a fixed beginning are searched fast.
_PLAIN_ROW = re.compile(rb'<row r="(\d+)"')
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]+)')
_ANY_ROW = re.compile(rb"<row[\s/>]")
_ANY_CELL = re.compile(rb"<c[\s/>]")
_PREFIXED = re.compile(rb":(?:row|c)[\s/>]")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?![\w:])([^>]*)>")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]*)(\d+)")


def inspect_package(content: bytes) -> None:
    """Refuse a zip that is not an .xlsx, is broken, encrypted, a bomb, or stretches over too many cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_kind({entry.filename.lower().lstrip("/") for entry in entries})
            if any(entry.flag_bits & 1 for entry in entries):
                raise encrypted_file()
            total = sum(entry.file_size for entry in entries)
            if total > MAX_UNCOMPRESSED or len(entries) > MAX_ENTRIES:
                raise too_large(
                    "file_too_large",
                    f"文件解压后有 {total // 1024 // 1024} MB，超过 300 MB 的上限",
                    f"The file unpacks to {total // 1024 // 1024} MB, more than the limit of 300 MB",
                )
            for entry in entries:
                # Reading every part to its end also proves the declared sizes: a lie fails the checksum.
                _check_part(package.read(entry))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise broken_file() from error


def _check_kind(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise unsupported_file(" .xlsb 二进制工作簿", "a binary .xlsb workbook")
    if "word/document.xml" in names:
        raise unsupported_file(" Word 文档", "a Word document")
    if "content.xml" in names:
        raise unsupported_file("OpenDocument 表格", "an OpenDocument sheet")
    if any(name.startswith("xl/") for name in names):
        raise broken_file()
    raise unsupported_file("压缩包", "a zip archive")


def _check_part(xml: bytes) -> None:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") and b"s\0h\0e\0e\0t" in xml[:4096]:
        raise unsupported_file("特殊编码的工作簿", "a workbook in an unusual encoding")
    if b"sheetData" not in xml:
        return
    width, height = _extent(xml)
    if width > MAX_COLUMNS:
        raise too_many_columns()
    if height > MAX_ROWS or width * height > MAX_CELLS:
        raise too_many_rows()


def too_many_columns() -> Refusal:
    return too_large(
        "too_many_columns",
        f"工作表超过 {MAX_COLUMNS} 列",
        f"A sheet has more than {MAX_COLUMNS} columns",
    )


def too_many_rows() -> Refusal:
    return too_large(
        "too_many_rows",
        f"工作表的内容超过 {MAX_ROWS} 行或 {MAX_CELLS // 10000} 万个单元格",
        f"A sheet has more than {MAX_ROWS} rows or {MAX_CELLS} cells",
    )


def _extent(xml: bytes) -> tuple[int, int]:
    """Columns and rows that the content of a sheet reaches.

    The quick way takes every cell for content, which is an upper bound; only a sheet that is out of bounds by it,
    or is written in an unusual form, is gone through cell by cell.
    """
    rows, cells = _PLAIN_ROW.findall(xml), _PLAIN_CELL.findall(xml)
    if len(rows) == len(_ANY_ROW.findall(xml)) and len(cells) == len(_ANY_CELL.findall(xml)):
        height = max(map(int, rows), default=0)
        width = max(map(_column_number, set(cells)), default=0)
        if not _out_of_bounds(width, height) and not _PREFIXED.search(xml):
            return width, height
    return _exact_extent(xml)


def _out_of_bounds(width: int, height: int) -> bool:
    return width > MAX_COLUMNS or height > MAX_ROWS or width * height > MAX_CELLS


def _exact_extent(xml: bytes) -> tuple[int, int]:
    """The same, cell by cell. Cells that only carry a format are left out: whole formatted rows are common."""
    row = column = width = height = 0
    for match in _ROW_OR_CELL.finditer(xml):
        tag, attributes = match[1], match[2]
        place = _PLACE.search(attributes)
        if tag == b"row":
            row, column = int(place[2]) if place else row + 1, 0
            continue
        column = _column_number(place[1]) if place else column + 1
        if place:
            row = int(place[2])
        if not attributes.rstrip().endswith(b"/"):
            width, height = max(width, column), max(height, row)
    return width, height


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
