"""Flows as rows and as steps, and what a business does when its approval was decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.sql import fetch, marks
from db.transaction import Work
from domain.approval_flow import Approver, ApproverKind, Conditions, Mode, Step, best, default_steps
from domain.permission import PERMISSIONS

Decided = Callable[[Work, int, bool, str], Awaitable[None]]

DECIDED: dict[str, Decided] = {}
"""What a decision does to its subject, by business; each business enters its own act here when it is imported."""


@dataclass(frozen=True, slots=True)
class ApproverRow:
    """An entry of a step with the name that people know it by."""

    kind: ApproverKind
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The flow that applies to a request: its id (None: the built-in default), and its steps."""

    flow_id: int | None
    steps: tuple[Step, ...]


def packed(steps: Sequence[Step]) -> str:
    """Steps as they are stored."""
    return orjson.dumps(steps).decode()


def unpacked(text: str) -> tuple[Step, ...]:
    """Stored steps."""
    return tuple(
        Step(
            s["name"],
            tuple(Approver(ApproverKind(a["kind"]), a["value"]) for a in s["approvers"]),
            Mode(s["mode"]),
            s["hours"],
            s["days"],
            s["escalate_to"],
            s["skip_if_same"],
        )
        for s in orjson.loads(text)
    )


async def chosen(business: str, path: str, city_code: str | None, amount_fen: int) -> Chosen:
    """The most specific live flow of the business for a company of that path, or the default."""
    rows = await fetch(
        "SELECT f.*, c.path FROM approval_flow f LEFT JOIN company c ON c.id = f.company_id "
        "WHERE f.business = ? AND f.retired_at = 0",
        [business],
    )
    found = best((_conditions(r) for r in rows), path, city_code, amount_fen)
    if found is None:
        return Chosen(None, default_steps(business))
    return Chosen(found.id, unpacked(next(r["steps"] for r in rows if r["id"] == found.id)))


def _conditions(r: Mapping[str, Any]) -> Conditions:
    return Conditions(r["priority"], r["path"], r["city_code"], r["min_fen"], r["max_fen"], r["created_at"], r["id"])


async def steps_of(flow_ids: Iterable[int | None]) -> dict[int, tuple[Step, ...]]:
    """The steps of these versions of flows, retired ones as well."""
    wanted = sorted({i for i in flow_ids if i is not None})
    if not wanted:
        return {}
    rows = await fetch(f"SELECT id, steps FROM approval_flow WHERE id IN ({marks(wanted)})", wanted)
    return {r["id"]: unpacked(r["steps"]) for r in rows}


async def labelled(steps: Iterable[Step]) -> dict[Approver, ApproverRow]:
    """Every entry of these steps with its name: the permission's, the role's, the person's."""
    entries = {a for step in steps for a in step.approvers}
    roles = [a.value for a in entries if a.kind is ApproverKind.ROLE]
    staff = [int(a.value) for a in entries if a.kind is ApproverKind.STAFF]
    names: dict[tuple[ApproverKind, str], str] = {}
    if roles:
        rows = await fetch(f"SELECT code, name FROM role WHERE code IN ({marks(roles)})", roles)
        names |= {(ApproverKind.ROLE, r["code"]): r["name"] for r in rows}
    if staff:
        rows = await fetch(f"SELECT id, display_name FROM staff WHERE id IN ({marks(staff)})", staff)
        names |= {(ApproverKind.STAFF, str(r["id"])): r["display_name"] for r in rows}
    for code, (name, _) in PERMISSIONS.items():
        names[ApproverKind.PERMISSION, code] = name
    return {a: ApproverRow(a.kind, a.value, names.get((a.kind, a.value), a.value)) for a in entries}
