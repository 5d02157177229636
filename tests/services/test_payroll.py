"""E3 and 社会保险法 §60: payroll deductions and personal details of a month."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from app.container import Container
from app.worker import drain
from db.models.person import Person
from domain.errors import Refusal
from services import bill, file
from services.bill import payroll
from tests.factories import account, company_id, confirm_policies, enrolled, key, new_staff, person, sheet


async def confirmed(container: Container, people: int = 3) -> int:
    """A confirmed bill of some people."""
    await enrolled(container, sheet([person(i) for i in range(1, people + 1)]))
    return await _bill(container)


async def _bill(container: Container) -> int:
    ports = container.ports
    await confirm_policies(container)
    drafted = await bill.draft_month(ports, await account("zhuanyuan"), 202611, await company_id())
    await drain(ports)
    await bill.confirm(ports, await account("zhuguan"), drafted.bill_ids[0], key())
    return drafted.bill_ids[0]


async def table(container: Container, file_id: int) -> list[list[object]]:
    """The rows of a workbook that was made."""
    book = openpyxl.load_workbook(io.BytesIO(await file.opened(container.ports, file_id)))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


async def test_deductions_come_to_the_employees_total(container: Container) -> None:
    """E3: one row a person, numbers in full, and a last row that is the bill's employee side."""
    bill_id = await confirmed(container)
    admin = await account("admin")
    rows = await table(container, await payroll.payroll(container.ports, admin, bill_id))
    view = await bill.one(admin, bill_id)
    header, people, total = rows[0], rows[1:-1], rows[-1]
    assert header[:2] == ["姓名", "证件号码"]
    assert header[-3:] == ["补缴", "补差", "代扣合计"]
    assert {r[1] for r in people} == {person(i)["证件号码"] for i in (1, 2, 3)}
    assert Decimal(str(total[-1])) == Decimal(view.employee_fen) / 100
    for row in people:
        assert sum(Decimal(str(v)) for v in row[2:-1]) == Decimal(str(row[-1]))


async def test_details_name_every_kind_with_both_sides(container: Container) -> None:
    bill_id = await confirmed(container, 2)
    admin = await account("admin")
    rows = await table(container, await payroll.detail(container.ports, admin, bill_id))
    view = await bill.one(admin, bill_id)
    assert len(rows) - 1 == view.line_count
    assert sum(Decimal(str(r[7])) for r in rows[1:]) == Decimal(view.employer_fen) / 100
    assert sum(Decimal(str(r[9])) for r in rows[1:]) == Decimal(view.employee_fen) / 100


async def test_a_draft_is_no_ground_for_deductions(container: Container) -> None:
    await enrolled(container, sheet([person(1)]))
    ports = container.ports
    drafted = await bill.draft_month(ports, await account("zhuanyuan"), 202611, await company_id())
    await drain(ports)
    for make in (payroll.payroll, payroll.detail):
        with pytest.raises(Refusal, match="bill_not_confirmed"):
            await make(ports, await account("admin"), drafted.bill_ids[0])


async def test_numbers_stay_masked_for_those_who_may_not_see_them(container: Container) -> None:
    """T7: the workbook is no way around the mask, and another branch's bill does not exist."""
    bill_id = await confirmed(container)
    plain, _ = await new_staff(container, ["bill.read"])
    rows = await table(container, await payroll.payroll(container.ports, plain, bill_id))
    assert all("*" in str(r[1]) for r in rows[1:-1])
    stranger, _ = await new_staff(container, ["bill.read"], "远航物流（上海）有限公司")
    with pytest.raises(Refusal, match="not_found"):
        await payroll.payroll(container.ports, stranger, bill_id)


async def test_a_persons_month(container: Container) -> None:
    """§60: the lines of one person, those of confirmed bills of companies in scope."""
    bill_id = await confirmed(container, 2)
    admin = await account("admin")
    row = await Person.get(name=person(1)["姓名"])
    found = await payroll.statement(admin, row.id, 202611)
    assert {line.person_id for line in found.lines} == {row.id}
    view = await bill.one(admin, bill_id)
    other = await Person.get(name=person(2)["姓名"])
    both = [found, await payroll.statement(admin, other.id, 202611)]
    assert sum(each.employee_fen for each in both) == view.employee_fen
    assert sum(each.employer_fen for each in both) == view.employer_fen
    stranger, _ = await new_staff(container, ["bill.read"], "远航物流（上海）有限公司")
    assert (await payroll.statement(stranger, row.id, 202611)).lines == ()
    assert (await payroll.statement(admin, row.id, 202612)).lines == ()
