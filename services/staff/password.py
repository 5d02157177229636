"""Passwords: their digests, what will not do as a new one, and changing one's own."""

from __future__ import annotations

import secrets

import orjson
from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from db.models.staff import Staff
from db.transaction import Work, work
from domain.actor import Actor
from domain.errors import Problem, Refusal
from domain.signin import remembered, weak
from services.ports import Ports
from services.staff import refusals
from services.staff.session import end_others

TRIES = 5
TRIES_WINDOW_MS = 15 * 60 * 1000

_hasher = PasswordHasher()
NOBODY = _hasher.hash(secrets.token_hex(16))
"""Verified against when the name is unknown, so that the answer takes as long as for a known one."""


async def hash_password(password: str) -> str:
    """Argon2id digest, computed off the event loop."""
    return await to_thread.run_sync(_hasher.hash, password)


async def matches(stored: str, password: str) -> bool:
    """Whether the password is the one that was digested."""

    def verify() -> bool:
        try:
            return _hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    return await to_thread.run_sync(verify)


async def problem_with(staff: Staff, new: str, current: str) -> Problem | None:
    """Why the new password will not do, if it will not."""
    if weak(new, current):
        return refusals.weak_password()
    for used in (staff.password_hash, *orjson.loads(staff.password_history or "[]")):
        if await matches(used, new):
            return refusals.used_password()
    return None


async def put(unit: Work, staff: Staff, hashed: str, session_id: int) -> None:
    """Makes it the password, remembers the old one, and ends all sessions but this one."""
    earlier = remembered([staff.password_hash, *orjson.loads(staff.password_history or "[]")])
    await Staff.filter(id=staff.id).update(
        password_hash=hashed, password_changed_at=unit.now, password_history=orjson.dumps(earlier).decode()
    )
    await end_others(unit, staff.id, session_id)
    await unit.audit("staff.change_password", "staff", staff.id)


async def own_password(ports: Ports, actor: Actor, password: str, field: str) -> Staff:
    """The actor's row, once the password has shown that it is really they; five tries in 15 minutes."""
    tries = f"staff:{actor.staff_id}:password"
    if wait := await ports.limiter.hit(tries, TRIES, TRIES_WINDOW_MS):
        raise Refusal(refusals.too_many(wait))
    staff = await Staff.get(id=actor.staff_id)
    if not await matches(staff.password_hash, password):
        raise Refusal(refusals.wrong_own_password(field))
    await ports.limiter.forget(tries)
    return staff


async def change_password(ports: Ports, actor: Actor, current: str, new: str) -> None:
    """Changes one's own password and ends all one's other sessions."""
    staff = await own_password(ports, actor, current, "current")
    if (problem := await problem_with(staff, new, current)) is not None:
        raise Refusal(problem.at(field="new"))
    hashed = await hash_password(new)
    async with work(ports.store, actor) as unit:
        row = await Staff.filter(id=staff.id).select_for_update().get()
        await put(unit, row, hashed, actor.session_id)
