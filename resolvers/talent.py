"""The talent pool."""

from __future__ import annotations

from datetime import date

import strawberry

from schema.context import Info
from schema.ids import maybe_row_id, row_id, row_ids
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.person import RevealPayload
from schema.problems import refusable
from schema.talent import (
    ComparedTalent,
    ComparisonPayload,
    Talent,
    TalentFigures,
    TalentFilterInput,
    TalentInput,
    TalentPayload,
)
from services import talent as pool


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("talent.read"), description="人才库；默认只列本人已同意的")
    async def talents(
        self, info: Info, filter: TalentFilterInput | None = None, first: int = 50, after: str | None = None
    ) -> Connection[Talent]:
        context, wanted = info.context, (filter or TalentFilterInput()).wanted()
        page = await pool.find(context.ports, context.me, wanted, window(first, after))
        return connection(page, after, Talent.from_row)

    @strawberry.field(permission_classes=requires("talent.read"), description="一名人才")
    async def talent(self, info: Info, id: strawberry.ID) -> Talent | None:
        return await Talent.one(info.context, row_id(id, "Talent"))

    @strawberry.field(permission_classes=requires("talent.read"), description="2 至 4 人对比")
    @refusable(ComparisonPayload)
    async def talent_comparison(self, info: Info, ids: list[strawberry.ID]) -> ComparisonPayload:
        context = info.context
        rows = await pool.compare(context.ports, context.me, row_ids(ids, "Talent"))
        return ComparisonPayload(people=[ComparedTalent.from_row(r) for r in rows])

    @strawberry.field(permission_classes=requires("talent.read"), description="人才库的构成，少于 3 人的组合并显示")
    async def talent_figures(self, info: Info, company_id: strawberry.ID | None = None) -> TalentFigures:
        owner = maybe_row_id(company_id, "Company")
        return TalentFigures.from_row(await pool.figures(info.context.ports, info.context.me, owner))


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("talent.write"), description="手工录入人才，待本人同意")
    @refusable(TalentPayload)
    async def add_talent(self, info: Info, company_id: strawberry.ID, input: TalentInput) -> TalentPayload:
        context, owner = info.context, row_id(company_id, "Company")
        added = await pool.add(context.ports, context.me, owner, input.fields())
        return TalentPayload(talent=await Talent.one(context, added))

    @strawberry.mutation(permission_classes=requires("talent.write"), description="从花名册邀请入库，待本人同意")
    @refusable(TalentPayload)
    async def invite_from_roster(
        self, info: Info, entry_id: strawberry.ID, input: TalentInput | None = None
    ) -> TalentPayload:
        context, given = info.context, input.fields() if input else None
        added = await pool.from_roster(context.ports, context.me, row_id(entry_id, "RosterEntry"), given)
        return TalentPayload(talent=await Talent.one(context, added))

    @strawberry.mutation(
        permission_classes=requires("talent.write"), description="邀请已停保的离职人员入库，待本人同意"
    )
    @refusable(TalentPayload)
    async def invite_leaver(
        self, info: Info, enrollment_id: strawberry.ID, input: TalentInput | None = None
    ) -> TalentPayload:
        context, given = info.context, input.fields() if input else None
        added = await pool.from_enrollment(context.ports, context.me, row_id(enrollment_id, "Enrollment"), given)
        return TalentPayload(talent=await Talent.one(context, added))

    @strawberry.mutation(permission_classes=requires("talent.write"), description="修改人才资料；手机号留空则不变")
    @refusable(TalentPayload)
    async def edit_talent(self, info: Info, id: strawberry.ID, input: TalentInput) -> TalentPayload:
        context = info.context
        edited = await pool.edit(context.ports, context.me, row_id(id, "Talent"), input.fields())
        return TalentPayload(talent=await Talent.one(context, edited))

    @strawberry.mutation(permission_classes=requires("talent.write"), description="登记本人同意的日期和同意书")
    @refusable(TalentPayload)
    async def record_talent_consent(
        self, info: Info, id: strawberry.ID, day: date, file_id: strawberry.ID | None = None
    ) -> TalentPayload:
        context, paper = info.context, maybe_row_id(file_id, "StoredFile")
        agreed = await pool.record(context.ports, context.me, row_id(id, "Talent"), day, paper)
        return TalentPayload(talent=await Talent.one(context, agreed))

    @strawberry.mutation(permission_classes=requires("talent.write"), description="本人撤回同意")
    @refusable(TalentPayload)
    async def withdraw_talent_consent(self, info: Info, id: strawberry.ID, reason: str) -> TalentPayload:
        context = info.context
        asked = await pool.withdraw(context.ports, context.me, row_id(id, "Talent"), reason)
        return TalentPayload(talent=await Talent.one(context, asked))

    @strawberry.mutation(
        permission_classes=requires("talent.write"), description="应本人要求删除个人信息，仅留不能识别个人的统计"
    )
    @refusable(TalentPayload)
    async def erase_talent(self, info: Info, id: strawberry.ID, reason: str) -> TalentPayload:
        context = info.context
        erased = await pool.erase(context.ports, context.me, row_id(id, "Talent"), reason)
        return TalentPayload(talent=await Talent.one(context, erased))

    @strawberry.mutation(permission_classes=requires("person.reveal"), description="查看手机号明文，须写原因")
    @refusable(RevealPayload)
    async def reveal_talent(self, info: Info, id: strawberry.ID, reason: str) -> RevealPayload:
        context = info.context
        return RevealPayload(value=await pool.reveal(context.ports, context.me, row_id(id, "Talent"), reason))
