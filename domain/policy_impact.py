"""What a new book of policies costs people against the old one, in arrays of whole fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from domain.contribution import contribute
from domain.contribution_arrays import Fen, TooLarge, contribute_array
from domain.errors import Problem
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from domain.selection import Choice, Selection, select

_AMOUNT_FACTS: Final = (
    "base_min_fen",
    "base_max_fen",
    "employer_rate_min_ppm",
    "employer_rate_max_ppm",
    "employee_rate_min_ppm",
    "employee_rate_max_ppm",
    "employer_fixed_fen",
    "employee_fixed_fen",
    "employer_rounding",
    "employee_rounding",
)


@dataclass(frozen=True, slots=True)
class Alike:
    """What people share who differ in their declared base alone."""

    city_code: str
    category: Category
    kind: Kind
    tier: str
    housing_rate_ppm: int | None
    injury_class: int | None

    def selected(self, book: PolicyBook, month: int) -> Selection | Problem:
        """The row and rates of these people in the month, or why there are none."""
        choice = Choice(
            tiers={self.kind: self.tier} if self.tier else {},
            housing_rate_ppm=self.housing_rate_ppm,
            injury_class=self.injury_class,
        )
        return select(book, self.city_code, self.category, self.kind, month, choice)


def same_amounts(one: PolicyVersion | None, other: PolicyVersion | None) -> bool:
    """Whether two rows lead to the same amounts for everybody; what they say of their origin does not count."""
    if one is None or other is None:
        return one is other
    return all(getattr(one, fact) == getattr(other, fact) for fact in _AMOUNT_FACTS)


def moves(before: Selection | Problem, after: Selection | Problem) -> bool:
    """Whether anybody's amounts may differ between the two selections."""
    if isinstance(before, Problem) or isinstance(after, Problem):
        return isinstance(before, Problem) != isinstance(after, Problem)
    return before[1:] != after[1:] or not same_amounts(before[0], after[0])


def owed(selection: Selection | Problem, declared: Fen) -> tuple[Fen, Fen]:
    """Employer's and employee's part (fen) of each declared base; nothing where no row can be chosen."""
    if isinstance(selection, Problem):
        return np.zeros_like(declared), np.zeros_like(declared)
    policy, employer_ppm, employee_ppm = selection
    try:
        _, employer, employee = contribute_array(policy, declared, employer_ppm, employee_ppm)
    except TooLarge:
        lines = [contribute(policy, int(base), employer_ppm, employee_ppm) for base in declared]
        employer = np.array([line.employer_fen for line in lines], np.int64)
        employee = np.array([line.employee_fen for line in lines], np.int64)
    return employer, employee
