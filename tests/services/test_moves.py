"""B10: other schemes, other companies and other particulars, from the sheet to the register and the bill."""

from __future__ import annotations

from tortoise.expressions import Q

from app.container import Container
from app.worker import drain
from db.models.batch import BatchRow
from db.models.bill import BillLine
from db.models.enrollment import Enrollment, EnrollmentBase, EnrollmentItem
from db.models.person import Person, PersonChange
from domain.columns import ImportKind
from domain.policy import Kind
from services import batch
from services.batch import content
from tests.changing import FIVE, OTHER, approved, changed, closed, codes, drafted, new_scheme, of, people
from tests.factories import (
    HEADERS,
    account,
    checked,
    company_id,
    confirm_policies,
    enrolled,
    id_number,
    key,
    new_staff,
    person,
    sheet,
)


async def test_a_change_of_scheme_goes_on_without_a_gap(container: Container) -> None:
    """B10: the old enrolment ends the month before, the new one begins with kinds, rate and fee of the scheme."""
    await people(container, 1)
    await enrolled(container, changed(of(1, 新申报基数="12000", 起始月="2026-10")), kind=ImportKind.BASE_CHANGE)
    await enrolled(container, changed(of(1, 新申报基数="14000", 起始月="2027-02")), kind=ImportKind.BASE_CHANGE)
    scheme_id = await new_scheme(container, "五险一金八", *FIVE, Kind.HOUSING_FUND)
    row = changed(of(1, 新方案="五险一金八", 起始月="2026-12"))
    batch_id = await enrolled(container, row, kind=ImportKind.SCHEME_CHANGE)
    old, new = await Enrollment.all().order_by("id")
    assert (old.state, old.last_month, old.stop_reason) == ("stopped", 202611, "scheme_changed")
    assert (new.state, new.start_month, new.continues_id, new.batch_id) == ("effective", 202612, old.id, batch_id)
    assert (new.scheme_id, new.service_fee_fen) == (scheme_id, 3_000)
    items = {i.kind: i for i in await EnrollmentItem.filter(enrollment_id=new.id)}
    assert {Kind(k) for k in items} >= {*FIVE, Kind.HOUSING_FUND}
    assert (items["pension"].declared_base_fen, items["housing_fund"].declared_base_fen) == (1_200_000, 1_000_000)
    assert items["housing_fund"].housing_rate_ppm == 80_000
    later = await EnrollmentBase.filter(enrollment_id=new.id).values_list("from_month", "base_fen")
    assert list(later) == [(202702, 1_400_000)]
    for month in (202611, 202612):
        await drafted(container, month)
        assert await BillLine.filter(bill__month=month, kind="pension").count() == 1
    gone = changed(of(1, 最后缴费月="2026-12", 停保原因="辞职"))
    await enrolled(container, gone, kind=ImportKind.TERMINATE)
    await new.refresh_from_db()
    assert (new.state, new.last_month) == ("stopped", 202612)


async def test_a_scheme_that_cannot_be_gone_on_under_is_refused(container: Container) -> None:
    """B10: closed months, months before the enrolment, other payers of kinds that are new, and a missing wage."""
    await confirm_policies(container)
    await new_scheme(container, "全险", *FIVE, Kind.HOUSING_FUND)
    injury = [person(s) | {"参加险种": "工伤", "起始月": "2026-11"} for s in (2, 3)]
    await enrolled(container, sheet(injury, (*HEADERS, "参加险种", "起始月")))
    fund = person(4) | {"参加险种": "公积金", "起始月": "2026-10"}
    await enrolled(container, sheet([fund], (*HEADERS, "参加险种", "起始月")))
    await people(container, 1, start="2026-10")
    other = person(2) | {"参加险种": "养老", "起始月": "2026-11"}
    await enrolled(container, sheet([other], (*HEADERS, "参加险种", "起始月")), company=OTHER)
    await closed(container, 202610)
    rows = [
        of(1, 新方案="全险", 起始月="2026-10"),
        of(2, 新方案="全险", 起始月="2026-12"),
        of(3, 新方案="全险", 起始月="2026-12"),
        of(4, 新方案="全险", 起始月="2026-12"),
    ]
    batch_id = await checked(container, changed(*rows), kind=ImportKind.SCHEME_CHANGE)
    found = await codes(container, batch_id)
    assert "from_before_start" in found[4]
    assert "payer_conflict" in found[5]
    assert found[6] == []
    assert "base_needed" in found[7]
    vault = container.ports.store.vault
    row = await BatchRow.get(batch_id=batch_id, row_no=5)
    said = content.unseal(vault, row.id, row.content_sealed).row.problems
    assert all(OTHER not in p.message and OTHER not in (p.value or "") for p in said)
    await closed(container, 202611)
    late = await checked(container, changed(of(1, 新方案="全险", 起始月="2026-11")), kind=ImportKind.SCHEME_CHANGE)
    row = await BatchRow.get(batch_id=late)
    (problem,) = content.unseal(vault, row.id, row.content_sealed).row.problems
    assert problem.code == "month_closed"
    assert "2026-12" in problem.message


