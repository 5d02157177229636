"""The home page."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.home import Home
from schema.permissions import SIGNED_IN
from services import home as homes


@strawberry.type
class Query:
    @strawberry.field(permission_classes=SIGNED_IN, description="首页：等我处理的事项和范围内的数字，最多晚 5 秒")
    async def home(self, info: Info) -> Home:
        return Home.from_row(await homes.home(info.context.ports, info.context.me))
