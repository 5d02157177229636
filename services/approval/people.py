"""Who may be asked: people with what they hold, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db.sql import fetch, marks
from domain.actor import Actor
from domain.approval_flow import Approver, ApproverKind, Person


@dataclass(frozen=True, slots=True)
class Deputy:
    """`delegate` decides in the place of `principal_id`, for one business or ("") for every one."""

    principal_id: int
    delegate_id: int
    business: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at the desk where approvals are decided, and the people they stand in for today."""

    me: Person
    principals: tuple[tuple[str, Person], ...]

    def standing_in(self, business: str) -> list[Person]:
        """Whom they stand in for in a business, each once."""
        return list({p.staff_id: p for word, p in self.principals if word in ("", business)}.values())


async def load(ids: Iterable[int]) -> dict[int, Person]:
    """These people with permissions, roles and scope, in four queries however many they are."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    inside = f"IN ({marks(wanted)})"
    staff = await fetch(f"SELECT id, display_name, active FROM staff WHERE id {inside}", wanted)
    roles = await fetch(
        f"SELECT sr.staff_id, r.code AS held FROM staff_role sr JOIN role r ON r.id = sr.role_id "
        f"WHERE sr.staff_id {inside}",
        wanted,
    )
    granted = await fetch(
        f"SELECT DISTINCT sr.staff_id, rp.permission AS held FROM staff_role sr "
        f"JOIN role_permission rp ON rp.role_id = sr.role_id WHERE sr.staff_id {inside}",
        wanted,
    )
    scopes = await fetch(
        f"SELECT ss.staff_id, c.path AS held FROM staff_scope ss JOIN company c ON c.id = ss.company_id "
        f"WHERE ss.staff_id {inside}",
        wanted,
    )
    by_role, by_permission, by_path = _grouped(roles), _grouped(granted), _grouped(scopes)
    return {
        r["id"]: Person(
            r["id"],
            r["display_name"],
            frozenset(by_permission.get(r["id"], ())),
            frozenset(by_role.get(r["id"], ())),
            tuple(by_path[r["id"]]) if r["id"] in by_path else None,
            bool(r["active"]),
        )
        for r in staff
    }


def _grouped(rows: Sequence[dict[str, Any]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["staff_id"], []).append(row["held"])
    return found


async def candidates(approvers: Iterable[Approver], path: str) -> dict[int, Person]:
    """Active people whom one of the entries means and who see the company of that path, by id."""
    ids: set[int] = set()
    entries = set(approvers)
    for kind, table, column in (
        (ApproverKind.PERMISSION, "role_permission rp ON rp.role_id = sr.role_id", "rp.permission"),
        (ApproverKind.ROLE, "role r ON r.id = sr.role_id", "r.code"),
    ):
        values = [a.value for a in entries if a.kind is kind]
        if values:
            rows = await fetch(
                f"SELECT DISTINCT sr.staff_id FROM staff_role sr JOIN {table} WHERE {column} IN ({marks(values)})",
                values,
            )
            ids |= {r["staff_id"] for r in rows}
    ids |= {int(a.value) for a in entries if a.kind is ApproverKind.STAFF}
    return {i: p for i, p in (await load(ids)).items() if p.active and sees(p, path)}


def sees(person: Person, path: str) -> bool:
    """Whether the company of that path lies in the person's scope."""
    return person.scope is None or any(path.startswith(prefix) for prefix in person.scope)


async def deputies_of(principal_ids: Iterable[int], business: str, day: str) -> list[Deputy]:
    """Who stands in for these people in a business on a day (yyyy-mm-dd, China)."""
    wanted = sorted(set(principal_ids))
    if not wanted:
        return []
    return await _deputies(
        f"staff_id IN ({marks(wanted)}) AND business IN ('', ?)",
        [*wanted, business],
        day,
    )


async def _deputies(condition: str, values: list[Any], day: str) -> list[Deputy]:
    rows = await fetch(
        f"SELECT staff_id, delegate_id, business FROM approval_delegate "
        f"WHERE {condition} AND ended_at = 0 AND from_day <= ? AND to_day >= ? ORDER BY id",
        [*values, day, day],
    )
    return [Deputy(r["staff_id"], r["delegate_id"], r["business"]) for r in rows]


async def desk(actor: Actor, day: str) -> Desk:
    """The actor with what their request brought, their roles, and the active people they stand in for on that day."""
    own = (await load([actor.staff_id])).get(actor.staff_id)
    roles = own.roles if own is not None else frozenset()
    me = Person(actor.staff_id, actor.name, actor.permissions, roles, actor.scope)
    deputies = await _deputies("delegate_id = ?", [actor.staff_id], day)
    principals = await load(d.principal_id for d in deputies)
    held = ((d.business, principals[d.principal_id]) for d in deputies if d.principal_id in principals)
    return Desk(me, tuple((business, person) for business, person in held if person.active))
