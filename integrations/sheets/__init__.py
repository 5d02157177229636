"""Spreadsheets in and out: reading what clients send, writing error workbooks, tables and import templates."""

from __future__ import annotations

from integrations.sheets.origin import read_origin
from integrations.sheets.reader import RawSheet, read_chosen, read_heads, read_workbook
from integrations.sheets.template import template_workbook
from integrations.sheets.writer import TableSheet, error_workbook, table_workbook

__all__ = [
    "RawSheet",
    "TableSheet",
    "error_workbook",
    "read_chosen",
    "read_heads",
    "read_origin",
    "read_workbook",
    "table_workbook",
    "template_workbook",
]
