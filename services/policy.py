"""City policies: loading dated rows from files, the book that rules compute with, and reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from db.models.policy import City, Policy
from db.sql import fetch
from db.transaction import Store, work
from domain.actor import Actor
from domain.errors import Refusal
from domain.money import Rounding
from domain.policy import KIND_ORDER, Category, Confidence, Kind, PolicyBook, PolicyVersion, overlaps
from services.policy_files import load_policies
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class CityRow:
    id: int
    code: str
    name: str


_FIELDS = tuple(f.name for f in fields(PolicyVersion) if f.name not in ("id", "city"))
_CACHE = "policy.book"


async def book(store: Store) -> PolicyBook:
    """The policies in force, kept in memory until a row is added or retired."""
    stamp = (await fetch("SELECT COUNT(*) AS n, MAX(id) AS newest, MAX(retired_at) AS retired FROM policy"))[0]
    key = (stamp["n"], stamp["newest"], stamp["retired"])
    cached = store.cache.get(_CACHE)
    if cached is None or cached[0] != key:
        names = {r["code"]: r["name"] for r in await fetch("SELECT code, name FROM city")}
        rows = await fetch("SELECT * FROM policy WHERE retired_at = 0")
        store.cache[_CACHE] = cached = (key, PolicyBook(_version(r, names[r["city_code"]]) for r in rows))
    found: PolicyBook = cached[1]
    return found


async def versions_by_ids(store: Store, ids: Iterable[int]) -> dict[int, PolicyVersion]:
    """Policy rows by id, retired ones too: a closed bill explains itself by the row it was computed with."""
    wanted = sorted(set(ids))
    current = {v.id: v for v in (await book(store)).versions}
    missing = [i for i in wanted if i not in current]
    if missing:
        names = {r["code"]: r["name"] for r in await fetch("SELECT code, name FROM city")}
        for row in await Policy.filter(id__in=missing).values():
            current[row["id"]] = _version(row, names[row["city_code"]])
    return {i: current[i] for i in wanted if i in current}


def _version(row: dict, city: str) -> PolicyVersion:
    values = {name: row[name] for name in _FIELDS}
    values["category"] = Category(row["category"])
    values["kind"] = Kind(row["kind"])
    values["confidence"] = Confidence(row["confidence"])
    values["employer_rounding"] = Rounding(row["employer_rounding"])
    values["employee_rounding"] = Rounding(row["employee_rounding"])
    return PolicyVersion(id=row["id"], city=city, **values)


async def load(ports: Ports, actor: Actor, directory: Path) -> int:
    """Writes the policies of the files that the database does not have yet; answers how many.

    A row with the same key and start is left as it is: what bills were computed with never changes under them.
    """
    versions = load_policies(directory)
    wrong = overlaps(versions)
    if wrong:
        raise Refusal(*wrong)
    async with work(ports.store, actor) as unit:
        known_cities = {c.code for c in await City.all()}
        known = {
            (p["city_code"], p["category"], p["kind"], p["tier"], p["effective_from"])
            for p in await Policy.all().values("city_code", "category", "kind", "tier", "effective_from")
        }
        for code, name in sorted({(v.city_code, v.city) for v in versions}):
            if code not in known_cities:
                await City.create(id=unit.new_id(), code=code, name=name)
        new = [v for v in versions if (*v.key, v.effective_from) not in known]
        await Policy.bulk_create(
            Policy(id=row_id, created_at=unit.now, **{name: getattr(v, name) for name in _FIELDS})
            for v, row_id in zip(new, ports.store.ids.block(len(new)), strict=True)
        )
        if new:
            await unit.audit("policy.load", "policy", 0, 行数=len(new))
    return len(new)


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
