"""Later-known facts about closed months: what was missed is made up, what was different is settled, our fee too.

A closed month never changes. What a person owes for it by today's facts is compared with what was billed for it so
far; the difference becomes a line of the next open month that names the month it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class FeeSource:
    """An enrolment that covers a month, and its service fee a month (fen)."""

    enrollment_id: int
    fen: int


@dataclass(frozen=True, slots=True)
class FeeDelta:
    """What is to be charged (fen; negative: given back) as service fee of a closed month, and on which enrolment."""

    enrollment_id: int
    fen: int
    was_fen: int

    @property
    def reason(self) -> dict[str, Any]:
        """What the line keeps of its origin, so that it explains itself for ever."""
        return {"was": self.was_fen, "owed": self.was_fen + self.fen}


def fee_of(sources: Iterable[FeeSource]) -> FeeSource | None:
    """One fee a person, city and month: the highest, and of equal ones the oldest enrolment's. None where none is
    owed."""
    paid = [source for source in sources if source.fen > 0]
    return min(paid, key=lambda source: (-source.fen, source.enrollment_id), default=None)


def settle_fee(due: FeeSource | None, charged: Mapping[int, int]) -> FeeDelta | None:
    """What is to be added for a person's closed month; None when the fee was charged as it should be.

    `charged` is what closed bills charged so far (fen) by enrolment. What is given back as a whole goes back on the
    enrolment that it was charged on.
    """
    was = sum(charged.values())
    delta = (due.fen if due else 0) - was
    if delta == 0:
        return None
    on = due.enrollment_id if due else min(charged, key=lambda each: (-charged[each], each))
    return FeeDelta(on, delta, was)


def explain_fee(month: int, reason: Mapping[str, Any]) -> Explanation:
    """Why a service fee of a closed month is charged later or given back."""
    belongs, was, owed = BillingMonth.of(month), int(reason["was"]), int(reason["owed"])
    verb, verb_en = ("补收", "Service fee charged later") if owed > was else ("退回", "Service fee given back")
    amount = format_yuan(abs(owed - was))
    why = "按现在的在册情况" if owed else "该月已不在册"
    text = f"{verb} {belongs} 服务费 {amount}：{why}，应收 {format_yuan(owed)}，已收 {format_yuan(was)}"
    step = Step(
        f"{verb}服务费", verb_en, f"应收 {display_yuan(owed)} − 已收 {display_yuan(was)}", display_yuan(owed - was)
    )
    return Explanation(text, (step,))


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
