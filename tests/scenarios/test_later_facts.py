"""What becomes known after a month was closed is settled in the next open one, labelled, to the fen, and once."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from app.container import Container
from app.worker import drain
from db.models.bill import Bill, BillLine
from db.models.enrollment import EnrollmentItem
from db.models.person import Person
from db.models.policy import Policy
from domain.columns import ImportKind
from domain.policy import Kind
from services import batch, bill, ledger
from tests.factories import account, company_id, confirm_policies, enrolled, key, later, person, sheet

HEADERS = ("姓名", "证件号码", "申报工资", "手机号", "公积金比例", "起始月")
STOP = ("姓名", "证件号码", "最后缴费月", "停保原因")


async def _close(container: Container, month: int) -> int:
    ports = container.ports
    drafted = await bill.draft_month(ports, await account("zhuanyuan"), month, await company_id())
    await drain(ports)
    bill_id = drafted.bill_ids[0]
    await bill.confirm(ports, await account("zhuguan"), bill_id, key())
    await bill.close(ports, await account("caiwu"), bill_id, key())
    return bill_id


async def _raise_pension_floor(container: Container, floor_fen: int) -> tuple[int, int]:
    """A notice published late: the pension base of Beijing from 2026-07 has another lower limit."""
    old = await Policy.get(city_code="110000", category="employee", kind="pension", effective_from=202607, retired_at=0)
    now, new_id = container.ports.store.clock(), container.ports.store.ids.one()
    values = {f: getattr(old, f) for f in Policy._meta.db_fields if f not in ("id", "revision", "base_min_fen")}
    values |= {"created_at": now, "confirmed_at": now, "base_min_fen": floor_fen, "revision": old.revision + 1}
    await Policy.create(id=new_id, **values)
    await Policy.filter(id=old.id).update(retired_at=now)
    return old.id, new_id


def _owed(base: str, months: int, floor: str) -> Decimal:
    """Both sides of a person's months in Beijing by the figures of 2026-07, class 2, housing fund 12 % each."""
    declared = Decimal(base)
    pension = max(declared, Decimal(floor))
    other = max(declared, Decimal(7270))
    fund = (declared * Decimal("0.12")).quantize(Decimal(1), ROUND_HALF_UP)
    cents = [
        pension * Decimal("0.16"),
        pension * Decimal("0.08"),
        other * Decimal("0.098"),
        other * Decimal("0.02"),
        other * Decimal("0.005"),
        other * Decimal("0.005"),
        other * Decimal("0.004"),
    ]
    month = sum((c.quantize(Decimal("0.01"), ROUND_HALF_UP) for c in cents), Decimal(3)) + 2 * fund
    return month * months


async def test_back_dated_limit_late_leaver_and_late_starter(container: Container) -> None:
    """A4.1, M3.3, A1.3: three facts that arrive after September and October were closed."""
    ports, maker = container.ports, await account("zhuanyuan")
    await confirm_policies(container)
    early = [person(1, "10000"), person(2, "7300"), person(3, "7300")]
    await enrolled(container, sheet([p | {"起始月": "2026-09"} for p in early], HEADERS), month=202609)
    closed = [await _close(container, 202609), await _close(container, 202610)]
    before = [[r async for r in BillLine.filter(bill_id=b).order_by("id").values()] for b in closed]

    await later(container, days=1)
    old_id, new_id = await _raise_pension_floor(container, 800_000)
    try:
        gone = {"姓名": early[0]["姓名"], "证件号码": early[0]["证件号码"], "最后缴费月": "2026-09", "停保原因": "辞职"}
        await enrolled(container, sheet([gone], STOP), kind=ImportKind.TERMINATE)
        new = person(4, "9000") | {"起始月": "2026-10"}
        await enrolled(container, sheet([new], HEADERS))
        for _ in range(2):
            drafted = await bill.draft_month(ports, maker, 202611, await company_id())
            await drain(ports)
        november = await Bill.get(id=drafted.bill_ids[0])
        lines = await BillLine.filter(bill_id=november.id)
        by_type: dict[tuple[str, int], list[BillLine]] = defaultdict(list)
        for line in lines:
            by_type[line.line_type, line.belongs_month].append(line)
        assert {k: len(v) for k, v in by_type.items()} == {
            ("normal", 202611): 3 * 5,
            ("difference", 202609): 2,  # the two on 7,300; the leaver's 10,000 lies above the new floor
            ("difference", 202610): 2 + 5,  # and all five kinds of the leaver go back
            ("makeup", 202610): 5,
        }
        raised = by_type["difference", 202609]
        assert {(r.kind, r.employer_fen, r.employee_fen) for r in raised} == {(Kind.PENSION, 11_200, 5_600)}
        assert all(
            line.employer_fen <= 0 and line.employee_fen <= 0
            for line in by_type["difference", 202610]
            if line.policy_id is None
        )

        total = sum([r.employer_fen + r.employee_fen for r in await BillLine.all()])
        owed = _owed("10000", 1, "8000") + 2 * _owed("7300", 3, "8000") + _owed("9000", 2, "8000")
        assert total == int(owed * 100)

        views = await bill.lines(ports, await bill.one(maker, november.id), "", None, 100, 0)
        told = await bill.explanations(ports, [v for v in views.rows if v.reason])
        texts = [t.explanation.text for t in told]
        assert sum(t.startswith("补差 2026-09") for t in texts) == 2
        assert sum(t.startswith("补缴 2026-10") for t in texts) == 5
        assert any("应缴 1280.00，已出账 1168.00，差额 112.00" in t for t in texts)
        assert any("已停保" in t for t in texts)

        assert [[r async for r in BillLine.filter(bill_id=b).order_by("id").values()] for b in closed] == before
        await bill.confirm(ports, await account("zhuguan"), november.id, key())
        await bill.close(ports, await account("caiwu"), november.id, key())
        balances = await ledger.balances(await account("admin"))
        receivable = next(b for b in balances if b.code == "client_receivable")
        assert receivable.debit_fen - receivable.credit_fen == total
        december = await bill.draft_month(ports, maker, 202612, await company_id())
        await drain(ports)
        assert {r.line_type for r in await BillLine.filter(bill_id=december.bill_ids[0])} == {"normal"}
    finally:
        await Policy.filter(id=old_id).update(retired_at=0)
        await Policy.filter(id=new_id).delete()


