"""Deputies: who decides in whose place, from which day to which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from db.clock import business_day
from db.models.approval import ApprovalDelegate
from db.sql import fetch, fetch_value
from db.transaction import Work, once, work
from domain.actor import Actor, not_found
from domain.approval import BUSINESSES
from domain.approval_flow import Person, named
from domain.errors import Problem, Refusal, invalid
from services.approval.ask import CONFIGURE, READ
from services.approval.people import load
from services.approval.steps import unpacked
from services.notice import tell
from services.paging import Page, Window, page_of
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """`delegate_id` decides in the place of `staff_id` (None: of whoever asks), for a business or ("") for all.

    Days are yyyy-mm-dd in China, both included.
    """

    delegate_id: int
    from_day: str
    to_day: str
    business: str = ""
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class DelegationRow:
    id: int
    staff_id: int
    staff: str
    delegate_id: int
    delegate: str
    business: str
    from_day: str
    to_day: str
    created_by: str
    created_at: int
    ended_at: int


_FROM = """
FROM approval_delegate d LEFT JOIN staff s ON s.id = d.staff_id LEFT JOIN staff t ON t.id = d.delegate_id
LEFT JOIN staff m ON m.id = d.created_by_id
"""
_COLUMNS = """d.id, d.staff_id, s.display_name AS staff, d.delegate_id, t.display_name AS delegate, d.business,
d.from_day, d.to_day, m.display_name AS created_by, d.created_at, d.ended_at"""


async def delegations(ports: Ports, actor: Actor, past: bool, window: Window) -> Page[DelegationRow]:
    """All of them for whoever configures approvals without a limit of scope, otherwise those one takes part in or
    made; newest first.

    `past` shows the ones that are over as well.
    """
    condition, values = "1 = 1", list[Any]()
    if not actor.may(CONFIGURE) or actor.scope is not None:
        condition = "(d.staff_id = ? OR d.delegate_id = ? OR d.created_by_id = ?)"
        values = [actor.staff_id] * 3
    if not past:
        today = business_day(ports.store.clock()).isoformat()
        condition, values = f"{condition} AND d.ended_at = 0 AND d.to_day >= ?", [*values, today]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM approval_delegate d WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND d.id < ?", [*values, window.before_id]
    rows = await fetch(
        f"SELECT {_COLUMNS} {_FROM} WHERE {condition} ORDER BY d.id DESC LIMIT ?", [*values, window.first + 1]
    )
    return page_of([DelegationRow(**r) for r in rows], window, total)


async def by_id(delegation_id: int) -> DelegationRow | None:
    """One of them, for whoever has just made or ended it."""
    rows = await fetch(f"SELECT {_COLUMNS} {_FROM} WHERE d.id = ?", [delegation_id])
    return DelegationRow(**rows[0]) if rows else None


async def delegate(ports: Ports, actor: Actor, new: NewDelegation, key: str) -> DelegationRow:
    """Has somebody decide in one's own place, or (with `approval.configure`) in that of somebody else."""
    actor.require(READ)
    principal_id = actor.staff_id if new.staff_id is None else new.staff_id
    if principal_id != actor.staff_id:
        actor.require(CONFIGURE)
    people = await load([principal_id, new.delegate_id])
    if principal_id != actor.staff_id and not all(_within(actor, who) for who in people.values()):
        raise Refusal(not_found("人员", "person").at(field="staffId"))
    problems = [*_check_days(new, business_day(ports.store.clock())), *_check_people(new, principal_id, people)]
    if not problems and not await _may_approve(people[principal_id]):
        problems.append(_no_approver())
    if problems:
        raise Refusal(*problems)

    async def run(unit: Work) -> int:
        same = ApprovalDelegate.filter(staff_id=principal_id, delegate_id=new.delegate_id, business=new.business)
        if await same.filter(ended_at=0, from_day__lte=new.to_day, to_day__gte=new.from_day).exists():
            raise Refusal(_overlaps())
        row = await ApprovalDelegate.create(
            id=unit.new_id(),
            staff_id=principal_id,
            delegate_id=new.delegate_id,
            business=new.business,
            from_day=new.from_day,
            to_day=new.to_day,
            created_by_id=actor.staff_id,
            created_at=unit.now,
        )
        principal, deputy = people[principal_id].name, people[new.delegate_id].name
        detail = {"审核人": principal, "代理人": deputy, "起": new.from_day, "止": new.to_day}
        await unit.audit("approval.delegate", "approval_delegate", row.id, None, **detail)
        body = f"{new.from_day} 至 {new.to_day}"
        await tell(unit, new.delegate_id, f"请代 {principal} 审核", body, "/approval")
        if principal_id != actor.staff_id:
            await tell(unit, principal_id, f"您的审核由 {deputy} 代理", body, "/approval")
        return row.id

    made = await by_id(await once(ports.store, actor, "approval.delegate", key, asdict(new), run))
    assert made is not None  # noqa: S101 - it was committed a moment ago
    return made


