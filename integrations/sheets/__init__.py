"""Spreadsheets in and out: reading what clients send, writing error workbooks, tables and import templates."""

from __future__ import annotations

from integrations.sheets.reader import RawSheet, read_workbook
from integrations.sheets.template import template_workbook
from integrations.sheets.writer import TableSheet, error_workbook, table_workbook

__all__ = ["RawSheet", "TableSheet", "error_workbook", "read_workbook", "table_workbook", "template_workbook"]
