"""A bill as a workbook: one row a person, kind and type of line."""

from __future__ import annotations

from anyio import to_thread

from db.models.company import Company
from db.sql import fetch
from db.transaction import work
from domain.actor import Actor
from domain.bill import LINE_TYPE_LABELS, LineType, still_computing
from domain.errors import Refusal
from domain.particulars import mask
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, Kind
from services import file
from services.bill import reads
from services.person import ID_NUMBER
from services.policy import cities
from services.ports import Ports

_HEADERS = ["姓名", "证件号码", "城市", "险种", "类型", "所属月份", "申报基数", "缴费基数", "单位", "个人", "合计"]
_MONEY = [6, 7, 8, 9, 10]


async def workbook(ports: Ports, actor: Actor, bill_id: int) -> int:
    """Makes the workbook, with ID numbers in full for those who may see them. Answers the file's id.

    Refused (bill_computing) while parts of the bill are missing.
    """
    actor.require("bill.read")
    bill = await reads.one(actor, bill_id)
    if bill.computing:
        raise Refusal(still_computing())
    owner = await Company.get(id=bill.company_id)
    names = {c.code: c.name for c in await cities()}
    rows = await fetch(
        "SELECT l.*, p.name, p.id_number_sealed FROM bill_line l JOIN person p ON p.id = l.person_id "
        "WHERE l.bill_id = ? ORDER BY l.id",
        [bill.id],
    )
    lines = []
    for r in rows:
        number = ports.store.vault.open_text(ID_NUMBER, r["person_id"], r["id_number_sealed"]) or ""
        shown = number if actor.may("person.reveal") else mask(number)
        kind = KIND_LABELS[Kind(r["kind"])] if r["kind"] else "服务费"
        word = LINE_TYPE_LABELS[LineType(r["line_type"])][0]
        month = str(BillingMonth.of(r["belongs_month"]))
        employer, employee = r["employer_fen"], r["employee_fen"]
        bases = (r["declared_base_fen"], r["base_fen"]) if r["kind"] else (None, None)
        city = names.get(r["city_code"], "")
        lines.append([r["name"], shown, city, kind, word, month, *bases, employer, employee, employer + employee])
    sums = [sum(line[i] for line in lines) for i in (8, 9, 10)]
    lines.append(["合计", "", "", "", "", "", None, None, *sums])
    title = f"{BillingMonth.of(bill.month)} 账单"
    made = await to_thread.run_sync(ports.sheets.table_workbook, title, _HEADERS, lines, _MONEY)
    async with work(ports.store, actor) as unit:
        name = f"{owner.name}_{BillingMonth.of(bill.month)}_账单.xlsx"
        file_id = await file.keep(ports, unit, name, file.XLSX, made, "bill_workbook", owner.id)
        await unit.audit("bill.workbook", "bill", bill.id, owner.id, 行数=len(rows))
    return file_id
