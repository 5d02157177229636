"""A1.1, E1: new bases of people who are enrolled, from the sheet to the register and the bill."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.container import Container
from app.worker import drain
from db.models.batch import Batch, BatchRow
from db.models.bill import BillLine
from db.models.enrollment import Enrollment, EnrollmentBase, EnrollmentItem
from db.sql import fetch_value
from domain.columns import ImportKind
from domain.declaration import Channel
from domain.errors import Refusal
from services import batch, file
from services.batch.channel import ChannelAnswer
from tests.changing import OTHER, accepted, approved, changed, closed, codes, drafted, lines, of, people
from tests.factories import (
    account,
    checked,
    company_id,
    confirm_policies,
    enrolled,
    key,
    new_staff,
    person,
    sheet,
)


async def test_a_new_base_holds_from_its_month_on(container: Container) -> None:
    """A1.1: the register keeps the first base and knows the new one; the bill of the month takes it."""
    await people(container, 1, 2)
    content_ = changed(of(1, 新申报基数="12000", 公积金新比例="8%", 起始月="2026-11", 原因="调薪"))
    batch_id = await enrolled(container, content_, kind=ImportKind.BASE_CHANGE)
    made = await Batch.get(id=batch_id)
    assert (made.number, made.state, made.accepted_rows) == ("YD202611-0001", "done", 1)
    facts = await EnrollmentBase.all().order_by("scope").values("scope", "from_month", "base_fen", "housing_rate_ppm")
    assert [tuple(f.values()) for f in facts] == [
        ("fund", 202611, 1_000_000, 80_000),
        ("social", 202611, 1_200_000, None),
    ]
    assert set(await EnrollmentItem.all().values_list("declared_base_fen", flat=True)) == {1_000_000}
    await drafted(container, 202611)
    bases = await BillLine.filter(kind="pension").order_by("base_fen").values_list("base_fen", flat=True)
    assert list(bases) == [1_000_000, 1_200_000]
    rates = await BillLine.filter(kind="housing_fund").order_by("employer_rate_ppm")
    assert [(r.base_fen, r.employer_rate_ppm) for r in rates] == [(1_000_000, 80_000), (1_000_000, 120_000)]


async def test_a_new_base_over_closed_months_is_settled_on_the_next_bill(container: Container) -> None:
    """A1.1: the closed months get difference lines, the open one its own line; a later base on file ends it."""
    await confirm_policies(container)
    await people(container, 1)
    for month in (202609, 202610):
        await closed(container, month)
    await enrolled(container, changed(of(1, 新申报基数="15000", 起始月="2027-01")), kind=ImportKind.BASE_CHANGE)
    batch_id = await checked(
        container, changed(of(1, 新申报基数="12000", 起始月="2026-10")), kind=ImportKind.BASE_CHANGE
    )
    assert await codes(container, batch_id) == {4: ["differences_follow", "later_base_on_file"]}
    await accepted(container, batch_id)
    await drafted(container, 202611)
    found = await lines(202611)
    assert found["pension", "normal", 202611] == (1_200_000, 192_000)
    assert found["pension", "difference", 202610] == (1_200_000, 32_000)
    assert ("pension", "difference", 202609) not in found
    assert found["housing_fund", "normal", 202611][0] == 1_000_000


async def test_every_mistake_in_a_new_base_is_named(container: Container) -> None:
    """A1.1: absurd, clamped and unchanged bases, months out of range, people who are not here."""
    await people(container, 1, 2, 3, 4, 5, 6, 7, 8)
    rows = [
        of(1, 新申报基数="9999999", 起始月="2026-11"),
        of(2, 新申报基数="100", 起始月="2026-11"),
        of(3, 新申报基数="10000", 起始月="2026-11"),
        of(4, 新申报基数="12000", 起始月="2026-08"),
        of(5, 新申报基数="12000", 起始月="2027-12"),
        of(6, 新申报基数="0", 起始月="2026-11"),
        of(7, 公积金新比例="15%", 起始月="2026-11"),
        of(8, 起始月="2026-11"),
        of(9, 新申报基数="12000"),
    ]
    found = await codes(container, await checked(container, changed(*rows), kind=ImportKind.BASE_CHANGE))
    assert found[4] == ["base_far_above_max"]
    assert set(found[5]) == {"base_below_min"}
    assert found[6] == ["no_change"]
    assert found[7] == ["from_before_start"]
    assert found[8] == ["month_too_late"]
    assert found[9] == ["base_not_positive"]
    assert found[10] == ["housing_rate_out_of_range"]
    assert found[11] == ["nothing_to_change"]
    assert found[12] == ["not_enrolled"]


async def test_of_two_batches_that_change_one_person_one_row_is_refused(container: Container) -> None:
    """A1.1: both passed the check; submitted at the same moment, one goes and the other is told."""
    await people(container, 1, 2)
    ports, maker = container.ports, await account("zhuanyuan")
    ids = []
    for base, others in (("12000", [2]), ("13000", [])):
        rows = [of(serial, 新申报基数=base) for serial in (1, *others)]
        ids.append(await checked(container, changed(*rows), kind=ImportKind.BASE_CHANGE))
    for batch_id in ids:
        await approved(container, batch_id)
    await asyncio.gather(*(batch.submit(ports, maker, batch_id, key()) for batch_id in ids))
    states = await BatchRow.filter(batch_id__in=ids, person_name=person(1)["姓名"]).values("state", "result_reason")
    assert sorted(r["state"] for r in states) == ["rejected", "submitted"]
    reasons = [r["result_reason"] for r in states if r["state"] == "rejected"]
    assert reasons == ["已有一笔异动在办理，请待其办结后再提交"]
    for batch_id in ids:
        if (await Batch.get(id=batch_id)).state == "submitted":
            await batch.record(ports, maker, batch_id, batch.Answer(accept_rest=True), key())
    assert await EnrollmentBase.filter(enrollment_id=(await Enrollment.all().order_by("id"))[0].id).count() == 1
    again = await checked(container, changed(of(1, 新申报基数="14000")), kind=ImportKind.BASE_CHANGE)
    assert await codes(container, again) == {4: []}


async def test_a_yearly_change_needs_the_persons_word_and_begins_with_the_period(container: Container) -> None:
    """E1: the period's first month by default, the confirmation of each person, and who is missing is counted."""
    await people(container, 1, 2, 3, 4, start="2026-05")
    rows = [
        of(1, 新申报基数="12000", 公积金新基数="12000", 本人确认="是"),
        of(2, 新申报基数="12000", 本人确认="否"),
        of(3, 新申报基数="12000", 本人确认=""),
        of(5, 新申报基数="12000", 本人确认="2026-07-15"),
    ]
    batch_id = await checked(container, changed(*rows), kind=ImportKind.ANNUAL_BASE)
    found = await codes(container, batch_id)
    assert "not_confirmed_by_person" in found[5]
    assert "not_confirmed_by_person" in found[6]
    assert found[7] == ["not_enrolled"]
    made = await Batch.get(id=batch_id)
    assert made.number == "TJ202611-0001"
    notice = [p for p in (await batch.one(await account("zhuanyuan"), batch_id)).failure if p.code == "people_missing"]
    assert [p.value for p in notice] == ["1 人"]
    await accepted(container, batch_id)
    facts = await EnrollmentBase.all().order_by("scope").values_list("scope", "from_month", "base_fen")
    pension = await fetch_value(
        "SELECT effective_from FROM policy WHERE city_code = '110000' AND kind = 'pension' AND category = 'employee' "
        "AND retired_at = 0 AND effective_from <= 202611 AND (effective_to IS NULL OR effective_to >= 202611)"
    )
    fund = await fetch_value(
        "SELECT effective_from FROM policy WHERE city_code = '110000' AND kind = 'housing_fund' AND retired_at = 0 "
        "AND category = 'employee' AND effective_from <= 202611 AND (effective_to IS NULL OR effective_to >= 202611)"
    )
    assert list(facts) == [("fund", max(fund, 202605), 1_200_000), ("social", max(pension, 202605), 1_200_000)]


