"""Suppliers: how they stand, what they charge for, and how they are scored by weighted criteria."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import Problem, Refusal, invalid
from domain.particulars import check_credit_code
from domain.period import BillingMonth
from domain.policy import Confidence

HIGHEST = 100
_PERIOD = re.compile(r"(?P<year>20\d\d)-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2]))")


class SupplierState(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"


class SupplierService(StrEnum):
    """What a price is asked for, per person and month."""

    FULL = "full"
    SOCIAL = "social"
    HOUSING = "housing"
    PAYROLL = "payroll"
    OTHER = "other"


SERVICE_LABELS = {
    SupplierService.FULL: "社保公积金代缴",
    SupplierService.SOCIAL: "社保代缴",
    SupplierService.HOUSING: "公积金代缴",
    SupplierService.PAYROLL: "代发工资",
    SupplierService.OTHER: "其他服务",
}


@dataclass(frozen=True, slots=True)
class SupplierDetails:
    """What is kept of a supplier itself."""

    name: str
    credit_code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What is asked from a month (yyyymm) on."""

    id: int
    from_month: int
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion with its weight in percent, from a day on, with where it comes from."""

    effective_from: date
    key: str
    name: str
    name_en: str
    weight: int
    confidence: Confidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria of all times; in force on a day are those that begin on the latest day that is not after it."""

    rows: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        """Raises ValueError where the weights of one day do not add up to 100 or a key stands there twice."""
        for begins in {row.effective_from for row in self.rows}:
            same = [row for row in self.rows if row.effective_from == begins]
            if sum(row.weight for row in same) != 100 or len({row.key for row in same}) != len(same):
                raise ValueError(f"the weights from {begins} do not add up to 100, or a criterion is named twice")

    def on(self, day: date) -> tuple[Criterion, ...]:
        """The criteria in force that day, in the order they are written; empty before the first."""
        begins = max((row.effective_from for row in self.rows if row.effective_from <= day), default=None)
        return tuple(row for row in self.rows if row.effective_from == begins)


def check_supplier(details: SupplierDetails) -> list[Problem]:
    """Codes name_invalid, note_invalid, and those of a credit code."""
    problems: list[Problem] = []
    if not 2 <= len(details.name.strip()) <= 120:
        problems.append(invalid("name", "供应商名称须为 2 至 120 个字", "The name needs 2 to 120 characters"))
    if len(details.note) > 400:
        problems.append(invalid("note", "备注最多 400 个字", "The note has at most 400 characters"))
    if details.credit_code:
        problems += [p.at(field="creditCode") for p in check_credit_code(details.credit_code).problems]
    return problems


def in_force(prices: Iterable[Price], month: int) -> Price | None:
    """The price of a month: the latest that began by then. Of two from the same month the later entered one."""
    begun = [price for price in prices if price.from_month <= month]
    return max(begun, key=lambda price: (price.from_month, price.id), default=None)


def period_months(period: str) -> tuple[BillingMonth, BillingMonth]:
    """First and last month of 2026-Q4 or 2026-11; refused (`period_invalid`) when it is neither."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        problem = invalid("period", "期间写作 2026-Q4 或 2026-11", "Write a period as 2026-Q4 or 2026-11")
        raise Refusal(problem.at(value=period[:20]))
    year = int(match["year"])
    if match["month"]:
        month = BillingMonth(year, int(match["month"]))
        return month, month
    last = BillingMonth(year, int(match["quarter"]) * 3)
    return last.shift(-2), last


def score(criteria: Sequence[Criterion], points: Mapping[str, int]) -> int:
    """The weighted sum in hundredths of a point: 9250 is 92.50. Exact, for weights are whole percents.

    Refused (`scores_missing`, `scores_unknown`, `scores_range`) unless each criterion has 0 to 100 points.
    """
    problems = []
    names = {c.key: c.name for c in criteria}
    if missing := [name for key, name in names.items() if key not in points]:
        problems.append(_scores("missing", f"缺少评分：{'、'.join(missing)}", "Criteria without points", missing[0]))
    if unknown := [key for key in points if key not in names]:
        problems.append(_scores("unknown", f"没有这些评分项：{'、'.join(unknown)}", "Unknown criteria", unknown[0]))
    for key, given in points.items():
        if not 0 <= given <= HIGHEST:
            where = names.get(key, key)
            problems.append(_scores("range", f"{where}须为 0 至 100 分", f"{key} takes 0 to 100 points", str(given)))
    if problems:
        raise Refusal(*problems)
    return sum(c.weight * points[c.key] for c in criteria)


def hundredths(total: int) -> str:
    """9250 as 92.50."""
    return f"{total // 100}.{total % 100:02d}"


def _scores(code: str, message: str, message_en: str, value: str) -> Problem:
    remedy, remedy_en = "请按评分项逐项填写 0 至 100 分", "Give 0 to 100 points for each criterion"
    return Problem(f"scores_{code}", message, message_en, remedy, remedy_en, field="scores", value=value[:60])
