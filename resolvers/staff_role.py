"""Roles and what they permit."""

from __future__ import annotations

import strawberry

from domain.staff import permission_tree
from schema.context import Info
from schema.ids import row_id
from schema.permissions import requires
from schema.problems import refusable
from schema.staff import SessionPayload
from schema.staff_account import PermissionGroup, Role, RolePayload
from services import staff

MANAGE = requires("staff.manage")


@strawberry.type
class Query:
    @strawberry.field(permission_classes=MANAGE, description="全部角色及其权限")
    async def roles(self, info: Info) -> list[Role]:
        return [Role.from_row(r) for r in await staff.all_roles(info.context.me)]

    @strawberry.field(permission_classes=MANAGE, description="全部权限，按业务分类")
    async def permission_tree(self) -> list[PermissionGroup]:
        return [PermissionGroup.from_row(g) for g in permission_tree()]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=MANAGE, description="新建角色，只能包含自己拥有的权限")
    @refusable(RolePayload)
    async def create_role(self, info: Info, name: str, permissions: list[str]) -> RolePayload:
        saved = await staff.create_role(info.context.ports, info.context.me, name, permissions)
        return await RolePayload.of(info, saved)

    @strawberry.mutation(permission_classes=MANAGE, description="角色改名")
    @refusable(RolePayload)
    async def rename_role(self, info: Info, id: strawberry.ID, name: str) -> RolePayload:
        saved = await staff.rename_role(info.context.ports, info.context.me, row_id(id, "Role"), name)
        return await RolePayload.of(info, saved)

    @strawberry.mutation(permission_classes=MANAGE, description="设置角色的权限，对其成员立即生效")
    @refusable(RolePayload)
    async def set_role_permissions(self, info: Info, id: strawberry.ID, permissions: list[str]) -> RolePayload:
        wanted = row_id(id, "Role")
        saved = await staff.set_permissions(info.context.ports, info.context.me, wanted, permissions)
        return await RolePayload.of(info, saved)

    @strawberry.mutation(permission_classes=MANAGE, description="删除没有人属于的角色")
    @refusable(SessionPayload)
    async def delete_role(self, info: Info, id: strawberry.ID) -> SessionPayload:
        await staff.delete_role(info.context.ports, info.context.me, row_id(id, "Role"))
        return SessionPayload(done=True)
