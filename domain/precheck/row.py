"""What the check of one row needs to know, and what it hands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.columns import ImportKind
from domain.errors import Problem, has_errors
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook


@dataclass(frozen=True, slots=True)
class PrecheckContext:
    """The sheet's surroundings. `today` decides ages and future dates; defaults fill empty cells.

    `scheme_names` are the schemes that this company may use; a scheme cell is compared with them.
    """

    kind: ImportKind
    today: date
    declaration_month: BillingMonth
    book: PolicyBook
    default_city_code: str | None = None
    default_category: Category = Category.EMPLOYEE
    default_scheme: str | None = None
    scheme_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row as it was read. A value that could not be read is None and has a problem; so nothing is guessed.

    `row_no` is the sheet's own row number, `cells` the texts as seen, in the sheet's column order. `kinds` is None
    when the row names none (scheme or company default decide). Months are numbers (202611), amounts fen, rates ppm.
    `extra` holds the remaining fields as text, dates as ISO.
    """

    row_no: int
    cells: tuple[str, ...]
    name: str = ""
    id_kind: str = ""
    id_number: str = ""
    birth: date | None = None
    sex: str | None = None
    phone: str | None = None
    bank_card: str | None = None
    base_fen: int | None = None
    housing_base_fen: int | None = None
    housing_rate_ppm: int | None = None
    city_code: str | None = None
    category: Category = Category.EMPLOYEE
    kinds: frozenset[Kind] | None = None
    scheme_name: str | None = None
    start_month: int | None = None
    last_month: int | None = None
    stop_reason: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the row may go on: it has no error (warnings and notices do not stop it)."""
        return not has_errors(self.problems)
