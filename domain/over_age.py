"""Whether somebody has reached the statutory retirement month, and what was decided about them (超龄处理).

Dated rows come in as arguments (policies/national/retirement.yaml). A woman's month depends on her post (50 or 55),
which no document says: between the two months somebody has to tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.period import BillingMonth
from domain.retirement import MONTHS_A_YEAR, Retirement, RetirementCategory, RetirementRules, retire


class OverAgeDecision(StrEnum):
    """What is done with somebody of that age: not due yet, paying on to the minimum years, or work injury alone."""

    NOT_DUE = "not_due"
    EXTEND = "extend"
    INJURY_ONLY = "injury_only"


DECISION_WORDS: Final[dict[OverAgeDecision, tuple[str, ...]]] = {
    OverAgeDecision.NOT_DUE: ("未到退休年龄", "未达退休年龄", "未到龄", "未退休"),
    OverAgeDecision.EXTEND: ("延长缴费", "延缴", "延长缴纳", "继续缴费"),
    OverAgeDecision.INJURY_ONLY: ("仅参加工伤", "仅工伤", "只参加工伤", "单工伤", "工伤", "仅参加工伤保险"),
}
"""The words of each decision, its label first."""

_CATEGORIES: Final[dict[str, tuple[RetirementCategory, ...]]] = {
    "male": (RetirementCategory.MALE,),
    "female": (RetirementCategory.FEMALE50, RetirementCategory.FEMALE55),
}


@dataclass(frozen=True, slots=True)
class Reached:
    """The retirement months reached so far, by what the person may be. `open` are the categories still ahead."""

    retirements: tuple[tuple[RetirementCategory, Retirement], ...]
    open: tuple[tuple[RetirementCategory, Retirement], ...]


class Retirements:
    """The dated rows with the answers that one sheet has asked for already: people share birth months."""

    def __init__(self, rules: RetirementRules) -> None:
        self._rules = rules
        self._youngest = {
            sex: min((self._original(category) for category in categories), default=0) * MONTHS_A_YEAR
            for sex, categories in _CATEGORIES.items()
        }
        self._found: dict[tuple[BillingMonth, str], tuple[tuple[RetirementCategory, Retirement], ...]] = {}

    def _original(self, category: RetirementCategory) -> int:
        """The original age in years; 0 without a row, when nobody can say that somebody is too young."""
        return next((row.original_age for row in self._rules.delays if row.category is category), 0)

    def reached(self, birth: date, sex: str | None, month: BillingMonth) -> Reached | None:
        """What the person has reached by the month; None when nothing has been reached whatever the post.

        Raises Refusal (retirement_rule_missing) when a row is missing for somebody whom it may concern.
        """
        born = BillingMonth.from_date(birth)
        # Delays only add to the original age, so most rows end here.
        if sex not in _CATEGORIES or born.months_until(month) < self._youngest[sex]:
            return None
        found = self._found.get((born, sex))
        if found is None:
            found = tuple((category, retire(born, category, self._rules)) for category in _CATEGORIES[sex])
            self._found[born, sex] = found
        past = tuple(each for each in found if each[1].retirement_month <= month)
        return Reached(past, tuple(each for each in found if each not in past)) if past else None
