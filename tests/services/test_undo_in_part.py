"""A1.1, A3.1: undoing batches of which some channels accepted what another one failed."""

from __future__ import annotations

import pytest

from app.container import Container
from app.worker import drain
from db.models.batch import Batch, BatchRow
from db.models.bill import Bill
from db.models.declaration import Feedback
from db.models.enrollment import Enrollment, EnrollmentItem
from domain.columns import ImportKind
from domain.declaration import Channel, Verdict
from domain.errors import Refusal
from services import batch, bill, feedback
from services.batch import Answer, RowAnswer
from tests.changing import OTHER, changed, of
from tests.factories import HEADERS, account, company_id, confirm_policies, enrolled, key, person, sheet
from tests.services.test_declaration import SOCIAL, answer, items, leavers, submitted

FUND = {"housing_fund"}


async def undone(container: Container, batch_id: int) -> None:
    """The specialist takes it back."""
    await batch.undo(container.ports, await account("zhuanyuan"), batch_id, "导入了错误的文件", key())


async def refused(container: Container, batch_id: int) -> list[str | None]:
    """What the refusal names; nothing may have moved."""
    before = await EnrollmentItem.all().order_by("id").values_list("id", "state", "last_month")
    with pytest.raises(Refusal, match="batch_depended_on") as raised:
        await undone(container, batch_id)
    assert await EnrollmentItem.all().order_by("id").values_list("id", "state", "last_month") == before
    assert (await Batch.get(id=batch_id)).state == "done"
    return [p.value for p in raised.value.problems]


async def in_part(container: Container, batch_id: int, *rows: int, fails: Channel = Channel.FUND) -> None:
    """Every channel accepts, and one fails these rows."""
    numbers = await BatchRow.filter(batch_id=batch_id).order_by("row_no").values_list("row_no", flat=True)
    for channel in (Channel.HR, Channel.MEDICAL, Channel.FUND):
        failed = [RowAnswer(int(numbers[row]), Verdict.FAILED, "原单位未停") for row in rows if channel is fails]  # type: ignore[call-overload]
        await answer(container, batch_id, channel, *failed)


async def in_force(batch_id: int) -> set[str]:
    """The kinds in force of the people whom a batch enrolled."""
    return {kind for kind, states in (await items(batch_id)).items() if "effective" in states}


async def number(batch_id: int) -> str:
    """A batch's number."""
    return (await Batch.get(id=batch_id)).number


async def test_what_a_failed_row_had_begun_is_taken_back(container: Container) -> None:
    """One row accepted, one in part, one nowhere: the last stays rejected, of the others nothing stays in force."""
    batch_id = await submitted(container, sheet([person(1), person(2), person(3)]))
    rows = await BatchRow.filter(batch_id=batch_id).order_by("row_no")
    nowhere = RowAnswer(rows[2].row_no, Verdict.FAILED, "证件不符")
    for channel in (Channel.HR, Channel.MEDICAL):
        await answer(container, batch_id, channel, nowhere)
    await answer(container, batch_id, Channel.FUND, nowhere, RowAnswer(rows[1].row_no, Verdict.FAILED, "未封存"))
    # Tax collects: that it accepted somebody brings nobody into the register.
    await answer(container, batch_id, Channel.TAX)
    assert await in_force(batch_id) == set(await items(batch_id)) >= {*SOCIAL, *FUND}
    await undone(container, batch_id)
    assert await in_force(batch_id) == set()
    states = await Enrollment.filter(batch_id=batch_id).order_by("id").values_list("state", flat=True)
    assert list(states) == ["voided", "voided", "rejected"]
    second, third = [r.enrollment_id for r in rows[1:]]
    kinds = dict(await EnrollmentItem.filter(enrollment_id=second).values_list("kind", "state"))
    assert kinds["housing_fund"] == "rejected"
    assert {state for kind, state in kinds.items() if kind != "housing_fund"} == {"voided"}
    assert set(await EnrollmentItem.filter(enrollment_id=third).values_list("state", flat=True)) == {"rejected"}
    left = await BatchRow.filter(batch_id=batch_id).order_by("row_no").values_list("state", flat=True)
    assert list(left) == ["withdrawn", "withdrawn", "rejected"]
    again = await enrolled(container, sheet([person(2)]))
    assert (await Batch.get(id=again)).accepted_rows == 1


