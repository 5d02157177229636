"""The register: who is enrolled where, since when, in what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Filter:
    search: str = ""
    company_id: int | None = None
    city_code: str | None = None
    state: EnrollmentState | None = None


_FIELDS = tuple(EnrollmentRow.__dataclass_fields__)
_COLUMNS = ", ".join(f"enrollment.{name}" for name in _FIELDS)
_ITEM_FIELDS = tuple(ItemRow.__dataclass_fields__)


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[EnrollmentRow]:
    """Enrolments of companies in scope, newest first."""
    condition, values = company_sql(actor, "enrollment.company_id")
    join = ""
    if wanted.search.strip():
        join = "JOIN person ON person.id = enrollment.person_id"
        extra, more = search_sql(ports.store, wanted.search)
        condition, values = f"{condition} AND {extra}", [*values, *more]
    for column in ("company_id", "city_code", "state"):
        value = getattr(wanted, column)
        if value is not None:
            condition, values = f"{condition} AND enrollment.{column} = ?", [*values, value]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM enrollment {join} WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND enrollment.id < ?", [*values, window.before_id]
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM enrollment {join} WHERE {condition} ORDER BY enrollment.id DESC LIMIT ?",
        [*values, window.first + 1],
    )
    return page_of([EnrollmentRow(**r) for r in rows], window, total)


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
