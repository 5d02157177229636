"""The plain way to run a month: Tortoise's objects, a loop with Decimal, and bulk_create."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from tortoise.transactions import in_transaction

from bench.people import MONTH
from bench.product import COMPANY
from bench.stopwatch import Stopwatch
from db.models.bill import Bill, BillLine
from db.models.company import Company
from db.models.enrollment import Enrollment, EnrollmentItem
from domain.bill import BillState, LineType
from domain.errors import Problem
from domain.money import Rounding
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from domain.selection import Choice, select
from services.policy import book
from services.ports import Ports

CHUNK = 2000
_WAYS = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}
_UNITS = {"fen": Decimal("0.01"), "jiao": Decimal("0.1"), "yuan": Decimal("1")}


async def draft(ports: Ports, watch: Stopwatch) -> None:
    """The month of everybody enrolled, on a company that has no bill yet."""
    await BillLine.all().delete()
    await Bill.all().delete()
    policies, owner = await book(ports.store), await Company.get(name=COMPANY)
    with watch.step("month"):
        async with in_transaction():
            await _draft(ports, policies, owner)


async def _draft(ports: Ports, policies: PolicyBook, owner: Company) -> None:
    now = ports.store.clock()
    bill = await Bill.create(
        id=ports.store.ids.one(),
        company_id=owner.id,
        month=MONTH,
        state=BillState.DRAFT,
        problems="[]",
        created_at=now,
        drafted_at=now,
    )
    lines: list[BillLine] = []
    enrollments = await Enrollment.filter(company_id=owner.id, state="effective").order_by("id")
    for first in range(0, len(enrollments), CHUNK):
        chunk = {e.id: e for e in enrollments[first : first + CHUNK]}
        items = EnrollmentItem.filter(enrollment_id__in=list(chunk), state="effective", start_month__lte=MONTH)
        for item in await items.order_by("enrollment_id", "id"):
            enrollment = chunk[item.enrollment_id]  # type: ignore[attr-defined]
            kind = Kind(item.kind)
            choice = Choice(
                tiers={kind: item.tier} if item.tier else {},
                housing_rate_ppm=item.housing_rate_ppm,
                injury_class=owner.injury_class,
            )
            found = select(policies, enrollment.city_code, Category(enrollment.category), kind, MONTH, choice)
            assert not isinstance(found, Problem)
            lines.append(_line(ports.store.ids.one(), bill, enrollment, item, *found))
    await BillLine.bulk_create(lines, batch_size=CHUNK)
    bill.people = len({line.person_id for line in lines})
    bill.line_count = len(lines)
    bill.employer_fen = sum(line.employer_fen for line in lines)
    bill.employee_fen = sum(line.employee_fen for line in lines)
    await bill.save()


def _line(
    row_id: int,
    bill: Bill,
    enrollment: Enrollment,
    item: EnrollmentItem,
    policy: PolicyVersion,
    employer_ppm: int,
    employee_ppm: int,
) -> BillLine:
    base = item.declared_base_fen
    if policy.base_min_fen is not None:
        base = max(base, policy.base_min_fen)
    if policy.base_max_fen is not None:
        base = min(base, policy.base_max_fen)
    return BillLine(
        id=row_id,
        bill_id=bill.id,
        person_id=item.person_id,
        enrollment_id=enrollment.id,
        city_code=enrollment.city_code,
        kind=item.kind,
        line_type=LineType.NORMAL,
        belongs_month=MONTH,
        declared_base_fen=item.declared_base_fen,
        base_fen=base,
        employer_rate_ppm=employer_ppm,
        employee_rate_ppm=employee_ppm,
        employer_fen=_part(base, employer_ppm, policy.employer_rounding, policy.employer_fixed_fen),
        employee_fen=_part(base, employee_ppm, policy.employee_rounding, policy.employee_fixed_fen),
        policy_id=policy.id,
    )


def _part(base_fen: int, ppm: int, rounding: Rounding, fixed_fen: int) -> int:
    exact = Decimal(base_fen) / 100 * Decimal(ppm) / 1_000_000
    if rounding is Rounding.YUAN_UP_FROM_JIAO:
        yuan = exact.quantize(Decimal("0.1"), ROUND_FLOOR).quantize(Decimal("1"), ROUND_CEILING)
    else:
        unit, way = rounding.value.split("_", 1)
        yuan = exact.quantize(_UNITS[unit], _WAYS[way])
    return int(yuan * 100) + fixed_fen
