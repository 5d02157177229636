"""A1.2: looking before the check, choosing columns and sheets, remembering the choice, and checking again."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import openpyxl
import pytest

from app.container import Container
from app.worker import drain
from db.models.audit import Audit
from db.models.batch import Batch, BatchRow, ColumnMemory
from domain.columns import ImportKind, MappingSource
from domain.errors import Refusal
from services import batch, file
from services.batch import BatchView, NewBatch
from tests.factories import account, checked, company_id, key, new_staff, person, sheet
from tests.integrations.test_sheets import xls

ODD = {"甲": "姓名", "乙": "证件号码", "丙": "申报工资", "丁": "公积金比例"}
CHOICE = (("甲", "name"), ("乙", "id_number"), ("丙", "base"), ("丁", "housing_rate"))


def odd_rows(*serials: int) -> list[dict[str, str]]:
    return [{odd: person(n)[known] for odd, known in ODD.items()} for n in serials]


def odd_sheet(*serials: int) -> bytes:
    """A sheet whose headers nobody can guess."""
    return sheet(odd_rows(*serials), tuple(ODD))


def book(**sheets: list[list[Any]]) -> bytes:
    """A workbook of these sheets; one whose name begins with `hidden` is hidden."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
        if name.startswith("hidden"):
            page.sheet_state = "hidden"
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def people(*serials: int) -> list[list[Any]]:
    headers = ["姓名", "证件号码", "申报工资", "公积金比例"]
    return [headers, *([person(n)[h] for h in headers] for n in serials)]


async def uploaded(container: Container, content: bytes, name: str = "人员表.xlsx") -> int:
    return (await file.upload(container.ports, await account("zhuanyuan"), name, content)).id


async def imported(container: Container, content: bytes, **about: Any) -> int:
    """A batch with the given choice whose check has ended."""
    new = NewBatch(ImportKind.ENROLL, await company_id(), await uploaded(container, content), 202611, **about)
    batch_id = await batch.create(container.ports, await account("zhuanyuan"), new, key())
    await drain(container.ports)
    return batch_id


def told(view: BatchView) -> dict[str, str | None]:
    """What is said about the file itself; the city's window is no matter of reading it."""
    return {p.code: p.value for p in view.failure if not p.code.startswith("window")}


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [p.code for p in refused.value.problems]


async def test_a_preview_shows_sheets_columns_and_samples_masked(container: Container) -> None:
    maker = await account("zhuanyuan")
    file_id = await uploaded(container, sheet([person(1) | {"旁注": "甲"}], (*person(1), "旁注")))
    before = await Audit.all().count()
    found = await batch.preview(container.ports, maker, file_id, ImportKind.ENROLL, await company_id())
    (page,) = found.sheets
    assert (page.name, page.rows, page.header_row, page.hidden) == ("增员", 4, 3, False)
    assert page.first_rows[0][0].startswith("2026 年 11 月")
    row = person(1)
    for shown in (page.first_rows[3], *(column.samples for column in found.columns)):
        assert not {row["证件号码"], row["手机号"], row["银行卡号"]} & set(shown)
    by_header = {column.mapping.header: column for column in found.columns}
    assert by_header["姓名"].samples == (row["姓名"],)
    assert by_header["证件号码"].samples == (f"1{'*' * 16}{row['证件号码'][-1]}",)
    assert (by_header["姓名"].mapping.source, by_header["姓名"].mapping.score) == (MappingSource.SYNONYM, 100.0)
    assert (by_header["旁注"].mapping.field, by_header["旁注"].samples) == (None, ("*",))
    assert (found.missing, found.chosen) == ((), "增员")
    assert await Audit.all().count() == before
    assert await Batch.all().count() == 0