async def test_a_transfer_is_billed_once_for_each_kind_and_month(container: Container) -> None:
    """B10: the old company pays to the month before, the new one from the month on, work injury too."""
    await people(container, 1)
    rows = changed(of(1, 转入单位=OTHER, 起始月="2026-12", 原因="集团内调动"))
    await enrolled(container, rows, kind=ImportKind.TRANSFER)
    old, new = await Enrollment.all().order_by("id")
    assert (old.last_month, old.stop_reason) == (202611, "transferred_out")
    assert (new.company_id, new.start_month, new.continues_id) == (await company_id(OTHER), 202612, old.id)  # type: ignore[attr-defined]
    before = set(await EnrollmentItem.filter(enrollment_id=old.id).values_list("kind", "declared_base_fen"))
    assert before == set(await EnrollmentItem.filter(enrollment_id=new.id).values_list("kind", "declared_base_fen"))
    for month in (202611, 202612):
        for company in ("晨光科技有限公司", OTHER):
            owner = await company_id(company)
            begun = Enrollment.filter(company_id=owner, start_month__lte=month)
            if await begun.filter(Q(last_month=None) | Q(last_month__gte=month)).exists():
                await drafted(container, month, company)
        found = await BillLine.filter(bill__month=month, line_type="normal").values_list("kind", flat=True)
        assert len(found) == len(set(found)) == 5, month


async def test_a_company_out_of_sight_is_not_confirmed_to_exist(container: Container) -> None:
    """B10, A9.1: whoever sees one branch only cannot find out by a transfer whether another company exists."""
    await people(container, 1, 2)
    maker, _ = await new_staff(
        container, {"batch.create", "batch.read", "file.write", "company.read"}, company="晨光科技有限公司"
    )
    from services import file

    rows = changed(of(1, 转入单位=OTHER, 起始月="2026-12"), of(2, 转入单位="没有的公司", 起始月="2026-12"))
    stored = await file.upload(container.ports, maker, "调动.xlsx", rows)
    new = batch.NewBatch(ImportKind.TRANSFER, await company_id(), stored.id, 202611)
    batch_id = await batch.create(container.ports, maker, new, key())
    await drain(container.ports)
    assert await codes(container, batch_id) == {4: ["company_unknown"], 5: ["company_unknown"]}


async def test_particulars_change_when_the_answer_comes(container: Container) -> None:
    """B10: name, phone, card and document number, with what they were; another person's number is refused."""
    await people(container, 1, 2)
    ports, vault = container.ports, container.ports.store.vault
    number = id_number(777, "19910203")
    good = of(1, 新姓名="张更名", 新手机号="13911112222", 新银行卡号="6222021234567890128", 新证件号码=number)
    taken = of(2, 新证件号码=person(1)["证件号码"])
    batch_id = await checked(container, changed(good, taken), kind=ImportKind.PARTICULARS)
    assert await codes(container, batch_id) == {4: [], 5: ["id_number_taken"]}
    await approved(container, batch_id)
    await batch.submit(ports, await account("zhuanyuan"), batch_id, key())
    one = await Person.get(name=person(1)["姓名"])
    await batch.record(ports, await account("zhuanyuan"), batch_id, batch.Answer(accept_rest=True), key())
    after = await Person.get(id=one.id)
    assert (after.name, after.birth) == ("张更名", "1991-02-03")
    assert vault.open_text("person.id_number", one.id, after.id_number_sealed) == number
    assert vault.open_text("person.phone", one.id, after.phone_sealed) == "13911112222"
    assert after.id_number_index == vault.index("person.id_number", number)
    kept = {c.field: c for c in await PersonChange.all()}
    assert set(kept) == {"name", "phone", "id_number", "birth"}
    old = kept["id_number"]
    assert vault.open_text("person_change.old", old.id, old.old_sealed) == person(1)["证件号码"]
    from services import person as people_service

    (history,) = await people_service.histories(ports, [one.id])
    assert {c.field: c.new for c in history}["phone"] == "1*********2"
    assert all(person(1)["证件号码"] not in (c.old or "") for c in history)
    view = await batch.one(await account("zhuanyuan"), batch_id)
    shown = (await batch.rows(ports, view, None, None, 10, 0)).rows
    assert not any(number in value or "13911112222" in value for row in shown for _, value in row.cells)
