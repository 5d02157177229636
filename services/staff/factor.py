"""The second factor: an authenticator's codes, and recovery codes for the day it is lost."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import orjson

from db.models.staff import Staff
from db.transaction import Work, work
from domain.actor import Actor
from domain.errors import Refusal
from domain.signin import (
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    RECOVERY_SIGNS,
    SECRET_BYTES,
    accepted_step,
    authenticator_uri,
    grouped,
    recovery_form,
    secret_text,
)
from services.ports import Ports
from services.staff import refusals
from services.staff.password import TRIES, TRIES_WINDOW_MS, own_password

PLACE = "staff.totp"


@dataclass(frozen=True, slots=True)
class NewFactor:
    """What goes into the authenticator: the secret in groups of four, and the address that brings it there."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a code showed: the step it belongs to, the recovery code's digest, or what is kept of a sent code.

    Not used up yet."""

    step: int = 0
    recovery: str = ""
    sms: str = ""


async def begin_second_factor(ports: Ports, actor: Actor) -> NewFactor:
    """A fresh secret; it counts once a first code has confirmed it."""
    secret = secrets.token_bytes(SECRET_BYTES)
    async with work(ports.store, actor) as unit:
        row = await _own(actor)
        if row.totp_since:
            raise Refusal(refusals.second_factor_on())
        sealed = ports.store.vault.seal(PLACE, row.id, secret)
        await Staff.filter(id=row.id).update(totp_sealed=sealed, totp_last_step=0)
        await unit.audit("staff.second_factor_begun", "staff", row.id)
    return NewFactor(grouped(secret_text(secret), 4), authenticator_uri(row.username, secret))


async def confirm_second_factor(ports: Ports, actor: Actor, code: str) -> list[str]:
    """Switches it on with a first code; answers the recovery codes, this once."""
    plain = ["".join(secrets.choice(RECOVERY_SIGNS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    async with work(ports.store, actor) as unit:
        row = await _own(actor)
        if row.totp_since:
            raise Refusal(refusals.second_factor_on())
        if row.totp_sealed is None:
            raise Refusal(refusals.second_factor_not_begun())
        step = accepted_step(_secret(ports, row), code, unit.now, row.totp_last_step)
        if step is None:
            raise Refusal(refusals.wrong_code())
        digests = [_digest(ports, row.id, one) for one in plain]
        await Staff.filter(id=row.id).update(
            totp_since=unit.now, totp_last_step=step, recovery=orjson.dumps(digests).decode()
        )
        await unit.audit("staff.second_factor_on", "staff", row.id)
    return [grouped(one, RECOVERY_LENGTH // 2, "-") for one in plain]


async def drop_second_factor(ports: Ports, actor: Actor, password: str, code: str) -> None:
    """Switches it off, for whoever knows the password and holds the authenticator or a recovery code."""
    staff = await own_password(ports, actor, password, "password")
    if not staff.totp_since:
        raise Refusal(refusals.second_factor_off())
    tries = f"staff:{actor.staff_id}:code"
    if wait := await ports.limiter.hit(tries, TRIES, TRIES_WINDOW_MS):
        raise Refusal(refusals.too_many(wait))
    shown = proof(ports, staff, code)
    async with work(ports.store, actor) as unit:
        row = await _own(actor)
        if shown is None or not await use(unit, row, shown):
            raise Refusal(refusals.wrong_code())
        await Staff.filter(id=row.id).update(totp_sealed=None, totp_since=0, totp_last_step=0, recovery=None)
        await unit.audit("staff.second_factor_off", "staff", row.id)
    await ports.limiter.forget(tries)


def proof(ports: Ports, staff: Staff, code: str) -> Proof | None:
    """What the code shows, if it is one of the authenticator's or an unused recovery code."""
    plain = recovery_form(code)
    if plain is not None:
        digest = _digest(ports, staff.id, plain)
        return Proof(recovery=digest) if digest in orjson.loads(staff.recovery or "[]") else None
    step = accepted_step(_secret(ports, staff), code, ports.store.clock(), staff.totp_last_step)
    return None if step is None else Proof(step=step)


async def use(unit: Work, row: Staff, shown: Proof) -> bool:
    """Uses it up on the locked row; False when somebody else was quicker. A sent code has been used up before."""
    if shown.sms:
        return True
    if not shown.recovery:
        if shown.step <= row.totp_last_step:
            return False
        await Staff.filter(id=row.id).update(totp_last_step=shown.step)
        return True
    left = orjson.loads(row.recovery or "[]")
    if shown.recovery not in left:
        return False
    left.remove(shown.recovery)
    await Staff.filter(id=row.id).update(recovery=orjson.dumps(left).decode())
    await unit.audit("staff.recovery_used", "staff", row.id, 剩余=len(left))
    return True


async def _own(actor: Actor) -> Staff:
    return await Staff.filter(id=actor.staff_id).select_for_update().get()


def _secret(ports: Ports, row: Staff) -> bytes:
    return ports.store.vault.open(PLACE, row.id, bytes(row.totp_sealed or b""))


def _digest(ports: Ports, staff_id: int, plain: str) -> str:
    return ports.store.vault.index(f"recovery:{staff_id}", plain)
