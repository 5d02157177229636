"""Supplier contracts and documents that run out: asked for by day, and told to those who keep suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from db.sql import fetch
from domain.actor import Actor
from domain.reminder import THRESHOLDS, Reminder, days_left, threshold
from services import contract
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Expiring:
    """Something of a supplier that runs out: a contract by its number, or a document by its kind."""

    id: int
    supplier_id: int
    supplier: str
    what: str
    name: str
    to_day: date


async def expiring(actor: Actor, day: date, within_days: int) -> list[Expiring]:
    """What of suppliers in use runs out from the day on, within so many days; the first to run out first."""
    actor.require("supplier.read")
    return await _expiring(day, within_days)


async def due(ports: Ports, day: date) -> list[Reminder]:
    """One reminder for each of them and threshold, to everyone who keeps suppliers."""
    found = []
    for each in await _expiring(day, max(THRESHOLDS)):
        left = days_left(day, each.to_day)
        word = "合同" if each.what == "contract" else "证照"
        found.append(
            Reminder(
                key=f"supplier_{each.what}:{each.id}:{each.to_day}:{threshold(left)}",
                title=f"供应商{word}将于 {each.to_day} 到期",
                body=f"{each.supplier} 的{word}“{each.name}”还有 {left} 天到期，请续签、换证或安排更换供应商。",
                link=f"/supplier/{each.supplier_id}",
                permission="supplier.write",
            )
        )
    return found


async def _expiring(day: date, within_days: int) -> list[Expiring]:
    last = day + timedelta(days=within_days)
    names = {r["id"]: r["name"] for r in await fetch("SELECT id, name FROM supplier WHERE state = 'active'")}
    found = []
    for c in await contract.running_out(contract.SUPPLIER, day, last):
        if c.owner_id in names and c.to_day is not None:
            found.append(Expiring(c.id, c.owner_id, names[c.owner_id], "contract", c.number, c.to_day))
    for r in await fetch(
        "SELECT id, supplier_id, kind, expires_day FROM supplier_document "
        "WHERE retired_at = 0 AND expires_day >= ? AND expires_day <= ?",
        [day.isoformat(), last.isoformat()],
    ):
        if r["supplier_id"] in names:
            expires = date.fromisoformat(r["expires_day"])
            found.append(Expiring(r["id"], r["supplier_id"], names[r["supplier_id"]], "document", r["kind"], expires))
    return sorted(found, key=lambda each: (each.to_day, each.id))
