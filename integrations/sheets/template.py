"""Import templates: an empty sheet with the headers and drop-downs, and a page that explains each column."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from domain.columns import IMPORT_KIND_LABELS, TEMPLATE_NOTES, ImportKind, TemplateColumn

_TITLES = {kind: label for kind, (label, _) in IMPORT_KIND_LABELS.items()}
# Formats and drop-downs reach this far down, so that pasted rows keep them.
_LAST_ROW = 5000
_LISTS = "选项"


def template_workbook(
    kind: ImportKind, columns: Sequence[TemplateColumn], notes: Sequence[str] = TEMPLATE_NOTES
) -> bytes:
    """The template: first sheet to fill in (headers alone, so that no example is imported), second sheet to read.

    Drop-downs refer to a hidden sheet, because a list written into the rule itself may have 255 characters only.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})
    styles = {
        "must": book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1, "align": "center"}),
        "may": book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center"}),
        "text": book.add_format({"num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    sheet = book.add_worksheet(_TITLES[kind])
    explanation = book.add_worksheet("填写说明")
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        style = styles["text"] if column.text else None
        sheet.set_column(index, index, 22 if column.text else 14, style)
        sheet.write_string(0, index, column.header, styles["must" if column.required else "may"])
        if column.choices:
            _drop_down(sheet, lists, index, column)
    _explain(explanation, styles, _TITLES[kind], columns, notes)
    sheet.activate()
    book.close()
    return buffer.getvalue()


def _drop_down(sheet: Any, lists: Any, index: int, column: TemplateColumn) -> None:
    for row, choice in enumerate(column.choices):
        lists.write_string(row, index, choice)
    letters = xl_col_to_name(index)
    sheet.data_validation(
        1,
        index,
        _LAST_ROW,
        index,
        {
            "validate": "list",
            "source": f"='{_LISTS}'!${letters}$1:${letters}${len(column.choices)}",
            "error_title": "不在选项中",
            "error_message": "请从下拉列表中选择",
            # A warning lets a value stand that we may know under another name.
            "error_type": "warning",
        },
    )


def _explain(
    sheet: Any, styles: dict[str, Any], title: str, columns: Sequence[TemplateColumn], notes: Sequence[str]
) -> None:
    """Columns run down the page here, so that this page can never be taken for the sheet to import."""
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 52)
    sheet.set_column(3, 3, 24, styles["text"])
    sheet.write_string(0, 0, f"{title}导入模板填写说明", styles["title"])
    for row, note in enumerate(notes, start=1):
        sheet.write_string(row, 0, f"{row}. {note}")
    top = len(notes) + 2
    for place, name in enumerate(("列名", "必填", "怎么填", "示例")):
        sheet.write_string(top, place, name, styles["may"])
    for row, column in enumerate(columns, start=top + 1):
        sheet.write_string(row, 0, column.header, styles["wrap"])
        sheet.write_string(row, 1, "是" if column.required else "", styles["wrap"])
        sheet.write_string(row, 2, column.explanation, styles["wrap"])
        sheet.write_string(row, 3, column.example, styles["wrap"])
