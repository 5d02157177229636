"""One-time codes by text message: made, sent after the commit, and checked.

A code is kept as a keyed digest; between the commit and the sending, code and phone lie sealed in the outbox.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson

from db.models.staff import Staff
from db.transaction import work
from domain.actor import Actor
from domain.errors import Refusal
from domain.signin import (
    CODE_DIGITS,
    DAY_MS,
    SMS_A_DAY,
    SMS_CODE_LIFE_MS,
    SMS_CODE_TRIES,
    SMS_PAUSE_MS,
    sms_code,
)
from services.ports import Ports
from services.staff import refusals

PLACE = "staff.phone"
_PARCEL = "outbox.sms"

log = logging.getLogger("shebao.sms")


class Purpose(StrEnum):
    """What a code is for: one that confirms a phone opens no door."""

    PHONE = "phone"
    SIGN_IN = "sign_in"


async def send(ports: Ports, staff: Staff, purpose: Purpose, phone: str) -> None:
    """Makes a code and has it sent; the earlier one for the same purpose is void. One a minute, ten a day a person."""
    if ports.sms is None:
        raise Refusal(refusals.sms_off())
    if wait := await ports.limiter.hit(f"sms:{staff.id}:minute", 1, SMS_PAUSE_MS):
        raise Refusal(refusals.sms_too_soon(wait))
    if await ports.limiter.hit(f"sms:{staff.id}:day", SMS_A_DAY, DAY_MS):
        raise Refusal(refusals.sms_too_many())
    vault, code = ports.store.vault, sms_code(secrets.randbelow(10**CODE_DIGITS))
    until = ports.store.clock() + SMS_CODE_LIFE_MS
    kept = {
        "digest": _digest(ports, staff.id, purpose, code),
        "until": until,
        "phone": _text(vault.seal(PLACE, staff.id, phone.encode())),
    }
    await ports.codes.put(_key(staff.id, purpose), orjson.dumps(kept).decode(), SMS_CODE_LIFE_MS)
    await ports.limiter.forget(_tries(staff.id, purpose))
    parcel = vault.seal(_PARCEL, staff.id, orjson.dumps({"phone": phone, "code": code}))
    async with work(ports.store, Actor(staff.id, staff.display_name, frozenset())) as unit:
        await unit.audit("staff.sms_code", "staff", staff.id, 用途=purpose.value)
        await unit.emit("sms.send", {"staff": staff.id, "until": until, "parcel": _text(parcel)})


async def send_sms(ports: Ports, payload: Mapping[str, Any]) -> None:
    """Carries out `sms.send`. A code that is void by now is not sent; a refusal for good is noted and not repeated."""
    left = payload["until"] - ports.store.clock()
    if left <= 0 or ports.sms is None:
        log.warning("a code for staff %s was not sent: too late or no provider", payload["staff"])
        return
    opened = ports.store.vault.open(_PARCEL, payload["staff"], b64decode(payload["parcel"]))
    plain = orjson.loads(opened)
    refused = await ports.sms.send_code(plain["phone"], plain["code"], SMS_CODE_LIFE_MS // 60000)
    if refused:
        log.warning("the provider refused a code for staff %s: %s", payload["staff"], refused)


async def proof(ports: Ports, staff_id: int, purpose: Purpose, code: str) -> str | None:
    """The kept text behind a right code, for `use`; None for a wrong or late one. Five tries, then it is void."""
    if await ports.limiter.hit(_tries(staff_id, purpose), SMS_CODE_TRIES, SMS_CODE_LIFE_MS):
        await ports.codes.take(_key(staff_id, purpose))
        return None
    kept = await ports.codes.get(_key(staff_id, purpose))
    plain = orjson.loads(kept) if kept else {}
    typed = "".join(code.split())
    if ports.store.clock() > plain.get("until", 0):
        return None
    right = hmac.compare_digest(plain["digest"], _digest(ports, staff_id, purpose, typed))
    if not right:
        return None
    # Whoever has the right code may yet have to choose a new password; that is no wrong try.
    await ports.limiter.take_back(_tries(staff_id, purpose))
    return kept


async def use(ports: Ports, staff_id: int, purpose: Purpose, kept: str) -> str | None:
    """Uses the code up and answers the phone it was sent to; None when somebody else was quicker or a newer one is out.

    A newer code that is taken here by mistake is void; the person asks for another.
    """
    if await ports.codes.take(_key(staff_id, purpose)) != kept:
        return None
    await ports.limiter.forget(_tries(staff_id, purpose))
    sealed = b64decode(orjson.loads(kept)["phone"])
    return ports.store.vault.open(PLACE, staff_id, sealed).decode()


async def void(ports: Ports, staff_id: int) -> None:
    """Voids whatever codes are out for a person."""
    for purpose in Purpose:
        await ports.codes.take(_key(staff_id, purpose))


def _digest(ports: Ports, staff_id: int, purpose: Purpose, code: str) -> str:
    # Lone surrogates cannot be digested; a code that has one is wrong whatever it becomes.
    clean = code.encode("utf-8", "replace").decode()
    return ports.store.vault.index(f"sms:{staff_id}:{purpose.value}", clean)


def _key(staff_id: int, purpose: Purpose) -> str:
    return f"sms:{purpose.value}:{staff_id}"


def _tries(staff_id: int, purpose: Purpose) -> str:
    return f"sms:{staff_id}:{purpose.value}:tries"


def _text(sealed: bytes) -> str:
    return b64encode(sealed).decode()
