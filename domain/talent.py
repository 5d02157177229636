"""The talent pool (人才库): who may be shown, what is entered, and figures in which nobody can be recognised.

Source: 个人信息保护法 §13, §14 (consent), §15 (withdrawal), §47 (erasure).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.errors import Problem, Refusal, invalid
from domain.identity import check_name, check_phone
from domain.period import BillingMonth


class TalentState(StrEnum):
    """Waiting for the person's consent, in the pool, or erased at the person's request."""

    WAITING = "waiting"
    LISTED = "listed"
    ERASED = "erased"


class TalentSource(StrEnum):
    """Where somebody was found: on a roster, among leavers, or entered by hand."""

    ROSTER = "roster"
    LEAVER = "leaver"
    HAND = "hand"


class Education(StrEnum):
    """Levels in ascending order."""

    JUNIOR = "junior"
    HIGH = "high"
    COLLEGE = "college"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class TagKind(StrEnum):
    """A label of ours, or something that the person can do."""

    TAG = "tag"
    SKILL = "skill"


STATE_LABELS: Final[dict[TalentState, tuple[str, str]]] = {
    TalentState.WAITING: ("待同意", "waiting for consent"),
    TalentState.LISTED: ("在库", "in the pool"),
    TalentState.ERASED: ("已删除", "erased"),
}
SOURCE_LABELS: Final[dict[TalentSource, tuple[str, str]]] = {
    TalentSource.ROSTER: ("花名册", "roster"),
    TalentSource.LEAVER: ("离职人员", "leaver"),
    TalentSource.HAND: ("手工录入", "by hand"),
}
EDUCATION_LABELS: Final[dict[Education, tuple[str, str]]] = {
    Education.JUNIOR: ("初中及以下", "junior school"),
    Education.HIGH: ("高中/中专", "high school"),
    Education.COLLEGE: ("大专", "college"),
    Education.BACHELOR: ("本科", "bachelor"),
    Education.MASTER: ("硕士", "master"),
    Education.DOCTOR: ("博士", "doctor"),
}

LONGEST_TAG: Final = 40
MOST_TAGS: Final = 40
SMALLEST_GROUP: Final = 3
"""Groups of fewer people are shown together, so that a figure tells of nobody in particular."""
GAP_MONTHS: Final = 24
UNKNOWN: Final = ("未填写", "not given")
OTHERS: Final = ("其他", "others")


@dataclass(frozen=True, slots=True)
class TalentFields:
    """What is entered; `years` are full years at work, days are inclusive."""

    name: str
    phone: str = ""
    city_code: str | None = None
    post: str = ""
    years: int = 0
    education: Education | None = None
    available_from: date | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


def check_fields(fields: TalentFields) -> TalentFields:
    """The same, tidied. Refused with everything that is wrong: name_…, phone_…, post_invalid, years_invalid,
    note_invalid, tags_invalid."""
    name, phone = check_name(fields.name), check_phone(fields.phone) if fields.phone.strip() else None
    problems: list[Problem] = [p for p in name.problems if not name.valid]
    if phone is not None and not phone.valid:
        problems += phone.problems
    if len(fields.post.strip()) > 80:
        problems.append(invalid("post", "岗位最多 80 个字", "A post has at most 80 characters"))
    if not 0 <= fields.years <= 70:
        problems.append(invalid("years", "工作年限须在 0 至 70 之间", "Years at work lie between 0 and 70"))
    if len(fields.note.strip()) > 400:
        problems.append(invalid("note", "备注最多 400 个字", "A note has at most 400 characters"))
    tags, skills = tidy_tags(fields.tags), tidy_tags(fields.skills)
    if len(tags) + len(skills) > MOST_TAGS or any(len(t) > LONGEST_TAG for t in (*tags, *skills)):
        told = f"标签和技能合计最多 {MOST_TAGS} 个，每个最多 {LONGEST_TAG} 个字"
        problems.append(invalid("tags", told, f"At most {MOST_TAGS} tags and skills of {LONGEST_TAG} characters"))
    if problems:
        raise Refusal(*problems)
    return TalentFields(
        name.normalized,
        phone.normalized if phone else "",
        fields.city_code,
        fields.post.strip(),
        fields.years,
        fields.education,
        fields.available_from,
        fields.note.strip(),
        tags,
        skills,
    )


def tidy_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags without blanks around and between, each once, in the order given; case and width do not make two of one."""
    found: dict[str, str] = {}
    for tag in tags:
        text = " ".join(tag.split())
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Group:
    """A bar of a figure; `merged` for those shown together."""

    key: str
    label: str
    label_en: str
    people: int
    merged: bool = False


