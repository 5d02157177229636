"""Workbooks of a batch: the rows to correct, the declaration for the bureau, and the template."""

from __future__ import annotations

from anyio import to_thread

from db.clock import business_day
from db.models.batch import Batch, BatchRow
from db.sql import fetch
from db.transaction import work
from domain.actor import Actor
from domain.batch import RowState
from domain.columns import CellValue, ImportKind
from domain.errors import Problem, Refusal, Severity
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_ORDER
from services import file
from services.batch import content, reads
from services.policy import cities
from services.ports import Ports
from services.staff import SYSTEM


async def errors(ports: Ports, actor: Actor, batch_id: int) -> int:
    """A workbook of exactly the failed rows, original columns first, with the errors. Answers the file's id."""
    actor.require("batch.create")
    batch = await reads.one(actor, batch_id)
    rows = await BatchRow.filter(batch_id=batch.id, state=RowState.FAILED).order_by("row_no")
    if not rows:
        raise Refusal(_no_errors())
    headers = [c["header"] for c in batch.columns]
    place = {c["header"]: c["index"] for c in batch.columns if c["header"]}
    cells: list[list[CellValue]] = []
    marks: dict[tuple[int, int], str] = {}
    numbers: list[int] = []
    for index, row in enumerate(rows):
        checked = content.unseal(ports.store.vault, row.id, row.content_sealed).row
        cells.append(list(checked.cells))
        numbers.append(row.row_no)
        for found in checked.problems:
            if found.severity is Severity.ERROR:
                at = (index, place.get(found.column or "", -1))
                text = f"{found.message}。{found.remedy}"
                marks[at] = f"{marks[at]}；{text}" if at in marks else text
    made = await to_thread.run_sync(ports.sheets.error_workbook, headers, cells, marks, numbers)
    async with work(ports.store, actor) as unit:
        name = f"{batch.number}_需更正的行.xlsx"
        file_id = await file.keep(ports, unit, name, file.XLSX, made, "error_workbook", batch.company_id)
        await unit.audit("batch.error_workbook", "batch", batch.id, batch.company_id, 行数=len(rows))
    return file_id


async def template(ports: Ports, actor: Actor, kind: ImportKind) -> int:
    """An empty template with explanations and drop-downs. Answers the file's id."""
    actor.require("batch.create")
    names = [c.name for c in await cities()]
    made = await to_thread.run_sync(ports.sheets.template, kind, names)
    async with work(ports.store, actor) as unit:
        name = "增员模板.xlsx" if kind is ImportKind.ENROLL else "减员模板.xlsx"
        return await file.keep(ports, unit, name, file.XLSX, made, "template")


async def declare(ports: Ports, batch_id: int) -> None:
    """The worker's part of a submission: the declaration workbook that the specialist hands in at the bureau."""
    batch = await Batch.get(id=batch_id)
    if batch.declaration_file_id is not None:
        return
    rows = await fetch(
        "SELECT id, content_sealed FROM batch_row WHERE batch_id = ? AND enrollment_id IS NOT NULL ORDER BY row_no",
        [batch_id],
    )
    enroll = batch.kind == ImportKind.ENROLL
    names = {c.code: c.name for c in await cities()}
    lines: list[list[CellValue]] = []
    for number, r in enumerate(rows, start=1):
        found = content.unseal(ports.store.vault, r["id"], r["content_sealed"])
        row = found.row
        if enroll:
            kinds = "、".join(KIND_LABELS[k] for k in sorted(found.kinds, key=KIND_ORDER.__getitem__))
            month = str(BillingMonth.of(row.start_month or batch.month))
            place = names.get(row.city_code or "", "")
            lines.append([number, row.name, row.id_number, place, kinds, row.base_fen, month, row.phone or ""])
        else:
            month = str(BillingMonth.of(row.last_month or batch.month))
            lines.append([number, row.name, row.id_number, month, row.stop_reason or ""])
    headers = (
        ["序号", "姓名", "证件号码", "参保城市", "参加险种", "申报工资", "起始月", "手机号"]
        if enroll
        else ["序号", "姓名", "证件号码", "最后缴费月", "停保原因"]
    )
    title = "参保人员增加表" if enroll else "参保人员减少表"
    made = await to_thread.run_sync(ports.sheets.table_workbook, title, headers, lines, [5] if enroll else [])
    async with work(ports.store, SYSTEM) as unit:
        fresh = await Batch.filter(id=batch_id).select_for_update().get()
        if fresh.declaration_file_id is not None:
            return
        company_id = fresh.company_id  # type: ignore[attr-defined]
        name = f"{title}_{fresh.number}_{business_day(unit.now):%Y%m%d}.xlsx"
        fresh.declaration_file_id = await file.keep(ports, unit, name, file.XLSX, made, "declaration", company_id)
        await fresh.save(update_fields=["declaration_file_id"])
        await unit.audit("batch.declared", "batch", batch_id, company_id, 人数=len(lines))


def _no_errors() -> Problem:
    return Problem(
        "no_errors",
        "该批次没有错误行",
        "This batch has no rows with errors",
        "可以直接确认",
        "It can be confirmed as it is",
    )
