"""From what was typed or stood in a cell to what is kept: each column read by its form, the row checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.columns import CellValue
from domain.errors import Problem, has_errors
from domain.identity import check_id, check_name, check_phone, mask
from domain.precheck.cells import CellError, clean_text, folded, is_number, read_amount, read_date, read_month
from domain.roster.columns import COLUMNS, Choice, Form, RosterColumn
from domain.roster.kinds import RosterKind

Value = str | int
"""Kept: text, ISO days, choice values and city codes as text; months (yyyymm) and fen as integers."""

LARGEST_FEN: Final = 10**12
_PERIOD = re.compile(r"(.+?)(?:至|~|～|—+|到|-(?=\d{4}[-./年]))(.+)")


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """The values of a row by column name, without empty ones, and everything that is wrong with it."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        """Whether nothing stops it."""
        return not has_errors(self.problems)


def check_row(kind: RosterKind, given: Mapping[str, CellValue], today: date, cities: Mapping[str, str]) -> CheckedRow:
    """Reads the values of one person for a roster. `cities` are codes by name and by code.

    Errors: required_missing, date_unreadable, date_ambiguous, month_unreadable, amount_unreadable, amount_decimals,
    amount_range, choice_unknown, city_unknown, text_long, id_numeric_form, id_kind_mismatch, contract_reversed,
    roster_days, roster_months, and those of numbers, names and phones.
    """
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for column in COLUMNS[kind]:
        cell = given.get(column.name)
        if not clean_text(cell):
            if column.required:
                problems.append(_required(column))
            continue
        value, found = _READERS[column.form](column, cell, today, cities)
        problems += [p.at(field=column.name, column=column.label) for p in found]
        if value is not None and not has_errors(found):
            values[column.name] = value
    problems += _document_kind(values, today)
    problems += _order(values)
    if "id_number" in values:
        values["id_kind"] = check_id(str(values["id_number"]), today).kind.value
    return CheckedRow(values, tuple(problems))


def split_period(cell: CellValue) -> tuple[str, str] | None:
    """Both ends of "2026-01-01至2027-12-31", as they were written; None for anything else."""
    match = _PERIOD.fullmatch(clean_text(cell))
    return None if match is None else (match[1].strip(), match[2].strip())


def shown(column: RosterColumn, value: Value, city_names: Mapping[str, str]) -> str:
    """A kept value as people read it: words for choices and cities, yuan, months with a dash."""
    if column.form is Form.MONEY:
        return f"{int(value) // 100}.{int(value) % 100:02d}"
    if column.form is Form.MONTH:
        return f"{int(value) // 100:04d}-{int(value) % 100:02d}"
    if column.form is Form.CITY:
        return city_names.get(str(value), str(value))
    if column.form is Form.CHOICE:
        return next((word for key, word, _ in column.choices if key == value), str(value))
    return str(value)


def as_cell(column: RosterColumn, value: Value) -> str:
    """A kept value as it may be given again to `check_row`."""
    return shown(column, value, {}) if column.form in (Form.MONEY, Form.MONTH) else str(value)


Read = tuple[Value | None, tuple[Problem, ...]]


def _text(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    text = " ".join(clean_text(cell).split())
    if column.name == "name":
        checked = check_name(text)
        return checked.normalized, checked.problems
    if len(text) > column.longest:
        told = f"{column.label}最多 {column.longest} 个字"
        return None, (_bad("text_long", column, text[:40], told, f"at most {column.longest} characters"),)
    return text, ()


def _day(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    try:
        return read_date(cell).isoformat(), ()
    except CellError as wrong:
        told = "日期无法识别，请按 2026-11-03 的形式填写"
        return None, (_bad(wrong.reason, column, clean_text(cell), told, "write the day like 2026-11-03"),)


def _month(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    try:
        return read_month(cell).number, ()
    except (CellError, ValueError):
        told = "月份无法识别，请按 2026-11 的形式填写"
        return None, (_bad("month_unreadable", column, clean_text(cell), told, "write the month like 2026-11"),)


def _money(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    try:
        fen = read_amount(cell)
    except CellError as wrong:
        told = "金额无法识别，请填写数字，最多两位小数"
        return None, (_bad(wrong.reason, column, clean_text(cell), told, "write a number with up to two decimals"),)
    if not 0 < fen < LARGEST_FEN:
        return None, (_bad("amount_range", column, clean_text(cell), "金额须大于零且不过大", "out of range"),)
    return fen, ()


def _choice(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    text = folded(cell).casefold()
    for choice in column.choices:
        if text in _words(choice):
            return choice[0], ()
    offered = "、".join(word for _, word, _ in column.choices)
    english = ", ".join(word for _, _, word in column.choices)
    return None, (_bad("choice_unknown", column, clean_text(cell), f"请填：{offered}", f"one of {english}"),)


def _words(choice: Choice) -> set[str]:
    value, word, english = choice
    plain = {value, word, english.casefold()}
    # 临时 is as good as 临时性, 身份证 as good as 居民身份证.
    return plain | {word.removesuffix("性"), word.removesuffix("性") + "岗位", word + "岗位", word.removeprefix("居民")}


def _city(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    text = folded(cell)
    code = cities.get(text) or cities.get(text.removesuffix("市")) or cities.get(f"{text}市")
    if code is None:
        told = "没有这个城市，请填写城市名称或六位行政区划代码"
        return None, (_bad("city_unknown", column, text[:40], told, "unknown city: give its name or area code"),)
    return code, ()


def _number(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    if is_number(cell):
        told = "证件号码单元格是数值格式，15 位以后的数字已经丢失，请设为文本后重填"
        return None, (_bad("id_numeric_form", column, "", told, "stored as a number; format the cell as text"),)
    checked = check_id(clean_text(cell), today)
    return checked.normalized, tuple(p.at(value=mask(checked.normalized)) for p in checked.problems)


def _phone(column: RosterColumn, cell: CellValue, today: date, cities: Mapping[str, str]) -> Read:
    checked = check_phone(clean_text(cell))
    return checked.normalized, checked.problems


_READERS: Final[dict[Form, Callable[[RosterColumn, CellValue, date, Mapping[str, str]], Read]]] = {
    Form.TEXT: _text,
    Form.DAY: _day,
    Form.MONTH: _month,
    Form.MONEY: _money,
    Form.CHOICE: _choice,
    Form.CITY: _city,
    Form.NUMBER: _number,
    Form.PHONE: _phone,
    Form.COMPANY: _text,
    Form.PROJECT: _text,
}


def _document_kind(values: Mapping[str, Value], today: date) -> list[Problem]:
    """The kind of document that was named, against what the number's form says."""
    named = values.get("id_kind")
    if named is None or "id_number" not in values:
        return []
    if check_id(str(values["id_number"]), today).kind.value == named:
        return []
    told, english = "证件类型与证件号码不符", "The document type differs from the number"
    return [Problem("id_kind_mismatch", told, english, *_AGAIN, field="id_kind", column="证件类型")]


