"""What has to be told day by day: contracts and papers that run out. An operator's clock runs it once a day.

A word takes part with a function in REMINDERS that answers what is due on a day; it need not know what was told
before. Every reminder is told once for ever, by its key, however often the day is run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from db.sql import fetch, marks
from db.transaction import Work, once, work
from domain.reminder import Reminder
from services import company, export, notice, roster, staff, supplier
from services.ports import Ports
from services.staff import SYSTEM

Due = Callable[[Ports, date], Awaitable[list[Reminder]]]

REMINDERS: dict[str, Due] = {
    "supplier": supplier.due,
    "company": company.due,
    "export": export.cleanup,
    "roster": roster.due_reminders,
}
"""Word → what is due on a day."""

ACT = "reminder"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What one run told, by word, and how much of what is kept for a time was cleaned away."""

    by_word: dict[str, int]
    cleaned: int = 0


async def remind(ports: Ports, day: date) -> Told:
    """Tells what is due on the day and was not told yet. Running it again tells nothing twice."""
    told: dict[str, int] = {}
    for word, due in REMINDERS.items():
        told[word] = await _tell_all(ports, await due(ports, day))
    cleaned = await staff.forget_sign_ins(ports)
    async with work(ports.store, SYSTEM) as unit:
        await unit.audit("reminder.run", "reminder", 0, 日期=day.isoformat(), 提醒=sum(told.values()), 清理=cleaned)
    return Told(told, cleaned)


async def _tell_all(ports: Ports, reminders: Sequence[Reminder]) -> int:
    told = 0
    listeners: dict[tuple[str, str], list[int]] = {}
    for start in range(0, len(reminders), _CHUNK):
        chunk = reminders[start : start + _CHUNK]
        known = await _known([r.key for r in chunk])
        paths = await _paths([r.company_id for r in chunk if r.company_id is not None])
        for each in chunk:
            if each.key not in known:
                told += await _tell(ports, each, await _listeners(each, paths, listeners))
    return told


async def _tell(ports: Ports, reminder: Reminder, staff_ids: Sequence[int]) -> bool:
    """Tells it unless another run has done so meanwhile; False then, and where there is nobody to tell."""
    if not staff_ids:
        # Not noted as told: whoever gets the permission tomorrow is told tomorrow.
        return False
    ran: list[int] = []

    async def run(unit: Work) -> int:
        for staff_id in staff_ids:
            await notice.tell(unit, staff_id, reminder.title, reminder.body, reminder.link)
        ran.append(1)
        return staff_ids[0]

    await once(ports.store, SYSTEM, ACT, reminder.key, {}, run)
    return bool(ran)


async def _listeners(
    reminder: Reminder, paths: dict[int, str], known: dict[tuple[str, str], list[int]]
) -> Sequence[int]:
    if reminder.staff_ids:
        return reminder.staff_ids
    path = "/" if reminder.company_id is None else paths.get(reminder.company_id, "/")
    who = (reminder.permission, path)
    if who not in known:
        known[who] = await staff.holders(*who)
    return known[who]


async def _known(keys: Sequence[str]) -> set[str]:
    """Which of the keys were told before."""
    sql = f"SELECT `key` FROM idempotency WHERE actor_id = ? AND act = ? AND `key` IN ({marks(keys)})"
    return {r["key"] for r in await fetch(sql, [SYSTEM.staff_id, ACT, *keys])}


async def _paths(company_ids: Sequence[int]) -> dict[int, str]:
    if not company_ids:
        return {}
    ids = sorted(set(company_ids))
    return {r["id"]: r["path"] for r in await fetch(f"SELECT id, path FROM company WHERE id IN ({marks(ids)})", ids)}
