"""A1.2: the corrected error workbook joins its batch, row by row to its own place, and never makes a second one."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.container import Container
from db.models.batch import Batch, BatchRow
from domain.columns import ImportKind
from domain.errors import Refusal
from services import batch, file
from services.batch import NewBatch
from tests.factories import account, checked, company_id, key, new_staff, person, sheet
from tests.services.test_import_correct import codes_at, counted

Edit = Callable[[Worksheet], None]
BASE, NUMBER = 3, 8
"""The columns of the error workbook: 申报工资, 原表行号 (after the six columns and 错误)."""


async def batch_with_errors(container: Container) -> int:
    """Rows 4 and 6 are good, 5, 7 and 8 are not."""
    rows = [person(1), person(2, "面议"), person(3), person(4, "面议"), person(5, "面议")]
    return await checked(container, sheet(rows))


async def corrected(container: Container, batch_id: int, edit: Edit, name: str = "更正.xlsx") -> int:
    """The error workbook, opened and saved by another program after an edit, and uploaded again."""
    ports, maker = container.ports, await account("zhuanyuan")
    made = await file.opened(ports, await batch.errors(ports, maker, batch_id))
    book = openpyxl.load_workbook(io.BytesIO(made))
    edit(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return (await file.upload(ports, maker, name, buffer.getvalue())).id


def wages(page: Worksheet) -> None:
    for row in range(2, page.max_row + 1):
        page.cell(row, BASE).value = 9000


async def test_the_corrected_workbook_joins_its_batch(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await batch_with_errors(container)
    file_id = await corrected(container, batch_id, wages)
    same = key()
    for _ in range(2):
        assert await batch.join(ports, maker, batch_id, file_id, same) == batch_id
    found = await Batch.get(id=batch_id)
    assert (found.ok_rows, found.failed_rows, found.checked_rows) == (5, 0, 5)
    await counted(batch_id)
    assert await Batch.all().count() == 1
    assert await BatchRow.filter(batch_id=batch_id).count() == 5
    assert await BatchRow.filter(corrected_at__gt=0).count() == 3
    with pytest.raises(Refusal) as refused:
        await batch.join(ports, maker, batch_id, file_id, key())
    assert {p.code for p in refused.value.problems} == {"join_row_passed"}


async def test_part_of_the_rows_in_another_order(container: Container) -> None:
    """Rows that are left out stay as they are; the order is anybody's."""

    def edit(page: Worksheet) -> None:
        wages(page)
        page.cell(4, BASE).value = "另议"
        page.delete_rows(2)
        rows = [[cell.value for cell in page[no]] for no in (3, 2)]
        for at, values in enumerate(rows, start=2):
            for column, value in enumerate(values, start=1):
                page.cell(at, column).value = value

    batch_id = await batch_with_errors(container)
    file_id = await corrected(container, batch_id, edit)
    await batch.join(container.ports, await account("zhuanyuan"), batch_id, file_id, key())
    found = await codes_at(container, batch_id)
    assert {no for no, codes in found.items() if codes} == {5, 8}
    await counted(batch_id)


