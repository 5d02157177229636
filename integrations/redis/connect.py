"""Opening a Redis connection."""

from __future__ import annotations

from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

MEMORY = "memory://"


def connect(url: str) -> Redis:
    """A client for the URL; `memory://` lives inside this process and is shared with no other."""
    if url.startswith(MEMORY):
        memory: Redis = FakeAsyncRedis()
        return memory
    client: Redis = Redis.from_url(url, health_check_interval=30)
    return client
