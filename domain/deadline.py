"""How many business days somebody has (policies/national/deadlines.yaml), by what has to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.errors import Problem, Refusal
from domain.policy import Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Business days for `key` from a day on, with where the figure comes from."""

    effective_from: date
    key: str
    days: int
    confidence: Confidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """All terms, in any order."""

    rows: tuple[Term, ...]

    def on(self, key: str, day: date) -> Term:
        """The term in force that day. Raises Refusal (term_missing) when there is none."""
        found = [row for row in self.rows if row.key == key and row.effective_from <= day]
        if not found:
            raise Refusal(
                Problem(
                    "term_missing",
                    f"没有“{key}”的办理时限",
                    f"There is no term for {key}",
                    "请在 policies/national/deadlines.yaml 中补上该时限",
                    "Add it to policies/national/deadlines.yaml",
                    field=key,
                )
            )
        return max(found, key=lambda row: row.effective_from)
