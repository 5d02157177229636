"""Sessions: opening, finding the actor behind one, listing and ending them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from db.models.staff import Session
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.errors import Refusal
from services.ports import Ports
from services.staff.account import actor

SESSION_MS = 12 * 3600 * 1000
SEEN_EVERY_MS = 60 * 1000


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


async def open_session(unit: Work, staff_id: int, ip: str, user_agent: str) -> tuple[str, int]:
    """A new session's token, which is told this once, and its id."""
    token, row_id = secrets.token_urlsafe(32), unit.new_id()
    await Session.create(
        id=row_id,
        staff_id=staff_id,
        token_hash=digest(token),
        created_at=unit.now,
        last_seen_at=unit.now,
        expires_at=unit.now + SESSION_MS,
        ip=ip[:64],
        user_agent=user_agent[:255],
    )
    return token, row_id


async def end_others(unit: Work, staff_id: int, session_id: int) -> None:
    """Ends all sessions of a staff member but one; open sockets hear of it and close."""
    others = Session.filter(staff_id=staff_id, revoked_at=0).exclude(id=session_id)
    for other in await others.values_list("id", flat=True):
        await unit.emit("live", {"topic": f"session:{other}", "message": {"revoked": True}})
    await others.update(revoked_at=unit.now)


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
    """Whether the session may still be used; asked again and again by open streams."""
    return await Session.filter(
        id=session_id, revoked_at=0, expires_at__gt=ports.store.clock(), staff__active=True
    ).exists()


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
