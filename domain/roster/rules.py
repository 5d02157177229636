"""The rules of rosters as dated rows (policies/national/roster_rules.yaml), each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.errors import Problem, Refusal, Severity
from domain.policy import Confidence
from domain.roster.kinds import DocumentKind, DocumentPlace, RosterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRule:
    """A figure from a day on: months, days, or a share in millionths."""

    effective_from: date
    key: str
    value: int
    confidence: Confidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRule:
    """A paper that each entry of a roster, or its project, has to have; how much its absence stops."""

    effective_from: date
    kind: RosterKind
    document: DocumentKind
    place: DocumentPlace
    severity: Severity
    confidence: Confidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RosterRules:
    """All rules, in any order."""

    rules: tuple[RosterRule, ...]
    documents: tuple[DocumentRule, ...]

    def on(self, key: str, day: date) -> RosterRule:
        """The row in force that day. Raises Refusal (roster_rule_missing) when there is none."""
        found = [row for row in self.rules if row.key == key and row.effective_from <= day]
        if not found:
            raise Refusal(_missing(key))
        return max(found, key=lambda row: row.effective_from)

    def papers(self, kind: RosterKind, day: date) -> tuple[DocumentRule, ...]:
        """The papers asked for on that day; a later row for the same paper and place takes an earlier one's place."""
        latest: dict[tuple[DocumentKind, DocumentPlace], DocumentRule] = {}
        for row in sorted(self.documents, key=lambda row: row.effective_from):
            if row.kind is kind and row.effective_from <= day:
                latest[row.document, row.place] = row
        return tuple(latest.values())

    def reminders(self, day: date) -> tuple[int, ...]:
        """How many days before the end of a contract somebody is reminded, the longest first."""
        keys = ("contract_reminder_first", "contract_reminder_second", "contract_reminder_last")
        return tuple(sorted((self.on(key, day).value for key in keys), reverse=True))


def _missing(key: str) -> Problem:
    return Problem(
        "roster_rule_missing",
        f"没有花名册规则“{key}”",
        f"There is no roster rule {key}",
        "请在 policies/national/roster_rules.yaml 中补上",
        "Add it to policies/national/roster_rules.yaml",
        field=key,
    )
