"""The blacklist (黑名单): whom an entry means, what it does, and when it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.errors import Problem, Severity
from domain.identity import check_credit_code, check_id


class Subject(StrEnum):
    """Whether an entry means a person or a company."""

    PERSON = "person"
    COMPANY = "company"


class Effect(StrEnum):
    """Whether an entry stops what it meets, or only asks for a look."""

    BLOCK = "block"
    WARN = "warn"


class EntryState(StrEnum):
    """Active until somebody else has approved the release; while the release waits the entry still counts."""

    ACTIVE = "active"
    RELEASING = "releasing"
    RELEASED = "released"


SUBJECT_LABELS: Final = {Subject.PERSON: ("个人", "person"), Subject.COMPANY: ("单位", "company")}
EFFECT_LABELS: Final = {Effect.BLOCK: ("禁止", "block"), Effect.WARN: ("提醒", "warn")}
COUNTING: Final = (EntryState.ACTIVE, EntryState.RELEASING)
"""The states in which an entry counts."""

LONGEST_REASON: Final = 400
_LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is entered. `number` is a document number or credit code; a person without one is known by name and birth,
    which many people share, so that such an entry only warns. Days are inclusive; no `to_day` means until released.
    """

    subject: Subject
    name: str
    reason: str
    number: str = ""
    birth: date | None = None
    effect: Effect = Effect.BLOCK
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry after its check. `key` is what it is found by: the normalized number, or name and birth in one text."""

    new: NewEntry
    name: str
    number: str
    problems: tuple[Problem, ...]

    @property
    def effect(self) -> Effect:
        """The effect it can have: without a number it never blocks."""
        by_name_alone = self.new.subject is Subject.PERSON and not self.number
        return Effect.WARN if by_name_alone else self.new.effect


def check_entry(new: NewEntry, today: date) -> CheckedEntry:
    """The entry with its number normalized and everything that is wrong with it.

    Errors: blacklist_name, blacklist_reason, blacklist_days, blacklist_who, and those of the number. Notice:
    blacklist_warns_only.
    """
    problems: list[Problem] = []
    name = "".join(new.name.split()) if new.subject is Subject.COMPANY else " ".join(new.name.split())
    if not 2 <= len(name) <= _LONGEST_NAME:
        problems.append(_wrong("blacklist_name", "请填写姓名或单位名称（2 至 120 个字）", "Give the name", "name"))
    if not 2 <= len(new.reason.strip()) <= LONGEST_REASON:
        problems.append(
            _wrong("blacklist_reason", f"请填写原因（2 至 {LONGEST_REASON} 个字）", "Give the reason", "reason")
        )
    if new.to_day is not None and new.to_day < (new.from_day or today):
        problems.append(_wrong("blacklist_days", "截止日早于开始日", "It ends before it begins", "toDay"))
    number = ""
    if new.number.strip():
        if new.subject is Subject.PERSON:
            identity = check_id(new.number, today)
            number, found = identity.normalized, identity.problems
        else:
            code = check_credit_code(new.number)
            number, found = code.normalized, code.problems
        problems += [each.at(field="number") for each in found if each.severity is Severity.ERROR]
    elif new.subject is Subject.PERSON:
        problems += _by_name(new)
    return CheckedEntry(new, name, number, tuple(problems))


def _by_name(new: NewEntry) -> list[Problem]:
    if new.birth is None:
        return [
            _wrong(
                "blacklist_who", "请填写证件号码；没有号码的填写出生日期", "Give the document number or birth", "number"
            )
        ]
    if new.effect is Effect.WARN:
        return []
    return [
        Problem(
            "blacklist_warns_only",
            "没有证件号码，只按姓名和出生日期匹配：同名同生日者不止一人，仅作提醒",
            "Without a number it is matched by name and birth, which others share: it only warns",
            "补充证件号码后可设为禁止",
            "Add the document number to let it block",
            Severity.NOTICE,
            "number",
        )
    ]


def name_and_birth(name: str, birth: date | str) -> str:
    """The text that somebody without a number is found by: the name without blanks and case, and the day of birth."""
    return f"{''.join(name.split()).casefold()}|{birth if isinstance(birth, str) else birth.isoformat()}"


def counts_on(day: str, from_day: str, to_day: str | None) -> bool:
    """Whether an entry counts on the day; all are ISO days, both ends included."""
    return from_day <= day and (to_day is None or day <= to_day)


def strongest(effects: Iterable[Effect]) -> Effect | None:
    """What several entries do together: one that blocks goes before those that warn."""
    found = set(effects)
    return Effect.BLOCK if Effect.BLOCK in found else Effect.WARN if found else None


def company_refused() -> Problem:
    """The refusal of a batch of a company on the blacklist, without the reason."""
    return Problem(
        "company_blacklisted",
        "该公司在黑名单中，不能办理增员和异动",
        "This company is on the blacklist; nothing but terminations can be imported for it",
        "请联系有黑名单权限的同事核实；须解除后才能办理，减员不受限",
        "Ask a colleague who may read the blacklist; the entry has to be released first; terminations go on",
        field="companyId",
    )


def _wrong(code: str, message: str, message_en: str, field: str) -> Problem:
    return Problem(code, message, message_en, "请更正后重试", "Correct it and try again", field=field)
