"""Scoring suppliers by criteria and period, and the scores so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.clock import business_day
from db.models.supplier import SupplierScore
from db.sql import fetch, marks
from db.transaction import work
from domain.actor import Actor
from domain.errors import Refusal, invalid
from domain.period import BillingMonth
from domain.supplier import Criterion, hundredths, period_months, score
from services.ports import Ports
from services.supplier.write import keeps, locked


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The scores of a period; `total` in hundredths of a point."""

    id: int
    supplier_id: int
    period: str
    points: Mapping[str, int]
    total: int
    comment: str
    scored_by: str
    created_at: int


async def scores(supplier_ids: Sequence[int]) -> list[list[ScoreRow]]:
    """The scores of each supplier in the order of their periods: by their last month, a month before its quarter."""
    if not supplier_ids:
        return []
    rows = await fetch(
        "SELECT c.*, s.display_name AS scored_by FROM supplier_score c LEFT JOIN staff s ON s.id = c.created_by_id "
        f"WHERE c.supplier_id IN ({marks(supplier_ids)})",
        list(supplier_ids),
    )
    found: dict[int, list[ScoreRow]] = {}
    for r in sorted(rows, key=lambda r: (period_months(r["period"])[1].number, "Q" in r["period"])):
        points = orjson.loads(r["scores"])
        row = ScoreRow(
            r["id"],
            r["supplier_id"],
            r["period"],
            points,
            r["total"],
            r["comment"],
            r["scored_by"] or "",
            r["created_at"],
        )
        found.setdefault(row.supplier_id, []).append(row)
    return [found.get(i, []) for i in supplier_ids]


def criteria(ports: Ports, period: str) -> tuple[Criterion, ...]:
    """The criteria of a period: those in force on its last day. Refused where there were none."""
    last = period_months(period)[1].last_day()
    found = ports.supplier_criteria.on(last)
    if not found:
        raise Refusal(invalid("period", "该期间没有评分项", "There are no criteria for this period").at(value=period))
    return found


async def give(
    ports: Ports, actor: Actor, supplier_id: int, period: str, points: Mapping[str, int], comment: str
) -> int:
    """Scores a supplier for a period that has begun; scoring it again replaces what was given, and is noted.

    Answers the supplier's id.
    """
    keeps(actor)
    first, _ = period_months(period)
    total = score(criteria(ports, period), points)
    if first > BillingMonth.from_date(business_day(ports.store.clock())):
        raise Refusal(invalid("period", "该期间还没有开始", "This period has not begun").at(value=period))
    if len(comment) > 400:
        raise Refusal(invalid("comment", "评语最多 400 个字", "The comment has at most 400 characters"))
    async with work(ports.store, actor) as unit:
        row = await locked(supplier_id)
        values: dict[str, Any] = {
            "scores": orjson.dumps(dict(points), option=orjson.OPT_SORT_KEYS).decode(),
            "total": total,
            "comment": comment.strip(),
            "created_by_id": actor.staff_id,
            "created_at": unit.now,
        }
        before = await SupplierScore.get_or_none(supplier_id=row.id, period=period)
        if before is None:
            await SupplierScore.create(id=unit.new_id(), supplier_id=row.id, period=period, **values)
        else:
            await SupplierScore.filter(id=before.id).update(**values)
        detail = {"期间": period, "总分": hundredths(total)} | ({"原总分": hundredths(before.total)} if before else {})
        await unit.audit("supplier.score", "supplier", row.id, None, **detail)
    return row.id
