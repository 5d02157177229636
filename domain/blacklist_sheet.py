"""Reading blacklist entries from a sheet: any order of columns, every row with its own problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from domain.blacklist import EFFECT_LABELS, SUBJECT_LABELS, Effect, NewEntry, Subject
from domain.columns import CellValue, normalize_header
from domain.errors import Problem, Refusal
from domain.precheck.cells import CellError, clean_text, folded, is_number, read_date

_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("类型", "对象", "对象类型", "subject"),
    "name": ("姓名", "名称", "单位名称", "公司名称", "姓名或单位名称", "name"),
    "number": (
        *("证件号码", "证件号", "身份证号", "身份证号码", "公民身份号码", "统一社会信用代码", "信用代码"),
        *("证件号码或信用代码", "number"),
    ),
    "birth": ("出生日期", "出生年月日", "生日", "birth"),
    "reason": ("原因", "列入原因", "事由", "reason"),
    "effect": ("处理", "处理方式", "效力", "effect"),
    "from_day": ("开始日期", "开始日", "列入日期", "起始日期", "from"),
    "to_day": ("截止日期", "截止日", "到期日", "结束日期", "to"),
}
_FIELDS: Final = {normalize_header(word): field for field, words in _HEADERS.items() for word in words}
_SUBJECTS: Final = {label: subject for subject, label in ((s, SUBJECT_LABELS[s][0]) for s in Subject)} | {
    "": Subject.PERSON,
    "人员": Subject.PERSON,
    "企业": Subject.COMPANY,
    "公司": Subject.COMPANY,
}
_EFFECTS: Final = {EFFECT_LABELS[effect][0]: effect for effect in Effect} | {"": Effect.BLOCK, "阻止": Effect.BLOCK}
_SEARCHED: Final = 30
MOST_ROWS: Final = 5000
"""Rows of one import; it is written in one transaction."""

Rows = Sequence[Sequence[CellValue]]


def read_entries(sheets: Sequence[tuple[Rows, int]]) -> list[tuple[int, NewEntry]]:
    """The entries of the first sheet with a header, each with its row number in the spreadsheet program.

    `sheets` are rows with the number of the first of them. Refused with everything unreadable at once:
    blacklist_header, rows_missing, blacklist_too_many, blacklist_cell, id_numeric_form.
    """
    for rows, first in sheets:
        for place, row in enumerate(rows[:_SEARCHED]):
            columns = _columns(row)
            if {"name", "reason"} <= columns.keys():
                return _entries(rows[place + 1 :], first + place + 1, columns)
    raise Refusal(_no_header())


def _columns(row: Sequence[CellValue]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, value in enumerate(row):
        field = _FIELDS.get(normalize_header(value)) if isinstance(value, str) else None
        if field is not None:
            found.setdefault(field, index)
    return found


def _entries(rows: Rows, first: int, columns: Mapping[str, int]) -> list[tuple[int, NewEntry]]:
    entries: list[tuple[int, NewEntry]] = []
    problems: list[Problem] = []
    for row_no, row in enumerate(rows, start=first):
        if not any(clean_text(value) for value in row):
            continue
        cells = {field: row[index] for field, index in columns.items() if index < len(row)}
        try:
            entries.append((row_no, _entry(cells)))
        except Refusal as wrong:
            problems += [p.at(row=row_no) for p in wrong.problems]
    if not entries and not problems:
        problems.append(_nobody())
    if len(entries) > MOST_ROWS:
        problems.append(_too_many(len(entries)))
    if problems:
        raise Refusal(*problems)
    return entries


def _entry(cells: Mapping[str, CellValue]) -> NewEntry:
    problems: list[Problem] = []

    def day(field: str) -> date | None:
        value = cells.get(field)
        if not clean_text(value):
            return None
        try:
            return read_date(value, birth=field == "birth")
        except CellError:
            problems.append(_unreadable(field, value, "请按 2026-11-03 的形式填写", "Write it like 2026-11-03"))
            return None

    subject = _SUBJECTS.get(folded(cells.get("subject")))
    if subject is None:
        problems.append(_unreadable("subject", cells.get("subject"), "请填 个人 或 单位", "Enter 个人 or 单位"))
    effect = _EFFECTS.get(folded(cells.get("effect")))
    if effect is None:
        problems.append(_unreadable("effect", cells.get("effect"), "请填 禁止 或 提醒", "Enter 禁止 or 提醒"))
    if is_number(cells.get("number")):
        problems.append(_numeric())
    birth, from_day, to_day = day("birth"), day("from_day"), day("to_day")
    if problems or subject is None or effect is None:
        raise Refusal(*problems)
    name, reason, number = (clean_text(cells.get(field)) for field in ("name", "reason", "number"))
    return NewEntry(subject, name, reason, number, birth, effect, from_day, to_day)


def _unreadable(field: str, value: CellValue, remedy: str, remedy_en: str) -> Problem:
    shown = clean_text(value)[:40]
    label = _HEADERS[field][0]
    return Problem(
        "blacklist_cell",
        f"{label}“{shown}”无法识别",
        f"{field} “{shown}” cannot be read",
        remedy,
        remedy_en,
        field=field,
        column=label,
        value=shown,
    )


def _numeric() -> Problem:
    return Problem(
        "id_numeric_form",
        "证件号码单元格是数值格式，15 位以后的数字已经丢失",
        "The number is stored as a number; its digits beyond 15 are lost",
        "请把该列设为“文本”格式后重新填写",
        "Format the column as text and enter it again",
        field="number",
        column="证件号码",
    )


def _no_header() -> Problem:
    return Problem(
        "blacklist_header",
        "没有找到表头：至少要有“姓名”（或单位名称）和“原因”列",
        "No header was found: at least a name and a reason are needed",
        "其他列：类型、证件号码、出生日期、处理、开始日期、截止日期",
        "Other columns: 类型, 证件号码, 出生日期, 处理, 开始日期, 截止日期",
    )


def _nobody() -> Problem:
    return Problem(
        "rows_missing", "表头下面没有数据", "There is nothing below the header", "请填写后重新上传", "Fill it in again"
    )


def _too_many(count: int) -> Problem:
    return Problem(
        "blacklist_too_many",
        f"一次最多导入 {MOST_ROWS} 行，现有 {count} 行",
        f"At most {MOST_ROWS} rows at a time, there are {count}",
        "请分成几个文件",
        "Split the file",
    )
