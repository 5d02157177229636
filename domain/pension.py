"""What the basic pension for employees (职工基本养老金) will roughly be: the basic part and the account's part.

basic = (reference + reference × average index) ÷ 2 × years × 1 %, account = balance ÷ months divisor
(国发〔2005〕38号 article 6 and its table). Months that make no full year count as a fraction. Everything is exact
until each part is rounded once. The transitional pension (过渡性养老金) of those who worked before the accounts
began differs by province and is not in here. Figures come from policies/national/pension.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.errors import Problem, Refusal
from domain.explanation import Step
from domain.money import PPM, ROUNDING_LABELS, Rounding, display_yuan, percent, round_fen
from domain.period import BillingMonth
from domain.policy import Confidence

MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """What one year of contributions earns, in ppm of the averaged wage, and how each part is rounded."""

    effective_from: BillingMonth
    accrual_ppm: int
    rounding: Rounding
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisorTable:
    """The months divisor (计发月数) by age in whole years at retirement."""

    effective_from: BillingMonth
    by_age: Mapping[int, int]
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestRate:
    """The interest (记账利率) that personal accounts were credited with for a year, in ppm."""

    year: int
    rate_ppm: int
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class PensionRules:
    """All rows; each list in any order."""

    formulas: tuple[Formula, ...]
    divisors: tuple[DivisorTable, ...]
    interest: tuple[InterestRate, ...]

    def formula(self, month: BillingMonth) -> Formula:
        """The formula in force in the month. Raises Refusal (pension_rule_missing) when there is none."""
        rows = [row for row in self.formulas if row.effective_from <= month]
        if not rows:
            raise Refusal(_rule_missing(month))
        return max(rows, key=lambda row: row.effective_from)

    def divisor(self, age: int, month: BillingMonth) -> int:
        """The divisor for an age in the month. Raises Refusal (divisor_unknown, pension_rule_missing)."""
        tables = [table for table in self.divisors if table.effective_from <= month]
        if not tables:
            raise Refusal(_rule_missing(month))
        by_age = max(tables, key=lambda table: table.effective_from).by_age
        if age not in by_age:
            raise Refusal(_divisor_unknown(age, by_age))
        return by_age[age]

    def interest_ppm(self, year: int) -> int | None:
        """The published interest of a year in ppm; None where none is known, never zero."""
        return next((row.rate_ppm for row in self.interest if row.year == year), None)


@dataclass(frozen=True, slots=True)
class Account:
    """The balance of the personal account (个人账户储存额, fen) and the divisor that applies to it (118.3)."""

    balance_fen: int
    divisor: Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """A month's pension in fen, in its two parts, with the steps a clerk can redo with a calculator."""

    basic_fen: int
    account_fen: int
    steps: tuple[Step, ...]

    @property
    def total_fen(self) -> int:
        """Both parts, so that they always sum to the whole."""
        return self.basic_fen + self.account_fen


def estimate(
    reference_fen: int, average_index: Decimal, months: int, formula: Formula, account: Account | None = None
) -> Estimate:
    """Estimate a pension from the reference wage (计发基数, fen), average index (0.8) and months contributed.

    Without an account its part is 0. Raises ValueError for a reference wage, index or divisor that is not
    positive, or for negative months or balance.
    """
    if reference_fen <= 0 or average_index <= 0 or months < 0:
        raise ValueError(f"no pension from {reference_fen} fen, index {average_index}, {months} months")
    if account is not None and (account.balance_fen < 0 or account.divisor <= 0):
        raise ValueError(f"no account pension from {account.balance_fen} fen / {account.divisor}")
    averaged = reference_fen * (1 + Fraction(average_index)) / 2
    basic_fen = _rounded(averaged * Fraction(months, MONTHS_A_YEAR) * Fraction(formula.accrual_ppm, PPM), formula)
    account_fen = 0 if account is None else _rounded(account.balance_fen / Fraction(account.divisor), formula)
    reference, index = display_yuan(reference_fen), f"{average_index:f}"
    steps = [
        Step(
            "基础养老金",
            "Basic pension",
            f"({reference} + {reference} × {index}) ÷ 2 × {_years(months)} × {percent(formula.accrual_ppm)}，"
            f"{ROUNDING_LABELS[formula.rounding]}",
            display_yuan(basic_fen),
        )
    ]
    if account is not None:
        sum_text = f"{display_yuan(account.balance_fen)} ÷ {account.divisor:f}，{ROUNDING_LABELS[formula.rounding]}"
        steps.append(Step("个人账户养老金", "Account pension", sum_text, display_yuan(account_fen)))
        both = f"{display_yuan(basic_fen)} + {display_yuan(account_fen)}"
        steps.append(Step("合计", "Total", both, display_yuan(basic_fen + account_fen)))
    return Estimate(basic_fen, account_fen, tuple(steps))


def _rounded(exact_fen: Fraction, formula: Formula) -> int:
    return round_fen(exact_fen.numerator, exact_fen.denominator, formula.rounding)


def _years(months: int) -> str:
    years, rest = divmod(months, MONTHS_A_YEAR)
    return f"{months} ÷ {MONTHS_A_YEAR} 年" if rest else f"{years} 年"


def _rule_missing(month: BillingMonth) -> Problem:
    return Problem(
        code="pension_rule_missing",
        message=f"没有 {month} 适用的养老金计发规定",
        message_en=f"There is no pension row for {month}",
        remedy="请在 policies/national/pension.yaml 中补充并注明来源",
        remedy_en="Add it with its source to policies/national/pension.yaml",
    )


def _divisor_unknown(age: int, by_age: Mapping[int, int]) -> Problem:
    known = f"{min(by_age)}–{max(by_age)}" if by_age else "-"
    return Problem(
        code="divisor_unknown",
        message=f"计发月数表中没有 {age} 岁（表内为 {known} 岁）",
        message_en=f"The table of divisors has no age {age} (it has {known})",
        remedy="请用 --divisor 填写经办机构核定的计发月数",
        remedy_en="Give the divisor that the centre has set with --divisor",
        field="age",
        value=str(age),
    )
