"""Locking a name after failures in a row, whether the account exists or not."""

from __future__ import annotations

import hashlib

import orjson

from db.models.staff import Staff, StaffRole
from db.transaction import Work, work
from domain.signin import LOCK_AFTER, LOCK_MS, Standing
from services import notice
from services.ports import Ports
from services.staff.account import SYSTEM

# Failures of an existing account are kept for good. Those of other names are kept so long that nobody can tell.
_STRANGERS_MS = 30 * 24 * 3600 * 1000


async def standing_of(ports: Ports, staff: Staff | None, username: str) -> Standing:
    """How the name stands: by its account, or for a stranger by what was counted of it."""
    if staff is not None:
        return Standing(staff.failures, staff.locked_until)
    kept = await ports.codes.get(_key(username))
    return Standing(*orjson.loads(kept)) if kept else Standing()


async def failed(ports: Ports, staff: Staff | None, username: str, ip: str) -> Standing:
    """Counts a failure and answers how the name stands then; the one that locks is told to the administrators."""
    standing = await standing_of(ports, None, username) if staff is None else Standing()
    async with work(ports.store, SYSTEM) as unit:
        await unit.audit("staff.sign_in_failed", "staff", staff.id if staff else 0, 用户名=username[:60], 地址=ip)
        if staff is not None:
            row = await Staff.filter(id=staff.id).select_for_update().get()
            standing = Standing(row.failures, row.locked_until)
        if standing.locked(unit.now):
            return standing
        standing = standing.after_failure(unit.now)
        if staff is not None:
            await Staff.filter(id=staff.id).update(failures=standing.failures, locked_until=standing.locked_until)
            if standing.locked(unit.now):
                await _tell(unit, staff, ip)
    if staff is None:
        kept = orjson.dumps([standing.failures, standing.locked_until]).decode()
        await ports.codes.put(_key(username), kept, _STRANGERS_MS)
    return standing


async def _tell(unit: Work, staff: Staff, ip: str) -> None:

    minutes = LOCK_MS // 60000
    await unit.audit("staff.locked", "staff", staff.id, 账号=staff.username, 地址=ip)
    members = await StaffRole.filter(role__code="admin", staff__active=True).values_list("staff_id", flat=True)
    title = f"账号 {staff.username} 已锁定 {minutes} 分钟"
    body = f"{staff.display_name}（{staff.username}）连续 {LOCK_AFTER} 次登录失败，最后一次来自 {ip}。到时自动解锁。"
    for staff_id in sorted({int(m) for m in members}):  # type: ignore[call-overload]
        await notice.tell(unit, staff_id, title, body)


def _key(username: str) -> str:
    return "standing:" + hashlib.sha256(username.encode("utf-8", "surrogatepass")).hexdigest()
