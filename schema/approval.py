"""Approvals: what waits for a decision, its steps, and who said what."""

from __future__ import annotations

from typing import ClassVar, Self
from weakref import WeakKeyDictionary

import strawberry
from strawberry.dataloader import DataLoader

from domain.approval import BUSINESSES, ApprovalState, ApprovalView
from domain.approval_flow import ApproverKind, Mode
from schema.context import Context, Info, Loaders
from schema.ids import global_id
from schema.node import Node
from schema.problems import Problem
from schema.scalars import Instant, Yuan
from services import approval
from services.approval import ApprovalDetail, ApprovalRow, ApproverRow, BallotRow, StepState, StepView

strawberry.enum(ApprovalState, name="ApprovalState", description="审核状态")
strawberry.enum(ApprovalView, name="ApprovalView", description="全部、我发起的、待我审核")
strawberry.enum(Mode, name="ApprovalMode", description="或签（任一人）、会签（每项各一人）")
strawberry.enum(ApproverKind, name="ApproverKind", description="审核人以权限、角色或人员指定")
strawberry.enum(StepState, name="ApprovalStepState", description="步骤进展")

_DETAILS: WeakKeyDictionary[Loaders, DataLoader[int, ApprovalDetail | None]] = WeakKeyDictionary()


def _details(context: Context) -> DataLoader[int, ApprovalDetail | None]:
    """The request's own load of details: it lives as long as the request's other loaders."""
    if context.loaders not in _DETAILS:
        # Only ports and actor are held: the context itself would keep its loaders, and so this entry, for ever.
        ports, actor = context.ports, context.me

        async def load(ids: list[int]) -> list[ApprovalDetail | None]:
            return await approval.details(ports, actor, ids)

        _DETAILS[context.loaders] = DataLoader(load_fn=load)
    return _DETAILS[context.loaders]


@strawberry.type(description="审核人：持有某权限或角色的人，或指定人员")
class Approver:
    kind: ApproverKind
    label: str

    @classmethod
    def from_row(cls, row: ApproverRow) -> Approver:
        return cls(kind=row.kind, label=row.label)


@strawberry.type(description="一项审核中的一步")
class ApprovalStep:
    number: int
    name: str
    mode: Mode
    approvers: list[Approver]
    hours: int
    days: int
    state: StepState

    @classmethod
    def from_row(cls, row: StepView) -> ApprovalStep:
        return cls(
            number=row.number,
            name=row.name,
            mode=row.mode,
            approvers=[Approver.from_row(a) for a in row.approvers],
            hours=row.hours,
            days=row.days,
            state=row.state,
        )


@strawberry.type(description="一个人在一步上的意见")
class ApprovalVote:
    step_number: int
    staff: str
    on_behalf_of: str | None = strawberry.field(description="代谁审核")
    approve: bool
    comment: str | None
    at: Instant

    @classmethod
    def from_row(cls, row: BallotRow) -> ApprovalVote:
        return cls(
            step_number=row.step_no,
            staff=row.staff,
            on_behalf_of=row.on_behalf_of,
            approve=row.approve,
            comment=row.comment,
            at=Instant(row.at),
        )


@strawberry.type(description="一项审核")
class Approval(Node):
    permission: ClassVar[str] = "approval.read"
    row: strawberry.Private[ApprovalRow]
    business: str
    subject_id: strawberry.ID
    title: str
    requested_by: str
    requested_at: Instant
    state: ApprovalState
    decided_by: str | None
    decided_at: Instant | None
    comment: str | None
    amount: Yuan
    current_step: int = strawberry.field(description="正在审核的步骤，从 1 起")
    due_at: Instant | None = strawberry.field(description="当前步骤的时限；为空表示不限")

    @classmethod
    def from_row(cls, row: ApprovalRow) -> Approval:
        return cls(
            id=global_id("Approval", row.id),
            row=row,
            business=row.business,
            subject_id=global_id(_subject(row.business), row.subject_id),
            title=row.title,
            requested_by=row.requested_by or "",
            requested_at=Instant(row.requested_at),
            state=ApprovalState(row.state),
            decided_by=row.decided_by,
            decided_at=Instant(row.decided_at) if row.decided_at else None,
            comment=row.comment,
            amount=Yuan(row.amount_fen),
            current_step=row.step_no,
            due_at=Instant(row.due_at) if row.due_at else None,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = (await approval.by_ids(context.me, [row_id]))[0]
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @strawberry.field(description="业务名称")
    def business_name(self) -> str:
        known = BUSINESSES.get(self.business)
        return known.name if known else self.business

    @strawberry.field(description="当前步骤是否已超过时限")
    def overdue(self, info: Info) -> bool:
        waits = self.row.state == ApprovalState.PENDING
        return waits and 0 < self.row.due_at <= info.context.ports.store.clock()

    @strawberry.field(description="您现在能否作出决定")
    async def may_decide(self, info: Info) -> bool:
        found = await _details(info.context).load(self.row.id)
        return found is not None and found.why_not is None

    @strawberry.field(description="您为何不能作出决定；能则为空")
    async def why_not(self, info: Info) -> Problem | None:
        found = await _details(info.context).load(self.row.id)
        return Problem.from_row(found.why_not) if found and found.why_not else None

    @strawberry.field(description="全部步骤及其进展")
    async def steps(self, info: Info) -> list[ApprovalStep]:
        found = await _details(info.context).load(self.row.id)
        return [ApprovalStep.from_row(s) for s in found.steps] if found else []

    @strawberry.field(description="谁在何时说了什么")
    async def votes(self, info: Info) -> list[ApprovalVote]:
        found = await _details(info.context).load(self.row.id)
        return [ApprovalVote.from_row(b) for b in found.ballots] if found else []

    @strawberry.field(description="发起时适用的流程名称；为空表示默认流程")
    async def flow_name(self, info: Info) -> str | None:
        found = await _details(info.context).load(self.row.id)
        return found.flow[0] if found and found.flow else None

    @strawberry.field(description="发起时适用的流程版本")
    async def flow_version(self, info: Info) -> int | None:
        found = await _details(info.context).load(self.row.id)
        return found.flow[1] if found and found.flow else None


def _subject(business: str) -> str:
    known = BUSINESSES.get(business)
    return known.subject if known else business.capitalize()


@strawberry.type
class ApprovalPayload:
    approval: Approval | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
