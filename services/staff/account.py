"""A staff member as an actor, and as it sees itself."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from db.models.staff import RolePermission, Staff, StaffRole, StaffScope
from domain.actor import Actor

SYSTEM = Actor(0, "系统", frozenset())
"""The system itself, for what happens without a person."""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A staff member with roles (Chinese names), permissions and scope (company ids; empty: everything)."""

    id: int
    username: str
    display_name: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...]
    scope_company_ids: tuple[int, ...]
    second_factor: bool
    recovery_left: int


async def actor(staff_id: int, session_id: int = 0) -> Actor | None:
    """The staff member as an actor: permissions of all roles, and the paths of the companies in scope."""
    staff = await Staff.get_or_none(id=staff_id, active=True)
    if staff is None:
        return None
    role_ids = await StaffRole.filter(staff_id=staff_id).values_list("role_id", flat=True)
    granted = await RolePermission.filter(role_id__in=list(role_ids)).values_list("permission", flat=True)
    paths = await StaffScope.filter(staff_id=staff_id).values_list("company__path", flat=True)
    return Actor(staff.id, staff.display_name, frozenset(map(str, granted)), tuple(map(str, paths)) or None, session_id)


async def me(actor: Actor) -> StaffRow:
    """The signed-in staff member."""
    staff = await Staff.get(id=actor.staff_id)
    roles = await StaffRole.filter(staff_id=staff.id).values_list("role__name", flat=True)
    scope = await StaffScope.filter(staff_id=staff.id).values_list("company_id", flat=True)
    return StaffRow(
        staff.id,
        staff.username,
        staff.display_name,
        tuple(map(str, roles)),
        tuple(sorted(actor.permissions)),
        tuple(int(c) for c in scope),  # type: ignore[call-overload]
        staff.totp_since > 0,
        len(orjson.loads(staff.recovery or "[]")),
    )


async def holders(permission: str, path: str) -> list[int]:
    """Active staff with the permission whose scope holds the company of that path."""
    roles = await RolePermission.filter(permission=permission).values_list("role_id", flat=True)
    members = await StaffRole.filter(role_id__in=list(roles)).values_list("staff_id", flat=True)
    ids = await Staff.filter(id__in=list(set(members)), active=True).values_list("id", flat=True)
    found = []
    for staff_id in ids:
        who = await actor(int(staff_id))  # type: ignore[call-overload]
        if who is not None and who.sees(path):
            found.append(who.staff_id)
    return found
