"""What an approval's page shows beside its row: the flow, its steps, who said what, and whether one may decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.clock import business_day
from db.sql import fetch, marks
from domain.actor import Actor
from domain.approval import ApprovalState
from domain.approval_flow import Approver, Mode, Seat
from domain.errors import Problem
from services.approval.case import Case, cases, seats
from services.approval.people import desk
from services.approval.reads import by_ids
from services.approval.steps import ApproverRow, labelled
from services.ports import Ports


class StepState(StrEnum):
    """AHEAD was not reached, CURRENT waits for somebody, SKIPPED fell away for the same person's earlier yes."""

    AHEAD = "ahead"
    CURRENT = "current"
    DONE = "done"
    REJECTED = "rejected"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it stands in one approval; `number` counts from 1."""

    number: int
    name: str
    approvers: tuple[ApproverRow, ...]
    mode: Mode
    hours: int
    days: int
    state: StepState


@dataclass(frozen=True, slots=True)
class BallotRow:
    """Who said what at which step, when, and in whose place."""

    step_no: int
    staff: str
    on_behalf_of: str | None
    approve: bool
    comment: str | None
    at: int


@dataclass(frozen=True, slots=True)
class ApprovalDetail:
    """`flow` is the name and version of the flow it began with, None for the built-in default; `why_not` is empty
    when the asker could decide now."""

    id: int
    flow: tuple[str, int] | None
    steps: tuple[StepView, ...]
    ballots: tuple[BallotRow, ...]
    why_not: Problem | None


async def details(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[ApprovalDetail | None]:
    """Details in the order asked for, in a fixed number of queries; None for approvals out of scope."""
    seen = [row.id for row in await by_ids(actor, ids) if row is not None]
    found = await cases(seen)
    owner = await desk(actor, business_day(ports.store.clock()).isoformat())
    places = await seats(owner, found.values())
    names = await labelled(step for case in found.values() for step in case.steps)
    ballots, flows = await _ballots(seen), await _flows(found)
    made = {}
    for case in found.values():
        place = places[case.id]
        made[case.id] = ApprovalDetail(
            case.id,
            flows.get(case.flow_id or 0),
            tuple(_view(case, number, names) for number in range(1, len(case.steps) + 1)),
            tuple(ballots.get(case.id, ())),
            None if isinstance(place, Seat) else place,
        )
    return [made.get(i) for i in ids]


def _view(case: Case, number: int, names: Mapping[Approver, ApproverRow]) -> StepView:
    step = case.steps[number - 1]
    approvers = tuple(names[a] for a in step.approvers)
    return StepView(number, step.name, approvers, step.mode, step.hours, step.days, _state(case, number))


def _state(case: Case, number: int) -> StepState:
    if case.state == ApprovalState.PENDING and number == case.step_no:
        return StepState.CURRENT
    if case.state == ApprovalState.REJECTED and number == case.step_no:
        return StepState.REJECTED
    if number < case.step_no or case.state == ApprovalState.APPROVED:
        # An approval from before there were votes has none, and its one step was decided all the same.
        return StepState.DONE if case.said(number) or case.flow_id is None else StepState.SKIPPED
    return StepState.AHEAD


async def _ballots(ids: Sequence[int]) -> dict[int, list[BallotRow]]:
    if not ids:
        return {}
    rows = await fetch(
        f"SELECT v.approval_id, v.step_no, v.approve, v.comment, v.created_at, s.display_name AS name, "
        f"b.display_name AS behalf FROM approval_vote v LEFT JOIN staff s ON s.id = v.staff_id "
        f"LEFT JOIN staff b ON b.id = v.on_behalf_of_id WHERE v.approval_id IN ({marks(ids)}) ORDER BY v.id",
        list(ids),
    )
    found: dict[int, list[BallotRow]] = {}
    for r in rows:
        found.setdefault(r["approval_id"], []).append(_ballot(r))
    return found


def _ballot(r: Mapping[str, Any]) -> BallotRow:
    return BallotRow(r["step_no"], r["name"] or "", r["behalf"], bool(r["approve"]), r["comment"], r["created_at"])


async def _flows(found: Mapping[int, Case]) -> dict[int, tuple[str, int]]:
    wanted = sorted({case.flow_id for case in found.values() if case.flow_id})
    if not wanted:
        return {}
    rows = await fetch(f"SELECT id, name, version FROM approval_flow WHERE id IN ({marks(wanted)})", wanted)
    return {r["id"]: (r["name"], r["version"]) for r in rows}
