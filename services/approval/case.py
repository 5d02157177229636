"""Approvals as they stand: steps, what was said so far, and where somebody sits at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.sql import fetch, marks
from domain.approval import ApprovalState, decided_already
from domain.approval_flow import Approver, ApproverKind, Ballot, Request, Seat, Step, default_steps, seat
from domain.errors import Problem
from services.approval.people import Desk, load
from services.approval.steps import steps_of


@dataclass(frozen=True, slots=True)
class Case:
    """An approval with everything that its decision depends on."""

    id: int
    business: str
    path: str
    requested_by_id: int
    state: str
    step_no: int
    flow_id: int | None
    steps: tuple[Step, ...]
    ballots: tuple[Ballot, ...]

    @property
    def step(self) -> Step:
        """The step that is being decided, or was the last."""
        return self.steps[self.step_no - 1]

    def said(self, step_no: int) -> list[Ballot]:
        """What was said at a step."""
        return [b for b in self.ballots if b.step_no == step_no]


async def cases(ids: Sequence[int]) -> dict[int, Case]:
    """These approvals, whoever's they are: the caller has made sure that they may be seen."""
    if not ids:
        return {}
    rows = await fetch(
        f"SELECT a.id, a.business, a.permission, a.requested_by_id, a.state, a.step_no, a.flow_id, c.path "
        f"FROM approval a JOIN company c ON c.id = a.company_id WHERE a.id IN ({marks(ids)})",
        list(ids),
    )
    said = await fetch(
        f"SELECT approval_id, step_no, staff_id, on_behalf_of_id, approve FROM approval_vote "
        f"WHERE approval_id IN ({marks(ids)}) ORDER BY id",
        list(ids),
    )
    ballots: dict[int, list[Ballot]] = {}
    for s in said:
        ballot = Ballot(s["step_no"], s["staff_id"], s["on_behalf_of_id"], bool(s["approve"]))
        ballots.setdefault(s["approval_id"], []).append(ballot)
    steps = await steps_of(r["flow_id"] for r in rows)
    return {
        r["id"]: Case(
            r["id"],
            r["business"],
            r["path"],
            r["requested_by_id"],
            r["state"],
            r["step_no"],
            r["flow_id"],
            steps[r["flow_id"]] if r["flow_id"] else plain_steps(r["business"], r["permission"]),
            tuple(ballots.get(r["id"], ())),
        )
        for r in rows
    }


def plain_steps(business: str, permission: str) -> tuple[Step, ...]:
    """The steps of an approval without a flow; its permission was noted when it was asked for."""
    name = default_steps(business)[0].name
    return (Step(name, (Approver(ApproverKind.PERMISSION, permission),)),)


async def seats(desk: Desk, given: Iterable[Case]) -> dict[int, Seat | Problem]:
    """Where the desk's owner sits at the current step of each, or why they may not decide there."""
    found = list(given)
    known = await load(b.principal_id for case in found for b in case.said(case.step_no))
    answer: dict[int, Seat | Problem] = {}
    for case in found:
        if case.state != ApprovalState.PENDING:
            answer[case.id] = decided_already()
            continue
        request = Request(case.path, case.requested_by_id)
        principals = desk.standing_in(case.business)
        answer[case.id] = seat(case.step, case.said(case.step_no), desk.me, principals, known, request)
    return answer
