"""The main job, from an Excel sheet to a closed bill, on whichever database the suite runs."""

from __future__ import annotations

import io
import logging
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.container import Container
from app.settings import ROOT
from app.worker import drain
from db.models.batch import BatchRow
from domain.columns import ImportKind
from domain.enrollment import EnrollmentState
from domain.errors import Refusal
from domain.policy import Kind
from services import approval, batch, bill, enrollment, file, ledger
from services.paging import Window
from tests.factories import account, checked, company_id, confirm_policies, enrolled, key, person, sheet

SAMPLE = ROOT / "samples" / "增员_样例.xlsx"


def yuan_half_up(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def fen_half_up(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


async def test_the_sample_from_sheet_to_ledger(container: Container) -> None:
    """A1.1, A1.2, A2.1, A4.5, B4, B5: good rows become a bill that explains itself, the bad ones stay out."""
    ports = container.ports
    maker, reviewer, finance = await account("zhuanyuan"), await account("zhuguan"), await account("caiwu")
    batch_id = await checked(container, SAMPLE.read_bytes(), name=SAMPLE.name)
    view = await batch.one(maker, batch_id)
    assert (view.state, view.total_rows, view.ok_rows, view.failed_rows) == ("checked", 32, 23, 9)

    await _error_workbook_has_the_failed_rows(container, batch_id)

    await batch.confirm(ports, maker, batch_id, key())
    with pytest.raises(Refusal, match="batch_state"):
        await batch.submit(ports, maker, batch_id, key())
    waiting = (await approval.of_batches(reviewer, [batch_id]))[0]
    assert waiting is not None
    await approval.decide(ports, reviewer, waiting.id, True, "同意", key())
    await batch.submit(ports, maker, batch_id, key())
    rows = await BatchRow.filter(batch_id=batch_id, state="submitted").order_by("row_no")
    answer = batch.Answer(((rows[0].row_no, "社保局：此人档案地址缺失"),), accept_rest=True)
    await batch.record(ports, maker, batch_id, answer, key())
    view = await batch.one(maker, batch_id)
    assert (view.state, view.accepted_rows, view.rejected_rows) == ("done", 22, 1)

    effective = await enrollment.find(ports, maker, enrollment.Filter(state=EnrollmentState.EFFECTIVE), Window(100))
    assert effective.total == 22

    drafted = await bill.draft_month(ports, maker, 202611, None)
    await drain(ports)
    assert len(drafted.bill_ids) == 1
    assert not drafted.problems
    bill_id = drafted.bill_ids[0]
    with pytest.raises(Refusal, match="bill_state"):
        await bill.close(ports, finance, bill_id, key())
    await bill.confirm(ports, reviewer, bill_id, key())
    with pytest.raises(Refusal, match="policies_unconfirmed"):
        await bill.close(ports, finance, bill_id, key())
    await confirm_policies(container)
    await bill.close(ports, finance, bill_id, key())
    with pytest.raises(Refusal, match="bill_state"):
        await bill.draft_month(ports, maker, 202611, await company_id())

    closed = await bill.one(maker, bill_id)
    balances = {b.code: b for b in await ledger.balances(await account("admin"))}
    owed = closed.employer_fen + closed.employee_fen + closed.fee_fen
    assert balances["client_receivable"].debit_fen == owed > 0
    assert sum(b.debit_fen for b in balances.values()) == sum(b.credit_fen for b in balances.values())


async def _error_workbook_has_the_failed_rows(container: Container, batch_id: int) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    stored = await file.content(ports, maker, await batch.errors(ports, maker, batch_id))
    table = CalamineWorkbook.from_filelike(io.BytesIO(stored[1])).get_sheet_by_index(0).to_python()
    failed = (
        await BatchRow.filter(batch_id=batch_id, state="failed").order_by("row_no").values_list("row_no", flat=True)
    )
    numbers = [int(row[table[0].index("原表行号")]) for row in table[1:] if row[0] != ""]
    assert numbers == list(failed)
    told = [row[table[0].index("错误")] for row in table[1 : len(numbers) + 1]]
    assert all(told)


async def test_the_bill_is_right_to_the_fen(container: Container) -> None:
    """The Beijing lines of a person, computed here by plain Decimal from the published figures (2026-07 limits)."""
    ports, maker = container.ports, await account("zhuanyuan")
    people = [person(1, "10000.00"), person(2, "4200"), person(3, "60000"), person(4, "12345.67")]
    await enrolled(container, sheet(people))
    drafted = await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    view = await bill.one(maker, drafted.bill_ids[0])
    page = await bill.lines(ports, view, "", None, 100, 0)
    employer = employee = Decimal(0)
    for each in people:
        declared = Decimal(each["申报工资"])
        base = min(max(declared, Decimal(7270)), Decimal(36348))
        fund = min(max(declared, Decimal(2540)), Decimal(36348))
        employer += fen_half_up(base * Decimal("0.16")) + fen_half_up(base * Decimal("0.098"))
        employer += fen_half_up(base * Decimal("0.005")) + fen_half_up(base * Decimal("0.004"))
        employer += yuan_half_up(fund * Decimal("0.12"))
        employee += fen_half_up(base * Decimal("0.08")) + fen_half_up(base * Decimal("0.02")) + 3
        employee += fen_half_up(base * Decimal("0.005"))
        employee += yuan_half_up(fund * Decimal("0.12"))
    assert (view.employer_fen, view.employee_fen) == (int(employer * 100), int(employee * 100))
    assert view.employer_fen + view.employee_fen == sum(r.employer_fen + r.employee_fen for r in page.rows)

    capped = next(r for r in page.rows if r.kind == Kind.PENSION and r.declared_base_fen == 6_000_000)
    told = (await bill.explanations(ports, [capped]))[0]
    for fact in ("60,000.00", "36,348.00", "16%", "5,815.68", "8%", "2,907.84"):
        assert fact in told.explanation.text
    assert told.policy is not None
    assert told.policy.source in told.explanation.text


async def test_a_leaver_is_billed_to_the_last_month_and_no_further(container: Container) -> None:
    """A1.3, A2.2: stopping in November leaves November on the bill and takes December off."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1), person(2)]))
    leaver = person(2)
    gone = {"姓名": leaver["姓名"], "证件号码": leaver["证件号码"], "最后缴费月": "2026-11", "停保原因": "辞职"}
    content = sheet([gone], ("姓名", "证件号码", "最后缴费月", "停保原因"))
    await enrolled(container, content, kind=ImportKind.TERMINATE)
    for month, people in ((202611, 2), (202612, 1)):
        drafted = await bill.draft_month(ports, maker, month, await company_id())
        await drain(ports)
        assert (await bill.one(maker, drafted.bill_ids[0])).people == people
    stopped = await enrollment.find(ports, maker, enrollment.Filter(state=EnrollmentState.STOPPED), Window(10))
    assert [(r.last_month, r.stop_reason) for r in stopped.rows] == [(202611, "resigned")]


async def test_no_plain_id_number_anywhere_at_rest(
    container: Container, settings_var: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """T7: after the job no file, no row and no line of the log, SQL included, holds an ID number, phone or card."""
    caplog.set_level(logging.DEBUG)
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    people = [person(n) for n in range(1, 6)]
    wrong = person(7) | {"手机号": "1391234567"}
    batch_id = await enrolled(container, sheet([*people, wrong]))
    await batch.errors(ports, maker, batch_id)
    await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    view = (await bill.find(maker, 202611, None, Window(1))).rows[0]
    await bill.workbook(ports, reviewer, view.id)
    secrets = {str(each[field]) for each in [*people, wrong] for field in ("证件号码", "手机号", "银行卡号")}
    logged, stored = caplog.text, await _everything_stored(settings_var)
    # A search that finds nothing proves something only where it would find what is there: names are not sealed.
    name = people[0]["姓名"]
    assert name in logged
    assert any(name.encode() in text for text in stored)
    assert not [text for text in stored if any(s.encode() in text for s in secrets)]
    assert not [s for s in secrets if s in logged]


async def _everything_stored(var: Path) -> list[bytes]:
    """Every file under var/, and every column of every table as bytes."""
    from tortoise import Tortoise

    from db.sql import fetch

    stored = [path.read_bytes() for path in var.rglob("*") if path.is_file()]
    for model in Tortoise.apps["shebao"].values():
        for row in await fetch(f"SELECT * FROM `{model._meta.db_table}`"):
            stored += [v if isinstance(v, bytes) else str(v).encode() for v in row.values() if v is not None]
    return stored


@pytest.fixture
def settings_var(settings) -> Path:  # type: ignore[no-untyped-def]
    """Where the product under test keeps its files."""
    return settings.var_dir
