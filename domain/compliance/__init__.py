"""Compliance review of a checked row (合规审核): what the law, the city's policy and the person's state say to it.

The facts are loaded by the caller, in bulk; nothing here asks the database. A problem never names another client,
and never repeats a name or number from another record.
"""

from __future__ import annotations

from domain.compliance.age import ages
from domain.compliance.basis import contract_days, legal_basis, narrowed
from domain.compliance.facts import EnrollFacts, TerminateFacts, basis_of, finding
from domain.compliance.months import ASKED_LAST, ASKED_START, last_moved, place_last, place_start, start_problems
from domain.compliance.person import banned, conflicts, last_month_problems, name_differs
from domain.compliance.standard import kinds_and_bases, resolve_kinds
from domain.errors import Problem
from domain.period import BillingMonth
from domain.precheck.reasons import STOP_REASONS, StopReason
from domain.precheck.row import CheckedRow

__all__ = [
    "ASKED_LAST",
    "ASKED_START",
    "STOP_REASONS",
    "EnrollFacts",
    "StopReason",
    "TerminateFacts",
    "banned",
    "basis_of",
    "contract_days",
    "narrowed",
    "place_last",
    "place_start",
    "resolve_kinds",
    "review_enroll",
    "review_terminate",
]


def review_enroll(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    """All compliance problems of a row to be enrolled; values that the precheck could not read are left out.

    Errors: blacklisted, already_enrolled, already_pending, payer_conflict, kinds_missing, kind_not_offered,
    policy_missing and the other codes of `selection.select`, base_not_positive, base_far_above_max, under_age,
    over_age_kinds, basis_category, basis_kinds, contract_ended, makeup_limit. Warnings: blacklist_warning,
    payer_waiting, over_age, retirement_post, name_mismatch, contract_missing, dispatch_contract_short, start_moved,
    makeup_documents. Notices: base_below_min, base_above_max, maternity_merged, over_age_extended, makeup_lines.
    """
    problems = [
        *banned(facts.banned),
        *conflicts(facts),
        *ages(row, facts),
        *name_differs(row, facts.name_on_file),
        *legal_basis(row, facts),
        *kinds_and_bases(row, facts),
        *start_problems(row, facts),
    ]
    return [_placed(found, row) for found in problems]


def review_terminate(row: CheckedRow, facts: TerminateFacts) -> list[Problem]:
    """All compliance problems of a row to be stopped.

    Errors: not_enrolled, stop_pending, last_before_start. Warnings: last_long_past, last_moved, name_mismatch.
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
        problems += last_moved(row, facts.window, facts.declaration_month)
    return [_placed(found, row) for found in problems]


def _placed(found: Problem, row: CheckedRow) -> Problem:
    return found.at(row=row.row_no)
