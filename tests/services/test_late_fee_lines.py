"""Late-fee lines: who owes them, from when to when, and that they are charged once and explain themselves."""

from __future__ import annotations

import orjson

from app.container import Container
from app.worker import drain
from db.models.bill import Bill, BillLine
from db.models.enrollment import Enrollment, EnrollmentBase
from domain.city_rule import LocalRule, RuleTopic
from domain.columns import ImportKind
from services import batch, bill, ledger, policy
from services.bill import late_fees
from tests.changing import changed, of
from tests.factories import HEADERS, account, company_id, confirm_policies, enrolled, key, later, person, sheet

BEIJING = "110000"
SOCIAL = {"pension", "medical", "unemployment", "work_injury"}
START = (*HEADERS, "起始月")


async def _draft(container: Container, month: int) -> Bill:
    drafted = await bill.draft_month(container.ports, await account("zhuanyuan"), month, await company_id())
    await drain(container.ports)
    return await Bill.get(id=drafted.bill_ids[0])


async def _close(container: Container, month: int) -> Bill:
    made = await _draft(container, month)
    await bill.confirm(container.ports, await account("zhuguan"), made.id, key())
    await bill.close(container.ports, await account("caiwu"), made.id, key())
    return made


async def _rule(container: Container, topic: RuleTopic, number: int, channel: str = "社保") -> None:
    new = policy.NewRule(BEIJING, topic, channel, f"按 {number}", number, "经办机构答复")
    await policy.set_rule(container.ports, await account("zhuanyuan"), new, key())


async def _closed_months(container: Container) -> None:
    """September and October of one person are closed; then two more turn out to have begun in September."""
    await confirm_policies(container)
    await enrolled(container, sheet([person(1) | {"起始月": "2026-09"}], START), month=202609)
    for month in (202609, 202610):
        await _close(container, month)
    await later(container, days=1)
    await enrolled(container, sheet([person(n) | {"起始月": "2026-09"} for n in (2, 3)], START))


async def _fees(made: Bill) -> dict[tuple[int, str, int], BillLine]:
    rows = await BillLine.filter(bill_id=made.id, line_type="late_fee")
    return {(r.enrollment_id, r.kind, r.belongs_month): r for r in rows}


async def test_makeups_carry_late_fees(container: Container) -> None:
    """M1.3: each social insurance and month once, borne by the employer, never the fund; and only the first time."""
    ports = container.ports
    await _rule(container, RuleTopic.PAY_WINDOW, 15)
    await _rule(container, RuleTopic.PAY_WINDOW, 5, channel="公积金")
    await _closed_months(container)
    made = await _draft(container, 202611)
    _, second, third = await Enrollment.all().order_by("id")
    fees = await _fees(made)
    assert set(fees) == {(e.id, kind, month) for e in (second, third) for kind in SOCIAL for month in (202609, 202610)}
    for (enrollment, kind, month), line in fees.items():
        [makeup] = await BillLine.filter(
            bill_id=made.id, line_type="makeup", enrollment_id=enrollment, kind=kind, belongs_month=month
        )
        days = {202609: 61, 202610: 31}[month]
        amount = makeup.employer_fen + makeup.employee_fen
        assert line.employer_fen == (amount * days * 5 + 5000) // 10_000
        assert (line.employee_fen, line.policy_id, line.base_fen) == (0, None, 0)
        assert orjson.loads(line.reason)["days"] == days
    assert fees[second.id, "pension", 202609].employer_fen == 7_320
    assert "late_fee_unknown" not in made.problems
    lines = await BillLine.filter(bill_id=made.id)
    assert made.employer_fen == sum(r.employer_fen for r in lines)

    admin = await account("admin")
    row = await bill.line(admin, fees[second.id, "pension", 202609].id)
    assert row is not None
    [told] = await bill.explanations(ports, [row])
    for fact in ("滞纳金 2026-09", "补缴 2400.00", "2026-09-15", "2026-11-15", "61 天", "0.05%", "73.20", "单位承担"):
        assert fact in told.explanation.text

    written = {spot: line.employer_fen for spot, line in fees.items()}
    again = await _close(container, 202611)
    assert {spot: line.employer_fen for spot, line in (await _fees(again)).items()} == written
    balances = {b.code: b for b in await ledger.balances(admin)}
    closed = await Bill.filter(state="closed")
    owed = sum(b.employer_fen + b.employee_fen + b.fee_fen for b in closed)
    assert balances["client_receivable"].debit_fen == owed
    pension = sum([r.employer_fen + r.employee_fen for r in await BillLine.filter(kind="pension")])
    assert balances["collected.pension"].credit_fen == pension
    await later(container, days=1)
    december = await _draft(container, 202612)
    assert {r.line_type for r in await BillLine.filter(bill_id=december.id)} == {"normal"}


async def test_the_city_may_count_from_another_day(container: Container) -> None:
    """M1.3: number 2 is the first day of the second month after the due one; October's is not late by then."""
    await _rule(container, RuleTopic.PAY_WINDOW, 31)
    await _rule(container, RuleTopic.LATE_FEE_START, 2, channel="税务")
    await _closed_months(container)
    fees = await _fees(await _draft(container, 202611))
    assert {month for _, _, month in fees} == {202609}
    reason = orjson.loads(next(iter(fees.values())).reason)
    assert (reason["due"], reason["first"], reason["paid"]) == ("2026-09-30", "2026-11-01", "2026-11-30")
    assert reason["days"] == 30


