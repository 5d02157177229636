"""A4.2: schemes in versions, enrolment under them, their execution, and what they would cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.container import Container
from app.worker import drain
from db.models.audit import Audit
from db.models.bill import BillLine
from db.models.enrollment import Enrollment, EnrollmentItem
from db.models.policy import SchemeVersion
from domain.base_rule import BaseRule
from domain.errors import Refusal
from domain.policy import Category, Kind
from domain.scheme import ALWAYS, BaseTerm, Terms
from domain.selection import Choice
from services import batch, bill, scheme
from services.paging import Window
from tests.factories import account, checked, company_id, confirm_policies, enrolled, key, new_staff, person, sheet

FIVE = (Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY)
RULED = Terms(
    kinds=(*FIVE, Kind.HOUSING_FUND),
    bases={
        Kind.PENSION: BaseTerm(BaseRule.FLOOR),
        Kind.MEDICAL: BaseTerm(BaseRule.CAP),
        Kind.UNEMPLOYMENT: BaseTerm(BaseRule.FIXED, 800_000),
    },
    housing_rate_ppm=120_000,
    service_fee_fen=4500,
)
NAME = "北京定额方案"


async def made(container: Container, terms: Terms = RULED, company: str | None = "晨光科技有限公司") -> int:
    """A scheme of a demo company."""
    owner = await company_id(company) if company else None
    new = scheme.NewScheme(NAME, "110000", Category.EMPLOYEE, terms, owner)
    return await scheme.create(container.ports, await account("admin"), new)


async def saved(container: Container, scheme_id: int, month: int, terms: Terms) -> int:
    new = scheme.NewVersion(scheme_id, month, terms)
    return await scheme.save_version(container.ports, await account("admin"), new, key())


async def codes_of(container: Container, scheme_id: int, month: int, terms: Terms) -> list[str]:
    with pytest.raises(Refusal) as refused:
        await saved(container, scheme_id, month, terms)
    return [p.code for p in refused.value.problems]


async def test_versions_follow_one_another_and_are_never_edited(container: Container) -> None:
    """A4.2: a version a month; the same month again is a revision that retires the former; history stays."""
    admin = await account("admin")
    made_id = await made(container)
    second = await saved(container, made_id, 202612, replace(RULED, service_fee_fen=5000))
    row = await scheme.one(admin, made_id)
    assert [(v.effective_from, v.revision) for v in row.versions] == [(ALWAYS, 1), (202612, 1)]
    assert (row.at(202611).terms.service_fee_fen, row.at(202612).terms.service_fee_fen) == (4500, 5000)
    assert row.at(202611).terms == RULED
    third = await saved(container, made_id, 202612, replace(RULED, service_fee_fen=6000, note="更正"))
    row = await scheme.one(admin, made_id)
    assert row.at(203001).id == third != second
    assert [(v.revision, bool(v.retired_at)) for v in row.versions] == [(1, False), (1, True), (2, False)]
    assert (await SchemeVersion.get(id=second)).service_fee_fen == 5000
    assert await Audit.filter(act="scheme.version", subject_id=made_id).count() == 2


async def test_the_same_key_saves_once(container: Container) -> None:
    """A4.2: a repetition answers the first version; another content under the key is refused."""
    admin, made_id, same = await account("admin"), await made(container), key()
    new = scheme.NewVersion(made_id, 202612, RULED)
    first = await scheme.save_version(container.ports, admin, new, same)
    assert await scheme.save_version(container.ports, admin, new, same) == first
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await scheme.save_version(container.ports, admin, replace(new, effective_from=202701), same)
    assert await SchemeVersion.filter(scheme_id=made_id).count() == 2


async def test_a_scheme_from_before_there_were_versions(container: Container) -> None:
    """A4.2: its own columns hold from always, and a version may follow."""
    admin = await account("admin")
    old = next(s for s in await scheme.visible(admin) if s.name == "北京五险")
    assert [(v.id, v.effective_from, v.revision) for v in old.versions] == [(None, ALWAYS, 0)]
    assert (old.at(200001).terms.kinds, old.at(202611).terms.service_fee_fen) == (FIVE, 2500)
    await saved(container, old.id, 202612, Terms(FIVE[:2]))
    row = (await scheme.by_ids(admin, [old.id]))[old.id]
    assert (row.at(202611).terms.kinds, row.at(202612).terms.kinds) == (FIVE, FIVE[:2])


async def test_what_is_wrong_is_said_and_nothing_kept(container: Container) -> None:
    """A4.2: kinds, rate, base and fee against the city's policy of the month; the refused version is not there."""
    made_id = await made(container)
    assert await codes_of(container, made_id, 202612, Terms((Kind.LARGE_MEDICAL,))) == ["kind_not_offered"]
    assert await codes_of(container, made_id, 202612, Terms((Kind.HOUSING_FUND,))) == ["housing_rate_missing"]
    wrong = Terms((Kind.PENSION,), bases={Kind.PENSION: BaseTerm(BaseRule.FIXED, 40_000_000)}, service_fee_fen=-1)
    assert await codes_of(container, made_id, 202612, wrong) == ["base_far_above_max", "serviceFee_invalid"]
    assert await codes_of(container, 1, 202612, RULED) == ["not_found"]
    assert await SchemeVersion.filter(scheme_id=made_id).count() == 1
    with pytest.raises(Refusal, match="kinds_invalid"):
        await made(container, Terms(()))


