"""A process to be killed: relays and carries out the outbox with reactions of its own, until somebody ends it.

Each line that it prints is something its parent waits for. The clock stands where the parent's stands.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.container import running
from app.settings import Settings
from app.worker import relaying
from db import outbox
from db.clock import Clock
from db.sql import execute, fetch_value
from services.ports import Ports
from services.reactions import GIVEN_UP, REACTIONS
from tests.moved_clock import MovedClock


async def _once(ports: Ports, payload: Mapping[str, Any]) -> None:
    """Leaves a row with a unique name: doing it twice fails, and the effect would tell."""
    await asyncio.sleep(0.01)
    await execute("INSERT INTO counter (name, value) VALUES (?, ?)", [f"once:{payload['n']}", os.getpid()])


async def _half(ports: Ports, payload: Mapping[str, Any]) -> None:
    """Two writes with a long wait in between; idempotent, as every reaction is."""
    await _put(f"first:{payload['n']}")
    print(f"half {payload['n']}", flush=True)
    if os.environ.get("HANG"):
        await asyncio.sleep(600)
    await _put(f"second:{payload['n']}")


async def _put(name: str) -> None:
    if await fetch_value("SELECT value FROM counter WHERE name = ?", [name]) is None:
        await execute("INSERT INTO counter (name, value) VALUES (?, ?)", [name, os.getpid()])


async def _die(ports: Ports, payload: Mapping[str, Any]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _clean_up(ports: Ports, payload: Mapping[str, Any]) -> None:
    await _put(f"cleaned:{payload['n']}")


REACTIONS.update({"test.once": _once, "test.half": _half, "test.die": _die})
GIVEN_UP["test.die"] = _clean_up


def _claims_and_waits() -> None:
    """The relay claims and gets no further."""
    claim = outbox.claim

    async def waiting(clock: Clock, limit: int = 50) -> list[outbox.Claim]:
        claims = await claim(clock, limit)
        if claims:
            print(f"claimed {len(claims)}", flush=True)
            await asyncio.sleep(600)
        return claims

    outbox.claim = waiting


async def relay(now_ms: int) -> None:
    """Relays and carries out until it is killed."""
    clock = MovedClock(datetime.fromtimestamp(now_ms / 1000, UTC).isoformat())
    async with running(Settings(), clock) as container, relaying(container, receive=True):
        print("ready", flush=True)
        await asyncio.sleep(600)


if __name__ == "__main__":
    if "claim-only" in sys.argv:
        _claims_and_waits()
    asyncio.run(relay(int(sys.argv[1])))
