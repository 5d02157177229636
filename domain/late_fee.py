"""The late fee (滞纳金) on contributions paid after the due date, and the amount when nothing was declared.

fee = amount × 0.05 % × days (社会保险法 §86), borne by the employer. The day on which counting starts is disputed,
so it is a choice: next-day is the day after the due date, second-month the first day of the second month after the
month of the due date. Both the first day and the day of payment count: due 2026-01-15, paid 2026-03-01 is 45 days by
next-day (January 16 to March 1) and 1 day by second-month. The housing fund knows no late fee. Figures come from
policies/national/late_fee.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from domain.errors import Problem, Refusal, Severity
from domain.explanation import Explanation, Step
from domain.money import PPM, Rounding, display_yuan, format_yuan, percent, round_fen
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, Confidence, Kind


class StartRule(StrEnum):
    """From which day a late fee is counted."""

    NEXT_DAY = "next-day"
    SECOND_MONTH = "second-month"


START_RULE_LABELS: Final[dict[StartRule, str]] = {
    StartRule.NEXT_DAY: "缴费期限次日起",
    StartRule.SECOND_MONTH: "第二个月 1 日起",
}

START_RULE_NUMBERS: Final[dict[int, StartRule]] = {1: StartRule.NEXT_DAY, 2: StartRule.SECOND_MONTH}
"""What the number of a city's late-fee rule stands for."""


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


@dataclass(frozen=True, slots=True)
class CityTerms:
    """What staff have set for a city: the last day to pay (day of the month), and where counting starts (None: as the
    national row has it)."""

    pay_day: int
    start: StartRule | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """The late fee of a makeup, with all that it was computed from; amounts in fen, the rate a day in ppm."""

    amount_fen: int
    due: date
    paid: date
    rule: LateFeeRule
    start: StartRule
    fee: LateFee

    @property
    def reason(self) -> dict[str, Any]:
        """What the line keeps, so that it explains itself for ever."""
        return {
            "amount": self.amount_fen,
            "due": self.due.isoformat(),
            "paid": self.paid.isoformat(),
            "first": self.fee.first_day.isoformat() if self.fee.first_day else None,
            "days": self.fee.days,
            "daily_ppm": self.rule.daily_ppm,
            "start": self.start.value,
            "source": self.rule.source,
        }


def due_date(month: int, pay_day: int) -> date:
    """The day (1 to 31) in the month (yyyymm); a day that the month does not have is its last one."""
    last = BillingMonth.of(month).last_day()
    return last.replace(day=min(pay_day, last.day))


def charge(amount_fen: int, belongs: int, paid_in: int, terms: CityTerms, rules: LateFeeRules) -> Charge | None:
    """The late fee on a makeup (fen) of month `belongs` that is paid in month `paid_in` (yyyymm), both by the city's
    last day to pay; None where nothing has to be paid for being late. Raises Refusal (late_fee_rule_missing)."""
    due, paid = due_date(belongs, terms.pay_day), due_date(paid_in, terms.pay_day)
    if amount_fen <= 0 or paid <= due:
        return None
    rule = rules.late_fee_on(due)
    start = terms.start or rule.start
    fee = late_fee(amount_fen, due, paid, rule, start)
    return Charge(amount_fen, due, paid, rule, start, fee) if fee.fee_fen else None


@dataclass(frozen=True, slots=True)
class FeeDelta:
    """What is to be added to a late fee that was charged before (fen; negative: to give back)."""

    fen: int
    was_fen: int

    @property
    def reason(self) -> dict[str, Any]:
        """What the line keeps, so that it explains itself for ever."""
        return {"was_fee": self.was_fen}


def settled_fee(charged_fen: int, first_fen: int, *, gone: bool) -> FeeDelta | None:
    """Brings a fee that was charged at first with `first_fen` and comes to `charged_fen` by now to what is owed.

    Nothing when the makeup is gone, else what was charged at first: time that passed since changes nothing.
    """
    owed = 0 if gone else first_fen
    return FeeDelta(owed - charged_fen, charged_fen) if owed != charged_fen else None


def explain_charge(kind: Kind, belongs: int, fee_fen: int, reason: Mapping[str, Any]) -> Explanation:
    """Why a late-fee line is what it is, from what it keeps."""
    if "was_fee" in reason:
        return _explain_delta(kind, belongs, fee_fen, int(reason["was_fee"]))
    month, amount, fee = BillingMonth.of(belongs), int(reason["amount"]), display_yuan(fee_fen)
    rate, days = percent(int(reason["daily_ppm"])), int(reason["days"])
    rule = START_RULE_LABELS[StartRule(reason["start"])]
    formula = f"{display_yuan(amount)} × {rate} × {days} 天"
    text = (
        f"滞纳金 {month} {KIND_LABELS[kind]}：补缴 {format_yuan(amount)}，应于 {reason['due']} 前缴纳，"
        f"按 {reason['paid']} 缴纳计，{rule}（{reason['first']}）共 {days} 天，每日 {rate}，计 {format_yuan(fee_fen)}，"
        f"由单位承担；来源：{reason['source']}"
    )
    steps = (
        Step("补缴金额（单位加个人）", "Made up, both sides", f"{month}", display_yuan(amount)),
        Step("缴费期限", "Due", "", str(reason["due"])),
        Step("计算至", "Counted up to", "", str(reason["paid"])),
        Step("起算日", "First day counted", rule, str(reason["first"])),
        Step("天数", "Days", f"{reason['first']} – {reason['paid']}", str(days)),
        Step("滞纳金", "Late fee", formula, fee),
        Step("来源", "Source", "", str(reason["source"])),
    )
    return Explanation(text, steps)


def _explain_delta(kind: Kind, belongs: int, delta_fen: int, was_fen: int) -> Explanation:
    """A fee that is given back with its makeup, or charged as before because the makeup is owed after all."""
    owed = was_fen + delta_fen
    back = delta_fen < 0
    why = "相应补缴已退回，滞纳金一并退回" if back else "相应补缴仍应缴纳，滞纳金按原金额恢复"
    why_en = "given back with its makeup" if back else "charged as before, the makeup is owed after all"
    text = (
        f"滞纳金 {BillingMonth.of(belongs)} {KIND_LABELS[kind]}：{why}；应计 {format_yuan(owed)}，"
        f"已出账 {format_yuan(was_fen)}，差额 {format_yuan(delta_fen)}，由单位承担"
    )
    formula = f"应计 {display_yuan(owed)} − 已出账 {display_yuan(was_fen)}"
    return Explanation(text, (Step("滞纳金差额", f"Late fee {why_en}", formula, display_yuan(delta_fen)),))


def late_fee_unknown(city: str) -> Problem:
    """The notice that a city's last day to pay is not set, so that no late fee could be computed."""
    return Problem(
        code="late_fee_unknown",
        message=f"{city}未设置缴费期限日，补缴的滞纳金没有计算",
        message_en=f"No payment day is set for {city}; late fees on its makeups were not computed",
        remedy="请在城市管理中填写该城市的缴费期（每月几日），然后重新计算",
        remedy_en="Set the city's payment window (a day of the month) in city management, then compute again",
        severity=Severity.NOTICE,
        field="pay_window",
        value=city,
    )


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
