"""Approvals."""

from __future__ import annotations

from typing import ClassVar, Self

import strawberry

from domain import approval as rules
from domain.approval import ApprovalState
from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.problems import Problem
from schema.scalars import Instant
from services import approval
from services.approval import ApprovalRow

strawberry.enum(ApprovalState, name="ApprovalState", description="审核状态")
_SUBJECTS = {"batch": "Batch"}


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

    @classmethod
    def from_row(cls, row: ApprovalRow) -> Approval:
        return cls(
            id=global_id("Approval", row.id),
            row=row,
            business=row.business,
            subject_id=global_id(_SUBJECTS[row.business], row.subject_id),
            title=row.title,
            requested_by=row.requested_by or "",
            requested_at=Instant(row.requested_at),
            state=rules.ApprovalState(row.state),
            decided_by=row.decided_by,
            decided_at=Instant(row.decided_at) if row.decided_at else None,
            comment=row.comment,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = (await approval.by_ids(context.me, [row_id]))[0]
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @strawberry.field(description="您能否作出决定")
    async def may_decide(self, info: Info) -> bool:
        row = self.row
        why_not = rules.may_decide(
            info.context.me, permission=row.permission, requested_by_id=row.requested_by_id, state=row.state
        )
        return why_not is None


@strawberry.type
class ApprovalPayload:
    approval: Approval | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
