"""Declarations, their receipts, and results by channel."""

from __future__ import annotations

from datetime import date

import strawberry

from schema.batch import Batch, BatchPayload
from schema.context import Info
from schema.declaration import (
    Channel,
    ChannelResultInput,
    Declaration,
    DeclarationPayload,
    ImportResultInput,
    ImportResultPayload,
    ResultReading,
    ResultReadingPayload,
)
from schema.ids import row_id
from schema.permissions import requires
from schema.problems import refusable
from services import batch, declaration


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("batch.read"), description="一个批次的申报，按轮次、城市、渠道")
    async def declarations(self, info: Info, batch_id: strawberry.ID) -> list[Declaration]:
        rows = await declaration.of_batch(info.context.me, row_id(batch_id, "Batch"))
        return [Declaration.from_row(r) for r in rows]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("batch.submit"), description="登记已递交：回执号和日期")
    @refusable(DeclarationPayload)
    async def hand_in_declaration(self, info: Info, id: strawberry.ID, number: str, day: date) -> DeclarationPayload:
        context = info.context
        done = await declaration.hand_in(context.ports, context.me, row_id(id, "Declaration"), number, day)
        (row,) = await declaration.by_ids(context.me, [done])
        return DeclarationPayload(declaration=Declaration.from_row(row) if row else None)

    @strawberry.mutation(permission_classes=requires("batch.submit"), description="登记一个渠道的办理结果")
    @refusable(BatchPayload)
    async def record_channel_result(
        self, info: Info, batch_id: strawberry.ID, input: ChannelResultInput
    ) -> BatchPayload:
        context, number = info.context, row_id(batch_id, "Batch")
        done = await batch.record_channel(context.ports, context.me, number, input.to_row(), input.idempotency_key)
        return BatchPayload(batch=await Batch.one(context, done))

    @strawberry.mutation(permission_classes=requires("batch.submit"), description="识别结果表的列和用词，不登记")
    @refusable(ResultReadingPayload)
    async def read_result(
        self, info: Info, file_id: strawberry.ID, batch_id: strawberry.ID, channel: Channel
    ) -> ResultReadingPayload:
        context, ids = info.context, (row_id(file_id, "StoredFile"), row_id(batch_id, "Batch"))
        found = await declaration.read_result(context.ports, context.me, *ids, channel)
        return ResultReadingPayload(reading=ResultReading.from_row(found))

    @strawberry.mutation(permission_classes=requires("batch.submit"), description="按结果表登记一个渠道的办理结果")
    @refusable(ImportResultPayload)
    async def import_result(self, info: Info, input: ImportResultInput) -> ImportResultPayload:
        context, wanted = info.context, input.to_row()
        done = await declaration.import_result(context.ports, context.me, wanted, input.idempotency_key)
        return ImportResultPayload.from_row(done, await Batch.one(context, done.batch_id))
