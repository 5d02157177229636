"""E5: rows that come back have an owner and a day in business days; they are corrected, declared again or closed."""

from __future__ import annotations

import pytest

from app.container import Container
from app.worker import drain
from db.models.batch import Batch, BatchRow
from db.models.declaration import ChannelResult, Declaration, Feedback
from db.models.enrollment import Enrollment, EnrollmentItem
from db.models.notice import Notice
from domain.actor import Actor
from domain.blacklist import NewEntry, Subject
from domain.declaration import Channel, Verdict
from domain.errors import Refusal
from domain.feedback import FeedbackState
from services import approval, batch, blacklist, feedback, file
from services.batch import Answer, RowAnswer
from services.feedback import Filter
from services.paging import Window
from tests.factories import account, key, later, new_staff, person, sheet
from tests.services.test_declaration import answer, submitted

CORRECTION = "申报工资与劳动合同不符"


async def asked(container: Container) -> tuple[int, Feedback]:
    """A batch of two of whom 人社 wants the first one corrected."""
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    first = (await BatchRow.filter(batch_id=batch_id).order_by("row_no"))[0].row_no
    await answer(container, batch_id, Channel.HR, RowAnswer(first, Verdict.CORRECTION, CORRECTION))
    return batch_id, await Feedback.get()


async def mine(container: Container, who: Actor, **about: object) -> list[feedback.FeedbackRow]:
    page = await feedback.find(container.ports, who, Filter(**about), Window())  # type: ignore[arg-type]
    return list(page.rows)


async def test_a_rejected_row_comes_back_with_a_deadline(container: Container) -> None:
    """E5: Tuesday the 10th plus three business days is Friday the 13th; the owner is told once a recording."""
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    maker = await account("zhuanyuan")
    first = (await BatchRow.filter(batch_id=batch_id).order_by("row_no"))[0]
    given = Answer(((first.row_no, "姓名与公安信息不符"),), True)
    await batch.record(container.ports, maker, batch_id, given, key())
    (row,) = await mine(container, maker, mine=True)
    assert (row.due_day, row.days_left, row.channel, row.asked) == ("2026-11-13", 3, "", "failed")
    assert (row.row_no, row.owner_id, row.holidays_known) == (first.row_no, maker.staff_id, True)
    told = await Notice.filter(staff_id=maker.staff_id, title__contains="1 人办理失败").get()
    assert "2026-11-13" in told.body
    stranger, _ = await new_staff(container, ["batch.read"], "远航物流（上海）有限公司")
    assert await mine(container, stranger) == []
    assert await feedback.by_ids(container.ports, stranger, [row.id]) == [None]


async def test_what_is_overdue_is_told_once_to_owner_and_approvers(container: Container) -> None:
    """E5: on the morning after, and only while it is open."""
    batch_id, row = await asked(container)
    maker, reviewer = await account("zhuanyuan"), await account("zhuguan")
    late = Notice.filter(title__contains="已逾期")
    await later(container, days=3)
    await drain(container.ports)
    assert await late.count() == 0
    assert await mine(container, maker, overdue=True) == []
    await later(container, days=1)
    await drain(container.ports)
    assert await late.filter(staff_id=maker.staff_id).count() == 1
    assert await late.filter(staff_id=reviewer.staff_id).count() == 1
    (shown,) = await mine(container, maker, overdue=True)
    assert shown.days_left <= 0
    before = await late.count()
    await feedback.overdue(container.ports, batch_id, row.due_day)
    assert await late.count() == before


async def test_what_was_closed_in_time_is_not_overdue(container: Container) -> None:
    """E5: a closed correction rejects the channel's kinds; the others of the row go on."""
    batch_id, row = await asked(container)
    maker = await account("zhuanyuan")
    with pytest.raises(Refusal, match="reason_needed"):
        await feedback.close(container.ports, maker, row.id, "")
    await feedback.close(container.ports, maker, row.id, "本人放弃参保")
    with pytest.raises(Refusal, match="feedback_done"):
        await feedback.close(container.ports, maker, row.id, "再关一次")
    enrollment_id = (await BatchRow.get(id=row.batch_row_id)).enrollment_id
    states = dict(await EnrollmentItem.filter(enrollment_id=enrollment_id).values_list("kind", "state"))
    assert states["pension"] == "rejected"
    assert states["medical"] == "submitted"
    await answer(container, batch_id, Channel.MEDICAL)
    await answer(container, batch_id, Channel.FUND)
    assert (await BatchRow.get(id=row.batch_row_id)).state == "rejected"
    assert (await Enrollment.get(id=enrollment_id)).state == "effective"
    assert (await Batch.get(id=batch_id)).state == "done"
    await later(container, days=5)
    await drain(container.ports)
    assert await Notice.filter(title__contains="已逾期").count() == 0