async def test_the_yearly_workbook_comes_back_as_it_went_out(container: Container) -> None:
    """E1: roster, present bases and limits; only for those who may see document numbers."""
    await people(container, 1, 2)
    ports, maker = container.ports, await account("zhuanyuan")
    stranger, _ = await new_staff(container, {"batch.create", "company.read"})
    with pytest.raises(Refusal, match="forbidden"):
        await batch.annual_base_template(ports, stranger, await company_id())
    outsider, _ = await new_staff(container, {"batch.create", "person.reveal"}, company=OTHER)
    with pytest.raises(Refusal, match="not_found"):
        await batch.annual_base_template(ports, outsider, await company_id())
    file_id = await batch.annual_base_template(ports, maker, await company_id())
    _, raw = await file.content(ports, maker, file_id)
    rows = ports.sheets.read(raw, "调基.xlsx")[0].rows
    header = [str(name) for name in next(row for row in rows if "姓名" in row)]
    first = dict(zip(header, rows[1], strict=False))
    assert (first["姓名"], first["证件号码"]) == (person(1)["姓名"], person(1)["证件号码"])
    assert (first["当前基数（社保）"], first["当前基数（公积金）"], first["当前比例（公积金）"]) == (
        10_000,
        10_000,
        "12%",
    )
    assert first["下限（社保）"]
    assert first["上限（公积金）"]
    assert first["新申报基数"] is None
    new = {"新申报基数": 13000, "本人确认": "是"}
    filled: list[dict[str, Any]] = [{**dict(zip(header, row, strict=False)), **new} for row in rows[1:]]
    batch_id = await enrolled(container, sheet(filled, header), kind=ImportKind.ANNUAL_BASE)
    assert (await Batch.get(id=batch_id)).accepted_rows == 2
    assert set(await EnrollmentBase.all().values_list("scope", "base_fen")) == {("social", 1_300_000)}


async def test_a_change_is_handed_in_as_one_list_and_answered_as_a_whole(container: Container) -> None:
    """A1.1, A2: the list of the batch names the new bases; no channel answers for half of a change."""
    await people(container, 1)
    batch_id = await checked(
        container, changed(of(1, 新申报基数="12000", 公积金新基数="12000")), kind=ImportKind.BASE_CHANGE
    )
    await approved(container, batch_id)
    ports, maker = container.ports, await account("zhuanyuan")
    await batch.submit(ports, maker, batch_id, key())
    await drain(ports)
    made = await Batch.get(id=batch_id)
    assert made.declaration_file_id is not None
    _, raw = await file.content(ports, maker, made.declaration_file_id)
    shown = [row for row in ports.sheets.read(raw, "基数变更表.xlsx")[0].rows if row[1] == person(1)["姓名"]]
    assert shown[0][3:6] == [12_000, 12_000, None]
    with pytest.raises(Refusal, match="result_not_by_channel"):
        await batch.record_channel(ports, maker, batch_id, ChannelAnswer(Channel.HR, (), accept_rest=True), key())
    assert await EnrollmentBase.all().count() == 0
    await batch.record(ports, maker, batch_id, batch.Answer(((4, "材料不全"),)), key())
    assert (await Batch.get(id=batch_id)).state == "done"
    assert await EnrollmentBase.all().count() == 0
