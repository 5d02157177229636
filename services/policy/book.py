"""The book of dated rows that rules compute with, and reads of cities and their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from db.models.policy import City, Policy
from db.sql import fetch
from db.transaction import Store
from domain.errors import Problem
from domain.money import Rounding
from domain.policy import KIND_ORDER, Category, Confidence, Kind, PolicyBook, PolicyVersion
from domain.policy_change import Comparison, compare


@dataclass(frozen=True, slots=True)
class CityRow:
    id: int
    code: str
    name: str


FACTS = tuple(f.name for f in fields(PolicyVersion) if f.name not in ("id", "city"))
"""The columns of a policy row that rules read."""

_CACHE = "policy.book"


async def book(store: Store) -> PolicyBook:
    """The policies in force, kept in memory until a row is added or retired."""
    stamp = (await fetch("SELECT COUNT(*) AS n, MAX(id) AS newest, MAX(retired_at) AS retired FROM policy"))[0]
    key = (stamp["n"], stamp["newest"], stamp["retired"])
    cached = store.cache.get(_CACHE)
    if cached is None or cached[0] != key:
        store.cache[_CACHE] = cached = (key, PolicyBook(await current()))
    found: PolicyBook = cached[1]
    return found


async def current(city_codes: Iterable[str] | None = None) -> list[PolicyVersion]:
    """Rows that are not retired, read anew: of some cities, or of all."""
    wanted = Policy.filter(retired_at=0)
    if city_codes is not None:
        wanted = wanted.filter(city_code__in=list(city_codes))
    names = {r["code"]: r["name"] for r in await fetch("SELECT code, name FROM city")}
    return [version(r, names[r["city_code"]]) for r in await wanted.values()]


async def versions_by_ids(store: Store, ids: Iterable[int]) -> dict[int, PolicyVersion]:
    """Policy rows by id, retired ones too: a closed bill explains itself by the row it was computed with."""
    wanted = sorted(set(ids))
    known = {v.id: v for v in (await book(store)).versions}
    missing = [i for i in wanted if i not in known]
    if missing:
        names = {r["code"]: r["name"] for r in await fetch("SELECT code, name FROM city")}
        for row in await Policy.filter(id__in=missing).values():
            known[row["id"]] = version(row, names[row["city_code"]])
    return {i: known[i] for i in wanted if i in known}


def version(row: dict, city: str) -> PolicyVersion:
    """A database row as the value that rules read."""
    values = {name: row[name] for name in FACTS}
    values["category"] = Category(row["category"])
    values["kind"] = Kind(row["kind"])
    values["confidence"] = Confidence(row["confidence"])
    values["employer_rounding"] = Rounding(row["employer_rounding"])
    values["employee_rounding"] = Rounding(row["employee_rounding"])
    return PolicyVersion(id=row["id"], city=city, **values)


async def cities() -> list[CityRow]:
    """Every city there are policies for, by code."""
    return [CityRow(r["id"], r["code"], r["name"]) for r in await City.all().order_by("code").values()]


async def cities_by_ids(ids: Iterable[int]) -> dict[int, CityRow]:
    """Cities by id."""
    return {r["id"]: CityRow(r["id"], r["code"], r["name"]) for r in await City.filter(id__in=list(ids)).values()}


async def in_force(store: Store, city_code: str, month: int | None, category: Category | None) -> list[PolicyVersion]:
    """The rows of a city: those in force in the month, or all of them, in display order."""
    rows = [
        v
        for v in (await book(store)).versions
        if v.city_code == city_code
        and (month is None or v.covers(month))
        and (category is None or v.category is category)
    ]
    return sorted(rows, key=lambda v: (v.category, KIND_ORDER[v.kind], v.tier, v.effective_from))


async def comparison(store: Store, city_code: str, one_month: int, other_month: int) -> list[Comparison]:
    """Every kind of a city in two months, with what differs."""
    return compare(await book(store), city_code, one_month, other_month)


def unknown_city(code: str) -> Problem:
    """The refusal of a city that there are no policies for."""
    return Problem(
        "city_unknown",
        "没有该城市的政策",
        "There are no policies for this city",
        "请从城市列表中选择",
        "Choose from the list of cities",
        field="cityCode",
        value=code,
    )
