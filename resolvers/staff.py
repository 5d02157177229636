"""Signing in and out, and one's own account."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ids import row_id
from schema.permissions import EVERYONE, SIGNED_IN
from schema.problems import refusable
from schema.staff import SessionInfo, SessionPayload, SignInPayload, Staff
from services import staff


@strawberry.type
class Query:
    @strawberry.field(permission_classes=EVERYONE, description="当前登录的管理员；未登录时为空")
    async def me(self, info: Info) -> Staff | None:
        actor = info.context.actor
        return None if actor is None else Staff.from_row(await staff.me(actor))

    @strawberry.field(permission_classes=SIGNED_IN, description="自己的登录会话")
    async def my_sessions(self, info: Info) -> list[SessionInfo]:
        rows = await staff.my_sessions(info.context.ports, info.context.me)
        return [SessionInfo.from_row(r) for r in rows]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=EVERYONE, description="登录")
    @refusable(SignInPayload)
    async def sign_in(self, info: Info, username: str, password: str) -> SignInPayload:
        context = info.context
        token, staff_id = await staff.sign_in(context.ports, username, password, context.ip, context.user_agent)
        context.actor = await staff.actor(staff_id)
        context.keep_session(token)
        return SignInPayload(staff=Staff.from_row(await staff.me(context.me)))

    @strawberry.mutation(permission_classes=SIGNED_IN, description="退出，立即失效")
    @refusable(SessionPayload)
    async def sign_out(self, info: Info) -> SessionPayload:
        await staff.sign_out(info.context.ports, info.context.me)
        info.context.forget_session()
        return SessionPayload(done=True)

    @strawberry.mutation(permission_classes=SIGNED_IN, description="注销自己的另一个会话")
    @refusable(SessionPayload)
    async def revoke_session(self, info: Info, id: strawberry.ID) -> SessionPayload:
        await staff.revoke_session(info.context.ports, info.context.me, row_id(id, "Session"))
        return SessionPayload(done=True)

    @strawberry.mutation(permission_classes=SIGNED_IN, description="修改自己的密码，其他会话全部失效")
    @refusable(SessionPayload)
    async def change_password(self, info: Info, current: str, new: str) -> SessionPayload:
        await staff.change_password(info.context.ports, info.context.me, current, new)
        return SessionPayload(done=True)
