"""What a review needs to know besides the row, and the form of what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.errors import Problem, Severity
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_LABELS_EN, KIND_ORDER, Kind, PolicyBook
from domain.selection import Choice


@dataclass(frozen=True, slots=True)
class EnrollFacts:
    """What is known around a row to be enrolled.

    `kinds` are the resolved kinds of the row (see `resolve_kinds`), `asked` those that the row or scheme asked for,
    `scheme_kinds` those of the row's scheme (None: no scheme).
    `open_kinds_here`/`elsewhere` are the person's kinds whose months contain the start month, at this company and at
    others. `closed_month`: the window of the start month is over, the enrolment moves to the next month.
    """

    book: PolicyBook
    declaration_month: BillingMonth
    kinds: frozenset[Kind]
    choice: Choice = field(default_factory=Choice)
    closed_month: bool = False
    open_kinds_here: frozenset[Kind] = frozenset()
    open_kinds_elsewhere: frozenset[Kind] = frozenset()
    name_on_file: str | None = None
    pending_here: bool = False
    asked: frozenset[Kind] | None = None
    scheme_kinds: frozenset[Kind] | None = None


@dataclass(frozen=True, slots=True)
class TerminateFacts:
    """What is known around a row to be stopped: the person's enrolment at this company, if there is one."""

    open: bool
    declaration_month: BillingMonth
    start_month: int | None = None
    name_on_file: str | None = None
    pending: bool = False


def finding(
    code: str,
    message: str,
    message_en: str,
    remedy: str,
    remedy_en: str,
    severity: Severity = Severity.ERROR,
    field: str | None = None,
) -> Problem:
    """A compliance problem; row and column are added when it is placed."""
    return Problem(code, message, message_en, remedy, remedy_en, severity, field)


def kind_names(kinds: Iterable[Kind]) -> tuple[str, str]:
    """The kinds in display order, in Chinese and in English."""
    ordered = sorted(kinds, key=KIND_ORDER.__getitem__)
    return "、".join(KIND_LABELS[kind] for kind in ordered), ", ".join(KIND_LABELS_EN[kind] for kind in ordered)
