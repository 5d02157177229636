"""The workbook of one channel and change in a city, as data: which columns, in which order, and what goes into them.

A field that the row does not hold stays empty and is counted, so that the declaration can say who lacks what; nothing
is invented. Document numbers, account numbers and phones are always text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Final

from domain.columns import CellValue, ImportKind
from domain.declaration.channel import Channel
from domain.housing_account import HousingAct
from domain.identity import ID_KIND_LABELS, IdKind
from domain.money import PPM
from domain.period import BillingMonth
from domain.policy import CATEGORY_LABELS, KIND_LABELS, KIND_ORDER, Kind
from domain.precheck import STOP_REASONS, CheckedRow, StopReason


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """One column: its header, the field in it, and how the field is written.

    `form` is a date form (yyyymm, yyyy-mm, yyyy.mm, yyyy.mm.dd, yyyy-mm-dd) or a number form (percent). `kind` belongs
    to the field `kind` (是/否), `value` to `constant`, `codes` rewrites a value (减少摘要: seal → 封存). An optional
    column may stay empty without a word.
    """

    header: str
    field: str
    form: str = ""
    kind: Kind | None = None
    value: str = ""
    codes: Mapping[str, str] = made(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A workbook. `cities` empty: everywhere. `header_row` is the header's row number, the title stands above."""

    key: str
    title: str
    sheet: str
    channel: Channel
    change: ImportKind
    columns: tuple[LayoutColumn, ...]
    cities: frozenset[str] = frozenset()
    header_row: int = 1
    source: str = ""


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """A row to be declared. `kinds` are those of the channel; the housing account is plain text, amounts fen."""

    row: CheckedRow
    kinds: frozenset[Kind]
    month: int
    city_code: str = ""
    city: str = ""
    fund_act: HousingAct | None = None
    account: str = ""
    fund_monthly_fen: int | None = None


_SEXES: Final = {"male": "男", "female": "女"}
_MONTH_FORMS: Final = {"yyyymm": "{0:04d}{1:02d}", "yyyy-mm": "{0:04d}-{1:02d}", "yyyy.mm": "{0:04d}.{1:02d}"}
_DAY_FORMS: Final = {"yyyy.mm.dd": "%Y.%m.%d", "yyyy-mm-dd": "%Y-%m-%d", "yyyymmdd": "%Y%m%d"}
FORMS: Final = frozenset({"", "percent", *_MONTH_FORMS, *_DAY_FORMS})
MONEY_FIELDS: Final = frozenset({"base", "housing_base", "fund_monthly"})
TEXT_FIELDS: Final = frozenset({"id_number", "phone", "account", "bank_card", "employee_no"})

_Read = Callable[[DeclarationLine, LayoutColumn], CellValue]


def _extra(name: str) -> _Read:
    return lambda line, column: line.row.extra.get(name)


def _month(value: int | None, form: str) -> str | None:
    """A month, or its first day where the form asks for a day (增加日期)."""
    if not value:
        return None
    month = BillingMonth.of(value)
    if form in _DAY_FORMS:
        return month.first_day().strftime(_DAY_FORMS[form])
    return _MONTH_FORMS[form or "yyyy-mm"].format(month.year, month.month)


def _day(value: date | None, form: str) -> str | None:
    return value.strftime(_DAY_FORMS[form or "yyyy-mm-dd"]) if value else None


def _rate(line: DeclarationLine, column: LayoutColumn) -> CellValue:
    ppm = line.row.housing_rate_ppm
    if ppm is None:
        return None
    whole, rest = divmod(ppm * 100, PPM)
    text = f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
    return f"{text}%" if column.form == "percent" else text


def _kinds(line: DeclarationLine, column: LayoutColumn) -> str:
    return "、".join(KIND_LABELS[kind] for kind in sorted(line.kinds, key=KIND_ORDER.__getitem__))


def _stop_reason(line: DeclarationLine, column: LayoutColumn) -> str | None:
    code = line.row.stop_reason
    return STOP_REASONS[StopReason(code)].label if code else None


FIELDS: Final[dict[str, _Read]] = {
    "constant": lambda line, column: column.value or None,
    "blank": lambda line, column: None,
    "name": lambda line, column: line.row.name or None,
    "id_kind": lambda line, column: ID_KIND_LABELS[IdKind(line.row.id_kind)] if line.row.id_kind else None,
    "id_number": lambda line, column: line.row.id_number or None,
    "birth": lambda line, column: _day(line.row.birth, column.form),
    "sex": lambda line, column: _SEXES.get(line.row.sex or ""),
    "phone": lambda line, column: line.row.phone,
    "bank_card": lambda line, column: line.row.bank_card,
    "category": lambda line, column: CATEGORY_LABELS[line.row.category],
    "city": lambda line, column: line.city or None,
    "kinds": _kinds,
    "kind": lambda line, column: "是" if column.kind in line.kinds else "否",
    "base": lambda line, column: line.row.base_fen,
    "housing_base": lambda line, column: line.row.housing_base_fen or line.row.base_fen,
    "housing_rate": _rate,
    "fund_monthly": lambda line, column: line.fund_monthly_fen,
    "start_month": lambda line, column: _month(line.row.start_month or line.month, column.form),
    "last_month": lambda line, column: _month(line.row.last_month, column.form),
    "stop_month": lambda line, column: _month(_after(line.row.last_month), column.form),
    "stop_reason": _stop_reason,
    "fund_act": lambda line, column: line.fund_act.value if line.fund_act else None,
    "account": lambda line, column: line.account or None,
    **{
        name: _extra(name)
        for name in (
            "employee_no",
            "department",
            "hukou",
            "education",
            "enroll_reason",
            "hired_on",
            "leave_date",
            "contract_start",
            "contract_end",
            "remark",
        )
    },
}
"""What a column may hold besides `number`, the running number of the row."""


def _after(month: int | None) -> int | None:
    return BillingMonth.of(month).shift(1).number if month else None


def cells_of(layout: Layout, line: DeclarationLine, number: int) -> list[CellValue]:
    """The cells of a row, in the layout's order; None where the row holds nothing. Amounts are fen."""
    cells: list[CellValue] = []
    for column in layout.columns:
        value: CellValue = number if column.field == "number" else FIELDS[column.field](line, column)
        if column.codes and isinstance(value, str):
            value = column.codes.get(value, value)
        cells.append(value)
    return cells


def missing_of(layout: Layout, rows: Iterable[Sequence[CellValue]]) -> dict[str, int]:
    """How many rows lack each column that should not be empty, by header."""
    asked = [(index, c.header) for index, c in enumerate(layout.columns) if not c.optional and c.field != "blank"]
    found: dict[str, int] = {}
    for cells in rows:
        for index, header in asked:
            if cells[index] is None:
                found[header] = found.get(header, 0) + 1
    return found


def pick(layouts: Iterable[Layout], channel: Channel, change: ImportKind, city_code: str) -> Layout | None:
    """The city's own layout, else the general one; None when there is neither."""
    general = None
    for layout in layouts:
        if layout.channel is channel and layout.change is change:
            if city_code in layout.cities:
                return layout
            if not layout.cities:
                general = layout
    return general
