"""A1.1: undoing finished changes while nothing later rests on them, and saying what does when something does."""

from __future__ import annotations

import pytest

from app.container import Container
from db.models.batch import Batch, BatchRow
from db.models.bill import Bill, BillLine
from db.models.enrollment import Enrollment, EnrollmentBase, EnrollmentItem
from db.models.person import Person, PersonChange
from domain.columns import ImportKind
from domain.errors import Refusal
from domain.policy import Kind
from services import batch
from tests.changing import FIVE, OTHER, changed, closed, drafted, new_scheme, of, people
from tests.factories import account, confirm_policies, enrolled, id_number, key, person

WHY = "导入了错误的文件"


async def undone(container: Container, batch_id: int) -> None:
    """The batch is undone."""
    await batch.undo(container.ports, await account("zhuanyuan"), batch_id, WHY, key())
    assert (await Batch.get(id=batch_id)).state == "withdrawn"
    assert set(await BatchRow.filter(batch_id=batch_id).values_list("state", flat=True)) <= {"withdrawn", "failed"}


async def refused(container: Container, batch_id: int) -> list[str | None]:
    """What rests on the batch; nothing moves."""
    with pytest.raises(Refusal, match="batch_depended_on") as found:
        await batch.undo(container.ports, await account("zhuanyuan"), batch_id, WHY, key())
    assert (await Batch.get(id=batch_id)).state == "done"
    return [p.value for p in found.value.problems]


async def test_an_undone_base_no_longer_counts_and_the_open_bill_says_so(container: Container) -> None:
    await people(container, 1, 2)
    batch_id = await enrolled(container, changed(of(1, 新申报基数="12000")), kind=ImportKind.BASE_CHANGE)
    await drafted(container, 202611)
    await undone(container, batch_id)
    assert set(await EnrollmentBase.all().values_list("voided_at", flat=True)) != {0}
    assert "bill_stale" in (await Bill.get()).problems
    await drafted(container, 202611)
    assert set(await BillLine.filter(kind="pension").values_list("base_fen", flat=True)) == {1_000_000}
    again = await enrolled(container, changed(of(1, 新申报基数="13000")), kind=ImportKind.BASE_CHANGE)
    assert (await Batch.get(id=again)).accepted_rows == 1


async def test_what_rests_on_a_base_is_listed(container: Container) -> None:
    """A closed bill that was computed with it, a later base, a termination; none of them is touched."""
    await confirm_policies(container)
    await people(container, 1, 2)
    await closed(container, 202609)
    batch_id = await enrolled(
        container, changed(of(1, 新申报基数="12000", 起始月="2026-10")), kind=ImportKind.BASE_CHANGE
    )
    await closed(container, 202610)
    later = await enrolled(container, changed(of(1, 新申报基数="15000")), kind=ImportKind.BASE_CHANGE)
    gone = await enrolled(container, changed(of(1, 最后缴费月="2026-12", 停保原因="辞职")), kind=ImportKind.TERMINATE)
    numbers = {i: (await Batch.get(id=i)).number for i in (later, gone)}
    told = await refused(container, batch_id)
    assert set(told) == {
        f"基数变更批次 {numbers[later]}",
        f"减员批次 {numbers[gone]}",
        "2026-10 已关账的账单（1 人）",
    }
    assert await EnrollmentBase.filter(voided_at=0).count() == 2
    await undone(container, gone)
    assert await EnrollmentBase.filter(voided_at=0).count() == 2
    assert (await Enrollment.get(id=(await EnrollmentBase.all())[0].enrollment_id)).state == "effective"
    await undone(container, later)
    assert await refused(container, batch_id) == ["2026-10 已关账的账单（1 人）"]


async def test_an_undone_scheme_change_brings_the_old_enrolment_back(container: Container) -> None:
    await people(container, 1)
    await enrolled(container, changed(of(1, 新申报基数="14000", 起始月="2027-02")), kind=ImportKind.BASE_CHANGE)
    await new_scheme(container, "五险一金八", *FIVE, Kind.HOUSING_FUND)
    row = changed(of(1, 新方案="五险一金八", 起始月="2026-12"))
    batch_id = await enrolled(container, row, kind=ImportKind.SCHEME_CHANGE)
    await undone(container, batch_id)
    old, new = await Enrollment.all().order_by("id")
    assert (old.state, old.last_month, old.stop_reason, new.state) == ("effective", None, None, "voided")
    assert set(await EnrollmentItem.filter(enrollment_id=old.id).values_list("state", "last_month")) == {
        ("effective", None)
    }
    assert await EnrollmentBase.filter(voided_at=0).values_list("enrollment_id", flat=True) == [old.id]


async def test_an_undone_transfer_and_what_stands_in_its_way(container: Container) -> None:
    """A stop at the new company and the closed bills of both companies rest on the transfer."""
    await confirm_policies(container)
    await people(container, 1, 2, start="2026-11")
    move = changed(of(1, 转入单位=OTHER, 起始月="2026-12"))
    batch_id = await enrolled(container, move, kind=ImportKind.TRANSFER)
    gone = changed(of(1, 最后缴费月="2026-12", 停保原因="辞职"))
    stop = await enrolled(container, gone, kind=ImportKind.TERMINATE, company=OTHER)
    assert await refused(container, batch_id) == [f"减员批次 {(await Batch.get(id=stop)).number}"]
    await undone(container, stop)
    await undone(container, batch_id)
    states = await Enrollment.filter(person_id=(await Person.get(name=person(1)["姓名"])).id).order_by("id")
    assert [(e.state, e.last_month) for e in states] == [("effective", None), ("voided", None)]
    again = await enrolled(container, move, kind=ImportKind.TRANSFER)
    for month in (202611, 202612):
        await closed(container, month)
    assert await refused(container, again) == ["2026-12 已关账的账单（1 人）"]


async def test_particulars_are_put_back_unless_they_changed_again(container: Container) -> None:
    """B10: also the document number, if nobody else has it by now."""
    await people(container, 1, 2)
    before = await Person.get(name=person(1)["姓名"])
    first = await enrolled(
        container,
        changed(of(1, 新姓名="张更名", 新证件号码=id_number(777, "19910203"))),
        kind=ImportKind.PARTICULARS,
    )
    again = {"姓名": "张更名", "证件号码": id_number(777, "19910203"), "新姓名": "张又更名"}
    second = await enrolled(container, changed(again), kind=ImportKind.PARTICULARS)
    assert await refused(container, first) == ["1 人的信息此后又有变更"]
    await undone(container, second)
    assert (await Person.get(id=before.id)).name == "张更名"
    await undone(container, first)
    after = await Person.get(id=before.id)
    assert (after.name, after.id_number_index, after.birth) == (before.name, before.id_number_index, before.birth)
    vault = container.ports.store.vault
    assert vault.open_text("person.id_number", before.id, after.id_number_sealed) == person(1)["证件号码"]
    assert await PersonChange.filter(voided_at=0).count() == 0


async def test_a_former_document_number_that_somebody_else_has_stays_theirs(container: Container) -> None:
    """B10: a corrected number was another person's, who was enrolled with it since."""
    await people(container, 1)
    fixed = await enrolled(
        container, changed(of(1, 新证件号码=id_number(777, "19910203"))), kind=ImportKind.PARTICULARS
    )
    await people(container, 1)
    assert await refused(container, fixed) == ["1 人原来的证件号码现已属于别人"]
