"""Live messages between processes over Redis publish/subscribe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from redis.asyncio import Redis


class RedisBus:
    """Fan-out by topic; a message that nobody listens to is gone."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        # Channels know no database numbers: two installations on one Redis would hear each other.
        number = redis.connection_pool.connection_kwargs.get("db", 0)
        self._prefix = f"shebao:{number}:live:"

    async def publish(self, topic: str, message: Mapping[str, Any]) -> None:
        """Sends to everybody who listens to the topic now."""
        await self._redis.publish(self._prefix + topic, orjson.dumps(message))

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Opens the topic; once the context is entered, nothing that is published afterwards is missed."""
        pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
        await pubsub.subscribe(self._prefix + topic)
        try:
            yield self._messages(pubsub)
        finally:
            await pubsub.unsubscribe()
            await pubsub.aclose()

    @staticmethod
    async def _messages(pubsub: Any) -> AsyncIterator[dict[str, Any]]:
        while True:
            message = await pubsub.get_message(timeout=30)
            if message is not None and message["type"] == "message":
                yield orjson.loads(message["data"])
