"""Carrying out the outbox: a relay claims effects and hands them to taskiq, whose workers react.

With `memory://` broker and worker live in the process that relays. With Redis, tasks go through a stream that any
number of workers read; an effect whose worker died is claimed again when its lease has run out.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from taskiq import AsyncBroker, InMemoryBroker
from taskiq.api import run_receiver_task
from taskiq_redis import RedisStreamBroker

from app.container import Container
from app.gate import Gate
from db import outbox
from db.transaction import GaveWay, work
from services.ports import Ports
from services.reactions import AT_ONCE, GIVEN_UP, REACTIONS
from services.staff import SYSTEM

log = logging.getLogger("shebao.worker")

POLL_SECONDS = 0.2
HEARTBEAT_SECONDS = outbox.LEASE_MS / 4000
_STREAM_LENGTH = 100_000
_GIVES_WAY = 5
"""How often a reaction begins anew after a deadlock before it counts as failed."""
_NO_END = "begun again and again without an end; did its process die? / 多次执行均未结束，可能是执行进程中断"


async def carry_out(ports: Ports, effect_id: int, token: str) -> None:
    """Begins the effect if the claim may be taken over, runs its reaction and marks what became of it.

    The lease is kept alive meanwhile.
    """
    effect = await outbox.begin(ports.store.clock, effect_id, token)
    if effect is None:
        return
    heartbeat = asyncio.create_task(_keep_lease(ports, effect))
    try:
        if effect.attempts > outbox.MOST_ATTEMPTS:
            await _give_up(ports, effect, f"{_NO_END}; {effect.last_error}".removesuffix("; "))
        else:
            await _attempt(ports, effect)
    finally:
        heartbeat.cancel()
        with suppress(asyncio.CancelledError):
            await heartbeat


async def _attempt(ports: Ports, effect: outbox.Effect) -> None:
    try:
        await _react(ports, effect)
    except Exception as error:
        log.exception("effect %s (%s) failed, attempt %s", effect.id, effect.topic, effect.attempts)
        reason = f"{type(error).__name__}: {error}"
        if effect.attempts >= outbox.MOST_ATTEMPTS:
            await _give_up(ports, effect, reason)
        elif not await outbox.failed(ports.store.clock, effect, reason):
            _lost(effect)
    else:
        if not await outbox.done(ports.store.clock, effect):
            _lost(effect)


async def _react(ports: Ports, effect: outbox.Effect) -> None:
    """Runs the reaction, and at once again where the database chose it to give way: that is nobody's failure."""
    for left in reversed(range(_GIVES_WAY)):
        try:
            await REACTIONS[effect.topic](ports, effect.payload)
            return
        except GaveWay:
            if not left:
                raise
            await asyncio.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - so that two that met do not meet again


async def _give_up(ports: Ports, effect: outbox.Effect, reason: str) -> None:
    """Cleans up after the topic, then marks the effect and notes it in the audit log.

    In this order, so that a process that dies in between cleans up again. A clean-up that fails or dies itself has
    as many attempts as the effect had.
    """
    clean_up = GIVEN_UP.get(effect.topic)
    if clean_up is not None and effect.attempts < 2 * outbox.MOST_ATTEMPTS:
        try:
            await clean_up(ports, effect.payload)
        except Exception:
            log.exception("the clean-up after effect %s (%s) failed", effect.id, effect.topic)
            if not await outbox.failed(ports.store.clock, effect, reason):
                _lost(effect)
            return
    async with work(ports.store, SYSTEM) as unit:
        if not await outbox.give_up(ports.store.clock, effect, reason):
            _lost(effect)
            return
        await unit.audit("outbox.given_up", "outbox", effect.id, 主题=effect.topic, 次数=effect.attempts)
    log.error("effect %s (%s) was given up after %s attempts", effect.id, effect.topic, effect.attempts)


def _lost(effect: outbox.Effect) -> None:
    log.warning("effect %s (%s) took longer than its lease; another worker has it", effect.id, effect.topic)


async def _keep_lease(ports: Ports, effect: outbox.Effect) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        try:
            if not await outbox.extend(ports.store.clock, effect):
                return
        except Exception:
            log.exception("the lease of effect %s could not be extended; it will be tried again", effect.id)


async def drain(ports: Ports) -> None:
    """Carries out everything that is due, here and now (command line and tests)."""
    while claims := await outbox.claim(ports.store.clock):
        for claim in claims:
            await carry_out(ports, claim.id, claim.token)


def make_broker(container: Container) -> AsyncBroker:
    """The broker by settings, with the one task there is: carry out an effect by its id and the token of its claim."""
    settings = container.settings
    broker: AsyncBroker
    if settings.embedded:
        broker = InMemoryBroker()
    else:
        # What is cut off the stream is not lost: its lease runs out and it is handed over again.
        broker = RedisStreamBroker(settings.redis_url, queue_name="shebao:tasks", maxlen=_STREAM_LENGTH)
    ports, gate = container.ports, Gate()

    async def react(effect_id: int, token: str = "") -> None:
        # The stream may deliver twice or late; whoever comes second finds another token in the row. An effect that
        # may kill the process waits outside, not begun, until it can take nobody with it.
        async with gate.alone() if outbox.suspected(token) else gate.together():
            await carry_out(ports, effect_id, token)

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
            claims = await outbox.claim(ports.store.clock)
            for claim in claims:
                if claim.topic in AT_ONCE:
                    await carry_out(ports, claim.id, claim.token)
                else:
                    await task.kiq(claim.id, claim.token)
        except Exception:
            log.exception("the relay stumbled; it goes on")
            claims = []
            await asyncio.sleep(1)
        if not claims:
            ports.store.wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(ports.store.wake.wait(), POLL_SECONDS)
