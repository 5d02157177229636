"""A3.1, A3.2: what a result import remembers and for whom, what it answers twice, and leavers whom tax concerns."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.batch import BatchRow
from db.models.declaration import ChannelResult, Declaration, ResultLayout
from domain.columns import ImportKind
from domain.declaration import Channel, Verdict, fingerprint
from domain.errors import Refusal
from services import batch, declaration
from services.batch import Answer, RowAnswer
from services.declaration import ResultImport
from tests.factories import account, enrolled, key, person, sheet
from tests.services.test_declaration import answer, leavers, submitted, upload, workbook

HEADERS = ("姓名", "证件号码", "办理结果", "退回原因")
OTHER = "远航物流（上海）有限公司"


def results(*said: tuple[int, str]) -> bytes:
    """A result workbook: who, and the word for it."""
    return workbook(HEADERS, [(person(n)["姓名"], person(n)["证件号码"], word, "") for n, word in said])


async def test_tax_still_concerns_a_leaver_whose_kinds_have_ended(container: Container) -> None:
    """A3.2: its workbook was made with the submission; its results are taken after 人社 and 医保 have accepted."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1), person(2)]))
    batch_id = await submitted(container, leavers(1, 2), kind=ImportKind.TERMINATE)
    for channel in (Channel.HR, Channel.MEDICAL):
        await answer(container, batch_id, channel)
    stored = await upload(container, results((1, "成功")))
    done = await declaration.import_result(ports, maker, ResultImport(stored, batch_id, Channel.TAX), key())
    assert done.accepted == 1
    await answer(container, batch_id, Channel.FUND)
    assert set(await BatchRow.filter(batch_id=batch_id).values_list("state", flat=True)) == {"accepted"}
    stored = await upload(container, results((2, "成功")))
    done = await declaration.import_result(ports, maker, ResultImport(stored, batch_id, Channel.TAX), key())
    assert done.accepted == 1
    assert await ChannelResult.filter(batch_id=batch_id, channel="tax", state="accepted").count() == 2


async def test_tax_concerns_leavers_who_were_recorded_at_once(container: Container) -> None:
    """A3.2: the old way of recording ends every kind, and tax may speak after it."""
    batch_id = await enrolled(container, sheet([person(1)]))
    batch_id = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    await batch.record(container.ports, await account("zhuanyuan"), batch_id, Answer(accept_rest=True), key())
    await answer(container, batch_id, Channel.TAX)
    assert await ChannelResult.filter(batch_id=batch_id, channel="tax").count() == 1


async def test_tax_does_not_concern_who_left_the_fund_alone(container: Container) -> None:
    """A3.2: kinds that an earlier batch ended are not of this submission, whatever has been answered since."""
    await enrolled(container, sheet([person(1)]))
    first = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    await answer(container, first, Channel.HR)
    await answer(container, first, Channel.MEDICAL)
    row_no = (await BatchRow.get(batch_id=first)).row_no
    await answer(container, first, Channel.FUND, RowAnswer(row_no, Verdict.FAILED, "欠缴"), rest=False)
    again = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    assert set(await Declaration.filter(batch_id=again).values_list("channel", flat=True)) == {"fund"}
    await answer(container, again, Channel.FUND)
    row_no = (await BatchRow.get(batch_id=again)).row_no
    with pytest.raises(Refusal, match="row_not_waiting"):
        await answer(container, again, Channel.TAX, RowAnswer(row_no, Verdict.ACCEPTED), rest=False)


async def test_words_are_remembered_for_their_company_alone(container: Container) -> None:
    """A3.1: one client's 待处理 is not the next one's; the columns are known to both."""
    ports, maker = container.ports, await account("zhuanyuan")
    headers = ("甲", "乙", "丙")
    first = await submitted(container, sheet([person(1), person(2)]))
    other = await submitted(container, sheet([person(3, 公积金比例="7%")]), company=OTHER)

    async def stored(*serials: int) -> int:
        rows = [(person(n)["姓名"], person(n)["证件号码"], "待处理") for n in serials]
        return await upload(container, workbook(headers, rows))

    columns = (("name", "甲"), ("id_number", "乙"), ("result", "丙"))
    wanted = ResultImport(await stored(1), first, Channel.HR, columns, (("待处理", Verdict.ACCEPTED),))
    assert (await declaration.import_result(ports, maker, wanted, key())).accepted == 1
    theirs = ResultImport(await stored(3), other, Channel.HR)
    reading = await declaration.read_result(ports, maker, theirs.file_id, other, Channel.HR)
    assert reading.remembered
    assert dict(reading.columns) == {"name": "甲", "id_number": "乙", "result": "丙"}
    assert reading.words == (("待处理", None),)
    with pytest.raises(Refusal) as refused:
        await declaration.import_result(ports, maker, theirs, key())
    assert [p.code for p in refused.value.problems] == ["result_word_unknown"]
    assert await ChannelResult.filter(batch_id=other).count() == 0
    said = replace(theirs, words=(("待处理", Verdict.CORRECTION),))
    assert (await declaration.import_result(ports, maker, said, key())).correction == 1
    mine = ResultImport(await stored(2), first, Channel.HR)
    reading = await declaration.read_result(ports, maker, mine.file_id, first, Channel.HR)
    assert reading.words == (("待处理", Verdict.ACCEPTED),)
    assert (await declaration.import_result(ports, maker, mine, key())).accepted == 1


async def test_words_that_were_remembered_for_everybody_are_asked_for_again(container: Container) -> None:
    """A3.1: nobody knows any more whose words they were."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1)]))
    await ResultLayout.create(
        id=ports.store.ids.one(),
        channel="hr",
        fingerprint=fingerprint(HEADERS),
        headers=orjson.dumps(HEADERS).decode(),
        columns=orjson.dumps({"name": 0, "id_number": 1, "result": 2, "reason": 3}).decode(),
        words=orjson.dumps({"待处理": "accepted"}).decode(),
        created_by_id=maker.staff_id,
        created_at=1,
    )
    stored = await upload(container, results((1, "待处理")))
    reading = await declaration.read_result(ports, maker, stored, batch_id, Channel.HR)
    assert (reading.remembered, reading.words) == (True, (("待处理", None),))
    with pytest.raises(Refusal, match="result_word_unknown"):
        await declaration.import_result(ports, maker, ResultImport(stored, batch_id, Channel.HR), key())


async def test_an_import_repeated_with_its_key_answers_as_before(container: Container) -> None:
    """A3.1: the counts of the first time and the rows left out then; nothing is done twice."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(n) for n in range(1, 6)]))
    stored = await upload(
        container, results((1, "成功"), (2, "成功"), (3, "失败"), (4, "补正"), (5, ""), (9, "成功"), (1, "成功"))
    )
    wanted, once = ResultImport(stored, batch_id, Channel.HR, skip_unmatched=True), key()
    first = await declaration.import_result(ports, maker, wanted, once)
    assert (first.accepted, first.failed, first.correction, first.unanswered) == (2, 1, 1, 1)
    again = await declaration.import_result(ports, maker, wanted, once)
    assert replace(again, skipped=()) == replace(first, skipped=())
    told = [("result_row_unknown", 7), ("result_row_twice", 8)]
    assert [(p.code, p.row) for p in first.skipped] == told
    assert [(p.code, p.row) for p in again.skipped] == told
    assert await ChannelResult.filter(batch_id=batch_id).count() == 4
    line = await Audit.get(act="declaration.imported")
    assert person(9)["证件号码"] not in line.detail
