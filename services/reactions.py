"""What happens after a commit: each outbox topic and the service that carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from services import approval, batch, bill, declaration, export, feedback, staff
from services.ports import Ports

Reaction = Callable[[Ports, Mapping[str, Any]], Awaitable[None]]


async def _live(ports: Ports, payload: Mapping[str, Any]) -> None:
    await ports.bus.publish(payload["topic"], payload["message"])


async def _check(ports: Ports, payload: Mapping[str, Any]) -> None:
    await batch.check(ports, payload["batch"])


async def _declare(ports: Ports, payload: Mapping[str, Any]) -> None:
    await declaration.declare(ports, payload["batch"])


async def _make_declaration(ports: Ports, payload: Mapping[str, Any]) -> None:
    channel = declaration.Channel(payload["channel"])
    await declaration.make(ports, declaration.Part(payload["batch"], channel, payload["city"], payload["round"]))


async def _list_people(ports: Ports, payload: Mapping[str, Any]) -> None:
    await declaration.list_people(ports, payload["batch"])


async def _declare_again(ports: Ports, payload: Mapping[str, Any]) -> None:
    channel = declaration.Channel(payload["channel"])
    await declaration.declare_again(ports, payload["batch"], channel, payload["round"], payload["rows"])


async def _feedback_overdue(ports: Ports, payload: Mapping[str, Any]) -> None:
    await feedback.overdue(ports, payload["batch"], payload["due"])


async def _sms(ports: Ports, payload: Mapping[str, Any]) -> None:
    await staff.send_sms(ports, payload)


async def _overdue(ports: Ports, payload: Mapping[str, Any]) -> None:
    await approval.remind(ports, payload["approval"], payload["step"])


async def _give_up_check(ports: Ports, payload: Mapping[str, Any]) -> None:
    await batch.give_up(ports, payload["batch"])


async def _bill_part(ports: Ports, payload: Mapping[str, Any]) -> None:
    await bill.run_part(ports, payload)


async def _give_up_bill_part(ports: Ports, payload: Mapping[str, Any]) -> None:
    await bill.give_up_part(ports, payload)


async def _export(ports: Ports, payload: Mapping[str, Any]) -> None:
    await export.run(ports, payload["export"])


async def _give_up_export(ports: Ports, payload: Mapping[str, Any]) -> None:
    await export.give_up(ports, payload["export"])


REACTIONS: dict[str, Reaction] = {
    "live": _live,
    "approval.overdue": _overdue,
    "batch.check": _check,
    "batch.declare": _declare,
    "declaration.make": _make_declaration,
    "declaration.list": _list_people,
    "declaration.round": _declare_again,
    "feedback.overdue": _feedback_overdue,
    "sms.send": _sms,
    "bill.part": _bill_part,
    "export.run": _export,
}

AT_ONCE = frozenset({"live"})
"""Topics so small that the relay carries them out itself."""

GIVEN_UP: dict[str, Reaction] = {
    "batch.check": _give_up_check,
    "bill.part": _give_up_bill_part,
    "export.run": _give_up_export,
}
"""What is done when a topic failed for the last time, so that nobody waits for it for ever."""
