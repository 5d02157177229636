"""Which policy row and which rates apply to a person: resolves tier, industry class and the unit's own choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from domain.errors import Problem, Severity
from domain.money import percent
from domain.period import BillingMonth
from domain.policy import (
    CATEGORY_LABELS,
    CATEGORY_LABELS_EN,
    KIND_LABELS,
    KIND_LABELS_EN,
    Category,
    Kind,
    PolicyBook,
    PolicyVersion,
    place_text,
)

INJURY_CLASSES: Final = range(1, 9)
"""Industry classes of work injury (人社部发〔2015〕71号); their rates are policy rows."""

Selection = tuple[PolicyVersion, int, int]
"""A row with the employer's and the employee's rate in ppm."""


@dataclass(frozen=True)
class Choice:
    """What the person or unit chose. Rates in ppm; None means nothing was chosen."""

    kinds: frozenset[Kind] | None = None
    tiers: Mapping[Kind, str] = field(default_factory=dict)
    housing_rate_ppm: int | None = None
    injury_class: int | None = None
    injury_rate_ppm: int | None = None


def select(
    book: PolicyBook, city_code: str, category: Category, kind: Kind, month: int, choice: Choice
) -> Selection | Problem:
    """The row in force and both rates in ppm, or the problem that stands in the way.

    Codes: policy_missing, rate_unknown, housing_rate_missing, housing_rate_out_of_range,
    injury_class_missing, injury_class_invalid.
    """
    if kind is Kind.WORK_INJURY:
        return _select_work_injury(book, city_code, category, month, choice)
    rows = {row.tier: row for row in book.in_force(city_code, category, kind, month)}
    asked = choice.tiers.get(kind, "")
    policy = rows.get(asked) if asked else rows.get("1") or rows.get("")
    if policy is None:
        return _policy_missing(book, city_code, category, kind, month, asked)
    employer = _rate(policy, policy.employer_rate_min_ppm, policy.employer_rate_max_ppm, choice)
    if isinstance(employer, Problem):
        return employer
    employee = _rate(policy, policy.employee_rate_min_ppm, policy.employee_rate_max_ppm, choice)
    return employee if isinstance(employee, Problem) else (policy, employer, employee)


def _rate(policy: PolicyVersion, lowest: int | None, highest: int | None, choice: Choice) -> int | Problem:
    """One side's rate: the row's own, or the unit's choice within the row's range."""
    if lowest is None or highest is None:
        return _rate_unknown(policy)
    if lowest == highest:
        return lowest
    chosen = choice.housing_rate_ppm
    if chosen is not None and lowest <= chosen <= highest:
        return chosen
    label, label_en = place_text(policy), KIND_LABELS_EN[policy.kind]
    allowed = f"{percent(lowest)}–{percent(highest)}"
    if chosen is None:
        return Problem(
            code="housing_rate_missing",
            message=f"{label}缴存比例由单位在 {allowed} 之间选定，尚未给出",
            message_en=f"{label_en}: the unit chooses a rate within {allowed}; none was given",
            remedy=f"请给出 {allowed} 之间的缴存比例",
            remedy_en=f"Give a rate within {allowed}",
            field="housing_rate",
        )
    return Problem(
        code="housing_rate_out_of_range",
        message=f"{label}缴存比例 {percent(chosen)} 不在 {allowed} 之间",
        message_en=f"{label_en}: rate {percent(chosen)} is outside {allowed}",
        remedy=f"请改为 {allowed} 之间的比例",
        remedy_en=f"Choose a rate within {allowed}",
        field="housing_rate",
        value=percent(chosen),
    )


def _select_work_injury(
    book: PolicyBook, city_code: str, category: Category, month: int, choice: Choice
) -> Selection | Problem:
    """Work injury: the tier is the unit's industry class, and a unit's own floated rate goes before the class rate."""
    kind, asked = Kind.WORK_INJURY, choice.injury_class
    if asked is not None and asked not in INJURY_CLASSES:
        return _injury_class_invalid(asked)
    rows = {row.tier: row for row in book.in_force(city_code, category, kind, month)}
    if not rows:
        return _policy_missing(book, city_code, category, kind, month, "")
    rate = choice.injury_rate_ppm
    if asked is not None:
        policy = rows.get(str(asked)) or (_row_for_rate(rows, rate) if rate is not None else None)
        if policy is None:
            return _policy_missing(book, city_code, category, kind, month, str(asked))
    elif rate is not None:
        policy = _row_for_rate(rows, rate)
    else:
        # One rate for everybody (an average rate set by hand) needs no class; anything else does.
        rates = {_fixed_rate(row) for row in rows.values()}
        policy = next(iter(rows.values()))
        if len(rates) > 1 or None in rates or (policy.tier and len(rows) == 1):
            return _injury_class_missing(policy)
    employer = _fixed_rate(policy) if rate is None else rate
    employee = policy.employee_rate_max_ppm
    if employer is None or employee is None:
        return _rate_unknown(policy)
    return policy, employer, employee


def _fixed_rate(row: PolicyVersion) -> int | None:
    """The employer's rate where the row leaves no choice."""
    return row.employer_rate_max_ppm if row.employer_rate_min_ppm == row.employer_rate_max_ppm else None


