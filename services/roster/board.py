"""Figures of the rosters: how many by kind and finding, and the share of dispatched people by host company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.clock import business_day
from db.scope import company_sql
from db.sql import CHUNK, fetch, fetch_tuples, fetch_value, marks
from domain.actor import Actor
from domain.errors import Severity
from domain.period import BillingMonth
from domain.roster import DispatchShare, EntryState, RosterKind
from services.paging import Page, Window, page_of
from services.ports import Ports
from services.roster.facts import FACTS, findings_of


@dataclass(frozen=True, slots=True)
class KindCount:
    """People of one roster: on it now, and who left it."""

    kind: RosterKind
    active: int
    left: int


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many active entries of a roster have a finding of this code and severity."""

    kind: RosterKind
    code: str
    severity: Severity
    entries: int


@dataclass(frozen=True, slots=True)
class Board:
    kinds: tuple[KindCount, ...]
    findings: tuple[FindingCount, ...]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A host company (`id`), the share of those dispatched to it, and the month of its headcount."""

    id: int
    company_name: str
    month: int | None
    source: str
    share: DispatchShare


async def board(ports: Ports, actor: Actor, company_id: int | None = None) -> Board:
    """Counts over every entry in scope, read a chunk at a time."""
    actor.require("roster.read")
    condition, values = company_sql(actor, "e.company_id")
    if company_id is not None:
        condition, values = f"{condition} AND e.company_id = ?", [*values, company_id]
    counted = await fetch_tuples(
        f"SELECT e.kind, e.state, COUNT(*) FROM roster_entry e WHERE {condition} GROUP BY e.kind, e.state", values
    )
    people = {(kind, state): int(count) for kind, state, count in counted}
    kinds = tuple(KindCount(k, people.get((k, EntryState.ACTIVE), 0), people.get((k, "left"), 0)) for k in RosterKind)
    found: Counter[tuple[str, str, Severity]] = Counter()
    last = 0
    while rows := await fetch(
        f"SELECT {FACTS} FROM roster_entry e WHERE {condition} AND e.state = ? AND e.id > ? ORDER BY e.id LIMIT ?",
        [*values, EntryState.ACTIVE.value, last, CHUNK],
    ):
        last = rows[-1]["id"]
        problems = await findings_of(ports, rows)
        for r in rows:
            found.update({(r["kind"], p.code, p.severity) for p in problems[r["id"]]})
    ordered = sorted(found.items(), key=lambda each: (each[0][0], -each[1], each[0][1], each[0][2]))
    return Board(kinds, tuple(FindingCount(RosterKind(k), code, severity, n) for (k, code, severity), n in ordered))


async def shares(ports: Ports, actor: Actor, window: Window) -> Page[ShareRow]:
    """Host companies in scope that have somebody dispatched to them, newest first, each with its arithmetic."""
    actor.require("roster.read")
    scope, values = company_sql(actor, "e.company_id")
    hosts = f"SELECT DISTINCT e.company_id FROM roster_entry e WHERE e.kind = ? AND e.state = ? AND {scope}"
    values = [RosterKind.DISPATCH.value, EntryState.ACTIVE.value, *values]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM ({hosts}) AS hosts", values))
    before, more = (" AND c.id < ?", [window.before_id]) if window.before_id else ("", [])
    rows = await fetch(
        f"SELECT c.id, c.name FROM company c WHERE c.id IN ({hosts}){before} ORDER BY c.id DESC LIMIT ?",
        [*values, *more, window.first + 1],
    )
    return page_of(await _shares(ports, rows), window, total)


async def _shares(ports: Ports, companies: Sequence[dict[str, Any]]) -> list[ShareRow]:
    ids = [c["id"] for c in companies]
    if not ids:
        return []
    today = business_day(ports.store.clock())
    rule = ports.roster.on("dispatch_share", today)
    counted = await fetch_tuples(
        f"SELECT company_id, COUNT(*) FROM roster_entry WHERE company_id IN ({marks(ids)}) AND kind = ? AND state = ? "
        "GROUP BY company_id",
        [*ids, RosterKind.DISPATCH.value, EntryState.ACTIVE.value],
    )
    dispatched = {row[0]: int(row[1]) for row in counted}
    heads = await fetch_tuples(
        f"SELECT company_id, month, employees FROM roster_headcount WHERE company_id IN ({marks(ids)}) "
        "AND month <= ? ORDER BY month",
        [*ids, BillingMonth.from_date(today).number],
    )
    newest = {row[0]: (row[1], row[2]) for row in heads}
    found = []
    for c in companies:
        month, employees = newest.get(c["id"], (None, None))
        share = DispatchShare(dispatched.get(c["id"], 0), employees, rule.value)
        found.append(ShareRow(c["id"], c["name"], month, rule.source, share))
    return found
