"""Approvals."""

from __future__ import annotations

import strawberry

from schema.approval import Approval, ApprovalPayload, ApprovalState, ApprovalView
from schema.approval_flow import (
    LINE,
    ApprovalDelegation,
    ApprovalDelegationInput,
    ApprovalDelegationPayload,
    ApprovalDryRun,
    ApprovalFlow,
    ApprovalFlowInput,
    ApprovalFlowPayload,
)
from schema.context import Info
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import SIGNED_IN, requires
from schema.problems import refusable
from schema.scalars import Yuan
from services import approval


@strawberry.type
class Query:
    @strawberry.field(
        permission_classes=requires("approval.read"),
        description="审核事项，默认只列待审；view 可选全部、我发起的、待我审核",
    )
    async def approvals(
        self,
        info: Info,
        state: ApprovalState | None = ApprovalState.PENDING,
        first: int = 50,
        after: str | None = None,
        view: ApprovalView = ApprovalView.ALL,
        business: str | None = None,
    ) -> Connection[Approval]:
        context, part = info.context, window(first, after)
        page = await approval.find(context.me, state, part, view=view, business=business, ports=context.ports)
        return connection(page, after, Approval.from_row)

    @strawberry.field(permission_classes=requires("approval.read"), description="在用的审核流程")
    async def approval_flows(self, info: Info, business: str | None = None) -> list[ApprovalFlow]:
        return [ApprovalFlow.from_row(r) for r in await approval.flows(info.context.me, business)]

    @strawberry.field(permission_classes=requires("approval.read"), description="一个审核流程的全部版本，新的在前")
    async def approval_flow_versions(self, info: Info, line: strawberry.ID) -> list[ApprovalFlow]:
        rows = await approval.versions(info.context.me, row_id(line, LINE))
        return [ApprovalFlow.from_row(r) for r in rows]

    @strawberry.field(permission_classes=requires("approval.read"), description="与自己有关的审核代理；配置者看到全部")
    async def approval_delegates(
        self, info: Info, past: bool = False, first: int = 50, after: str | None = None
    ) -> Connection[ApprovalDelegation]:
        page = await approval.delegations(info.context.ports, info.context.me, past, window(first, after))
        return connection(page, after, ApprovalDelegation.from_row)

    @strawberry.field(
        permission_classes=requires("approval.read"), description="试算：适用哪个审核流程，每一步会问到谁；不留痕迹"
    )
    async def approval_dry_run(
        self,
        info: Info,
        business: str,
        company_id: strawberry.ID,
        city_code: str | None = None,
        amount: Yuan | None = None,
        requester_id: strawberry.ID | None = None,
    ) -> ApprovalDryRun:
        context, company = info.context, row_id(company_id, "Company")
        about = (business, company, city_code, amount or 0, maybe_row_id(requester_id, "Staff"))
        return ApprovalDryRun.from_row(await approval.dry_run(context.ports, context.me, *about))


@strawberry.type
class Mutation:
    # Who decides stands in the approval's flow; the service asks for it.
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

    @strawberry.mutation(
        permission_classes=requires("approval.configure"), description="保存审核流程：总是新版本，进行中的审核不受影响"
    )
    @refusable(ApprovalFlowPayload)
    async def save_approval_flow(
        self, info: Info, input: ApprovalFlowInput, idempotency_key: str
    ) -> ApprovalFlowPayload:
        context = info.context
        saved = await approval.save_flow(context.ports, context.me, input.to_flow(), idempotency_key)
        return ApprovalFlowPayload(flow=ApprovalFlow.from_row(saved))

    @strawberry.mutation(
        permission_classes=requires("approval.configure"), description="停用审核流程；进行中的审核继续"
    )
    @refusable(ApprovalFlowPayload)
    async def retire_approval_flow(self, info: Info, line: strawberry.ID, idempotency_key: str) -> ApprovalFlowPayload:
        context = info.context
        retired = await approval.retire_flow(context.ports, context.me, row_id(line, LINE), idempotency_key)
        return ApprovalFlowPayload(flow=ApprovalFlow.from_row(retired))

    @strawberry.mutation(
        permission_classes=requires("approval.read"), description="请人代为审核；为他人设置须有审核配置权限"
    )
    @refusable(ApprovalDelegationPayload)
    async def delegate_approvals(self, info: Info, input: ApprovalDelegationInput) -> ApprovalDelegationPayload:
        context = info.context
        row = await approval.delegate(context.ports, context.me, input.to_delegation(), input.idempotency_key)
        return ApprovalDelegationPayload(delegation=ApprovalDelegation.from_row(row))

    @strawberry.mutation(permission_classes=requires("approval.read"), description="提前结束审核代理")
    @refusable(ApprovalDelegationPayload)
    async def end_delegation(self, info: Info, id: strawberry.ID) -> ApprovalDelegationPayload:
        context = info.context
        row = await approval.end_delegation(context.ports, context.me, row_id(id, "ApprovalDelegation"))
        return ApprovalDelegationPayload(delegation=ApprovalDelegation.from_row(row))