async def end_delegation(ports: Ports, actor: Actor, delegation_id: int) -> DelegationRow:
    """Ends it now; one's own, or with `approval.configure` anybody's. Ending it twice changes nothing."""
    actor.require(READ)
    async with work(ports.store, actor) as unit:
        row = await ApprovalDelegate.filter(id=delegation_id).select_for_update().first()
        if row is None or not (row.staff_id == actor.staff_id or await _may_end(actor, row)):
            raise Refusal(not_found("代理", "delegation"))
        if not row.ended_at:
            row.ended_at = unit.now
            await row.save(update_fields=["ended_at"])
            await unit.audit("approval.delegate_ended", "approval_delegate", row.id)
            await tell(unit, row.delegate_id, "审核代理已结束", f"{row.from_day} 至 {row.to_day}", "/approval")
    ended = await by_id(delegation_id)
    assert ended is not None  # noqa: S101 - nothing deletes a delegation
    return ended


async def _may_end(actor: Actor, row: ApprovalDelegate) -> bool:
    people = await load([row.staff_id, row.delegate_id])
    return actor.may(CONFIGURE) and all(_within(actor, who) for who in people.values())


def _within(actor: Actor, person: Person) -> bool:
    """Whether the actor sees everything that the person sees: else a right could be handed on that one has not."""
    if actor.scope is None:
        return True
    return person.scope is not None and all(actor.sees(path) for path in person.scope)


async def _may_approve(person: Person) -> bool:
    """Whether there is anything that they could decide on."""
    if any(permission.endswith(".approve") for permission in person.permissions):
        return True
    rows = await fetch("SELECT steps FROM approval_flow WHERE retired_at = 0")
    return any(named(person, a) for r in rows for step in unpacked(r["steps"]) for a in step.approvers)


def _check_days(new: NewDelegation, today: date) -> Iterator[Problem]:
    first, last = _day(new.from_day), _day(new.to_day)
    for field, text, day in (("fromDay", new.from_day, first), ("toDay", new.to_day, last)):
        if day is None:
            yield _at(field, "日期须为 2026-11-30 的形式", "A day is written 2026-11-30", text)
    if first and last and first > last:
        yield _at("toDay", "结束日期早于开始日期", "The last day lies before the first", new.to_day)
    elif last and last < today:
        yield _at("toDay", "结束日期已过", "The last day is over", new.to_day)
    if new.business and new.business not in BUSINESSES:
        yield _at("business", "没有这种业务", "There is no such business", new.business)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Days are compared as text in the database, so that only the one spelling will do.
    return found if found.isoformat() == text else None


def _check_people(new: NewDelegation, principal_id: int, people: dict[int, Person]) -> Iterator[Problem]:
    for field, staff_id in (("staffId", principal_id), ("delegateId", new.delegate_id)):
        if staff_id not in people or not people[staff_id].active:
            yield not_found("管理员", "staff member").at(field=field)
    if principal_id == new.delegate_id:
        yield _at("delegateId", "不能由自己代理自己", "Nobody is their own deputy")
    elif new.delegate_id in people and READ not in people[new.delegate_id].permissions:
        yield _at("delegateId", "代理人没有查看审核的权限", "The deputy may not see approvals")


def _at(field: str, message: str, message_en: str, value: str | None = None) -> Problem:
    return invalid(field, message, message_en).at(value=value and value[:60])


def _no_approver() -> Problem:
    return Problem(
        "no_approver",
        "该管理员没有任何审核权限，无需代理",
        "This person approves nothing, so that nobody can stand in",
        "请联系管理员确认角色",
        "Ask an administrator about the role",
        field="staffId",
    )


def _overlaps() -> Problem:
    return Problem(
        "delegation_overlaps",
        "这段时间已由同一人代理",
        "The same person stands in during these days already",
        "请先结束原来的代理，或另选日期",
        "End that delegation first, or choose other days",
        field="fromDay",
    )
