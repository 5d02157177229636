"""The outbox: claiming effects with a lease, beginning them, and marking what became of them.

A claim is a token in the row and a lease. Whoever begins an effect shows the token it was handed over with and puts a
token of its own in its place; only with that one can the effect be extended, put back, given up or done.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import orjson

from db.clock import Clock
from db.sql import execute, fetch, fetch_value, marks

LEASE_MS = 60_000
MOST_ATTEMPTS = 8

ALONE_AFTER = 2
"""After so many attempts an effect whose last one had no end is suspected of killing its process."""

_OPEN = "done_at = 0 AND failed_at = 0"

# The first sign of a token says what it is: a reservation, that of a suspect, or a beginning.
_RESERVED, _SUSPECT, _BEGUN = "-", "!", "+"


@dataclass(frozen=True, slots=True)
class Claim:
    """An effect that is reserved for whoever shows the token, until the lease runs out."""

    id: int
    topic: str
    token: str


def suspected(token: str) -> bool:
    """Whether processes have died while they carried out this effect; perhaps of it, perhaps of a neighbour."""
    return token.startswith(_SUSPECT)


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect being carried out under a token of its own. `attempts` counts this one."""

    id: int
    topic: str
    payload: dict[str, Any]
    attempts: int
    token: str
    last_error: str = ""


async def claim(clock: Clock, limit: int = 50) -> list[Claim]:
    """Reserves up to `limit` due effects for this caller alone, until their lease runs out. No attempt is counted."""
    now = clock()
    # Suspects come last: what they may take down with them has been done by then.
    due = await fetch(
        f"SELECT id FROM outbox WHERE {_OPEN} AND due_at <= ? AND lease_until <= ? ORDER BY attempts, id LIMIT ?",
        [now, now, limit],
    )
    if not due:
        return []
    token, ids = secrets.token_hex(15), [r["id"] for r in due]
    tokens = [_SUSPECT + token, _RESERVED + token]
    # A row still bears the token of its beginning when that attempt ended without a word.
    await execute(
        "UPDATE outbox SET lease_until = ?, lease_owner = "
        "CASE WHEN attempts >= ? AND SUBSTR(lease_owner, 1, 1) IN (?, ?) THEN ? ELSE ? END "
        f"WHERE id IN ({marks(ids)}) AND {_OPEN} AND due_at <= ? AND lease_until <= ?",
        [now + LEASE_MS, ALONE_AFTER, _BEGUN, _SUSPECT, *tokens, *ids, now, now],
    )
    rows = await fetch(
        f"SELECT id, topic, lease_owner FROM outbox WHERE lease_owner IN (?, ?) AND id IN ({marks(ids)}) "
        "ORDER BY attempts, id",
        [*tokens, *ids],
    )
    return [Claim(r["id"], r["topic"], r["lease_owner"]) for r in rows]


async def begin(clock: Clock, effect_id: int, token: str) -> Effect | None:
    """Takes the claim over and counts an attempt; None when the effect is finished or somebody else's.

    The claim is taken over while the lease is still the token's, or when it has run out. A task that arrives twice
    finds a new token the second time.
    """
    now, own = clock(), _BEGUN + secrets.token_hex(15)
    taken = await execute(
        f"UPDATE outbox SET lease_owner = ?, lease_until = ?, attempts = attempts + 1 "
        f"WHERE id = ? AND {_OPEN} AND due_at <= ? AND (lease_owner = ? OR lease_until <= ?)",
        [own, now + LEASE_MS, effect_id, now, token, now],
    )
    if not taken:
        return None
    rows = await fetch(
        "SELECT topic, payload, attempts, last_error FROM outbox WHERE id = ? AND lease_owner = ?", [effect_id, own]
    )
    if not rows:
        return None
    row = rows[0]
    payload = orjson.loads(row["payload"])
    return Effect(effect_id, row["topic"], payload, row["attempts"], own, row["last_error"] or "")


async def extend(clock: Clock, effect: Effect) -> bool:
    """Pushes the lease of an effect that takes long; False when it is somebody else's by now."""
    held = f"id = ? AND lease_owner = ? AND {_OPEN}"
    await execute(f"UPDATE outbox SET lease_until = ? WHERE {held}", [clock() + LEASE_MS, effect.id, effect.token])
    # Asked again instead of counted: MariaDB does not count a row whose lease was the same before.
    return await fetch_value(f"SELECT id FROM outbox WHERE {held}", [effect.id, effect.token]) is not None


async def done(clock: Clock, effect: Effect) -> bool:
    """Marks the effect as carried out; False when it is somebody else's by now."""
    return await _mark(effect, "done_at = ?, lease_until = 0", [clock()])


async def failed(clock: Clock, effect: Effect, error: str) -> bool:
    """Puts the effect back with a growing pause; False when it is somebody else's by now."""
    pause = min(1000 * 2**effect.attempts, 15 * 60_000)
    return await _mark(effect, "lease_until = 0, due_at = ?, last_error = ?", [clock() + pause, error[:2000]])


async def give_up(clock: Clock, effect: Effect, error: str) -> bool:
    """Marks the effect as never to be tried again; False when it is somebody else's by now."""
    return await _mark(effect, "lease_until = 0, failed_at = ?, last_error = ?", [clock(), error[:2000]])


async def _mark(effect: Effect, change: str, values: list[Any]) -> bool:
    # The token goes with the mark: a task that comes once more finds nothing that is still its own.
    sql = f"UPDATE outbox SET {change}, lease_owner = '' WHERE id = ? AND lease_owner = ? AND {_OPEN}"
    return await execute(sql, [*values, effect.id, effect.token]) > 0


async def waiting() -> int:
    """How many effects are not finished."""
    return int(await fetch_value(f"SELECT COUNT(*) FROM outbox WHERE {_OPEN}"))
