"""Local rules of a city in words, and as a number where staff have set one. What nobody knows is said to be unknown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from domain.errors import Problem
from domain.policy import Confidence

NATIONWIDE: Final = "全国"


class RuleTopic(StrEnum):
    """What a local rule is about."""

    ENROLL_WINDOW = "enroll_window"
    PAY_WINDOW = "pay_window"
    CUTOFF_RULE = "cutoff_rule"
    LATE_FEE_START = "late_fee_start"
    MAKEUP_LIMIT = "makeup_limit"
    MAKEUP_DOCUMENTS = "makeup_documents"
    MEDICAL_GAP = "medical_gap"
    MEDICAL_WAIT = "medical_wait"
    UNEMPLOYMENT_AMOUNT = "unemployment_amount"
    MATERNITY_EXTRA_DAYS = "maternity_extra_days"
    HOTLINE = "hotline"


TOPIC_LABELS: Final[dict[RuleTopic, tuple[str, str]]] = {
    RuleTopic.ENROLL_WINDOW: ("申报期", "Declaration window"),
    RuleTopic.PAY_WINDOW: ("缴费期", "Payment window"),
    RuleTopic.CUTOFF_RULE: ("截止日之后", "After the cut-off day"),
    RuleTopic.LATE_FEE_START: ("滞纳金", "Late fee"),
    RuleTopic.MAKEUP_LIMIT: ("补缴期限", "Makeup limit"),
    RuleTopic.MAKEUP_DOCUMENTS: ("补缴材料", "Makeup documents"),
    RuleTopic.MEDICAL_GAP: ("医保断缴", "Gap in medical insurance"),
    RuleTopic.MEDICAL_WAIT: ("医保等待期", "Waiting period of medical insurance"),
    RuleTopic.UNEMPLOYMENT_AMOUNT: ("失业保险金", "Unemployment benefit"),
    RuleTopic.MATERNITY_EXTRA_DAYS: ("地方产假天数", "Local maternity days"),
    RuleTopic.HOTLINE: ("热线", "Hotline"),
}

# What the number of a topic counts, and the values it may have.
_DAY_OF_MONTH: Final = range(1, 32)
_NUMBERS: Final[dict[RuleTopic, range]] = {
    RuleTopic.ENROLL_WINDOW: _DAY_OF_MONTH,
    RuleTopic.PAY_WINDOW: _DAY_OF_MONTH,
    RuleTopic.CUTOFF_RULE: _DAY_OF_MONTH,
    # Where counting starts, by the numbers of `late_fee.START_RULE_NUMBERS`.
    RuleTopic.LATE_FEE_START: range(1, 3),
    RuleTopic.MAKEUP_LIMIT: range(601),
    RuleTopic.MATERNITY_EXTRA_DAYS: range(366),
}
LONGEST_TEXT: Final = 1000


@dataclass(frozen=True, slots=True)
class LocalRule:
    """One rule. `number` is what staff have set (day of the month, months or days by topic), None if nobody has.

    `known` is False for the one thing that is shown though nobody knows it: the declaration window.
    """

    city: str
    topic: RuleTopic
    channel: str
    text: str
    number: int | None = None
    effective_from: str = ""
    source: str = ""
    confidence: Confidence = Confidence.LOW
    known: bool = True


def with_unknown_window(city: str, rules: list[LocalRule]) -> list[LocalRule]:
    """The rules, by topic, with a line for the declaration window while no last day of it has been set."""
    window = [r for r in rules if r.topic is RuleTopic.ENROLL_WINDOW and r.city == city and r.number is not None]
    if not window:
        text = "申报期未知，请向经办机构确认后填写"
        rules = [LocalRule(city, RuleTopic.ENROLL_WINDOW, "", text, known=False), *rules]
    order = {topic: place for place, topic in enumerate(RuleTopic)}
    return sorted(rules, key=lambda r: (order[r.topic], r.known, r.city == NATIONWIDE))


def check_rule(topic: RuleTopic, text: str, number: int | None, source: str) -> list[Problem]:
    """What is wrong with a rule that staff set: it needs words and a source, and a number that its topic can have."""
    problems = []
    for field, label, value in (("text", "内容", text), ("source", "依据", source)):
        if not value.strip() or len(value) > LONGEST_TEXT:
            problems.append(_text_wrong(field, label))
    allowed = _NUMBERS.get(topic)
    if number is not None and (allowed is None or number not in allowed):
        problems.append(_number_wrong(topic, number, allowed))
    return problems


def rules_of(document: dict[str, Any]) -> list[LocalRule]:
    """The rules of a parsed YAML file: city → list of rules. ValueError, KeyError or TypeError when it is none."""
    return [
        LocalRule(
            city=city,
            topic=RuleTopic(entry["topic"]),
            channel=str(entry.get("channel", "")),
            text=entry["text"],
            effective_from=str(entry.get("from", "")),
            source=entry["source"],
            confidence=Confidence(entry["confidence"]),
        )
        for city, entries in document.items()
        for entry in entries
    ]


def _text_wrong(field: str, label: str) -> Problem:
    return Problem(
        "rule_text",
        f"请填写{label}（不超过 {LONGEST_TEXT} 字）",
        f"Fill in the {field} (at most {LONGEST_TEXT} characters)",
        "写明规则内容，以及它的来源（文号、网址或经办机构的答复）",
        "Say what the rule is and where it comes from",
        field=field,
    )


def _number_wrong(topic: RuleTopic, number: int, allowed: range | None) -> Problem:
    label, label_en = TOPIC_LABELS[topic]
    span = f"{allowed[0]}–{allowed[-1]}" if allowed else ""
    return Problem(
        "rule_number",
        f"{label}的数值 {number} 不在 {span} 之间" if allowed else f"{label}没有数值",
        f"{label_en}: {number} is not within {span}" if allowed else f"{label_en} has no number",
        f"请填写 {span} 之间的整数，或留空" if allowed else "请把数值留空，写在内容里",
        f"Give a whole number within {span}, or none" if allowed else "Leave the number out and write it in words",
        field="number",
        value=str(number),
    )
