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
