"""Every list that can be exported. A new one is its own `Table`, its name in `domain.listing`, and a line here."""

from __future__ import annotations

from services.export.months import BILL_LINES, BILLS, CONTRIBUTIONS
from services.export.register import ENROLLMENTS, HOUSING_ACCOUNTS, PEOPLE, STOPS
from services.export.table import Table
from services.export.work_lists import AUDIT, BATCH_ROWS, BATCHES, FEEDBACKS

EXPORTS: dict[str, Table] = {
    table.name: table
    for table in (
        ENROLLMENTS,
        PEOPLE,
        BATCHES,
        BATCH_ROWS,
        BILLS,
        BILL_LINES,
        FEEDBACKS,
        HOUSING_ACCOUNTS,
        AUDIT,
        STOPS,
        CONTRIBUTIONS,
    )
}
