"""What has to be told of rosters day by day: contracts that end, temporary posts that run full, papers that expire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from db.sql import CHUNK, fetch
from domain.reminder import Reminder, days_left, threshold
from domain.roster import (
    DOCUMENT_LABELS,
    KIND_LABELS,
    DocumentKind,
    EntryState,
    PostKind,
    RosterKind,
    add_months,
    temporary_limit,
)
from services.ports import Ports

_PERMISSION = "roster.write"


async def due_reminders(ports: Ports, day: date) -> list[Reminder]:
    """One reminder for each entry or paper and threshold; the keys hold ids and days alone."""
    return [*await _contracts(ports, day), *await _temporary(ports, day), *await _papers(ports, day)]


async def _contracts(ports: Ports, day: date) -> list[Reminder]:
    steps = ports.roster.reminders(day)
    last = (day + timedelta(days=max(steps))).isoformat()
    rows = await _all(
        "SELECT e.id, e.kind, e.company_id, e.name, e.contract_end FROM roster_entry e "
        "WHERE e.state = ? AND e.contract_end BETWEEN ? AND ? AND e.id > ? ORDER BY e.id LIMIT ?",
        [EntryState.ACTIVE.value, day.isoformat(), last],
    )
    found = []
    for r in rows:
        left = days_left(day, date.fromisoformat(r["contract_end"]))
        step = threshold(left, steps)
        if step is not None:
            title = f"{_kind(r)}合同将于 {r['contract_end']} 到期"
            body = f"{r['name']}，还有 {left} 天。请决定续签或到期终止。"
            found.append(_entry(r, f"contract:{r['contract_end']}:{step}", title, body))
    return found


async def _temporary(ports: Ports, day: date) -> list[Reminder]:
    """Temporary posts whose last allowed day is near, or was passed since yesterday's run."""
    ahead = ports.roster.on("temporary_reminder", day).value
    months = ports.roster.on("temporary_post_months", day).value
    # Wide enough for the different lengths of months; the exact day is computed below.
    first = add_months(day, -months) - timedelta(days=7)
    rows = await _all(
        "SELECT e.id, e.kind, e.company_id, e.name, e.from_day FROM roster_entry e "
        "WHERE e.state = ? AND e.kind = ? AND e.post_kind = ? AND e.from_day BETWEEN ? AND ? AND e.id > ? "
        "ORDER BY e.id LIMIT ?",
        [
            EntryState.ACTIVE.value,
            RosterKind.DISPATCH.value,
            PostKind.TEMPORARY.value,
            first.isoformat(),
            (first + timedelta(days=ahead + 14)).isoformat(),
        ],
    )
    found = []
    for r in rows:
        last = temporary_limit(date.fromisoformat(r["from_day"]), ports.roster, day)
        left = days_left(day, last)
        if 0 <= left <= ahead:
            body = f"{r['name']}，还有 {left} 天。劳动合同法第六十六条：临时性岗位不超过 {months} 个月。"
            found.append(_entry(r, f"temporary:{last}", f"临时性岗位将于 {last} 满 {months} 个月", body))
    return found


async def _papers(ports: Ports, day: date) -> list[Reminder]:
    ahead = ports.roster.on("document_reminder", day).value
    rows = await _all(
        "SELECT d.id, d.entry_id, d.project_id, d.kind, d.expires_day, COALESCE(e.company_id, p.company_id) AS "
        "company_id, COALESCE(e.name, p.name) AS name FROM roster_document d "
        "LEFT JOIN roster_entry e ON e.id = d.entry_id LEFT JOIN roster_project p ON p.id = d.project_id "
        "WHERE d.retired_at = 0 AND d.expires_day BETWEEN ? AND ? AND (e.id IS NULL OR e.state = ?) "
        "AND (p.id IS NULL OR p.ended_at = 0) AND d.id > ? ORDER BY d.id LIMIT ?",
        [day.isoformat(), (day + timedelta(days=ahead)).isoformat(), EntryState.ACTIVE.value],
    )
    found = []
    for r in rows:
        label = DOCUMENT_LABELS[DocumentKind(r["kind"])][0]
        link = f"/roster/{r['entry_id']}" if r["entry_id"] else f"/roster/project/{r['project_id']}"
        found.append(
            Reminder(
                f"roster-paper:{r['id']}:{r['expires_day']}",
                f"{label}将于 {r['expires_day']} 到期",
                f"{r['name']}的{label}，请补充新的材料。",
                link,
                permission=_PERMISSION,
                company_id=r["company_id"],
            )
        )
    return found


async def _all(sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """Every row of a query that goes on from an id, a chunk at a time."""
    found: list[dict[str, Any]] = []
    last = 0
    while rows := await fetch(sql, [*values, last, CHUNK]):
        found += rows
        last = rows[-1]["id"]
    return found


def _entry(r: Mapping[str, Any], key: str, title: str, body: str) -> Reminder:
    link = f"/roster/{r['id']}"
    full = f"roster:{r['id']}:{key}"
    return Reminder(full, title, body, link, permission=_PERMISSION, company_id=r["company_id"])


def _kind(r: Mapping[str, Any]) -> str:
    return KIND_LABELS[RosterKind(r["kind"])][0]
