"""Carrying out the outbox: a relay claims effects and hands them to taskiq, whose workers react.

With `memory://` broker and worker live in the process that relays. With Redis, tasks go through a stream that any
number of workers read; an effect whose worker died is claimed again when its lease has run out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from taskiq import AsyncBroker, InMemoryBroker
from taskiq.api import run_receiver_task
from taskiq_redis import RedisStreamBroker

from app.container import Container
from db import outbox
from services.ports import Ports
from services.reactions import AT_ONCE, GIVEN_UP, REACTIONS

log = logging.getLogger("shebao.worker")

POLL_SECONDS = 0.2
HEARTBEAT_SECONDS = outbox.LEASE_MS / 4000


async def carry_out(ports: Ports, effect: outbox.Effect) -> None:
    """Runs the reaction of one effect and marks what became of it; the lease is kept alive meanwhile."""
    clock = ports.store.clock
    heartbeat = asyncio.create_task(_keep_lease(ports, effect.id))
    try:
        await REACTIONS[effect.topic](ports, effect.payload)
    except Exception as error:
        log.exception("effect %s (%s) failed, attempt %s", effect.id, effect.topic, effect.attempts)
        if await outbox.failed(clock, effect, f"{type(error).__name__}: {error}") and effect.topic in GIVEN_UP:
            await GIVEN_UP[effect.topic](ports, effect.payload)
    else:
        await outbox.done(clock, effect.id)
    finally:
        heartbeat.cancel()
        with suppress(asyncio.CancelledError):
            await heartbeat


async def _keep_lease(ports: Ports, effect_id: int) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        await outbox.extend(ports.store.clock, effect_id)


async def drain(ports: Ports) -> None:
    """Carries out everything that is due, here and now (command line and tests)."""
    while effects := await outbox.claim(ports.store.clock):
        for effect in effects:
            await carry_out(ports, effect)


def make_broker(container: Container) -> AsyncBroker:
    """The broker by settings, with the one task there is: carry out an effect by its id."""
    settings = container.settings
    broker: AsyncBroker
    broker = InMemoryBroker() if settings.embedded else RedisStreamBroker(settings.redis_url, queue_name="shebao:tasks")
    ports = container.ports

    async def react(effect_id: int) -> None:
        # The stream may deliver twice; an effect that is finished is simply not found any more.
        effect = await outbox.find(effect_id)
        if effect is not None:
            await carry_out(ports, effect)

    broker.register_task(react, task_name="outbox.react")
    return broker


@asynccontextmanager
async def relaying(container: Container, *, receive: bool) -> AsyncIterator[None]:
    """Keeps the outbox moving while the context is open. `receive` also works off tasks in this process."""
    broker = make_broker(container)
    await broker.startup()
    tasks = [asyncio.create_task(_relay(container.ports, broker))]
    if receive and not container.settings.embedded:
        broker.is_worker_process = True
        tasks.append(asyncio.create_task(run_receiver_task(broker, run_startup=False)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await broker.shutdown()


async def _relay(ports: Ports, broker: AsyncBroker) -> None:
    task = broker.find_task("outbox.react")
    assert task is not None  # noqa: S101 - registered in make_broker
    while True:
        try:
            effects = await outbox.claim(ports.store.clock)
            for effect in effects:
                if effect.topic in AT_ONCE:
                    await carry_out(ports, effect)
                else:
                    await task.kiq(effect.id)
        except Exception:
            log.exception("the relay stumbled; it goes on")
            effects = []
            await asyncio.sleep(1)
        if not effects:
            ports.store.wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(ports.store.wake.wait(), POLL_SECONDS)
