"""A month in parts: one job a city, together one bill, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from app.container import Container
from app.worker import drain
from db import outbox
from db.models.bill import Bill, BillLine, BillPart
from db.models.enrollment import Enrollment, EnrollmentItem
from db.models.system import Outbox
from db.transaction import work
from domain.bill import PartState, merged
from domain.columns import ImportKind
from domain.errors import Problem, Refusal, Severity
from services import batch, bill, ledger
from services.bill import parts
from services.bill.stale import mark_stale
from services.policy import cities
from services.staff import SYSTEM
from tests.factories import HEADERS, account, company_id, confirm_policies, enrolled, key, later, person, sheet

MONTH = 202611
CITIES = ("北京", "成都", "武汉")


async def _enrol(container: Container, places: tuple[str, ...] = CITIES, each: int = 2, first: int = 1) -> int:
    """People of several cities with one company."""
    rows = [person(first + n, 参保城市=places[n % len(places)]) for n in range(each * len(places))]
    return await enrolled(container, sheet(rows, (*HEADERS, "参保城市")))


async def _draft(container: Container) -> int:
    drafted = await bill.draft_month(container.ports, await account("zhuanyuan"), MONTH, await company_id())
    return drafted.bill_ids[0]


async def _jobs() -> list[dict[str, Any]]:
    """What the jobs that are not done yet are asked to compute."""
    rows = await Outbox.filter(topic="bill.part", done_at=0, failed_at=0).order_by("id")
    return [orjson.loads(r.payload) for r in rows]


async def _lines(bill_id: int) -> set[tuple]:
    columns = ("person_id", "city_code", "kind", "line_type", "belongs_month", "employer_fen", "employee_fen")
    return {tuple(row) for row in await BillLine.filter(bill_id=bill_id).values_list(*columns)}


async def test_a_bill_is_computed_city_by_city_and_says_how_far_it_is(container: Container) -> None:
    """G3, T5: the act answers at once; confirming, closing and the workbook wait for the last part."""
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    await _enrol(container)
    bill_id = await _draft(container)
    jobs = await _jobs()
    assert [j["bill"] for j in jobs] == [bill_id] * 3
    codes = {c.name: c.code for c in await cities()}
    assert {j["city"] for j in jobs} == {codes[name] for name in CITIES}
    for done, job in enumerate(jobs):
        view = await bill.one(maker, bill_id)
        assert (view.computing, view.parts_done, view.parts_total) == (True, done, 3)
        assert (view.people, view.employer_fen) == (0, 0)
        for act in (
            bill.confirm(ports, reviewer, bill_id, key()),
            bill.close(ports, await account("caiwu"), bill_id, key()),
            bill.workbook(ports, reviewer, bill_id),
        ):
            with pytest.raises(Refusal, match="bill_computing"):
                await act
        await bill.run_part(ports, job)
        assert {row[1] for row in await _lines(bill_id)} == {j["city"] for j in jobs[: done + 1]}
    view = await bill.one(maker, bill_id)
    assert (view.computing, view.parts_done, view.parts_total) == (False, 3, 3)
    lines = await BillLine.filter(bill_id=bill_id)
    assert view.people == 6
    assert view.line_count == len(lines)
    assert view.employer_fen == sum(r.employer_fen for r in lines if r.line_type != "service_fee") > 0
    before, written = await Bill.filter(id=bill_id).values(), await _lines(bill_id)
    await drain(ports)
    assert await Bill.filter(id=bill_id).values() == before, "a job that runs again changes nothing"
    assert await _lines(bill_id) == written
    assert await BillLine.filter(bill_id=bill_id).count() == len(lines)
    await bill.confirm(ports, reviewer, bill_id, key())


async def test_parts_come_to_the_same_as_the_whole(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person in two cities counts once; the lines of all parts are those of one computation of everybody."""
    await _enrol(container, each=3)
    # Somebody is insured in Beijing and, for the fund alone, in Chengdu.
    some = (await Enrollment.all().order_by("id"))[0]
    other = (await Enrollment.filter(city_code__not=some.city_code).order_by("id"))[0]
    mover = some.person_id  # type: ignore[attr-defined]
    await Enrollment.filter(id=other.id).update(person_id=mover)
    await EnrollmentItem.filter(enrollment_id=other.id).update(person_id=mover)
    bill_id = await _draft(container)
    await drain(container.ports)
    split, lines = await Bill.get(id=bill_id), await _lines(bill_id)
    assert split.people == 8

    async def one_part(company: int, month: int) -> list[str]:
        return ["110000"]

    monkeypatch.setattr("services.bill.draft._cities", one_part)
    await _draft(container)
    await drain(container.ports)
    whole = await Bill.get(id=bill_id)
    assert await _lines(bill_id) == lines
    for name in ("people", "line_count", "employer_fen", "employee_fen", "fee_fen"):
        assert getattr(whole, name) == getattr(split, name), name


