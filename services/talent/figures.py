"""How the pool is made up, by what is known of people and by what they paid; small groups are shown together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db.scope import company_sql
from db.sql import fetch_tuples, fetch_value, marks
from domain.actor import Actor
from domain.talent import (
    EDUCATION_LABELS,
    OTHERS,
    SMALLEST_GROUP,
    UNKNOWN,
    Band,
    Education,
    Group,
    TalentState,
    base_band,
    gaps_band,
    merge_small,
    months_band,
    years_band,
)
from services.ports import Ports
from services.talent.paid import paid_by, until


@dataclass(frozen=True, slots=True)
class Figure:
    """One distribution: its code, title, and bars with the largest first. Empty where there are too few people."""

    code: str
    title: str
    title_en: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """People by state, and the distributions of those who agreed; those erased stay in what does not tell of them."""

    listed: int
    waiting: int
    erased: int
    figures: tuple[Figure, ...]


_SHOWN = (TalentState.LISTED.value, TalentState.ERASED.value)


async def figures(ports: Ports, actor: Actor, company_id: int | None = None) -> Figures:
    """The distributions of the pool of companies in scope."""
    actor.require("talent.read")
    scope, values = company_sql(actor, "t.company_id")
    if company_id is not None:
        scope, values = f"{scope} AND t.company_id = ?", [*values, company_id]
    states = dict(await fetch_tuples(f"SELECT t.state, COUNT(*) FROM talent t WHERE {scope} GROUP BY t.state", values))
    shown, shown_values = f"{scope} AND t.state IN ({marks(_SHOWN)})", [*values, *_SHOWN]
    cities = dict(await fetch_tuples("SELECT code, name FROM city"))
    found = [
        Figure("city", "城市", "City", await _grouped("city_code", shown, shown_values, lambda c: _city(c, cities))),
        Figure("post", "岗位", "Post", await _grouped("post", shown, shown_values, _text)),
        Figure("years", "工作年限", "Years at work", await _grouped("years", shown, shown_values, years_band)),
        Figure("education", "学历", "Education", await _grouped("education", shown, shown_values, _education)),
        Figure("tag", "标签与技能", "Tags and skills", await _tags(scope, values)),
        *await _paid(ports, actor, scope, values),
    ]
    counts = {state: int(states.get(state, 0)) for state in TalentState}
    return Figures(counts[TalentState.LISTED], counts[TalentState.WAITING], counts[TalentState.ERASED], tuple(found))


async def _grouped(
    column: str, condition: str, values: Sequence[Any], band: Callable[[Any], Band]
) -> tuple[Group, ...]:
    rows = await fetch_tuples(
        f"SELECT t.{column}, COUNT(*) FROM talent t WHERE {condition} GROUP BY t.{column}", values
    )
    return _merged((band(value), int(count)) for value, count in rows)


def _merged(counted: Iterable[tuple[Band, int]]) -> tuple[Group, ...]:
    people: Counter[Band] = Counter()
    for band, count in counted:
        people[band] += count
    return merge_small([Group(*band, count) for band, count in people.items()])


async def _tags(scope: str, values: Sequence[Any]) -> tuple[Group, ...]:
    """One person has several tags, so the rare ones are counted by people: three tags of one person are one person."""
    condition = f"{scope} AND t.state = '{TalentState.LISTED.value}'"
    # Tags that differ in case alone are one, on either database.
    rows = await fetch_tuples(
        "SELECT LOWER(g.tag), MIN(g.tag), COUNT(DISTINCT g.talent_id) FROM talent_tag g "
        f"JOIN talent t ON t.id = g.talent_id WHERE {condition} GROUP BY LOWER(g.tag)",
        values,
    )
    kept = [Group(key, tag, tag, int(n)) for key, tag, n in rows if int(n) >= SMALLEST_GROUP]
    kept.sort(key=lambda g: (-g.people, g.key))
    common = [g.key for g in kept]
    left_out = f"AND LOWER(g.tag) NOT IN ({marks(common)})" if common else ""
    rare = int(
        await fetch_value(
            "SELECT COUNT(DISTINCT g.talent_id) FROM talent_tag g JOIN talent t ON t.id = g.talent_id "
            f"WHERE {condition} {left_out}",
            [*values, *common],
        )
    )
    return (*kept, Group("others", *OTHERS, rare, True)) if rare >= SMALLEST_GROUP else tuple(kept)


async def _paid(ports: Ports, actor: Actor, scope: str, values: Sequence[Any]) -> list[Figure]:
    """By contribution history; only of people whose insurance is known here."""
    last = until(ports)
    condition = f"{scope} AND t.state = '{TalentState.LISTED.value}' AND t.person_id IS NOT NULL"
    paid = list((await paid_by(actor, last, condition, values)).values())
    return [
        Figure("months_paid", "累计缴费", "Months paid", _merged((months_band(p.months), 1) for p in paid)),
        Figure("base", "平均基数", "Average base", _merged((base_band(p.average_base_fen), 1) for p in paid)),
        Figure("gaps", "近 24 个月断缴", "Missed of 24 months", _merged((gaps_band(p.gaps(last)), 1) for p in paid)),
    ]


def _city(code: str | None, names: dict[str, str]) -> Band:
    return (code, names.get(code, code), names.get(code, code)) if code else ("", *UNKNOWN)


def _text(text: str) -> Band:
    return (text, text, text) if text else ("", *UNKNOWN)


def _education(level: str) -> Band:
    return (level, *EDUCATION_LABELS[Education(level)]) if level else ("", *UNKNOWN)
