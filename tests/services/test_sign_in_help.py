"""B1: an administrator resets a second factor and unlocks an account; nobody does so for oneself."""

from __future__ import annotations

import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.notice import Notice
from db.models.staff import Session, Staff
from db.sql import fetch
from domain.errors import Refusal
from domain.signin import LOCK_AFTER, Step
from services import staff
from tests.factories import new_staff
from tests.services.test_sign_in import PASSWORD, attempt, codes, enrolled

REASON = "手机遗失，已当面核实"


async def _untouched(staff_id: int) -> list[dict]:
    return [
        *await fetch("SELECT * FROM staff WHERE id = ?", [staff_id]),
        *await fetch("SELECT * FROM session WHERE staff_id = ? ORDER BY id", [staff_id]),
        *await fetch("SELECT COUNT(*) AS n FROM audit WHERE act IN ('staff.second_factor_reset', 'staff.unlocked')"),
    ]


async def test_a_lost_second_factor_is_reset(container: Container) -> None:
    """The person gets in with the password alone, is told who did it and why, and every session has ended."""
    admin, _ = await new_staff(container, ["staff.manage"])
    actor, username, _, _ = await enrolled(container)
    row = await Staff.get(id=actor.staff_id)
    await Session.create(
        id=container.ports.store.ids.one(),
        staff_id=row.id,
        token_hash="0" * 64,
        created_at=1,
        last_seen_at=1,
        expires_at=container.ports.store.clock() + 1000,
    )
    assert (await attempt(container, username)).step is Step.CODE
    await staff.reset_second_factor(container.ports, admin, actor.staff_id, REASON)
    await row.refresh_from_db()
    assert (row.totp_sealed, row.totp_since, row.recovery, row.phone_sealed) == (None, 0, None, None)
    assert not await Session.filter(staff_id=row.id, revoked_at=0).exists()
    told = await Notice.get(staff_id=row.id)
    assert REASON in told.body
    line = await Audit.get(act="staff.second_factor_reset")
    assert (line.actor_id, line.subject_id, REASON in line.detail) == (admin.staff_id, row.id, True)
    assert (await attempt(container, username)).step is Step.DONE
    with pytest.raises(Refusal, match="second_factor_off"):
        await staff.reset_second_factor(container.ports, admin, actor.staff_id, REASON)


async def test_a_locked_account_is_unlocked(container: Container) -> None:
    """The right password opens at once, without a captcha; without a lock there is nothing to do."""
    admin, _ = await new_staff(container, ["staff.manage"])
    actor, username = await new_staff(container, [], password=PASSWORD)
    with pytest.raises(Refusal, match="not_locked"):
        await staff.unlock(container.ports, admin, actor.staff_id)
    for _ in range(LOCK_AFTER):
        await attempt(container, username, "wrong")
    assert codes(await attempt(container, username)) == ["account_locked"]
    await staff.unlock(container.ports, admin, actor.staff_id)
    assert await Audit.filter(act="staff.unlocked", actor_id=admin.staff_id, subject_id=actor.staff_id).exists()
    assert await Notice.filter(staff_id=actor.staff_id, title="您的账号已解锁").exists()
    await container.ports.limiter.forget("signin:ip:192.0.2.1")
    given = staff.Attempt(username, PASSWORD, "192.0.2.1", "test")
    assert (await staff.sign_in(container.ports, given)).step is Step.DONE


async def test_who_may_not_and_what_then_stays(container: Container) -> None:
    """Without the permission, for oneself, out of scope, without a reason: refused, and nothing moved."""
    admin, _ = await new_staff(container, ["staff.manage"])
    clerk, _ = await new_staff(container, ["audit.read"])
    branch, _ = await new_staff(container, ["staff.manage"], company="晨光科技有限公司")
    actor, username, _, _ = await enrolled(container)
    for _ in range(3):
        await attempt(container, username, "wrong")
    before = await _untouched(actor.staff_id)
    refused = [
        (clerk, actor.staff_id, REASON, "forbidden"),
        (actor, actor.staff_id, REASON, "forbidden"),
        (branch, actor.staff_id, REASON, "not_found"),
        (admin, actor.staff_id, "  ", "reason_needed"),
        (admin, 1, REASON, "not_found"),
        (admin, admin.staff_id, REASON, "not_for_oneself"),
    ]
    for who, whom, reason, code in refused:
        with pytest.raises(Refusal, match=code):
            await staff.reset_second_factor(container.ports, who, whom, reason)
        if code != "reason_needed":
            with pytest.raises(Refusal, match=code):
                await staff.unlock(container.ports, who, whom)
    assert await _untouched(actor.staff_id) == before


async def test_a_branch_administrator_helps_those_of_the_branch(container: Container) -> None:
    branch, _ = await new_staff(container, ["staff.manage"], company="晨光科技有限公司")
    inside, _ = await new_staff(container, [], company="晨光科技有限公司", password=PASSWORD)
    other, _ = await new_staff(container, [], company="蓝天餐饮管理有限公司", password=PASSWORD)
    await Staff.filter(id__in=[inside.staff_id, other.staff_id]).update(failures=2)
    await staff.unlock(container.ports, branch, inside.staff_id)
    with pytest.raises(Refusal, match="not_found"):
        await staff.unlock(container.ports, branch, other.staff_id)
    failures = (
        await Staff.filter(id__in=[inside.staff_id, other.staff_id]).order_by("id").values_list("failures", flat=True)
    )
    assert list(failures) == [0, 2]
