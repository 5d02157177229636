"""The rows of a sheet as people: blank lines, totals and notes left out, and repeated people found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from domain.columns import CellValue
from domain.errors import Problem
from domain.particulars import mask
from domain.precheck.cells import clean_text, folded
from domain.precheck.problems import problem
from domain.precheck.row import CheckedRow

_TOTAL = re.compile(r"(?:本页|本表)?(?:合计|总计|小计|共计|总数)(?:[:：(（].*|人数.*|\d.*)?")
_NOTE = re.compile(
    r"(?:填表|制表|经办|审核|复核|负责)人?(?:员|签字|签名|日期|单位)?[:：].*|单位(?:负责人|经办人|公章|盖章).*|(?:备注|说明|注|填表说明)[:：].*"
    r"|示例.*|例[:：].*"
)


def iter_rows(
    rows: Sequence[Sequence[CellValue]], start: int, first_row: int = 1, notices: list[Problem] | None = None
) -> Iterator[tuple[int, Sequence[CellValue]]]:
    """The rows from index `start` on that are people, each with its row number in the spreadsheet program.

    Blank rows are left out silently; totals, notes, signature lines and example rows are left out with a notice
    that is appended to `notices`. `first_row` is the number of rows[0].
    """
    for index in range(start, len(rows)):
        row = rows[index]
        first = next((text for text in map(clean_text, row) if text), "")
        if not first:
            continue
        skipped = _skip_code(folded(first))
        if skipped is None:
            yield first_row + index, row
        elif notices is not None:
            number = first_row + index
            notices.append(problem(skipped, first=number, value=first[:12]).at(row=number, value=first[:12]))


def _skip_code(first: str) -> str | None:
    if _TOTAL.fullmatch(first):
        return "total_row_skipped"
    return "note_row_skipped" if _NOTE.fullmatch(first) else None


class DuplicateFinder:
    """Finds people that a file names twice, chunk by chunk; it keeps one number a person and no rows.

    `column` is the user's header of the document number, named in the problem.
    """

    def __init__(self, column: str | None = None) -> None:
        self._column = column
        self._first: dict[str, int] = {}

    def know(self, id_number: str, row_no: int) -> None:
        """Tells which row is the first with this number, where the rows do not come in the order of the file."""
        self._first[id_number] = row_no

    def check(self, row: CheckedRow) -> CheckedRow:
        """The row itself when it is the first with its document number, else the row with `duplicate_in_file`."""
        if not row.id_number:
            return row
        first = self._first.setdefault(row.id_number, row.row_no)
        if first == row.row_no:
            return row
        found = problem("duplicate_in_file", first=first)
        found = found.at(row=row.row_no, column=self._column, field="id_number", value=mask(row.id_number))
        return replace(row, problems=(*row.problems, found))


def find_duplicates(rows: Iterable[CheckedRow], column: str | None = None) -> list[CheckedRow]:
    """The rows that repeat a document number of an earlier row, each with an error that names that row.

    The first of them stays as it is. Costs one dict access a row.
    """
    finder = DuplicateFinder(column)
    return [checked for row in rows if (checked := finder.check(row)) is not row]
