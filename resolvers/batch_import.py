"""Imports: looking before the check, correcting after it."""

from __future__ import annotations

import strawberry

from schema.batch import Batch, BatchKind, BatchPayload, BatchRow, ColumnChoice
from schema.batch_import import (
    BatchRowPayload,
    BatchValuesPayload,
    CellCorrection,
    Fix,
    ForgottenPayload,
    SheetPreviewPayload,
    ValueMeaning,
)
from schema.context import Info
from schema.ids import row_id
from schema.permissions import requires
from schema.problems import refusable
from services import batch


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("batch.create"), description="导入前预览：工作表、列的识别、样例")
    @refusable(SheetPreviewPayload)
    async def sheet_preview(
        self,
        info: Info,
        file_id: strawberry.ID,
        kind: BatchKind,
        company_id: strawberry.ID,
        sheet_name: str | None = None,
    ) -> SheetPreviewPayload:
        context, file, owner = info.context, row_id(file_id, "StoredFile"), row_id(company_id, "Company")
        found = await batch.preview(context.ports, context.me, file, kind, owner, sheet_name)
        return SheetPreviewPayload.from_row(found)

    @strawberry.field(permission_classes=requires("batch.create"), description="批次中不认识的取值，及可选的含义")
    @refusable(BatchValuesPayload)
    async def batch_values(self, info: Info, batch_id: strawberry.ID) -> BatchValuesPayload:
        found = await batch.unknown_values(info.context.ports, info.context.me, row_id(batch_id, "Batch"))
        return BatchValuesPayload.from_row(found)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("batch.create"), description="忘记该公司以前指定的列")
    @refusable(ForgottenPayload)
    async def forget_columns(self, info: Info, company_id: strawberry.ID, kind: BatchKind) -> ForgottenPayload:
        context = info.context
        gone = await batch.forget_columns(context.ports, context.me, row_id(company_id, "Company"), kind)
        return ForgottenPayload(forgotten=gone)

    @strawberry.mutation(permission_classes=requires("batch.create"), description="换一种列的理解，从原文件重新检查")
    @refusable(BatchPayload)
    async def remap(
        self,
        info: Info,
        batch_id: strawberry.ID,
        columns: list[ColumnChoice],
        idempotency_key: str,
        sheet_name: str | None = None,
        discard_corrections: bool = False,
    ) -> BatchPayload:
        context, chosen = info.context, tuple((c.header, c.field or "") for c in columns)
        found, key = row_id(batch_id, "Batch"), idempotency_key
        done = await batch.remap(context.ports, context.me, found, chosen, sheet_name, key, discard_corrections)
        return BatchPayload(batch=await Batch.one(context, done))

    @strawberry.mutation(permission_classes=requires("batch.create"), description="指定取值的含义，以后也这样理解")
    @refusable(BatchPayload)
    async def map_values(
        self, info: Info, batch_id: strawberry.ID, values: list[ValueMeaning], idempotency_key: str
    ) -> BatchPayload:
        context, given = info.context, tuple((v.field, v.value, v.meaning) for v in values)
        done = await batch.map_values(context.ports, context.me, row_id(batch_id, "Batch"), given, idempotency_key)
        return BatchPayload(batch=await Batch.one(context, done))

    @strawberry.mutation(permission_classes=requires("batch.create"), description="更正一行中的几格，立即重新检查")
    @refusable(BatchRowPayload)
    async def correct_row(
        self,
        info: Info,
        batch_id: strawberry.ID,
        row_no: int,
        cells: list[CellCorrection],
        idempotency_key: str,
    ) -> BatchRowPayload:
        context, found = info.context, row_id(batch_id, "Batch")
        given = tuple((c.header, c.value) for c in cells)
        row = await batch.correct_row(context.ports, context.me, found, row_no, given, idempotency_key)
        return BatchRowPayload(row=await BatchRow.one(context, row), batch=await Batch.one(context, found))

    @strawberry.mutation(permission_classes=requires("batch.create"), description="批量更正有错误的行，立即重新检查")
    @refusable(BatchPayload)
    async def fix_rows(
        self,
        info: Info,
        batch_id: strawberry.ID,
        fix: Fix,
        idempotency_key: str,
        header: str | None = None,
        code: str | None = None,
        value: str | None = None,
    ) -> BatchPayload:
        context, found = info.context, row_id(batch_id, "Batch")
        done = await batch.fix_rows(context.ports, context.me, found, fix, idempotency_key, header, code, value)
        return BatchPayload(batch=await Batch.one(context, done))

    @strawberry.mutation(permission_classes=requires("batch.create"), description="并入更正后的错误表")
    @refusable(BatchPayload)
    async def join_batch(
        self, info: Info, batch_id: strawberry.ID, file_id: strawberry.ID, idempotency_key: str
    ) -> BatchPayload:
        context, found = info.context, row_id(batch_id, "Batch")
        done = await batch.join(context.ports, context.me, found, row_id(file_id, "StoredFile"), idempotency_key)
        return BatchPayload(batch=await Batch.one(context, done))
