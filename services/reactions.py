"""What happens after a commit: each outbox topic and the service that carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from services import batch
from services.ports import Ports

Reaction = Callable[[Ports, Mapping[str, Any]], Awaitable[None]]


async def _live(ports: Ports, payload: Mapping[str, Any]) -> None:
    await ports.bus.publish(payload["topic"], payload["message"])


async def _check(ports: Ports, payload: Mapping[str, Any]) -> None:
    await batch.check(ports, payload["batch"])


async def _declare(ports: Ports, payload: Mapping[str, Any]) -> None:
    await batch.declare(ports, payload["batch"])


async def _give_up_check(ports: Ports, payload: Mapping[str, Any]) -> None:
    await batch.give_up(ports, payload["batch"])


REACTIONS: dict[str, Reaction] = {"live": _live, "batch.check": _check, "batch.declare": _declare}

AT_ONCE = frozenset({"live"})
"""Topics so small that the relay carries them out itself."""

GIVEN_UP: dict[str, Reaction] = {"batch.check": _give_up_check}
"""What is done when a topic failed for the last time, so that nobody waits for it for ever."""
