"""The register: who is enrolled where, since when, in what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from domain.actor import Actor
from domain.enrollment import EnrollmentState
from domain.policy import KIND_ORDER, Kind
from services.paging import Page, Window, page_of
from services.person import search_sql
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """An enrolment; months as yyyymm, the base in fen."""

    id: int
    person_id: int
    company_id: int
    city_code: str
    category: str
    scheme_id: int | None
    state: str
    declared_base_fen: int
    start_month: int
    last_month: int | None
    stop_reason: str | None
    batch_id: int
    continues_id: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One kind of an enrolment."""

    kind: str
    tier: str
    state: str
    declared_base_fen: int
    housing_rate_ppm: int | None
    start_month: int
    last_month: int | None


class Sort(StrEnum):
    """How the register is ordered: newest first, or by start month, name or declared base."""

    NEWEST = "newest"
    START_MONTH = "start_month"
    NAME = "name"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for. Months as yyyymm and bases in fen, both ends included; None: not asked.

    `kind` with `kind_state` asks for enrolments of which this kind stands there; either may stand alone.
    """

    search: str = ""
    company_id: int | None = None
    city_code: str | None = None
    state: EnrollmentState | None = None
    stop_reason: str | None = None
    start_from: int | None = None
    start_to: int | None = None
    batch_id: int | None = None
    base_from_fen: int | None = None
    base_to_fen: int | None = None
    kind: Kind | None = None
    kind_state: EnrollmentState | None = None
    sort: Sort = Sort.NEWEST
    descending: bool = True


_FIELDS = tuple(EnrollmentRow.__dataclass_fields__)
_COLUMNS = ", ".join(f"enrollment.{name}" for name in _FIELDS)
_ITEM_FIELDS = tuple(ItemRow.__dataclass_fields__)


_COMPARED = (
    ("company_id", "company_id", "="),
    ("city_code", "city_code", "="),
    ("state", "state", "="),
    ("stop_reason", "stop_reason", "="),
    ("batch_id", "batch_id", "="),
    ("start_month", "start_from", ">="),
    ("start_month", "start_to", "<="),
    ("declared_base_fen", "base_from_fen", ">="),
    ("declared_base_fen", "base_to_fen", "<="),
)
_SORTED: dict[Sort, str] = {
    Sort.START_MONTH: "enrollment.start_month",
    Sort.NAME: "person.name",
    Sort.BASE: "enrollment.declared_base_fen",
}
_PERSON = "JOIN person ON person.id = enrollment.person_id"


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[EnrollmentRow]:
    """Enrolments of companies in scope, in the order asked for; the place of a page is its last row's id."""
    condition, values = _condition(ports, actor, wanted)
    join = _PERSON if wanted.search.strip() else ""
    total = int(await fetch_value(f"SELECT COUNT(*) FROM enrollment {join} WHERE {condition}", values))
    column = _SORTED.get(wanted.sort)
    if column == "person.name":
        join = _PERSON
    way, side = ("DESC", "<") if wanted.descending or column is None else ("ASC", ">")
    order = f"enrollment.id {way}" if column is None else f"{column} {way}, enrollment.id {way}"
    if window.before_id and column is None:
        condition, values = f"{condition} AND enrollment.id < ?", [*values, window.before_id]
    elif window.before_id:
        # Ids tell rows with the same value apart, so that no row is shown twice or left out between two pages.
        place = f"SELECT {column} FROM enrollment {join} WHERE enrollment.id = ?"
        condition = f"{condition} AND ({column} {side} ({place}) OR ({column} = ({place}) AND enrollment.id {side} ?))"
        values = [*values, *[window.before_id] * 3]
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM enrollment {join} WHERE {condition} ORDER BY {order} LIMIT ?",
        [*values, window.first + 1],
    )
    return page_of([EnrollmentRow(**r) for r in rows], window, total)


def _condition(ports: Ports, actor: Actor, wanted: Filter) -> tuple[str, list[Any]]:
    condition, values = company_sql(actor, "enrollment.company_id")
    if wanted.search.strip():
        extra, more = search_sql(ports.store, wanted.search)
        condition, values = f"{condition} AND {extra}", [*values, *more]
    for column, name, sign in _COMPARED:
        value = getattr(wanted, name)
        if value is not None:
            condition, values = f"{condition} AND enrollment.{column} {sign} ?", [*values, value]
    item = [(c, v.value) for c, v in (("kind", wanted.kind), ("state", wanted.kind_state)) if v is not None]
    if item:
        parts = " AND ".join(f"i.{c} = ?" for c, _ in item)
        exists = f"EXISTS (SELECT 1 FROM enrollment_item i WHERE i.enrollment_id = enrollment.id AND {parts})"
        condition, values = f"{condition} AND {exists}", [*values, *(v for _, v in item)]
    return condition, values


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[EnrollmentRow | None]:
    """Enrolments in the order asked for; None for those out of scope."""
    if not ids:
        return []
    condition, values = company_sql(actor, "company_id")
    sql = f"SELECT {_COLUMNS} FROM enrollment WHERE id IN ({marks(ids)}) AND {condition}"
    found = {r["id"]: EnrollmentRow(**r) for r in await fetch(sql, [*ids, *values])}
    return [found.get(i) for i in ids]


async def of_people(actor: Actor, person_ids: Sequence[int]) -> list[list[EnrollmentRow]]:
    """Each person's enrolments with companies in scope, newest first."""
    if not person_ids:
        return []
    condition, values = company_sql(actor, "company_id")
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM enrollment WHERE person_id IN ({marks(person_ids)}) AND {condition} ORDER BY id DESC",
        [*person_ids, *values],
    )
    found: dict[int, list[EnrollmentRow]] = {}
    for r in rows:
        found.setdefault(r["person_id"], []).append(EnrollmentRow(**r))
    return [found.get(i, []) for i in person_ids]


async def items(enrollment_ids: Sequence[int]) -> list[list[ItemRow]]:
    """The kinds of each enrolment, in display order. The caller has already checked that they may be seen."""
    rows = await fetch(
        f"SELECT enrollment_id, {', '.join(_ITEM_FIELDS)} FROM enrollment_item "
        f"WHERE enrollment_id IN ({marks(enrollment_ids)})",
        list(enrollment_ids),
    )
    found: dict[int, list[ItemRow]] = {}
    for r in sorted(rows, key=lambda r: KIND_ORDER[Kind(r["kind"])]):
        found.setdefault(r["enrollment_id"], []).append(ItemRow(**{name: r[name] for name in _ITEM_FIELDS}))
    return [found.get(i, []) for i in enrollment_ids]
