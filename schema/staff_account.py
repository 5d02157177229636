"""Accounts and roles as administrators see them, and sign-ins."""

from __future__ import annotations

import strawberry

from domain.permission import PERMISSIONS
from domain.staff import PermissionGroup as Group
from domain.staff import maker_and_checker
from schema.company import Company
from schema.context import Info
from schema.ids import global_id, row_ids
from schema.paging import Connection, connection, window
from schema.problems import Problem, problems_of
from schema.scalars import Instant
from schema.staff import SessionInfo
from services import staff
from services.staff import AccountRow, EntryRow, Managed, Rights, RoleRow


@strawberry.type(description="一次登录或尝试")
class SignInEntry:
    id: strawberry.ID
    at: Instant
    username: str
    outcome: str = strawberry.field(
        description="ok 成功，wrong_password，wrong_code，locked，captcha，code，new_password，inactive"
    )
    ip: str
    user_agent: str

    @classmethod
    def from_row(cls, row: EntryRow) -> SignInEntry:
        return cls(
            id=global_id("SignInEntry", row.id),
            at=Instant(row.at),
            username=row.username,
            outcome=row.outcome,
            ip=row.ip,
            user_agent=row.user_agent,
        )


@strawberry.type(description="账号的一个角色")
class AccountRole:
    id: strawberry.ID
    name: str


@strawberry.type(description="管理员账号")
class StaffAccount:
    row: strawberry.Private[AccountRow]
    id: strawberry.ID
    username: str
    display_name: str
    active: bool
    locked_until: Instant | None
    second_factor: bool = strawberry.field(description="是否开启了验证器")
    phone_bound: bool = strawberry.field(description="是否绑定了手机，可收短信验证码")
    password_due: bool = strawberry.field(description="下次登录须修改密码")
    machine: bool = strawberry.field(description="命令行专用，不能登录")
    created_at: Instant
    last_sign_in: Instant | None
    session_count: int
    roles: list[AccountRole]

    @classmethod
    def from_row(cls, row: AccountRow) -> StaffAccount:
        return cls(
            row=row,
            id=global_id("Staff", row.id),
            username=row.username,
            display_name=row.display_name,
            active=row.active,
            locked_until=Instant(row.locked_until) if row.locked_until else None,
            second_factor=row.second_factor,
            phone_bound=row.phone_bound,
            password_due=row.password_due,
            machine=row.machine,
            created_at=Instant(row.created_at),
            last_sign_in=Instant(row.last_sign_in) if row.last_sign_in else None,
            session_count=row.sessions,
            roles=[AccountRole(id=global_id("Role", i), name=n) for i, n in zip(row.role_ids, row.roles, strict=True)],
        )

    @strawberry.field(description="数据范围；空表示全部")
    async def scope(self, info: Info) -> list[Company]:
        rows = [await info.context.loaders.company.load(i) for i in self.row.scope_company_ids]
        return [Company.from_row(r) for r in rows if r is not None]

    @strawberry.field(description="打开的会话")
    async def sessions(self, info: Info) -> list[SessionInfo]:
        rows = await staff.sessions(info.context.ports, info.context.me, self.row.id)
        return [SessionInfo.from_row(r) for r in rows]

    @strawberry.field(description="登录记录，保留 180 天")
    async def sign_ins(self, info: Info, first: int = 20, after: str | None = None) -> Connection[SignInEntry]:
        page = await staff.sign_ins(info.context.ports, info.context.me, self.row.id, window(first, after))
        return connection(page, after, SignInEntry.from_row)


@strawberry.type(description="角色")
class Role:
    id: strawberry.ID
    code: str
    name: str
    permissions: list[str]
    holders: int = strawberry.field(description="属于该角色的在用账号数")
    built_in: bool
    warnings: list[Problem] = strawberry.field(description="经办与复核没有分开等提醒")

    @classmethod
    def from_row(cls, row: RoleRow) -> Role:
        return cls(
            id=global_id("Role", row.id),
            code=row.code,
            name=row.name,
            permissions=list(row.permissions),
            holders=row.holders,
            built_in=row.built_in,
            warnings=problems_of(tuple(maker_and_checker(row.permissions))),
        )


@strawberry.type(description="一个权限")
class PermissionItem:
    code: str
    label: str
    label_en: str


@strawberry.type(description="一类权限")
class PermissionGroup:
    word: str
    label: str
    label_en: str
    permissions: list[PermissionItem]

    @classmethod
    def from_row(cls, group: Group) -> PermissionGroup:
        items = [PermissionItem(code=p, label=PERMISSIONS[p][0], label_en=PERMISSIONS[p][1]) for p in group.permissions]
        return cls(word=group.word, label=group.label, label_en=group.label_en, permissions=items)


@strawberry.input(description="角色与数据范围；公司为空表示全部")
class StaffRightsInput:
    role_ids: list[strawberry.ID]
    company_ids: list[strawberry.ID] = strawberry.field(default_factory=list)

    def rights(self) -> Rights:
        """What the service calls rights."""
        return Rights(tuple(row_ids(self.role_ids, "Role")), tuple(row_ids(self.company_ids, "Company")))


@strawberry.type
class StaffAccountPayload:
    account: StaffAccount | None = None
    password: str | None = strawberry.field(default=None, description="初始密码，只显示这一次，首次登录须修改")
    problems: list[Problem] = strawberry.field(default_factory=list, description="办理成功时只含提醒")

    @classmethod
    async def of(cls, info: Info, done: Managed) -> StaffAccountPayload:
        """The account as it is now, with a new password and the warnings."""
        row = await staff.one(info.context.ports, info.context.me, done.id)
        return cls(
            account=StaffAccount.from_row(row), password=done.password or None, problems=problems_of(done.warnings)
        )


@strawberry.type
class RolePayload:
    role: Role | None = None
    problems: list[Problem] = strawberry.field(default_factory=list, description="办理成功时只含提醒")

    @classmethod
    async def of(cls, info: Info, saved: staff.SavedRole) -> RolePayload:
        """The role as it is now, with the warnings."""
        row = next(r for r in await staff.all_roles(info.context.me) if r.id == saved.id)
        return cls(role=Role.from_row(row), problems=problems_of(saved.warnings))
