"""A4.2, A4.1: our service fee for closed months follows what became known later, once, and is looked for cheaply."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import Any

import pytest

from app.container import Container
from app.settings import ROOT
from app.worker import drain
from db.models.bill import Bill, BillLine
from db.models.enrollment import Enrollment
from db.sql import fetch
from db.transaction import work
from domain.columns import ImportKind
from domain.errors import Refusal
from domain.policy import Kind
from services import batch, bill, ledger
from services.bill import suspects
from services.bill.stale import mark_stale
from services.staff import SYSTEM
from tests.changing import OTHER, changed, drafted, new_scheme, of
from tests.factories import HEADERS, account, company_id, confirm_policies, enrolled, key, later, person, sheet

SCHEME = "每月三十"
FEE = 3_000


@pytest.fixture
async def ready(container: Container) -> Container:
    """A scheme with a fee of 30 yuan for everybody, and policies that may close a month."""
    await confirm_policies(container)
    await new_scheme(container, SCHEME, Kind.PENSION, Kind.MEDICAL)
    return container


async def _join(container: Container, serial: int, start: str = "2026-09", scheme: str = SCHEME, **about: Any) -> int:
    row = person(serial, 起始月=start, 参保城市="北京")
    return await enrolled(container, sheet([row], (*HEADERS, "起始月", "参保城市")), scheme=scheme, **about)


async def _leave(container: Container, serial: int, last: str, **about: Any) -> int:
    gone = changed(of(serial, 最后缴费月=last, 停保原因="辞职"))
    return await enrolled(container, gone, kind=ImportKind.TERMINATE, **about)


async def _close(container: Container, *months: int, company: str | None = None) -> None:
    owner = await company_id(company) if company else await company_id()
    for month in months:
        await drafted(container, month, company)
        made = await Bill.get(company_id=owner, month=month)
        await bill.confirm(container.ports, await account("zhuguan"), made.id, key())
        await bill.close(container.ports, await account("caiwu"), made.id, key())
        await drain(container.ports)
        await later(container, hours=3)


async def _fees(month: int, company: str | None = None) -> Counter[tuple[int, int]]:
    """Fees on the bill of a month: how many lines of which amount for which month."""
    owner = await company_id(company) if company else await company_id()
    lines = BillLine.filter(bill__month=month, bill__company_id=owner, line_type="service_fee")
    return Counter([(r.belongs_month, r.employer_fen) for r in await lines])


async def _told(container: Container, month: int) -> set[str]:
    view = await bill.of_company(await account("admin"), await company_id(), month)
    page = await bill.lines(container.ports, view, "", None, 200, 0)
    fees = [v for v in page.rows if v.line_type == "service_fee" and v.reason]
    return {e.explanation.text.split("：")[0] for e in await bill.explanations(container.ports, fees)}


async def _income() -> int:
    rows = await ledger.balances(await account("admin"))
    return sum(r.credit_fen - r.debit_fen for r in rows if r.code == "service_income")


async def _charged() -> int:
    rows = await fetch(
        "SELECT SUM(l.employer_fen) AS fen FROM bill_line l JOIN bill b ON b.id = l.bill_id "
        "WHERE b.state = 'closed' AND l.line_type = 'service_fee'"
    )
    return int(rows[0]["fen"])


async def test_late_arrival_is_charged_for_three_closed_months(ready: Container) -> None:
    """A4.2: who was accepted late pays from the start; those who were there pay nothing again; twice is the same."""
    await _join(ready, 1, month=202609)
    await _close(ready, 202609, 202610, 202611)
    await _join(ready, 2)
    for _ in range(2):
        await drafted(ready, 202612)
        assert await _fees(202612) == {(m, FEE): 1 for m in (202609, 202610, 202611)} | {(202612, FEE): 2}
    assert (await Bill.get(month=202612)).fee_fen == 5 * FEE
    assert await _told(ready, 202612) == {f"补收 2026-{m} 服务费 30.00" for m in ("09", "10", "11")}
    await _close(ready, 202612)
    assert await _income() == await _charged() == 8 * FEE
    await drafted(ready, 202701)
    assert await _fees(202701) == {(202701, FEE): 2}


async def test_a_leaver_gets_the_fee_back_and_pays_it_again_when_the_stop_is_undone(ready: Container) -> None:
    """A4.2: a bill whose fee is negative is closed into a ledger that balances, and an undone stop turns it round."""
    await _join(ready, 1, month=202609)
    await _close(ready, 202609, 202610, 202611)
    stopped = await _leave(ready, 1, "2026-09")
    await drafted(ready, 202612)
    assert await _fees(202612) == {(202610, -FEE): 1, (202611, -FEE): 1}
    assert (await Bill.get(month=202612)).fee_fen == -2 * FEE
    assert await _told(ready, 202612) == {"退回 2026-10 服务费 30.00", "退回 2026-11 服务费 30.00"}
    await _close(ready, 202612)
    assert await _income() == await _charged() == FEE
    balances = await ledger.balances(await account("admin"))
    assert sum(b.debit_fen for b in balances) == sum(b.credit_fen for b in balances)

    await batch.undo(ready.ports, await account("zhuanyuan"), stopped, "本人未离职", key())
    await drafted(ready, 202701)
    assert await _fees(202701) == {(m, FEE): 1 for m in (202610, 202611, 202612, 202701)}
    await _close(ready, 202701)
    assert await _income() == await _charged() == 5 * FEE
    await drafted(ready, 202702)
    assert await _fees(202702) == {(202702, FEE): 1}


async def test_a_second_enrolment_costs_the_difference(ready: Container) -> None:
    """A4.2: one fee a person: the dearer enrolment that arrives late adds what is missing, on its own line."""
    await new_scheme(ready, "公积金四十五", Kind.HOUSING_FUND)
    await _join(ready, 1, month=202609)
    await _close(ready, 202609, 202610)
    await _join(ready, 1, scheme="公积金四十五")
    await drafted(ready, 202611)
    assert await _fees(202611) == {(202611, FEE): 1}, "the same fee for two enrolments is one"
    second = await Enrollment.all().order_by("-id").first()
    assert second is not None
    # As if the second scheme had cost 45 yuan from the start.
    await Enrollment.filter(id=second.id).update(service_fee_fen=4_500)
    await drafted(ready, 202611)
    assert await _fees(202611) == {(202609, 1_500): 1, (202610, 1_500): 1, (202611, 4_500): 1}
    on = await BillLine.filter(bill__month=202611, line_type="service_fee").values_list("enrollment_id", flat=True)
    assert set(on) == {second.id}


async def test_a_transfer_told_late_moves_the_fee(ready: Container) -> None:
    """B5, A4.2: the old company gets the month's fee back, the new one pays it."""
    await _join(ready, 1, month=202609)
    await _join(ready, 2, month=202609, company=OTHER)
    await _close(ready, 202609, 202610)
    await _close(ready, 202609, 202610, company=OTHER)
    await _leave(ready, 1, "2026-09")
    await _join(ready, 1, "2026-10", company=OTHER)
    await drafted(ready, 202611)
    await drafted(ready, 202611, OTHER)
    assert await _fees(202611) == {(202610, -FEE): 1}
    assert await _fees(202611, OTHER) == {(202610, FEE): 1, (202611, FEE): 2}


