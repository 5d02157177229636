"""Projects of subcontracted people, headcounts, and the figures of the rosters."""

from __future__ import annotations

import strawberry

from schema.company import Company
from schema.context import Info
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import refusable
from schema.roster_board import (
    DispatchShare,
    RosterBoard,
    RosterHeadcountPayload,
    RosterProject,
    RosterProjectDetail,
    RosterProjectInput,
    RosterProjectPayload,
)
from schema.scalars import Month
from services import roster


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("roster.read"), description="各类花名册的人数和问题数")
    async def roster_board(self, info: Info, company_id: strawberry.ID | None = None) -> RosterBoard:
        owner = maybe_row_id(company_id, "Company")
        return RosterBoard.from_row(await roster.board(info.context.ports, info.context.me, owner))

    @strawberry.field(permission_classes=requires("roster.read"), description="各用工单位的劳务派遣比例")
    async def dispatch_shares(self, info: Info, first: int = 50, after: str | None = None) -> Connection[DispatchShare]:
        page = await roster.shares(info.context.ports, info.context.me, window(first, after))
        return connection(page, after, DispatchShare.from_row)

    @strawberry.field(permission_classes=requires("roster.read"), description="劳务分包项目")
    async def roster_projects(
        self,
        info: Info,
        company_id: strawberry.ID | None = None,
        search: str = "",
        running: bool | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[RosterProject]:
        owner = maybe_row_id(company_id, "Company")
        page = await roster.projects(info.context.me, owner, search, running, window(first, after))
        return connection(page, after, RosterProject.from_row)

    @strawberry.field(permission_classes=requires("roster.read"), description="一个项目及其材料")
    async def roster_project(self, info: Info, id: strawberry.ID) -> RosterProjectDetail | None:
        project = await RosterProject.one(info.context, row_id(id, "RosterProject"))
        return None if project is None else RosterProjectDetail(project=project)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("roster.write"), description="新建劳务分包项目")
    @refusable(RosterProjectPayload)
    async def add_roster_project(
        self, info: Info, company_id: strawberry.ID, input: RosterProjectInput
    ) -> RosterProjectPayload:
        context, owner = info.context, row_id(company_id, "Company")
        added = await roster.add_project(context.ports, context.me, owner, input.fields())
        return RosterProjectPayload(project=await RosterProject.one(context, added))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="修改项目")
    @refusable(RosterProjectPayload)
    async def edit_roster_project(
        self, info: Info, id: strawberry.ID, input: RosterProjectInput
    ) -> RosterProjectPayload:
        context, wanted = info.context, row_id(id, "RosterProject")
        await roster.edit_project(context.ports, context.me, wanted, input.fields())
        return RosterProjectPayload(project=await RosterProject.one(context, wanted))

    @strawberry.mutation(permission_classes=requires("roster.write"), description="结束项目")
    @refusable(RosterProjectPayload)
    async def end_roster_project(self, info: Info, id: strawberry.ID) -> RosterProjectPayload:
        context = info.context
        ended = await roster.end_project(context.ports, context.me, row_id(id, "RosterProject"))
        return RosterProjectPayload(project=await RosterProject.one(context, ended))

    @strawberry.mutation(
        permission_classes=requires("roster.write"), description="登记用工单位当月的劳动合同人数，不含被派遣人员"
    )
    @refusable(RosterHeadcountPayload)
    async def set_roster_headcount(
        self, info: Info, company_id: strawberry.ID, month: Month, employees: int
    ) -> RosterHeadcountPayload:
        context, owner = info.context, row_id(company_id, "Company")
        await roster.set_headcount(context.ports, context.me, owner, month, employees)
        return RosterHeadcountPayload(company=await Company.one(context, owner))
