"""An enrolment of a person with a company: its states, and which months it pays."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.policy import Kind


class EnrollmentState(StrEnum):
    """Submitted until the bureau answers; effective while it is paid for; stopped with a last month."""

    SUBMITTED = "submitted"
    EFFECTIVE = "effective"
    STOPPED = "stopped"
    REJECTED = "rejected"
    VOIDED = "voided"


ENROLLMENT_STATE_LABELS: Final[dict[EnrollmentState, tuple[str, str]]] = {
    EnrollmentState.SUBMITTED: ("已提交", "submitted"),
    EnrollmentState.EFFECTIVE: ("在册", "enrolled"),
    EnrollmentState.STOPPED: ("已停保", "stopped"),
    EnrollmentState.REJECTED: ("办理失败", "rejected"),
    EnrollmentState.VOIDED: ("已作废", "voided"),
}

BILLED_STATES: Final = (EnrollmentState.EFFECTIVE, EnrollmentState.STOPPED)
"""States in which months are owed: a stopped enrolment still owes the months up to its last one."""

OPEN_STATES: Final = (EnrollmentState.SUBMITTED, EnrollmentState.EFFECTIVE)
"""States in which the person counts as enrolled here."""

PAID_BY_EVERY_EMPLOYER: Final = frozenset({Kind.WORK_INJURY})
"""Kinds that each employer pays for its own people (实施《社会保险法》若干规定 §9); the others have one payer."""


def pays(month: int, start_month: int, last_month: int | None) -> bool:
    """Whether the month (yyyymm) lies within the enrolment; both ends are paid."""
    return start_month <= month and (last_month is None or month <= last_month)