async def test_enrolment_writes_the_rules_of_the_month(container: Container) -> None:
    """A4.2, A1.1: items carry rule, tier and fixed base; a row of a later month goes by the later version."""
    admin, made_id = await account("admin"), await made(container)
    later = await saved(container, made_id, 202612, replace(RULED, bases={}, service_fee_fen=5000))
    headers = ("姓名", "证件号码", "申报工资", "手机号", "参保起始月")
    rows = [person(1, "50000") | {"参保起始月": "2026-11"}, person(2, "50000") | {"参保起始月": "2026-12"}]
    batch_id = await enrolled(container, sheet(rows, headers), scheme=NAME)
    first, second = await Enrollment.filter(batch_id=batch_id).order_by("start_month")
    row = await scheme.one(admin, made_id)
    assert (first.scheme_version_id, first.service_fee_fen) == (row.at(202611).id, 4500)
    assert (second.scheme_version_id, second.service_fee_fen) == (later, 5000)
    items = {i.kind: (i.base_rule, i.declared_base_fen) for i in await EnrollmentItem.filter(enrollment_id=first.id)}
    assert items == {
        "pension": ("floor", 5_000_000),
        "medical": ("cap", 5_000_000),
        "unemployment": ("fixed", 800_000),
        "work_injury": ("declared", 5_000_000),
        "housing_fund": ("declared", 5_000_000),
    }
    assert {i.base_rule for i in await EnrollmentItem.filter(enrollment_id=second.id)} == {"declared"}


async def test_only_declared_kinds_are_told_of_their_limits(container: Container) -> None:
    """A4.2: a base above the limit is a notice for the kinds that use it, and for no other."""
    await made(container)
    batch_id = await checked(container, sheet([person(1, "50000")]), scheme=NAME)
    view = await batch.one(await account("zhuanyuan"), batch_id)
    [row] = (await batch.rows(container.ports, view, None, None, 10, 0)).rows
    told = [p.message for p in row.problems if p.code == "base_above_max"]
    assert told == ["工伤保险、住房公积金：申报基数 50,000.00 高于上限 36,348.00，按 36,348.00 计算"]


async def _billed(container: Container, month: int = 202611, close: bool = False) -> int:
    ports = container.ports
    drafted = await bill.draft_month(ports, await account("zhuanyuan"), month, await company_id())
    await drain(ports)
    if close:
        await bill.confirm(ports, await account("zhuguan"), drafted.bill_ids[0], key())
        await bill.close(ports, await account("caiwu"), drafted.bill_ids[0], key())
    return drafted.bill_ids[0]


