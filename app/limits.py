"""Requests may announce no length, or a wrong one: the bytes are counted as they come."""

from __future__ import annotations

from starlette.types import Message, Receive


class TooLarge(Exception):
    """More bytes came than this address takes."""


def limited(receive: Receive, most: int) -> Receive:
    """The same stream of a request's body, broken off by TooLarge after `most` bytes."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                raise TooLarge
        return message

    return counted
