"""Housing-fund accounts of a batch whose channels were all accepted at once, in bulk."""

from __future__ import annotations

from collections.abc import Sequence

from db.models.batch import Batch
from db.sql import fetch_tuples, marks
from db.transaction import Work
from domain.columns import ImportKind
from domain.precheck import StopReason
from services import housing_account
from services.batch import content
from services.batch.item import account_in, chunks, names_accounts
from services.housing_account import FundAnswer
from services.ports import Ports

# A leaver's account is that of any enrolment with the company which ends now, so it is found by person and company.
_ENDED = """
SELECT DISTINCT mine.id, mine.person_id, other.city_code, other.last_month, other.stop_reason FROM enrollment mine
JOIN enrollment other ON other.person_id = mine.person_id AND other.company_id = mine.company_id
  AND other.last_month = mine.last_month
JOIN enrollment_item i ON i.enrollment_id = other.id
WHERE other.state = 'stopped' AND i.state = 'stopped' AND i.kind = 'housing_fund' AND i.last_month = other.last_month
  AND (other.stop_reason IS NULL OR other.stop_reason NOT IN ('scheme_changed', 'transferred_out'))
"""
_BEGUN = """
SELECT e.id, e.person_id, e.city_code, e.start_month, NULL FROM enrollment e
JOIN enrollment_item i ON i.enrollment_id = e.id WHERE i.kind = 'housing_fund' AND i.state = 'effective'
"""


async def fund_accounts(ports: Ports, unit: Work, batch: Batch, enrollment_ids: Sequence[int]) -> None:
    """Accounts follow the enrolments that began or ended. A number that another person has is left out."""
    change = ImportKind(batch.kind)
    select = _ENDED if change is ImportKind.TERMINATE else _BEGUN
    column = "mine.id" if change is ImportKind.TERMINATE else "e.id"
    for ids in chunks(enrollment_ids):
        rows = await fetch_tuples(f"{select} AND {column} IN ({marks(ids)})", list(ids))
        if not rows:
            continue
        batch_rows = await _batch_rows(batch, ids)
        numbers = _numbers(ports, batch, batch_rows)
        answers = [
            FundAnswer(
                batch_rows[enrollment_id][0],
                person_id,
                city,
                month,
                numbers.get(enrollment_id, ""),
                StopReason(reason) if reason else None,
            )
            for enrollment_id, person_id, city, month, reason in rows
        ]
        await housing_account.record(unit, change, batch.company_id, answers)  # type: ignore[attr-defined]


async def _batch_rows(batch: Batch, enrollment_ids: Sequence[int]) -> dict[int, tuple[int, bytes | None]]:
    """The batch's row of each enrolment, with its content where the sheet names accounts."""
    sealed = "content_sealed" if names_accounts(batch) else "NULL"
    sql = (
        f"SELECT enrollment_id, id, {sealed} FROM batch_row WHERE batch_id = ? "
        f"AND enrollment_id IN ({marks(enrollment_ids)})"
    )
    return {r[0]: (r[1], r[2]) for r in await fetch_tuples(sql, [batch.id, *enrollment_ids])}


def _numbers(ports: Ports, batch: Batch, rows: dict[int, tuple[int, bytes | None]]) -> dict[int, str]:
    vault = ports.store.vault
    return {
        enrollment_id: account_in(content.unseal(vault, row_id, sealed, with_problems=False).row)
        for enrollment_id, (row_id, sealed) in rows.items()
        if sealed is not None
    }
