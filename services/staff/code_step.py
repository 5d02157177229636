"""The step of signing in that takes a code: from the authenticator, from a text message, or a recovery code."""

from __future__ import annotations

from dataclasses import dataclass

from db.models.staff import Staff
from domain.errors import Problem, Refusal
from domain.signin import CodeWay, recovery_form
from services.ports import Ports
from services.staff import factor, phone, refusals, sms
from services.staff.sms import Purpose


@dataclass(frozen=True, slots=True)
class Demand:
    """Why the code does not open yet, the ways there are, and the phone in part where a message is one of them."""

    problem: Problem
    ways: tuple[CodeWay, ...]
    phone: str


async def answer(
    ports: Ports, staff: Staff, code: str, way: CodeWay | None, send: bool
) -> factor.Proof | Demand | None:
    """What the code shows, or what is asked for instead; None where the account has no second factor.

    A phone alone is a second factor as well. It stays one where messages are off by now: an account does not become
    easier to enter because a provider was lost, an administrator resets it.
    """
    if not (staff.totp_since or staff.phone_confirmed_at):
        return None
    ways = _ways(ports, staff)
    shown = (phone.shown(ports, staff) or "") if CodeWay.SMS in ways else ""
    wanted = CodeWay.SMS if send else way
    if not ways or (wanted is CodeWay.SMS and wanted not in ways):
        return Demand(refusals.sms_off() if ports.sms is None else refusals.no_phone(), ways, shown)
    if (wanted or ways[0]) is CodeWay.SMS and recovery_form(code) is None:
        found = await _by_message(ports, staff, code, shown, send)
    else:
        found = _by_authenticator(ports, staff, code)
    return found if isinstance(found, factor.Proof) else Demand(found, ways, shown)


def _ways(ports: Ports, staff: Staff) -> tuple[CodeWay, ...]:
    there = {
        CodeWay.AUTHENTICATOR: bool(staff.totp_since),
        CodeWay.SMS: bool(staff.phone_confirmed_at) and ports.sms is not None,
    }
    return tuple(way for way, is_there in there.items() if is_there)


async def _by_message(ports: Ports, staff: Staff, code: str, shown: str, send: bool) -> factor.Proof | Problem:
    if send:
        try:
            await sms.send(ports, staff, Purpose.SIGN_IN, phone.number(ports, staff) or "")
        except Refusal as refusal:
            return refusal.problems[0]
        return refusals.sms_code_needed(shown)
    if not code.strip():
        return refusals.sms_to_be_sent(shown)
    kept = await sms.proof(ports, staff.id, Purpose.SIGN_IN, code)
    return factor.Proof(sms=kept) if kept else refusals.wrong_sms_code()


def _by_authenticator(ports: Ports, staff: Staff, code: str) -> factor.Proof | Problem:
    if not code.strip():
        return refusals.code_needed()
    found = factor.proof(ports, staff, code) if staff.totp_since else None
    return found or refusals.wrong_code()
