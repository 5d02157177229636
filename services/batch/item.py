"""Items of enrolments as results move them: some kinds begin or end, and the enrolment follows its items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from db.models.batch import Batch
from db.sql import CHUNK, execute, fetch_tuples, marks
from domain.enrollment import EnrollmentState
from domain.errors import Refusal
from domain.housing_account import tidy_number
from domain.policy import Kind
from domain.precheck import CheckedRow


async def begin(enrollment_ids: Sequence[int], kinds: Iterable[Kind], *, accepted: bool) -> None:
    """Submitted items of these kinds become effective or rejected.

    The enrolment is effective as soon as one kind is, and rejected only when all are.
    """
    state = EnrollmentState.EFFECTIVE if accepted else EnrollmentState.REJECTED
    names = [kind.value for kind in kinds]
    for ids in chunks(enrollment_ids):
        await execute(
            f"UPDATE enrollment_item SET state = ? WHERE enrollment_id IN ({marks(ids)}) AND kind IN ({marks(names)}) "
            "AND state = 'submitted'",
            [state.value, *ids, *names],
        )
        still = "('effective')" if accepted else "('submitted', 'effective', 'stopped')"
        items = f"SELECT 1 FROM enrollment_item i WHERE i.enrollment_id = enrollment.id AND i.state IN {still}"
        await execute(
            f"UPDATE enrollment SET state = ? WHERE id IN ({marks(ids)}) AND state = 'submitted' "
            f"AND {'' if accepted else 'NOT '}EXISTS ({items})",
            [state.value, *ids],
        )


async def stop(enrollment_ids: Sequence[int], last_month: int, reason: str, kinds: Iterable[Kind] | None) -> None:
    """Ends these kinds (None: every kind) of the people's effective enrolments with the company.

    An enrolment is stopped when none of its kinds is in force any more.
    """
    names = None if kinds is None else [kind.value for kind in kinds]
    for part in chunks(enrollment_ids):
        ids = await siblings(part, EnrollmentState.EFFECTIVE)
        for few in chunks(ids):
            wanted = "" if names is None else f" AND kind IN ({marks(names)})"
            await execute(
                f"UPDATE enrollment_item SET state = 'stopped', last_month = ? WHERE enrollment_id IN ({marks(few)}) "
                f"AND state = 'effective'{wanted}",
                [last_month, *few, *(names or [])],
            )
            await execute(
                f"UPDATE enrollment SET state = 'stopped', last_month = ?, stop_reason = ? WHERE id IN ({marks(few)}) "
                "AND state = 'effective' AND NOT EXISTS (SELECT 1 FROM enrollment_item i "
                "WHERE i.enrollment_id = enrollment.id AND i.state IN ('effective', 'submitted'))",
                [last_month, reason, *few],
            )


async def siblings(enrollment_ids: Sequence[int], state: str, same_end: bool = False) -> list[int]:
    """All enrolments in that state of the same people with the same company: who leaves, leaves with every kind."""
    end = "AND other.last_month = mine.last_month" if same_end else ""
    rows = await fetch_tuples(
        "SELECT DISTINCT other.id FROM enrollment mine JOIN enrollment other ON other.person_id = mine.person_id "
        f"AND other.company_id = mine.company_id {end} "
        f"WHERE mine.id IN ({marks(list(enrollment_ids))}) AND other.state = ?",
        [*enrollment_ids, state],
    )
    return [int(r[0]) for r in rows]


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Pieces that fit into one statement on every database."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def names_accounts(batch: Batch) -> bool:
    """Whether the batch's sheet has a column of housing-fund accounts."""
    return '"housing_account"' in (batch.columns or "")


def account_in(row: CheckedRow | None) -> str:
    """The housing-fund account that the sheet names, tidy; empty when there is none or it is no number."""
    text = row.extra.get("housing_account", "") if row else ""
    try:
        return tidy_number(text) if text else ""
    except Refusal:
        return ""
