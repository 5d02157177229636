"""The late fee (滞纳金) on contributions paid after the due date, and the amount when nothing was declared.

fee = amount × 0.05 % × days (社会保险法 §86), borne by the employer. The day on which counting starts is disputed,
so it is a choice: next-day is the day after the due date, second-month the first day of the second month after the
month of the due date. Both the first day and the day of payment count: due 2026-01-15, paid 2026-03-01 is 45 days by
next-day (January 16 to March 1) and 1 day by second-month. The housing fund knows no late fee. Figures come from
policies/national/late_fee.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.errors import Problem, Refusal
from domain.money import PPM, Rounding, round_fen
from domain.period import BillingMonth
from domain.policy import Confidence


class StartRule(StrEnum):
    """From which day a late fee is counted."""

    NEXT_DAY = "next-day"
    SECOND_MONTH = "second-month"


START_RULE_LABELS: Final[dict[StartRule, str]] = {
    StartRule.NEXT_DAY: "缴费期限次日起",
    StartRule.SECOND_MONTH: "第二个月 1 日起",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFeeRule:
    """The rate a day in ppm for contributions due from this day on, where counting usually starts, the rounding."""

    effective_from: date
    daily_ppm: int
    start: StartRule
    rounding: Rounding
    confidence: Confidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeclaredRule:
    """What is charged for a month that was not declared, in ppm of the month before (1 100 000 is 110 %)."""

    effective_from: date
    factor_ppm: int
    rounding: Rounding
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class LateFeeRules:
    """All rows; each list in any order."""

    late_fees: tuple[LateFeeRule, ...]
    undeclared: tuple[UndeclaredRule, ...]

    def late_fee_on(self, due: date) -> LateFeeRule:
        """The row for contributions due on that day. Raises Refusal (late_fee_rule_missing) when there is none."""
        rows = [row for row in self.late_fees if row.effective_from <= due]
        if not rows:
            raise Refusal(_rule_missing(due))
        return max(rows, key=lambda row: row.effective_from)

    def undeclared_on(self, due: date) -> UndeclaredRule:
        """The row for contributions due on that day. Raises Refusal (late_fee_rule_missing) when there is none."""
        rows = [row for row in self.undeclared if row.effective_from <= due]
        if not rows:
            raise Refusal(_rule_missing(due))
        return max(rows, key=lambda row: row.effective_from)


@dataclass(frozen=True, slots=True)
class LateFee:
    """Days counted, the fee in fen, and the first day counted (None when paid in time)."""

    days: int
    fee_fen: int
    first_day: date | None


def first_day(due: date, start: StartRule) -> date:
    """The first day that counts. Raises ValueError or OverflowError at the end of the calendar."""
    if start is StartRule.NEXT_DAY:
        return due + timedelta(days=1)
    return BillingMonth.from_date(due).shift(2).first_day()


def late_fee(amount_fen: int, due: date, paid: date, rule: LateFeeRule, start: StartRule | None = None) -> LateFee:
    """The late fee on an amount (fen) due and paid on these days; `start` overrides the row's usual start.

    Paid before the first day that counts: 0 days and no fee. Raises ValueError for a negative amount.
    """
    if amount_fen < 0:
        raise ValueError(f"no late fee on {amount_fen} fen")
    if paid <= due:
        return LateFee(0, 0, None)
    first = first_day(due, start or rule.start)
    days = (paid - first).days + 1
    if days <= 0:
        return LateFee(0, 0, None)
    return LateFee(days, round_fen(amount_fen * rule.daily_ppm * days, PPM, rule.rounding), first)


def undeclared_fen(last_month_fen: int, rule: UndeclaredRule) -> int:
    """What is charged provisionally for a month not declared (§62): 110 % of the month before, in fen.

    Raises ValueError for a negative amount.
    """
    return round_fen(last_month_fen * rule.factor_ppm, PPM, rule.rounding)


def _rule_missing(due: date) -> Problem:
    return Problem(
        code="late_fee_rule_missing",
        message=f"没有缴费期限 {due.isoformat()} 适用的滞纳金规定",
        message_en=f"There is no late fee row for a due date of {due.isoformat()}",
        remedy="请核对日期；更早的欠费请按当时的规定人工核算",
        remedy_en="Check the date; older arrears follow the rules of their time and are computed by hand",
        field="due",
        value=due.isoformat(),
    )
