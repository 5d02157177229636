"""Bases by month and by rule on a bill: another base from a month on, closed months settled, limits as bases."""

from __future__ import annotations

from collections import defaultdict

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.container import Container
from app.worker import drain
from db.models.bill import Bill, BillLine
from db.models.enrollment import Enrollment, EnrollmentBase, EnrollmentItem
from db.models.policy import Policy
from domain.base_rule import BaseRule, declared_for
from domain.contribution import contribute
from domain.policy import Kind, PolicyBook
from services import bill
from services.bill import run
from tests.domain.policy_samples import row
from tests.factories import HEADERS, account, company_id, confirm_policies, enrolled, key, later, person, sheet

SOCIAL = ("pension", "medical", "unemployment", "work_injury")


async def _draft(container: Container, month: int) -> Bill:
    drafted = await bill.draft_month(container.ports, await account("zhuanyuan"), month, await company_id())
    await drain(container.ports)
    return await Bill.get(id=drafted.bill_ids[0])


async def _close(container: Container, month: int) -> Bill:
    made = await _draft(container, month)
    await bill.confirm(container.ports, await account("zhuguan"), made.id, key())
    await bill.close(container.ports, await account("caiwu"), made.id, key())
    return made


async def _change(
    container: Container, enrollment: Enrollment, scope: str, month: int, base: int, rate: int | None = None
) -> EnrollmentBase:
    """A new base from a month on, as the change of somebody enrolled writes it."""
    return await EnrollmentBase.create(
        id=container.ports.store.ids.one(),
        enrollment_id=enrollment.id,
        company_id=enrollment.company_id,  # type: ignore[attr-defined]
        scope=scope,
        from_month=month,
        base_fen=base,
        housing_rate_ppm=rate,
        batch_id=1,
        created_at=container.ports.store.clock(),
    )


async def _of(made: Bill, line_type: str) -> dict[tuple[str, int], tuple[int, int, int]]:
    """Declared base and both amounts by kind and month of one person's lines of a type."""
    rows = await BillLine.filter(bill_id=made.id, line_type=line_type)
    return {(r.kind, r.belongs_month): (r.declared_base_fen, r.employer_fen, r.employee_fen) for r in rows}


