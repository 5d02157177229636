"""Which batch an error workbook belongs to: a hidden sheet says it, which survives editing and saving."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from domain.errors import Refusal
from integrations.sheets.reader import read_heads

ORIGIN_SHEET = "_来源批次"
ROW_NUMBER_HEADER = "原表行号"
"""The header of the last column of an error workbook."""

# A list of sheets is a page of text; a longer one is no workbook of ours.
_LONGEST_LIST = 1024 * 1024


def write_origin(book: Any, batch_number: str) -> None:
    """Adds the hidden sheet, and the number as the document's own property for whoever looks there."""
    sheet = book.add_worksheet(ORIGIN_SHEET)
    sheet.write_string(0, 0, "批次")
    sheet.write_string(0, 1, batch_number)
    sheet.hide()
    book.set_custom_property("批次", batch_number)


def read_origin(content: bytes) -> str | None:
    """The batch number of one of our error workbooks; None for every other file, readable or not.

    The list of sheets is looked at first, so that a large upload is not opened for nothing.
    """
    if not content.startswith(b"PK") or not _lists_origin(content):
        return None
    try:
        heads = read_heads(content, "", 1)
    except Refusal:
        return None
    row = next((sheet.rows[0] for sheet in heads if sheet.name == ORIGIN_SHEET), [])
    number = row[1] if len(row) > 1 else None
    return number if isinstance(number, str) and number else None


def _lists_origin(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            listed = package.getinfo("xl/workbook.xml")
            if listed.file_size > _LONGEST_LIST:
                return False
            text = package.read(listed).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return False
    escaped = "".join(f"&#{ord(char)};" if ord(char) > 127 else char for char in ORIGIN_SHEET)
    return ORIGIN_SHEET in text or escaped in text
