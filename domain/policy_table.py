"""Policy rows as a table: the facts of the YAML files in columns, written and read back without loss.

Every cell that cannot be read becomes a problem with its line, column and value; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.errors import Problem
from domain.money import ROUNDING_LABELS, Rounding, format_rate, format_yuan, parse_rate, parse_yuan
from domain.period import BillingMonth
from domain.policy import CATEGORY_LABELS, CONFIDENCE_LABELS, KIND_LABELS, Category, Confidence, Kind, PolicyVersion

HEADINGS: Final[dict[str, str]] = {
    "code": "城市代码",
    "city": "城市",
    "category": "参保类别",
    "kind": "险种",
    "tier": "档次",
    "from": "起始月",
    "to": "截止月",
    "base_min": "基数下限",
    "base_max": "基数上限",
    "employer_min": "单位比例下限",
    "employer_max": "单位比例上限",
    "employee_min": "个人比例下限",
    "employee_max": "个人比例上限",
    "employer_fixed": "单位定额",
    "employee_fixed": "个人定额",
    "employer_rounding": "单位取整",
    "employee_rounding": "个人取整",
    "confidence": "可信度",
    "source": "依据",
    "note": "说明",
}
"""Columns by the names that the YAML files use, with what clerks call them."""

_ATTRIBUTES: Final = {
    "code": "city_code",
    "from": "effective_from",
    "to": "effective_to",
    "base_min": "base_min_fen",
    "base_max": "base_max_fen",
    "employer_min": "employer_rate_min_ppm",
    "employer_max": "employer_rate_max_ppm",
    "employee_min": "employee_rate_min_ppm",
    "employee_max": "employee_rate_max_ppm",
    "employer_fixed": "employer_fixed_fen",
    "employee_fixed": "employee_fixed_fen",
}
_WORDS: Final[dict[str, Mapping[Any, str]]] = {
    "category": CATEGORY_LABELS,
    "kind": KIND_LABELS,
    "employer_rounding": ROUNDING_LABELS,
    "employee_rounding": ROUNDING_LABELS,
    "confidence": CONFIDENCE_LABELS,
}
_MONTH: Final = ("写成 2026年7月 或 2026-07", "Write it as 2026-07")
_YUAN: Final = (
    "填写金额（元，最多两位小数）；未知的留空",
    "An amount in yuan with at most two decimals; empty if unknown",
)
_RATE: Final = (
    "写成 16% 或 0.16；由单位情况决定的，上下限都留空",
    "Write 16% or 0.16; both empty where it depends on the unit",
)
_PAIRS: Final = (("base_min", "base_max"), ("employer_min", "employer_max"), ("employee_min", "employee_max"))


@dataclass(frozen=True, slots=True)
class Written:
    """A row as somebody wrote it, and the line of the file it is on (1 first)."""

    line: int
    version: PolicyVersion


def csv_of(versions: Iterable[PolicyVersion]) -> str:
    """The rows as CSV with a heading line. Months are written 2026年07月, which spreadsheet programs leave alone."""
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow([f"{label}({name})" for name, label in HEADINGS.items()])
    for version in versions:
        table.writerow([_cell(name, getattr(version, _ATTRIBUTES.get(name, name))) for name in HEADINGS])
    return buffer.getvalue()


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _WORDS:
        return _WORDS[name][value]
    if name in ("from", "to"):
        month = BillingMonth.of(value)
        return f"{month.year}年{month.month:02d}月"
    if name.endswith(("_min", "_max")) and not name.startswith("base"):
        return format_rate(value)
    return format_yuan(value) if name.startswith("base") or name.endswith("_fixed") else str(value)


def read_csv(text: str) -> tuple[list[Written], list[Problem]]:
    """The rows of a table, and what is wrong with the others. Headings are the names, the labels, or both."""
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    except csv.Error:
        rows = []
    places = {name: place for place, heading in enumerate(rows[0] if rows else []) if (name := _column(heading))}
    missing = [name for name in HEADINGS if name not in places and name not in ("tier", "to", "note")]
    if missing:
        return [], [_missing_columns(missing)]
    written: list[Written] = []
    problems: list[Problem] = []
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: _plain(name, row[place]) if place < len(row) else "" for name, place in places.items()}
        version, wrong = read_row(line, cells)
        problems += wrong
        if version is not None:
            written.append(Written(line, version))
    return written, problems


def _plain(name: str, cell: str) -> str:
    """The cell without spaces around it; what people wrote in their own words stays as it is."""
    return cell if name in ("source", "note") else cell.strip()


def _column(heading: str) -> str | None:
    """`起始月(from)`, `from` and `起始月` all name the column `from`."""
    plain = heading.strip()
    inner = re.search(r"\(([a-z_]+)\)$", plain)
    name = inner[1] if inner else plain
    labels = {label: known for known, label in HEADINGS.items()}
    return name if name in HEADINGS else labels.get(name)


def read_row(line: int, cells: Mapping[str, str]) -> tuple[PolicyVersion | None, list[Problem]]:
    """One row from its cells by column name, or what is wrong with it."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in HEADINGS:
        cell = cells.get(name, "")
        try:
            values[name] = _READERS[name](cell)
        except (ValueError, KeyError):
            problems.append(wrong_cell(line, name, cell))
    if not problems:
        problems = _across(line, cells, values)
    if problems:
        return None, problems
    return PolicyVersion(**{_ATTRIBUTES.get(name, name): value for name, value in values.items()}), []