async def test_a_base_from_a_month_on(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """M3.3: the month before keeps the old base, the fund has its own base and rate, everybody else is as before."""
    await enrolled(container, sheet([person(n) | {"起始月": "2026-10"} for n in (1, 2, 3)], (*HEADERS, "起始月")))
    first, second, third = await Enrollment.all().order_by("id")
    await _change(container, second, "social", 202611, 1_200_000)
    await _change(container, second, "fund", 202612, 900_000, 50_000)
    voided = await _change(container, third, "social", 202610, 2_000_000)
    await EnrollmentBase.filter(id=voided.id).update(voided_at=1)
    for chunk in (1, 5000):
        monkeypatch.setattr(run, "PEOPLE", chunk)
        for month, social, fund in (
            (202610, 1_000_000, 1_000_000),
            (202611, 1_200_000, 1_000_000),
            (202612, 1_200_000, 900_000),
        ):
            made = await _draft(container, month)
            lines: dict[int, dict[str, BillLine]] = defaultdict(dict)
            for line in await BillLine.filter(bill_id=made.id, line_type="normal"):
                lines[line.enrollment_id][line.kind] = line
            for each in (first, third):
                assert {r.declared_base_fen for r in lines[each.id].values()} == {1_000_000}
            mine = lines[second.id]
            assert {mine[k].declared_base_fen for k in SOCIAL} == {social}
            assert mine["pension"].employer_fen == social * 16 // 100
            assert mine["housing_fund"].declared_base_fen == fund
            assert mine["housing_fund"].employer_rate_ppm == (50_000 if month == 202612 else 120_000)


async def test_a_back_dated_base_settles_three_closed_months(container: Container) -> None:
    """A1.1, M3.3: three differences for each kind in the next open month; taken back, and they return."""
    await confirm_policies(container)
    await enrolled(container, sheet([person(1) | {"起始月": "2026-08"}], (*HEADERS, "起始月")), month=202608)
    months = (202608, 202609, 202610)
    for month in months:
        await _close(container, month)
    [who] = await Enrollment.all()
    await later(container, days=3)
    await _change(container, who, "social", 202601, 1_500_000)
    made = await _close(container, 202611)
    differences = await _of(made, "difference")
    assert set(differences) == {(kind, month) for kind in SOCIAL for month in months}
    for month in months:
        assert differences["pension", month] == (1_500_000, 80_000, 40_000)
        # The employee's fixed 3 yuan of medical insurance do not change with the base.
        assert differences["medical", month] == (1_500_000, 49_000, 10_000)
    assert {r[0] for r in (await _of(made, "normal")).values()} == {1_500_000, 1_000_000}
    assert made.employer_fen == sum(r.employer_fen for r in await BillLine.filter(bill_id=made.id))
    assert await _of(made, "late_fee") == {}

    await later(container, days=3)
    await EnrollmentBase.all().update(voided_at=container.ports.store.clock())
    made = await _close(container, 202612)
    returned = await _of(made, "difference")
    assert set(returned) == {(kind, month) for kind in SOCIAL for month in (*months, 202611)}
    for spot, (declared, employer, employee) in returned.items():
        assert declared == 1_000_000
        if spot in differences:
            assert (employer, employee) == (-differences[spot][1], -differences[spot][2])
    total = sum([r.employer_fen for r in await BillLine.filter(kind="pension")])
    assert total == 5 * 160_000
    await later(container, days=3)
    assert await _of(await _draft(container, 202701), "difference") == {}


async def test_limits_as_bases(container: Container) -> None:
    """A4.2: the floor and the cap follow the month's policy, a fixed base stays whatever else is declared anew."""
    await enrolled(container, sheet([person(1), person(2)]))
    first, second = await Enrollment.all().order_by("id")
    for kind, rule, base in (("pension", "floor", 1), ("medical", "cap", 1), ("unemployment", "fixed", 880_000)):
        await EnrollmentItem.filter(enrollment_id=first.id, kind=kind).update(base_rule=rule, declared_base_fen=base)
    await _change(container, first, "social", 202611, 1_200_000)
    made = await _draft(container, 202611)
    by_kind = {r.kind: r for r in await BillLine.filter(bill_id=made.id, enrollment_id=first.id)}
    assert by_kind["pension"].base_fen == by_kind["pension"].declared_base_fen == 727_000
    assert by_kind["pension"].employer_fen == 116_320
    assert by_kind["medical"].base_fen == by_kind["medical"].declared_base_fen == 3_634_800
    assert by_kind["unemployment"].base_fen == 880_000
    assert by_kind["work_injury"].base_fen == 1_200_000
    assert {r.base_fen for r in await BillLine.filter(bill_id=made.id, enrollment_id=second.id)} == {1_000_000}
    assert orjson.loads(made.problems) == []
    views = await bill.lines(container.ports, await bill.one(await account("admin"), made.id), "", None, 50, 0)
    told = await bill.explanations(container.ports, [v for v in views.rows if v.id == by_kind["pension"].id])
    assert "申报 7,270.00" in told[0].explanation.text


async def test_a_limit_the_policy_does_not_name(container: Container) -> None:
    """The declared base is used, with one notice for the kind; the same where a closed month is made up."""
    await confirm_policies(container)
    await enrolled(container, sheet([person(1) | {"起始月": "2026-10"}], (*HEADERS, "起始月")), month=202610)
    await _close(container, 202610)
    await enrolled(container, sheet([person(n) | {"起始月": "2026-10"} for n in (2, 3)], (*HEADERS, "起始月")))
    await EnrollmentItem.filter(kind="pension").update(base_rule="cap")
    known = Policy.filter(city_code="110000", category="employee", kind="pension", effective_from=202607, retired_at=0)
    limit = (await known.get()).base_max_fen
    container.ports.store.cache.clear()
    await known.update(base_max_fen=None)
    try:
        made = await _draft(container, 202611)
    finally:
        await known.update(base_max_fen=limit)
        container.ports.store.cache.clear()
    told = [(p["code"], p["severity"], p["value"]) for p in orjson.loads(made.problems)]
    assert told.count(("base_limit_unknown", "notice", "5 人")) == 1, told
    assert {r.base_fen for r in await BillLine.filter(bill_id=made.id, kind="pension")} == {1_000_000}


@given(
    rule=st.sampled_from(list(BaseRule)),
    bases=st.lists(st.integers(0, 10**10), min_size=1, max_size=20),
    low=st.none() | st.integers(0, 10**6),
    high=st.none() | st.integers(10**6, 10**8),
)
def test_the_arrays_equal_the_scalar_rule(rule: BaseRule, bases: list[int], low: int | None, high: int | None) -> None:
    """A4.2: a group's lines are those of each item by itself."""
    policy = row(base_min_fen=low, base_max_fen=high)
    items = [("990000", "employee", "pension", "", None, rule.value, n, n, base) for n, base in enumerate(bases)]
    computed = run.Run(PolicyBook([policy]), 202611, 2)
    made = computed.lines(items)
    scalar = [contribute(policy, declared_for(rule, base, policy), 160_000, 80_000) for base in bases]
    assert [(line[6], line[7], line[10], line[11]) for line in made] == [
        (line.declared_base_fen, line.base_fen, line.employer_fen, line.employee_fen) for line in scalar
    ]
    missing = {BaseRule.FLOOR: low is None, BaseRule.CAP: high is None}.get(rule, False)
    assert [p.code for p in computed.problems()] == (["base_limit_unknown"] if missing else [])
    assert Kind.PENSION in {line[3] for line in made}
