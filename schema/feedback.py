"""Rows that came back from a bureau."""

from __future__ import annotations

import strawberry

from domain.declaration import CHANNEL_LABELS, Channel, Verdict
from domain.feedback import FEEDBACK_STATE_LABELS, FeedbackState
from domain.particulars import mask
from schema.batch import Batch
from schema.company import Company
from schema.context import Info
from schema.declaration import Channel as ChannelName
from schema.declaration import Verdict as Asked
from schema.ids import global_id
from schema.permissions import check
from schema.problems import Problem
from schema.scalars import Instant
from services.feedback import FeedbackRow

strawberry.enum(FeedbackState, name="FeedbackState", description="反馈状态")


@strawberry.type(description="一条经办反馈：办理失败或要求补正的人员，限期处理")
class Feedback:
    id: strawberry.ID
    row: strawberry.Private[FeedbackRow]
    batch_number: str
    row_no: int
    person_name_masked: str
    channel: ChannelName | None = strawberry.field(description="为空表示各渠道一并登记")
    channel_label: str | None
    state: FeedbackState
    state_label: str
    asked: Asked
    reason: str
    owner: str
    owner_id: strawberry.ID
    due_day: str
    days_left: int = strawberry.field(description="剩余工作日，负数为已逾期")
    holidays_known: bool = strawberry.field(description="期限所在年度的放假安排是否已公布")
    resolution: str | None
    resolved_at: Instant | None
    created_at: Instant

    @classmethod
    def from_row(cls, row: FeedbackRow) -> Feedback:
        channel = Channel(row.channel) if row.channel else None
        return cls(
            id=global_id("Feedback", row.id),
            row=row,
            batch_number=row.batch_number,
            row_no=row.row_no,
            person_name_masked=mask(row.person_name),
            channel=channel,
            channel_label=CHANNEL_LABELS[channel][0] if channel else None,
            state=FeedbackState(row.state),
            state_label=FEEDBACK_STATE_LABELS[FeedbackState(row.state)][0],
            asked=Verdict(row.asked),
            reason=row.reason,
            owner=row.owner,
            owner_id=global_id("Staff", row.owner_id),
            due_day=row.due_day,
            days_left=row.days_left,
            holidays_known=row.holidays_known,
            resolution=row.resolution,
            resolved_at=Instant(row.resolved_at) if row.resolved_at else None,
            created_at=Instant(row.created_at),
        )

    @strawberry.field
    async def batch(self, info: Info) -> Batch | None:
        return await Batch.one(info.context, self.row.batch_id)

    @strawberry.field(description="重新申报的批次")
    async def retry_batch(self, info: Info) -> Batch | None:
        return await Batch.one(info.context, self.row.retry_batch_id) if self.row.retry_batch_id else None

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.company_id)


@strawberry.input(description="一个字段更正后的内容；field 为系统字段名")
class CorrectedCell:
    field: str
    value: str


@strawberry.type
class FeedbackPayload:
    feedback: list[Feedback] = strawberry.field(default_factory=list)
    batch: Batch | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
