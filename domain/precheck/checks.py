"""The accuracy check of one row (准确性校验): every cell is read, and every problem of the row is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from domain.columns import CellValue, ColumnMapping, FieldSpec, field_spec
from domain.contribution import base_not_positive
from domain.errors import Problem
from domain.particulars import FieldCheck, check_bank_card, check_name, check_phone, mask
from domain.precheck.cells import CellError, clean_text, folded, is_number, read_amount, read_month, text_of
from domain.precheck.problems import problem
from domain.precheck.row import PrecheckContext

MONTHS_BACK = 24
MONTHS_AHEAD = 3
# A bank card that is typed as a number has lost digits from here on.
_SAFE_DIGITS = 15
_LISTED = 12
_LONGEST_BLANK = 40

T = TypeVar("T")


@lru_cache(maxsize=64)
def columns_by_field(mapping: tuple[ColumnMapping, ...]) -> Mapping[str, ColumnMapping]:
    """The column of each mapped field."""
    return {column.field: column for column in mapping if column.field is not None}


def _blank(value: CellValue) -> bool:
    """A cell of invisible characters or a lone apostrophe is empty to everybody who looks at the sheet."""
    return isinstance(value, str) and len(value) < _LONGEST_BLANK and not clean_text(value)


class RowReader:
    """Reads the cells of one row by field and gathers the problems with their place in the sheet."""

    def __init__(
        self, cells: Sequence[CellValue], columns: Mapping[str, ColumnMapping], row_no: int, context: PrecheckContext
    ) -> None:
        self.cells = cells
        self.columns = columns
        self.row_no = row_no
        self.context = context
        self.problems: list[Problem] = []
        width = len(cells)
        # Looked at once a row: a field is asked for several times, and most fields have no column at all.
        self._values = {
            field: None if _blank(value) else value
            for field, column in columns.items()
            if column.index < width and (value := cells[column.index]) is not None
        }

    def value(self, field: str) -> CellValue:
        """The field's cell; None where it is empty or the sheet has no such column."""
        return self._values.get(field)

    def spec(self, field: str) -> FieldSpec:
        """The field's description."""
        spec = field_spec(self.context.kind, field)
        if spec is None:
            raise KeyError(field)
        return spec

    def add(self, found: Problem, field: str) -> None:
        """Keep a problem, with row, header, field and what was found there (masked when sensitive)."""
        column = self.columns.get(field)
        seen = text_of(self.value(field))
        shown = mask(folded(seen)) if self.spec(field).sensitive else seen
        self.problems.append(
            found.at(
                row=self.row_no,
                column=None if column is None else column.header,
                value=found.value if found.value is not None else shown or None,
                field=field,
            )
        )

    def report(self, code: str, field: str, **values: str | int) -> None:
        """Keep the problem of that code about the field."""
        spec = self.spec(field)
        known: dict[str, str | int] = {"label": spec.label, "label_en": spec.label_en, "value": self._shown(field)}
        self.add(problem(code, **(known | values)), field)

    def _shown(self, field: str) -> str:
        text = text_of(self.value(field))[:40]
        return mask(text) if self.spec(field).sensitive else text

    def read(self, field: str, reader: Callable[[CellValue], T]) -> T | None:
        """The field read by `reader`; None where it is empty or unreadable (then with a problem)."""
        value = self.value(field)
        if value is None:
            return None
        try:
            return reader(value)
        except CellError as error:
            self.report(error.reason, field)
            return None

    def checked(self, field: str, check: Callable[[str], FieldCheck]) -> str | None:
        """The field's text after one of the checks of particulars; None where it is empty or has an error."""
        value = self.value(field)
        if value is None:
            return None
        result = check(clean_text(value))
        for found in result.problems:
            self.add(found, field)
        return result.normalized if result.valid else None


def require(row: RowReader, fields: Iterable[FieldSpec]) -> None:
    """A problem for every required field that is empty."""
    for spec in fields:
        if spec.required and row.value(spec.name) is None:
            row.report("required_missing", spec.name)


def read_name(row: RowReader) -> str:
    """The name, tidied; the text as typed where it has an error, so that the row can still be recognised."""
    return row.checked("name", check_name) or clean_text(row.value("name"))


def read_phone(row: RowReader) -> str | None:
    """The mobile number, or None."""
    return row.checked("phone", check_phone)


def read_bank_card(row: RowReader) -> str | None:
    """The card number, or None; a card typed as a number is left out with a warning, for it has lost digits."""
    value = row.value("bank_card")
    if is_number(value) and len(text_of(value)) > _SAFE_DIGITS:
        row.report("bank_card_numeric", "bank_card")
        return None
    return row.checked("bank_card", check_bank_card)


def read_fen(row: RowReader, field: str) -> int | None:
    """A positive amount in fen; zero and less are errors, for no base is nothing."""
    fen = row.read(field, read_amount)
    if fen is not None and fen <= 0:
        row.add(base_not_positive(fen), field)
        return None
    return fen


def read_near_month(
    row: RowReader, field: str, *, back: int | None = MONTHS_BACK, ahead: int = MONTHS_AHEAD
) -> int | None:
    """A month number near the declaration month: at most `ahead` after it, at most `back` before it (None: any)."""
    month = row.read(field, read_month)
    if month is None:
        return None
    declared = row.context.declaration_month
    distance = declared.months_until(month)
    if distance > ahead:
        row.report("month_too_late", field, value=str(month), declared=str(declared), limit=ahead)
        return None
    if back is not None and -distance > back:
        row.report("month_too_early", field, value=str(month), declared=str(declared), limit=back)
        return None
    return month.number


def read_city(row: RowReader) -> str | None:
    """The city's code, or the default city's; a city without policy data is an error and never another city."""
    value = row.value("city")
    if value is None:
        if row.context.default_city_code is None:
            row.report("city_missing", "city")
        return row.context.default_city_code
    code = row.context.book.city_code(folded(value))
    if code is None:
        row.report("city_unknown", "city", allowed=_listing(row.context.book.cities().values()))
    return code


def read_scheme(row: RowReader) -> str | None:
    """The scheme's name as the company has it, or the default scheme."""
    value = row.value("scheme")
    if value is None:
        return row.context.default_scheme
    name = _by_folded_name(row.context.scheme_names).get(folded(value))
    if name is not None:
        return name
    row.report("scheme_unknown", "scheme", allowed=_listing(sorted(row.context.scheme_names)) or "（无）")
    return None


@lru_cache(maxsize=64)
def _by_folded_name(names: frozenset[str]) -> Mapping[str, str]:
    return {folded(name): name for name in sorted(names)}


def _listing(names: Iterable[str]) -> str:
    listed = list(names)
    more = " …" if len(listed) > _LISTED else ""
    return "、".join(listed[:_LISTED]) + more