def _row_for_rate(rows: Mapping[str, PolicyVersion], rate: int) -> PolicyVersion:
    """The row that lends its base limits to a rate given without a class."""
    if "" in rows:
        return rows[""]
    same_rate = (row for row in rows.values() if _fixed_rate(row) == rate)
    return next(same_rate, None) or rows.get("1") or next(iter(rows.values()))


def _policy_missing(book: PolicyBook, city_code: str, category: Category, kind: Kind, month: int, tier: str) -> Problem:
    city, when = book.cities().get(city_code, city_code), BillingMonth.of(month)
    unit = "类" if kind is Kind.WORK_INJURY else "档"
    where = f"{city} {when} {CATEGORY_LABELS[category]}{KIND_LABELS[kind]}{f' {tier} {unit}' if tier else ''}"
    known = "、".join(book.tiers(city_code, category, kind, month))
    other = "类别，或直接给出核定的费率" if kind is Kind.WORK_INJURY else "档次"
    missing = Problem(
        code="policy_missing",
        message=f"没有{where}的政策{f'（现有 {known} {unit}）' if known else ''}",
        message_en=f"No {CATEGORY_LABELS_EN[category]} {KIND_LABELS_EN[kind]} policy for {city_code} in {when}"
        + (f", tier {tier}" if tier else ""),
        remedy=f"请在城市管理中补录政策，或改选城市、月份、{other}",
        remedy_en="Add the policy row, or choose another city, month or tier",
        field=kind,
        value=tier or None,
    )
    medical = book.in_force(city_code, category, Kind.MEDICAL, month) if kind is Kind.MATERNITY else []
    return _merged_into_medical(missing, medical[0]) if medical else missing


def _merged_into_medical(missing: Problem, medical: PolicyVersion) -> Problem:
    """Most cities collect maternity with medical, so its missing row is usual and only noted, with the evidence."""
    note, note_en = (f"备注：{medical.note}", f": {medical.note}") if medical.note else ("没有备注", " says nothing")
    return replace(
        missing,
        message=f"{missing.message}；生育保险一般与医疗保险合并征缴，医疗政策{note}",
        message_en=f"{missing.message_en}; it is usually collected with medical, whose note{note_en}",
        remedy="如本市单独征缴生育保险，请补录其政策",
        remedy_en="Where the city collects maternity separately, add its row",
        severity=Severity.NOTICE,
    )


def _rate_unknown(policy: PolicyVersion) -> Problem:
    return Problem(
        code="rate_unknown",
        message=f"{place_text(policy)}的费率未知，不能计算",
        message_en=f"{KIND_LABELS_EN[policy.kind]}: the rate is not known",
        remedy="请补录费率，或直接给出本单位的费率",
        remedy_en="Add the rate to the policy, or give the unit's own rate",
        field=policy.kind,
    )


def _injury_class_missing(policy: PolicyVersion) -> Problem:
    return Problem(
        code="injury_class_missing",
        message=f"{policy.city}工伤保险费率按行业类别（1–8 类）确定，尚未给出类别或费率",
        message_en="The work injury rate depends on the industry class (1–8); neither class nor rate was given",
        remedy="请给出单位的行业类别，或社保机构核定的费率",
        remedy_en="Give the unit's industry class or the rate set by the bureau",
        field="injury_class",
    )


def _injury_class_invalid(asked: int) -> Problem:
    return Problem(
        code="injury_class_invalid",
        message=f"行业类别 {asked} 不存在，应为 1–8",
        message_en=f"There is no industry class {asked}; it is 1 to 8",
        remedy="请核对单位的工伤保险行业类别",
        remedy_en="Check the unit's industry class",
        field="injury_class",
        value=str(asked),
    )
