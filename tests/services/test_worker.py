"""The outbox really moves: through the in-memory broker, and through Redis streams where there is a Redis."""

from __future__ import annotations

import asyncio

from app.container import Container
from app.gate import Gate
from app.worker import relaying
from db import outbox
from db.models.batch import Batch
from db.models.system import Outbox
from domain.columns import ImportKind
from services import batch, file
from tests.factories import account, company_id, key, person, sheet


async def _until(done: object, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await done():  # type: ignore[operator]
            await asyncio.sleep(0.02)


async def test_relay_and_worker_check_a_batch(container: Container) -> None:
    """From the commit to the checked batch without anybody draining by hand."""
    ports, maker = container.ports, await account("zhuanyuan")
    stored = await file.upload(ports, maker, "a.xlsx", sheet([person(n) for n in range(1, 4)]))
    async with relaying(container, receive=True):
        new = batch.NewBatch(ImportKind.ENROLL, await company_id(), stored.id, 202611)
        batch_id = await batch.create(ports, maker, new, key())

        async def checked() -> bool:
            return (await Batch.get(id=batch_id)).state == "checked"

        async def idle() -> bool:
            return await outbox.waiting() == 0

        await _until(checked)
        await _until(idle)
    assert not await Outbox.filter(failed_at__gt=0).exists()
    assert await Outbox.filter(topic="batch.check", attempts=1, done_at__gt=0).count() == 1


async def test_two_workers_share_the_work(container: Container) -> None:
    """Ten batches, two relays with their receivers: each batch is checked once."""
    ports, maker = container.ports, await account("zhuanyuan")
    async with relaying(container, receive=True), relaying(container, receive=True):
        for number in range(10):
            stored = await file.upload(ports, maker, "a.xlsx", sheet([person(number + 1)]))
            new = batch.NewBatch(ImportKind.ENROLL, await company_id(), stored.id, 202611)
            await batch.create(ports, maker, new, key())

        async def all_checked() -> bool:
            return await Batch.filter(state="checked").count() == 10

        await _until(all_checked)
    assert await Outbox.filter(topic="batch.check", attempts=1).count() == 10


async def test_a_suspect_runs_alone() -> None:
    """E9: what may kill its process begins when nobody else is inside, and nobody comes in meanwhile."""
    gate, told = Gate(), list[str]()

    async def pass_through(name: str, alone: bool) -> None:
        async with gate.alone() if alone else gate.together():
            told.append(f"{name} in")
            await asyncio.sleep(0.01)
            told.append(f"{name} out")

    async with asyncio.timeout(5):
        visitors = [("a", False), ("b", False), ("suspect", True), ("c", False), ("d", False)]
        await asyncio.gather(*(pass_through(*v) for v in visitors))
    assert told[:2] == ["a in", "b in"]
    assert told[4:6] == ["suspect in", "suspect out"]
    assert told[6:8] == ["c in", "d in"]
