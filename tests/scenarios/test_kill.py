"""Kill -9 anywhere and the numbers still add up: real processes, really killed, on either database."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from app.container import Container
from app.settings import ROOT
from app.worker import drain
from db.models.batch import Batch, BatchRow
from db.models.bill import Bill, BillLine
from db.sql import fetch
from domain.columns import ImportKind
from services import batch, bill, file
from tests.factories import account, company_id, enrolled, key, later, person, sheet

pytestmark = pytest.mark.slow

PEOPLE = 600


async def _start(container: Container, job: str) -> Process:
    """The process of tests/killed.py on the same database, once it says that it is ready."""
    settings = container.settings
    plain = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    env = plain | {
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "ENVIRONMENT": "demo",
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.killed", job, env=env, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    assert child.stdout is not None
    assert (await asyncio.wait_for(child.stdout.readline(), 30)).strip() == b"ready"
    return child


async def _kill(child: Process) -> None:
    if child.returncode is None:
        child.send_signal(signal.SIGKILL)
    await child.wait()


async def test_killed_while_checking(container: Container) -> None:
    """A1.2: killed at some chunk, taken over when the lease has run out: every row once, every count right."""
    ports, maker = container.ports, await account("zhuanyuan")
    rows = [person(n) | ({"手机号": "123"} if n % 10 == 0 else {}) for n in range(1, PEOPLE + 1)]
    stored = await file.upload(ports, maker, "很多人.xlsx", sheet(rows))
    new = batch.NewBatch(ImportKind.ENROLL, await company_id(), stored.id, 202611)
    batch_id = await batch.create(ports, maker, new, key())
    child = await _start(container, "check")
    async with asyncio.timeout(60):
        while (await Batch.get(id=batch_id)).checked_rows == 0 and child.returncode is None:
            await asyncio.sleep(0.005)
    await _kill(child)
    half = await Batch.get(id=batch_id)
    assert 0 < half.checked_rows <= PEOPLE
    assert half.checked_rows == await BatchRow.filter(batch_id=batch_id).count()
    await later(container, minutes=5)
    await drain(ports)
    whole = await Batch.get(id=batch_id)
    counts = (whole.state, whole.checked_rows, whole.ok_rows, whole.failed_rows)
    assert counts == ("checked", PEOPLE, PEOPLE - PEOPLE // 10, PEOPLE // 10)
    numbers = await fetch("SELECT row_no, COUNT(*) AS n FROM batch_row WHERE batch_id = ? GROUP BY row_no", [batch_id])
    assert len(numbers) == PEOPLE
    assert all(r["n"] == 1 for r in numbers)


async def test_killed_while_computing_the_month(container: Container) -> None:
    """However often it dies, a bill is whole or not there; the last run gives the same total as an undisturbed one."""
    await enrolled(container, sheet([person(n, f"{6000 + n}.00") for n in range(1, PEOPLE + 1)]))
    dice = random.Random(20261110)
    for _ in range(4):
        child = await _start(container, "month")
        await asyncio.sleep(dice.uniform(0.05, 0.6))
        await _kill(child)
        for made in await Bill.all():
            sums = await fetch(
                "SELECT COUNT(*) AS n, COUNT(DISTINCT person_id) AS p, SUM(employer_fen) AS er, "
                "SUM(employee_fen) AS ee "
                "FROM bill_line WHERE bill_id = ?",
                [made.id],
            )
            found = (sums[0]["n"], sums[0]["p"], int(sums[0]["er"]), int(sums[0]["ee"]))
            assert found == (made.line_count, made.people, made.employer_fen, made.employee_fen)
            assert made.people == PEOPLE
    ports, maker = container.ports, await account("zhuanyuan")
    totals = set()
    for _ in range(2):
        drafted = await bill.draft_month(ports, maker, 202611, None)
        view = await bill.one(maker, drafted.bill_ids[0])
        totals.add((view.people, view.employer_fen, view.employee_fen))
    assert len(totals) == 1
    assert await Bill.all().count() == 1
    assert await BillLine.all().count() == PEOPLE * 5
