"""What waits for somebody: exactly the approvals whose current step they could decide now.

The database narrows it down by everything but one thing: whether, in a step that needs several people, the entries
that are still open are theirs. Those few are looked at one by one, in chunks, so that a long list costs no memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from db.clock import business_day
from db.scope import company_sql
from db.sql import fetch, fetch_value
from domain.actor import Actor
from domain.approval_flow import Mode, Person, Seat, Step, named
from services.approval.case import cases, plain_steps, seats
from services.approval.people import Desk, desk
from services.approval.steps import steps_of
from services.paging import Window
from services.ports import Ports

CHUNK = 200

_NOT_HEARD = (
    "NOT EXISTS (SELECT 1 FROM approval_vote v WHERE v.approval_id = approval.id AND v.step_no = approval.step_no "
    "AND {0})"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A condition on pending approvals; `whole` when it is the last word on whether they wait for somebody."""

    sql: str
    values: list[Any]
    whole: bool


async def waiting_ids(ports: Ports, actor: Actor, window: Window, business: str | None) -> tuple[list[int], int]:
    """Ids of one page and one more, newest first, and how many there are in all."""
    owner = await desk(actor, business_day(ports.store.clock()).isoformat())
    parts = await _parts(owner, actor, business)
    if not parts:
        return [], 0
    scope, values = company_sql(actor, "company_id")
    fixed = f"state = 'pending' AND requested_by_id <> ? AND {scope} AND {_NOT_HEARD.format('v.staff_id = ?')}"
    given = [actor.staff_id, *values, actor.staff_id]
    total = 0
    for whole in (True, False):
        some = [p for p in parts if p.whole is whole]
        if not some:
            continue
        condition = f"{fixed} AND ({' OR '.join(p.sql for p in some)})"
        given_too = [*given, *(v for p in some for v in p.values)]
        if whole:
            total += int(await fetch_value(f"SELECT COUNT(*) FROM approval WHERE {condition}", given_too))
        else:
            total += len([i async for i in _checked(owner, condition, given_too, 0, whole=False)])
    condition = f"{fixed} AND ({' OR '.join(p.sql for p in parts)})"
    given_too = [*given, *(v for p in parts for v in p.values)]
    ids: list[int] = []
    whole = all(p.whole for p in parts)
    async for row_id in _checked(owner, condition, given_too, window.before_id, whole=whole):
        ids.append(row_id)
        if len(ids) > window.first:
            break
    return ids, total


async def _checked(
    owner: Desk, condition: str, values: list[Any], before_id: int, *, whole: bool
) -> AsyncIterator[int]:
    """Ids that meet the condition and really wait for the desk's owner, newest first, read chunk by chunk."""
    place = before_id or 2**63 - 1
    while True:
        rows = await fetch(
            f"SELECT id FROM approval WHERE {condition} AND id < ? ORDER BY id DESC LIMIT {CHUNK}", [*values, place]
        )
        ids = [r["id"] for r in rows]
        places = {} if whole else await seats(owner, (await cases(ids)).values())
        for row_id in ids:
            if whole or isinstance(places.get(row_id), Seat):
                yield row_id
        if len(ids) < CHUNK:
            return
        place = ids[-1]


async def _parts(owner: Desk, actor: Actor, business: str | None) -> list[Part]:
    """One condition for each step of a flow that something stands at and that means the owner or their principals."""
    scope, values = company_sql(actor, "company_id")
    narrowed, only = ("AND business = ?", [business]) if business else ("", [])
    standing = await fetch(
        f"SELECT DISTINCT business, permission, flow_id, step_no FROM approval WHERE state = 'pending' AND {scope} "
        f"{narrowed}",
        [*values, *only],
    )
    flows = await steps_of(r["flow_id"] for r in standing)
    parts = []
    for r in standing:
        steps = flows[r["flow_id"]] if r["flow_id"] else plain_steps(r["business"], r["permission"])
        step = steps[r["step_no"] - 1]
        ways = _ways(owner, step, r["business"])
        if not ways:
            continue
        if r["flow_id"]:
            where, which = "business = ? AND flow_id = ? AND step_no = ?", [r["business"], r["flow_id"], r["step_no"]]
        else:
            where, which = "business = ? AND flow_id IS NULL AND permission = ?", [r["business"], r["permission"]]
        sql = f"({where} AND ({' OR '.join(w.sql for w in ways)}))"
        parts.append(Part(sql, [*which, *(v for w in ways for v in w.values)], step.mode is Mode.ANY))
    return parts


def _ways(owner: Desk, step: Step, business: str) -> list[Part]:
    """By whose right the owner may sit at the step: their own, or that of somebody they stand in for."""
    ways = []
    if _meant(owner.me, step):
        ways.append(Part(_NOT_HEARD.format("v.on_behalf_of_id = ?"), [owner.me.staff_id], True))
    for person in owner.standing_in(business):
        if not _meant(person, step):
            continue
        scope, values = company_sql(Actor(person.staff_id, person.name, person.permissions, person.scope), "company_id")
        unheard = _NOT_HEARD.format("COALESCE(v.on_behalf_of_id, v.staff_id) = ?")
        sql = f"(requested_by_id <> ? AND {scope} AND {unheard})"
        ways.append(Part(sql, [person.staff_id, *values, person.staff_id], True))
    return ways


def _meant(person: Person, step: Step) -> bool:
    return any(named(person, approver) for approver in step.approvers)
