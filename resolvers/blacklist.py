"""The blacklist."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.blacklist import Effect, EntryState, NewEntry, Subject
from schema.blacklist import (
    BlacklistEntry,
    BlacklistEntryInput,
    BlacklistHit,
    BlacklistImportPayload,
    BlacklistPayload,
)
from schema.context import Info
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import refusable
from services import blacklist


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("blacklist.read"), description="黑名单，按姓名、证件号或信用代码查找")
    async def blacklist_entries(
        self,
        info: Info,
        search: str = "",
        subject: Subject | None = None,
        state: EntryState | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[BlacklistEntry]:
        context = info.context
        page = await blacklist.find(context.ports, context.me, search, subject, state, window(first, after))
        return connection(page, after, BlacklistEntry.from_row)

    @strawberry.field(permission_classes=requires("blacklist.read"), description="一条黑名单记录命中了哪些批次行和公司")
    async def blacklist_hits(
        self, info: Info, entry_id: strawberry.ID, first: int = 50, after: str | None = None
    ) -> Connection[BlacklistHit]:
        context, wanted = info.context, row_id(entry_id, "BlacklistEntry")
        page = await blacklist.hits(context.ports, context.me, wanted, window(first, after))
        return connection(page, after, BlacklistHit.from_row)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("blacklist.write"), description="添加黑名单记录")
    @refusable(BlacklistPayload)
    async def add_blacklist_entry(self, info: Info, input: BlacklistEntryInput) -> BlacklistPayload:
        days = (input.birth, Effect(input.effect), input.from_day, input.to_day)
        new = NewEntry(Subject(input.subject), input.name, input.reason, input.number, *days)
        company_id, file_id = maybe_row_id(input.company_id, "Company"), maybe_row_id(input.file_id, "StoredFile")
        added = await blacklist.add(info.context.ports, info.context.me, new, company_id, file_id)
        return BlacklistPayload(entry=await BlacklistEntry.one(info.context, added))

    @strawberry.mutation(
        permission_classes=requires("blacklist.write"), description="从表格导入黑名单，有错则全部不导入"
    )
    @refusable(BlacklistImportPayload)
    async def import_blacklist(
        self, info: Info, file_id: strawberry.ID, company_id: strawberry.ID | None = None
    ) -> BlacklistImportPayload:
        sheet, owner = row_id(file_id, "StoredFile"), maybe_row_id(company_id, "Company")
        added = await blacklist.import_entries(info.context.ports, info.context.me, sheet, owner)
        return BlacklistImportPayload(added=len(added))

    @strawberry.mutation(permission_classes=requires("blacklist.write"), description="延长截止日；不填截止日为长期")
    @refusable(BlacklistPayload)
    async def extend_blacklist_entry(
        self, info: Info, id: strawberry.ID, reason: str, to_day: date | None = None
    ) -> BlacklistPayload:
        context = info.context
        extended = await blacklist.extend(context.ports, context.me, row_id(id, "BlacklistEntry"), to_day, reason)
        return BlacklistPayload(entry=await BlacklistEntry.one(context, extended))

    @strawberry.mutation(permission_classes=requires("blacklist.write"), description="申请解除，由另一人审核后生效")
    @refusable(BlacklistPayload)
    async def release_blacklist_entry(self, info: Info, id: strawberry.ID, reason: str) -> BlacklistPayload:
        context = info.context
        asked = await blacklist.release(context.ports, context.me, row_id(id, "BlacklistEntry"), reason)
        return BlacklistPayload(entry=await BlacklistEntry.one(context, asked))