async def test_a_preview_without_a_header_offers_the_likely_one(container: Container) -> None:
    file_id = await uploaded(container, odd_sheet(1, 2))
    maker = await account("zhuanyuan")
    found = await batch.preview(container.ports, maker, file_id, ImportKind.ENROLL, await company_id())
    assert found.sheets[0].header_row is None
    assert [column.mapping.header for column in found.columns][:4] == list(ODD)
    assert {spec.name for spec in found.missing} == {"name", "id_number", "base"}
    assert [p.code for p in found.problems] == ["header_missing"]
    assert person(1)["证件号码"] not in str(found)


async def test_a_preview_stays_within_scope(container: Container) -> None:
    file_id = await uploaded(container, sheet([person(1)]))
    stranger, _ = await new_staff(container, ["batch.create", "file.write"], "晨光科技有限公司")
    with pytest.raises(Refusal, match="not_found"):
        await batch.preview(container.ports, stranger, file_id, ImportKind.ENROLL, await company_id())
    nobody, _ = await new_staff(container, ["batch.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await batch.preview(container.ports, nobody, file_id, ImportKind.ENROLL, await company_id())


async def test_chosen_columns_are_used_and_remembered(container: Container) -> None:
    first = await imported(container, odd_sheet(1, 2), columns=CHOICE)
    view = await batch.one(await account("zhuanyuan"), first)
    assert (view.state, view.ok_rows, view.failed_rows) == ("checked", 2, 0)
    assert {c["source"] for c in view.columns if c["field"]} == {"chosen"}
    second = await imported(container, odd_sheet(3))
    view = await batch.one(await account("zhuanyuan"), second)
    assert (view.state, view.ok_rows) == ("checked", 1), view.failure
    assert {(c["source"], c["score"]) for c in view.columns if c["field"]} == {("remembered", 100.0)}


async def test_a_remembered_header_gives_way_to_the_choice_of_the_day(container: Container) -> None:
    wages = [row | {"旧工资": "1"} for row in (person(1), person(2))]
    headers = ("姓名", "证件号码", "申报工资", "旧工资", "公积金比例")
    await imported(container, sheet(wages, headers), columns=(("旧工资", "base"), ("申报工资", "")))
    memory = {m.header: m.field for m in await ColumnMemory.all()}
    assert memory == {"旧工资": "base", "申报工资": ""}
    again = await imported(container, sheet(wages, headers), columns=(("申报工资", "base"),), again=True)
    view = await batch.one(await account("zhuanyuan"), again)
    assert {c["header"]: c["field"] for c in view.columns}["申报工资"] == "base"
    assert {c["header"]: c["field"] for c in view.columns}["旧工资"] is None
    memory = {m.header: m.field for m in await ColumnMemory.all()}
    assert memory == {"旧工资": "base", "申报工资": "base"}
    forgotten = await batch.forget_columns(
        container.ports, await account("zhuanyuan"), await company_id(), ImportKind.ENROLL
    )
    assert (forgotten, await ColumnMemory.all().count()) == (2, 0)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ((("姓甚名谁", "name"),), ["header_unknown"]),
        ((("姓名", "nickname"),), ["field_unknown"]),
        ((("姓名", "name"), ("手机号", "name")), ["field_twice"]),
        ((("姓名", "name"), ("姓名", "")), ["header_twice"]),
        ((("申报工资", ""),), ["column_missing"]),
    ],
)
async def test_a_wrong_choice_is_refused_and_nothing_moves(
    container: Container, columns: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        await imported(container, sheet([person(1)]), columns=columns)
    assert codes(refused) == expected
    assert all(p.field and p.message_en and p.remedy for p in refused.value.problems)
    assert (await Batch.all().count(), await ColumnMemory.all().count()) == (0, 0)


async def test_a_batch_without_a_header_is_repaired_without_another_upload(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, odd_sheet(1, 2))
    view = await batch.one(maker, batch_id)
    assert (view.state, view.failure[0].code) == ("failed", "header_missing")
    same = key()
    assert await batch.remap(ports, maker, batch_id, CHOICE, None, same) == batch_id
    assert (await batch.one(maker, batch_id)).state == "checking"
    assert await batch.remap(ports, maker, batch_id, CHOICE, None, same) == batch_id
    with pytest.raises(Refusal, match="batch_state"):
        await batch.remap(ports, maker, batch_id, CHOICE, None, key())
    await drain(ports)
    view = await batch.one(maker, batch_id)
    assert (view.state, view.ok_rows, view.total_rows, told(view)) == ("checked", 2, 2, {})


async def test_remapping_starts_over_and_a_late_check_writes_nothing(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is still at the old columns finds that nobody wants its rows any more."""
    import importlib

    ports, maker = container.ports, await account("zhuanyuan")
    rows = [person(n) | {"工资甲": "20000"} for n in range(1, 8)]
    batch_id = await checked(container, sheet(rows, (*person(1), "工资甲")))
    checking = importlib.import_module("services.batch.check")
    monkeypatch.setattr(checking, "CHUNK", 3)
    whole, reached, go_on = checking._write, asyncio.Event(), asyncio.Event()

    async def slow(*given: Any) -> None:
        if not reached.is_set():
            reached.set()
            await go_on.wait()
        await whole(*given)

    await batch.remap(ports, maker, batch_id, (("工资甲", "base"),), None, key())
    monkeypatch.setattr(checking, "_write", slow)
    late = asyncio.create_task(checking.check(ports, batch_id))
    await reached.wait()
    await batch.withdraw(ports, maker, batch_id, "导错了")
    go_on.set()
    await late
    assert (await Batch.get(id=batch_id)).state == "withdrawn"
    assert await BatchRow.filter(batch_id=batch_id).count() == 0


async def test_remapping_takes_the_chosen_column_and_keeps_no_old_row(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    rows = [person(n) | {"工资甲": "20000"} for n in range(1, 5)]
    batch_id = await checked(container, sheet([*rows, person(9) | {"工资甲": "面议"}], (*person(1), "工资甲")))
    assert (await batch.one(maker, batch_id)).ok_rows == 5
    await batch.remap(ports, maker, batch_id, (("工资甲", "base"),), None, key())
    await drain(ports)
    view = await batch.one(maker, batch_id)
    assert (view.ok_rows, view.failed_rows, view.checked_rows) == (4, 1, 5)
    assert await BatchRow.filter(batch_id=batch_id).count() == 5
    assert dict(view.problem_counts)["amount_unreadable"] == 1


async def test_remapping_does_not_lose_corrections_silently(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([person(1), person(2, "面议")]))
    await batch.correct_row(ports, maker, batch_id, 5, (("申报工资", "9000"),), key())
    with pytest.raises(Refusal, match="corrections_lost"):
        await batch.remap(ports, maker, batch_id, (), None, key())
    assert (await batch.one(maker, batch_id)).ok_rows == 2
    await batch.remap(ports, maker, batch_id, (), None, key(), discard_corrections=True)
    await drain(ports)
    assert (await batch.one(maker, batch_id)).failed_rows == 1


async def test_several_sheets(container: Container) -> None:
    """The first with a header, or the one that is named; the others are told, hidden ones too."""
    maker = await account("zhuanyuan")
    content = book(说明=[["先看这里"]], 北京=people(1), 上海=people(2, 3), hidden旧表=people(4))
    view = await batch.one(maker, await imported(container, content))
    assert view.ok_rows == 1
    assert told(view) == {"other_sheets_left": "上海", "hidden_sheets_left": "hidden旧表"}
    view = await batch.one(maker, await imported(container, content, sheet_name="上海", again=True))
    assert (view.ok_rows, view.sheet_name) == (2, "上海")
    with pytest.raises(Refusal) as refused:
        await imported(container, content, sheet_name="hidden旧表", again=True)
    assert (codes(refused), refused.value.problems[0].field) == (["sheet_unknown"], "sheetName")


async def test_the_same_file_twice_needs_a_word(container: Container) -> None:
    content = sheet([person(1)])
    first = await imported(container, content)
    number = (await Batch.get(id=first)).number
    with pytest.raises(Refusal) as refused:
        await imported(container, content)
    (problem,) = refused.value.problems
    assert (problem.code, problem.field, problem.value) == ("file_already_imported", "fileId", number)
    assert await Batch.all().count() == 1
    await imported(container, content, again=True)
    for row in await Batch.all():
        await batch.withdraw(container.ports, await account("zhuanyuan"), row.id, "导错了")
    await imported(container, content)
    assert await Batch.all().count() == 3


async def test_two_clerks_upload_the_same_file_at_once(container: Container) -> None:
    """One of them makes the batch, the other is told so."""
    content, ports, maker = sheet([person(1)]), container.ports, await account("zhuanyuan")
    owner = await company_id()
    files = [await uploaded(container, content) for _ in range(2)]
    news = [NewBatch(ImportKind.ENROLL, owner, file_id, 202611) for file_id in files]
    answers = await asyncio.gather(*(batch.create(ports, maker, new, key()) for new in news), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Refusal", "int"], answers
    assert await Batch.all().count() == 1


async def test_merged_and_two_line_headers_blank_rows_and_totals(container: Container) -> None:
    """A bureau form: a merged title, 参加险种 merged over two kinds, blank lines between people, a total below."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    row = person(1)
    for line in (
        ["参保人员增加表"],
        ["姓名", "证件号码", "申报工资", "参加险种", None],
        [None, None, None, "养老", "工伤"],
        [row["姓名"], row["证件号码"], row["申报工资"], "是", "是"],
        [None],
        [person(2)["姓名"], person(2)["证件号码"], "9000", "否", "是"],
        ["合计", None, "19000"],
    ):
        page.append(line)
    for area in ("A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"):
        page.merge_cells(area)
    buffer = io.BytesIO()
    made.save(buffer)
    batch_id = await imported(container, buffer.getvalue())
    view = await batch.one(await account("zhuanyuan"), batch_id)
    assert [c["field"] for c in view.columns] == ["name", "id_number", "base", "kind_pension", "kind_work_injury"]
    assert view.total_rows == 2
    assert list(told(view)) == ["total_row_skipped"]
    assert list(await BatchRow.filter(batch_id=batch_id).order_by("row_no").values_list("row_no", flat=True)) == [4, 6]


async def test_an_old_workbook_and_a_gbk_text_become_batches(container: Container) -> None:
    """.xls and a CSV as Chinese Excel writes it go the same way as .xlsx, ID numbers whole."""
    rows = [[str(value) for value in row] for row in people(1, 2)]
    text = "\r\n".join(",".join(row) for row in rows).encode("gbk")
    maker = await account("zhuanyuan")
    for name, content in (("名单.xls", xls(rows)), ("名单.csv", text)):
        new = NewBatch(ImportKind.ENROLL, await company_id(), await uploaded(container, content, name), 202611)
        batch_id = await batch.create(container.ports, maker, new, key())
        await drain(container.ports)
        view = await batch.one(maker, batch_id)
        assert (view.state, view.total_rows, view.failed_rows) == ("checked", 2, 0), name
        found = (await batch.rows(container.ports, view, None, None, 10, 0)).rows
        assert [row.person_name for row in found] == [person(1)["姓名"], person(2)["姓名"]]


async def test_too_many_people_are_refused_with_what_to_do(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.batch import sheet as sheets

    assert sheets.LARGEST == 100_000
    monkeypatch.setattr(sheets, "LARGEST", 3)
    maker = await account("zhuanyuan")
    assert (await batch.one(maker, await imported(container, sheet([person(n) for n in range(1, 4)])))).ok_rows == 3
    view = await batch.one(maker, await imported(container, sheet([person(n) for n in range(1, 5)])))
    assert (view.state, [(p.code, p.value) for p in view.failure]) == ("failed", [("too_many_people", "4")])