async def test_a_corrected_row_goes_back_in_a_new_round(container: Container) -> None:
    """A3.1: checked like any row; bad values are refused, a good one is declared again alone."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id, row = await asked(container)
    assert (await BatchRow.get(id=row.batch_row_id)).state == "correction"
    await answer(container, batch_id, Channel.MEDICAL)
    await answer(container, batch_id, Channel.FUND)
    assert (await Batch.get(id=batch_id)).state == "submitted"
    for cells, code in (
        ({"base": "面议"}, "amount_unreadable"),
        ({"nonsense": "1"}, "field_unknown"),
        ({}, "cells_empty"),
        ({"id_number": person(7)["证件号码"]}, "correction_too_far"),
    ):
        with pytest.raises(Refusal, match=code):
            await feedback.correct(ports, maker, row.id, cells, key())
    assert (await Feedback.get(id=row.id)).state == "open"
    once = key()
    await feedback.correct(ports, maker, row.id, {"base": "12000", "education": "本科"}, once)
    await feedback.correct(ports, maker, row.id, {"base": "12000", "education": "本科"}, once)
    await drain(ports)
    held = await BatchRow.get(id=row.batch_row_id)
    assert (held.state, held.result_reason) == ("submitted", None)
    found = await EnrollmentItem.filter(enrollment_id=held.enrollment_id).values_list(
        "kind", "state", "declared_base_fen"
    )
    bases = {str(kind): (state, base) for kind, state, base in found}
    assert bases["pension"] == ("submitted", 1_200_000)
    assert bases["medical"] == ("effective", 1_000_000)
    second = await Declaration.get(batch_id=batch_id, round=2)
    assert (second.channel, second.row_count) == ("hr", 1)
    assert (await Feedback.get(id=row.id)).state == FeedbackState.CORRECTED
    assert await ChannelResult.filter(batch_row_id=row.batch_row_id, channel="hr").count() == 0
    await answer(container, batch_id, Channel.HR)
    assert (await BatchRow.get(id=row.batch_row_id)).state == "accepted"
    assert (await Batch.get(id=batch_id)).state == "done"


async def test_failed_rows_are_declared_again_for_the_kinds_that_failed(container: Container) -> None:
    """A3.1: a new batch, through check and approval again; what was accepted is not asked for twice."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    first = (await BatchRow.filter(batch_id=batch_id).order_by("row_no"))[0].row_no
    await answer(container, batch_id, Channel.HR)
    await answer(container, batch_id, Channel.MEDICAL)
    await answer(container, batch_id, Channel.FUND, RowAnswer(first, Verdict.FAILED, "原单位未封存"))
    (row,) = await mine(container, maker)
    with pytest.raises(Refusal, match="correction_not_asked"):
        await feedback.correct(ports, maker, row.id, {"base": "12000"}, key())
    made = await feedback.again(ports, maker, [row.id], key())
    await drain(ports)
    again = await Batch.get(id=made)
    assert (again.origin_batch_id, again.state, again.ok_rows, again.failed_rows) == (batch_id, "checked", 1, 0)
    done = await Feedback.get(id=row.id)
    assert (done.state, done.retry_batch_id) == ("repeated", made)
    await batch.confirm(ports, maker, made, key())
    waiting = (await approval.of_batches(await account("zhuguan"), [made]))[0]
    assert waiting is not None
    await approval.decide(ports, await account("zhuguan"), waiting.id, True, "", key())
    await batch.submit(ports, maker, made, key())
    await drain(ports)
    assert set(await Declaration.filter(batch_id=made).values_list("channel", flat=True)) == {"fund"}
    await batch.record(ports, maker, made, Answer(accept_rest=True), key())
    assert await EnrollmentItem.filter(kind="housing_fund", state="effective").count() == 2
    with pytest.raises(Refusal, match="feedback_done"):
        await feedback.again(ports, maker, [row.id], key())


