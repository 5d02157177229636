"""The blacklist."""

from __future__ import annotations

from datetime import date
from typing import Self

import strawberry

from domain import blacklist as rules
from domain.blacklist import Effect, EntryState, Subject
from schema.company import Company
from schema.context import Context, Info
from schema.file import StoredFile
from schema.ids import global_id
from schema.permissions import check
from schema.problems import Problem
from schema.scalars import Instant
from services import blacklist
from services.blacklist import EntryRow, HitRow

strawberry.enum(Subject, name="BlacklistSubject", description="黑名单对象")
strawberry.enum(Effect, name="BlacklistEffect", description="黑名单处理")
strawberry.enum(EntryState, name="BlacklistState", description="黑名单状态")


@strawberry.type(description="黑名单记录；没有证件号码的个人按姓名和出生日期匹配，仅作提醒")
class BlacklistEntry:
    row: strawberry.Private[EntryRow]
    id: strawberry.ID
    subject: Subject
    name: str
    number_masked: str | None
    birth: date | None
    effect: Effect
    reason: str
    from_day: date
    to_day: date | None = strawberry.field(description="最后一天；为空表示长期")
    state: EntryState
    created_by: str
    created_at: Instant
    released_by: str | None
    released_at: Instant | None
    release_reason: str | None
    hit_count: int

    @classmethod
    def from_row(cls, row: EntryRow) -> Self:
        return cls(
            id=global_id("BlacklistEntry", row.id),
            row=row,
            subject=rules.Subject(row.subject),
            name=row.name,
            number_masked=row.number_masked,
            birth=date.fromisoformat(row.birth) if row.birth else None,
            effect=rules.Effect(row.effect),
            reason=row.reason,
            from_day=date.fromisoformat(row.from_day),
            to_day=date.fromisoformat(row.to_day) if row.to_day else None,
            state=rules.EntryState(row.state),
            created_by=row.created_by,
            created_at=Instant(row.created_at),
            released_by=row.released_by,
            released_at=Instant(row.released_at) if row.released_at else None,
            release_reason=row.release_reason,
            hit_count=row.hit_count,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = (await blacklist.by_ids(context.ports, context.me, [row_id]))[0]
        return None if row is None else cls.from_row(row)

    @strawberry.field(description="涉及的公司分支；为空表示对所有公司有效")
    async def company(self, info: Info) -> Company | None:
        return await Company.one(info.context, self.row.company_id) if self.row.company_id else None

    @strawberry.field(description="证据附件，限有权查看的人")
    async def evidence(self, info: Info) -> StoredFile | None:
        file_id = self.row.evidence_file_id
        return await StoredFile.one(info.context, file_id) if file_id else None


@strawberry.type(description="黑名单命中：哪个批次的哪一行，或哪家公司")
class BlacklistHit:
    row: strawberry.Private[HitRow]
    id: strawberry.ID
    place: str
    batch_number: str | None
    row_no: int | None
    created_at: Instant

    @classmethod
    def from_row(cls, row: HitRow) -> Self:
        return cls(
            id=global_id("BlacklistHit", row.id),
            row=row,
            place=row.place,
            batch_number=row.batch_number,
            row_no=row.row_no,
            created_at=Instant(row.created_at),
        )

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.company_id)


@strawberry.input
class BlacklistEntryInput:
    subject: Subject
    name: str
    reason: str
    number: str = strawberry.field(default="", description="证件号码或统一社会信用代码")
    birth: date | None = strawberry.field(default=None, description="没有证件号码的个人必填")
    effect: Effect = Effect.BLOCK
    from_day: date | None = strawberry.field(default=None, description="为空表示今天")
    to_day: date | None = strawberry.field(default=None, description="为空表示长期")
    company_id: strawberry.ID | None = strawberry.field(default=None, description="涉及的公司分支；为空表示所有公司")
    file_id: strawberry.ID | None = strawberry.field(default=None, description="证据附件")


@strawberry.type
class BlacklistPayload:
    entry: BlacklistEntry | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type
class BlacklistImportPayload:
    added: int = 0
    problems: list[Problem] = strawberry.field(default_factory=list)
