"""Subscriptions end when the session behind them ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TypeVar

from schema.context import Context
from services.staff import session_lives

T = TypeVar("T")

ASK_AGAIN = 60.0
"""Seconds after which a silent stream asks whether its session still lives."""


async def while_signed_in(context: Context, source: AsyncIterator[T]) -> AsyncIterator[T]:
    """Passes on what the source yields until the asker's session is revoked; then the stream ends at once."""
    session_id = context.me.session_id
    async with context.ports.bus.listen(f"session:{session_id}") as revocations:
        if not await session_lives(context.ports, session_id):
            return
        revoked = asyncio.ensure_future(anext(revocations))
        upcoming: asyncio.Future[T] | None = None
        try:
            while True:
                upcoming = asyncio.ensure_future(anext(source))
                while not upcoming.done():
                    await asyncio.wait({upcoming, revoked}, timeout=ASK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
                    # A session also ends by time or with its account, and a message may get lost: so it is asked again.
                    if revoked.done() or not await session_lives(context.ports, session_id):
                        return
                try:
                    value = upcoming.result()
                except StopAsyncIteration:
                    return
                yield value
        finally:
            for waiting in (revoked, upcoming):
                if waiting is not None and not waiting.done():
                    waiting.cancel()
                    with suppress(asyncio.CancelledError, StopAsyncIteration):
                        await waiting
            await source.aclose()  # type: ignore[attr-defined]
