"""A1.2: corrections in place: through the same check, with exact counts, and nothing sensitive in the open."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.batch import Batch, BatchRow
from db.sql import fetch
from domain.errors import Problem, Refusal, Severity
from services import batch
from services.batch import Fix
from tests.factories import HEADERS, account, checked, key, new_staff, person, sheet

DATED = (*HEADERS, "起始月")


async def counted(batch_id: int) -> None:
    """The batch's counts are what counting all its rows anew gives."""
    found = await Batch.get(id=batch_id)
    rows = await fetch("SELECT state, codes FROM batch_row WHERE batch_id = ?", [batch_id])
    view = await batch.one(await account("zhuanyuan"), batch_id)
    codes: Counter[str] = Counter(p.code for p in view.failure)
    for row in rows:
        codes.update(set(row["codes"].split(",")) if row["codes"] else ())
    assert dict(view.problem_counts) == dict(codes)
    assert found.ok_rows == sum(row["state"] == "ok" for row in rows)
    assert found.failed_rows == sum(row["state"] == "failed" for row in rows)
    assert found.warning_rows == sum(row["state"] == "ok" and bool(row["codes"]) for row in rows)
    assert found.ok_rows + found.failed_rows == found.checked_rows == len(rows)


def errors_of(problems: Sequence[Problem]) -> list[str]:
    """What stops a row; warnings of the compliance review are no matter of correcting."""
    return [p.code for p in problems if p.severity is Severity.ERROR]


async def codes_at(container: Container, batch_id: int) -> dict[int, list[str]]:
    view = await batch.one(await account("zhuanyuan"), batch_id)
    page = await batch.rows(container.ports, view, None, None, 100, 0)
    return {row.row_no: errors_of(row.problems) for row in page.rows}


async def shown(container: Container, batch_id: int, row_no: int) -> Any:
    view = await batch.one(await account("zhuanyuan"), batch_id)
    return (await batch.rows(container.ports, view, None, None, 1, row_no - 1)).rows[0]


async def test_a_corrected_row_is_checked_like_the_file(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([person(1), person(2, "面议"), person(3)]))
    same = key()
    first = await batch.correct_row(ports, maker, batch_id, 5, (("申报工资", "9000"),), same)
    assert await batch.correct_row(ports, maker, batch_id, 5, (("申报工资", "9000"),), same) == first
    await counted(batch_id)
    row = await shown(container, batch_id, 5)
    assert (row.state, errors_of(row.problems), dict(row.cells)["申报工资"]) == ("ok", [], "9000")
    assert dict(zip((h for h, _ in row.cells), row.originals, strict=True))["申报工资"] == "面议"
    assert row.corrected_at == ports.store.clock()
    good = await checked(container, sheet([person(1), person(2, "9000"), person(3)]))
    assert (await shown(container, good, 5)).problems == row.problems
    assert (await codes_at(container, good)) == (await codes_at(container, batch_id))
    await batch.correct_row(ports, maker, batch_id, 5, (("申报工资", "-1"),), key())
    assert (await shown(container, batch_id, 5)).state == "failed"
    await counted(batch_id)
    notes = await Audit.filter(act="batch.correct_row").order_by("id")
    assert [("面议 → 9000" in n.detail, '"行":5' in n.detail) for n in notes] == [(True, True), (False, True)]


async def test_the_error_workbook_shows_what_was_corrected(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([person(1, "面议")]))
    await batch.correct_row(ports, maker, batch_id, 4, (("申报工资", "另议"),), key())
    from services import file

    made = await batch.errors(ports, maker, batch_id)
    (page,) = ports.sheets.read(await file.opened(ports, made), "错误.xlsx")
    assert page.rows[1][2] == "另议"


