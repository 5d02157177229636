"""Rows of a finished batch that took effect, wholly or at some channels, and what later business rests on them."""

from __future__ import annotations

from db.models.batch import Batch
from db.sql import fetch
from domain.columns import IMPORT_KIND_LABELS, ImportKind
from domain.period import BillingMonth
from services import housing_account

Depends = tuple[str, str]
"""What rests on a batch, in Chinese and in English."""

# A row that failed at one channel is rejected, yet the kinds of those that accepted it have begun or ended.
_ACCEPTED_SOMEWHERE = (
    "EXISTS (SELECT 1 FROM channel_result c WHERE c.batch_row_id = {row}.id AND c.state = 'accepted' "
    "AND c.channel <> 'tax')"
)
_TOOK_EFFECT = f"({{row}}.state = 'accepted' OR ({{row}}.state = 'rejected' AND {_ACCEPTED_SOMEWHERE}))"


def took_effect(row: str) -> str:
    """The condition that a batch row (by its name in the statement) changed something in the register."""
    return _TOOK_EFFECT.format(row=row)


def in_part(row: str) -> str:
    """The condition that a batch row was rejected although some channel has registered its kinds."""
    return f"({row}.state = 'rejected' AND {_ACCEPTED_SOMEWHERE.format(row=row)})"


_BILLED = f"""
SELECT b.month, COUNT(DISTINCT l.person_id) AS people FROM bill_line l JOIN bill b ON b.id = l.bill_id
WHERE b.state = 'closed' AND l.enrollment_id IN
  (SELECT r.enrollment_id FROM batch_row r WHERE r.batch_id = ? AND {took_effect("r")})
GROUP BY b.month ORDER BY b.month
"""
# A termination names one enrolment and ends all of the person's with the company: those it ended have the same end.
_LATER = f"""
SELECT DISTINCT other.number, other.kind FROM batch_row mine JOIN enrollment e ON e.id = mine.enrollment_id
JOIN enrollment near ON near.person_id = e.person_id AND near.company_id = e.company_id
JOIN batch_row later ON later.enrollment_id = near.id JOIN batch other ON other.id = later.batch_id
WHERE mine.batch_id = ? AND {took_effect("mine")} AND later.batch_id <> mine.batch_id
  AND (later.state IN ('submitted', 'correction') OR {took_effect("later")})
  AND (near.id = e.id OR (other.kind = 'terminate' AND EXISTS (SELECT 1 FROM enrollment_item a
       JOIN enrollment_item b ON b.enrollment_id = near.id AND b.state = 'stopped' AND b.last_month = a.last_month
       WHERE a.enrollment_id = e.id AND a.state = 'stopped')))
ORDER BY other.number
"""
_RETRIED = f"""
SELECT DISTINCT other.number, other.kind FROM batch_row mine JOIN feedback f ON f.batch_row_id = mine.id
JOIN batch other ON other.id = f.retry_batch_id
WHERE mine.batch_id = ? AND {in_part("mine")} AND other.state NOT IN ('withdrawn', 'rejected', 'failed')
ORDER BY other.number
"""
# Of somebody who left in part: what is under way for the rest, or has moved the rest since.
_REST_MOVING = f"""
SELECT DISTINCT other.number, other.kind FROM batch_row mine JOIN enrollment e ON e.id = mine.enrollment_id
JOIN enrollment near ON near.person_id = e.person_id AND near.company_id = e.company_id
JOIN batch_row later ON later.enrollment_id = near.id AND later.state IN ('submitted', 'correction')
JOIN batch other ON other.id = later.batch_id
WHERE mine.batch_id = ? AND {in_part("mine")} AND later.batch_id <> mine.batch_id
  AND other.kind IN ('terminate', 'scheme_change', 'transfer') ORDER BY other.number
"""
_REST_MOVED = f"""
SELECT DISTINCT other.number, other.kind FROM batch_row mine JOIN enrollment e ON e.id = mine.enrollment_id
JOIN enrollment fresh ON fresh.person_id = e.person_id AND fresh.state <> 'voided'
JOIN batch other ON other.id = fresh.batch_id AND other.company_id = e.company_id
WHERE mine.batch_id = ? AND {in_part("mine")} AND other.kind IN ('scheme_change', 'transfer')
  AND fresh.created_at >= (SELECT MIN(c.created_at) FROM channel_result c WHERE c.batch_row_id = mine.id)
ORDER BY other.number
"""


async def on_enrolments(batch: Batch) -> list[Depends]:
    """What rests on the enrolments that a batch began: closed bills, later batches, and failed kinds tried again."""
    found = [closed_bill(r) for r in await fetch(_BILLED, [batch.id])]
    return found + [later_batch(r) for sql in (_LATER, _RETRIED) for r in await fetch(sql, [batch.id])]


async def on_part_of_ends(batch: Batch) -> list[Depends]:
    """What rests on ends of some kinds alone; who was enrolled again since is not looked at here."""
    return [later_batch(r) for sql in (_REST_MOVING, _REST_MOVED, _RETRIED) for r in await fetch(sql, [batch.id])]


async def on_accounts(batch: Batch, told: list[Depends]) -> list[Depends]:
    """Later batches that changed the same housing-fund accounts.

    Those of other clients are not named, and only said where nothing else is told: mostly it is the same business.
    """
    found: list[Depends] = []
    own = batch.company_id  # type: ignore[attr-defined]
    for later in await housing_account.later_batches(batch.id, own):
        if later.kind is not None:
            found.append(later_batch({"kind": later.kind, "number": later.number}))
        elif not told:
            found.append((f"{later.people} 人的公积金账户此后又有变动", "later changes of housing-fund accounts"))
    return found


def later_batch(r: dict) -> Depends:
    """A batch, from its number and kind."""
    label, label_en = IMPORT_KIND_LABELS[ImportKind(r["kind"])]
    return f"{label}批次 {r['number']}", f"a later {label_en}"


def closed_bill(r: dict) -> Depends:
    """A closed bill, from its month and how many people."""
    return f"{BillingMonth.of(r['month'])} 已关账的账单（{r['people']} 人）", "a closed bill"
