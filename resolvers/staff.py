"""Signing in and out, and one's own account."""

from __future__ import annotations

import strawberry

from domain.signin import CodeWay
from schema.context import Context, Info
from schema.ids import row_id
from schema.permissions import EVERYONE, SIGNED_IN, requires
from schema.problems import refusable
from schema.staff import (
    Captcha,
    CaptchaInput,
    NewFactorPayload,
    RecoveryCodesPayload,
    SessionInfo,
    SessionPayload,
    SignInPayload,
    Staff,
)
from services import staff
from services.staff import Attempt, Outcome, StaffRow


@strawberry.type
class Query:
    @strawberry.field(permission_classes=EVERYONE, description="当前登录的管理员；未登录时为空")
    async def me(self, info: Info) -> Staff | None:
        actor = info.context.actor
        return None if actor is None else Staff.from_row(await staff.me(actor))

    @strawberry.field(permission_classes=EVERYONE, description="新的图形验证码；登录失败几次后需要")
    async def captcha(self, info: Info) -> Captcha:
        return Captcha.from_row(await staff.new_captcha(info.context.ports, info.context.ip))

    @strawberry.field(permission_classes=SIGNED_IN, description="自己的登录会话")
    async def my_sessions(self, info: Info) -> list[SessionInfo]:
        rows = await staff.my_sessions(info.context.ports, info.context.me)
        return [SessionInfo.from_row(r) for r in rows]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=EVERYONE, description="登录；还缺什么见 step，补齐后带上全部参数再次调用")
    @refusable(SignInPayload)
    async def sign_in(
        self,
        info: Info,
        username: str,
        password: str,
        captcha: CaptchaInput | None = None,
        code: str = "",
        new_password: str = "",
        via: CodeWay | None = None,
        send_code: bool = False,
    ) -> SignInPayload:
        context, given = info.context, (captcha.id, captcha.text) if captcha else ("", "")
        more = (*given, code, new_password, via, send_code)
        attempt = Attempt(username, password, context.ip, context.user_agent, *more)
        outcome = await staff.sign_in(context.ports, attempt)
        return SignInPayload.from_row(outcome, await _entered(context, outcome) if outcome.token else None)

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

    @strawberry.mutation(permission_classes=SIGNED_IN, description="开始设置两步验证，得到验证器的密钥")
    @refusable(NewFactorPayload)
    async def begin_second_factor(self, info: Info) -> NewFactorPayload:
        return NewFactorPayload.from_row(await staff.begin_second_factor(info.context.ports, info.context.me))

    @strawberry.mutation(permission_classes=SIGNED_IN, description="用第一个动态码开启两步验证，得到恢复码")
    @refusable(RecoveryCodesPayload)
    async def confirm_second_factor(self, info: Info, code: str) -> RecoveryCodesPayload:
        codes = await staff.confirm_second_factor(info.context.ports, info.context.me, code)
        return RecoveryCodesPayload(codes=codes)

    @strawberry.mutation(permission_classes=SIGNED_IN, description="停用两步验证，须密码和动态码或恢复码")
    @refusable(SessionPayload)
    async def drop_second_factor(self, info: Info, password: str, code: str) -> SessionPayload:
        await staff.drop_second_factor(info.context.ports, info.context.me, password, code)
        return SessionPayload(done=True)

    @strawberry.mutation(permission_classes=SIGNED_IN, description="绑定手机：核对密码，向手机发送验证码")
    @refusable(SessionPayload)
    async def begin_phone(self, info: Info, password: str, phone: str) -> SessionPayload:
        await staff.begin_phone(info.context.ports, info.context.me, password, phone)
        return SessionPayload(done=True)

    @strawberry.mutation(permission_classes=SIGNED_IN, description="用收到的验证码确认手机；此后登录可用短信验证码")
    @refusable(SessionPayload)
    async def confirm_phone(self, info: Info, code: str) -> SessionPayload:
        await staff.confirm_phone(info.context.ports, info.context.me, code)
        return SessionPayload(done=True)

    @strawberry.mutation(permission_classes=SIGNED_IN, description="解绑手机，须密码")
    @refusable(SessionPayload)
    async def drop_phone(self, info: Info, password: str) -> SessionPayload:
        await staff.drop_phone(info.context.ports, info.context.me, password)
        return SessionPayload(done=True)

    @strawberry.mutation(permission_classes=requires("staff.manage"), description="重置他人的两步验证，会话全部失效")
    @refusable(SessionPayload)
    async def reset_second_factor(self, info: Info, staff_id: strawberry.ID, reason: str) -> SessionPayload:
        await staff.reset_second_factor(info.context.ports, info.context.me, row_id(staff_id, "Staff"), reason)
        return SessionPayload(done=True)

    @strawberry.mutation(permission_classes=requires("staff.manage"), description="解锁他人的账号，会话全部失效")
    @refusable(SessionPayload)
    async def unlock_staff(self, info: Info, staff_id: strawberry.ID) -> SessionPayload:
        await staff.unlock(info.context.ports, info.context.me, row_id(staff_id, "Staff"))
        return SessionPayload(done=True)


async def _entered(context: Context, outcome: Outcome) -> StaffRow:
    """The request goes on as the one who has just signed in, and the browser gets the session."""
    context.actor = await staff.actor(outcome.staff_id)
    context.keep_session(outcome.token)
    return await staff.me(context.me)
