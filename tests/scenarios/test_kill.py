"""Kill -9 anywhere and the numbers still add up: real processes, really killed, on either database."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

import pytest

from app.container import Container
from app.settings import ROOT
from app.worker import drain
from db.models.batch import Batch, BatchRow
from db.models.bill import Bill, BillLine, BillPart
from db.sql import fetch
from domain.columns import ImportKind
from domain.errors import Refusal
from services import batch, bill, file
from tests.factories import HEADERS, account, company_id, enrolled, key, later, person, sheet

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
    """However often it dies, a bill is whole or says that it is not; the last run gives the total of an undisturbed
    one, and what an earlier start left in the outbox does nothing."""
    await _enrol_in_cities(container)
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    dice = random.Random(20261110)
    caught = 0
    for _ in range(12):
        child = await _start(container, "month")
        if not await _some_parts_done(child):
            await asyncio.sleep(dice.uniform(0.05, 0.4))
        await _kill(child)
        for made in await Bill.all():
            await _whole_or_computing(made)
            if made.parts_left:
                caught += await _done(made) > 0
                with pytest.raises(Refusal, match="bill_computing"):
                    await bill.confirm(ports, reviewer, made.id, key())
        if caught >= 2:
            break
    assert caught, "never killed between two parts"
    await later(container, minutes=5)
    await drain(ports)
    [made] = await Bill.all()
    assert made.parts_left == 0
    await _whole_or_computing(made)
    totals = {(made.people, made.line_count, made.employer_fen, made.employee_fen)}
    for _ in range(2):
        drafted = await bill.draft_month(ports, maker, 202611, None)
        await drain(ports)
        view = await bill.one(maker, drafted.bill_ids[0])
        totals.add((view.people, view.line_count, view.employer_fen, view.employee_fen))
    assert len(totals) == 1
    assert await Bill.all().count() == 1
    assert await BillLine.all().count() == view.line_count
    assert view.people == PEOPLE


CITIES = ("北京", "成都", "杭州", "武汉")


async def _enrol_in_cities(container: Container) -> None:
    """As many people in each city: each city is a part of the month."""
    headers = (*HEADERS, "参保城市")
    rows = [person(n, f"{6000 + n}.00", 参保城市=CITIES[n % 4]) for n in range(1, PEOPLE + 1)]
    await enrolled(container, sheet(rows, headers))
    assert len(await fetch("SELECT DISTINCT city_code FROM enrollment WHERE state = 'effective'")) == len(CITIES)


async def _some_parts_done(child: Process) -> bool:
    """Waits until some parts of the bill are computed and others are not; False when it was too quick to be seen."""
    with suppress(TimeoutError):
        async with asyncio.timeout(8):
            while child.returncode is None:
                made = await Bill.all().first()
                if made is not None and made.parts_left and 0 < await _done(made) < len(CITIES):
                    return True
                await asyncio.sleep(0.002)
    return False


async def _done(made: Bill) -> int:
    """How many parts of the bill as it was started last are computed."""
    return await BillPart.filter(bill_id=made.id, generation=made.generation, state="done").count()


async def _whole_or_computing(made: Bill) -> None:
    """A bill that is not computing has the sums of its lines; every part that is done has those of its city."""
    sums = "COUNT(*) AS n, COUNT(DISTINCT person_id) AS p, SUM(employer_fen) AS er, SUM(employee_fen) AS ee"
    if made.parts_left == 0:
        [found] = await fetch(f"SELECT {sums} FROM bill_line WHERE bill_id = ?", [made.id])
        told = (made.line_count, made.people, made.employer_fen, made.employee_fen)
        assert (found["n"], found["p"], int(found["er"]), int(found["ee"])) == told
        assert made.people == PEOPLE
    for part in await BillPart.filter(bill_id=made.id, generation=made.generation, state="done"):
        where = "WHERE bill_id = ? AND city_code = ?"
        [found] = await fetch(f"SELECT {sums} FROM bill_line {where}", [made.id, part.city_code])
        told = (part.line_count, part.people, part.employer_fen, part.employee_fen)
        assert (found["n"], found["p"], int(found["er"]), int(found["ee"])) == told
        assert part.people == PEOPLE // len(CITIES)
