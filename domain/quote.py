"""A quote: what every kind costs a person in a month; what is left out says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.contribution import Line, base_not_positive, check_base, contribute
from domain.errors import Problem, Severity, has_errors
from domain.policy import KIND_ORDER, Category, Kind, PolicyBook, PolicyVersion
from domain.selection import INJURY_CLASSES, Choice, Selection, select

__all__ = ["INJURY_CLASSES", "STANDARD_KINDS", "Choice", "Quote", "Selection", "quote", "select"]

STANDARD_KINDS: Final[dict[Category, tuple[Kind, ...]]] = {
    Category.EMPLOYEE: (
        Kind.PENSION,
        Kind.MEDICAL,
        Kind.UNEMPLOYMENT,
        Kind.WORK_INJURY,
        Kind.MATERNITY,
        Kind.HOUSING_FUND,
    ),
    Category.FLEXIBLE: (Kind.PENSION, Kind.MEDICAL),
}
"""What a person of the category is expected to pay; a city without a row for one of them is told so."""

# Flexible employment is offered pension and medical alone (domain rule 灵活就业), whatever else a city lists.
_FLEXIBLE_KINDS: Final = frozenset({Kind.PENSION, Kind.MEDICAL, Kind.LARGE_MEDICAL})


@dataclass(frozen=True, slots=True)
class Quote:
    """The lines of one person and month. `problems` are about the quote as a whole; an error there means no lines."""

    lines: tuple[Line, ...] = ()
    omitted: tuple[tuple[Kind, Problem], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def employer_fen(self) -> int:
        """The employer's total in fen."""
        return sum(line.employer_fen for line in self.lines)

    @property
    def employee_fen(self) -> int:
        """The employee's total in fen."""
        return sum(line.employee_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        """Both sides together in fen."""
        return self.employer_fen + self.employee_fen

    @property
    def notices(self) -> tuple[Problem, ...]:
        """The notices of all lines, in order."""
        return tuple(notice for line in self.lines for notice in line.notices)


def quote(book: PolicyBook, city_code: str, category: Category, month: int, base_fen: int, choice: Choice) -> Quote:
    """Quote every chosen kind for a month number (202611) and a declared base in fen.

    A kind that cannot be computed is in `omitted` with its reason. A base of zero or less, or more than ten
    times the limit of any kind, is a problem of the whole quote and leaves no lines.
    """
    selected: list[Selection] = []
    omitted: list[tuple[Kind, Problem]] = []
    for kind in _kinds(book, city_code, category, month, choice):
        found = select(book, city_code, category, kind, month, choice)
        if isinstance(found, Problem):
            omitted.append((kind, found))
        else:
            selected.append(found)
    problems = _base_problems(base_fen, (policy for policy, _, _ in selected))
    if has_errors(problems):
        return Quote(omitted=tuple(omitted), problems=problems)
    if not selected:
        problems = (*problems, _nothing_computed())
    lines = tuple(contribute(policy, base_fen, employer, employee) for policy, employer, employee in selected)
    return Quote(lines=lines, omitted=tuple(omitted), problems=problems)


def _kinds(book: PolicyBook, city_code: str, category: Category, month: int, choice: Choice) -> list[Kind]:
    if choice.kinds is not None:
        wanted = set(choice.kinds)
    else:
        wanted = set(book.kinds(city_code, category, month)) | set(STANDARD_KINDS[category])
        if category is Category.FLEXIBLE:
            wanted &= _FLEXIBLE_KINDS
    return sorted(wanted, key=KIND_ORDER.__getitem__)


def _base_problems(base_fen: int, policies: Iterable[PolicyVersion]) -> tuple[Problem, ...]:
    if base_fen <= 0:
        return (base_not_positive(base_fen),)
    # The lowest limit speaks for all of them, or the same slip would be reported six times.
    limited = sorted((p for p in policies if p.base_max_fen is not None), key=lambda p: p.base_max_fen or 0)
    found = check_base(base_fen, limited[0]) if limited else None
    return () if found is None else (found,)


def _nothing_computed() -> Problem:
    return Problem(
        code="nothing_computed",
        message="没有一个险种可以计算，合计为零不代表不用缴费",
        message_en="No kind could be computed; the totals of zero do not mean that nothing is due",
        remedy="请按未计算各项的原因补齐信息",
        remedy_en="Supply what the omitted kinds ask for",
        severity=Severity.WARNING,
    )
