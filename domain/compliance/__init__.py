"""Compliance review of a checked row (合规审核): what the law, the city's policy and the person's state say to it.

The facts are loaded by the caller, in bulk; nothing here asks the database. A problem never names another client,
and never repeats a name or number from another record.
"""

from __future__ import annotations

from domain.compliance.facts import EnrollFacts, TerminateFacts, finding
from domain.compliance.person import ages, conflicts, last_month_problems, name_differs, start_moved
from domain.compliance.standard import kinds_and_bases, resolve_kinds
from domain.errors import Problem
from domain.period import BillingMonth
from domain.precheck.reasons import STOP_REASONS, StopReason
from domain.precheck.row import CheckedRow

__all__ = [
    "STOP_REASONS",
    "EnrollFacts",
    "StopReason",
    "TerminateFacts",
    "resolve_kinds",
    "review_enroll",
    "review_terminate",
]


def review_enroll(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    """All compliance problems of a row to be enrolled; values that the precheck could not read are left out.

    Errors: already_enrolled, already_pending, payer_conflict, kinds_missing, kind_not_offered, policy_missing and the
    other codes of `selection.select`, base_not_positive, base_far_above_max, under_age. Warnings: over_age,
    name_mismatch, start_moved. Notices: base_below_min, base_above_max, maternity_merged.
    """
    problems = [
        *conflicts(facts),
        *ages(row, facts.declaration_month),
        *name_differs(row, facts.name_on_file),
        *kinds_and_bases(row, facts),
    ]
    if facts.closed_month:
        problems.append(start_moved(row))
    return [_placed(found, row) for found in problems]


def review_terminate(row: CheckedRow, facts: TerminateFacts) -> list[Problem]:
    """All compliance problems of a row to be stopped.

    Errors: not_enrolled, stop_pending, last_before_start. Warnings: last_long_past, name_mismatch.
    """
    problems = list(name_differs(row, facts.name_on_file))
    if not facts.open:
        problems.append(
            finding(
                "not_enrolled",
                "此人在本单位没有在册的参保",
                "This person is not enrolled at this company",
                "请核对证件号码；若增员尚未生效，请先撤回增员",
                "Check the document number; if the enrolment is not yet effective, withdraw it instead",
                field="id_number",
            )
        )
    elif facts.pending:
        problems.append(
            finding(
                "stop_pending",
                "此人已有一笔减员在办理",
                "A termination of this person is already under way",
                "请等待该笔结果，或先撤回该笔",
                "Wait for its result, or withdraw it first",
                field="id_number",
            )
        )
    if facts.open and row.last_month is not None:
        problems += last_month_problems(BillingMonth.of(row.last_month), facts)
    return [_placed(found, row) for found in problems]


def _placed(found: Problem, row: CheckedRow) -> Problem:
    return found.at(row=row.row_no)
