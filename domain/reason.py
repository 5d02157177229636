"""A reason that somebody has to state before an act is done."""

from __future__ import annotations

from domain.errors import Problem, Refusal

SHORTEST = 2
LONGEST = 200


def stated(reason: str, what: str, what_en: str, remedy: str, remedy_en: str) -> str:
    """The reason without blanks around it, at most 200 characters; refused (`reason_needed`) when there is none."""
    text = reason.strip()
    if len(text) < SHORTEST:
        raise Refusal(Problem("reason_needed", f"请填写{what}", f"State {what_en}", remedy, remedy_en, field="reason"))
    return text[:LONGEST]
