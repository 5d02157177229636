"""Roles, approval rules, the command line's own two accounts, and the first administrator."""

from __future__ import annotations

import secrets

from db.models.staff import Role, RolePermission, Staff, StaffRole
from db.transaction import Work, work
from domain.permission import ROLES
from services.ports import Ports
from services.staff import SYSTEM, hash_password

MAKER = "cli-maker"
CHECKER = "cli-checker"
_NO_PASSWORD = "!"  # noqa: S105 - no digest equals it, so nobody signs in with these accounts


async def start(ports: Ports) -> None:
    """Adds what is missing of roles and accounts; safe to repeat.

    A role that is there gets the permissions that are new in this release; what was given to it or taken from it stays.
    """
    async with work(ports.store, SYSTEM) as unit:
        # Administrators hold every permission, so what they lack came with this release.
        known = set(await RolePermission.filter(role__code="admin").values_list("permission", flat=True))
        for code, (name, permissions) in ROLES.items():
            role = await Role.get_or_none(code=code)
            given = permissions if role is None else permissions - known
            if role is None:
                role = await Role.create(id=unit.new_id(), code=code, name=name)
            held = set(await RolePermission.filter(role_id=role.id).values_list("permission", flat=True))
            for permission in sorted(given - held):
                await RolePermission.create(id=unit.new_id(), role_id=role.id, permission=permission)
        await account(unit, MAKER, "命令行经办", "specialist", _NO_PASSWORD)
        await account(unit, CHECKER, "命令行复核", "reviewer", _NO_PASSWORD)


async def first_administrator(ports: Ports) -> str | None:
    """Makes the account `admin` when there is no administrator; answers its random password, once."""
    if await StaffRole.filter(role__code="admin").exists():
        return None
    password = secrets.token_urlsafe(12)
    hashed = await hash_password(password)
    async with work(ports.store, SYSTEM) as unit:
        await account(unit, "admin", "系统管理员", "admin", hashed)
    return password


async def account(
    unit: Work, username: str, display_name: str, role: str, password_hash: str, password_changed_at: int = 0
) -> Staff:
    """The account of that name, added with its role when it is missing; its first password has to be changed."""
    staff = await Staff.get_or_none(username=username)
    if staff is None:
        staff = await Staff.create(
            id=unit.new_id(),
            username=username,
            display_name=display_name,
            password_hash=password_hash,
            created_at=unit.now,
            password_changed_at=password_changed_at,
        )
        found = await Role.get(code=role)
        await StaffRole.create(id=unit.new_id(), staff_id=staff.id, role_id=found.id)
    return staff
