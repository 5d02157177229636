"""Questionnaires for people: what joiners (入职信息采集) and leavers (离职问卷) are asked, and which answers count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from domain.errors import Problem, has_errors
from domain.form_questions import QUESTIONS, SENSITIVE, YES_NO, Answer, Form, Question
from domain.identity import check_id
from domain.particulars import FieldCheck, check_bank_card, check_name, check_phone, half_width, mask
from domain.period import BillingMonth

LIFE_DAYS: Final = 14
MOST_LINKS: Final = 2000
FEWEST: Final = 3
"""Groups of fewer people are not shown alone: two leavers of a branch would be known by name."""


class LinkState(StrEnum):
    """Where a link stands; `expired` is an open one whose time has run out."""

    OPEN = "open"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


LABELS: Final[dict[Form, tuple[str, str]]] = {
    Form.ONBOARDING: ("入职信息采集", "Onboarding questionnaire"),
    Form.LEAVING: ("离职问卷", "Leaving questionnaire"),
}
STATE_LABELS: Final[dict[LinkState, tuple[str, str]]] = {
    LinkState.OPEN: ("待填写", "waiting for answers"),
    LinkState.ANSWERED: ("已填写", "answered"),
    LinkState.CANCELLED: ("已取消", "cancelled"),
    LinkState.EXPIRED: ("已过期", "expired"),
}
Given = Mapping[str, Sequence[str]]
Clean = dict[str, tuple[str, ...]]


def choice_label(question: Question, value: str) -> tuple[str, str]:
    """What a chosen value says, in both languages; any other answer is its own label."""
    options = YES_NO if question.answer is Answer.YES_NO else question.choices
    return next(((zh, en) for own, zh, en in options if own == value), (value, value))


def check_answers(form: Form, given: Given, today: date) -> tuple[Clean, tuple[Problem, ...]]:
    """The answers as they are kept, by question, and what is wrong with them; answers to nothing asked are refused.

    Questions that do not apply are left out whatever was given. Codes: answer_unknown, answer_missing,
    answer_choice, answer_among, answer_several, answer_long, answer_date, answer_month, answer_number, and those of
    names, documents, phones and cards. `field` is the question.
    """
    known = {q.name: q for q in QUESTIONS[form]}
    problems = [
        _wrong("answer_unknown", name[:40], "没有这个问题", "There is no such question")
        for name in given.keys() - known
    ]
    clean: Clean = {}
    for question in known.values():
        if question.asked_if is not None and clean.get(question.asked_if[0]) != (question.asked_if[1],):
            continue
        values = tuple(dict.fromkeys(v.strip() for v in given.get(question.name, ()) if v.strip()))
        if not values:
            if question.required:
                zh, en = f"请填写“{question.label}”", f"Answer {question.label_en!r}"
                problems.append(_wrong("answer_missing", question.name, zh, en))
            continue
        if len(values) > 1 and question.answer is not Answer.CHOICES:
            zh, en = f"“{question.label}”只能有一个答案", f"{question.label_en!r} takes one answer"
            problems.append(_wrong("answer_several", question.name, zh, en))
            continue
        kept, wrong = _checked(question, values, today)
        problems += wrong
        if not has_errors(wrong):
            clean[question.name] = kept
    for question in known.values():
        chosen = clean.get(question.name)
        if question.among and chosen and chosen[0] not in clean.get(question.among, chosen):
            zh, en = f"“{question.label}”须在所选的原因之中", f"{question.label_en!r} must be one of those chosen"
            problems.append(_wrong("answer_among", question.name, zh, en))
    return clean, tuple(p for p in problems if has_errors([p]))


def month_of(form: Form, clean: Mapping[str, Sequence[str]]) -> int:
    """The month (yyyymm) that the answers belong to: of the first or the last day of work."""
    day = date.fromisoformat(clean["entry_day" if form is Form.ONBOARDING else "last_day"][0])
    return BillingMonth.from_date(day).number


def merged(counts: Mapping[str, int], fewest: int = FEWEST) -> tuple[dict[str, int], int | None]:
    """The groups that may be shown, and how many people are in all the others together.

    Groups below `fewest` go into the others, and with them the smallest of the rest while the others would still be
    fewer than that. None when there are too few people to show anything.
    """
    if 0 < sum(counts.values()) < fewest:
        return {}, None
    shown = {name: n for name, n in counts.items() if n >= fewest}
    others = sum(n for n in counts.values() if n < fewest)
    while 0 < others < fewest and shown:
        smallest = min(shown, key=lambda name: (shown[name], name))
        others += shown.pop(smallest)
    return shown, others


def shown_masked(question: Question, values: Sequence[str]) -> tuple[str, ...]:
    """The answer as staff see it."""
    return tuple(mask(v) for v in values) if question.answer in SENSITIVE else tuple(values)


_PARTICULARS: Final[dict[Answer, Callable[[str], FieldCheck]]] = {
    Answer.NAME: check_name,
    Answer.PHONE: check_phone,
    Answer.BANK_CARD: check_bank_card,
}


def _checked(question: Question, values: tuple[str, ...], today: date) -> tuple[tuple[str, ...], list[Problem]]:
    value, about = values[0], (question.name, question.label, question.label_en)
    if question.answer in (Answer.CHOICE, Answer.CHOICES, Answer.RATING, Answer.YES_NO):
        options = YES_NO if question.answer is Answer.YES_NO else question.choices
        allowed = [own for own, _, _ in options]
        if unknown := [v for v in values if v not in allowed]:
            zh, en = f"“{about[1]}”没有这个选项", f"{about[2]!r} has no such choice"
            return (), [_wrong("answer_choice", about[0], zh, en, unknown[0][:40])]
        return tuple(own for own in allowed if own in values), []
    if question.answer is Answer.ID_NUMBER:
        found = check_id(value, today)
        return (found.normalized,), [p.at(field=about[0]) for p in found.problems]
    if question.answer in _PARTICULARS:
        checked = _PARTICULARS[question.answer](value)
        return (checked.normalized,), [p.at(field=about[0]) for p in checked.problems]
    return _plain(question, value, today)


def _plain(question: Question, value: str, today: date) -> tuple[tuple[str, ...], list[Problem]]:
    about = question.name
    if question.answer is Answer.DATE:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or abs((day - today).days) > 366:
            zh = f"“{question.label}”须为前后一年内的日期，如 2026-11-10"
            return (), [_wrong("answer_date", about, zh, "Give a day within a year, such as 2026-11-10", value[:20])]
        return (day.isoformat(),), []
    if question.answer is Answer.MONTH:
        try:
            month = BillingMonth.parse(value)
        except ValueError:
            month = None
        if month is None or month > BillingMonth.from_date(today).shift(1):
            zh = f"“{question.label}”须为不晚于下月的月份，如 2026-10"
            return (), [_wrong("answer_month", about, zh, "Give a month such as 2026-10", value[:20])]
        return (str(month),), []
    if question.answer is Answer.NUMBER:
        plain = half_width(value)
        if not (plain.isascii() and plain.isdigit() and int(plain[:9]) <= question.longest and len(plain) < 10):
            zh = f"“{question.label}”须为 0 至 {question.longest} 的整数"
            return (), [_wrong("answer_number", about, zh, f"A whole number up to {question.longest}", value[:20])]
        return (str(int(plain)),), []
    text = half_width(value) if question.answer is Answer.ACCOUNT else value
    if len(text) > question.longest:
        zh, en = f"“{question.label}”不超过 {question.longest} 字", f"At most {question.longest} characters"
        return (), [_wrong("answer_long", about, zh, en)]
    return (text,), []


def _wrong(code: str, field: str, message: str, message_en: str, value: str | None = None) -> Problem:
    return Problem(
        code, message, message_en, "请更正后再提交", "Correct it and send it again", field=field, value=value
    )
