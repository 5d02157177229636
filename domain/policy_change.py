"""What differs between policy rows, and what a table of rows would change in the book.

A row is never altered: new facts under the same key and start are a new revision, and a row that begins while an
older one still runs ends the older one in the month before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

from domain.errors import Problem, Severity
from domain.money import format_rate, format_yuan
from domain.period import BillingMonth
from domain.policy import KIND_ORDER, Category, Kind, PolicyBook, PolicyKey, PolicyVersion, gaps, overlaps, place_text
from domain.policy_table import Written

FACT_LABELS: Final[dict[str, tuple[str, str]]] = {
    "effective_from": ("起始月", "First month"),
    "effective_to": ("截止月", "Last month"),
    "base_min_fen": ("基数下限", "Lower base limit"),
    "base_max_fen": ("基数上限", "Upper base limit"),
    "employer_rate_min_ppm": ("单位比例下限", "Lowest employer rate"),
    "employer_rate_max_ppm": ("单位比例上限", "Highest employer rate"),
    "employee_rate_min_ppm": ("个人比例下限", "Lowest employee rate"),
    "employee_rate_max_ppm": ("个人比例上限", "Highest employee rate"),
    "employer_fixed_fen": ("单位定额", "Employer fixed amount"),
    "employee_fixed_fen": ("个人定额", "Employee fixed amount"),
    "employer_rounding": ("单位取整", "Employer rounding"),
    "employee_rounding": ("个人取整", "Employee rounding"),
    "confidence": ("可信度", "Confidence"),
    "source": ("依据", "Source"),
    "note": ("说明", "Note"),
}
_NO_FACTS: Final = frozenset({"id", "city"})


class ChangeAct(StrEnum):
    """added 新增, replaced 替换为新版本, ended 因新版本开始而截止."""

    ADDED = "added"
    REPLACED = "replaced"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that differs. Values as text without decoration; None: not known, or no row at all."""

    fact: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kind in two months: the rows in force (None: none) and what differs between them."""

    before: PolicyVersion | None
    after: PolicyVersion | None
    differences: tuple[Difference, ...]

    @property
    def row(self) -> PolicyVersion:
        """Either of them, for what both share."""
        return self.after or self.before  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one row. `line` is where the file says so; `before` is None for an added row."""

    act: ChangeAct
    line: int
    before: PolicyVersion | None
    after: PolicyVersion

    @property
    def differences(self) -> tuple[Difference, ...]:
        return differences(self.before, self.after)

    @property
    def only_shortens(self) -> bool:
        """Whether nothing but the last month moves, and that one to an earlier month: nothing new is claimed."""
        if self.before is None or replace(self.after, id=0, city="") != replace(
            self.before, id=0, city="", effective_to=self.after.effective_to
        ):
            return False
        return _last(self.after) < _last(self.before)


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of a table, in the order of its lines, and what stands against them."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    def book(self, current: Iterable[PolicyVersion]) -> PolicyBook:
        """The book as it will be."""
        return PolicyBook(_after(current, self.changes))


def same_facts(one: PolicyVersion, other: PolicyVersion) -> bool:
    """Whether two rows say the same."""
    return all(getattr(one, f.name) == getattr(other, f.name) for f in fields(PolicyVersion) if f.name not in _NO_FACTS)


def differences(before: PolicyVersion | None, after: PolicyVersion | None) -> tuple[Difference, ...]:
    """Fact by fact what differs; with one row alone, what it says."""
    found = []
    for fact in FACT_LABELS:
        one, other = _text(fact, before), _text(fact, after)
        if one != other:
            found.append(Difference(fact, one, other))
    return tuple(found)


def _text(fact: str, version: PolicyVersion | None) -> str | None:
    value: Any = None if version is None else getattr(version, fact)
    if value is None:
        return None
    if fact.startswith("effective"):
        return str(BillingMonth.of(value))
    if fact.endswith("_ppm"):
        return format_rate(value)
    return format_yuan(value) if fact.endswith("_fen") else str(value)


