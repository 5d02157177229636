"""Kill -9 in the middle of an export: it starts again when the lease has run out, and makes one file."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE

import pytest

from app.container import Container
from app.settings import ROOT
from app.worker import drain
from db.models.file import StoredFile
from db.models.preference import ExportJob
from db.models.system import Outbox
from services import export, file
from tests.factories import account, enrolled, key, later, person, sheet

pytestmark = pytest.mark.slow

PEOPLE = 40


async def test_killed_while_exporting(container: Container) -> None:
    """E9, T6: some rows were read when the process died; the second attempt has all of them, once."""
    ports, settings = container.ports, container.settings
    await enrolled(container, sheet([person(n) for n in range(1, PEOPLE + 1)]))
    actor = await account("zhuanyuan")
    made = await export.start(ports, actor, "people", {}, [], key())
    plain = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    env = plain | {
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "ENVIRONMENT": "demo",
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.killed_export", env=env, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(60):
        while (await ExportJob.get(id=made)).done_rows == 0 and child.returncode is None:
            await asyncio.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    await child.wait()
    half = await export.one(actor, made)
    assert half.state == "running"
    assert 0 < half.done_rows < PEOPLE
    assert not await StoredFile.filter(purpose="export").exists()
    await drain(ports)
    assert (await export.one(actor, made)).state == "running", "the dead worker still has its lease"
    await later(container, minutes=5)
    await drain(ports)
    row = await export.one(actor, made)
    assert (row.state, row.done_rows) == ("done", PEOPLE)
    assert row.file_id is not None
    _, content = await file.content(ports, actor, row.file_id)
    (page,) = ports.sheets.read(content, "a.xlsx")
    assert len({r[2] for r in page.rows[1:]}) == len(page.rows) - 1 == PEOPLE
    assert await StoredFile.filter(purpose="export").count() == 1
    assert (await Outbox.get(topic="export.run")).attempts == 2
