"""Everything that has a global id can be fetched by it, within the asker's permission and scope."""

from __future__ import annotations

from typing import ClassVar, Self

import strawberry

from schema.context import Context
from schema.ids import parts
from schema.permissions import check


@strawberry.interface(description="有全局标识的对象")
class Node:
    id: strawberry.ID

    permission: ClassVar[str] = ""

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        """The object if the asker may see it. Every type says how."""
        raise NotImplementedError(cls.__name__)

    @classmethod
    async def fetch(cls, context: Context, value: str) -> Self | None:
        """The object of this type behind a global id (entity references of the gateway come this way)."""
        check(context, cls.permission)
        kind, row_id = parts(value)
        return await cls.one(context, row_id) if kind == cls.__name__ else None


async def any_node(context: Context, value: str) -> Node | None:
    """The object behind a global id of whatever type; None when it does not exist or is not the asker's to see."""
    kind, row_id = parts(value)
    for cls in Node.__subclasses__():
        if cls.__name__ == kind:
            check(context, cls.permission)
            return await cls.one(context, row_id)
    return None