def compare(book: PolicyBook, city_code: str, one_month: int, other_month: int) -> list[Comparison]:
    """Every kind of a city in two months, in display order; kinds that say the same have no differences."""
    keys = {v.key for v in book.versions if v.city_code == city_code}
    found = []
    for key in sorted(keys, key=_order):
        before, after = book.find(*key, one_month), book.find(*key, other_month)
        if before is not None or after is not None:
            found.append(Comparison(before, after, differences(before, after)))
    return found


def _order(key: PolicyKey) -> tuple[Category, int, str]:
    return (key[1], KIND_ORDER[key[2]], key[3])


def plan(current: Sequence[PolicyVersion], written: Sequence[Written]) -> Plan:
    """What the table would change. Errors: policy_twice, policy_overlap; a new hole between rows is a warning."""
    known = {(v.key, v.effective_from): v for v in current}
    problems: list[Problem] = []
    changes: dict[tuple[PolicyKey, int], Change] = {}
    seen: dict[tuple[PolicyKey, int], int] = {}
    for each in written:
        place = (each.version.key, each.version.effective_from)
        if place in seen:
            problems.append(_twice(each, seen[place]))
            continue
        seen[place] = each.line
        before = known.get(place)
        if before is None:
            changes[place] = Change(ChangeAct.ADDED, each.line, None, each.version)
        elif not same_facts(before, each.version):
            change = Change(ChangeAct.REPLACED, each.line, before, each.version)
            changes[place] = replace(change, act=ChangeAct.ENDED) if change.only_shortens else change
    for change in [c for c in changes.values() if c.act is ChangeAct.ADDED]:
        _end_former(current, changes, change)
    done = sorted(changes.values(), key=lambda c: (c.line, c.after.effective_from))
    touched = {c.after.key for c in done}
    after = [v for v in _after(current, done) if v.key in touched]
    known_gaps = set(gaps(current))
    problems += [p.at(row=_line_of(p, changes)) for p in overlaps(after)]
    problems += [replace(p, severity=Severity.WARNING) for p in gaps(after) if p not in known_gaps]
    return Plan(tuple(done), tuple(problems))


def _end_former(current: Sequence[PolicyVersion], changes: dict[tuple[PolicyKey, int], Change], new: Change) -> None:
    """Ends the row that still runs when the new one begins, unless it would run on after the new one's end."""
    first = new.after.effective_from
    running = [
        v
        for v in _after(current, changes.values())
        if v.key == new.after.key and v.effective_from < first and v.covers(first)
    ]
    if not running:
        return
    former = max(running, key=lambda v: v.effective_from)
    if former.effective_to is not None and _last(new.after) < former.effective_to:
        return
    ended = replace(former, effective_to=BillingMonth.of(first).shift(-1).number)
    place = (former.key, former.effective_from)
    known = changes.get(place)
    changes[place] = replace(known, after=ended) if known else Change(ChangeAct.ENDED, new.line, former, ended)


def _after(current: Iterable[PolicyVersion], changes: Iterable[Change]) -> list[PolicyVersion]:
    changed = {(c.after.key, c.after.effective_from): c.after for c in changes}
    return [v for v in current if (v.key, v.effective_from) not in changed] + list(changed.values())


def _last(version: PolicyVersion) -> int:
    """The last month as a number; an open row lasts longer than any other."""
    return 999_999 if version.effective_to is None else version.effective_to


def _line_of(problem: Problem, changes: dict[tuple[PolicyKey, int], Change]) -> int | None:
    """The line of the row that an overlap names as the later one."""
    lines = [
        c.line
        for (key, first), c in changes.items()
        if key[2] == Kind(problem.field or "") and str(first) == problem.value
    ]
    return lines[0] if lines else None


def _twice(again: Written, first_line: int) -> Problem:
    text, month = place_text(again.version), BillingMonth.of(again.version.effective_from)
    return Problem(
        "policy_twice",
        f"第 {again.line} 行与第 {first_line} 行是同一政策：{text} {month} 起",
        f"Lines {first_line} and {again.line} are the same policy: {text} from {month}",
        "请只保留一行",
        "Keep one of them",
        row=again.line,
        column="from",
        value=str(month),
    )
