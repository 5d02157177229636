"""Staff: signing in and out, sessions, and the actor behind a request."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from db.models.staff import RolePermission, Session, Staff, StaffRole, StaffScope
from db.transaction import work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from services.ports import Ports

SESSION_MS = 12 * 3600 * 1000
SEEN_EVERY_MS = 60 * 1000
TRIES = 5
TRIES_WINDOW_MS = 15 * 60 * 1000
SHORTEST_PASSWORD = 10

SYSTEM = Actor(0, "系统", frozenset())
"""The system itself, for what happens without a person."""

_hasher = PasswordHasher()
# Verified against when the name is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A staff member with roles (Chinese names), permissions and scope (company ids; empty: everything)."""

    id: int
    username: str
    display_name: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...]
    scope_company_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    created_at: int
    last_seen_at: int
    user_agent: str
    ip: str
    current: bool


def digest(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def hash_password(password: str) -> str:
    """Argon2id digest, computed off the event loop."""
    return await to_thread.run_sync(_hasher.hash, password)


async def _matches(stored: str, password: str) -> bool:
    def verify() -> bool:
        try:
            return _hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    return await to_thread.run_sync(verify)


async def sign_in(ports: Ports, username: str, password: str, ip: str, user_agent: str) -> tuple[str, int]:
    """Checks name and password; answers a new session's token and the staff id.

    Five failures for a name, or twenty from an address, close the door for the rest of 15 minutes.
    """
    keys = (f"signin:name:{username.lower()[:60]}", f"signin:ip:{ip}")
    for key, limit in zip(keys, (TRIES, TRIES * 4), strict=True):
        wait = await ports.limiter.hit(key, limit, TRIES_WINDOW_MS)
        if wait:
            raise Refusal(_too_many(wait))
    staff = await Staff.get_or_none(username=username)
    right = await _matches(staff.password_hash if staff else _NOBODY, password)
    if staff is None or not right or not staff.active:
        async with work(ports.store, SYSTEM) as unit:
            await unit.audit("staff.sign_in_failed", "staff", staff.id if staff else 0, 用户名=username[:60], 地址=ip)
        raise Refusal(_wrong_password())
    token = secrets.token_urlsafe(32)
    async with work(ports.store, Actor(staff.id, staff.display_name, frozenset())) as unit:
        await Session.create(
            id=unit.new_id(),
            staff_id=staff.id,
            token_hash=digest(token),
            created_at=unit.now,
            last_seen_at=unit.now,
            expires_at=unit.now + SESSION_MS,
            ip=ip[:64],
            user_agent=user_agent[:255],
        )
        await unit.audit("staff.sign_in", "staff", staff.id, 地址=ip)
    await ports.limiter.forget(keys[0])
    await ports.limiter.take_back(keys[1])
    return token, staff.id


async def actor_of(ports: Ports, token: str) -> Actor | None:
    """The actor behind a session token; None when the session has ended, was revoked or its staff is inactive."""
    now = ports.store.clock()
    session = await Session.get_or_none(token_hash=digest(token), revoked_at=0, expires_at__gt=now)
    if session is None:
        return None
    if now - session.last_seen_at > SEEN_EVERY_MS:
        await Session.filter(id=session.id).update(last_seen_at=now)
    return await actor(session.staff_id, session.id)  # type: ignore[attr-defined]


async def session_lives(ports: Ports, session_id: int) -> bool:
    """Whether the session may still be used; asked again and again by open sockets."""
    return await Session.filter(id=session_id, revoked_at=0, expires_at__gt=ports.store.clock()).exists()


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
    )


async def my_sessions(ports: Ports, actor: Actor) -> list[SessionRow]:
    """The actor's own open sessions, newest first."""
    rows = await Session.filter(staff_id=actor.staff_id, revoked_at=0, expires_at__gt=ports.store.clock()).order_by(
        "-id"
    )
    return [SessionRow(r.id, r.created_at, r.last_seen_at, r.user_agent, r.ip, r.id == actor.session_id) for r in rows]


async def sign_out(ports: Ports, actor: Actor) -> None:
    """Ends the session at once; open sockets hear of it and close."""
    await _revoke(ports, actor, actor.session_id, "staff.sign_out")


async def revoke_session(ports: Ports, actor: Actor, session_id: int) -> None:
    """Ends another session of the actor's own."""
    await _revoke(ports, actor, session_id, "staff.revoke_session")


async def _revoke(ports: Ports, actor: Actor, session_id: int, act: str) -> None:
    async with work(ports.store, actor) as unit:
        changed = await Session.filter(id=session_id, staff_id=actor.staff_id, revoked_at=0).update(revoked_at=unit.now)
        if not changed:
            raise Refusal(not_found("会话", "session"))
        await unit.audit(act, "staff", actor.staff_id)
        await unit.emit("live", {"topic": f"session:{session_id}", "message": {"revoked": True}})


async def change_password(ports: Ports, actor: Actor, current: str, new: str) -> None:
    """Changes one's own password and ends all one's other sessions."""
    staff = await Staff.get(id=actor.staff_id)
    if not await _matches(staff.password_hash, current):
        raise Refusal(_wrong_password().at(field="current"))
    if len(new) < SHORTEST_PASSWORD or new == current or new.isdigit() or new.isalpha():
        raise Refusal(_weak_password())
    hashed = await hash_password(new)
    async with work(ports.store, actor) as unit:
        await Staff.filter(id=staff.id).update(password_hash=hashed)
        others = Session.filter(staff_id=staff.id, revoked_at=0).exclude(id=actor.session_id)
        for session_id in await others.values_list("id", flat=True):
            await unit.emit("live", {"topic": f"session:{session_id}", "message": {"revoked": True}})
        await others.update(revoked_at=unit.now)
        await unit.audit("staff.change_password", "staff", staff.id)


def _too_many(wait_ms: int) -> Problem:
    minutes = wait_ms // 60000 + 1
    return Problem(
        "too_many_attempts",
        f"尝试次数过多，请 {minutes} 分钟后再试",
        f"Too many attempts; try again in {minutes} minutes",
        "忘记密码请联系管理员重置",
        "Ask an administrator to reset a forgotten password",
    )


def _wrong_password() -> Problem:
    return Problem(
        "wrong_password",
        "用户名或密码不正确",
        "User name or password is not right",
        "请检查大小写和输入法后重试",
        "Check capitals and keyboard, then try again",
        field="password",
    )


def _weak_password() -> Problem:
    return Problem(
        "weak_password",
        f"新密码至少 {SHORTEST_PASSWORD} 位，须同时含字母与数字或符号，且不同于原密码",
        f"The new password needs {SHORTEST_PASSWORD} characters or more, letters together with digits or signs, "
        "and must differ from the old one",
        "请换一个更长的密码",
        "Choose a longer one",
        field="new",
    )
