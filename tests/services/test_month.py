"""Running a month: gaps are told and never counted as zero, other clients stay apart."""

from __future__ import annotations

import orjson
import pytest

from app.container import Container
from app.worker import drain
from db.models.bill import Bill, BillLine
from db.models.company import Company
from domain.bill import BillState
from domain.errors import Refusal
from domain.policy import Category
from domain.selection import Choice
from services import bill, order
from services.paging import Window
from tests.factories import account, company_id, enrolled, key, new_staff, person, sheet


async def test_a_company_without_injury_class_has_no_complete_bill(container: Container) -> None:
    """Work injury without a class is a problem on the bill, and such a bill cannot be confirmed."""
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    await enrolled(container, sheet([person(1), person(2)]))
    await Company.filter(id=await company_id()).update(injury_class=None)
    drafted = await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    try:
        told = orjson.loads((await Bill.get()).problems)
        assert [(p["code"], p["value"]) for p in told] == [("injury_class_missing", "2 人")]
        assert not await BillLine.filter(kind="work_injury").exists()
        with pytest.raises(Refusal, match="bill_incomplete"):
            await bill.confirm(ports, reviewer, drafted.bill_ids[0], key())
    finally:
        await Company.filter(id=await company_id()).update(injury_class=2)
    await bill.draft_month(ports, maker, 202611, await company_id())
    await drain(ports)
    await bill.confirm(ports, reviewer, drafted.bill_ids[0], key())
    assert await BillLine.filter(kind="work_injury").count() == 2
    found = {s: await bill.find(reviewer, None, None, Window(5), s) for s in (BillState.DRAFT, BillState.CONFIRMED)}
    assert [page.total for page in found.values()] == [0, 1]


async def test_a_month_computed_twice_has_its_lines_once(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1), person(2)]), scheme="北京五险一金（12%）")
    for _ in range(3):
        await bill.draft_month(ports, maker, 202611, None)
        await drain(ports)
    made = await Bill.get()
    lines = await BillLine.filter(bill_id=made.id)
    assert made.line_count == len(lines) == 2 * 6
    assert made.fee_fen == 2 * 3000
    assert made.people == 2


async def test_a_month_with_nobody_is_refused(container: Container) -> None:
    with pytest.raises(Refusal, match="nobody_enrolled"):
        await bill.draft_month(container.ports, await account("zhuanyuan"), 202611, await company_id())
    assert not await Bill.all().exists()


async def test_a_missing_policy_stops_the_quote_and_says_so(container: Container) -> None:
    """A city without policies in a month: every kind is left out with its reason, none is zero."""
    admin = await account("admin")
    wanted = order.Wanted("110000", Category.EMPLOYEE, 203501, 1_000_000, Choice())
    quote = await order.quoted(container.ports, admin, wanted)
    assert not quote.lines
    assert {p.code for _, p in quote.omitted} == {"policy_missing"}


async def test_a_branch_limited_specialist_runs_only_the_own_branch(container: Container) -> None:
    await enrolled(container, sheet([person(1)]))
    await enrolled(container, sheet([person(2) | {"公积金比例": "7%"}]), company="远航物流（上海）有限公司")
    limited, _ = await new_staff(container, ["bill.draft"], "远航物流（上海）有限公司")
    drafted = await bill.draft_month(container.ports, limited, 202611, None)
    await drain(container.ports)
    assert len(drafted.bill_ids) == 1
    assert [b.company_id for b in await Bill.all()] == [await company_id("远航物流（上海）有限公司")]  # type: ignore[attr-defined]
