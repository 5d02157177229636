"""Staff and sessions."""

from __future__ import annotations

import strawberry

from domain.signin import CodeWay, Step
from schema.company import Company
from schema.context import Info
from schema.ids import global_id
from schema.problems import Problem, problems_of
from schema.scalars import Instant
from services.staff import CaptchaRow, NewFactor, Outcome, SessionRow, StaffRow, my_phone

strawberry.enum(Step, name="SignInStep", description="登录的下一步要填什么")
strawberry.enum(CodeWay, name="CodeWay", description="动态码的来源：验证器或短信")


@strawberry.type(description="管理员")
class Staff:
    row: strawberry.Private[StaffRow]
    id: strawberry.ID
    username: str
    display_name: str
    roles: list[str]
    permissions: list[str]
    second_factor: bool = strawberry.field(description="是否开启了两步验证")
    recovery_left: int = strawberry.field(description="还剩几个恢复码")

    @classmethod
    def from_row(cls, row: StaffRow) -> Staff:
        return cls(
            row=row,
            id=global_id("Staff", row.id),
            username=row.username,
            display_name=row.display_name,
            roles=list(row.roles),
            permissions=list(row.permissions),
            second_factor=row.second_factor,
            recovery_left=row.recovery_left,
        )

    @strawberry.field(description="绑定的手机，只显示一部分；没有绑定时为空")
    async def phone(self, info: Info) -> str | None:
        return await my_phone(info.context.ports, info.context.me)

    @strawberry.field(description="是否可以使用短信验证码")
    def sms_offered(self, info: Info) -> bool:
        return info.context.ports.sms is not None

    @strawberry.field(description="数据范围；空表示全部")
    async def scope(self, info: Info) -> list[Company]:
        rows = [await info.context.loaders.company.load(i) for i in self.row.scope_company_ids]
        return [Company.from_row(r) for r in rows if r is not None]


@strawberry.type(description="一次登录")
class SessionInfo:
    id: strawberry.ID
    created_at: Instant
    last_seen_at: Instant
    user_agent: str
    ip: str
    current: bool

    @classmethod
    def from_row(cls, row: SessionRow) -> SessionInfo:
        return cls(
            id=global_id("Session", row.id),
            created_at=Instant(row.created_at),
            last_seen_at=Instant(row.last_seen_at),
            user_agent=row.user_agent,
            ip=row.ip,
            current=row.current,
        )


@strawberry.type(description="图形验证码，几分钟内有效，只能用一次")
class Captcha:
    id: strawberry.ID
    image: str = strawberry.field(description="可直接显示的 data: 地址")

    @classmethod
    def from_row(cls, row: CaptchaRow) -> Captcha:
        return cls(id=strawberry.ID(row.id), image=row.image)


@strawberry.input(description="对图形验证码的回答")
class CaptchaInput:
    id: strawberry.ID
    text: str


@strawberry.type
class SignInPayload:
    staff: Staff | None = None
    step: Step = strawberry.field(default=Step.PASSWORD, description="接下来要填什么；DONE 表示已登录")
    ways: list[CodeWay] = strawberry.field(default_factory=list, description="需要动态码时可用的来源")
    phone: str | None = strawberry.field(default=None, description="短信验证码发往的手机，只显示一部分")
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, outcome: Outcome, row: StaffRow | None) -> SignInPayload:
        return cls(
            staff=Staff.from_row(row) if row else None,
            step=outcome.step,
            ways=list(outcome.ways),
            phone=outcome.phone or None,
            problems=problems_of(outcome.problems),
        )


@strawberry.type
class SessionPayload:
    done: bool = False
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="待确认的两步验证：把密钥添加到验证器，再用第一个动态码确认")
class NewFactorPayload:
    secret: str | None = strawberry.field(default=None, description="密钥，四位一组")
    uri: str | None = strawberry.field(default=None, description="otpauth 地址，在手机上点开即可添加")
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, row: NewFactor) -> NewFactorPayload:
        return cls(secret=row.secret, uri=row.uri)


@strawberry.type
class RecoveryCodesPayload:
    codes: list[str] = strawberry.field(default_factory=list, description="恢复码，只显示这一次")
    problems: list[Problem] = strawberry.field(default_factory=list)
