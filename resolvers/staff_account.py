"""Managing accounts, and sign-in history."""

from __future__ import annotations

import strawberry

from domain.errors import Refusal
from schema.context import Info
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import SIGNED_IN, requires
from schema.problems import refusable
from schema.staff_account import SignInEntry, StaffAccount, StaffAccountPayload, StaffRightsInput
from services import staff

MANAGE = requires("staff.manage")


@strawberry.type
class Query:
    @strawberry.field(permission_classes=SIGNED_IN, description="自己的登录记录，保留 180 天")
    async def my_sign_ins(self, info: Info, first: int = 50, after: str | None = None) -> Connection[SignInEntry]:
        page = await staff.my_sign_ins(info.context.me, window(first, after))
        return connection(page, after, SignInEntry.from_row)

    @strawberry.field(permission_classes=MANAGE, description="账号，按用户名或姓名、角色、是否在用、是否锁定查找")
    async def staff_accounts(
        self,
        info: Info,
        search: str = "",
        role_id: strawberry.ID | None = None,
        active: bool | None = None,
        locked: bool | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[StaffAccount]:
        wanted = staff.Filter(search, maybe_row_id(role_id, "Role"), active, locked)
        page = await staff.find(info.context.ports, info.context.me, wanted, window(first, after))
        return connection(page, after, StaffAccount.from_row)

    @strawberry.field(permission_classes=MANAGE, description="一个账号")
    async def staff_account(self, info: Info, id: strawberry.ID) -> StaffAccount | None:
        context, wanted = info.context, row_id(id, "Staff")
        try:
            return StaffAccount.from_row(await staff.one(context.ports, context.me, wanted))
        except Refusal:
            return None


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=MANAGE, description="新建账号，得到只显示一次的初始密码")
    @refusable(StaffAccountPayload)
    async def create_staff(
        self, info: Info, username: str, display_name: str, rights: StaffRightsInput
    ) -> StaffAccountPayload:
        given = (username, display_name, rights.rights())
        return await StaffAccountPayload.of(info, await staff.create(info.context.ports, info.context.me, *given))

    @strawberry.mutation(permission_classes=MANAGE, description="修改他人的姓名、角色和数据范围；变更后须重新登录")
    @refusable(StaffAccountPayload)
    async def update_staff(
        self, info: Info, id: strawberry.ID, display_name: str, rights: StaffRightsInput
    ) -> StaffAccountPayload:
        given = (row_id(id, "Staff"), display_name, rights.rights())
        return await StaffAccountPayload.of(info, await staff.update(info.context.ports, info.context.me, *given))

    @strawberry.mutation(permission_classes=MANAGE, description="停用他人的账号，会话全部失效；待审核事项保留")
    @refusable(StaffAccountPayload)
    async def deactivate_staff(self, info: Info, id: strawberry.ID, reason: str) -> StaffAccountPayload:
        wanted = row_id(id, "Staff")
        done = await staff.deactivate(info.context.ports, info.context.me, wanted, reason)
        return await StaffAccountPayload.of(info, done)

    @strawberry.mutation(permission_classes=MANAGE, description="重新启用账号")
    @refusable(StaffAccountPayload)
    async def reactivate_staff(self, info: Info, id: strawberry.ID) -> StaffAccountPayload:
        done = await staff.reactivate(info.context.ports, info.context.me, row_id(id, "Staff"))
        return await StaffAccountPayload.of(info, done)

    @strawberry.mutation(permission_classes=MANAGE, description="重置他人的密码，得到只显示一次的初始密码")
    @refusable(StaffAccountPayload)
    async def reset_staff_password(self, info: Info, id: strawberry.ID, reason: str) -> StaffAccountPayload:
        wanted = row_id(id, "Staff")
        done = await staff.reset_password(info.context.ports, info.context.me, wanted, reason)
        return await StaffAccountPayload.of(info, done)

    @strawberry.mutation(permission_classes=MANAGE, description="让他人的全部会话立即失效")
    @refusable(StaffAccountPayload)
    async def force_sign_out(self, info: Info, id: strawberry.ID) -> StaffAccountPayload:
        done = await staff.force_sign_out(info.context.ports, info.context.me, row_id(id, "Staff"))
        return await StaffAccountPayload.of(info, done)
