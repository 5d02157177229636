"""Batches of enrolments and terminations."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import strawberry

from schema.batch import (
    Batch,
    BatchKind,
    BatchPayload,
    BatchProgress,
    BatchResultInput,
    BatchState,
    CreateBatchInput,
)
from schema.context import Info
from schema.file import FilePayload, StoredFile
from schema.ids import maybe_row_id, row_id
from schema.live import while_signed_in
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import refusable
from services import batch


async def _payload(info: Info, batch_id: int) -> BatchPayload:
    return BatchPayload(batch=await Batch.one(info.context, batch_id))


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("batch.read"), description="批次，新的在前")
    async def batches(
        self,
        info: Info,
        kind: BatchKind | None = None,
        state: BatchState | None = None,
        company_id: strawberry.ID | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Batch]:
        wanted = batch.Filter(kind, state, maybe_row_id(company_id, "Company"))
        page = await batch.find(info.context.me, wanted, window(first, after))
        return connection(page, after, Batch.from_row)

    @strawberry.field(permission_classes=requires("batch.read"), description="一个批次")
    async def batch(self, info: Info, id: strawberry.ID) -> Batch | None:
        return await Batch.one(info.context, row_id(id, "Batch"))


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("batch.create"), description="由已上传的表格新建批次并开始检查")
    @refusable(BatchPayload)
    async def create_batch(self, info: Info, input: CreateBatchInput) -> BatchPayload:
        new = batch.NewBatch(
            kind=input.kind,
            company_id=row_id(input.company_id, "Company"),
            file_id=row_id(input.file_id, "StoredFile"),
            month=input.month,
            city_code=input.city_code,
            scheme_id=maybe_row_id(input.scheme_id, "Scheme"),
            sheet_name=input.sheet_name,
            columns=tuple((c.header, c.field or "") for c in input.columns),
            again=input.again,
        )
        return await _payload(info, await batch.create(info.context.ports, info.context.me, new, input.idempotency_key))

    @strawberry.mutation(permission_classes=requires("batch.confirm"), description="确认：通过的行进入审核")
    @refusable(BatchPayload)
    async def confirm_batch(self, info: Info, id: strawberry.ID, idempotency_key: str) -> BatchPayload:
        context = info.context
        done = await batch.confirm(context.ports, context.me, row_id(id, "Batch"), idempotency_key)
        return await _payload(info, done)

    @strawberry.mutation(permission_classes=requires("batch.create"), description="撤回尚未提交的批次")
    @refusable(BatchPayload)
    async def withdraw_batch(self, info: Info, id: strawberry.ID, reason: str) -> BatchPayload:
        context = info.context
        return await _payload(info, await batch.withdraw(context.ports, context.me, row_id(id, "Batch"), reason))

    @strawberry.mutation(permission_classes=requires("batch.submit"), description="提交经办机构")
    @refusable(BatchPayload)
    async def submit_batch(self, info: Info, id: strawberry.ID, idempotency_key: str) -> BatchPayload:
        context = info.context
        done = await batch.submit(context.ports, context.me, row_id(id, "Batch"), idempotency_key)
        return await _payload(info, done)

    @strawberry.mutation(permission_classes=requires("batch.submit"), description="登记经办机构的办理结果")
    @refusable(BatchPayload)
    async def record_batch_result(self, info: Info, id: strawberry.ID, input: BatchResultInput) -> BatchPayload:
        context = info.context
        answer = batch.Answer(tuple((r.row_no, r.reason) for r in input.rejected), input.accept_all)
        done = await batch.record(context.ports, context.me, row_id(id, "Batch"), answer, input.idempotency_key)
        return await _payload(info, done)

    @strawberry.mutation(permission_classes=requires("batch.submit"), description="撤销已办结的批次（没有后续业务时）")
    @refusable(BatchPayload)
    async def undo_batch(self, info: Info, id: strawberry.ID, reason: str, idempotency_key: str) -> BatchPayload:
        context = info.context
        done = await batch.undo(context.ports, context.me, row_id(id, "Batch"), reason, idempotency_key)
        return await _payload(info, done)

    @strawberry.mutation(permission_classes=requires("batch.create"), description="错误表：有错误的行，原列加“错误”")
    @refusable(FilePayload)
    async def error_workbook(self, info: Info, batch_id: strawberry.ID) -> FilePayload:
        context = info.context
        made = await batch.errors(context.ports, context.me, row_id(batch_id, "Batch"))
        return FilePayload(file=await StoredFile.one(context, made))

    @strawberry.mutation(
        permission_classes=requires("batch.create"), description="年度调基表：在册人员与现基数，待填新基数"
    )
    @refusable(FilePayload)
    async def annual_base_template(self, info: Info, company_id: strawberry.ID) -> FilePayload:
        context = info.context
        made = await batch.annual_base_template(context.ports, context.me, row_id(company_id, "Company"))
        return FilePayload(file=await StoredFile.one(context, made))

    @strawberry.mutation(permission_classes=requires("batch.create"), description="导入模板")
    @refusable(FilePayload)
    async def batch_template(self, info: Info, kind: BatchKind) -> FilePayload:
        made = await batch.template(info.context.ports, info.context.me, kind)
        return FilePayload(file=await StoredFile.one(info.context, made))


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=requires("batch.read"), description="检查进度：先给现状，有变化再推送")
    async def batch_progress(self, info: Info, id: strawberry.ID) -> AsyncGenerator[BatchProgress, None]:
        context = info.context
        views = batch.watch(context.ports, context.me, row_id(id, "Batch"))
        async for view in while_signed_in(context, views):
            yield BatchProgress.from_row(view)
