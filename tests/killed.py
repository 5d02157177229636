"""A process to be killed: checks batches, or computes a month again and again, until somebody ends it."""

from __future__ import annotations

import asyncio
import importlib
import sys

from app.container import running
from app.settings import Settings
from app.worker import drain
from services import bill
from services.seed import MAKER
from tests.factories import account
from tests.moved_clock import MovedClock

CLOCK = "2026-11-10T10:00:00+08:00"


async def work_on(job: str) -> None:
    """`check` drains the outbox in small chunks; `month` drafts November over and over."""
    async with running(Settings(), MovedClock(CLOCK)) as container:
        print("ready", flush=True)
        if job == "check":
            importlib.import_module("services.batch.check").CHUNK = 25
            await drain(container.ports)
            return
        maker = await account(MAKER)
        while True:
            await bill.draft_month(container.ports, maker, 202611, None)
            await drain(container.ports)


if __name__ == "__main__":
    asyncio.run(work_on(sys.argv[1]))