async def test_a_closed_month_is_not_touched_and_a_used_version_stays(container: Container) -> None:
    """A4.2: a version may not begin in a month that is closed with people on the scheme; who enrolled keeps theirs."""
    admin, made_id = await account("admin"), await made(container)
    second = await saved(container, made_id, 202611, replace(RULED, service_fee_fen=4800))
    unused = await saved(container, made_id, 202702, RULED)
    await enrolled(container, sheet([person(1), person(2)]), scheme=NAME)
    await confirm_policies(container)
    await _billed(container, close=True)
    with pytest.raises(Refusal) as refused:
        await saved(container, made_id, 202611, RULED)
    [problem] = refused.value.problems
    assert problem.code == "scheme_month_closed"
    assert "2026-11（2 人）" in problem.message
    assert "2026-12" in problem.remedy
    # An earlier month is free as long as the version that reaches the closed month stays the same.
    await saved(container, made_id, 202610, RULED)
    await saved(container, made_id, 202612, RULED)
    ports = container.ports
    with pytest.raises(Refusal, match="scheme_version_in_use"):
        await scheme.retire_version(ports, admin, second, "试一试")
    first = (await scheme.one(admin, made_id)).versions[0].id
    assert first is not None
    with pytest.raises(Refusal, match="scheme_version_first"):
        await scheme.retire_version(ports, admin, first, "试一试")
    with pytest.raises(Refusal, match="reason_needed"):
        await scheme.retire_version(ports, admin, unused, " ")
    assert await scheme.retire_version(ports, admin, unused, "录入有误") == made_id
    with pytest.raises(Refusal, match="scheme_version_retired"):
        await scheme.retire_version(ports, admin, unused, "录入有误")
    assert (await scheme.one(admin, made_id)).at(202702).effective_from == 202612


async def test_who_is_on_a_scheme_and_what_it_cost(container: Container) -> None:
    """A4.2: people with their version, page by page; amounts by month are those of the bill lines."""
    ports, admin, made_id = container.ports, await account("admin"), await made(container)
    await enrolled(container, sheet([person(n) for n in range(1, 4)]), scheme=NAME)
    await enrolled(container, sheet([person(9)]), scheme="北京五险一金（12%）")
    page = await scheme.people_on(ports, admin, made_id, Window(2))
    assert (len(page.rows), page.more, page.total) == (2, True, 3)
    rest = await scheme.people_on(ports, admin, made_id, Window(2, page.rows[-1].id))
    assert (len(rest.rows), rest.more) == (1, False)
    assert {(p.state, p.start_month, p.version.effective_from) for p in page.rows} == {("effective", 202611, ALWAYS)}
    bill_id = await _billed(container)
    [month] = await scheme.execution(admin, made_id, 202601, 202612)
    ids = await Enrollment.filter(scheme_id=made_id).values_list("id", flat=True)
    lines = await BillLine.filter(bill_id=bill_id, enrollment_id__in=ids)
    fees = [line for line in lines if line.line_type == "service_fee"]
    assert (month.month, month.people, month.closed) == (202611, 3, False)
    assert month.fee_fen == sum(f.employer_fen for f in fees) == 3 * 4500
    assert month.employer_fen == sum(line.employer_fen for line in lines) - month.fee_fen > 0
    assert month.employee_fen == sum(line.employee_fen for line in lines) > 0
    with pytest.raises(Refusal, match="toMonth_invalid"):
        await scheme.execution(admin, made_id, 202001, 202612)


async def test_what_a_scheme_would_cost(container: Container) -> None:
    """A4.2: a saved version, the one of the month, or written terms; the company lends class and rate."""
    ports, admin, made_id = container.ports, await account("admin"), await made(container)
    version_id = await saved(container, made_id, 202701, Terms(FIVE))
    trial = scheme.Trial(202611, (1_000_000, 5_000_000), made_id)
    low, high = await scheme.simulate(ports, admin, trial)
    assert low.fee_fen == 4500
    assert low.total_fen == low.quote.employer_fen + low.quote.employee_fen + 4500
    bases = {line.kind: line.base_fen for line in high.quote.lines}
    assert bases == {
        Kind.PENSION: 727_000,
        Kind.MEDICAL: 3_634_800,
        Kind.UNEMPLOYMENT: 800_000,
        Kind.WORK_INJURY: 3_634_800,
        Kind.HOUSING_FUND: 3_634_800,
    }
    [chosen] = await scheme.simulate(ports, admin, replace(trial, bases=(1_000_000,), version_id=version_id))
    assert [line.base_fen for line in chosen.quote.lines] == [1_000_000] * 4
    assert chosen.fee_fen == 0
    written = scheme.Trial(202611, (1_000_000,), terms=Terms(FIVE), city_code="110000")
    [free] = await scheme.simulate(ports, admin, written)
    assert [(k, p.code) for k, p in free.quote.omitted] == [(Kind.WORK_INJURY, "injury_class_missing")]
    [classed] = await scheme.simulate(ports, admin, replace(written, injury_class=1))
    assert [line.employer_fen for line in classed.quote.lines if line.kind is Kind.WORK_INJURY] == [2000]
    for wrong, code in (
        (replace(written, bases=()), "bases_invalid"),
        (replace(written, bases=(1,) * 21), "bases_invalid"),
        (replace(written, city_code=None), "schemeId_invalid"),
        (replace(written, city_code="999999"), "city_unknown"),
        (replace(written, terms=Terms((Kind.HOUSING_FUND,))), "housing_rate_missing"),
        (replace(trial, version_id=1), "not_found"),
    ):
        with pytest.raises(Refusal, match=code):
            await scheme.simulate(ports, admin, wrong)


