"""Approval flows, their dry run, and deputies."""

from __future__ import annotations

import strawberry

from domain import approval_flow as rules
from domain.approval_flow import ApproverKind, Mode
from domain.approval_form import NewFlow
from domain.errors import Refusal, invalid
from schema.approval import Approver
from schema.company import Company
from schema.context import Info
from schema.ids import global_id, maybe_row_id, row_id
from schema.problems import Problem
from schema.scalars import Instant, Yuan
from services.approval import Asked, DelegationRow, DryRun, DryStep, FlowRow, NewDelegation
from services.approval.configure import StepRow

LINE = "ApprovalFlowLine"
"""The kind of a line's global id: all versions of a flow share it."""


@strawberry.type(description="流程中一步的审核人；code 为权限或角色编码，人员为其标识")
class FlowApprover(Approver):
    code: str


@strawberry.type(description="流程中的一步")
class ApprovalFlowStep:
    name: str
    mode: Mode
    approvers: list[FlowApprover]
    hours: int = strawberry.field(description="时限（小时），0 为不限")
    days: int = strawberry.field(description="时限（工作日），0 为不限")
    escalate_to: str | None = strawberry.field(description="超时后告知谁（权限编码）")
    escalates_to: str | None = strawberry.field(description="同上，权限名称")
    skip_if_same: bool = strawberry.field(description="同一人已审核过之前步骤时跳过")

    @classmethod
    def from_row(cls, row: StepRow) -> ApprovalFlowStep:
        step = row.step
        return cls(
            name=step.name,
            mode=step.mode,
            approvers=[
                FlowApprover(
                    kind=a.kind,
                    label=a.label,
                    code=global_id("Staff", int(a.value)) if a.kind is ApproverKind.STAFF else a.value,
                )
                for a in row.approvers
            ],
            hours=step.hours,
            days=step.days,
            escalate_to=step.escalate_to,
            escalates_to=row.escalates_to,
            skip_if_same=step.skip_if_same,
        )


@strawberry.type(description="审核流程的一个版本；金额含下限、不含上限")
class ApprovalFlow:
    row: strawberry.Private[FlowRow]
    id: strawberry.ID
    line: strawberry.ID = strawberry.field(description="同一流程各版本共用")
    version: int
    business: str
    name: str
    priority: int
    city_code: str | None
    min_amount: Yuan | None
    max_amount: Yuan | None
    steps: list[ApprovalFlowStep]
    created_by: str
    created_at: Instant
    retired_at: Instant | None

    @classmethod
    def from_row(cls, row: FlowRow) -> ApprovalFlow:
        return cls(
            row=row,
            id=global_id("ApprovalFlow", row.id),
            line=global_id(LINE, row.line),
            version=row.version,
            business=row.business,
            name=row.name,
            priority=row.priority,
            city_code=row.city_code,
            min_amount=None if row.min_fen is None else Yuan(row.min_fen),
            max_amount=None if row.max_fen is None else Yuan(row.max_fen),
            steps=[ApprovalFlowStep.from_row(s) for s in row.steps],
            created_by=row.created_by,
            created_at=Instant(row.created_at),
            retired_at=Instant(row.retired_at) if row.retired_at else None,
        )

    @strawberry.field(description="适用的公司及其全部下级；为空表示全部")
    async def company(self, info: Info) -> Company | None:
        return await Company.one(info.context, self.row.company_id) if self.row.company_id else None


@strawberry.type(description="会被通知审核的人")
class ApprovalAsked:
    id: strawberry.ID
    name: str
    deputies: list[str] = strawberry.field(description="今天可代其审核的人")

    @classmethod
    def from_row(cls, row: Asked) -> ApprovalAsked:
        return cls(id=global_id("Staff", row.staff_id), name=row.name, deputies=list(row.deputies))


@strawberry.type(description="试算中的一步")
class ApprovalDryStep:
    number: int
    name: str
    mode: Mode
    hours: int
    days: int
    approvers: list[Approver]
    asked: list[ApprovalAsked]
    warning: Problem | None = strawberry.field(description="无人可完成这一步时的提示")

    @classmethod
    def from_row(cls, row: DryStep) -> ApprovalDryStep:
        return cls(
            number=row.number,
            name=row.name,
            mode=row.mode,
            hours=row.hours,
            days=row.days,
            approvers=[Approver.from_row(a) for a in row.approvers],
            asked=[
                ApprovalAsked(id=global_id("Staff", a.staff_id), name=a.name, deputies=[*a.deputies]) for a in row.asked
            ],
            warning=Problem.from_row(row.warning) if row.warning else None,
        )


