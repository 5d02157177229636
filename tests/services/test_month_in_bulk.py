"""A month in bulk: the arrays come to what the scalar engine says line by line, in whatever chunks they are read."""

from __future__ import annotations

from collections import Counter

import orjson
import pytest

from app.container import Container
from app.worker import drain
from db.models.bill import Bill, BillLine
from db.models.company import Company
from db.models.enrollment import Enrollment, EnrollmentItem
from db.sql import insert_many
from domain.contribution import contribute
from domain.errors import Problem
from domain.policy import Category, Kind, PolicyBook
from domain.selection import Choice, select
from services import bill
from services.bill import run
from services.policy import book
from tests.domain.policy_samples import row
from tests.factories import account, company_id

PEOPLE = 2000
MONTH = 202611
CITIES = ("110000", "440300", "310000")
KINDS = (Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY, Kind.MATERNITY, Kind.HOUSING_FUND)


async def _enrol(container: Container, owner: int) -> None:
    """People written straight into the register, of several cities, categories, bases and rates."""
    ids = container.ports.store.ids
    people, enrollments, items = [], [], []
    for n in range(PEOPLE):
        person_id, enrollment_id = ids.block(2)
        city, base = CITIES[n % 3], 100_000 + n * 2_111
        category = Category.FLEXIBLE if n % 50 == 7 else Category.EMPLOYEE
        people.append((person_id, f"人{n}", "resident_id", b"-", f"{n:032d}", 0))
        # Some left before the month, some start after it, some leave with it; every tenth pays a fee.
        start, last = (202612, None) if n % 40 == 1 else (202601, {0: 202610, 1: None, 2: MONTH}.get(n % 20 // 2))
        fee = 3000 if n % 10 == 0 else 0
        enrollments.append((enrollment_id, person_id, owner, city, category, "effective", base, start, last, fee, 1, 0))
        for kind in KINDS:
            rate = (50_000, 70_000, 120_000)[n % 3] if kind is Kind.HOUSING_FUND else None
            state = "voided" if n % 33 == 5 and kind is Kind.PENSION else "effective"
            values = (ids.one(), enrollment_id, person_id, owner, kind, "", state, base + n % 7, rate, start, last)
            items.append(values)
    await insert_many("person", ("id", "name", "id_kind", "id_number_sealed", "id_number_index", "created_at"), people)
    await insert_many("enrollment", _ENROLLMENT, enrollments)
    await insert_many("enrollment_item", _ITEM, items)


_ENROLLMENT = (
    "id",
    "person_id",
    "company_id",
    "city_code",
    "category",
    "state",
    "declared_base_fen",
    "start_month",
    "last_month",
    "service_fee_fen",
    "batch_id",
    "created_at",
)
_ITEM = (
    "id",
    "enrollment_id",
    "person_id",
    "company_id",
    "kind",
    "tier",
    "state",
    "declared_base_fen",
    "housing_rate_ppm",
    "start_month",
    "last_month",
)


async def _expected(container: Container, owner: int) -> tuple[list[tuple], Counter[Problem]]:
    """The lines and problems of the month, item by item through the scalar engine."""
    policies, company = await book(container.ports.store), await Company.get(id=owner)
    enrollments = {e.id: e for e in await Enrollment.filter(company_id=owner)}
    lines, problems = [], Counter[Problem]()
    for item in await EnrollmentItem.filter(company_id=owner, state="effective").order_by("enrollment_id", "id"):
        if item.start_month > MONTH or (item.last_month is not None and item.last_month < MONTH):
            continue
        enrollment = enrollments[item.enrollment_id]  # type: ignore[attr-defined]
        kind = Kind(item.kind)
        choice = Choice(housing_rate_ppm=item.housing_rate_ppm, injury_class=company.injury_class)
        found = select(policies, enrollment.city_code, Category(enrollment.category), kind, MONTH, choice)
        if isinstance(found, Problem):
            problems[found] += 1
            continue
        line = contribute(found[0], item.declared_base_fen, *found[1:])
        lines.append(
            (
                item.person_id,
                enrollment.id,
                enrollment.city_code,
                item.kind,
                line.declared_base_fen,
                line.base_fen,
                line.employer_rate_ppm,
                line.employee_rate_ppm,
                line.employer_fen,
                line.employee_fen,
                line.policy.id,
            )
        )
    return lines, problems


async def test_a_month_of_two_thousand_people_is_the_sum_of_its_scalar_lines(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, other = await company_id(), await company_id("蓝天餐饮管理有限公司")
    await _enrol(container, owner)
    # Somebody of another company lies between them and stays off the bill.
    middle = (await Enrollment.filter(company_id=owner).order_by("id"))[PEOPLE // 2 + 3]
    await Enrollment.filter(id=middle.id).update(company_id=other)
    await EnrollmentItem.filter(enrollment_id=middle.id).update(company_id=other)
    lines, problems = await _expected(container, owner)
    # City by city, as the parts are computed, and in the order of enrolment within each.
    lines.sort(key=lambda line: line[2])
    assert len(lines) > PEOPLE * 4
    assert problems
    maker = await account("zhuanyuan")
    for people in (PEOPLE * 2, 333):
        monkeypatch.setattr(run, "PEOPLE", people)
        await bill.draft_month(container.ports, maker, MONTH, owner)
        await drain(container.ports)
        made = await Bill.get()
        normal = BillLine.filter(bill_id=made.id, line_type="normal").order_by("id")
        assert [tuple(values) for values in await normal.values_list(*_COMPARED)] == lines
        assert made.employer_fen == sum(line[8] for line in lines)
        assert made.employee_fen == sum(line[9] for line in lines)
        fees = await BillLine.filter(bill_id=made.id, line_type="service_fee")
        assert made.fee_fen == sum(fee.employer_fen for fee in fees) == 3000 * len(fees) > 0
        assert made.line_count == len(lines) + len(fees)
        assert made.people == len({line[0] for line in lines} | {fee.person_id for fee in fees})
        told = {(p["code"], p["field"], p["message"], p["value"]) for p in orjson.loads(made.problems)}
        assert told >= {(p.code, p.field, p.message, f"{count} 人") for p, count in problems.items()}


_COMPARED = (
    "person_id",
    "enrollment_id",
    "city_code",
    "kind",
    "declared_base_fen",
    "base_fen",
    "employer_rate_ppm",
    "employee_rate_ppm",
    "employer_fen",
    "employee_fen",
    "policy_id",
)


def test_a_base_too_large_for_arrays_is_still_exact() -> None:
    """Beyond 64 bits the lines of that group go through the scalar engine; nothing overflows in silence."""
    unlimited = row(base_min_fen=None, base_max_fen=None)
    bases = (1_000_000, 2**60)
    items = [("990000", "employee", "pension", "", None, "declared", n, n, base) for n, base in enumerate(bases)]
    made = run.Run(PolicyBook([unlimited]), MONTH, 2).lines(items)
    scalar = [contribute(unlimited, base, 160_000, 80_000) for base in bases]
    assert [(line[7], line[10], line[11]) for line in made] == [
        (line.base_fen, line.employer_fen, line.employee_fen) for line in scalar
    ]
