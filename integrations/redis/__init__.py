"""Redis through redis-py's asyncio client; `memory://` is its embedded stand-in with the same commands."""

from __future__ import annotations

from integrations.redis.bus import RedisBus
from integrations.redis.codes import RedisCodes
from integrations.redis.connect import connect
from integrations.redis.limiter import RedisLimiter

__all__ = ["RedisBus", "RedisCodes", "RedisLimiter", "connect"]