async def failed_at_the_fund(container: Container) -> tuple[int, feedback.FeedbackRow]:
    """A finished batch of two of whom the housing fund refused the first one."""
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    first = (await BatchRow.filter(batch_id=batch_id).order_by("row_no"))[0].row_no
    await answer(container, batch_id, Channel.HR)
    await answer(container, batch_id, Channel.MEDICAL)
    await answer(container, batch_id, Channel.TAX)
    await answer(container, batch_id, Channel.FUND, RowAnswer(first, Verdict.FAILED, "原单位未封存"))
    (row,) = await mine(container, await account("zhuanyuan"))
    return batch_id, row


async def test_undoing_a_batch_closes_what_came_back_from_it(container: Container) -> None:
    """What was taken back is not declared again."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id, row = await failed_at_the_fund(container)
    await batch.undo(ports, maker, batch_id, "导入了错误的文件", key())
    done = await Feedback.get(id=row.id)
    assert (done.state, done.resolution, done.resolved_by_id) == ("closed", "批次已撤销", maker.staff_id)
    with pytest.raises(Refusal, match="feedback_done"):
        await feedback.again(ports, maker, [row.id], key())


async def test_declaring_again_is_no_way_around_the_blacklist(container: Container) -> None:
    """A4.4: as a new sheet of a blocked company is refused, so is this."""
    ports, maker = container.ports, await account("zhuanyuan")
    _, row = await failed_at_the_fund(container)
    entry = NewEntry(Subject.COMPANY, "晨光科技有限公司", "失信")
    await blacklist.add(ports, await account("admin"), entry)
    with pytest.raises(Refusal, match="company_blacklisted"):
        await feedback.again(ports, maker, [row.id], key())
    assert await Batch.all().count() == 1


async def test_declaring_again_opens_no_numbers_to_those_who_may_not_see_them(container: Container) -> None:
    """T7: the workbook that is made holds plain numbers that somebody else brought."""
    ports = container.ports
    _, row = await failed_at_the_fund(container)
    blind, _ = await new_staff(container, ["batch.read", "batch.create", "feedback.handle", "file.write"])
    made = await Batch.get(id=await feedback.again(ports, blind, [row.id], key()))
    with pytest.raises(Refusal, match="not_found"):
        await file.row(blind, made.file_id)
    assert (await file.row(await account("zhuanyuan"), made.file_id)).id == made.file_id


async def test_tax_alone_leaves_nothing_to_declare_again(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1)]))
    for channel in (Channel.HR, Channel.MEDICAL, Channel.FUND):
        await answer(container, batch_id, channel)
    row_no = (await BatchRow.get(batch_id=batch_id)).row_no
    await answer(container, batch_id, Channel.TAX, RowAnswer(row_no, Verdict.FAILED, "未申报工资"))
    (row,) = await mine(container, maker)
    with pytest.raises(Refusal, match="nothing_to_repeat"):
        await feedback.again(ports, maker, [row.id], key())
    assert await Batch.all().count() == 1


async def test_feedback_is_given_to_somebody_who_can_handle_it(container: Container) -> None:
    """E5: the new owner is told; who may not handle it, or does not see the company, cannot get it."""
    ports, maker = container.ports, await account("zhuanyuan")
    _, row = await asked(container)
    may = ["feedback.handle", "batch.read"]
    colleague, _ = await new_staff(container, may, "晨光科技有限公司")
    stranger, _ = await new_staff(container, may, "远航物流（上海）有限公司")
    reader, _ = await new_staff(container, ["batch.read"])
    for wrong in (stranger, reader):
        with pytest.raises(Refusal, match="owner_cannot_handle"):
            await feedback.assign(ports, maker, [row.id], wrong.staff_id)
    for act in (
        feedback.assign(ports, stranger, [row.id], stranger.staff_id),
        feedback.close(ports, stranger, row.id, "不管"),
    ):
        with pytest.raises(Refusal, match="not_found"):
            await act
    await feedback.assign(ports, maker, [row.id], colleague.staff_id)
    assert (await Feedback.get(id=row.id)).owner_id == colleague.staff_id
    assert await Notice.filter(staff_id=colleague.staff_id, title__contains="转来").count() == 1
    assert len(await mine(container, colleague, mine=True)) == 1
