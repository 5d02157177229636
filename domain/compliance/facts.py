"""What a review needs to know besides the row, and the form of what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.blacklist import Effect
from domain.errors import Problem, Severity
from domain.legal_basis import LegalBasis, default_basis
from domain.over_age import Retirements
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_LABELS_EN, KIND_ORDER, Kind, PolicyBook
from domain.precheck.row import CheckedRow
from domain.selection import Choice
from domain.window import UNKNOWN, Window


@dataclass(frozen=True, slots=True)
class EnrollFacts:
    """What is known around a row to be enrolled.

    `kinds` are the resolved kinds of the row (see `resolve_kinds`), `asked` those that the row or scheme asked for,
    `scheme_kinds` those of the row's scheme (None: no scheme), `ruled_kinds` those whose base the scheme sets.
    `open_kinds_here`/`elsewhere` are the person's kinds whose months contain the start month, at this company and at
    others. `pending_elsewhere`: kinds that wait in another client's batch. `window` is the city's, `first_open` the
    first month that it still takes. `contract_on_file`: first and last day of a contract known from before. `banned`:
    what the blacklist says about the person. Without `retirement` rows nobody is asked about the retirement age.
    """

    book: PolicyBook
    declaration_month: BillingMonth
    kinds: frozenset[Kind]
    choice: Choice = field(default_factory=Choice)
    open_kinds_here: frozenset[Kind] = frozenset()
    open_kinds_elsewhere: frozenset[Kind] = frozenset()
    name_on_file: str | None = None
    pending_here: bool = False
    asked: frozenset[Kind] | None = None
    scheme_kinds: frozenset[Kind] | None = None
    ruled_kinds: frozenset[Kind] = frozenset()
    pending_elsewhere: frozenset[Kind] = frozenset()
    window: Window = UNKNOWN
    first_open: BillingMonth | None = None
    retirement: Retirements | None = None
    contract_on_file: tuple[str | None, str | None] = (None, None)
    banned: Effect | None = None


@dataclass(frozen=True, slots=True)
class TerminateFacts:
    """What is known around a row to be stopped: the person's enrolment at this company, if there is one."""

    open: bool
    declaration_month: BillingMonth
    start_month: int | None = None
    name_on_file: str | None = None
    pending: bool = False
    window: Window = UNKNOWN


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


def basis_of(row: CheckedRow) -> LegalBasis:
    """The legal basis that the row names, else that of its category."""
    named = row.extra.get("legal_basis")
    return LegalBasis(named) if named else default_basis(row.category)
