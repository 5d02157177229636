"""Trying a flow out: which one would apply, and by name who would be asked. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from db.clock import business_day
from db.scope import company
from domain.actor import Actor
from domain.approval import BUSINESSES
from domain.approval_flow import Mode, Person, Step, covered, needed
from domain.errors import Problem, Refusal, Severity, invalid
from services.approval.configure import FlowRow, by_ids
from services.approval.people import candidates, deputies_of, load, sees
from services.approval.steps import ApproverRow, chosen, labelled
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who would be asked, with the names of those who stand in for them today."""

    staff_id: int
    name: str
    deputies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryStep:
    number: int
    name: str
    mode: Mode
    hours: int
    days: int
    approvers: tuple[ApproverRow, ...]
    asked: tuple[Asked, ...]
    warning: Problem | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """`flow` is None for the built-in default."""

    flow: FlowRow | None
    steps: tuple[DryStep, ...]


async def dry_run(
    ports: Ports,
    actor: Actor,
    business: str,
    company_id: int,
    city_code: str | None = None,
    amount_fen: int = 0,
    requester_id: int | None = None,
) -> DryRun:
    """What would happen to such a request now. Without a requester nobody is left out."""
    actor.require("approval.read")
    if business not in BUSINESSES:
        raise Refusal(invalid("business", "没有这种业务", "There is no such business").at(value=business[:60]))
    owner = await company(actor, company_id)
    found = await chosen(business, owner.path, city_code or owner.city_code, amount_fen)
    flow = (await by_ids([found.flow_id])).get(found.flow_id) if found.flow_id else None
    names = await labelled(found.steps)
    day = business_day(ports.store.clock()).isoformat()
    steps = []
    for number, step in enumerate(found.steps, 1):
        people = await candidates(step.approvers, owner.path)
        people = {i: p for i, p in people.items() if i != requester_id}
        deputies = await _deputies(people, business, day, owner.path, requester_id)
        steps.append(
            DryStep(
                number,
                step.name,
                step.mode,
                step.hours,
                step.days,
                tuple(names[a] for a in step.approvers),
                tuple(Asked(i, p.name, tuple(deputies.get(i, ()))) for i, p in sorted(people.items())),
                _warning(step, people, owner.path, number),
            )
        )
    return DryRun(flow, tuple(steps))


async def _deputies(
    people: Mapping[int, Person], business: str, day: str, path: str, requester_id: int | None
) -> dict[int, list[str]]:
    """Names of those who could really decide in somebody's place, by that person's id."""
    found = await deputies_of(people, business, day)
    known = await load(d.delegate_id for d in found)
    names: dict[int, list[str]] = {}
    for deputy in found:
        person = known.get(deputy.delegate_id)
        if person is None or not person.active or not sees(person, path) or person.staff_id == requester_id:
            continue
        if person.name not in names.setdefault(deputy.principal_id, []):
            names[deputy.principal_id].append(person.name)
    return {i: several for i, several in names.items() if several}


def _warning(step: Step, people: Mapping[int, Person], path: str, number: int) -> Problem | None:
    """Why the step could never be done, if so."""
    have = covered(step, list(people.values()), path)
    if have >= needed(step):
        return None
    return Problem(
        "step_undecidable",
        f"第 {number} 步“{step.name}”无人可完成：需要 {needed(step)} 人，只有 {have} 人",
        f"Nobody could complete step {number}: it takes {needed(step)} people and there are {have}",
        "请为该步骤增加审核人，或为角色授权",
        "Add approvers to the step, or grant the permission to a role",
        Severity.WARNING,
        field=f"steps.{number - 1}",
    )
