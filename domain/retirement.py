"""The statutory retirement month (法定退休年龄) under the gradual delay, and what goes with it.

delay = clamp(floor(months between B0 and birth / step) + 1, 0, cap); whoever is born before B0 is not delayed.
Figures come from dated rows (policies/national/retirement.yaml). Source: decision of the Standing Committee of
2024-09-13 with the State Council's 关于渐进式延迟法定退休年龄的办法, articles 1 (delay), 2 (minimum
contribution), 3 (early or late by choice). Ages and spans are whole months throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import Problem, Refusal, Severity
from domain.period import BillingMonth
from domain.policy import Confidence

MONTHS_A_YEAR: Final = 12


class RetirementCategory(StrEnum):
    """Who somebody is for the retirement age: men, and women by their original age of 55 or 50."""

    MALE = "male"
    FEMALE55 = "female55"
    FEMALE50 = "female50"


RETIREMENT_CATEGORY_LABELS: Final[dict[RetirementCategory, str]] = {
    RetirementCategory.MALE: "男职工",
    RetirementCategory.FEMALE55: "女职工（原 55 周岁）",
    RetirementCategory.FEMALE50: "女职工（原 50 周岁）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How one category is delayed: original age in years, first birth month concerned, step and cap in months."""

    category: RetirementCategory
    effective_from: BillingMonth
    original_age: int
    born_from: BillingMonth
    step_months: int
    cap_months: int
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumContribution:
    """Months that must be paid for a monthly pension by those who reach the age from this month on."""

    effective_from: BillingMonth
    months: int
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoluntaryRange:
    """How many months somebody may retire earlier or, with the employer's consent, later."""

    effective_from: BillingMonth
    early_months: int
    late_months: int
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class RetirementRules:
    """All rows; each list in any order."""

    delays: tuple[Delay, ...]
    minimums: tuple[MinimumContribution, ...]
    voluntary: tuple[VoluntaryRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """The answer for one person. `minimum_months` is None where no row says it, never zero.

    `earliest_month` and `latest_month` bound the voluntary choice; both are the retirement month itself for
    those who reached the age before there was a choice. `sources` and `confidence` are of the rows used.
    """

    original_month: BillingMonth
    delay_months: int
    retirement_month: BillingMonth
    age_months: int
    minimum_months: int | None
    earliest_month: BillingMonth
    latest_month: BillingMonth
    sources: tuple[str, ...]
    confidence: Confidence
    notices: tuple[Problem, ...] = ()

    @property
    def age(self) -> tuple[int, int]:
        """The age at the retirement month as years and months."""
        return divmod(self.age_months, MONTHS_A_YEAR)

    @property
    def minimum_years(self) -> int | float | None:
        """The minimum contribution in years: 15, 15.5 (steps are half years, which a float holds exactly)."""
        if self.minimum_months is None:
            return None
        years, rest = divmod(self.minimum_months, MONTHS_A_YEAR)
        return years + rest / MONTHS_A_YEAR if rest else years


def delay_months(birth: BillingMonth, row: Delay) -> int:
    """By how many months somebody born in that month retires later (办法 article 1): 0 to the row's cap."""
    return max(0, min(row.born_from.months_until(birth) // row.step_months + 1, row.cap_months))


def retire(birth: BillingMonth, category: RetirementCategory, rules: RetirementRules) -> Retirement:
    """The statutory retirement month of somebody born in `birth`, with age, minimum years and voluntary range.

    The minimum is that of the statutory retirement month; early retirement never begins before the original age.
    Raises Refusal (retirement_rule_missing) without a row for the category, and ValueError when a month falls
    outside the calendar that BillingMonth knows (1900 to 2199).
    """
    row = next((row for row in rules.delays if row.category is category), None)
    if row is None:
        raise Refusal(_rule_missing(category))
    original = birth.shift(row.original_age * MONTHS_A_YEAR)
    delay = delay_months(birth, row)
    month = original.shift(delay)
    minimum = max(
        (each for each in rules.minimums if each.effective_from <= month),
        key=lambda each: each.effective_from,
        default=None,
    )
    choice = max(
        (each for each in rules.voluntary if each.effective_from <= month),
        key=lambda each: each.effective_from,
        default=None,
    )
    used = [each for each in (row, minimum, choice) if each is not None]
    return Retirement(
        original_month=original,
        delay_months=delay,
        retirement_month=month,
        age_months=birth.months_until(month),
        minimum_months=None if minimum is None else minimum.months,
        earliest_month=month if choice is None else max(original, month.shift(-choice.early_months)),
        latest_month=month if choice is None else month.shift(choice.late_months),
        sources=tuple(dict.fromkeys(each.source for each in used)),
        confidence=Confidence.lowest(*(each.confidence for each in used)),
        notices=() if minimum is not None else (_minimum_unknown(month),),
    )


def _rule_missing(category: RetirementCategory) -> Problem:
    return Problem(
        code="retirement_rule_missing",
        message=f"没有“{RETIREMENT_CATEGORY_LABELS[category]}”的退休年龄规定",
        message_en=f"There is no retirement row for {category.value}",
        remedy="请在 policies/national/retirement.yaml 中补充并注明来源",
        remedy_en="Add it with its source to policies/national/retirement.yaml",
        field="category",
        value=category.value,
    )


def _minimum_unknown(month: BillingMonth) -> Problem:
    return Problem(
        code="minimum_years_unknown",
        message=f"没有 {month} 适用的最低缴费年限规定",
        message_en=f"There is no row for the minimum contribution in {month}",
        remedy="请按当时的规定人工核对",
        remedy_en="Check the rules of that time by hand",
        severity=Severity.NOTICE,
        field="minimum_years",
    )
