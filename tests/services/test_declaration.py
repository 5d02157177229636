"""A3.1, A3.2: four channels, their workbooks by city, receipts, results by channel and from workbooks in any layout."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
import pytest
import xlsxwriter
from openpyxl import load_workbook

from app.container import Container
from app.worker import drain
from db.models.audit import Audit
from db.models.batch import Batch, BatchRow
from db.models.declaration import ChannelResult, Declaration, Feedback, ResultLayout
from db.models.enrollment import Enrollment, EnrollmentItem
from db.models.housing_account import HousingAccount
from db.models.system import Outbox
from domain.columns import ImportKind
from domain.declaration import Channel, Verdict
from domain.errors import Refusal
from services import approval, batch, declaration, file
from services.batch import Answer, ChannelAnswer, RowAnswer
from services.declaration import ResultImport
from tests.factories import HEADERS, account, checked, enrolled, key, new_staff, person, sheet

STOP = ("姓名", "证件号码", "最后缴费月", "停保原因")
SOCIAL = {"pension", "unemployment", "work_injury"}


async def submitted(container: Container, content: bytes, **about: Any) -> int:
    """A batch whose good rows wait for the channels' answers, with its declarations made."""
    batch_id = await checked(container, content, **about)
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    await batch.confirm(ports, maker, batch_id, key())
    waiting = (await approval.of_batches(reviewer, [batch_id]))[0]
    assert waiting is not None
    await approval.decide(ports, reviewer, waiting.id, True, "", key())
    await batch.submit(ports, maker, batch_id, key())
    await drain(ports)
    return batch_id


def leavers(*serials: int, reason: str = "辞职") -> bytes:
    """A termination sheet."""
    rows = [person(n) | {"最后缴费月": "2026-11", "停保原因": reason} for n in serials]
    return sheet(rows, STOP)


