"""Permission is declared on every root field; a field without a declaration fails a test."""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import GraphQLError
from strawberry.permission import BasePermission

from schema.context import Context, Info


class Denied(GraphQLError):
    """Not signed in, or signed in without the permission."""


def check(context: Context, permission: str) -> None:
    """Raises Denied unless somebody is signed in and holds the permission ("" asks for signing in alone)."""
    if context.actor is None:
        raise Denied("请先登录 / Sign in first", extensions={"code": "UNAUTHENTICATED"})
    if permission and not context.actor.may(permission):
        raise Denied(
            f"没有权限 / Permission needed: {permission}",
            extensions={"code": "FORBIDDEN", "permission": permission},
        )


class _Requires(BasePermission):
    permission = ""

    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        check(info.context, self.permission)
        return True


class Everyone(BasePermission):
    """Declared by the few fields that work without signing in."""

    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        return True


@cache
def requires(permission: str) -> list[type[BasePermission]]:
    """The declaration of a permission, for `permission_classes`."""
    name = "Requires_" + permission.replace(".", "_")
    return [type(name, (_Requires,), {"permission": permission})]


SIGNED_IN: list[type[BasePermission]] = requires("")
EVERYONE: list[type[BasePermission]] = [Everyone]
