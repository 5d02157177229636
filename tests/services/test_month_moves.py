"""Somebody who changes clients: no month has two payers, none is lost, and work injury is each employer's own."""

from __future__ import annotations

from collections import Counter

from app.container import Container
from app.worker import drain
from db.models.bill import BillLine
from domain.columns import ImportKind
from services import batch, bill
from tests.factories import HEADERS, account, checked, company_id, enrolled, person, sheet

FIRST, SECOND = "晨光科技有限公司", "蓝天餐饮管理有限公司"
KINDS = ("养老", "医疗", "失业", "工伤", "公积金")
SOCIAL = {"pension", "medical", "unemployment", "work_injury"}
STOP = ("姓名", "证件号码", "最后缴费月", "停保原因")


def _newcomer(start: str, *only: str) -> bytes:
    """The person's row of an enrolment sheet, in Beijing; with kinds named, those alone."""
    flags = {kind: "是" if kind in only else "否" for kind in KINDS} if only else {}
    row = person(1, 参保城市="北京", 起始月=start) | flags
    return sheet([row], (*HEADERS, "参保城市", "起始月", *flags))


async def _leaves(container: Container, last: str) -> None:
    who = person(1)
    gone = {"姓名": who["姓名"], "证件号码": who["证件号码"], "最后缴费月": last, "停保原因": "辞职"}
    await enrolled(container, sheet([gone], STOP), company=FIRST, kind=ImportKind.TERMINATE)


async def _billed(container: Container, *months: int) -> Counter[tuple[str, int]]:
    """How often each kind is billed for each month, by all companies together."""
    ports, maker = container.ports, await account("zhuanyuan")
    for month in months:
        await bill.draft_month(ports, maker, month, None)
        await drain(ports)
    return Counter([(r.kind, r.belongs_month) for r in await BillLine.exclude(line_type="service_fee")])


async def test_a_month_with_the_old_payer_is_not_taken_by_the_new_one(container: Container) -> None:
    """B5: the last month there is the start month here, so kinds with one payer are refused; work injury is not."""
    await enrolled(container, _newcomer("2026-10"), company=FIRST, month=202610)
    await _leaves(container, "2026-11")
    refused = await checked(container, _newcomer("2026-11"), company=SECOND)
    view = await batch.one(await account("zhuanyuan"), refused)
    assert (view.ok_rows, view.failed_rows) == (0, 1)
    page = await batch.rows(container.ports, view, None, None, 10, 0)
    assert "payer_conflict" in {p.code for p in page.rows[0].problems}
    assert FIRST not in str([p.message for p in page.rows[0].problems]), "another client is never named"

    await enrolled(container, _newcomer("2026-11", "工伤"), company=SECOND)
    billed = await _billed(container, 202610, 202611, 202612)
    assert billed["work_injury", 202611] == 2
    assert {billed[kind, 202611] for kind in SOCIAL - {"work_injury"}} == {1}
    assert {month for kind, month in billed if kind == "pension"} == {202610, 202611}
    owners = await BillLine.filter(kind="work_injury", belongs_month=202611).values_list("bill__company_id", flat=True)
    assert set(owners) == {await company_id(FIRST), await company_id(SECOND)}


async def test_a_move_between_months_is_billed_exactly_once(container: Container) -> None:
    """B5: the last month with the old client and the first one with the new meet without gap or overlap."""
    await enrolled(container, _newcomer("2026-10"), company=FIRST, month=202610)
    await _leaves(container, "2026-10")
    await enrolled(container, _newcomer("2026-11"), company=SECOND)
    billed = await _billed(container, 202610, 202611, 202612)
    for month in (202610, 202611, 202612):
        assert {billed[kind, month] for kind in (*SOCIAL, "housing_fund")} == {1}, month
    assert sum(billed.values()) == 3 * 5
    before = BillLine.filter(belongs_month=202610).values_list("bill__company_id", flat=True)
    after = BillLine.filter(belongs_month__gte=202611).values_list("bill__company_id", flat=True)
    assert set(await before) == {await company_id(FIRST)}
    assert set(await after) == {await company_id(SECOND)}
