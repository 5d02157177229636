"""The home page: what waits for somebody, and the figures of the companies in their scope."""

from __future__ import annotations

from dataclasses import dataclass

from db.clock import business_day
from domain.actor import Actor
from services.home.figures import (
    CountRow,
    DeadlineRow,
    MoveRow,
    OpenBills,
    batches,
    by_city,
    by_company,
    deadlines,
    moves,
    open_bills,
)
from services.home.waiting import LINKS, WaitingRow, waiting
from services.ports import Ports

__all__ = ["LINKS", "CountRow", "DeadlineRow", "Home", "MoveRow", "OpenBills", "WaitingRow", "home"]

FRESH_MS = 5000


@dataclass(frozen=True, slots=True)
class Home:
    """The page as of an instant. What the actor may not see is empty."""

    at: int
    waiting: tuple[WaitingRow, ...]
    batches: tuple[CountRow, ...] = ()
    by_city: tuple[CountRow, ...] = ()
    by_company: tuple[CountRow, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    deadlines: tuple[DeadlineRow, ...] = ()
    open_bills: tuple[OpenBills, ...] = ()


async def home(ports: Ports, actor: Actor) -> Home:
    """The page by the actor's permissions and scope; for five seconds the same one is told again."""
    kept: dict[tuple, Home] = ports.store.cache.setdefault("home", {})
    now = ports.store.clock()
    # Rights are part of the key: who has just lost some is not shown what they could see before.
    key = (actor.staff_id, actor.permissions, actor.scope)
    if key in kept and now - kept[key].at < FRESH_MS:
        return kept[key]
    for old in [k for k, page in kept.items() if now - page.at >= FRESH_MS]:
        del kept[old]
    kept[key] = await _made(ports, actor, now)
    return kept[key]


async def _made(ports: Ports, actor: Actor, now: int) -> Home:
    today, register = business_day(now), actor.may("enrollment.read")
    return Home(
        at=now,
        waiting=await waiting(ports, actor),
        batches=await batches(actor) if actor.may("batch.read") else (),
        by_city=await by_city(actor) if register else (),
        by_company=await by_company(actor) if register and actor.may("company.read") else (),
        moves=await moves(actor, today) if register else (),
        deadlines=await deadlines(actor, today) if register and actor.may("policy.read") else (),
        open_bills=await open_bills(actor) if actor.may("bill.read") else (),
    )
