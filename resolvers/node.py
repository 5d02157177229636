"""Anything by its global id."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.node import Node, any_node
from schema.permissions import SIGNED_IN


@strawberry.type
class Query:
    @strawberry.field(permission_classes=SIGNED_IN, description="按全局标识取对象；按对象的权限和范围判断")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return await any_node(info.context, id)
