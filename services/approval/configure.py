"""Flows: listing, saving a new version, retiring. Nothing is ever edited in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from db.models.approval import ApprovalFlow
from db.scope import company, company_sql
from db.sql import fetch, locking, marks
from db.transaction import Work, once
from domain.actor import Actor, not_found
from domain.approval import BUSINESSES
from domain.approval_flow import ApproverKind, Step
from domain.approval_form import Known, NewFlow, check_flow
from domain.errors import Problem, Refusal, has_errors
from domain.permission import PERMISSIONS
from services.approval.ask import CONFIGURE, READ
from services.approval.people import load
from services.approval.steps import ApproverRow, labelled, packed, unpacked
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with the names of its approvers and of the permission that is told when the limit runs out."""

    step: Step
    approvers: tuple[ApproverRow, ...]
    escalates_to: str | None


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A version of a flow; `retired_at` is 0 for the one in force. Amounts in fen, min inclusive, max exclusive."""

    id: int
    line: int
    version: int
    business: str
    name: str
    priority: int
    company_id: int | None
    city_code: str | None
    min_fen: int | None
    max_fen: int | None
    steps: tuple[StepRow, ...]
    created_by: str
    created_at: int
    retired_at: int


_SELECT = "SELECT f.*, s.display_name AS created_by FROM approval_flow f LEFT JOIN staff s ON s.id = f.created_by_id"


async def flows(actor: Actor, business: str | None = None) -> list[FlowRow]:
    """The flows in force that are everybody's or of companies in scope, the stronger ones first."""
    scope, values = _scope(actor)
    narrowed, only = ("AND f.business = ?", [business]) if business else ("", [])
    rows = await fetch(
        f"{_SELECT} WHERE f.retired_at = 0 AND {scope} {narrowed} ORDER BY f.business, f.priority DESC, f.id DESC",
        [*values, *only],
    )
    return await _made(rows)


async def versions(actor: Actor, line: int) -> list[FlowRow]:
    """All versions of a flow, the newest first; refused as not found where there is none to see."""
    scope, values = _scope(actor)
    rows = await fetch(f"{_SELECT} WHERE f.line = ? AND {scope} ORDER BY f.version DESC LIMIT 100", [line, *values])
    if not rows:
        raise Refusal(_no_flow())
    return await _made(rows)


