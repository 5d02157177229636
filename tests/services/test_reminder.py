"""A4.3, E4: what runs out is told at 60, 30 and 7 days, once each, to who keeps it; old sign-ins are forgotten."""

from __future__ import annotations

from datetime import date

from app.container import Container
from db.clock import business_day
from db.models.notice import Notice
from db.models.staff import SignInEntry
from domain.contract import NewContract
from domain.reminder import Reminder
from domain.supplier import SupplierDetails
from services import company, reminder, supplier
from services.staff import forget_sign_ins
from tests.factories import account, company_id, later, new_staff


async def told(staff_id: int, word: str = "") -> int:
    return await Notice.filter(staff_id=staff_id, title__contains=word).count()


async def test_once_for_each_contract_and_threshold(container: Container) -> None:
    """A4.3: twice a day tells once; the next threshold tells again; a renewed or ended contract is not told of."""
    ports, admin = container.ports, await account("admin")
    row_id = await supplier.create(ports, admin, SupplierDetails("东北人力服务有限公司"))
    saved = await supplier.add_contract(ports, admin, row_id, NewContract("DB-1", date(2026, 1, 1), date(2027, 1, 9)))
    day = business_day(ports.store.clock())
    assert day == date(2026, 11, 10)
    first = await reminder.remind(ports, day)
    # The demonstration's own: one supplier within 25 days of its seed, clients within 50 and 5.
    assert (first.by_word["supplier"], first.by_word["company"]) == (2, 1)
    again = await reminder.remind(ports, day)
    assert set(again.by_word.values()) == {0}
    before = await told(admin.staff_id, "2027-01-09")
    assert before == 1
    await reminder.remind(ports, date(2026, 12, 1))
    assert await told(admin.staff_id, "2027-01-09") == before
    await reminder.remind(ports, date(2026, 12, 10))
    assert await told(admin.staff_id, "2027-01-09") == before + 1
    await supplier.renew_contract(ports, admin, saved.id, NewContract("DB-2", date(2027, 1, 10), date(2027, 12, 31)))
    await reminder.remind(ports, date(2027, 1, 5))
    assert await told(admin.staff_id, "2027-01-09") == before + 1


async def test_only_who_keeps_the_company_is_told(container: Container) -> None:
    """E4: the client's contract is told to who may change that client, and to nobody of another one."""
    ports, admin = container.ports, await account("admin")
    own, _ = await new_staff(container, ["company.write", "company.read"], "晨光科技有限公司")
    other, _ = await new_staff(container, ["company.write"], "蓝天餐饮管理有限公司")
    reader, _ = await new_staff(container, ["company.read"])
    new = NewContract("CG-9", date(2026, 1, 1), date(2026, 11, 15))
    await company.add_contract(ports, admin, await company_id(), new)
    await reminder.remind(ports, date(2026, 11, 10))
    notices = await Notice.filter(title__contains="2026-11-15")
    assert {n.staff_id for n in notices} == {admin.staff_id, own.staff_id}
    assert {n.link for n in notices} == {f"/company/{await company_id()}"}
    assert not await told(other.staff_id, "2026-11-15")
    assert not await told(reader.staff_id)
    assert [c.number for c in await company.expiring(own, date(2026, 11, 10), 7)] == ["CG-9"]
    other_reader, _ = await new_staff(container, ["company.read"], "远航物流（上海）有限公司")
    assert await company.expiring(other_reader, date(2026, 11, 10), 3660) == []


async def test_nobody_to_tell_is_told_later(container: Container) -> None:
    """What nobody could hear is not marked as told."""
    ports = container.ports
    due = Reminder(
        "roster:1:7", "试一试", "正文", permission="file.write", company_id=await company_id("蓝天餐饮管理有限公司")
    )
    silent = Reminder("roster:2:7", "没有人", "正文", permission="no.such")
    assert await reminder._tell_all(ports, [due, silent]) == 1
    assert await reminder._tell_all(ports, [due, silent]) == 0
    admin = await account("admin")
    heard = Reminder("roster:2:7", "没有人", "正文", staff_ids=(admin.staff_id,))
    assert await reminder._tell_all(ports, [heard, heard]) == 1
    assert await told(admin.staff_id, "没有人") == 1


async def test_old_sign_ins_are_forgotten(container: Container) -> None:
    """A9.1: sign-in history is kept for 180 days."""
    ports = container.ports
    now = ports.store.clock()
    for days in (179, 181, 400):
        await SignInEntry.create(
            id=ports.store.ids.one(), username="old", outcome="ok", at=now - days * 24 * 3600 * 1000
        )
    assert await forget_sign_ins(ports) == 2
    assert await SignInEntry.filter(username="old").count() == 1
    await later(container, days=2)
    assert (await reminder.remind(ports, business_day(ports.store.clock()))).cleaned == 1