async def test_a_city_without_payment_day_is_told_once(container: Container) -> None:
    """M1.3: no line, one notice that names the city; nothing is said where nothing is made up."""
    await _closed_months(container)
    made = await _draft(container, 202611)
    assert await _fees(made) == {}
    told = [p for p in orjson.loads(made.problems) if p["code"] == "late_fee_unknown"]
    assert [(p["severity"], p["value"]) for p in told] == [("notice", "北京")]
    assert "城市管理" in told[0]["remedy"]
    made = await _close(container, 202611)
    december = await _draft(container, 202612)
    assert "late_fee_unknown" not in december.problems


async def test_individuals_and_differences_owe_none(container: Container) -> None:
    """M1.3: a flexible person has no employer; a back-dated base is a difference, and nobody was late with it."""
    await _rule(container, RuleTopic.PAY_WINDOW, 15)
    await _closed_months(container)
    first, second, third = await Enrollment.all().order_by("id")
    await Enrollment.filter(id=second.id).update(category="flexible")
    await EnrollmentBase.create(
        id=container.ports.store.ids.one(),
        enrollment_id=first.id,
        company_id=await company_id(),
        scope="social",
        from_month=202609,
        base_fen=2_000_000,
        batch_id=1,
        created_at=container.ports.store.clock(),
    )
    made = await _draft(container, 202611)
    makeups = {r.enrollment_id for r in await BillLine.filter(bill_id=made.id, line_type="makeup")}
    assert makeups == {second.id, third.id}
    assert {r.enrollment_id for r in await BillLine.filter(bill_id=made.id, line_type="difference")} == {first.id}
    assert {enrollment for enrollment, _, _ in await _fees(made)} == {third.id}


async def test_a_flexible_basis_owes_none(container: Container) -> None:
    """M1.3: what the enrolment rests on decides, also where policies are looked up as for employees."""
    await _rule(container, RuleTopic.PAY_WINDOW, 15)
    await _closed_months(container)
    _, second, third = await Enrollment.all().order_by("id")
    await Enrollment.filter(id=second.id).update(legal_basis="flexible")
    made = await _draft(container, 202611)
    assert {r.enrollment_id for r in await BillLine.filter(bill_id=made.id, line_type="makeup")} == {
        second.id,
        third.id,
    }
    assert {enrollment for enrollment, _, _ in await _fees(made)} == {third.id}


async def _leaves(container: Container, serial: int, last: str, month: int) -> int:
    gone = changed(of(serial, 最后缴费月=last, 停保原因="辞职"))
    return await enrolled(container, gone, kind=ImportKind.TERMINATE, month=month)


async def test_a_late_fee_goes_back_with_its_makeup(container: Container) -> None:
    """M1.3: a negative line that says why, once; a makeup that stays keeps its fee; and back again when it is owed."""
    ports = container.ports
    await _rule(container, RuleTopic.PAY_WINDOW, 15)
    await _closed_months(container)
    november = await _close(container, 202611)
    charged = {spot: line.employer_fen for spot, line in (await _fees(november)).items()}
    _, second, _ = await Enrollment.all().order_by("id")
    await later(container, days=1)
    left = await _leaves(container, 2, "2026-09", 202611)
    await later(container, days=30)
    december = await _draft(container, 202612)
    back = await _fees(december)
    assert {spot: line.employer_fen for spot, line in back.items()} == {
        (second.id, kind, 202610): -charged[second.id, kind, 202610] for kind in SOCIAL
    }
    admin = await account("admin")
    row = await bill.line(admin, back[second.id, "pension", 202610].id)
    assert row is not None
    [told] = await bill.explanations(ports, [row])
    for fact in ("滞纳金 2026-10", "相应补缴已退回", "37.20", "-37.20", "单位承担"):
        assert fact in told.explanation.text
    assert december.employer_fen == sum(r.employer_fen for r in await BillLine.filter(bill_id=december.id))
    december = await _close(container, 202612)
    assert len(await _fees(december)) == len(SOCIAL)

    await later(container, days=31)
    january = await _draft(container, 202701)
    assert await _fees(january) == {}
    await batch.undo(ports, await account("zhuanyuan"), left, "本人未离职", key())
    january = await _close(container, 202701)
    again = {spot: line.employer_fen for spot, line in (await _fees(january)).items()}
    # The months since are made up for the first time; October's fee is what it was, however late it is by now.
    assert {spot: fen for spot, fen in again.items() if spot[2] < 202611} == {
        (second.id, kind, 202610): charged[second.id, kind, 202610] for kind in SOCIAL
    }
    await later(container, days=31)
    assert await _fees(await _draft(container, 202702)) == {}


def test_the_payment_day_of_the_social_insurances_counts() -> None:
    """M1.3: 社保 before 税务 before other channels; the fund's own day and other cities' are left out."""

    def rule(channel: str, number: int | None, city: str = "北京") -> LocalRule:
        return LocalRule(city, RuleTopic.PAY_WINDOW, channel, "", number)

    rules = [rule("公积金", 5), rule("医保", 9), rule("税务", 25), rule("社保", None), rule("社保", 8, "全国")]
    found = late_fees.terms_of("北京", rules)
    assert found is not None
    assert (found.pay_day, found.start) == (25, None)
    assert late_fees.terms_of("北京", [rule("公积金", 5), rule("社保", None)]) is None