async def by_ids(ids: Iterable[int]) -> dict[int, FlowRow]:
    """Versions by id, for whoever may see what they apply to."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {f.id: f for f in await _made(await fetch(f"{_SELECT} WHERE f.id IN ({marks(wanted)})", wanted))}


def _scope(actor: Actor) -> tuple[str, list[Any]]:
    condition, values = company_sql(actor, "f.company_id")
    return f"(f.company_id IS NULL OR {condition})", values


async def _made(rows: list[dict[str, Any]]) -> list[FlowRow]:
    steps = {r["id"]: unpacked(r["steps"]) for r in rows}
    names = await labelled(step for several in steps.values() for step in several)
    plain = [f for f in FlowRow.__dataclass_fields__ if f not in ("steps", "created_by")]
    return [
        FlowRow(
            **{name: r[name] for name in plain},
            created_by=r["created_by"] or "",
            steps=tuple(
                StepRow(s, tuple(names[a] for a in s.approvers), PERMISSIONS.get(s.escalate_to or "", (None,))[0])
                for s in steps[r["id"]]
            ),
        )
        for r in rows
    ]


async def save_flow(ports: Ports, actor: Actor, new: NewFlow, key: str) -> FlowRow:
    """Saves a flow as the first version of a new line, or as the next of its own; answers the version.

    What runs keeps the version it began with. Refused with everything that is wrong at once.
    """
    actor.require(CONFIGURE)
    problems = [*check_flow(new, await _known(new)), *await _out_of_reach(actor, new)]
    if has_errors(problems):
        raise Refusal(*problems)

    async def run(unit: Work) -> int:
        row_id = unit.new_id()
        line = row_id if new.line is None else new.line
        # Whoever counts holds the counter until the commit, so that savers of one line come one after another.
        version = await unit.next_number(_series(line))
        if new.line is not None:
            await _follows(unit, actor, new)
        await ApprovalFlow.filter(line=line, retired_at=0).update(retired_at=unit.now)
        await ApprovalFlow.create(
            id=row_id,
            line=line,
            version=version,
            business=new.business,
            name=new.name.strip(),
            priority=new.priority,
            company_id=new.company_id,
            city_code=new.city_code,
            min_fen=new.min_fen,
            max_fen=new.max_fen,
            steps=packed(new.steps),
            created_by_id=actor.staff_id,
            created_at=unit.now,
        )
        detail = {"名称": new.name.strip(), "业务": BUSINESSES[new.business].name, "版本": version}
        await unit.audit("approval.flow", "approval_flow", line, new.company_id, **detail)
        return row_id

    saved = await once(ports.store, actor, "approval.flow", key, asdict(new), run)
    return (await by_ids([saved]))[saved]


def _series(line: int) -> str:
    return f"approval_flow:{line}"


async def _known(new: NewFlow) -> Known:
    """What is known of what the flow names."""
    entries = {a for step in new.steps for a in step.approvers}
    staff = [int(a.value) for a in entries if a.kind is ApproverKind.STAFF and a.value.isdigit()]
    roles = await fetch("SELECT code FROM role")
    cities = await fetch("SELECT code FROM city")
    return Known(
        frozenset(PERMISSIONS),
        frozenset(r["code"] for r in roles),
        frozenset(str(i) for i, who in (await load(staff)).items() if who.active and READ in who.permissions),
        frozenset(r["code"] for r in cities),
    )


async def _out_of_reach(actor: Actor, new: NewFlow) -> list[Problem]:
    if new.company_id is None:
        # A flow without a company would hold for clients that this person does not see.
        return [] if actor.scope is None else [_company_needed()]
    try:
        await company(actor, new.company_id)
    except Refusal as refusal:
        return [p.at(field="companyId") for p in refusal.problems]
    return []


async def _newest(unit: Work, actor: Actor, line: int) -> dict[str, Any]:
    """The newest version of a line, as it is after the lock; refused unless the actor may change just that one.

    An older version may have been for a branch of the actor's while the newest is for somebody else's.
    """
    rows = await fetch(
        f"SELECT id, version, business, name, company_id, retired_at FROM approval_flow "
        f"WHERE line = ? ORDER BY version DESC LIMIT 1{locking(unit.connection)}",
        [line],
    )
    if rows:
        condition, values = company_sql(actor, "company_id")
        if await fetch(f"SELECT id FROM approval_flow WHERE id = ? AND {condition}", [rows[0]["id"], *values]):
            return rows[0]
    raise Refusal(_no_flow().at(field="line"))


async def _follows(unit: Work, actor: Actor, new: NewFlow) -> None:
    """Refuses a version that does not follow from the newest."""
    assert new.line is not None  # noqa: S101 - only asked for a line
    newest = await _newest(unit, actor, new.line)
    if newest["business"] != new.business:
        raise Refusal(_other_business(BUSINESSES[newest["business"]].name))
    if new.based_on is not None and newest["version"] != new.based_on:
        raise Refusal(_changed(newest["version"]))


async def retire_flow(ports: Ports, actor: Actor, line: int, key: str) -> FlowRow:
    """Takes a flow out of force; what runs on it goes on. Answers the retired version."""
    actor.require(CONFIGURE)

    async def run(unit: Work) -> int:
        newest = await _newest(unit, actor, line)
        if newest["retired_at"]:
            raise Refusal(_retired())
        await ApprovalFlow.filter(line=line, retired_at=0).update(retired_at=unit.now)
        detail = {"名称": newest["name"], "版本": newest["version"]}
        await unit.audit("approval.flow_retired", "approval_flow", line, newest["company_id"], **detail)
        return int(newest["id"])

    retired = await once(ports.store, actor, "approval.flow_retired", key, {"line": line}, run)
    return (await by_ids([retired]))[retired]


def _no_flow() -> Problem:
    return not_found("审核流程", "approval flow")


def _company_needed() -> Problem:
    return Problem(
        "company_needed",
        "您的数据范围有限，请选择适用的公司",
        "Your scope is limited; choose the company that it is for",
        "选择您负责的公司",
        "Choose a company of yours",
        field="companyId",
    )


def _other_business(name: str) -> Problem:
    return Problem(
        "flow_business",
        f"该流程属于{name}，不能改为其他业务",
        "A flow stays with the business it was made for",
        "请为其他业务新建流程",
        "Add a new flow for the other business",
        field="business",
    )


def _changed(version: int) -> Problem:
    return Problem(
        "flow_changed",
        f"该流程已被他人修改，当前为第 {version} 版",
        f"Somebody has changed this flow; version {version} is the newest",
        "请刷新后在最新版本上修改",
        "Reload, and change the newest version",
        field="basedOn",
        value=str(version),
    )


def _retired() -> Problem:
    return Problem(
        "flow_retired",
        "该流程已停用",
        "This flow is out of force already",
        "请刷新页面",
        "Reload the page",
        field="line",
    )
