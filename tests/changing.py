"""Changing people who are enrolled, for tests, through the product's own acts."""

from __future__ import annotations

from app.container import Container
from app.worker import drain
from db.models.batch import BatchRow
from db.models.bill import Bill, BillLine
from domain.policy import Category, Kind
from domain.scheme import Terms
from services import approval, batch, bill, scheme
from services.batch import content
from tests.factories import (
    HEADERS,
    account,
    company_id,
    enrolled,
    key,
    person,
    sheet,
)

OTHER = "蓝天餐饮管理有限公司"
"""The other demo company."""

FIVE = (Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY)


def of(serial: int, **more: str) -> dict[str, str]:
    """A row about a person of `person(serial)`."""
    row = person(serial)
    return {"姓名": row["姓名"], "证件号码": row["证件号码"]} | more


def changed(*rows: dict[str, str]) -> bytes:
    """A sheet of these rows with every column that they name."""
    return sheet(rows, tuple(dict.fromkeys(name for row in rows for name in row)))


async def codes(container: Container, batch_id: int) -> dict[int, list[str]]:
    """The codes of all problems by row, as they were found."""
    vault = container.ports.store.vault
    found = {}
    for row in await BatchRow.filter(batch_id=batch_id).order_by("row_no"):
        problems = content.unseal(vault, row.id, row.content_sealed).row.problems
        found[row.row_no] = [p.code for p in problems]
    return found


async def people(container: Container, *serials: int, start: str = "2026-09") -> int:
    """Enrols people of the demo company from a month on."""
    rows = [person(serial) | {"起始月": start} for serial in serials]
    return await enrolled(container, sheet(rows, (*HEADERS, "起始月")), month=int(start.replace("-", "")))


async def drafted(container: Container, month: int, company: str | None = None) -> None:
    """The month's bills, computed to the end."""
    owner = await company_id(company) if company else await company_id()
    await bill.draft_month(container.ports, await account("zhuanyuan"), month, owner)
    await drain(container.ports)


async def closed(container: Container, month: int) -> None:
    """A closed month of the demo company."""
    await drafted(container, month)
    made = await Bill.get(company_id=await company_id(), month=month)
    await bill.confirm(container.ports, await account("zhuguan"), made.id, key())
    await bill.close(container.ports, await account("caiwu"), made.id, key())
    await drain(container.ports)


async def approved(container: Container, batch_id: int) -> None:
    """Confirms a checked batch and approves it."""
    await batch.confirm(container.ports, await account("zhuanyuan"), batch_id, key())
    reviewer = await account("zhuguan")
    waiting = (await approval.of_batches(reviewer, [batch_id]))[0]
    assert waiting is not None
    await approval.decide(container.ports, reviewer, waiting.id, True, "", key())


async def accepted(container: Container, batch_id: int) -> None:
    """Carries a checked batch all the way."""
    ports, maker = container.ports, await account("zhuanyuan")
    await approved(container, batch_id)
    await batch.submit(ports, maker, batch_id, key())
    await batch.record(ports, maker, batch_id, batch.Answer(accept_rest=True), key())
    await drain(ports)


async def new_scheme(
    container: Container, name: str, *kinds: Kind, owner: str | None = None, rate: int = 80_000
) -> int:
    """A scheme in Beijing with a fee of 30 yuan."""
    new = scheme.NewScheme(
        name=name,
        city_code="110000",
        category=Category.EMPLOYEE,
        terms=Terms(kinds, {}, {}, rate if Kind.HOUSING_FUND in kinds else None, 3_000),
        company_id=await company_id(owner) if owner else None,
    )
    return await scheme.create(container.ports, await account("admin"), new)


async def lines(month: int) -> dict[tuple[str, str, int], tuple[int, int]]:
    """Base and employer's part of a month's lines: (kind, type, month it belongs to)."""
    found = await BillLine.filter(bill__month=month).values(
        "kind", "line_type", "belongs_month", "base_fen", "employer_fen"
    )
    return {(r["kind"], r["line_type"], r["belongs_month"]): (r["base_fen"], r["employer_fen"]) for r in found}
