"""The sandbox of text messages on a port of its own, and the adapter that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from integrations.sms.sandbox import SmsSandbox
from integrations.sms.tencent import Account, TencentSms

ACCOUNT = Account("test-id", "test-key-of-no-use", "1400006666", "社保管理系统", "1110")


@dataclass
class Running:
    """A sandbox that listens, its address, and an adapter with the right keys."""

    sandbox: SmsSandbox
    address: str
    sms: TencentSms


@asynccontextmanager
async def listening(clock: Callable[[], int]) -> AsyncIterator[Running]:
    """A real server on a free port of this machine."""
    sandbox = SmsSandbox(ACCOUNT.secret_id, ACCOUNT.secret_key, ACCOUNT.app_id, clock)
    server = uvicorn.Server(uvicorn.Config(sandbox.app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}/"
        yield Running(sandbox, address, TencentSms(ACCOUNT, address, clock, seconds=3))
    finally:
        server.should_exit = True
        await task
