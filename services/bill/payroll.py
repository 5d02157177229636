"""E3: the payroll deduction of a bill, and the monthly detail that every person is entitled to (社会保险法 §60)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anyio import to_thread

from db.models.company import Company
from db.scope import company_sql
from db.sql import fetch, fetch_tuples, marks
from db.transaction import work
from domain.actor import Actor
from domain.bill import LINE_TYPE_LABELS, BillState, LineType
from domain.columns import CellValue
from domain.errors import Problem, Refusal
from domain.money import format_rate
from domain.particulars import mask
from domain.payroll import deductions, kinds_of
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_ORDER, Kind
from services import file
from services.bill import reads
from services.bill.reads import LineView
from services.person import ID_NUMBER
from services.ports import Ports

_CHUNK = 5000
_COLUMNS = ", ".join(f"bill_line.{name}" for name in LineView.__dataclass_fields__)
_DETAIL = [
    "姓名",
    "证件号码",
    "险种",
    "类型",
    "所属月份",
    "缴费基数",
    "单位比例",
    "单位金额",
    "个人比例",
    "个人金额",
    "合计",
    "本人签收",
]


@dataclass(frozen=True, slots=True)
class Statement:
    """A person's lines of one month with the companies in scope; sums in fen, service fees left out."""

    month: int
    lines: tuple[LineView, ...]
    employer_fen: int
    employee_fen: int


async def payroll(ports: Ports, actor: Actor, bill_id: int) -> int:
    """The deduction workbook of a confirmed or closed bill; ID numbers in full for those who may see them.

    Answers the file's id. The last row's total equals the employee's total of the bill.
    """
    actor.require("bill.read")
    bill = await reads.one(actor, bill_id)
    if bill.state not in (BillState.CONFIRMED, BillState.CLOSED):
        raise Refusal(_not_confirmed())
    lines = await fetch_tuples(
        "SELECT person_id, kind, line_type, employee_fen FROM bill_line WHERE bill_id = ? ORDER BY id", [bill.id]
    )
    found = deductions(lines)
    kinds = kinds_of(found)
    people = await _people(ports, actor, [each.person_id for each in found])
    amounts = [
        [*(each.by_kind.get(kind, 0) for kind in kinds), each.makeup_fen, each.difference_fen, each.total_fen]
        for each in found
    ]
    rows: list[list[CellValue]] = [[*people[e.person_id], *fen] for e, fen in zip(found, amounts, strict=True)]
    rows.append(["合计", "", *map(sum, zip(*amounts, strict=True))])
    headers = ["姓名", "证件号码", *(f"{KIND_LABELS[k]}（个人）" for k in kinds), "补缴", "补差", "代扣合计"]
    money = list(range(2, len(headers)))
    return await _keep(ports, actor, bill, "个人代扣", "bill.payroll", headers, rows, money)


async def detail(ports: Ports, actor: Actor, bill_id: int) -> int:
    """The detail workbook to be handed to every person of a bill, with a column to sign. Answers the file's id."""
    actor.require("bill.read")
    bill = await reads.one(actor, bill_id)
    if bill.state not in (BillState.CONFIRMED, BillState.CLOSED):
        raise Refusal(_not_confirmed())
    lines = await fetch(
        "SELECT person_id, kind, line_type, belongs_month, base_fen, employer_rate_ppm, employer_fen, "
        "employee_rate_ppm, employee_fen FROM bill_line WHERE bill_id = ? AND line_type <> ? ORDER BY person_id, id",
        [bill.id, LineType.SERVICE_FEE.value],
    )
    people = await _people(ports, actor, list(dict.fromkeys(r["person_id"] for r in lines)))
    rows: list[list[CellValue]] = []
    for r in lines:
        employer, employee = r["employer_fen"], r["employee_fen"]
        rows.append(
            [
                *people[r["person_id"]],
                KIND_LABELS[Kind(r["kind"])],
                LINE_TYPE_LABELS[LineType(r["line_type"])][0],
                str(BillingMonth.of(r["belongs_month"])),
                r["base_fen"],
                format_rate(r["employer_rate_ppm"]),
                employer,
                format_rate(r["employee_rate_ppm"]),
                employee,
                employer + employee,
                "",
            ]
        )
    return await _keep(ports, actor, bill, "缴费明细告知表", "bill.detail", _DETAIL, rows, [5, 7, 9, 10])


async def statement(actor: Actor, person_id: int, month: int) -> Statement:
    """What was paid for a person in a month: the lines of closed and confirmed bills of companies in scope."""
    actor.require("bill.read")
    condition, values = company_sql(actor, "bill.company_id")
    states = (BillState.CONFIRMED.value, BillState.CLOSED.value)
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM bill_line JOIN bill ON bill.id = bill_line.bill_id "
        f"WHERE bill_line.person_id = ? AND bill.month = ? AND bill.state IN ({marks(states)}) "
        f"AND bill_line.line_type <> ? AND {condition}",
        [person_id, month, *states, LineType.SERVICE_FEE.value, *values],
    )
    lines = sorted((LineView(**r) for r in rows), key=_shown)
    employer = sum(line.employer_fen for line in lines)
    return Statement(month, tuple(lines), employer, sum(line.employee_fen for line in lines))


def _shown(line: LineView) -> tuple[int, int, str]:
    return (line.belongs_month, KIND_ORDER[Kind(line.kind)], line.line_type)


async def _people(ports: Ports, actor: Actor, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Name and document number by person; the number is masked for those who may not see it."""
    found: dict[int, tuple[str, str]] = {}
    plain = actor.may("person.reveal")
    for start in range(0, len(ids), _CHUNK):
        chunk = list(ids[start : start + _CHUNK])
        sql = f"SELECT id, name, id_number_sealed FROM person WHERE id IN ({marks(chunk)})"
        for row_id, name, sealed in await fetch_tuples(sql, chunk):
            number = ports.store.vault.open_text(ID_NUMBER, row_id, sealed) or ""
            found[row_id] = (name, number if plain else mask(number))
    return found


async def _keep(
    ports: Ports,
    actor: Actor,
    bill: reads.BillView,
    title: str,
    act: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[CellValue]],
    money: Sequence[int],
) -> int:
    month = BillingMonth.of(bill.month)
    made = await to_thread.run_sync(ports.sheets.table_workbook, f"{month} {title}", headers, rows, money)
    owner = await Company.get(id=bill.company_id)
    async with work(ports.store, actor) as unit:
        name = f"{owner.name}_{month}_{title}.xlsx"
        file_id = await file.keep(ports, unit, name, file.XLSX, made, "bill_workbook", owner.id)
        await unit.audit(act, "bill", bill.id, owner.id, 行数=len(rows))
    return file_id


def _not_confirmed() -> Problem:
    return Problem(
        "bill_not_confirmed",
        "账单尚未确认，金额还会变化",
        "The bill has not been confirmed; its amounts may still change",
        "请先确认账单",
        "Confirm the bill first",
        field="id",
    )
