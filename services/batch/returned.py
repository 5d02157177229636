"""Rows that come back from a bureau: each goes to its owner with the business day it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from db.clock import BEIJING, business_day
from db.models.batch import Batch
from db.sql import execute, insert_many
from db.transaction import Work
from domain.business_days import deadline
from domain.declaration import CHANNEL_LABELS, Channel, Verdict
from domain.feedback import FeedbackState
from services import notice
from services.ports import Ports

_MORNING = time(9, 0)
_FEEDBACK = (
    "id",
    "batch_row_id",
    "batch_id",
    "company_id",
    "channel",
    "state",
    "asked",
    "reason",
    "owner_id",
    "due_day",
    "resolved_at",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class Returned:
    """A row that failed or is to be corrected; `channel` is None when all channels were recorded at once."""

    row_id: int
    row_no: int
    channel: Channel | None
    asked: Verdict
    reason: str


async def open_feedback(ports: Ports, unit: Work, batch: Batch, returned: Sequence[Returned]) -> None:
    """Gives the rows to the batch's creator, tells them, and looks again the morning after the day they are due."""
    if not returned:
        return
    today = business_day(unit.now)
    term = deadline(today, ports.terms.on("feedback", today).days)
    company_id = batch.company_id  # type: ignore[attr-defined]
    due = term.day.isoformat()
    ids = unit.store.ids.block(len(returned))
    await insert_many(
        "feedback",
        _FEEDBACK,
        (
            (
                *(
                    row_id,
                    r.row_id,
                    batch.id,
                    company_id,
                    r.channel or "",
                    FeedbackState.OPEN.value,
                    r.asked.value,
                    r.reason[:400],
                ),
                *(batch.creator_id, due, 0, unit.now),
            )
            for row_id, r in zip(ids, returned, strict=True)
        ),
    )
    failed = [r for r in returned if r.asked is Verdict.FAILED]
    corrected = [r for r in returned if r.asked is Verdict.CORRECTION]
    until = f"请在 {due} 前处理" + ("" if term.known else "（该年放假安排未公布，仅排除周末）")
    for rows, what in ((failed, "办理失败"), (corrected, "需补正")):
        if rows:
            title = f"批次 {batch.number} 有 {len(rows)} 人{what}"
            body = f"第 {rows[0].row_no} 行：{_said(rows[0])}；{until}"
            await notice.tell(unit, batch.creator_id, title, body[:400], f"/batch/{batch.id}")
    await unit.emit("feedback.overdue", {"batch": batch.id, "due": due}, delay_ms=_morning_after(term.day) - unit.now)


def _said(row: Returned) -> str:
    return f"{CHANNEL_LABELS[row.channel][0]}：{row.reason}" if row.channel else row.reason


def _morning_after(day: date) -> int:
    """09:00 in China on the day after, in UTC milliseconds."""
    return int(datetime.combine(day + timedelta(days=1), _MORNING, BEIJING).timestamp() * 1000)


async def close_feedback(unit: Work, batch_id: int) -> None:
    """Closes what is still open of a batch that was undone: nobody has to mend rows that were taken back."""
    await execute(
        "UPDATE feedback SET state = ?, resolution = ?, resolved_by_id = ?, resolved_at = ? "
        "WHERE batch_id = ? AND state = ?",
        [FeedbackState.CLOSED.value, "批次已撤销", unit.actor.staff_id, unit.now, batch_id, FeedbackState.OPEN.value],
    )
