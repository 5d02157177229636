"""A1.2: words of the client's own in columns with a closed list: listed, guessed, given a meaning, remembered."""

from __future__ import annotations

import pytest

from app.container import Container
from db.models.batch import Batch, BatchRow, ValueMemory
from domain.columns import ImportKind
from domain.errors import Refusal
from services import batch
from tests.factories import account, checked, company_id, key, new_staff, person, sheet

HEADERS = (*person(1), "参保城市", "养老")


def row(serial: int, city: str = "北京", pension: str = "", **more: str) -> dict[str, str]:
    return person(serial, **more) | {"参保城市": city, "养老": pension}


async def state_of(batch_id: int) -> tuple[int, int, int, dict[str, int]]:
    view = await batch.one(await account("zhuanyuan"), batch_id)
    return view.ok_rows, view.failed_rows, view.warning_rows, dict(view.problem_counts)


async def test_unknown_values_are_listed_with_guesses(container: Container) -> None:
    rows = [row(1, "朝阳"), row(2, " 朝阳"), row(3, "北京城区"), row(4), row(5, pension="要")]
    batch_id = await checked(container, sheet(rows, HEADERS))
    found = await batch.unknown_values(container.ports, await account("zhuanyuan"), batch_id)
    listed = {(v.field, v.value): v for v in found.values}
    assert {key: v.rows for key, v in listed.items()} == {
        ("city", "朝阳"): 2,
        ("city", "北京城区"): 1,
        ("kind_pension", "要"): 1,
    }
    assert found.values[0].value == "朝阳", "the most frequent comes first"
    assert listed["city", "北京城区"].guesses[0].label == "北京"
    assert len(listed["city", "北京城区"].guesses) <= 3
    choices = {c.field: dict(c.choices) for c in found.choices}
    assert choices["city"]["110000"] == "北京"
    assert choices["kind_pension"] == {"是": "是", "否": "否"}
    assert "id_number" not in choices
    assert "stop_reason" not in choices, "an enrolment has no such column"


async def test_a_meaning_is_used_at_once_and_in_later_imports(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    rows = [row(1, "朝阳"), row(2, "海淀"), row(3, pension="要"), row(4)]
    batch_id = await checked(container, sheet(rows, HEADERS))
    assert (await state_of(batch_id))[:2] == (1, 3)
    untouched = (await BatchRow.get(batch_id=batch_id, row_no=7)).content_sealed
    same = key()
    meanings = (("city", "朝阳", "北京"), ("kind_pension", "要", "是"))
    for _ in range(2):
        assert await batch.map_values(ports, maker, batch_id, meanings, same) == batch_id
    ok, failed, _, counts = await state_of(batch_id)
    assert (ok, failed, counts["value_mapped"], counts["city_unknown"]) == (3, 1, 2, 1)
    assert "flag_unreadable" not in counts
    assert (await BatchRow.get(batch_id=batch_id, row_no=7)).content_sealed == untouched
    view = await batch.one(maker, batch_id)
    shown = (await batch.rows(ports, view, None, "value_mapped", 10, 0)).rows[0]
    (notice,) = [p for p in shown.problems if p.code == "value_mapped"]
    assert (notice.row, notice.column, notice.severity.value) == (4, "参保城市", "notice")
    assert "朝阳 → 北京" in notice.message
    assert dict(shown.cells)["参保城市"] == "朝阳", "the sheet's own word stays to be seen"
    later = await checked(container, sheet([row(11, "朝 阳"), row(12, "海淀")], HEADERS))
    ok, failed, warned, counts = await state_of(later)
    assert (ok, failed, warned, counts["value_mapped"]) == (1, 1, 1, 1)


async def test_a_meaning_belongs_to_the_company(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    mine = await checked(container, sheet([row(1, "朝阳")], HEADERS))
    await batch.map_values(ports, maker, mine, (("city", "朝阳", "110000"),), key())
    other = await checked(container, sheet([row(2, "朝阳")], HEADERS), company="蓝天餐饮管理有限公司")
    assert (await state_of(other))[:2] == (0, 1)
    stranger, _ = await new_staff(container, ["batch.create"], "蓝天餐饮管理有限公司")
    with pytest.raises(Refusal, match="not_found"):
        await batch.map_values(ports, stranger, mine, (("city", "朝阳", "110000"),), key())
    with pytest.raises(Refusal, match="not_found"):
        await batch.unknown_values(ports, stranger, mine)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("city", "朝阳", "火星"), "meaning_unknown"),
        (("city", "北京", "上海"), "value_known"),
        (("city", " ", "北京"), "value_known"),
        (("city", "北京市", "上海"), "value_known"),
        (("kind_pension", "√", "否"), "value_known"),
        (("base", "面议", "8000"), "value_not_mappable"),
        (("name", "张三", "李四"), "value_not_mappable"),
        (("id_number", "1", "110105199001011240"), "value_not_mappable"),
        (("stop_reason", "走人", "辞职"), "value_not_mappable"),
    ],
)
async def test_only_unknown_words_of_closed_lists_get_a_meaning(
    container: Container, given: tuple[str, str, str], code: str
) -> None:
    batch_id = await checked(container, sheet([row(1, "朝阳"), row(2, "海淀")], HEADERS))
    before = await state_of(batch_id)
    with pytest.raises(Refusal) as refused:
        await batch.map_values(container.ports, await account("zhuanyuan"), batch_id, (given,), key())
    assert [p.code for p in refused.value.problems] == [code]
    assert (await ValueMemory.all().count(), await state_of(batch_id)) == (0, before)


async def test_reasons_of_a_termination(container: Container) -> None:
    headers = ("姓名", "证件号码", "最后缴费月", "停保原因")
    leaving = [person(n) | {"最后缴费月": "2026-11", "停保原因": "裸辞"} for n in (1, 2)]
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet(leaving, headers), kind=ImportKind.TERMINATE)
    found = await batch.unknown_values(ports, maker, batch_id)
    assert [(v.field, v.value, v.rows) for v in found.values] == [("stop_reason", "裸辞", 2)]
    await batch.map_values(ports, maker, batch_id, (("stop_reason", "裸辞", "主动离职"),), key())
    assert (await ValueMemory.get()).meaning == "resigned"
    _, failed, _, counts = await state_of(batch_id)
    assert "stop_reason_unknown" not in counts
    assert (failed, counts["not_enrolled"]) == (2, 2), "the rest of the check still holds"


async def test_a_confirmed_batch_takes_no_meanings(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([row(1), row(2, "朝阳")], HEADERS))
    await batch.confirm(ports, maker, batch_id, key())
    with pytest.raises(Refusal, match="batch_state"):
        await batch.map_values(ports, maker, batch_id, (("city", "朝阳", "北京"),), key())
    assert (await Batch.get(id=batch_id)).failed_rows == 1
    assert await company_id()
