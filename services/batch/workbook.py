"""Workbooks of a batch: the rows to correct, and the template."""

from __future__ import annotations

from anyio import to_thread

from db.models.batch import BatchRow
from db.transaction import work
from domain.actor import Actor
from domain.batch import RowState
from domain.columns import IMPORT_KIND_LABELS, CellValue, ImportKind
from domain.errors import Problem, Refusal, Severity
from services import file
from services.batch import content, reads
from services.policy import cities
from services.ports import Ports


async def errors(ports: Ports, actor: Actor, batch_id: int) -> int:
    """A workbook of exactly the failed rows, original columns first, with the errors. Answers the file's id."""
    actor.require("batch.create")
    batch = await reads.one(actor, batch_id)
    if batch.creator_id != actor.staff_id:
        # What somebody else uploaded has their people's numbers in the open.
        actor.require("person.reveal")
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
    made = await to_thread.run_sync(ports.sheets.error_workbook, headers, cells, marks, numbers, batch.number)
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
        name = f"{IMPORT_KIND_LABELS[kind][0]}模板.xlsx"
        return await file.keep(ports, unit, name, file.XLSX, made, "template")


def _no_errors() -> Problem:
    return Problem(
        "no_errors",
        "该批次没有错误行",
        "This batch has no rows with errors",
        "可以直接确认",
        "It can be confirmed as it is",
    )