@strawberry.type(description="试算：适用哪个流程，每一步会问到谁")
class ApprovalDryRun:
    flow: ApprovalFlow | None = strawberry.field(description="为空表示默认流程")
    steps: list[ApprovalDryStep]

    @classmethod
    def from_row(cls, row: DryRun) -> ApprovalDryRun:
        flow = ApprovalFlow.from_row(row.flow) if row.flow else None
        return cls(flow=flow, steps=[ApprovalDryStep.from_row(s) for s in row.steps])


@strawberry.type(description="审核代理：起止日期均含当日")
class ApprovalDelegation:
    id: strawberry.ID
    staff_id: strawberry.ID
    staff: str
    delegate_id: strawberry.ID
    delegate: str
    business: str | None = strawberry.field(description="为空表示全部业务")
    from_day: str
    to_day: str
    created_by: str
    created_at: Instant
    ended_at: Instant | None

    @classmethod
    def from_row(cls, row: DelegationRow) -> ApprovalDelegation:
        return cls(
            id=global_id("ApprovalDelegation", row.id),
            staff_id=global_id("Staff", row.staff_id),
            staff=row.staff or "",
            delegate_id=global_id("Staff", row.delegate_id),
            delegate=row.delegate or "",
            business=row.business or None,
            from_day=row.from_day,
            to_day=row.to_day,
            created_by=row.created_by or "",
            created_at=Instant(row.created_at),
            ended_at=Instant(row.ended_at) if row.ended_at else None,
        )


@strawberry.input(description="审核人：三项中填且只填一项")
class ApproverInput:
    permission: str | None = None
    role: str | None = None
    staff_id: strawberry.ID | None = None

    def to_entry(self, place: str) -> rules.Approver:
        given = [v for v in (self.permission, self.role, self.staff_id) if v]
        if len(given) != 1:
            message = "权限、角色、人员三项中填且只填一项", "Give one of permission, role and staff member"
            raise Refusal(invalid("approver", *message).at(field=place))
        if self.staff_id:
            return rules.Approver(ApproverKind.STAFF, str(row_id(self.staff_id, "Staff")))
        kind = ApproverKind.PERMISSION if self.permission else ApproverKind.ROLE
        return rules.Approver(kind, given[0])


@strawberry.input
class ApprovalFlowStepInput:
    name: str
    approvers: list[ApproverInput]
    mode: Mode = Mode.ANY
    hours: int = 0
    days: int = 0
    escalate_to: str | None = None
    skip_if_same: bool = False

    def to_step(self, place: str) -> rules.Step:
        entries = tuple(a.to_entry(f"{place}.approvers.{n}") for n, a in enumerate(self.approvers))
        return rules.Step(
            self.name.strip(), entries, self.mode, self.hours, self.days, self.escalate_to or None, self.skip_if_same
        )


@strawberry.input(description="审核流程；给出 line 时为其新版本，basedOn 为修改时看到的版本")
class ApprovalFlowInput:
    business: str
    name: str
    steps: list[ApprovalFlowStepInput]
    line: strawberry.ID | None = None
    based_on: int | None = None
    priority: int = 0
    company_id: strawberry.ID | None = None
    city_code: str | None = None
    min_amount: Yuan | None = None
    max_amount: Yuan | None = None

    def to_flow(self) -> NewFlow:
        return NewFlow(
            self.business,
            self.name.strip(),
            tuple(s.to_step(f"steps.{n}") for n, s in enumerate(self.steps)),
            self.priority,
            maybe_row_id(self.company_id, "Company"),
            self.city_code or None,
            self.min_amount,
            self.max_amount,
            maybe_row_id(self.line, LINE),
            self.based_on,
        )


@strawberry.input(description="审核代理；staffId 为空表示自己，business 为空表示全部业务")
class ApprovalDelegationInput:
    delegate_id: strawberry.ID
    from_day: str
    to_day: str
    idempotency_key: str
    business: str | None = None
    staff_id: strawberry.ID | None = None

    def to_delegation(self) -> NewDelegation:
        principal = maybe_row_id(self.staff_id, "Staff")
        delegate = row_id(self.delegate_id, "Staff")
        return NewDelegation(delegate, self.from_day, self.to_day, self.business or "", principal)


@strawberry.type
class ApprovalFlowPayload:
    flow: ApprovalFlow | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type
class ApprovalDelegationPayload:
    delegation: ApprovalDelegation | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