def workbook(headers: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> bytes:
    """A bureau's result workbook."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("结果")
    first = 0
    if title:
        page.write_string(0, 0, title)
        first = 2
    for column, header in enumerate(headers):
        page.write_string(first, column, header)
    for index, row in enumerate(rows, start=first + 1):
        for column, value in enumerate(row):
            page.write(index, column, value) if not isinstance(value, str) else page.write_string(index, column, value)
    book.close()
    return buffer.getvalue()


async def upload(container: Container, content: bytes, name: str = "结果.xlsx") -> int:
    """The specialist's upload."""
    return (await file.upload(container.ports, await account("zhuanyuan"), name, content)).id


async def opened(container: Container, row: Declaration) -> list[list[Any]]:
    """The cells of a declaration's workbook."""
    assert row.file_id is not None
    content = await file.opened(container.ports, row.file_id)
    return [list(r) for r in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]


async def items(batch_id: int) -> dict[str, set[str]]:
    """The states of the kinds that a batch began."""
    ids = await Enrollment.filter(batch_id=batch_id).values_list("id", flat=True)
    found: dict[str, set[str]] = {}
    for kind, state in await EnrollmentItem.filter(enrollment_id__in=list(ids)).values_list("kind", "state"):
        found.setdefault(str(kind), set()).add(str(state))
    return found


async def answer(container: Container, batch_id: int, channel: Channel, *rows: RowAnswer, rest: bool = True) -> None:
    maker = await account("zhuanyuan")
    await batch.record_channel(container.ports, maker, batch_id, ChannelAnswer(channel, rows, rest), key())


async def test_a_submission_makes_a_workbook_a_channel(container: Container) -> None:
    """A3.1: 北京's own forms, IDs as text, what is missing is told and not invented; run again nothing is added."""
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    rows = {r.channel: r for r in await Declaration.filter(batch_id=batch_id)}
    assert set(rows) == {"hr", "medical", "tax", "fund"}
    assert {r.layout for r in rows.values()} == {
        "beijing_hr_enroll",
        "beijing_medical_enroll",
        "general_tax_enroll",
        "general_fund_enroll",
    }
    cells = await opened(container, rows["hr"])
    assert cells[0][0] == "参保人员增加表"
    header = cells[2]
    assert header[:5] == ["序号", "姓名", "性别", "公民身份号码", "缴费人员类别"]
    first = dict(zip(header, cells[3], strict=True))
    assert first["公民身份号码"] == person(1)["证件号码"]
    assert (first["养老"], first["医疗"], first["申报月工资收入（元）"]) == ("是", "否", 10000)
    assert first["增加日期"] == "2026.11.01"
    assert first["个人缴费（恢复）原因"] is None
    fund = await opened(container, rows["fund"])
    told = dict(zip(fund[2], fund[3], strict=True))
    assert (told["变更类型"], told["缴存比例"], told["每月应缴额"]) == ("开户", "12%", 2400)
    (shown,) = [r for r in await declaration.of_batch(await account("zhuanyuan"), batch_id) if r.channel == "hr"]
    assert shown.missing == (("个人缴费（恢复）原因", 2),)
    assert (await Batch.get(id=batch_id)).declaration_file_id is not None
    await declaration.declare(container.ports, batch_id)
    assert await Declaration.filter(batch_id=batch_id).count() == 4


async def test_each_workbook_is_an_effect_of_its_own(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """A3.1: a channel and city each, so that workers share them; a crash repeats one of them and no other."""
    rows = [person(1) | {"参保城市": "北京"}, person(2) | {"参保城市": "上海", "参加险种": "养老"}]
    batch_id = await checked(container, sheet(rows, (*HEADERS, "参保城市", "参加险种")))
    ports, maker = container.ports, await account("zhuanyuan")
    await batch.confirm(ports, maker, batch_id, key())
    waiting = (await approval.of_batches(await account("zhuguan"), [batch_id]))[0]
    assert waiting is not None
    await approval.decide(ports, await account("zhuguan"), waiting.id, True, "", key())
    await batch.submit(ports, maker, batch_id, key())
    await declaration.declare(ports, batch_id)
    parts = [orjson.loads(row.payload) for row in await Outbox.filter(topic="declaration.make")]
    wanted = {(channel, "110000") for channel in ("hr", "medical", "tax", "fund")} | {
        ("hr", "310000"),
        ("tax", "310000"),
    }
    assert {(p["channel"], p["city"]) for p in parts} == wanted
    assert {(p["batch"], p["round"]) for p in parts} == {(batch_id, 1)}
    begun: list[tuple[str, str]] = []
    begin = ports.bureau.begin

    def counted(layout: Any, company: str, month: int) -> Any:
        begun.append((layout.channel.value, layout.key))
        if begun == [("fund", layout.key)]:
            raise OSError("the worker dies")
        return begin(layout, company, month)

    monkeypatch.setattr(ports.bureau, "begin", counted)
    beijing = declaration.Part(batch_id, Channel.FUND, "110000")
    with pytest.raises(OSError, match="dies"):
        await declaration.make(ports, beijing)
    assert await Declaration.all().count() == 0
    for each in parts:
        await declaration.make(ports, declaration.Part(batch_id, Channel(each["channel"]), each["city"]))
    assert len(begun) == 1 + len(wanted)
    # Effects that come twice, or the submission's own once more, make nothing anew.
    await drain(ports)
    await declaration.declare(ports, batch_id)
    await drain(ports)
    assert len(begun) == 1 + len(wanted)
    made = await Declaration.filter(batch_id=batch_id).values_list("channel", "city_code", "row_count")
    assert sorted(made) == sorted((*each, 1) for each in wanted)
    assert await Audit.filter(act="batch.declared").count() == 1
    assert (await Batch.get(id=batch_id)).declaration_file_id is not None
    shanghai = await opened(container, await Declaration.get(channel="hr", city_code="310000"))
    assert person(2)["证件号码"] in str(shanghai)
    assert person(1)["证件号码"] not in str(shanghai)


async def test_a_receipt_is_recorded_within_scope(container: Container) -> None:
    """A3.1: number and day; neither a day to come nor a stranger is taken."""
    batch_id = await submitted(container, sheet([person(1)]))
    maker = await account("zhuanyuan")
    row = await Declaration.filter(batch_id=batch_id, channel="hr").get()
    with pytest.raises(Refusal, match="day_invalid"):
        await declaration.hand_in(container.ports, maker, row.id, "R-1", date(2026, 11, 11))
    with pytest.raises(Refusal, match="number_invalid"):
        await declaration.hand_in(container.ports, maker, row.id, " ", date(2026, 11, 10))
    stranger, _ = await new_staff(container, ["batch.submit", "batch.read"], "远航物流（上海）有限公司")
    with pytest.raises(Refusal, match="not_found"):
        await declaration.hand_in(container.ports, stranger, row.id, "R-1", date(2026, 11, 10))
    assert await declaration.of_batch(stranger, batch_id) == []
    await declaration.hand_in(container.ports, maker, row.id, "京人社-2026-0001", date(2026, 11, 10))
    row = await Declaration.get(id=row.id)
    assert (row.state, row.number) == ("handed_in", "京人社-2026-0001")


async def test_kinds_begin_channel_by_channel(container: Container) -> None:
    """A3.1: accepted at 人社, failed at 公积金: the person is enrolled with the social kinds alone."""
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    await answer(container, batch_id, Channel.HR)
    found = await items(batch_id)
    assert all(found[kind] == {"effective"} for kind in SOCIAL)
    assert found["medical"] == found["housing_fund"] == {"submitted"}
    assert set(await Enrollment.filter(batch_id=batch_id).values_list("state", flat=True)) == {"effective"}
    await answer(container, batch_id, Channel.MEDICAL)
    first = (await BatchRow.filter(batch_id=batch_id).order_by("row_no").first()).row_no  # type: ignore[union-attr]
    await answer(container, batch_id, Channel.FUND, RowAnswer(first, Verdict.FAILED, "原单位未封存"))
    states = await BatchRow.filter(batch_id=batch_id).order_by("row_no").values_list("state", "result_reason")
    assert list(states) == [("rejected", "公积金：原单位未封存"), ("accepted", None)]
    assert (await items(batch_id))["housing_fund"] == {"rejected", "effective"}
    done = await Batch.get(id=batch_id)
    assert (done.state, done.accepted_rows, done.rejected_rows) == ("done", 1, 1)
    assert (await Feedback.get()).channel == "fund"
    # Tax collects: it may speak afterwards, and its refusal moves nothing but is told.
    await answer(container, batch_id, Channel.TAX, RowAnswer(first, Verdict.FAILED, "工资未申报"))
    assert await Feedback.filter(channel="tax", state="open").count() == 1
    assert await BatchRow.filter(batch_id=batch_id, state="accepted").count() == 1
    with pytest.raises(Refusal, match="row_not_waiting"):
        await answer(container, batch_id, Channel.TAX, RowAnswer(first, Verdict.ACCEPTED), rest=False)


async def test_a_leaver_stops_kind_by_kind(container: Container) -> None:
    """A3.2: stopped at 人社 and 医保, failed at 公积金: the fund stays in force, the rest ends."""
    joined = await enrolled(container, sheet([person(1)]))
    batch_id = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    assert set(await Declaration.filter(batch_id=batch_id).values_list("channel", flat=True)) == {
        "hr",
        "medical",
        "tax",
        "fund",
    }
    await answer(container, batch_id, Channel.HR)
    await answer(container, batch_id, Channel.MEDICAL)
    assert (await Enrollment.get(batch_id=joined)).state == "effective"
    row_no = (await BatchRow.get(batch_id=batch_id)).row_no
    await answer(container, batch_id, Channel.FUND, RowAnswer(row_no, Verdict.FAILED, "欠缴"), rest=False)
    found = await items(joined)
    assert {kind for kind, states in found.items() if states == {"effective"}} == {"housing_fund"}
    assert (await BatchRow.get(batch_id=batch_id)).state == "rejected"
    assert (await Enrollment.get(batch_id=joined)).last_month is None
    again = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    assert set(await Declaration.filter(batch_id=again).values_list("channel", flat=True)) == {"fund"}
    await answer(container, again, Channel.FUND)
    ended = await Enrollment.get(batch_id=joined)
    assert (ended.state, ended.last_month) == ("stopped", 202611)


async def test_all_channels_at_once_after_one_has_spoken(container: Container) -> None:
    """A3.1: the old way of recording answers what is left."""
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    maker = await account("zhuanyuan")
    first, second = await BatchRow.filter(batch_id=batch_id).order_by("row_no")
    await answer(container, batch_id, Channel.HR, RowAnswer(first.row_no, Verdict.FAILED, "已在外单位参保"))
    await batch.record(container.ports, maker, batch_id, Answer(accept_rest=True), key())
    states = dict(await BatchRow.filter(batch_id=batch_id).values_list("row_no", "state"))
    assert states == {first.row_no: "rejected", second.row_no: "accepted"}
    assert (await Batch.get(id=batch_id)).state == "done"
    assert await ChannelResult.filter(batch_id=batch_id, channel="fund", state="accepted").count() == 2


async def test_refused_answers_move_nothing(container: Container) -> None:
    """A3.1: a row of nobody, a failure without a reason, nothing at all, and another client's batch."""
    batch_id = await submitted(container, sheet([person(1)]))
    row_no = (await BatchRow.get(batch_id=batch_id)).row_no
    for rows, code in (
        ((RowAnswer(99, Verdict.ACCEPTED),), "row_not_waiting"),
        ((RowAnswer(row_no, Verdict.FAILED, " "),), "reason_needed"),
        ((), "result_empty"),
    ):
        with pytest.raises(Refusal, match=code):
            await answer(container, batch_id, Channel.HR, *rows, rest=False)
    stranger, _ = await new_staff(container, ["batch.submit"], "远航物流（上海）有限公司")
    with pytest.raises(Refusal, match="not_found"):
        given = ChannelAnswer(Channel.HR, (), True)
        await batch.record_channel(container.ports, stranger, batch_id, given, key())
    assert await ChannelResult.all().count() == 0
    assert set().union(*(await items(batch_id)).values()) == {"submitted"}


async def test_a_result_workbook_is_understood_once(container: Container) -> None:
    """A3.1: an unknown word is asked for, the layout is remembered, the second workbook needs no question."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1), person(2), person(3)]))
    headers = ("序号", "人员姓名", "公民身份号码", "经办结果", "退回原因")
    who = [(person(n)["姓名"], person(n)["证件号码"]) for n in (1, 2, 3)]
    rows = [(1, *who[0], "办理成功", ""), (2, *who[1], "打回", "姓名不符"), (3, *who[2], "", "")]
    stored = await upload(container, workbook(headers, rows, "反馈表"))
    reading = await declaration.read_result(ports, maker, stored, batch_id, Channel.HR)
    assert dict(reading.columns)["id_number"] == "公民身份号码"
    assert reading.words == (("办理成功", Verdict.ACCEPTED), ("打回", None))
    assert not reading.remembered
    assert who[0][1] not in str(reading.samples)
    wanted = ResultImport(stored, batch_id, Channel.HR)
    with pytest.raises(Refusal) as refused:
        await declaration.import_result(ports, maker, wanted, key())
    (told,) = refused.value.problems
    assert (told.code, told.row, told.column, told.value) == ("result_word_unknown", 5, "经办结果", "打回")
    assert await ChannelResult.all().count() == 0
    once = key()
    wanted = ResultImport(stored, batch_id, Channel.HR, words=(("打回", Verdict.FAILED),))
    done = await declaration.import_result(ports, maker, wanted, once)
    assert (done.accepted, done.failed, done.unanswered) == (1, 1, 1)
    await declaration.import_result(ports, maker, wanted, once)
    assert await ChannelResult.all().count() == 2
    assert (await Feedback.get()).reason == "姓名不符"
    assert await ResultLayout.all().count() == 2
    second = await upload(container, workbook(headers, [(1, *who[2], "打回", "年龄不符")], "反馈表二"))
    reading = await declaration.read_result(ports, maker, second, batch_id, Channel.HR)
    assert reading.remembered
    assert reading.words == (("打回", Verdict.FAILED),)
    done = await declaration.import_result(ports, maker, ResultImport(second, batch_id, Channel.HR), key())
    assert done.failed == 1


async def test_rows_that_cannot_be_matched_are_named(container: Container) -> None:
    """A3.1: strangers, doubles, wrong names and spoilt numbers stop the import, or are skipped and told."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    one, two, other = person(1), person(2), person(9)
    rows = [
        (one["姓名"], one["证件号码"], "成功", ""),
        (one["姓名"], one["证件号码"], "成功", ""),
        (other["姓名"], other["证件号码"], "成功", ""),
        ("李四", two["证件号码"], "成功", ""),
        (two["姓名"], 1.10105e17, "成功", ""),
    ]
    stored = await upload(container, workbook(("姓名", "证件号码", "结果", "原因"), rows))
    wanted = ResultImport(stored, batch_id, Channel.HR)
    with pytest.raises(Refusal) as refused:
        await declaration.import_result(ports, maker, wanted, key())
    assert [(p.code, p.row) for p in refused.value.problems] == [
        ("result_row_twice", 3),
        ("result_row_unknown", 4),
        ("result_name_differs", 5),
        ("id_numeric", 6),
    ]
    assert all(p.column and p.value and p.remedy for p in refused.value.problems)
    assert other["证件号码"] not in str(refused.value.problems)
    assert await ChannelResult.all().count() == 0
    skipping = ResultImport(stored, batch_id, Channel.HR, skip_unmatched=True)
    done = await declaration.import_result(ports, maker, skipping, key())
    assert (done.accepted, len(done.skipped)) == (1, 4)


async def test_columns_nobody_can_guess_are_asked_for(container: Container) -> None:
    """A3.1: headers that mean nothing to us are mapped by the clerk, once."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1)]))
    stored = await upload(container, workbook(("甲", "乙"), [(person(1)["证件号码"], "成功")]))
    with pytest.raises(Refusal, match="result_columns_needed"):
        await declaration.import_result(ports, maker, ResultImport(stored, batch_id, Channel.HR), key())
    wrong = ResultImport(stored, batch_id, Channel.HR, (("id_number", "丙"), ("result", "乙")))
    with pytest.raises(Refusal, match="result_column_unknown"):
        await declaration.import_result(ports, maker, wrong, key())
    right = ResultImport(stored, batch_id, Channel.HR, (("id_number", "甲"), ("result", "乙")))
    assert (await declaration.import_result(ports, maker, right, key())).accepted == 1
    empty = await upload(container, workbook(("甲",), []))
    with pytest.raises(Refusal, match="result_table_missing"):
        await declaration.read_result(ports, maker, empty, batch_id, Channel.HR)


async def test_account_numbers_come_with_the_fund_result(container: Container) -> None:
    """E9: the number goes into the person's account, sealed; somebody else's number refuses the whole sheet."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1), person(2)]))
    headers = ("姓名", "证件号码", "个人公积金账号", "状态")
    pair = [(person(n)["姓名"], person(n)["证件号码"]) for n in (1, 2)]
    twice = [(*pair[0], "110500001", "成功"), (*pair[1], "110500001", "成功")]
    stored = await upload(container, workbook(headers, twice))
    with pytest.raises(Refusal) as refused:
        await declaration.import_result(ports, maker, ResultImport(stored, batch_id, Channel.FUND), key())
    assert [(p.code, p.row) for p in refused.value.problems] == [("housing_account_taken", 3)]
    assert pair[0][0] not in str(refused.value.problems)
    assert await HousingAccount.all().count() == 0
    good = [(*pair[0], "110500001", "成功"), (*pair[1], "110500002", "成功")]
    stored = await upload(container, workbook(headers, good))
    await declaration.import_result(ports, maker, ResultImport(stored, batch_id, Channel.FUND), key())
    kept = await HousingAccount.all()
    assert {row.state for row in kept} == {"active"}
    assert all(row.number_sealed and b"1105" not in bytes(row.number_sealed) for row in kept)