async def test_a_closed_bill_of_a_failed_row_stands_in_the_way(container: Container) -> None:
    """The row is rejected, yet its social kinds were billed."""
    await confirm_policies(container)
    batch_id = await submitted(container, sheet([person(1)]))
    await in_part(container, batch_id, 0)
    ports = container.ports
    await bill.draft_month(ports, await account("zhuanyuan"), 202611, await company_id())
    await drain(ports)
    made = await Bill.get()
    await bill.confirm(ports, await account("zhuguan"), made.id, key())
    await bill.close(ports, await account("caiwu"), made.id, key())
    assert await refused(container, batch_id) == ["2026-11 已关账的账单（1 人）"]


async def test_later_batches_of_a_failed_row_stand_in_the_way(container: Container) -> None:
    """A leaver's row that failed in part, and the failed kind that was declared again, rest on the enrolment."""
    first = await submitted(container, sheet([person(1), person(2)]))
    await in_part(container, first, 1)
    gone = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    await in_part(container, gone, 0)
    assert await refused(container, first) == [f"减员批次 {await number(gone)}"]
    await undone(container, gone)
    (row,) = await Feedback.filter(batch_id=first)
    again = await feedback.again(container.ports, await account("zhuanyuan"), [row.id], key())
    await drain(container.ports)
    assert await refused(container, first) == [f"增员批次 {await number(again)}"]
    await batch.withdraw(container.ports, await account("zhuanyuan"), again, key())
    await undone(container, first)
    assert await in_force(first) == set()


async def test_a_leaver_in_part_is_enrolled_again_as_before(container: Container) -> None:
    """What the channels had ended is in force again; the kind that one of them failed never stopped."""
    joined = await enrolled(container, sheet([person(1), person(2)]))
    everything = await in_force(joined)
    gone = await submitted(container, leavers(1, 2), kind=ImportKind.TERMINATE)
    await in_part(container, gone, 0)
    await undone(container, gone)
    assert await items(joined) == {kind: {"effective"} for kind in everything}
    assert await EnrollmentItem.filter(last_month__isnull=False).count() == 0
    assert set(await Enrollment.all().values_list("state", "last_month", "stop_reason")) == {("effective", None, None)}
    assert set(await BatchRow.filter(batch_id=gone).values_list("state", flat=True)) == {"withdrawn"}


@pytest.mark.parametrize("at_once", [False, True])
async def test_only_what_the_batch_itself_had_ended_is_opened(container: Container, at_once: bool) -> None:
    """The fund ended by a second batch, by its channel or all at once: undoing that opens the fund alone."""
    joined = await enrolled(container, sheet([person(1)]))
    everything = await in_force(joined)
    first = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    await in_part(container, first, 0)
    second = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    # While the rest is under way, what it was declared on stays as it is.
    assert await refused(container, first) == [f"减员批次 {await number(second)}"]
    if at_once:
        maker = await account("zhuanyuan")
        await batch.record(container.ports, maker, second, Answer(accept_rest=True), key())
    else:
        await answer(container, second, Channel.FUND)
    assert await in_force(joined) == set()
    await undone(container, second)
    assert await in_force(joined) == FUND
    assert (await Enrollment.get(batch_id=joined)).state == "effective"
    await undone(container, first)
    assert await in_force(joined) == everything


async def test_somebody_enrolled_elsewhere_since_stays_away(container: Container) -> None:
    """The social kinds of a leaver in part went on at another company; so it is told, and the fund is not asked."""
    await enrolled(container, sheet([person(1)]))
    gone = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    await in_part(container, gone, 0)
    new = person(1) | {"起始月": "2026-12", "参加险种": "养老、失业"}
    await enrolled(container, sheet([new], (*HEADERS, "起始月", "参加险种")), company=OTHER)
    assert await refused(container, gone) == ["1 人此后已重新参保"]


async def test_the_rest_that_moved_on_stands_in_the_way(container: Container) -> None:
    """The fund of a leaver in part was transferred since: the old enrolment cannot be opened beside it."""
    await enrolled(container, sheet([person(1)]))
    gone = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    await in_part(container, gone, 0)
    move = await enrolled(container, changed(of(1, 转入单位=OTHER, 起始月="2026-12")), kind=ImportKind.TRANSFER)
    assert await refused(container, gone) == [f"单位变更批次 {await number(move)}"]
    await undone(container, move)
    await undone(container, gone)
    assert set(await Enrollment.filter(company_id=await company_id()).values_list("state", flat=True)) == {"effective"}
