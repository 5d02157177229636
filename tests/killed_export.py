"""A process to be killed: makes exports two rows at a time, with a pause after each step, until somebody ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from app.container import running
from app.settings import Settings
from app.worker import drain
from services import export
from services.ports import Ports
from services.reactions import REACTIONS
from tests.killed import CLOCK
from tests.moved_clock import MovedClock


async def _slowly(ports: Ports, payload: Mapping[str, Any]) -> None:
    publish = ports.bus.publish

    async def paused(topic: str, message: Mapping[str, Any]) -> None:
        await publish(topic, message)
        await asyncio.sleep(0.1)

    ports.bus.publish = paused  # type: ignore[method-assign]
    await export.run(ports, payload["export"], chunk=2)


async def work_on() -> None:
    """Drains the outbox."""
    REACTIONS["export.run"] = _slowly
    async with running(Settings(), MovedClock(CLOCK)) as container:
        print("ready", flush=True)
        await drain(container.ports)


if __name__ == "__main__":
    asyncio.run(work_on())
