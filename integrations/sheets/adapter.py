"""The spreadsheet port of the services, over the readers and writers of this package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.columns import CellValue, ImportKind, template_columns
from domain.precheck import STOP_REASONS
from integrations.sheets.origin import read_origin
from integrations.sheets.reader import Choice, RawSheet, read_chosen, read_heads, read_workbook
from integrations.sheets.template import template_workbook
from integrations.sheets.writer import TableSheet, error_workbook, table_workbook


class Spreadsheets:
    """Reads .xlsx, .xls and .csv; writes .xlsx."""

    def read(self, content: bytes, name: str) -> Sequence[RawSheet]:
        """The visible sheets that hold something; refused when the content is no readable workbook."""
        return read_workbook(content, name)

    def heads(self, content: bytes, name: str, rows: int) -> Sequence[RawSheet]:
        """The first rows of every sheet, hidden ones too."""
        return read_heads(content, name, rows)

    def chosen(self, content: bytes, name: str, rows: int, choose: Choice) -> RawSheet:
        """The one sheet that `choose` names after it saw the first rows of all."""
        return read_chosen(content, name, rows, choose)

    def origin(self, content: bytes) -> str | None:
        """The number of the batch whose error workbook this is."""
        return read_origin(content)

    def error_workbook(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[CellValue]],
        marks: Mapping[tuple[int, int], str],
        row_numbers: Sequence[int],
        batch_number: str = "",
    ) -> bytes:
        """The given rows with their errors marked and told."""
        return error_workbook(headers, rows, marks=marks, row_numbers=row_numbers, batch_number=batch_number)

    def table_workbook(
        self, title: str, headers: Sequence[str], rows: Sequence[Sequence[CellValue]], money_columns: Sequence[int]
    ) -> bytes:
        """One sheet; money columns hold fen and show yuan."""
        return table_workbook([TableSheet(title=title[:31], headers=headers, rows=rows, money_columns=money_columns)])

    def template(self, kind: ImportKind, cities: Sequence[str]) -> bytes:
        """The import template with the cities and reasons to choose from."""
        reasons = [words.label for words in STOP_REASONS.values()]
        return template_workbook(kind, template_columns(kind, cities=cities, stop_reasons=reasons))
