"""Reading schemes with what they said and say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson
from tortoise.expressions import Q

from db.clock import business_day
from db.models.policy import Scheme
from db.scope import common_or_companies
from db.sql import fetch, marks
from domain.actor import Actor, not_found
from domain.errors import Refusal
from domain.period import BillingMonth
from domain.policy import Category, Kind
from domain.scheme import ALWAYS, Terms, Version, base_terms, in_force
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A scheme and all its versions, the oldest first, retired ones too. A scheme without a company is everyone's.

    `kinds`, `housing_rate_ppm` and `service_fee_fen` are what it was made with; what holds in a month is `at(month)`.
    """

    id: int
    name: str
    company_id: int | None
    city_code: str
    category: Category
    kinds: tuple[Kind, ...]
    housing_rate_ppm: int | None
    service_fee_fen: int
    versions: tuple[Version, ...] = ()
    supplier_id: int | None = None
    _by_month: dict[int, Version] = field(default_factory=dict, compare=False, repr=False)

    def at(self, month: int) -> Version:
        """The version of a month (yyyymm), looked for once a month: the rows of a sheet ask again and again.

        Every scheme has one that holds from always.
        """
        if month not in self._by_month:
            self._by_month[month] = in_force(self.versions, month) or self.versions[0]
        return self._by_month[month]


def this_month(ports: Ports) -> int:
    """The month (yyyymm) in which people look at schemes."""
    return BillingMonth.from_date(business_day(ports.store.clock())).number


async def visible(actor: Actor, company_id: int | None = None) -> list[SchemeRow]:
    """Schemes of companies in scope and common ones; for one company: its own and common ones."""
    query = Scheme.filter(common_or_companies(actor))
    if company_id is not None:
        query = query.filter(Q(company_id=None) | Q(company_id=company_id))
    return await _rows(await query.order_by("name").values())


async def by_ids(actor: Actor, ids: Iterable[int]) -> dict[int, SchemeRow]:
    """Schemes by id, those the actor may see."""
    found = await Scheme.filter(common_or_companies(actor), id__in=list(ids)).values()
    return {row.id: row for row in await _rows(found)}


async def one(actor: Actor, scheme_id: int) -> SchemeRow:
    """The scheme; refused as not found when it is not the actor's to see."""
    found = (await by_ids(actor, [scheme_id])).get(scheme_id)
    if found is None:
        raise Refusal(not_found("方案", "scheme").at(field="schemeId"))
    return found


async def _rows(found: Sequence[dict]) -> list[SchemeRow]:
    versions: dict[int, list[Version]] = defaultdict(list)
    if found:
        ids = [r["id"] for r in found]
        sql = f"SELECT * FROM scheme_version WHERE scheme_id IN ({marks(ids)}) ORDER BY effective_from, revision"
        for r in await fetch(sql, ids):
            versions[r["scheme_id"]].append(version(r))
    return [_row(r, versions[r["id"]]) for r in found]


def _row(r: dict, versions: Sequence[Version]) -> SchemeRow:
    terms = Terms(_kinds(r["kinds"]), _tiers(r["tiers"]), {}, r["housing_rate_ppm"], r["service_fee_fen"])
    # A scheme from before there were versions says from always what its own columns say.
    first = () if any(v.effective_from == ALWAYS for v in versions) else (Version(None, ALWAYS, 0, terms),)
    return SchemeRow(
        r["id"],
        r["name"],
        r["company_id"],
        r["city_code"],
        Category(r["category"]),
        terms.kinds,
        terms.housing_rate_ppm,
        terms.service_fee_fen,
        (*first, *versions),
        r["supplier_id"],
    )


def version(r: dict) -> Version:
    """A row of `scheme_version` as the rules read it."""
    bases = base_terms(orjson.loads(r["base_rules"] or "{}"))
    terms = Terms(_kinds(r["kinds"]), _tiers(r["tiers"]), bases, r["housing_rate_ppm"], r["service_fee_fen"], r["note"])
    return Version(
        r["id"], r["effective_from"], r["revision"], terms, r["created_by_id"], r["created_at"], r["retired_at"]
    )


def _kinds(text: str) -> tuple[Kind, ...]:
    return tuple(Kind(k) for k in text.split(",") if k)


def _tiers(text: str) -> dict[Kind, str]:
    return {Kind(kind): tier for kind, tier in orjson.loads(text or "{}").items()}
