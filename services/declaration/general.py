"""The general list of a batch: everybody who was submitted, in one workbook that the batch itself keeps."""

from __future__ import annotations

from anyio import to_thread

from db.clock import business_day
from db.models.batch import Batch
from db.transaction import work
from domain.columns import CHANGE_KINDS, CellValue, ImportKind
from domain.declaration import DeclarationLine
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_ORDER
from services import file
from services.batch.change_list import list_form, list_line
from services.declaration.lines import Wanted, lines_of
from services.policy import book
from services.ports import Ports
from services.staff import SYSTEM


async def list_people(ports: Ports, batch_id: int) -> None:
    """Makes the list of a submitted batch; run again, it adds nothing."""
    batch = await Batch.get(id=batch_id)
    if batch.declaration_file_id is not None:
        return
    rows: list[list[CellValue]] = []
    async for lines in lines_of(ports, batch, await book(ports.store), Wanted(fund=False)):
        rows += [_general(batch, line, number) for number, line in enumerate(lines, start=len(rows) + 1)]
    title, headers, money = _general_form(batch)
    made = await to_thread.run_sync(ports.sheets.table_workbook, title, headers, rows, money)
    async with work(ports.store, SYSTEM) as unit:
        fresh = await Batch.filter(id=batch_id).select_for_update().get()
        if fresh.declaration_file_id is not None:
            return
        company_id = fresh.company_id  # type: ignore[attr-defined]
        name = f"{title}_{fresh.number}_{business_day(unit.now):%Y%m%d}.xlsx"
        fresh.declaration_file_id = await file.keep(ports, unit, name, file.XLSX, made, "declaration", company_id)
        await fresh.save(update_fields=["declaration_file_id"])
        await unit.audit("batch.declared", "batch", batch_id, company_id, 人数=len(rows))


def _general_form(batch: Batch) -> tuple[str, list[str], list[int]]:
    """Title, headers and money columns of the list that holds everybody of the batch."""
    if batch.kind in CHANGE_KINDS:
        return list_form(ImportKind(batch.kind))
    if batch.kind == ImportKind.TERMINATE:
        return "参保人员减少表", ["序号", "姓名", "证件号码", "最后缴费月", "停保原因"], []
    headers = ["序号", "姓名", "证件号码", "参保城市", "参加险种", "申报工资", "起始月", "手机号"]
    return "参保人员增加表", headers, [5]


def _general(batch: Batch, line: DeclarationLine, number: int) -> list[CellValue]:
    row = line.row
    if batch.kind in CHANGE_KINDS:
        return list_line(ImportKind(batch.kind), number, row)
    if batch.kind == ImportKind.TERMINATE:
        month = str(BillingMonth.of(row.last_month or batch.month))
        return [number, row.name, row.id_number, month, row.stop_reason or ""]
    kinds = "、".join(KIND_LABELS[k] for k in sorted(line.kinds, key=KIND_ORDER.__getitem__))
    month = str(BillingMonth.of(row.start_month or batch.month))
    return [number, row.name, row.id_number, line.city, kinds, row.base_fen, month, row.phone or ""]
