"""One's own phone: registered with a code, shown to its owner in part, taken away again."""

from __future__ import annotations

from db.models.staff import Staff
from db.transaction import work
from domain.actor import Actor
from domain.errors import Refusal
from domain.particulars import check_phone
from domain.signin import tail_only
from services.ports import Ports
from services.staff import refusals, sms
from services.staff.password import own_password
from services.staff.sms import PLACE, Purpose


async def begin_phone(ports: Ports, actor: Actor, password: str, phone: str) -> None:
    """Sends a code to the phone; it counts once the code has come back. An earlier phone counts until then."""
    found = check_phone(phone)
    if found.problems:
        raise Refusal(*found.problems)
    if ports.sms is None:
        raise Refusal(refusals.sms_off())
    staff = await own_password(ports, actor, password, "password")
    await sms.send(ports, staff, Purpose.PHONE, found.normalized)


async def confirm_phone(ports: Ports, actor: Actor, code: str) -> None:
    """Registers the phone that the code was sent to. From now on signing in takes a code."""
    kept = await sms.proof(ports, actor.staff_id, Purpose.PHONE, code)
    phone = await sms.use(ports, actor.staff_id, Purpose.PHONE, kept) if kept else None
    if phone is None:
        raise Refusal(refusals.wrong_sms_code())
    async with work(ports.store, actor) as unit:
        sealed = ports.store.vault.seal(PLACE, actor.staff_id, phone.encode())
        await Staff.filter(id=actor.staff_id).update(phone_sealed=sealed, phone_confirmed_at=unit.now)
        await unit.audit("staff.phone_on", "staff", actor.staff_id)


async def drop_phone(ports: Ports, actor: Actor, password: str) -> None:
    """Takes the phone away; codes that are out for it are void."""
    staff = await own_password(ports, actor, password, "password")
    if not staff.phone_confirmed_at:
        raise Refusal(refusals.no_phone())
    await sms.void(ports, staff.id)
    async with work(ports.store, actor) as unit:
        await Staff.filter(id=staff.id).update(phone_sealed=None, phone_confirmed_at=0)
        await unit.audit("staff.phone_off", "staff", staff.id)


async def my_phone(ports: Ports, actor: Actor) -> str | None:
    """The actor's own confirmed phone, in part: 138****5678."""
    return shown(ports, await Staff.get(id=actor.staff_id))


def shown(ports: Ports, staff: Staff) -> str | None:
    """A confirmed phone in part; None when there is none."""
    plain = number(ports, staff)
    return tail_only(plain) if plain else None


def number(ports: Ports, staff: Staff) -> str | None:
    """The whole number of a confirmed phone."""
    if not staff.phone_confirmed_at:
        return None
    return ports.store.vault.open_text(PLACE, staff.id, staff.phone_sealed)
