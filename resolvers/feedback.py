"""Rows that came back from a bureau, and what their owners do about them."""

from __future__ import annotations

import strawberry

from schema.batch import Batch
from schema.context import Info
from schema.feedback import CorrectedCell, Feedback, FeedbackPayload, FeedbackState
from schema.ids import maybe_row_id, row_id, row_ids
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import refusable
from services import feedback


async def _payload(info: Info, ids: list[int]) -> FeedbackPayload:
    rows = await feedback.by_ids(info.context.ports, info.context.me, ids)
    return FeedbackPayload(feedback=[Feedback.from_row(r) for r in rows if r is not None])


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("batch.read"), description="经办反馈，默认只列待处理")
    async def feedbacks(
        self,
        info: Info,
        state: FeedbackState | None = FeedbackState.OPEN,
        mine: bool = False,
        overdue: bool = False,
        company_id: strawberry.ID | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[Feedback]:
        wanted = feedback.Filter(state, mine, overdue, maybe_row_id(company_id, "Company"))
        page = await feedback.find(info.context.ports, info.context.me, wanted, window(first, after))
        return connection(page, after, Feedback.from_row)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("feedback.handle"), description="更正后重新交给该渠道")
    @refusable(FeedbackPayload)
    async def correct_feedback(
        self, info: Info, id: strawberry.ID, cells: list[CorrectedCell], idempotency_key: str
    ) -> FeedbackPayload:
        context, values = info.context, {c.field: c.value for c in cells}
        number = row_id(id, "Feedback")
        done = await feedback.correct(context.ports, context.me, number, values, idempotency_key)
        return await _payload(info, [done])

    @strawberry.mutation(permission_classes=requires("feedback.handle"), description="办理失败的人员另起批次重新申报")
    @refusable(FeedbackPayload)
    async def repeat_feedback(self, info: Info, ids: list[strawberry.ID], idempotency_key: str) -> FeedbackPayload:
        context, numbers = info.context, row_ids(ids, "Feedback")
        made = await feedback.again(context.ports, context.me, numbers, idempotency_key)
        payload = await _payload(info, numbers)
        payload.batch = await Batch.one(context, made)
        return payload

    @strawberry.mutation(permission_classes=requires("feedback.handle"), description="不再申报，写明处理结果后关闭")
    @refusable(FeedbackPayload)
    async def close_feedback(self, info: Info, id: strawberry.ID, resolution: str) -> FeedbackPayload:
        context = info.context
        done = await feedback.close(context.ports, context.me, row_id(id, "Feedback"), resolution)
        return await _payload(info, [done])

    @strawberry.mutation(permission_classes=requires("feedback.handle"), description="转交给其他专员")
    @refusable(FeedbackPayload)
    async def assign_feedback(self, info: Info, ids: list[strawberry.ID], staff_id: strawberry.ID) -> FeedbackPayload:
        context, staff = info.context, row_id(staff_id, "Staff")
        done = await feedback.assign(context.ports, context.me, row_ids(ids, "Feedback"), staff)
        return await _payload(info, done)