def _across(line: int, cells: Mapping[str, str], values: Mapping[str, Any]) -> list[Problem]:
    """What cells say against each other."""
    wrong = []
    if values["to"] is not None and values["to"] < values["from"]:
        wrong.append(wrong_cell(line, "to", cells["to"]))
    for low, high in _PAIRS:
        one, other = values[low], values[high]
        half = not low.startswith("base") and (one is None) != (other is None)
        if half or (one is not None and other is not None and one > other):
            wrong.append(wrong_cell(line, low, f"{cells[low]} – {cells[high]}"))
    return wrong


def _word(name: str, kind: Callable[[str], Any]) -> Callable[[str], Any]:
    labels = {label: value for value, label in _WORDS[name].items()}
    return lambda cell: labels[cell] if cell in labels else kind(cell)


def _maybe(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda cell: parse(cell) if cell else None


def _month(cell: str) -> int:
    return BillingMonth.parse(cell).number


def _amount(cell: str) -> int:
    fen = parse_yuan(cell)
    if fen < 0:
        raise ValueError("an amount of a policy is not negative")
    return fen


def _matching(pattern: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if not re.fullmatch(pattern, cell, re.DOTALL):
            raise ValueError(cell)
        return cell

    return read


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "code": _matching(r"[1-9][0-9]{5}"),
    "city": _matching(r".{1,40}"),
    "category": _word("category", Category),
    "kind": _word("kind", Kind),
    "tier": _matching(r".{0,8}"),
    "from": _month,
    "to": _maybe(_month),
    "base_min": _maybe(_amount),
    "base_max": _maybe(_amount),
    "employer_min": _maybe(parse_rate),
    "employer_max": _maybe(parse_rate),
    "employee_min": _maybe(parse_rate),
    "employee_max": _maybe(parse_rate),
    "employer_fixed": lambda cell: _amount(cell or "0"),
    "employee_fixed": lambda cell: _amount(cell or "0"),
    "employer_rounding": _word("employer_rounding", Rounding),
    "employee_rounding": _word("employee_rounding", Rounding),
    "confidence": _word("confidence", Confidence),
    "source": _matching(r".*\S.*"),
    "note": _matching(r".*"),
}


def wrong_cell(line: int, name: str, cell: str) -> Problem:
    """The problem of a cell that cannot be read, with what belongs there."""
    remedy, remedy_en = _remedy(name)
    label = HEADINGS.get(name, name)
    shown = f"“{cell[:60]}”" if cell else "空着"
    return Problem(
        "policy_cell",
        f"第 {line} 行 {label}（{name}）{shown}，不能使用",
        f"Line {line}, {name}: {cell[:60]!r} cannot be used",
        remedy,
        remedy_en,
        row=line,
        column=name,
        value=cell[:60],
    )


def _remedy(name: str) -> tuple[str, str]:
    if name in _WORDS:
        words = _WORDS[name]
        return f"可用：{'、'.join(words.values())}", f"One of: {', '.join(words)}"
    if name == "from":
        return _MONTH
    if name == "to":
        return f"{_MONTH[0]}，不早于起始月；没有截止的留空", f"{_MONTH[1]}, not before the first month; empty if open"
    if name.startswith("base") or name.endswith("_fixed"):
        return f"{_YUAN[0]}；下限不高于上限", _YUAN[1]
    if name.startswith(("employer", "employee")):
        return f"{_RATE[0]}；下限不高于上限", _RATE[1]
    if name == "code":
        return "填写六位行政区划代码，如 110000", "The six digits of the area code, for example 110000"
    if name == "source":
        return "每行都要写明依据：文号或网址", "Every row names its source: a document number or an address"
    return "请按导出的表格填写", "Fill it in as in an exported table"


def _missing_columns(missing: list[str]) -> Problem:
    listed = "、".join(f"{HEADINGS[name]}({name})" for name in missing)
    return Problem(
        "policy_columns",
        f"缺少列：{listed}",
        f"Columns are missing: {', '.join(missing)}",
        "请先导出一个城市的政策，在导出的表格上修改",
        "Export a city's policies first and change that table",
        row=1,
    )
