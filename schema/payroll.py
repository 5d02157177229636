"""What a month means for one person."""

from __future__ import annotations

import strawberry

from schema.bill import BillLine
from schema.scalars import Month, Yuan
from services.bill.payroll import Statement


@strawberry.type(description="一个人一个月的缴费明细（社会保险法第六十条）；只含已确认和已关账的账单")
class PersonStatement:
    month: Month
    lines: list[BillLine]
    employer_total: Yuan
    employee_total: Yuan

    @classmethod
    def from_row(cls, row: Statement) -> PersonStatement:
        return cls(
            month=Month(row.month),
            lines=[BillLine.from_row(line) for line in row.lines],
            employer_total=Yuan(row.employer_fen),
            employee_total=Yuan(row.employee_fen),
        )