async def test_it_makes_no_batch_of_its_own(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await batch_with_errors(container)
    number = (await Batch.get(id=batch_id)).number
    file_id = await corrected(container, batch_id, wages)
    new = NewBatch(ImportKind.ENROLL, await company_id(), file_id, 202611)
    with pytest.raises(Refusal) as refused:
        await batch.create(ports, maker, new, key())
    (problem,) = refused.value.problems
    assert (problem.code, problem.field, problem.value) == ("error_workbook_of_batch", "fileId", number)
    assert number in problem.remedy
    assert await Batch.all().count() == 1
    await batch.confirm(ports, maker, batch_id, key())
    with pytest.raises(Refusal, match="batch_state"):
        await batch.join(ports, maker, batch_id, file_id, key())
    assert await batch.create(ports, maker, new, key()), "what was left out of a confirmed batch is imported anew"


def no_number(page: Worksheet) -> None:
    wages(page)
    page.cell(2, NUMBER).value = None


def unknown_number(page: Worksheet) -> None:
    wages(page)
    page.cell(2, NUMBER).value = 77


def good_number(page: Worksheet) -> None:
    wages(page)
    page.cell(2, NUMBER).value = 4


def twice(page: Worksheet) -> None:
    wages(page)
    page.cell(2, NUMBER).value = page.cell(3, NUMBER).value


def no_column(page: Worksheet) -> None:
    page.delete_cols(BASE)


def no_numbers(page: Worksheet) -> None:
    page.delete_cols(NUMBER)


def nobody(page: Worksheet) -> None:
    page.delete_rows(2, page.max_row)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (no_number, "join_number_missing"),
        (unknown_number, "join_number_unknown"),
        (good_number, "join_row_passed"),
        (twice, "join_number_twice"),
        (no_column, "join_column_missing"),
        (no_numbers, "join_numbers_missing"),
        (nobody, "rows_missing"),
    ],
)
async def test_rows_without_their_place_are_named_and_nothing_moves(
    container: Container, edit: Edit, code: str
) -> None:
    batch_id = await batch_with_errors(container)
    file_id = await corrected(container, batch_id, edit)
    before = await BatchRow.filter(batch_id=batch_id).order_by("row_no").values_list("content_sealed", flat=True)
    with pytest.raises(Refusal) as refused:
        await batch.join(container.ports, await account("zhuanyuan"), batch_id, file_id, key())
    assert {p.code for p in refused.value.problems} == {code}
    assert all(p.field == "fileId" and p.message_en and p.remedy_en for p in refused.value.problems)
    after = await BatchRow.filter(batch_id=batch_id).order_by("row_no").values_list("content_sealed", flat=True)
    assert before == after


async def test_another_batchs_workbook(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    mine = await batch_with_errors(container)
    other = await checked(container, sheet([person(11, "面议")]), company="蓝天餐饮管理有限公司")
    file_id = await corrected(container, other, wages)
    with pytest.raises(Refusal) as refused:
        await batch.join(ports, maker, mine, file_id, key())
    assert refused.value.problems[0].code == "join_other_batch"
    clerk, _ = await new_staff(container, ["batch.create", "file.write"], "晨光科技有限公司")
    made = await file.opened(ports, file_id)
    theirs = (await file.upload(ports, clerk, "更正.xlsx", made)).id
    number = (await Batch.get(id=other)).number
    for act in (
        batch.join(ports, clerk, other, theirs, key()),
        batch.join(ports, clerk, mine, theirs, key()),
        batch.create(ports, clerk, NewBatch(ImportKind.ENROLL, await company_id(), theirs, 202611), key()),
    ):
        with pytest.raises(Refusal) as refused:
            await act
        assert [p.code for p in refused.value.problems] == ["not_found"]
        assert number not in str(refused.value.problems)


async def test_a_spoilt_number_that_comes_back_unchanged_stays_refused(container: Container) -> None:
    """The error workbook holds texts only; what the file held as a number is still not believed."""
    spoilt = person(1) | {"证件号码": 110105199001011240.0}
    batch_id = await checked(container, sheet([spoilt, person(2, "面议")]))
    file_id = await corrected(container, batch_id, wages)
    await batch.join(container.ports, await account("zhuanyuan"), batch_id, file_id, key())
    assert await codes_at(container, batch_id) == {4: ["id_numeric"], 5: []}
    await counted(batch_id)


async def test_saved_as_csv_it_still_knows_its_rows(container: Container) -> None:
    """The hidden sheet is gone then; the clerk has opened the batch, and the row numbers are enough."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await batch_with_errors(container)
    made = await file.opened(ports, await batch.errors(ports, maker, batch_id))
    page = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    wages(page)
    lines = [",".join("" if cell is None else str(cell).replace(",", "，") for cell in row) for row in page.values]
    stored = await file.upload(ports, maker, "更正.csv", "\r\n".join(lines).encode("gbk"))
    await batch.join(ports, maker, batch_id, stored.id, key())
    assert (await Batch.get(id=batch_id)).ok_rows == 5
