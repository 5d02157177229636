"""Our service fee for closed months, settled like an item: what is owed now less what closed bills charged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import orjson

from db.sql import fetch, marks
from domain.bill import LineType
from domain.difference import FeeSource, fee_of, settle_fee
from domain.enrollment import pays
from services.bill.suspects import CHUNK, Past


async def lines(past: Past, enrollment_ids: Sequence[int]) -> list[tuple]:
    """The lines (run.COLUMNS without the first two) that bring the fees of these enrolments' people to what is owed.

    One fee a person, city and month. The ids hold all enrolments that the people ever had with the company in the
    city.
    """
    found = await _enrollments(enrollment_ids)
    charged = await _charged(past, enrollment_ids)
    of_person: dict[tuple[int, str], list[dict]] = defaultdict(list)
    for r in found:
        of_person[r["person_id"], r["city_code"]].append(r)
    made = []
    for (person_id, city_code), mine in of_person.items():
        for month in past.months:
            before = {r["id"]: charged[r["id"], month] for r in mine if (r["id"], month) in charged}
            due = fee_of(FeeSource(r["id"], r["service_fee_fen"]) for r in mine if _covers(r, month))
            delta = settle_fee(due, before)
            if delta is not None:
                start = (person_id, delta.enrollment_id, city_code, "", LineType.SERVICE_FEE.value, month)
                made.append((*start, 0, 0, 0, 0, delta.fen, 0, None, orjson.dumps(delta.reason).decode()))
    return made


def _covers(enrollment: dict, month: int) -> bool:
    in_force = enrollment["state"] in ("effective", "stopped")
    return in_force and pays(month, enrollment["start_month"], enrollment["last_month"])


async def _enrollments(ids: Sequence[int]) -> list[dict]:
    found: list[dict] = []
    for start in range(0, len(ids), CHUNK):
        few = list(ids[start : start + CHUNK])
        found += await fetch(
            "SELECT id, person_id, city_code, state, start_month, last_month, service_fee_fen FROM enrollment "
            f"WHERE id IN ({marks(few)}) ORDER BY id",
            few,
        )
    return found


async def _charged(past: Past, ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """What closed bills charged as service fee (fen) so far, by enrolment and month."""
    found: dict[tuple[int, int], int] = {}
    for start in range(0, len(ids), CHUNK):
        few = list(ids[start : start + CHUNK])
        rows = await fetch(
            "SELECT enrollment_id, belongs_month, SUM(employer_fen) AS fen FROM bill_line "
            f"WHERE bill_id IN ({marks(past.bill_ids)}) AND enrollment_id IN ({marks(few)}) AND kind = '' "
            "AND line_type = 'service_fee' GROUP BY enrollment_id, belongs_month",
            [*past.bill_ids, *few],
        )
        found |= {(r["enrollment_id"], r["belongs_month"]): int(r["fen"]) for r in rows}
    return found