async def test_document_numbers_are_replaced_but_never_by_their_mask(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    wrong = person(1) | {"证件号码": person(1)["证件号码"][:-1] + "Z"}
    batch_id = await checked(container, sheet([wrong, person(2)]))
    masked = dict((await shown(container, batch_id, 4)).cells)["证件号码"]
    assert masked.count("*") == 16
    before = (await BatchRow.get(batch_id=batch_id, row_no=4)).content_sealed
    for typed in (masked, "1101**********1234"):
        with pytest.raises(Refusal) as refused:
            await batch.correct_row(ports, maker, batch_id, 4, (("证件号码", typed),), key())
        assert [p.code for p in refused.value.problems] == ["value_masked"]
    assert (await BatchRow.get(batch_id=batch_id, row_no=4)).content_sealed == before
    right = person(1)["证件号码"]
    await batch.correct_row(ports, maker, batch_id, 4, (("证件号码", right),), key())
    row = await shown(container, batch_id, 4)
    assert row.state == "ok"
    assert right not in str(row)
    assert wrong["证件号码"] not in str(row)
    audits = "".join(await Audit.all().values_list("detail", flat=True))
    assert "证件号码" in audits
    assert right not in audits
    assert wrong["证件号码"] not in audits


async def test_a_number_cell_stays_refused_until_it_is_typed_anew(container: Container) -> None:
    """Correcting another cell of the row does not turn a spoilt number into a believable text."""
    ports, maker = container.ports, await account("zhuanyuan")
    spoilt = person(1) | {"证件号码": 110105199001011240.0, "申报工资": "面议"}
    batch_id = await checked(container, sheet([spoilt]))
    assert (await codes_at(container, batch_id))[4] == ["id_numeric", "amount_unreadable"]
    await batch.correct_row(ports, maker, batch_id, 4, (("申报工资", "9000"),), key())
    assert (await codes_at(container, batch_id))[4] == ["id_numeric"]
    with pytest.raises(Refusal, match="nothing_to_fix"):
        await batch.fix_rows(ports, maker, batch_id, Fix.FULL_WIDTH, key(), "证件号码")
    await batch.correct_row(ports, maker, batch_id, 4, (("证件号码", person(1)["证件号码"]),), key())
    assert (await codes_at(container, batch_id))[4] == []


async def test_a_correction_solves_and_creates_repetitions(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    one, two = person(1), person(2)
    batch_id = await checked(container, sheet([one, one, one, two]))
    found = await codes_at(container, batch_id)
    assert {no for no, codes in found.items() if "duplicate_in_file" in codes} == {5, 6}
    # The first one becomes somebody else: the second is now the first, and the third repeats the second.
    three = person(3)
    renamed = (("姓名", three["姓名"]), ("证件号码", three["证件号码"]))
    await batch.correct_row(ports, maker, batch_id, 4, renamed, key())
    await counted(batch_id)
    found = await codes_at(container, batch_id)
    assert {no for no, codes in found.items() if "duplicate_in_file" in codes} == {6}
    third = next(p for p in (await shown(container, batch_id, 6)).problems if p.code == "duplicate_in_file")
    assert "第 5 行" in third.message
    # The first one takes the number of the last: that one, untouched, becomes a repetition.
    await batch.correct_row(ports, maker, batch_id, 4, (("姓名", two["姓名"]), ("证件号码", two["证件号码"])), key())
    await counted(batch_id)
    found = await codes_at(container, batch_id)
    assert {no for no, codes in found.items() if "duplicate_in_file" in codes} == {6, 7}
    last = await shown(container, batch_id, 7)
    assert (last.corrected_at, last.originals) == (0, (None,) * len(last.cells))


@pytest.mark.parametrize(
    ("row_no", "cells", "code"),
    [
        (99, (("申报工资", "1"),), "not_found"),
        (5, (("旁注", "x"),), "header_unknown"),
        (5, (("没有的列", "x"),), "header_unknown"),
        (5, (("申报工资", "面议"),), "nothing_changed"),
        (5, (), "nothing_changed"),
        (5, (("姓名", "长" * 1001),), "value_too_long"),
    ],
)
async def test_what_cannot_be_corrected_is_said(
    container: Container, row_no: int, cells: tuple[tuple[str, str], ...], code: str
) -> None:
    rows = [person(1) | {"旁注": "a"}, person(2, "面议") | {"旁注": "b"}]
    batch_id = await checked(container, sheet(rows, (*HEADERS, "旁注")))
    with pytest.raises(Refusal, match=code):
        await batch.correct_row(container.ports, await account("zhuanyuan"), batch_id, row_no, cells, key())
    assert await BatchRow.filter(corrected_at__gt=0).count() == 0


async def test_only_checked_batches_in_scope(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([person(1), person(2, "面议")]))
    stranger, _ = await new_staff(container, ["batch.create"], "蓝天餐饮管理有限公司")
    cells = (("申报工资", "9000"),)
    with pytest.raises(Refusal, match="not_found"):
        await batch.correct_row(ports, stranger, batch_id, 5, cells, key())
    nobody, _ = await new_staff(container, ["batch.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await batch.correct_row(ports, nobody, batch_id, 5, cells, key())
    await batch.confirm(ports, maker, batch_id, key())
    for act in (
        batch.correct_row(ports, maker, batch_id, 5, cells, key()),
        batch.fix_rows(ports, maker, batch_id, Fix.TRIM, key()),
    ):
        with pytest.raises(Refusal, match="batch_state"):
            await act
    await counted_states(batch_id, {"confirmed": 1, "failed": 1})


async def counted_states(batch_id: int, expected: dict[str, int]) -> None:
    assert Counter(await BatchRow.filter(batch_id=batch_id).values_list("state", flat=True)) == expected


async def test_two_corrections_at_once_count_both(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([person(n, "面议") for n in range(1, 7)]))
    await asyncio.gather(
        *(batch.correct_row(ports, maker, batch_id, no, (("申报工资", "9000"),), key()) for no in range(4, 8)),
        batch.correct_row(ports, maker, batch_id, 4, (("手机号", "13900000009"),), key()),
    )
    await counted(batch_id)
    assert (await Batch.get(id=batch_id)).ok_rows == 4
    row = await shown(container, batch_id, 4)
    assert (dict(row.cells)["申报工资"], row.state) == ("9000", "ok")


async def test_repairs_of_many_rows(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    rows = [
        person(1) | {"起始月": "26-11"},
        person(2) | {"起始月": "11/12/26"},
        person(3) | {"起始月": "Nov-26"},
        person(4) | {"起始月": "下个月"},
        person(5, "面议") | {"起始月": "2026-11"},
    ]
    batch_id = await checked(container, sheet(rows, DATED))
    found = await codes_at(container, batch_id)
    assert [found[no] for no in range(4, 9)] == [
        ["date_ambiguous"], ["date_ambiguous"], [], ["month_unreadable"], ["amount_unreadable"]
    ]  # fmt: skip
    await batch.fix_rows(ports, maker, batch_id, Fix.DATES, key())
    await counted(batch_id)
    found = await codes_at(container, batch_id)
    assert (found[4], found[5]) == ([], ["date_ambiguous"])
    assert dict((await shown(container, batch_id, 4)).cells)["起始月"] == "2026-11"
    await batch.fix_rows(ports, maker, batch_id, Fix.SET_VALUE, key(), "起始月", None, "2026-11")
    await counted(batch_id)
    found = await codes_at(container, batch_id)
    assert [no for no, codes in found.items() if codes] == [8]
    with pytest.raises(Refusal, match="nothing_to_fix"):
        await batch.fix_rows(ports, maker, batch_id, Fix.TRIM, key())
    for header, code in (("证件号码", "fix_one_by_one"), ("姓名", "fix_one_by_one"), (None, "header_needed")):
        with pytest.raises(Refusal, match=code):
            await batch.fix_rows(ports, maker, batch_id, Fix.SET_VALUE, key(), header, None, "x")
    with pytest.raises(Refusal, match="value_needed"):
        await batch.fix_rows(ports, maker, batch_id, Fix.SET_VALUE, key(), "申报工资")


async def test_a_correction_reads_only_the_rows_it_concerns(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a batch of three hundred rows, one correction opens one row and writes one."""
    from services.batch import content

    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([*(person(n) for n in range(1, 300)), person(300, "面议")]))
    sealed = dict(await BatchRow.filter(batch_id=batch_id).values_list("row_no", "content_sealed"))
    opened: list[int] = []
    whole = content.unseal
    monkeypatch.setattr(content, "unseal", lambda *given: opened.append(1) or whole(*given))  # type: ignore[func-returns-value]
    await batch.correct_row(ports, maker, batch_id, 303, (("申报工资", "9000"),), key())
    assert len(opened) == 1
    after = dict(await BatchRow.filter(batch_id=batch_id).values_list("row_no", "content_sealed"))
    assert [no for no, value in after.items() if value != sealed[no]] == [303]
    await counted(batch_id)


async def test_cells_can_be_tried_without_storing(container: Container) -> None:
    batch_id = await checked(container, sheet([person(1), person(2)]))
    found = await batch.review_cells(
        container.ports, await Batch.get(id=batch_id), 5, [*(person(2, "面议")[h] for h in HEADERS)]
    )
    assert [(p.code, p.row, p.column) for p in found.row.problems if p.severity is Severity.ERROR] == [
        ("amount_unreadable", 5, "申报工资")
    ]
    assert (await Batch.get(id=batch_id)).failed_rows == 0
