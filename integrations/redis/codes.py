"""Short-lived values under a key, shared by all processes."""

from __future__ import annotations

from redis.asyncio import Redis

_PREFIX = "shebao:code:"


class RedisCodes:
    """Texts that are gone after a while, or once they were taken."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def put(self, key: str, value: str, life_ms: int) -> None:
        """Keeps the value for so long."""
        await self._redis.set(_PREFIX + key, value, px=max(life_ms, 1))

    async def get(self, key: str) -> str | None:
        """The value, which stays."""
        return _text(await self._redis.get(_PREFIX + key))

    async def take(self, key: str) -> str | None:
        """The value, for one caller only."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.get(_PREFIX + key)
            pipe.delete(_PREFIX + key)
            value, _ = await pipe.execute()
        return _text(value)


def _text(value: bytes | str | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value
