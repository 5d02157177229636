"""A1.1: undoing a finished batch while nothing rests on it, and saying what does when something does."""

from __future__ import annotations

import pytest

from app.container import Container
from app.worker import drain
from db.models.batch import Batch, BatchRow
from db.models.bill import Bill
from db.models.enrollment import Enrollment, EnrollmentItem
from domain.columns import ImportKind
from domain.errors import Refusal
from services import batch, bill
from tests.factories import account, company_id, confirm_policies, enrolled, key, person, sheet

STOP = ("姓名", "证件号码", "最后缴费月", "停保原因")


def leaver(serial: int) -> bytes:
    """A termination sheet of one person."""
    row = person(serial)
    gone = {"姓名": row["姓名"], "证件号码": row["证件号码"], "最后缴费月": "2026-11", "停保原因": "辞职"}
    return sheet([gone], STOP)


async def test_an_undone_enrolment_leaves_the_register_and_can_come_again(container: Container) -> None:
    """The open bill says that it is out of date and is refused until it is computed again."""
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    kept = await enrolled(container, sheet([person(1)]))
    wrong = await enrolled(container, sheet([person(2), person(3)]))
    drafted = await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    with pytest.raises(Refusal, match="reason_needed"):
        await batch.undo(ports, maker, wrong, " ", key())
    await batch.undo(ports, maker, wrong, "导入了错误的文件", key())
    assert (await Batch.get(id=wrong)).state == "withdrawn"
    assert (await Batch.get(id=kept)).state == "done"
    assert sorted(await Enrollment.all().values_list("state", flat=True)) == ["effective", "voided", "voided"]
    left = await EnrollmentItem.filter(state="effective").distinct().values_list("enrollment_id", flat=True)
    assert list(left) == [(await Enrollment.get(batch_id=kept)).id]
    assert set(await BatchRow.filter(batch_id=wrong).values_list("state", flat=True)) == {"withdrawn"}
    with pytest.raises(Refusal, match="bill_incomplete"):
        await bill.confirm(ports, reviewer, drafted.bill_ids[0], key())
    await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    await bill.confirm(ports, reviewer, drafted.bill_ids[0], key())
    assert (await Bill.get()).people == 1
    again = await enrolled(container, sheet([person(2)]))
    assert (await Batch.get(id=again)).accepted_rows == 1


async def test_what_rests_on_a_batch_is_listed_and_nothing_moves(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    await confirm_policies(container)
    batch_id = await enrolled(container, sheet([person(1), person(2)]))
    await enrolled(container, leaver(2), kind=ImportKind.TERMINATE)
    drafted = await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    await bill.confirm(ports, await account("zhuguan"), drafted.bill_ids[0], key())
    await bill.close(ports, await account("caiwu"), drafted.bill_ids[0], key())
    with pytest.raises(Refusal) as refused:
        await batch.undo(ports, maker, batch_id, "想撤销", key())
    told = [p.value for p in refused.value.problems]
    assert told == ["2026-11 已关账的账单（2 人）", "减员批次 JY202611-0001"]
    assert (await Batch.get(id=batch_id)).state == "done"
    assert await Enrollment.filter(state="voided").count() == 0


async def test_an_undone_termination_brings_people_back(container: Container) -> None:
    """A1.3: unless they were enrolled again since."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1)]))
    gone = await enrolled(container, leaver(1), kind=ImportKind.TERMINATE)
    await batch.undo(ports, maker, gone, "本人未离职", key())
    back = await Enrollment.get()
    assert (back.state, back.last_month, back.stop_reason) == ("effective", None, None)
    assert set(await EnrollmentItem.all().values_list("state", flat=True)) == {"effective"}

    gone = await enrolled(container, leaver(1), kind=ImportKind.TERMINATE)
    new = person(1) | {"起始月": "2026-12"}
    headers = ("姓名", "证件号码", "申报工资", "公积金比例", "起始月")
    await enrolled(container, sheet([new], headers), company="蓝天餐饮管理有限公司")
    with pytest.raises(Refusal, match="batch_depended_on"):
        await batch.undo(ports, maker, gone, "本人未离职", key())