_AGAIN: Final = ("请更正后重试", "Correct it and try again")
_ORDERED: Final = (
    ("contract_start", "contract_end", "contract_reversed", "合同结束早于开始", "The contract ends before it starts"),
    ("from_day", "to_day", "roster_days", "结束日期早于开始日期", "It ends before it begins"),
    ("social_from", "social_to", "roster_months", "社保服务结束月早于起始月", "Social insurance ends before it begins"),
    ("fund_from", "fund_to", "roster_months", "公积金服务结束月早于起始月", "The housing fund ends before it begins"),
)


def _order(values: Mapping[str, Value]) -> list[Problem]:
    found = []
    for first, last, code, message, english in _ORDERED:
        start, end = values.get(first), values.get(last)
        if start is not None and end is not None and str(end) < str(start):
            found.append(Problem(code, message, english, *_AGAIN, field=last, value=str(end)))
    return found


def _required(column: RosterColumn) -> Problem:
    return Problem(
        "required_missing",
        f"{column.label}为空",
        f"{column.label_en} is empty",
        f"请填写{column.label}",
        f"Fill in {column.label_en.lower()}",
        field=column.name,
        column=column.label,
    )


def _bad(code: str, column: RosterColumn, value: str, message: str, english: str) -> Problem:
    told = mask(value) if column.sensitive else value[:60]
    return Problem(
        code,
        f"{column.label}“{told}”：{message}",
        f"{column.label_en} “{told}”: {english}",
        *_AGAIN,
        field=column.name,
        column=column.label,
        value=told,
    )
