"""Rosters."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.roster import COLUMNS, DocumentKind, RosterKind
from schema.context import Info
from schema.file import FilePayload, StoredFile
from schema.ids import global_id, maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.person import RevealPayload
from schema.problems import refusable
from schema.roster import (
    RosterColumnInfo,
    RosterDetail,
    RosterDocumentPayload,
    RosterEntry,
    RosterEntryInput,
    RosterFilterInput,
    RosterImportPayload,
    RosterPayload,
    RosterValueInput,
    Shown,
    cells,
)
from services import roster


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("roster.read"), description="一类花名册有哪些列")
    async def roster_columns(self, kind: RosterKind) -> list[RosterColumnInfo]:
        return [RosterColumnInfo.from_row(column) for column in COLUMNS[RosterKind(kind)]]

    @strawberry.field(permission_classes=requires("roster.read"), description="花名册人员，新的在前，带当天的问题")
    async def roster_entries(
        self, info: Info, filter: RosterFilterInput | None = None, first: int = 50, after: str | None = None
    ) -> Connection[RosterEntry]:
        context, wanted = info.context, (filter or RosterFilterInput()).wanted()
        page = await roster.find(context.ports, context.me, wanted, window(first, after))
        return connection(page, after, RosterEntry.from_row)

    @strawberry.field(permission_classes=requires("roster.read"), description="一名人员的详情、历史和材料")
    async def roster_entry(self, info: Info, id: strawberry.ID) -> RosterDetail | None:
        entry = await RosterEntry.one(info.context, row_id(id, "RosterEntry"))
        return None if entry is None else RosterDetail(entry=entry)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("roster.write"), description="添加花名册人员")
    @refusable(RosterPayload)
    async def add_roster_entry(self, info: Info, input: RosterEntryInput) -> RosterPayload:
        context, owner = info.context, row_id(input.company_id, "Company")
        kind, sheet = RosterKind(input.kind), maybe_row_id(input.contract_file_id, "StoredFile")
        added = await roster.add(context.ports, context.me, kind, owner, cells(input.values), sheet)
        return RosterPayload(entry=await RosterEntry.one(context, added))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="修改花名册人员；空内容为清除")
    @refusable(RosterPayload)
    async def edit_roster_entry(self, info: Info, id: strawberry.ID, values: list[RosterValueInput]) -> RosterPayload:
        context = info.context
        edited = await roster.edit(context.ports, context.me, row_id(id, "RosterEntry"), cells(values))
        return RosterPayload(entry=await RosterEntry.one(context, edited))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="续签；不填结束日期为无固定期限")
    @refusable(RosterPayload)
    async def renew_roster_entry(
        self,
        info: Info,
        id: strawberry.ID,
        contract_start: date,
        contract_end: date | None = None,
        file_id: strawberry.ID | None = None,
    ) -> RosterPayload:
        context, sheet = info.context, maybe_row_id(file_id, "StoredFile")
        wanted = row_id(id, "RosterEntry")
        await roster.renew(context.ports, context.me, wanted, contract_start, contract_end, sheet)
        return RosterPayload(entry=await RosterEntry.one(context, wanted))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="离场")
    @refusable(RosterPayload)
    async def leave_roster(self, info: Info, id: strawberry.ID, day: date, reason: str) -> RosterPayload:
        context = info.context
        gone = await roster.leave(context.ports, context.me, row_id(id, "RosterEntry"), day, reason)
        return RosterPayload(entry=await RosterEntry.one(context, gone))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="转到另一类花名册，历史保留")
    @refusable(RosterPayload)
    async def move_roster_entry(
        self, info: Info, id: strawberry.ID, kind: RosterKind, values: list[RosterValueInput], reason: str = ""
    ) -> RosterPayload:
        context, wanted = info.context, row_id(id, "RosterEntry")
        await roster.move(context.ports, context.me, wanted, RosterKind(kind), cells(values), reason)
        return RosterPayload(entry=await RosterEntry.one(context, wanted))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="添加人员或项目的材料")
    @refusable(RosterDocumentPayload)
    async def attach_roster_document(
        self,
        info: Info,
        kind: DocumentKind,
        file_id: strawberry.ID,
        entry_id: strawberry.ID | None = None,
        project_id: strawberry.ID | None = None,
        expires_day: date | None = None,
    ) -> RosterDocumentPayload:
        context, sheet = info.context, row_id(file_id, "StoredFile")
        entry, project = maybe_row_id(entry_id, "RosterEntry"), maybe_row_id(project_id, "RosterProject")
        paper = DocumentKind(kind)
        added = await roster.attach(context.ports, context.me, paper, sheet, entry, project, expires_day)
        return RosterDocumentPayload(id=global_id("RosterDocument", added))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="停用材料")
    @refusable(RosterDocumentPayload)
    async def retire_roster_document(self, info: Info, id: strawberry.ID) -> RosterDocumentPayload:
        await roster.retire(info.context.ports, info.context.me, row_id(id, "RosterDocument"))
        return RosterDocumentPayload(id=id)

    @strawberry.mutation(
        permission_classes=requires("roster.write"), description="从表格导入花名册，有错则全部不导入；可先试运行"
    )
    @refusable(RosterImportPayload)
    async def import_roster(
        self,
        info: Info,
        kind: RosterKind,
        file_id: strawberry.ID,
        company_id: strawberry.ID | None = None,
        dry_run: bool = False,
    ) -> RosterImportPayload:
        context, owner = info.context, maybe_row_id(company_id, "Company")
        sheet, which = row_id(file_id, "StoredFile"), RosterKind(kind)
        done = await roster.import_roster(context.ports, context.me, which, sheet, owner, dry_run)
        return RosterImportPayload.from_row(done)

    @strawberry.mutation(
        permission_classes=requires("roster.read"), description="按筛选条件导出一类花名册；证件号仅有权者为全号"
    )
    @refusable(FilePayload)
    async def export_roster(self, info: Info, filter: RosterFilterInput) -> FilePayload:
        made = await roster.export(info.context.ports, info.context.me, filter.wanted())
        return FilePayload(file=await StoredFile.one(info.context, made))

    @strawberry.mutation(permission_classes=requires("person.reveal"), description="查看花名册人员的明文，须写原因")
    @refusable(RevealPayload)
    async def reveal_roster_entry(self, info: Info, id: strawberry.ID, field: Shown, reason: str) -> RevealPayload:
        context, wanted = info.context, row_id(id, "RosterEntry")
        return RevealPayload(value=await roster.reveal(context.ports, context.me, wanted, Shown(field), reason))
