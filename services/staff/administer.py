"""An administrator's help: a second factor that was lost, an account that is locked."""

from __future__ import annotations

from db.models.staff import Staff, StaffScope
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.errors import Refusal
from domain.reason import stated
from services import notice
from services.ports import Ports
from services.staff import refusals, sms
from services.staff.session import end_others
from services.staff.signing import forget_failures


async def reset_second_factor(ports: Ports, actor: Actor, staff_id: int, reason: str) -> None:
    """Takes authenticator, recovery codes and phone away from somebody else, tells them, and ends their sessions."""
    actor.require("staff.manage")
    why = stated(
        reason, "重置原因", "why it is reset", "例如：手机遗失，已当面核实本人", "Say how you made sure who asked"
    )
    async with work(ports.store, actor) as unit:
        row = await _somebody_else(actor, staff_id)
        if not (row.totp_since or row.totp_sealed or row.phone_confirmed_at):
            raise Refusal(refusals.second_factor_off())
        await Staff.filter(id=row.id).update(
            totp_sealed=None, totp_since=0, totp_last_step=0, recovery=None, phone_sealed=None, phone_confirmed_at=0
        )
        await unit.audit("staff.second_factor_reset", "staff", row.id, 账号=row.username, 原因=why)
        body = f"{actor.name} 重置了您的两步验证，原因：{why}。请重新登录并重新设置；如果不是您要求的，请立即修改密码。"
        await _told_and_out(unit, row.id, "您的两步验证已被重置", body)
    await sms.void(ports, staff_id)


async def unlock(ports: Ports, actor: Actor, staff_id: int) -> None:
    """Takes the lock and the counted failures of somebody else away, tells them, and ends their sessions."""
    actor.require("staff.manage")
    async with work(ports.store, actor) as unit:
        row = await _somebody_else(actor, staff_id)
        if not row.failures and row.locked_until <= unit.now:
            raise Refusal(refusals.not_locked())
        await Staff.filter(id=row.id).update(failures=0, locked_until=0)
        await unit.audit("staff.unlocked", "staff", row.id, 账号=row.username)
        body = f"{actor.name} 解锁了您的账号。如果此前的登录失败不是您本人所为，请修改密码并告诉管理员。"
        await _told_and_out(unit, row.id, "您的账号已解锁", body)
    await forget_failures(ports, row.username)


async def _somebody_else(actor: Actor, staff_id: int) -> Staff:
    """The locked row of another active staff member whose whole scope the actor sees."""
    if staff_id == actor.staff_id:
        raise Refusal(refusals.not_for_oneself())
    row = await Staff.filter(id=staff_id, active=True).select_for_update().first()
    if row is None or not await _within(actor, staff_id):
        raise Refusal(not_found("账号", "account"))
    return row


async def _within(actor: Actor, staff_id: int) -> bool:
    if actor.scope is None:
        return True
    paths = await StaffScope.filter(staff_id=staff_id).values_list("company__path", flat=True)
    return bool(paths) and all(actor.sees(str(path)) for path in paths)


async def _told_and_out(unit: Work, staff_id: int, title: str, body: str) -> None:
    await notice.tell(unit, staff_id, title, body)
    await end_others(unit, staff_id, 0)
