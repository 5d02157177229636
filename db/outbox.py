"""The outbox: claiming effects with a lease, and marking what became of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import orjson

from db.clock import Clock
from db.sql import execute, fetch, fetch_value, marks

LEASE_MS = 60_000
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect to be carried out. `attempts` counts this one."""

    id: int
    topic: str
    payload: dict[str, Any]
    attempts: int


async def claim(clock: Clock, limit: int = 50) -> list[Effect]:
    """Takes up to `limit` due effects for this caller alone, until their lease runs out."""
    now = clock()
    due = await fetch(
        "SELECT id FROM outbox WHERE done_at = 0 AND failed_at = 0 AND due_at <= ? AND lease_until <= ? "
        "ORDER BY id LIMIT ?",
        [now, now, limit],
    )
    if not due:
        return []
    token, ids = secrets.token_hex(16), [r["id"] for r in due]
    await execute(
        f"UPDATE outbox SET lease_owner = ?, lease_until = ?, attempts = attempts + 1 "
        f"WHERE id IN ({marks(ids)}) AND done_at = 0 AND failed_at = 0 AND lease_until <= ?",
        [token, now + LEASE_MS, *ids, now],
    )
    rows = await fetch(
        f"SELECT id, topic, payload, attempts FROM outbox WHERE lease_owner = ? AND id IN ({marks(ids)}) ORDER BY id",
        [token, *ids],
    )
    return [Effect(r["id"], r["topic"], orjson.loads(r["payload"]), r["attempts"]) for r in rows]


async def find(effect_id: int) -> Effect | None:
    """An effect that is not finished yet."""
    rows = await fetch(
        "SELECT id, topic, payload, attempts FROM outbox WHERE id = ? AND done_at = 0 AND failed_at = 0", [effect_id]
    )
    return (
        Effect(rows[0]["id"], rows[0]["topic"], orjson.loads(rows[0]["payload"]), rows[0]["attempts"]) if rows else None
    )


async def extend(clock: Clock, effect_id: int) -> None:
    """Pushes the lease of an effect that takes long."""
    await execute("UPDATE outbox SET lease_until = ? WHERE id = ? AND done_at = 0", [clock() + LEASE_MS, effect_id])


async def done(clock: Clock, effect_id: int) -> None:
    """Marks the effect as carried out."""
    await execute("UPDATE outbox SET done_at = ?, lease_until = 0 WHERE id = ?", [clock(), effect_id])


async def failed(clock: Clock, effect: Effect, error: str) -> bool:
    """Puts the effect back with a growing pause, or gives it up after the last attempt; True when it is given up."""
    now = clock()
    given_up = effect.attempts >= MOST_ATTEMPTS
    pause = min(1000 * 2**effect.attempts, 15 * 60_000)
    await execute(
        "UPDATE outbox SET lease_until = 0, due_at = ?, failed_at = ?, last_error = ? WHERE id = ?",
        [now + pause, now if given_up else 0, error[:2000], effect.id],
    )
    return given_up


async def waiting() -> int:
    """How many effects are not finished."""
    return int(await fetch_value("SELECT COUNT(*) FROM outbox WHERE done_at = 0 AND failed_at = 0"))
