"""Reading client companies: the list, one's branches, and what is going on with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.expressions import Q

from db.models.company import Company
from db.models.enrollment import Enrollment
from db.scope import companies, company_sql
from db.sql import fetch, marks
from domain.actor import Actor, not_found
from domain.batch import BatchState
from domain.bill import BillState
from domain.enrollment import OPEN_STATES
from domain.errors import Refusal
from services.paging import Page, Window, page_of


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company; `injury_class` 1–8 is its work-injury industry class, `housing_rate_ppm` its housing-fund rate."""

    id: int
    name: str
    credit_code: str | None
    parent_id: int | None
    path: str
    city_code: str | None
    injury_class: int | None
    housing_rate_ppm: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What is going on with a company itself, without its branches."""

    enrolled: int
    open_batches: int
    open_bills: int


_FIELDS = tuple(CompanyRow.__dataclass_fields__)


async def find(actor: Actor, search: str, window: Window) -> Page[CompanyRow]:
    """Companies in scope, newest first, by part of the name or the whole credit code."""
    query = Company.filter(companies(actor))
    if search:
        query = query.filter(Q(name__contains=search) | Q(credit_code=search))
    total = await query.count()
    if window.before_id:
        query = query.filter(id__lt=window.before_id)
    rows = await query.order_by("-id").limit(window.first + 1).values(*_FIELDS)
    return page_of([CompanyRow(**r) for r in rows], window, total)


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[CompanyRow | None]:
    """Companies in the order asked for; None for those out of scope."""
    rows = await Company.filter(companies(actor), id__in=list(ids)).values(*_FIELDS)
    found = {r["id"]: CompanyRow(**r) for r in rows}
    return [found.get(i) for i in ids]


async def branches(actor: Actor, parent_ids: Sequence[int]) -> list[list[CompanyRow]]:
    """The direct branches of each parent, in scope."""
    rows = await Company.filter(companies(actor), parent_id__in=list(parent_ids)).order_by("name").values(*_FIELDS)
    by_parent: dict[int, list[CompanyRow]] = {}
    for r in rows:
        by_parent.setdefault(r["parent_id"], []).append(CompanyRow(**r))
    return [by_parent.get(i, []) for i in parent_ids]


async def enrolled_counts(actor: Actor, ids: Sequence[int]) -> list[int]:
    """How many people are enrolled with each company now."""
    rows = await Enrollment.filter(
        companies(actor, "company__"), company_id__in=list(ids), state__in=OPEN_STATES
    ).values_list("company_id", flat=True)
    counts: dict[int, int] = {}
    for company_id in rows:
        counts[int(company_id)] = counts.get(int(company_id), 0) + 1  # type: ignore[call-overload]
    return [counts.get(i, 0) for i in ids]


async def named(actor: Actor, name: str) -> CompanyRow:
    """The company of exactly that name; refused as not found otherwise."""
    rows = await Company.filter(companies(actor), name=name).values(*_FIELDS)
    if not rows:
        raise Refusal(not_found("公司", "company").at(field="company", value=name))
    return CompanyRow(**rows[0])


async def counts(actor: Actor, ids: Sequence[int]) -> list[Counts]:
    """People enrolled now, batches under way and bills that are not closed, for each company in scope."""
    enrolled = await enrolled_counts(actor, ids)
    batches = await _counted(actor, "batch", _BATCHES_UNDER_WAY, ids)
    bills = await _counted(actor, "bill", [BillState.DRAFT, BillState.CONFIRMED], ids)
    return [Counts(n, batches.get(i, 0), bills.get(i, 0)) for i, n in zip(ids, enrolled, strict=True)]


_BATCHES_UNDER_WAY = [
    BatchState.CHECKING,
    BatchState.CHECKED,
    BatchState.IN_REVIEW,
    BatchState.APPROVED,
    BatchState.SUBMITTED,
]


async def _counted(actor: Actor, table: str, states: Sequence[str], ids: Sequence[int]) -> dict[int, int]:
    if not ids:
        return {}
    condition, values = company_sql(actor, "company_id")
    sql = (
        f"SELECT company_id, COUNT(*) AS n FROM `{table}` WHERE company_id IN ({marks(ids)}) "
        f"AND state IN ({marks(states)}) AND {condition} GROUP BY company_id"
    )
    return {r["company_id"]: r["n"] for r in await fetch(sql, [*ids, *map(str, states), *values])}