async def test_started_anew_while_parts_run(container: Container) -> None:
    """What an earlier start left in the outbox does nothing, and one that is under way leaves nothing behind."""
    ports = container.ports
    await _enrol(container)
    bill_id = await _draft(container)
    first = await _jobs()
    await bill.run_part(ports, first[0])
    await _draft(container)
    second = [j for j in await _jobs() if j["generation"] == 2]
    assert len(second) == 3
    done = await _lines(bill_id)
    for job in first:
        await bill.run_part(ports, job)
    assert await _lines(bill_id) == done
    assert (await Bill.get(id=bill_id)).parts_left == 3
    for job in reversed(second):
        await bill.run_part(ports, job)
    made = await Bill.get(id=bill_id)
    assert (made.parts_left, made.people) == (0, 6)
    assert await BillLine.filter(bill_id=bill_id).count() == made.line_count


async def test_a_part_overtaken_while_it_computes_leaves_nothing(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generation is looked at again when the part is ready, with the bill's row held."""
    ports = container.ports
    await _enrol(container, ("北京",))
    bill_id = await _draft(container)
    [job] = await _jobs()

    real = parts.items_of

    async def overtaken(*about: Any) -> AsyncIterator[list[tuple]]:
        async for items in real(*about):
            yield items
        await Bill.filter(id=bill_id).update(generation=99)

    monkeypatch.setattr(parts, "items_of", overtaken)
    await bill.run_part(ports, job)
    assert await BillLine.filter(bill_id=bill_id).count() == 0
    assert (await BillPart.get()).state == PartState.WAITING


async def test_two_parts_at_the_same_time(container: Container) -> None:
    """Two workers: each city is computed once, and whoever is last totals the bill. Twice, the second time over
    the lines of the first."""
    ports = container.ports
    await _enrol(container, (*CITIES, "杭州"), each=25)
    totals = set()
    for _ in range(2):
        bill_id = await _draft(container)
        jobs = await _jobs()
        await asyncio.gather(*(bill.run_part(ports, job) for job in jobs))
        made = await Bill.get(id=bill_id)
        assert (made.parts_left, made.people) == (0, 100)
        assert await BillLine.filter(bill_id=bill_id).count() == made.line_count
        await drain(ports)
        totals.add((made.line_count, made.employer_fen, made.employee_fen))
    assert len(totals) == 1


async def test_lines_of_a_city_without_people_go(container: Container) -> None:
    """A batch of one city is undone: its lines leave the bill, though no part computes that city any more."""
    ports, maker = container.ports, await account("zhuanyuan")
    await _enrol(container, ("北京", "成都"))
    wrong = await _enrol(container, ("武汉",), first=50)
    bill_id = await _draft(container)
    await drain(ports)
    assert len({row[1] for row in await _lines(bill_id)}) == 3
    await batch.undo(ports, maker, wrong, "导入了错误的文件", key())
    assert "bill_stale" in {p.code for p in (await bill.one(maker, bill_id)).problems}
    await _draft(container)
    await drain(ports)
    made = await Bill.get(id=bill_id)
    assert len({row[1] for row in await _lines(bill_id)}) == 2
    assert (made.people, made.line_count) == (4, await BillLine.filter(bill_id=bill_id).count())
    assert orjson.loads(made.problems) == []


async def test_people_that_change_while_parts_run_are_told(container: Container) -> None:
    """The bill says that it is out of date, though it was totalled after the change."""
    ports = container.ports
    await _enrol(container)
    bill_id = await _draft(container)
    jobs = await _jobs()
    await bill.run_part(ports, jobs[0])
    async with work(ports.store, SYSTEM):
        await mark_stale(await company_id(), [MONTH])
    await drain(ports)
    made = await Bill.get(id=bill_id)
    assert made.parts_left == 0
    assert [p["code"] for p in orjson.loads(made.problems)] == ["bill_stale"]
    with pytest.raises(Refusal, match="bill_incomplete"):
        await bill.confirm(ports, await account("zhuguan"), bill_id, key())


async def test_a_part_that_fails_for_good(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bill names the city and can be computed again; until then it goes nowhere."""
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    await _enrol(container)
    bill_id = await _draft(container)
    codes = {c.name: c.code for c in await cities()}
    real = parts.items_of

    def broken(company: int, month: int, city: str | None) -> AsyncIterator[list[tuple]]:
        if city == codes["成都"]:
            raise ValueError("out of order")
        return real(company, month, city)

    monkeypatch.setattr(parts, "items_of", broken)
    rounds = 0
    while (await Bill.get(id=bill_id)).parts_left:
        await drain(ports)
        await later(container, hours=1)
        rounds += 1
        assert rounds <= 2 * outbox.MOST_ATTEMPTS
    view = await bill.one(maker, bill_id)
    assert [(p.code, p.value) for p in view.problems] == [("bill_part_failed", "成都")]
    assert (view.computing, view.parts_done, view.parts_total) == (False, 2, 3)
    with pytest.raises(Refusal, match="bill_incomplete"):
        await bill.confirm(ports, reviewer, bill_id, key())
    monkeypatch.setattr(parts, "items_of", real)
    await _draft(container)
    await drain(ports)
    assert (await Bill.get(id=bill_id)).people == 6
    await bill.confirm(ports, reviewer, bill_id, key())


async def test_a_bill_from_before_there_were_parts(container: Container) -> None:
    """Its lines go, whatever city they are of."""
    ports = container.ports
    await _enrol(container, ("北京", "成都"))
    bill_id = await _draft(container)
    await drain(ports)
    stray = (await BillLine.filter(bill_id=bill_id))[0]
    await BillLine.filter(id=stray.id).update(city_code="420100", enrollment_id=1)
    await BillPart.all().delete()
    await Bill.filter(id=bill_id).update(generation=0)
    await _draft(container)
    await drain(ports)
    made = await Bill.get(id=bill_id)
    assert (made.people, made.line_count) == (4, await BillLine.filter(bill_id=bill_id).count())


async def test_a_head_that_is_not_its_lines_is_not_closed(container: Container) -> None:
    """G3: to the fen, for each of the sums; and nothing is posted."""
    ports, finance = container.ports, await account("caiwu")
    await _enrol(container, ("北京",))
    await confirm_policies(container)
    bill_id = await _draft(container)
    await drain(ports)
    await bill.confirm(ports, await account("zhuguan"), bill_id, key())
    some = (await BillLine.filter(bill_id=bill_id))[0]
    for tampered in ({"employer_fen": some.employer_fen + 1}, {"employee_fen": some.employee_fen - 1}):
        await BillLine.filter(id=some.id).update(**tampered)
        with pytest.raises(Refusal, match="bill_sums_differ"):
            await bill.close(ports, finance, bill_id, key())
        await BillLine.filter(id=some.id).update(employer_fen=some.employer_fen, employee_fen=some.employee_fen)
    await Bill.filter(id=bill_id).update(fee_fen=1)
    with pytest.raises(Refusal, match="bill_sums_differ"):
        await bill.close(ports, finance, bill_id, key())
    assert not await ledger.balances(await account("admin"))
    await Bill.filter(id=bill_id).update(fee_fen=0)
    await bill.close(ports, finance, bill_id, key())


async def test_a_company_whose_people_all_left_has_nothing_to_bill(container: Container) -> None:
    """Refused at once by name, and a bill with differences alone is made where there are some."""
    ports, maker = container.ports, await account("zhuanyuan")
    await confirm_policies(container)
    await _enrol(container, ("北京",), each=1)
    bill_id = await _draft(container)
    await drain(ports)
    await bill.confirm(ports, await account("zhuguan"), bill_id, key())
    await bill.close(ports, await account("caiwu"), bill_id, key())
    who = person(1)
    gone = {"姓名": who["姓名"], "证件号码": who["证件号码"], "最后缴费月": "2026-11", "停保原因": "辞职"}
    stop = sheet([gone], ("姓名", "证件号码", "最后缴费月", "停保原因"))
    await enrolled(container, stop, kind=ImportKind.TERMINATE)
    with pytest.raises(Refusal, match="nobody_enrolled"):
        await bill.draft_month(ports, maker, 202612, await company_id())
    assert await Bill.all().count() == 1
    # It turns out that the last month was the one before.
    await Enrollment.all().update(last_month=202610)
    await EnrollmentItem.all().update(last_month=202610)
    drafted = await bill.draft_month(ports, maker, 202612, await company_id())
    await drain(ports)
    given_back = await BillLine.filter(bill_id=drafted.bill_ids[0])
    assert {(r.line_type, r.belongs_month) for r in given_back} == {("difference", MONTH)}
    assert sum(r.employer_fen for r in given_back) == -(await Bill.get(id=bill_id)).employer_fen


def test_the_problems_of_parts_are_told_once() -> None:
    """The same problem of two cities once, with its people added up."""
    open_month = Problem("earlier_month_open", "较早", "earlier", severity=Severity.NOTICE)
    missing = Problem("policy_missing", "没有政策", "none", field="pension")
    other = missing.at(value="1 类")
    found = merged([missing.at(value="2 人"), open_month, missing.at(value="3 人"), open_month, other])
    assert found == [missing.at(value="5 人"), open_month, other]


async def test_whoever_watches_hears_of_every_part(container: Container) -> None:
    """The stream begins with the bill as it is, and tells each part that is done."""
    ports, maker = container.ports, await account("zhuanyuan")
    await _enrol(container)
    bill_id = await _draft(container)
    await drain_live(container)
    jobs, seen = await _jobs(), []
    views = bill.watch(ports, maker, bill_id)
    async with asyncio.timeout(10):
        seen.append(await anext(views))
        for job in jobs:
            await bill.run_part(ports, job)
            await drain_live(container)
            seen.append(await anext(views))
    await views.aclose()  # type: ignore[attr-defined]
    assert [(v.computing, v.parts_done) for v in seen] == [(True, 0), (True, 1), (True, 2), (False, 3)]


async def drain_live(container: Container) -> None:
    """Publishes what waits for the live bus, and leaves the jobs alone."""
    for row in await Outbox.filter(topic="live", done_at=0).order_by("id"):
        told = orjson.loads(row.payload)
        await container.ports.bus.publish(told["topic"], told["message"])
        await Outbox.filter(id=row.id).update(done_at=1)
