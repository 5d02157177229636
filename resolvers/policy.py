"""Cities with their policies."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.permissions import requires
from schema.policy import City
from services import policy


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("policy.read"), description="有政策的城市")
    async def cities(self, info: Info) -> list[City]:
        return [City.from_row(row) for row in await policy.cities()]