async def test_while_an_earlier_month_is_open_its_bill_takes_the_differences(container: Container) -> None:
    """Two open months never charge the same difference twice."""
    ports, maker = container.ports, await account("zhuanyuan")
    await confirm_policies(container)
    leaver = person(1)
    await enrolled(
        container, sheet([leaver | {"起始月": "2026-09"}, person(2) | {"起始月": "2026-09"}], HEADERS), month=202609
    )
    await _close(container, 202609)
    await bill.draft_month(ports, maker, 202610, await company_id())
    await drain(ports)
    gone = {"姓名": leaver["姓名"], "证件号码": leaver["证件号码"], "最后缴费月": "2026-08", "停保原因": "辞职"}
    await later(container, hours=1)
    # The last month lies before the start: the precheck refuses it, so the clerk stops with the month of the start.
    gone["最后缴费月"] = "2026-09"
    await enrolled(container, sheet([gone], STOP), kind=ImportKind.TERMINATE)
    drafted = await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    november = await bill.one(maker, drafted.bill_ids[0])
    assert "earlier_month_open" in {p.code for p in november.problems}
    assert {r.line_type for r in await BillLine.filter(bill_id=november.id)} == {"normal"}


async def test_months_closed_out_of_order_charge_nothing_twice(container: Container) -> None:
    """November is closed before October and carries a makeup of September; October does not carry it again."""
    await confirm_policies(container)
    await enrolled(container, sheet([person(1) | {"起始月": "2026-09"}], HEADERS), month=202609)
    await _close(container, 202609)
    await later(container, hours=1)
    await enrolled(container, sheet([person(2) | {"起始月": "2026-09"}], HEADERS), month=202611)
    for month in (202611, 202610):
        await _close(container, month)
    for serial in (1, 2):
        name = person(serial)["姓名"]
        mine = [r for r in await BillLine.all() if r.person_id == (await Person.get(name=name)).id]
        per_month = defaultdict(int)
        for line in mine:
            per_month[line.belongs_month] += 1
        assert per_month == {202609: 5, 202610: 5, 202611: 5}, name


async def test_an_empty_draft_does_not_block_the_months_after_it(container: Container) -> None:
    """Its only batch was undone: the bill is computed again with nobody on it and can be closed."""
    ports, maker = container.ports, await account("zhuanyuan")
    only = await enrolled(container, sheet([person(1) | {"起始月": "2026-10"}], HEADERS), month=202610)
    await bill.draft_month(ports, maker, 202610, await company_id())
    await drain(ports)
    await batch.undo(ports, maker, only, "导入了错误的文件", key())
    assert (await Bill.get(id=await _close(container, 202610))).line_count == 0


async def test_who_leaves_leaves_with_every_kind(container: Container) -> None:
    """A1.3: social insurance by one batch and housing fund by another end with one row, and come back by one undo."""
    ports, maker = container.ports, await account("zhuanyuan")
    who, kinds = person(1), ("养老", "医疗", "失业", "工伤", "公积金")
    headers = (*HEADERS, *kinds)
    for chosen in (kinds[:4], kinds[4:]):
        flags = {kind: "是" if kind in chosen else "否" for kind in kinds}
        await enrolled(container, sheet([who | flags | {"起始月": "2026-09"}], headers), month=202609)
    gone = {"姓名": who["姓名"], "证件号码": who["证件号码"], "最后缴费月": "2026-11", "停保原因": "辞职"}
    stopped = await enrolled(container, sheet([gone], STOP), kind=ImportKind.TERMINATE)
    items = await EnrollmentItem.all().values_list("state", "last_month")
    assert [tuple(i) for i in items] == [("stopped", 202611)] * 5
    await batch.undo(ports, maker, stopped, "本人未离职", key())
    items = await EnrollmentItem.all().values_list("state", "last_month")
    assert [tuple(i) for i in items] == [("effective", None)] * 5
