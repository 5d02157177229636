"""What the other tables say about entries of a roster: a handful of queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from db.clock import business_day
from db.sql import CHUNK, fetch, fetch_tuples, marks
from domain.enrollment import OPEN_STATES
from domain.errors import Problem
from domain.period import BillingMonth
from domain.roster import (
    DocumentKind,
    DocumentPlace,
    EntryFacts,
    EntryState,
    Paper,
    PostKind,
    RosterKind,
    Surroundings,
    findings,
)
from services.ports import Ports

FACTS = (
    "e.id, e.kind, e.company_id, e.number_index, e.project_id, e.state, e.from_day, e.contract_start, e.contract_end, "
    "e.contract_file_id, e.post_kind, e.detail"
)
"""The columns of `roster_entry e` that findings are made from."""

Row = Mapping[str, Any]


async def findings_of(ports: Ports, rows: Sequence[Row]) -> dict[int, tuple[Problem, ...]]:
    """The findings of today by entry. `rows` hold the columns of FACTS; those who left have none."""
    today = business_day(ports.store.clock())
    found: dict[int, tuple[Problem, ...]] = {}
    active = [r for r in rows if r["state"] == EntryState.ACTIVE]
    for start in range(0, len(active), CHUNK):
        chunk = active[start : start + CHUNK]
        known = await _surroundings(chunk, today)
        for r in chunk:
            found[r["id"]] = findings(facts(r), known[r["id"]], ports.roster, today)
    return found


def facts(r: Row) -> EntryFacts:
    """What a row says of itself."""
    to_day = orjson.loads(r["detail"]).get("to_day")
    return EntryFacts(
        RosterKind(r["kind"]),
        EntryState(r["state"]),
        date.fromisoformat(r["from_day"]),
        _day(to_day),
        _day(r["contract_start"]),
        _day(r["contract_end"]),
        PostKind(r["post_kind"]) if r["post_kind"] else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def _surroundings(rows: Sequence[Row], today: date) -> dict[int, Surroundings]:
    numbers = list({r["number_index"] for r in rows if r["number_index"]})
    enrolled = await _enrolled(numbers, today)
    rosters = await _rosters(numbers)
    papers = await _papers([r["id"] for r in rows], "entry_id", DocumentPlace.ENTRY)
    projects = list({r["project_id"] for r in rows if r["project_id"]})
    project_papers = await _papers(projects, "project_id", DocumentPlace.PROJECT)
    ended = await _ended(projects)
    found = {}
    for r in rows:
        at = enrolled.get(r["number_index"], {})
        others = [x for x in rosters.get(r["number_index"], ()) if x[0] != r["id"]]
        here = tuple(RosterKind(kind) for _, kind, company in others if company == r["company_id"])
        insured = _insured_here(r, at)
        held = (*papers.get(r["id"], ()), *project_papers.get(r["project_id"], ()))
        if r["contract_file_id"]:
            held = (*held, Paper(DocumentKind.LABOUR_CONTRACT, DocumentPlace.ENTRY))
        found[r["id"]] = Surroundings(
            insured, bool(at) and not insured, here, len(others) > len(here), held, r["project_id"] in ended
        )
    return found


def _insured_here(r: Row, at: Mapping[int, str]) -> bool:
    """Enrolled with the client, or with whoever dispatches or subcontracts the person: they are the employer then."""
    if r["company_id"] in at:
        return True
    detail = orjson.loads(r["detail"])
    employer = "".join(str(detail.get("dispatcher") or detail.get("contractor") or "").split())
    return bool(employer) and employer in ("".join(name.split()) for name in at.values())


async def _enrolled(numbers: Sequence[str], today: date) -> dict[str, dict[int, str]]:
    """Companies (id → name) of open enrolments by the digest of the number. The names stay inside."""
    if not numbers:
        return {}
    states = [s.value for s in OPEN_STATES]
    rows = await fetch_tuples(
        "SELECT p.id_number_index, n.company_id, c.name FROM person p JOIN enrollment n ON n.person_id = p.id "
        f"JOIN company c ON c.id = n.company_id WHERE p.id_number_index IN ({marks(numbers)}) "
        f"AND n.state IN ({marks(states)}) AND (n.last_month IS NULL OR n.last_month >= ?)",
        [*numbers, *states, BillingMonth.from_date(today).number],
    )
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for index, company_id, name in rows:
        found[index][company_id] = name
    return found


async def _rosters(numbers: Sequence[str]) -> dict[str, list[tuple[int, str, int]]]:
    if not numbers:
        return {}
    rows = await fetch_tuples(
        f"SELECT number_index, id, kind, company_id FROM roster_entry WHERE number_index IN ({marks(numbers)}) "
        "AND state = ?",
        [*numbers, EntryState.ACTIVE.value],
    )
    found: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for index, *other in rows:
        found[index].append((other[0], other[1], other[2]))
    return found


async def _papers(ids: Sequence[int], column: str, place: DocumentPlace) -> dict[int, list[Paper]]:
    if not ids:
        return {}
    rows = await fetch_tuples(
        f"SELECT {column}, kind, expires_day FROM roster_document WHERE {column} IN ({marks(ids)}) AND retired_at = 0",
        ids,
    )
    found: dict[int, list[Paper]] = defaultdict(list)
    for owner, kind, expires in rows:
        found[owner].append(Paper(DocumentKind(kind), place, _day(expires)))
    return found


async def _ended(projects: Sequence[int]) -> set[int]:
    if not projects:
        return set()
    sql = f"SELECT id FROM roster_project WHERE id IN ({marks(projects)}) AND ended_at > 0"
    return {r["id"] for r in await fetch(sql, projects)}
