"""What-if settings on top of the policy rows: "pension.employer_rate=0.2" and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from domain.errors import Problem, Refusal
from domain.money import Rounding, parse_rate, parse_yuan
from domain.policy import KIND_LABELS, Category, Confidence, Kind, PolicyBook, PolicyVersion

SOURCE: Final = "命令行设定"
"""The source named by a figure that somebody set by hand."""

_NO_LIMIT: Final = frozenset({"", "none", "无"})


def _limit(text: str) -> int | None:
    return None if text.lower() in _NO_LIMIT else _amount(text)


def _amount(text: str) -> int:
    fen = parse_yuan(text)
    if fen < 0:
        raise ValueError(f"negative amount: {text!r}")
    return fen


# Each setting names the fields of PolicyVersion that it fills and how its text is read.
_SETTINGS: Final[dict[str, tuple[tuple[str, ...], Callable[[str], Any]]]] = {
    "base_min": (("base_min_fen",), _limit),
    "base_max": (("base_max_fen",), _limit),
    "employer_rate": (("employer_rate_min_ppm", "employer_rate_max_ppm"), parse_rate),
    "employee_rate": (("employee_rate_min_ppm", "employee_rate_max_ppm"), parse_rate),
    "employer_fixed": (("employer_fixed_fen",), _amount),
    "employee_fixed": (("employee_fixed_fen",), _amount),
    "rounding": (("employer_rounding", "employee_rounding"), Rounding),
    "employer_rounding": (("employer_rounding",), Rounding),
    "employee_rounding": (("employee_rounding",), Rounding),
}

_RATES: Final = ("employer_rate_max_ppm", "employee_rate_max_ppm")


def override(
    book_or_versions: PolicyBook | Iterable[PolicyVersion],
    city_code: str,
    category: Category,
    month: int,
    assignments: Sequence[str],
) -> PolicyBook:
    """A book in which the rows in force in the month (every tier of a named kind) carry the settings.

    Settings: base_min, base_max (yuan, empty or "none" for no limit), employer_rate, employee_rate,
    employer_fixed, employee_fixed (yuan a month), rounding, employer_rounding, employee_rounding. A kind
    without a row in force is made when both rates are set. Raises Refusal naming every setting that is wrong
    (set_form, set_kind, set_field, set_value, set_limits, set_rates_missing). The given book is not changed.
    """
    book = book_or_versions if isinstance(book_or_versions, PolicyBook) else PolicyBook(book_or_versions)
    changes: dict[Kind, dict[str, Any]] = {}
    written: dict[Kind, list[str]] = {}
    problems: list[Problem] = []
    for assignment in assignments:
        found = _read(assignment)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        kind, fields = found
        changes.setdefault(kind, {}).update(fields)
        written.setdefault(kind, []).append(assignment.partition(".")[2])
    if problems:
        raise Refusal(*problems)
    replaced: dict[PolicyVersion, PolicyVersion] = {}
    created: list[PolicyVersion] = []
    for kind, fields in changes.items():
        rows = book.in_force(city_code, category, kind, month)
        for row in rows:
            replaced[row] = _changed(row, fields, written[kind])
        if not rows:
            created.append(_made(book, city_code, category, kind, month, fields))
    for row in (*replaced.values(), *created):
        if row.base_min_fen is not None and row.base_max_fen is not None and row.base_min_fen > row.base_max_fen:
            problems.append(_limits_crossed(row))
    if problems:
        raise Refusal(*problems)
    return PolicyBook([*(replaced.get(row, row) for row in book.versions), *created])


def _read(assignment: str) -> tuple[Kind, dict[str, Any]] | Problem:
    """One assignment as the kind and the fields it sets."""
    target, equals, text = assignment.partition("=")
    kind_name, dot, setting = (part.strip() for part in target.partition("."))
    text = text.strip()
    if not equals or not dot:
        return _wrong("set_form", assignment, "设定的写法应为 险种.项目=值", "write kind.setting=value")
    if kind_name not in list(Kind):
        return _wrong("set_kind", assignment, f"没有险种 {kind_name}", f"no kind {kind_name}", "、".join(Kind))
    if setting not in _SETTINGS:
        return _wrong("set_field", assignment, f"没有项目 {setting}", f"no setting {setting}", "、".join(_SETTINGS))
    names, read = _SETTINGS[setting]
    try:
        value = read(text)
    except ValueError:
        hint = "、".join(Rounding) if read is Rounding else "金额如 1234.50，费率如 0.16 或 16%"
        return _wrong("set_value", assignment, f"{setting} 的值“{text}”不能用", f"bad value {text!r}", hint)
    return Kind(kind_name), dict.fromkeys(names, value)


def _changed(row: PolicyVersion, fields: dict[str, Any], written: Sequence[str]) -> PolicyVersion:
    # A figure set by hand is nobody's published figure, so the row cannot stay surer than low.
    source = f"{SOURCE} {'，'.join(written)}；其余：{row.source}"
    return replace(row, **fields, source=source, confidence=Confidence.LOW)


def _made(
    book: PolicyBook, city_code: str, category: Category, kind: Kind, month: int, fields: dict[str, Any]
) -> PolicyVersion:
    if not all(name in fields for name in _RATES):
        raise Refusal(
            Problem(
                code="set_rates_missing",
                message=f"当月没有{KIND_LABELS[kind]}政策，新设时要同时给出单位费率和个人费率",
                message_en=f"No {kind} policy in that month; a new one needs both rates",
                remedy=f"请设定 {kind}.employer_rate 与 {kind}.employee_rate（不缴的一方写 0）",
                remedy_en=f"Set {kind}.employer_rate and {kind}.employee_rate (0 for a side that does not pay)",
                field="set",
            )
        )
    return PolicyVersion(
        city_code=city_code,
        city=book.cities().get(city_code, city_code),
        category=category,
        kind=kind,
        effective_from=month,
        effective_to=month,
        source=SOURCE,
        confidence=Confidence.LOW,
        **fields,
    )


def _limits_crossed(row: PolicyVersion) -> Problem:
    return Problem(
        code="set_limits",
        message=f"{KIND_LABELS[row.kind]}基数下限高于上限",
        message_en=f"{row.kind}: the lower base limit is above the upper one",
        remedy="请同时核对 base_min 与 base_max",
        remedy_en="Check base_min and base_max together",
        field="set",
    )


def _wrong(code: str, assignment: str, message: str, message_en: str, allowed: str = "") -> Problem:
    example = "pension.employer_rate=0.2"
    return Problem(
        code=code,
        message=f"设定“{assignment}”：{message}",
        message_en=f"Setting {assignment!r}: {message_en}",
        remedy=f"可用：{allowed}" if allowed else f"例如 {example}",
        remedy_en=f"Allowed: {allowed}" if allowed else f"For example {example}",
        field="set",
        value=assignment,
    )
