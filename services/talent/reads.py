"""Searching the pool and comparing people. Who has not agreed is found by nobody but those who ask for consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from db.transaction import Store
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.particulars import mask
from domain.talent import Education, TagKind, TalentState, base_band, gaps_band, tidy_tags
from services.paging import Page, Window, page_of
from services.ports import Ports
from services.talent.entry import PHONE, tags_of
from services.talent.paid import paid_by, until

MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class TalentRow:
    """Somebody in the pool. Without consent there is no phone, note or tag; whoever was erased is only counted."""

    id: int
    company_id: int
    company_name: str
    name: str
    phone_masked: str | None
    city_code: str | None
    city_name: str | None
    source: str
    post: str
    years: int
    education: str
    available_from: str | None
    state: str
    consent_day: str | None
    consent_file_id: int | None
    note: str
    tags: tuple[str, ...]
    skills: tuple[str, ...]
    created_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """`search` is part of a name, post or note; `all_tags` are all asked for, of `any_tags` one is enough (tags and
    skills alike); `available_by` also finds those whose day is not known; `state` waiting is for talent.write."""

    search: str = ""
    company_id: int | None = None
    city_code: str | None = None
    all_tags: tuple[str, ...] = ()
    any_tags: tuple[str, ...] = ()
    available_by: date | None = None
    years: int | None = None
    education: Education | None = None
    state: TalentState = TalentState.LISTED


@dataclass(frozen=True, slots=True)
class Compared:
    """Somebody beside others, with the contribution history at companies in scope."""

    talent: TalentRow
    months_paid: int
    base: tuple[str, str, str]
    gaps: int
    gaps_label: tuple[str, str, str]


_SELECT = """
SELECT t.*, c.name AS company_name, y.name AS city_name
FROM talent t JOIN company c ON c.id = t.company_id LEFT JOIN city y ON y.code = t.city_code
"""


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[TalentRow]:
    """People of companies in scope who agreed, newest first; with state waiting, those who were not asked yet."""
    actor.require("talent.read")
    if wanted.state is not TalentState.LISTED:
        actor.require("talent.write")
    condition, values = _condition(actor, wanted)
    total = int(await fetch_value(f"SELECT COUNT(*) FROM talent t WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND t.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY t.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of(await _rows(ports.store, rows), window, total)


async def by_ids(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[TalentRow | None]:
    """People in the order asked for; None for those who are not the actor's to see."""
    actor.require("talent.read")
    if not ids:
        return []
    condition, values = company_sql(actor, "t.company_id")
    # Who waits for consent or was erased is shown to those who keep the pool, and to nobody else.
    states = "1 = 1" if actor.may("talent.write") else f"t.state = '{TalentState.LISTED.value}'"
    rows = await fetch(f"{_SELECT} WHERE t.id IN ({marks(ids)}) AND {condition} AND {states}", [*ids, *values])
    found = {row.id: row for row in await _rows(ports.store, rows)}
    return [found.get(i) for i in ids]


async def compare(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[Compared]:
    """Up to four people who agreed, side by side. Refused: compare_count, not_found."""
    actor.require("talent.read")
    wanted = list(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST_COMPARED:
        raise Refusal(_count(len(wanted)))
    found = [row for row in await by_ids(ports, actor, wanted) if row is not None and row.state == TalentState.LISTED]
    if len(found) < len(wanted):
        raise Refusal(not_found("人才", "talent"))
    last = until(ports)
    paid = await paid_by(actor, last, "t.id IN (" + marks(wanted) + ")", wanted)
    compared = []
    for row in found:
        history = paid[row.id]
        gaps = history.gaps(last)
        compared.append(Compared(row, history.months, base_band(history.average_base_fen), gaps, gaps_band(gaps)))
    return compared


def _condition(actor: Actor, wanted: Filter) -> tuple[str, list[Any]]:
    condition, values = company_sql(actor, "t.company_id")
    condition, values = f"{condition} AND t.state = ?", [*values, wanted.state.value]
    for column in ("company_id", "city_code"):
        value = getattr(wanted, column)
        if value is not None:
            condition, values = f"{condition} AND t.{column} = ?", [*values, value]
    if wanted.years is not None:
        condition, values = f"{condition} AND t.years >= ?", [*values, wanted.years]
    if wanted.education is not None:
        levels = list(Education)
        enough = [level.value for level in levels[levels.index(wanted.education) :]]
        condition, values = f"{condition} AND t.education IN ({marks(enough)})", [*values, *enough]
    if wanted.available_by is not None:
        condition = f"{condition} AND (t.available_from IS NULL OR t.available_from <= ?)"
        values = [*values, wanted.available_by.isoformat()]
    if wanted.search.strip():
        text = wanted.search.strip().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        columns = ("name", "post", "note") if wanted.state is TalentState.LISTED else ("name", "post")
        condition += " AND (" + " OR ".join(f"t.{c} LIKE ? ESCAPE '!'" for c in columns) + ")"
        values = [*values, *[f"%{text}%"] * len(columns)]
    return _tagged(condition, values, wanted)


def _tagged(condition: str, values: list[Any], wanted: Filter) -> tuple[str, list[Any]]:
    tagged = "EXISTS (SELECT 1 FROM talent_tag g WHERE g.talent_id = t.id AND LOWER(g.tag) IN ({}))"
    for tag in tidy_tags(wanted.all_tags):
        condition, values = f"{condition} AND {tagged.format('LOWER(?)')}", [*values, tag]
    some = tidy_tags(wanted.any_tags)
    if some:
        places = ", ".join("LOWER(?)" for _ in some)
        condition, values = f"{condition} AND {tagged.format(places)}", [*values, *some]
    return condition, values


async def _rows(store: Store, rows: Sequence[dict[str, Any]]) -> list[TalentRow]:
    tags = await tags_of([r["id"] for r in rows])
    return [_row(store, r, tags.get(r["id"], [])) for r in rows]


_PLAIN = (
    *("id", "company_id", "company_name", "name", "city_code", "city_name", "source", "post", "years", "education"),
    *("available_from", "state", "consent_day", "consent_file_id", "created_at"),
)


def _row(store: Store, r: dict[str, Any], tags: Sequence[tuple[str, str]]) -> TalentRow:
    listed = r["state"] == TalentState.LISTED
    phone = store.vault.open_text(PHONE, r["id"], r["phone_sealed"]) if listed else None
    return TalentRow(
        phone_masked=mask(phone) if phone else None,
        note=r["note"] if listed else "",
        tags=tuple(tag for kind, tag in tags if kind == TagKind.TAG and listed),
        skills=tuple(tag for kind, tag in tags if kind == TagKind.SKILL and listed),
        **{name: r[name] for name in _PLAIN},
    )


def _count(count: int) -> Problem:
    return Problem(
        "compare_count",
        f"请选择 2 至 {MOST_COMPARED} 人对比",
        f"Choose 2 to {MOST_COMPARED} people to compare",
        "请调整选择",
        "Choose again",
        field="ids",
        value=str(count),
    )
