"""Counting attempts in a window, shared by all processes."""

from __future__ import annotations

from redis.asyncio import Redis

_PREFIX = "shebao:limit:"


class RedisLimiter:
    """A fixed window that begins with the first attempt."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def hit(self, key: str, limit: int, window_ms: int) -> int:
        """Counts one attempt. 0 when it is within the limit, else the milliseconds until the window ends."""
        name = _PREFIX + key
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(name, 0, px=window_ms, nx=True)
            pipe.incr(name)
            pipe.pttl(name)
            _, count, left = await pipe.execute()
        if int(left) < 0:
            # The window ended just before an attempt was taken back, which left a count without an end.
            await self._redis.pexpire(name, window_ms)
        return 0 if int(count) <= limit else max(int(left), 1)

    async def seen(self, key: str) -> int:
        """How many attempts are counted under the key."""
        return int(await self._redis.get(_PREFIX + key) or 0)

    async def take_back(self, key: str) -> None:
        """Takes one counted attempt back: it was none of those that the limit is meant for."""
        name = _PREFIX + key
        if await self._redis.exists(name):
            await self._redis.decr(name)

    async def forget(self, key: str) -> None:
        """Forgets the attempts under the key."""
        await self._redis.delete(_PREFIX + key)
