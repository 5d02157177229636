"""64-bit ids, ordered by time and made by the application, one or a block at a time.

Layout: 41 bits of milliseconds since 2024, 10 bits of node, 12 bits of sequence. The node is leased from the
database, so two processes never share one; a maker whose lease ran out refuses rather than risk a double.
"""

from __future__ import annotations

import secrets

from tortoise.transactions import in_transaction

from db.clock import Clock
from db.models.system import NodeLease
from db.sql import begin_write

EPOCH_MS = 1_704_067_200_000
NODES = 1024
SEQUENCES = 4096
LEASE_MS = 10 * 60 * 1000


class LeaseLost(RuntimeError):
    """The node lease ran out before it was renewed; ids must not be made until it is claimed again."""


class IdMaker:
    """Makes ids for one process. Not shared between threads; asyncio callers need no lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._node = -1
        self._valid_until = 0
        self._next = 0

    async def claim(self) -> None:
        """Lease a free node. The first id lies after everything that the node's last holder can have made."""
        now = self._clock()
        async with in_transaction() as connection:
            await begin_write(connection)
            taken = {row.node: row for row in await NodeLease.all().select_for_update()}
            node = next((n for n in range(NODES) if n not in taken or taken[n].expires_at <= now), None)
            if node is None:
                raise LeaseLost("all id nodes are leased; is a crowd of processes running?")
            last = taken[node].last_ms if node in taken else 0
            await NodeLease.filter(node=node).delete()
            await NodeLease.create(node=node, owner=self._owner, expires_at=now + LEASE_MS, last_ms=last)
        self._node, self._valid_until = node, now + LEASE_MS
        self._next = max(self._next, (max(now, last + 1) - EPOCH_MS) * SEQUENCES)

    async def renew(self) -> None:
        """Push the lease forward; called by a background task well before it ends."""
        now = self._clock()
        changed = await NodeLease.filter(node=self._node, owner=self._owner).update(
            expires_at=now + LEASE_MS, last_ms=self._next // SEQUENCES + EPOCH_MS
        )
        if not changed:
            await self.claim()
            return
        self._valid_until = now + LEASE_MS

    async def release(self) -> None:
        """Give the node back, saying up to when ids were made."""
        if self._node >= 0:
            last = self._next // SEQUENCES + EPOCH_MS
            await NodeLease.filter(node=self._node, owner=self._owner).update(expires_at=0, last_ms=last)
            self._node, self._valid_until = -1, 0

    def one(self) -> int:
        """One new id."""
        return self.block(1)[0]

    def block(self, count: int) -> list[int]:
        """`count` new ids in ascending order. Large blocks run ahead of the clock by a millisecond per 4,096."""
        now = self._clock()
        if now >= self._valid_until:
            raise LeaseLost("the id node lease has run out")
        start = max(self._next, (now - EPOCH_MS) * SEQUENCES)
        self._next = start + count
        node = self._node
        return [(tick // SEQUENCES << 22) | (node << 12) | (tick % SEQUENCES) for tick in range(start, start + count)]


def made_at(row_id: int) -> int:
    """The millisecond at which an id was made (for time ranges over the primary key)."""
    return (row_id >> 22) + EPOCH_MS