async def test_cities_side_by_side(container: Container) -> None:
    """A4.2: up to six cities, one base; a kind without its choice says what it lacks."""
    ports, admin = container.ports, await account("admin")
    choice = Choice(housing_rate_ppm=70_000, injury_class=1)
    about = (Category.EMPLOYEE, 1_000_000, 202611, choice)
    beijing, shanghai = await scheme.compare_cities(ports, admin, ["110000", "310000", "110000"], *about)
    assert (beijing.name, shanghai.name) == ("北京", "上海")
    assert [line.employer_fen for line in shanghai.quote.lines if line.kind is Kind.PENSION] == [160_000]
    assert beijing.quote.total_fen != shanghai.quote.total_fen
    for codes, code in (([], "cityCodes_invalid"), ([str(n) for n in range(7)], "cityCodes"), (["999999"], "city_unk")):
        with pytest.raises(Refusal, match=code):
            await scheme.compare_cities(ports, admin, codes, *about)


async def test_branches_and_permissions(container: Container) -> None:
    """A4.2, T8: a branch sees and changes its own; a common scheme is for those who see everybody."""
    ports = container.ports
    made_id = await made(container)
    common = await made(container, company=None)
    await enrolled(container, sheet([person(1)]), scheme="北京五险")
    stranger, _ = await new_staff(
        container,
        ["scheme.read", "scheme.write", "bill.read", "quote.read", "enrollment.read"],
        "远航物流（上海）有限公司",
    )
    for act in (
        scheme.people_on(ports, stranger, made_id, Window()),
        scheme.execution(stranger, made_id, 202611, 202611),
        scheme.simulate(ports, stranger, scheme.Trial(202611, (1_000_000,), made_id)),
        scheme.simulate_roster(ports, stranger, scheme.Roster(common, 202611, await company_id())),
        scheme.save_version(ports, stranger, scheme.NewVersion(made_id, 202612, RULED), key()),
        scheme.retire_version(ports, stranger, (await SchemeVersion.get(scheme_id=made_id)).id, "试一试"),
    ):
        with pytest.raises(Refusal, match="not_found"):
            await act
    with pytest.raises(Refusal, match="scheme_common"):
        await scheme.save_version(ports, stranger, scheme.NewVersion(common, 202612, RULED), key())
    shared = next(s.id for s in await scheme.visible(stranger) if s.name == "北京五险")
    await _billed(container)
    assert (await scheme.people_on(ports, stranger, shared, Window())).total == 0
    assert await scheme.execution(stranger, shared, 202611, 202611) == []
    admin = await account("admin")
    assert (await scheme.people_on(ports, admin, shared, Window())).total == 1
    assert [m.people for m in await scheme.execution(admin, shared, 202611, 202611)] == [1]
    reader, _ = await new_staff(container, ["scheme.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await scheme.simulate_roster(ports, reader, scheme.Roster(shared, 202611, await company_id()))
    with pytest.raises(Refusal, match="forbidden"):
        await scheme.people_on(ports, reader, shared, Window())
    with pytest.raises(Refusal, match="forbidden"):
        await scheme.execution(reader, shared, 202611, 202611)
    with pytest.raises(Refusal, match="forbidden"):
        await scheme.save_version(ports, reader, scheme.NewVersion(made_id, 202612, RULED), key())
    assert await SchemeVersion.filter(scheme_id__in=[made_id, common]).count() == 2