async def test_an_undone_enrolment_pays_no_fee(ready: Container) -> None:
    """A3.1: late and undone before a bill is closed: nothing is left; with a closed bill it is not undone at all."""
    await _join(ready, 1, month=202609)
    await _close(ready, 202609, 202610)
    wrong = await _join(ready, 2)
    await drafted(ready, 202611)
    assert (await _fees(202611))[202610, FEE] == 1
    await batch.undo(ready.ports, await account("zhuanyuan"), wrong, "导入了错误的文件", key())
    await drafted(ready, 202611)
    assert await _fees(202611) == {(202611, FEE): 1}
    billed = await _join(ready, 3)
    await _close(ready, 202611)
    with pytest.raises(Refusal, match="batch_depended_on"):
        await batch.undo(ready.ports, await account("zhuanyuan"), billed, "导入了错误的文件", key())


async def _past(*months: int) -> suspects.Past:
    owner = await company_id()
    closed = await fetch("SELECT * FROM bill WHERE company_id = ? AND state = 'closed'", [owner])
    since = suspects.settled_until(closed, max(months) + 1)
    return suspects.Past(owner, None, months, [b["id"] for b in closed], since)


async def test_only_those_who_moved_since_are_looked_at(ready: Container) -> None:
    """A4.1: a settled month costs nothing, and a stop is found however long after it is recorded."""
    for serial in (1, 2, 3):
        await _join(ready, serial, month=202609)
    await _close(ready, 202609, 202610, 202611)
    quiet = await suspects.find(await _past(202609, 202610, 202611))
    assert (quiet.months, quiet.moved) == ({}, [])
    await later(ready, days=100)
    await _leave(ready, 2, "2026-09")
    found = await suspects.find(await _past(202609, 202610, 202611))
    gone = await Enrollment.get(state="stopped")
    assert (found.months, found.moved) == ({gone.id: {202610, 202611}}, [[gone.id]])


