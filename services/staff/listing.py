"""Accounts as administrators see them: the list, one with its sessions and sign-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.models.staff import Session
from db.sql import fetch, fetch_value, marks
from domain.actor import Actor, not_found
from domain.errors import Refusal
from domain.signin import aged
from services.paging import Page, Window, page_of
from services.ports import Ports
from services.staff.history import EntryRow, of_staff
from services.staff.rights import NO_PASSWORD, within
from services.staff.session import SessionRow


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account; `last_sign_in` is 0 for never, `sessions` those that are open, `machine` one nobody signs in with."""

    id: int
    username: str
    display_name: str
    active: bool
    locked_until: int
    second_factor: bool
    phone_bound: bool
    password_due: bool
    machine: bool
    created_at: int
    last_sign_in: int
    sessions: int
    role_ids: tuple[int, ...]
    roles: tuple[str, ...]
    scope_company_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Part of the user name or name, a role, in use or not, locked or not (None: both)."""

    search: str = ""
    role_id: int | None = None
    active: bool | None = None
    locked: bool | None = None


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[AccountRow]:
    """Accounts whose whole scope lies within the actor's, newest first."""
    actor.require("staff.manage")
    now = ports.store.clock()
    condition, values = _conditions(actor, wanted, now)
    total = int(await fetch_value(f"SELECT COUNT(*) FROM staff s WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND s.id < ?", [*values, window.before_id]
    rows = await _rows(now, f"{condition} ORDER BY s.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of(rows, window, total)


async def one(ports: Ports, actor: Actor, staff_id: int) -> AccountRow:
    """One account; refused as not found when it sees more than the actor."""
    actor.require("staff.manage")
    rows = await _rows(ports.store.clock(), "s.id = ?", [staff_id])
    if not rows or not await within(actor, staff_id):
        raise Refusal(not_found("账号", "account"))
    return rows[0]


async def sessions(ports: Ports, actor: Actor, staff_id: int) -> list[SessionRow]:
    """The open sessions of an account, newest first."""
    await one(ports, actor, staff_id)
    now = ports.store.clock()
    rows = await Session.filter(staff_id=staff_id, revoked_at=0, expires_at__gt=now).order_by("-id")
    return [SessionRow(r.id, r.created_at, r.last_seen_at, r.user_agent, r.ip, r.id == actor.session_id) for r in rows]


async def sign_ins(ports: Ports, actor: Actor, staff_id: int, window: Window) -> Page[EntryRow]:
    """The sign-ins and attempts of an account, newest first."""
    await one(ports, actor, staff_id)
    return await of_staff(staff_id, window)


def _conditions(actor: Actor, wanted: Filter, now: int) -> tuple[str, list[Any]]:
    parts: list[str] = ["1 = 1"]
    values: list[Any] = []
    if text := wanted.search.strip():
        escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        parts.append("(s.username LIKE ? ESCAPE '!' OR s.display_name LIKE ? ESCAPE '!')")
        values += [f"%{escaped}%"] * 2
    if wanted.role_id is not None:
        parts.append("EXISTS (SELECT 1 FROM staff_role r WHERE r.staff_id = s.id AND r.role_id = ?)")
        values.append(wanted.role_id)
    if wanted.active is not None:
        parts.append("s.active = ?")
        values.append(int(wanted.active))
    if wanted.locked is not None:
        parts.append("s.locked_until > ?" if wanted.locked else "s.locked_until <= ?")
        values.append(now)
    if actor.scope is not None:
        scoped = "SELECT 1 FROM staff_scope x JOIN company c ON c.id = x.company_id WHERE x.staff_id = s.id"
        inside = " OR ".join("c.path LIKE ?" for _ in actor.scope) or "1 = 0"
        parts += [f"EXISTS ({scoped})", f"NOT EXISTS ({scoped} AND NOT ({inside}))"]
        values += [f"{path}%" for path in actor.scope]
    return " AND ".join(parts), values


async def _rows(now: int, condition: str, values: Sequence[Any]) -> list[AccountRow]:
    found = await fetch(f"SELECT s.* FROM staff s WHERE {condition}", values)
    ids = [r["id"] for r in found]
    if not ids:
        return []
    seen = {
        r["staff_id"]: r
        for r in await fetch(
            "SELECT staff_id, MAX(created_at) AS last, SUM(revoked_at = 0 AND expires_at > ?) AS n FROM session "
            f"WHERE staff_id IN ({marks(ids)}) GROUP BY staff_id",
            [now, *ids],
        )
    }
    roles: dict[int, list[tuple[int, str]]] = {}
    sql = "SELECT x.staff_id, r.id, r.name FROM staff_role x JOIN role r ON r.id = x.role_id WHERE x.staff_id IN"
    for r in await fetch(f"{sql} ({marks(ids)}) ORDER BY r.id", ids):
        roles.setdefault(r["staff_id"], []).append((r["id"], r["name"]))
    scope: dict[int, list[int]] = {}
    sql = f"SELECT staff_id, company_id FROM staff_scope WHERE staff_id IN ({marks(ids)}) ORDER BY company_id"
    for r in await fetch(sql, ids):
        scope.setdefault(r["staff_id"], []).append(r["company_id"])
    return [_row(r, now, seen.get(r["id"], {}), roles.get(r["id"], []), scope.get(r["id"], [])) for r in found]


def _row(
    r: dict[str, Any], now: int, seen: dict[str, Any], roles: Sequence[tuple[int, str]], scope: Sequence[int]
) -> AccountRow:
    machine = r["password_hash"] == NO_PASSWORD
    return AccountRow(
        id=r["id"],
        username=r["username"],
        display_name=r["display_name"],
        active=bool(r["active"]),
        locked_until=r["locked_until"] if r["locked_until"] > now else 0,
        second_factor=r["totp_since"] > 0,
        phone_bound=r["phone_confirmed_at"] > 0,
        password_due=not machine and aged(r["password_changed_at"], now),
        machine=machine,
        created_at=r["created_at"],
        last_sign_in=int(seen.get("last") or 0),
        sessions=int(seen.get("n") or 0),
        role_ids=tuple(i for i, _ in roles),
        roles=tuple(name for _, name in roles),
        scope_company_ids=tuple(scope),
    )
