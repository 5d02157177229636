"""Later-known facts about closed months: what was missed is made up, what was different is settled.

A closed month never changes. What a person owes for it by today's facts is compared with what was billed for it so
far; the difference becomes a line of the next open month that names the month it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.bill import LineType
from domain.contribution import Line
from domain.explanation import Explanation, Step, explain
from domain.money import display_yuan, format_yuan
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_LABELS_EN, Kind


@dataclass(frozen=True, slots=True)
class Billed:
    """What all closed bills charged for one enrolment, kind and month; `lines` 0: nothing was ever billed."""

    employer_fen: int = 0
    employee_fen: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """A line for a closed month: the amounts to add (negative: to give back) and how they came about.

    `now` is today's computation, None where nothing is owed any more.
    """

    line_type: LineType
    employer_fen: int
    employee_fen: int
    now: Line | None
    was: Billed

    @property
    def reason(self) -> dict[str, Any]:
        """What the line keeps of its origin, so that it explains itself for ever."""
        return {
            "was_employer": self.was.employer_fen,
            "was_employee": self.was.employee_fen,
            "was_lines": self.was.lines,
        }


def settle(now: Line | None, was: Billed) -> Settlement | None:
    """What is to be added for a closed month; None when everything was billed as it should be.

    A month that nothing was billed for is a makeup (补缴), any other delta a difference (补差).
    """
    employer = (now.employer_fen if now else 0) - was.employer_fen
    employee = (now.employee_fen if now else 0) - was.employee_fen
    if employer == 0 and employee == 0:
        return None
    kind = LineType.DIFFERENCE if was.lines else LineType.MAKEUP
    return Settlement(kind, employer, employee, now, was)


def explain_settlement(kind: Kind, month: int, now: Line | None, reason: Mapping[str, Any]) -> Explanation:
    """Why a makeup or difference line is what it is: today's amount, what was billed, and the rest."""
    belongs = BillingMonth.of(month)
    employer = now.employer_fen if now else 0
    employee = now.employee_fen if now else 0
    computed = explain(now, belongs.number) if now else None
    if not reason["was_lines"]:
        text = f"补缴 {belongs}：该月此前没有出账。{computed.text if computed else ''}"
        head = Step("补缴", "Makeup", f"{belongs} 此前没有出账", display_yuan(employer + employee))
        return Explanation(text, (head, *(computed.steps if computed else ())))
    was_employer, was_employee = int(reason["was_employer"]), int(reason["was_employee"])
    sides = (("单位", "Employer", employer, was_employer), ("个人", "Employee", employee, was_employee))
    steps = [
        Step(
            f"{label}差额",
            f"{label_en} difference",
            f"应缴 {display_yuan(due)} − 已出账 {display_yuan(was)}",
            display_yuan(due - was),
        )
        for label, label_en, due, was in sides
    ]
    told = "，".join(
        f"{label}应缴 {format_yuan(due)}，已出账 {format_yuan(was)}，差额 {format_yuan(due - was)}"
        for label, _, due, was in sides
    )
    owed = computed.text if computed else f"{KIND_LABELS[kind]} {belongs}：已停保，不再应缴"
    if computed is None:
        steps.append(Step("现在应缴", f"{KIND_LABELS_EN[kind]} owed now", "已停保或未参加", display_yuan(0)))
    return Explanation(f"补差 {belongs}：{told}。{owed}", (*steps, *(computed.steps if computed else ())))
