"""Approvals."""

from __future__ import annotations

import strawberry

from schema.approval import Approval, ApprovalPayload, ApprovalState
from schema.context import Info
from schema.ids import row_id
from schema.paging import Connection, connection, window
from schema.permissions import SIGNED_IN, requires
from schema.problems import refusable
from services import approval


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("approval.read"), description="审核事项，默认只列待审")
    async def approvals(
        self,
        info: Info,
        state: ApprovalState | None = ApprovalState.PENDING,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[Approval]:
        page = await approval.find(info.context.me, state, window(first, after))
        return connection(page, after, Approval.from_row)


@strawberry.type
class Mutation:
    # Which permission decides stands in the approval itself, by its business; the service asks for it.
    @strawberry.mutation(permission_classes=SIGNED_IN, description="审核通过或驳回；不能审核自己提交的事项")
    @refusable(ApprovalPayload)
    async def decide_approval(
        self, info: Info, id: strawberry.ID, approve: bool, idempotency_key: str, comment: str = ""
    ) -> ApprovalPayload:
        context = info.context
        decided = await approval.decide(
            context.ports, context.me, row_id(id, "Approval"), approve, comment, idempotency_key
        )
        return ApprovalPayload(approval=await Approval.one(context, decided))
