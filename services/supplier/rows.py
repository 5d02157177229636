"""Reading suppliers: the list by name, state, city and expiry, and what belongs to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from db.clock import business_day
from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from domain.actor import Actor, not_found
from domain.errors import Refusal
from domain.supplier import SupplierState
from services import audit
from services.audit import AuditRow
from services.paging import Page, Window, page_of
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier as it is listed."""

    id: int
    name: str
    credit_code: str | None
    state: SupplierState
    note: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to: part of the name or the whole credit code, state, city with a price in force,
    and a running contract that runs out within so many days."""

    search: str = ""
    state: SupplierState | None = None
    city_code: str = ""
    expiring_within: int | None = None


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[SupplierRow]:
    """Suppliers, newest first."""
    actor.require("supplier.read")
    condition, values = _conditions(wanted, business_day(ports.store.clock()))
    total = int(await fetch_value(f"SELECT COUNT(*) FROM supplier s WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND s.id < ?", [*values, window.before_id]
    sql = f"SELECT s.* FROM supplier s WHERE {condition} ORDER BY s.id DESC LIMIT ?"
    return page_of([_row(r) for r in await fetch(sql, [*values, window.first + 1])], window, total)


def _conditions(wanted: Filter, day: date) -> tuple[str, list[Any]]:
    parts: list[str] = ["1 = 1"]
    values: list[Any] = []
    if text := wanted.search.strip():
        escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        parts.append("(s.name LIKE ? ESCAPE '!' OR s.credit_code = ?)")
        values += [f"%{escaped}%", text.upper()]
    if wanted.state is not None:
        parts.append("s.state = ?")
        values.append(wanted.state.value)
    if wanted.city_code:
        parts.append(
            "EXISTS (SELECT 1 FROM supplier_price p WHERE p.supplier_id = s.id AND p.city_code = ? "
            "AND p.retired_at = 0 AND p.from_month <= ?)"
        )
        values += [wanted.city_code, day.year * 100 + day.month]
    if wanted.expiring_within is not None:
        last = day + timedelta(days=min(max(wanted.expiring_within, 0), 3660))
        parts.append(
            "EXISTS (SELECT 1 FROM supplier_contract c WHERE c.supplier_id = s.id AND c.ended_at = 0 AND c.to_day >= ? "
            "AND c.to_day <= ? AND NOT EXISTS "
            "(SELECT 1 FROM supplier_contract n WHERE n.renews_id = c.id AND n.ended_at = 0))"
        )
        values += [day.isoformat(), last.isoformat()]
    return " AND ".join(parts), values


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[SupplierRow | None]:
    """Suppliers in the order asked for; None for whoever may not see suppliers."""
    if not ids or not actor.may("supplier.read"):
        return [None for _ in ids]
    rows = await fetch(f"SELECT * FROM supplier WHERE id IN ({marks(ids)})", list(ids))
    found = {r["id"]: _row(r) for r in rows}
    return [found.get(i) for i in ids]


async def one(actor: Actor, supplier_id: int) -> SupplierRow:
    """The supplier; refused as not found when there is none."""
    actor.require("supplier.read")
    found = (await by_ids(actor, [supplier_id]))[0]
    if found is None:
        raise Refusal(not_found("供应商", "supplier"))
    return found


async def schemes_using(actor: Actor, supplier_id: int) -> list[tuple[int, str]]:
    """Schemes that are carried out by the supplier, with their names: common ones and those in the actor's scope."""
    condition, values = company_sql(actor, "company_id")
    sql = f"SELECT id, name FROM scheme WHERE supplier_id = ? AND (company_id IS NULL OR {condition}) ORDER BY name, id"
    return [(r["id"], r["name"]) for r in await fetch(sql, [supplier_id, *values])]


async def history(actor: Actor, supplier_id: int) -> list[AuditRow]:
    """What was done with the supplier, oldest first, with the reasons that were given."""
    await one(actor, supplier_id)
    return await audit.of_subject("supplier", supplier_id)


def _row(r: dict[str, Any]) -> SupplierRow:
    state = SupplierState(r["state"])
    return SupplierRow(r["id"], r["name"], r["credit_code"], state, r["note"], r["created_at"])
