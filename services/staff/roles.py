"""Roles: what each permits, who holds it, made, changed and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.models.staff import Role, RolePermission, StaffRole
from db.sql import fetch
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.permission import ROLES
from domain.staff import ADMIN, check_permissions, check_role_name, maker_and_checker
from services.ports import Ports
from services.staff.rights import above, permissions_of


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role; `built_in` ones come with the product and are not deleted."""

    id: int
    code: str
    name: str
    permissions: tuple[str, ...]
    holders: int
    built_in: bool


@dataclass(frozen=True, slots=True)
class SavedRole:
    """The role that was saved, and warnings that did not stop it."""

    id: int
    warnings: tuple[Problem, ...] = ()


async def all_roles(actor: Actor) -> list[RoleRow]:
    """Every role with its permissions and how many active accounts hold it, built-in ones first."""
    actor.require("staff.manage")
    held: dict[int, list[str]] = {}
    for r in await fetch("SELECT role_id, permission FROM role_permission ORDER BY permission"):
        held.setdefault(r["role_id"], []).append(r["permission"])
    counts = "SELECT r.role_id, COUNT(*) AS n FROM staff_role r JOIN staff s ON s.id = r.staff_id WHERE s.active = 1 "
    holders = {r["role_id"]: r["n"] for r in await fetch(f"{counts} GROUP BY r.role_id")}
    found = [
        RoleRow(r.id, r.code, r.name, tuple(held.get(r.id, [])), holders.get(r.id, 0), r.code in ROLES)
        for r in await Role.all().order_by("id")
    ]
    return sorted(found, key=lambda role: (not role.built_in, role.id))


async def create_role(ports: Ports, actor: Actor, name: str, permissions: Sequence[str]) -> SavedRole:
    """Adds a role with permissions that the actor holds."""
    _keeps(actor)
    _refuse([*check_role_name(name), *check_permissions(permissions), *_beyond(actor, permissions)])
    async with work(ports.store, actor) as unit:
        await _unique(name, 0)
        row_id = unit.new_id()
        await Role.create(id=row_id, code=f"role-{row_id}", name=name.strip())
        await _put(unit, row_id, permissions)
        await unit.audit("role.create", "role", row_id, 角色=name.strip(), 权限="、".join(sorted(set(permissions))))
    return SavedRole(row_id, tuple(maker_and_checker(permissions)))


async def rename_role(ports: Ports, actor: Actor, role_id: int, name: str) -> SavedRole:
    """Gives a role another name; what it permits stays."""
    _keeps(actor)
    _refuse(check_role_name(name))
    async with work(ports.store, actor) as unit:
        row = await _locked(role_id)
        await _unique(name, role_id)
        await Role.filter(id=role_id).update(name=name.strip())
        await unit.audit("role.rename", "role", role_id, 原名称=row.name, 名称=name.strip())
    return SavedRole(role_id)


async def set_permissions(ports: Ports, actor: Actor, role_id: int, permissions: Sequence[str]) -> SavedRole:
    """Says what a role permits from now on; it holds for everybody who has it with their next request.

    Refused for the administrators' role, for a role of one's own, and where it holds or gets what the actor lacks.
    """
    _keeps(actor)
    _refuse([*check_permissions(permissions), *_beyond(actor, permissions)])
    async with work(ports.store, actor) as unit:
        row = await _locked(role_id)
        if row.code == ADMIN:
            raise Refusal(_fixed())
        if await StaffRole.filter(staff_id=actor.staff_id, role_id=role_id).exists():
            raise Refusal(_own_role())
        before = await permissions_of([role_id])
        _refuse(_beyond(actor, before))
        await _put(unit, role_id, permissions)
        more, less = sorted(set(permissions) - before), sorted(before - set(permissions))
        detail = {"角色": row.name, "增加": "、".join(more) or "—", "减少": "、".join(less) or "—"}
        await unit.audit("role.permissions", "role", role_id, None, **detail)
    return SavedRole(role_id, tuple(maker_and_checker(permissions)))


async def delete_role(ports: Ports, actor: Actor, role_id: int) -> None:
    """Deletes a role that nobody holds, active or not."""
    _keeps(actor)
    async with work(ports.store, actor) as unit:
        row = await _locked(role_id)
        if row.code in ROLES:
            raise Refusal(_built_in())
        if count := await StaffRole.filter(role_id=role_id).count():
            raise Refusal(_held(count))
        await RolePermission.filter(role_id=role_id).delete()
        await Role.filter(id=role_id).delete()
        await unit.audit("role.delete", "role", role_id, 角色=row.name)


def _keeps(actor: Actor) -> None:
    """A role is held in every branch, so that only somebody who sees them all may change it."""
    actor.require("staff.manage")
    if actor.scope is not None:
        message, message_en = "角色由不限数据范围的管理员维护", "Roles are kept by staff who see every company"
        raise Refusal(Problem("role_everyones", message, message_en, "请联系不限数据范围的管理员", "Ask one of them"))


async def _locked(role_id: int) -> Role:
    row = await Role.filter(id=role_id).select_for_update().first()
    if row is None:
        raise Refusal(not_found("角色", "role"))
    return row


async def _put(unit: Work, role_id: int, permissions: Sequence[str]) -> None:
    await RolePermission.filter(role_id=role_id).delete()
    for permission in sorted(set(permissions)):
        await RolePermission.create(id=unit.new_id(), role_id=role_id, permission=permission)


async def _unique(name: str, role_id: int) -> None:
    if await Role.filter(name=name.strip()).exclude(id=role_id).exists():
        message, message_en = "已有同名的角色", "There is a role of this name"
        problem = Problem("taken", message, message_en, "请换一个名称", "Choose another name", field="name")
        raise Refusal(problem.at(value=name.strip()[:60]))


def _beyond(actor: Actor, permissions: Sequence[str] | frozenset[str]) -> list[Problem]:
    beyond = sorted(set(permissions) - actor.permissions)
    return [above(beyond).at(field="permissions")] if beyond else []


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refusal(*problems)


def _fixed() -> Problem:
    message, message_en = "系统管理员拥有全部权限，不能修改", "Administrators may do everything; this stays"
    return Problem("role_fixed", message, message_en, "请另建角色并改派人员", "Make another role and give that")


def _own_role() -> Problem:
    message, message_en = "不能修改自己所属角色的权限", "Nobody changes what their own role permits"
    return Problem("role_own", message, message_en, "请由另一位管理员修改", "Ask another administrator")


def _built_in() -> Problem:
    message, message_en = "内置角色不能删除", "A role that comes with the product cannot be deleted"
    return Problem("role_built_in", message, message_en, "可以改名或调整权限", "Rename it or change what it permits")


def _held(count: int) -> Problem:
    message, message_en = f"还有 {count} 个账号（含停用）属于该角色", f"{count} accounts hold this role, active or not"
    remedy, remedy_en = "请先为这些账号改派角色", "Give these accounts another role first"
    return Problem("role_held", message, message_en, remedy, remedy_en, value=str(count))
