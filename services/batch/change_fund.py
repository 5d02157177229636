"""Housing-fund accounts of people who move to another company: out of the old one, into the new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from db.transaction import Work
from domain.change import month_before
from domain.columns import ImportKind
from domain.precheck import StopReason
from services import housing_account
from services.housing_account import FundAnswer


@dataclass(frozen=True, slots=True)
class Moving:
    """One person whose housing fund goes on at another company from `month` (yyyymm) on, and the row that says so."""

    row_id: int
    person_id: int
    city_code: str
    company_id: int
    month: int


async def move(unit: Work, company_id: int, moving: Iterable[Moving]) -> None:
    """Moves the accounts away from the company (转出) and to where each person goes on (转入); part of the act."""
    targets: dict[int, list[Moving]] = defaultdict(list)
    for each in moving:
        targets[each.company_id].append(each)
    for target, people in sorted(targets.items()):
        leaving = [
            FundAnswer(p.row_id, p.person_id, p.city_code, month_before(p.month), reason=StopReason.TRANSFERRED)
            for p in people
        ]
        coming = [FundAnswer(p.row_id, p.person_id, p.city_code, p.month) for p in people]
        await housing_account.record(unit, ImportKind.TERMINATE, company_id, leaving)
        await housing_account.record(unit, ImportKind.ENROLL, target, coming)
