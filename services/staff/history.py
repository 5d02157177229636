"""Who signed in or tried to, and from where: written by signing, kept for half a year."""

from __future__ import annotations

from dataclasses import dataclass

from db.models.staff import SignInEntry, Staff
from db.sql import execute, fetch_tuples, marks
from db.transaction import work
from domain.actor import Actor
from domain.signin import DAY_MS, Step
from services.paging import Page, Window, page_of
from services.ports import Ports
from services.staff.account import SYSTEM

KEPT_DAYS = 180
CHUNK = 2000
NOTED, NOTED_WINDOW_MS = 100, 15 * 60 * 1000
"""So many attempts of an address in 15 minutes are noted: a locked door knocked at for ever fills no table."""

_WORDS = {
    "account_locked": "locked",
    "captcha_needed": "captcha",
    "wrong_captcha": "captcha",
    "code_needed": "code",
    "sms_code_needed": "code",
    "sms_to_be_sent": "code",
    "wrong_sms_code": "wrong_code",
    "new_password_needed": "new_password",
}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One attempt; `outcome` is ok, wrong_password, wrong_code, locked, captcha, code, new_password, inactive, …"""

    id: int
    staff_id: int | None
    username: str
    outcome: str
    ip: str
    user_agent: str
    at: int


async def note(
    ports: Ports, staff: Staff | None, username: str, step: Step, code: str, ip: str, user_agent: str
) -> None:
    """Writes down what became of an attempt: `code` is the first problem's, "" where somebody got in."""
    outcome = "ok" if step is Step.DONE else _WORDS.get(code, code or step.value)[:24]
    if staff is not None and not staff.active:
        outcome = "inactive"
    if outcome != "ok" and await ports.limiter.hit(f"signin:noted:{ip}", NOTED, NOTED_WINDOW_MS):
        return
    async with work(ports.store, SYSTEM) as unit:
        await SignInEntry.create(
            id=unit.new_id(),
            staff_id=staff.id if staff else None,
            username=username[:60],
            outcome=outcome,
            ip=ip[:64],
            user_agent=user_agent[:255],
            at=unit.now,
        )


async def my_sign_ins(actor: Actor, window: Window) -> Page[EntryRow]:
    """The actor's own attempts, newest first."""
    return await of_staff(actor.staff_id, window)


async def of_staff(staff_id: int, window: Window) -> Page[EntryRow]:
    """The attempts of an account, newest first. The caller has checked that the account is theirs to see."""
    query = SignInEntry.filter(staff_id=staff_id)
    total = await query.count()
    if window.before_id:
        query = query.filter(id__lt=window.before_id)
    rows = await query.order_by("-id").limit(window.first + 1).values(*EntryRow.__dataclass_fields__)
    return page_of([EntryRow(**r) for r in rows], window, total)


async def forget_sign_ins(ports: Ports) -> int:
    """Deletes what is older than it is kept; answers how many entries."""
    before, gone = ports.store.clock() - KEPT_DAYS * DAY_MS, 0
    sql = "SELECT id FROM sign_in_entry WHERE at < ? ORDER BY at LIMIT ?"
    while ids := [row[0] for row in await fetch_tuples(sql, [before, CHUNK])]:
        async with work(ports.store, SYSTEM):
            await execute(f"DELETE FROM sign_in_entry WHERE id IN ({marks(ids)})", ids)
        gone += len(ids)
    return gone
