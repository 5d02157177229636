"""Kill -9 in the relay and in the worker: what was committed happens, and what kills is given up. Real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.container import Container
from app.settings import ROOT
from db import outbox
from db.models.audit import Audit
from db.models.system import Counter, Outbox
from db.transaction import work
from services.staff import SYSTEM
from tests.factories import later

pytestmark = pytest.mark.slow


async def _emit(container: Container, topic: str, numbers: range) -> None:
    async with work(container.ports.store, SYSTEM) as unit:
        for number in numbers:
            await unit.emit(topic, {"n": number})


@asynccontextmanager
async def _relay(container: Container, *arguments: str, **environment: str) -> Any:
    """The process of tests/killed_relay.py on the same database and Redis; killed at the end, if not before."""
    settings = container.settings
    plain = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    env = plain | {
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "ENVIRONMENT": "demo",
        **environment,
    }
    now = str(container.ports.store.clock())
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.killed_relay", now, *arguments, env=env, cwd=ROOT, stdout=PIPE, stderr=DEVNULL
    )
    try:
        yield child
    finally:
        await _kill(child)


async def _says(child: Process, start: str) -> None:
    """Waits until the process prints a line that begins so."""
    assert child.stdout is not None
    async with asyncio.timeout(60):
        while not (line := await child.stdout.readline()).startswith(start.encode()):
            assert line, "the process ended without saying so"


async def _kill(child: Process) -> None:
    if child.returncode is None:
        child.send_signal(signal.SIGKILL)
    await child.wait()


async def _until(reached: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await reached():
            await asyncio.sleep(0.05)


async def _idle() -> bool:
    return await outbox.waiting() == 0


async def _results(prefix: str) -> int:
    return await Counter.filter(name__startswith=prefix).count()


async def test_killed_in_the_middle_of_an_effect(container: Container) -> None:
    """E9: half of each effect was written; after a restart all are done, and nothing is there twice."""
    await _emit(container, "test.half", range(3))
    await _emit(container, "test.once", range(20))
    async with _relay(container, HANG="1") as child:
        await _says(child, "half")

        async def others_done() -> bool:
            return await Outbox.filter(topic="test.once", done_at__gt=0).count() == 20

        await _until(others_done)
    assert await _results("first:") == 3
    assert await _results("second:") == 0
    assert await Outbox.filter(topic="test.half", attempts=1, done_at=0).count() == 3
    await later(container, minutes=2)
    async with _relay(container):
        await _until(_idle)
    assert (await _results("first:"), await _results("second:"), await _results("once:")) == (3, 3, 20)
    assert await Outbox.filter(topic="test.half", attempts=2, done_at__gt=0).count() == 3
    assert not await Outbox.filter(failed_at__gt=0).exists()


async def test_killed_between_claim_and_hand_over(container: Container) -> None:
    """E9: what a dead relay had reserved is handed over by the next one, and cost no attempt."""
    await _emit(container, "test.once", range(30))
    async with _relay(container, "claim-only") as child:
        await _says(child, "claimed")
    assert await Outbox.filter(topic="test.once", attempts=0).exclude(lease_owner="").count() == 30
    async with _relay(container) as child:
        await _says(child, "ready")
        await asyncio.sleep(1)
        assert await _results("once:") == 0, "the dead relay's lease is still running"
    await later(container, minutes=2)
    async with _relay(container):
        await _until(_idle)
    assert await _results("once:") == 30
    assert await Outbox.filter(topic="test.once", attempts=1, done_at__gt=0).count() == 30


async def test_an_effect_that_always_kills_is_given_up(container: Container) -> None:
    """E9: eight processes die of it; the ninth cleans up, and everything else was carried out meanwhile."""
    await _emit(container, "test.die", range(1))
    await _emit(container, "test.half", range(10))
    for _ in range(outbox.MOST_ATTEMPTS):
        async with _relay(container) as child:
            assert await asyncio.wait_for(child.wait(), 60) == -signal.SIGKILL
        await later(container, minutes=2)
    deadly = await Outbox.get(topic="test.die")
    assert (deadly.attempts, deadly.failed_at) == (outbox.MOST_ATTEMPTS, 0)
    others = Outbox.filter(topic="test.half", done_at__gt=0)
    assert await others.count() == 10, "the innocent got through before the guilty one was given up"
    async with _relay(container):
        await _until(_idle)
    await deadly.refresh_from_db()
    assert deadly.failed_at > 0
    assert "process" in str(deadly.last_error)
    assert await Audit.filter(act="outbox.given_up", subject_id=deadly.id).count() == 1
    assert await _results("cleaned:") == 1
    assert (await _results("first:"), await _results("second:")) == (10, 10)
    assert await others.count() == 10


async def test_two_workers_carry_out_each_effect_once(container: Container) -> None:
    """E9: 200 effects, two processes (on one stream where there is a Redis), 200 rows with unique names."""
    async with _relay(container) as one, _relay(container) as two:
        await asyncio.gather(_says(one, "ready"), _says(two, "ready"))
        await _emit(container, "test.once", range(200))
        await _until(_idle)
        workers = set(await Counter.filter(name__startswith="once:").values_list("value", flat=True))
        # Without a Redis each relay is its own worker, and the quicker one may claim everything.
        assert workers <= {one.pid, two.pid} if container.settings.embedded else workers == {one.pid, two.pid}
    assert await _results("once:") == 200
    assert await Outbox.filter(topic="test.once", attempts=1, done_at__gt=0, last_error=None).count() == 200
