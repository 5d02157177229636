"""Staff and sessions."""

from __future__ import annotations

import strawberry

from schema.company import Company
from schema.context import Info
from schema.ids import global_id
from schema.problems import Problem
from schema.scalars import Instant
from services.staff import SessionRow, StaffRow


@strawberry.type(description="管理员")
class Staff:
    row: strawberry.Private[StaffRow]
    id: strawberry.ID
    username: str
    display_name: str
    roles: list[str]
    permissions: list[str]

    @classmethod
    def from_row(cls, row: StaffRow) -> Staff:
        return cls(
            row=row,
            id=global_id("Staff", row.id),
            username=row.username,
            display_name=row.display_name,
            roles=list(row.roles),
            permissions=list(row.permissions),
        )

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


@strawberry.type
class SignInPayload:
    staff: Staff | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type
class SessionPayload:
    done: bool = False
    problems: list[Problem] = strawberry.field(default_factory=list)
