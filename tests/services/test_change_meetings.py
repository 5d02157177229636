"""B5, B10, E1: changes that meet something else: enrolments under way, former schemes, the blacklist."""

from __future__ import annotations

from app.container import Container
from app.worker import drain
from db.models.batch import BatchRow
from db.models.bill import BillLine
from db.models.company import Company
from db.models.enrollment import Enrollment, EnrollmentItem
from db.models.person import Person
from domain.blacklist import NewEntry, Subject
from domain.columns import ImportKind
from domain.policy import Kind
from services import batch, blacklist
from tests.changing import FIVE, OTHER, approved, changed, closed, codes, drafted, new_scheme, of, people
from tests.factories import HEADERS, account, checked, company_id, confirm_policies, enrolled, key, later, person, sheet

KINDS = (*HEADERS, "参加险种", "起始月")


async def submitted(container: Container, serial: int, kinds: str, start: str) -> int:
    """An enrolment that the bureau has not answered yet."""
    row = person(serial) | {"参加险种": kinds, "起始月": start}
    batch_id = await checked(container, sheet([row], KINDS), month=int(start.replace("-", "")))
    await approved(container, batch_id)
    await batch.submit(container.ports, await account("zhuanyuan"), batch_id, key())
    await drain(container.ports)
    return batch_id


async def test_a_scheme_change_sees_what_the_company_itself_has_submitted(container: Container) -> None:
    """One payer and one enrolment a kind and month, also within one company."""
    row = person(1) | {"参加险种": "养老、医疗、失业、工伤", "起始月": "2026-11"}
    await enrolled(container, sheet([row], KINDS), month=202611)
    await submitted(container, 1, "公积金", "2026-12")
    await new_scheme(container, "五险一金", *FIVE, Kind.HOUSING_FUND)
    row = changed(of(1, 新方案="五险一金", 起始月="2026-12"))
    batch_id = await checked(container, row, kind=ImportKind.SCHEME_CHANGE)
    assert (await codes(container, batch_id)).popitem()[1].count("already_pending") == 1
    assert (await batch.one(await account("admin"), batch_id)).ok_rows == 0


async def test_a_base_that_reaches_back_holds_under_the_former_scheme_too(container: Container) -> None:
    """E1: who changed scheme meanwhile gets the same differences as who did not."""
    await confirm_policies(container)
    await people(container, 1, 2, start="2026-09")
    await new_scheme(container, "五险一金", *FIVE, Kind.HOUSING_FUND)
    await closed(container, 202609)
    row = changed(of(1, 新方案="五险一金", 起始月="2026-10"))
    await enrolled(container, row, kind=ImportKind.SCHEME_CHANGE)
    await closed(container, 202610)
    await later(container, minutes=1)
    rows = [of(n, 新申报基数="20000", 起始月="2026-09", 本人确认="是") for n in (1, 2)]
    yearly = await enrolled(container, changed(*rows), kind=ImportKind.ANNUAL_BASE)
    assert (await batch.one(await account("admin"), yearly)).accepted_rows == 2
    await drafted(container, 202611)
    found = {}
    for serial in (1, 2):
        who = await Person.get(name=person(serial)["姓名"])
        lines = BillLine.filter(person_id=who.id, kind="pension", line_type="difference")
        found[serial] = sorted(await lines.values_list("belongs_month", "employer_fen", "employee_fen"))
    assert [month for month, _, _ in found[1]] == [202609, 202610]
    assert found[1] == found[2]
    await batch.undo(container.ports, await account("zhuanyuan"), yearly, "基数有误", key())
    await drafted(container, 202611)
    assert await BillLine.filter(line_type="difference").count() == 0


async def test_kinds_that_had_ended_stay_ended_when_a_change_is_undone(container: Container) -> None:
    await people(container, 1, start="2026-09")
    first = await Enrollment.get()
    await EnrollmentItem.filter(enrollment_id=first.id, kind="housing_fund").update(state="stopped", last_month=202610)
    await new_scheme(container, "五险", *FIVE)
    row = changed(of(1, 新方案="五险", 起始月="2026-12"))
    moved = await enrolled(container, row, kind=ImportKind.SCHEME_CHANGE)
    await batch.undo(container.ports, await account("zhuanyuan"), moved, "选错了方案", key())
    items = {i.kind: (i.state, i.last_month) for i in await EnrollmentItem.filter(enrollment_id=first.id)}
    assert items.pop("housing_fund") == ("stopped", 202610)
    assert set(items.values()) == {("effective", None)}


async def test_nobody_is_moved_to_where_the_blacklist_forbids(container: Container) -> None:
    """A4.4: a transfer is an arrival; the entries of the company moved to count, and so does that company's own."""
    ports, admin = container.ports, await account("admin")
    await people(container, 1, 2, start="2026-09")
    there = await Company.get(name=OTHER)
    entry = NewEntry(Subject.PERSON, person(1)["姓名"], "欠款", person(1)["证件号码"])
    await blacklist.add(ports, admin, entry, there.id)
    rows = [of(n, 转入单位=OTHER, 起始月="2026-12") for n in (1, 2)]
    batch_id = await checked(container, changed(*rows), kind=ImportKind.TRANSFER)
    found = list((await codes(container, batch_id)).values())
    assert ["blacklisted" in each for each in found] == [True, False]
    blocked = NewEntry(Subject.COMPANY, OTHER, "失信")
    await blacklist.add(ports, admin, blocked, None)
    batch_id = await checked(container, changed(*rows), kind=ImportKind.TRANSFER)
    assert all("company_blacklisted" in each for each in (await codes(container, batch_id)).values())
    assert await BatchRow.filter(batch_id=batch_id, state="ok").count() == 0
    assert await company_id() != there.id