def merge_small(groups: Sequence[Group], least: int = SMALLEST_GROUP) -> tuple[Group, ...]:
    """The figure with small groups shown as one, largest first. If they are too few even together, the next larger
    group joins them: otherwise the rest of the sum would tell of them. Nobody at all is shown of fewer than `least`."""
    if sum(g.people for g in groups) < least:
        return ()
    ordered = sorted((g for g in groups if g.people > 0), key=lambda g: (-g.people, g.key))
    kept = [g for g in ordered if g.people >= least]
    small = sum(g.people for g in ordered) - sum(g.people for g in kept)
    while 0 < small < least and kept:
        small += kept.pop().people
    return (*kept, Group("others", *OTHERS, small, True)) if small else tuple(kept)


@dataclass(frozen=True, slots=True)
class Paid:
    """What somebody paid in: months in all, average base (fen, None if no pension was paid), the first month (yyyymm),
    and the paid months among the last GAP_MONTHS."""

    months: int = 0
    average_base_fen: int | None = None
    first_month: int | None = None
    recent: int = 0

    def gaps(self, until: BillingMonth) -> int:
        """Months without a payment among the last GAP_MONTHS up to `until`, none before the first payment."""
        if self.first_month is None:
            return 0
        window = until.shift(1 - GAP_MONTHS)
        start = max(window, BillingMonth.of(self.first_month))
        return max(0, start.months_until(until) + 1 - self.recent)


Band = tuple[str, str, str]
"""Key, Chinese and English label."""


def years_band(years: int) -> Band:
    """Years at work in bands."""
    for most, key in ((0, "0"), (2, "1-2"), (5, "3-5"), (10, "6-10"), (20, "11-20")):
        if years <= most:
            return (key, "不满一年", "under a year") if most == 0 else (key, f"{key} 年", f"{key} years")
    return "21+", "21 年以上", "21 years and more"


def months_band(months: int) -> Band:
    """Months paid in bands of years."""
    if months == 0:
        return "0", "无缴费记录", "none paid"
    for most, key, label, english in (
        (12, "1-12", "1 年以内", "up to a year"),
        (36, "13-36", "1 至 3 年", "1 to 3 years"),
        (60, "37-60", "3 至 5 年", "3 to 5 years"),
        (120, "61-120", "5 至 10 年", "5 to 10 years"),
    ):
        if months <= most:
            return key, label, english
    return "121+", "10 年以上", "over 10 years"


def base_band(fen: int | None) -> Band:
    """The average base in bands of yuan."""
    if fen is None:
        return "unknown", "无基数", "no base"
    low = 0
    for high in (5_000, 8_000, 12_000, 20_000, 30_000):
        if fen < high * 100:
            return f"{low}-{high}", f"{low}–{high} 元", f"{low}–{high} yuan"
        low = high
    return f"{low}+", f"{low} 元以上", f"{low} yuan and more"


def gaps_band(gaps: int) -> Band:
    """Months missed in bands."""
    if gaps == 0:
        return "0", "无断缴", "none missed"
    for most, key in ((3, "1-3"), (6, "4-6"), (12, "7-12")):
        if gaps <= most:
            return key, f"断缴 {key} 个月", f"{key} months missed"
    return "13+", "断缴 13 个月以上", "13 months and more missed"


def erased_already() -> Problem:
    """The refusal of an act on somebody who was erased."""
    return Problem(
        "talent_erased",
        "该人员的资料已应本人要求删除",
        "This person's data were erased at their request",
        "需要时请本人同意后重新添加",
        "Add the person anew with their consent",
        field="id",
    )
