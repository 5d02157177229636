"""Our way: the product's own acts on a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.container import Container, running
from app.settings import ROOT, Settings
from app.worker import drain
from bench.people import MONTH
from bench.stopwatch import Stopwatch
from db.connect import close_database, migrate
from db.models.batch import BatchRow
from db.models.bill import Bill, BillLine, BillPart
from db.models.company import Company
from db.models.enrollment import EnrollmentItem
from db.models.staff import Staff
from db.sql import fetch, fetch_value
from domain.actor import Actor
from domain.columns import ImportKind
from services import approval, batch, bill, file, policy, seed, staff
from services.ports import Ports
from services.staff import SYSTEM

COMPANY = "远航物流集团有限公司"
"""A demonstration company in Shenzhen, where an employee has six kinds."""


@asynccontextmanager
async def opened(home: Path, url: str) -> AsyncIterator[Container]:
    """The product, migrated and with demonstration data, in an empty folder and database."""
    settings = Settings(var_dir=home, database_url=url, redis_url="memory://", environment="demo")
    await migrate(settings.database)
    await close_database()
    async with running(settings) as container:
        if not await Staff.exists(username="zhuanyuan"):
            await policy.load(container.ports, SYSTEM, ROOT / "policies")
            await seed.start(container.ports)
            await seed.demo(container.ports)
        yield container


async def actor(username: str) -> Actor:
    """A demo account."""
    found = await staff.actor((await Staff.get(username=username)).id)
    assert found is not None
    return found


async def import_people(ports: Ports, workbook: Path, watch: Stopwatch) -> None:
    """The workbook carried into the register, step by step."""
    maker, checker = await actor("zhuanyuan"), await actor("zhuguan")
    owner = await Company.get(name=COMPANY)
    stored = await file.upload(ports, maker, workbook.name, workbook.read_bytes())  # noqa: ASYNC240
    new = batch.NewBatch(ImportKind.ENROLL, owner.id, stored.id, MONTH)
    batch_id = await batch.create(ports, maker, new, f"bench-create-{stored.id}")
    with watch.step("check"):
        await drain(ports)
    await batch.confirm(ports, maker, batch_id, f"bench-confirm-{batch_id}")
    waiting = (await approval.of_batches(checker, [batch_id]))[0]
    assert waiting is not None
    await approval.decide(ports, checker, waiting.id, True, "", f"bench-approve-{batch_id}")
    with watch.step("submit"):
        await batch.submit(ports, maker, batch_id, f"bench-submit-{batch_id}")
    with watch.step("declare"):
        await drain(ports)
    with watch.step("record"):
        await batch.record(ports, maker, batch_id, batch.Answer(accept_rest=True), f"bench-record-{batch_id}")


async def draft(ports: Ports, watch: Stopwatch) -> None:
    """The month of everybody enrolled, on a company that has no bill yet."""
    await BillLine.all().delete()
    await BillPart.all().delete()
    await Bill.all().delete()
    maker, owner = await actor("zhuanyuan"), await Company.get(name=COMPANY)
    with watch.step("month"):
        await bill.draft_month(ports, maker, MONTH, owner.id)
        await drain(ports)


async def outcome() -> dict[str, int]:
    """What is in the tables afterwards; both ways have to come to the same."""
    rows = await BatchRow.filter(state="accepted").count()
    items = await EnrollmentItem.filter(state="effective").count()
    lines = (await fetch("SELECT COUNT(*) AS n, SUM(employer_fen) AS a, SUM(employee_fen) AS b FROM bill_line"))[0]
    people = await fetch_value("SELECT COUNT(DISTINCT person_id) FROM bill_line")
    return {
        "accepted": rows,
        "items": items,
        "billed": int(people or 0),
        "lines": int(lines["n"]),
        "employer_fen": int(lines["a"] or 0),
        "employee_fen": int(lines["b"] or 0),
    }