async def test_a_month_that_left_the_settling_to_an_earlier_one_settled_nothing() -> None:
    """A4.1: such a bill, one from before parts, and one that was computed before the month was closed do not count."""

    def closed(month: int, drafted_at: int, problems: str = "[]", generation: int = 1) -> dict:
        hour = suspects.MARGIN_MS
        return {
            "month": month,
            "drafted_at": drafted_at * hour,
            "closed_at": (drafted_at + 1) * hour,
            "problems": problems,
            "generation": generation,
        }

    first = closed(202609, 10)
    for second, instant in (
        (closed(202610, 20), 20),
        (closed(202610, 20, '[{"code":"earlier_month_open"}]'), 10),
        (closed(202610, 20, generation=0), 10),
        (closed(202610, 10), 10),
    ):
        assert suspects.settled_until([first, closed(202611, 30, '["earlier_month_open"]')], 202610) == 9 * 3_600_000
        both = suspects.settled_until([first, second], 202611)
        assert both == (min(instant, 20) - 1) * suspects.MARGIN_MS


def test_only_batches_change_what_people_are_enrolled_in() -> None:
    """Settling finds who moved by the audit lines of batches: another writer of these tables must be found too."""
    model = r"(Enrollment|EnrollmentItem)\.[^;]{0,200}?(create|update|delete)\("
    writes = re.compile(rf'(UPDATE|INTO|FROM) enrollment(_item)? SET|insert_many\(\s*"enrollment(_item)?"|{model}')
    writers = {
        path.relative_to(ROOT).parts[:2]
        for folder in ("services", "bots", "resolvers", "app")
        for path in (ROOT / folder).rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8"))
    }
    assert writers == {("services", "batch")}


async def test_a_bill_waits_for_acts_that_are_changing_people(ready: Container) -> None:
    """A4.1: an act that came to its mark before the bill was there is over before the bill begins."""
    await _join(ready, 1, month=202611)
    order: list[str] = []
    marked = asyncio.Event()

    async def act() -> None:
        async with work(ready.ports.store, SYSTEM):
            await mark_stale(await company_id(), [202611])
            marked.set()
            await asyncio.sleep(0.3)
            order.append("act")

    async def start() -> None:
        await marked.wait()
        await bill.draft_month(ready.ports, await account("zhuanyuan"), 202611, await company_id())
        order.append("bill")

    await asyncio.gather(act(), start())
    assert order == ["act", "bill"]
