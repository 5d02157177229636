"""A2.2, B15: why people stopped, and what was billed by kind, city and month."""

from __future__ import annotations

from typing import Any

import pytest

from app.container import Container
from db.sql import fetch_value
from domain.analysis import StopDimension, stop_reason_label
from domain.columns import ImportKind
from domain.errors import Refusal
from domain.policy import Kind
from services import bill, enrollment_analysis
from services.enrollment_analysis import StopFilter
from tests.changing import changed, closed, drafted, of, people
from tests.factories import account, company_id, confirm_policies, enrolled, key, new_staff, person, sheet

ELSEWHERE = "远航物流（上海）有限公司"
YEAR = (202601, 202612)


async def refused(call: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        await call
    return [p.code for p in caught.value.problems]


async def test_reasons_are_counted_by_what_is_asked(container: Container) -> None:
    """A2.2: every enrolment is counted once; who goes on under another scheme has not left."""
    await people(container, 1, 2, 3, 4)
    await enrolled(container, sheet([person(7, 公积金比例="7%")]), company=ELSEWHERE)
    rows = [(1, "2026-11", "辞职"), (2, "2026-11", "辞职"), (3, "2026-12", "退休")]
    gone = changed(*(of(n, 最后缴费月=month, 停保原因=why) for n, month, why in rows))
    await enrolled(container, gone, kind=ImportKind.TERMINATE)
    moved = changed(of(4, 新方案="北京五险", 起始月="2026-12"))
    await enrolled(container, moved, kind=ImportKind.SCHEME_CHANGE)
    far = changed(of(7, 最后缴费月="2026-11", 停保原因="合同到期"))
    await enrolled(container, far, company=ELSEWHERE, kind=ImportKind.TERMINATE)
    actor, _ = await new_staff(container, ["enrollment.read"])
    wanted = StopFilter(*YEAR)
    (total,) = await enrollment_analysis.stops(actor, wanted, [])
    assert (total.people, total.month, total.reason) == (4, None, None)
    by_reason = await enrollment_analysis.stops(actor, wanted, [StopDimension.REASON])
    assert {c.reason: c.people for c in by_reason} == {"resigned": 2, "retired": 1, "contract_expired": 1}
    assert stop_reason_label("resigned") == ("辞职", "resigned")
    both = await enrollment_analysis.stops(actor, wanted, [StopDimension.MONTH, StopDimension.COMPANY])
    assert [(c.month, c.people, c.company) for c in both] == [
        (202612, 1, "晨光科技有限公司"),
        (202611, 2, "晨光科技有限公司"),
        (202611, 1, ELSEWHERE),
    ]
    with_moves = await enrollment_analysis.stops(actor, StopFilter(*YEAR, moves=True), [StopDimension.REASON])
    assert {c.reason: c.people for c in with_moves}["scheme_changed"] == 1
    assert sum(c.people for c in await enrollment_analysis.stops(actor, StopFilter(*YEAR, city_code="310000"), [])) == 1
    group = StopFilter(*YEAR, company_id=await company_id("远航物流集团有限公司"), branches=True)
    assert [c.people for c in await enrollment_analysis.stops(actor, group, [])] == [1]
    own = StopFilter(*YEAR, company_id=await company_id("远航物流集团有限公司"))
    assert [c.people for c in await enrollment_analysis.stops(actor, own, [])] == [0]
    branch, _ = await new_staff(container, ["enrollment.read"], ELSEWHERE)
    assert [c.people for c in await enrollment_analysis.stops(branch, wanted, [])] == [1]
    assert await refused(enrollment_analysis.stops(actor, StopFilter(202612, 202601), [])) == ["months_order"]
    assert await refused(enrollment_analysis.stops(actor, StopFilter(202001, 202612), [])) == ["months_too_many"]


async def test_what_was_billed_by_kind_city_and_month(container: Container) -> None:
    """B15: confirmed and closed bills only; the sums are those of the bills, makeups in the amounts alone."""
    await enrolled(container, sheet([person(1), person(2, "20000.00")]))
    await enrolled(container, sheet([person(7, 公积金比例="7%")]), company=ELSEWHERE)
    ports = container.ports
    actor, _ = await new_staff(container, ["bill.read"])
    await drafted(container, 202611)
    assert await enrollment_analysis.contributions(ports, actor, *YEAR) == []
    await confirm_policies(container)
    await closed(container, 202611)
    await drafted(container, 202611, ELSEWHERE)
    far = await fetch_value("SELECT id FROM bill WHERE company_id = ?", [await company_id(ELSEWHERE)])
    await bill.confirm(ports, await account("zhuguan"), far, key())
    await drafted(container, 202612)
    cells = await enrollment_analysis.contributions(ports, actor, *YEAR)
    assert {(c.month, c.city_code) for c in cells} == {(202611, "110000"), (202611, "310000")}
    pension = next(c for c in cells if (c.city_code, c.kind) == ("110000", Kind.PENSION))
    assert (pension.people, pension.base_fen) == (2, 3_000_000)
    assert (pension.employer_fen, pension.employee_fen) == (480_000, 240_000)
    for column, paid in (("employer_fen", "employer_fen"), ("employee_fen", "employee_fen")):
        billed = await fetch_value(
            f"SELECT SUM(l.{column}) FROM bill_line l JOIN bill b ON b.id = l.bill_id "
            "WHERE b.state IN ('confirmed', 'closed') AND l.kind <> ''"
        )
        assert sum(getattr(c, paid) for c in cells) == billed
    # The second time nothing is added up anew, and the answer is the same.
    assert await enrollment_analysis.contributions(ports, actor, *YEAR) == cells
    only = await enrollment_analysis.contributions(ports, actor, *YEAR, city_code="310000")
    assert {c.city_code for c in only} == {"310000"}
    branch, _ = await new_staff(container, ["bill.read"], ELSEWHERE)
    assert await enrollment_analysis.contributions(ports, branch, *YEAR) == only
    nobody, _ = await new_staff(container, ["enrollment.read"])
    assert await refused(enrollment_analysis.contributions(ports, nobody, *YEAR)) == ["forbidden"]
