"""Making the workbook of an export, with the rights that whoever asked for it has by then."""

from __future__ import annotations

from dataclasses import asdict

import orjson
from anyio import to_thread

from db.clock import business_day
from db.models.preference import ExportJob
from db.sql import execute
from db.transaction import work
from domain import export as rules
from domain.actor import Actor
from domain.errors import Problem, Refusal
from domain.export import ExportState
from domain.listing import listing
from services import file, notice, staff
from services.export.desk import Desk
from services.export.jobs import conditions, progress
from services.export.lists import EXPORTS
from services.export.packed import PackedRows
from services.export.table import CHUNK, Column, Table, Values, readable
from services.ports import Ports
from services.staff import SYSTEM

PURPOSE = "export"


class _CalledOff(Exception):
    """The export has ended while it was being made."""


async def run(ports: Ports, export_id: int, chunk: int = CHUNK) -> None:
    """Makes the workbook. May run twice, or begin anew after a kill: the file appears once, with the last row.

    Rights and scope are those of now: whoever lost them gets no file, whoever has a smaller scope a smaller one.
    """
    await execute(
        "UPDATE export_job SET state = 'running', done_rows = 0 WHERE id = ? AND state IN ('waiting', 'running')",
        [export_id],
    )
    job = await ExportJob.get_or_none(id=export_id)
    if job is None or job.state != ExportState.RUNNING:
        return
    actor = await staff.actor(job.staff_id)
    try:
        if actor is None or not actor.may(listing(job.list_name).permission):
            raise Refusal(rules.rights_gone())
        table, desk = EXPORTS[job.list_name], Desk(ports, actor)
        wanted = readable(table, conditions(ports.store, job))
        columns = await _columns(table, desk, wanted, orjson.loads(job.columns))
        rows = await _read(ports, job.id, table, desk, wanted, columns, chunk)
        await _finish(ports, actor, job, columns, rows)
    except Refusal as refusal:
        await _fail(ports, job.id, refusal.problems)
    except _CalledOff:
        return


async def _columns(table: Table, desk: Desk, wanted: Values, chosen: list[str]) -> list[Column]:
    columns: list[Column] = []
    for column in table.columns:
        if column.name not in chosen:
            continue
        if table.parts is not None and column.name == "cells":
            columns += await table.parts(desk, wanted)
        else:
            columns.append(column)
    return columns


async def _read(
    ports: Ports, export_id: int, table: Table, desk: Desk, wanted: Values, columns: list[Column], chunk: int
) -> PackedRows:
    rows, names = PackedRows(), [c.name for c in columns]
    async for part in table.read(desk, wanted, chunk):
        if max(part.total, len(rows) + len(part.rows)) > rules.MOST_ROWS:
            raise Refusal(rules.too_many_rows(max(part.total, len(rows) + len(part.rows))))
        rows.add([[row.get(name) for name in names] for row in part.rows])
        if not await progress(ports, export_id, part.total, len(rows)):
            raise _CalledOff
    return rows


async def _finish(ports: Ports, actor: Actor, job: ExportJob, columns: list[Column], rows: PackedRows) -> None:
    label = listing(job.list_name).label
    headers, money = [c.label for c in columns], [i for i, c in enumerate(columns) if c.money]
    made = await to_thread.run_sync(ports.sheets.table_workbook, label, headers, rows, money)
    async with work(ports.store, actor) as unit:
        # Whoever comes second, after a lease that ran out or a kill at the last moment, finds it done.
        fresh = await ExportJob.filter(id=job.id).select_for_update().get()
        if fresh.state != ExportState.RUNNING:
            return
        name = f"{label}_{business_day(unit.now).isoformat()}.xlsx"
        fresh.file_id = await file.keep(ports, unit, name, file.XLSX, made, PURPOSE)
        fresh.state, fresh.ended_at, fresh.query = ExportState.DONE, unit.now, "{}"
        fresh.total = fresh.done_rows = len(rows)
        await fresh.save()
        plain = "是" if actor.may("person.reveal") else "否"
        await unit.audit("export.done", "export_job", job.id, None, 列表=label, 行数=len(rows), 含明文=plain)
        body = f"{label}，共 {len(rows)} 行，{rules.KEPT_DAYS} 天内可下载"
        await notice.tell(unit, actor.staff_id, "导出完成", body, "/export")
        await unit.emit("live", {"topic": f"export:{job.id}", "message": {"changed": True}})


async def give_up(ports: Ports, export_id: int) -> None:
    """Marks an export that was tried for the last time as failed."""
    await _fail(ports, export_id, (rules.given_up(),))


async def _fail(ports: Ports, export_id: int, problems: tuple[Problem, ...]) -> None:
    async with work(ports.store, SYSTEM) as unit:
        job = await ExportJob.filter(id=export_id).select_for_update().first()
        if job is None or job.state not in rules.OPEN:
            return
        job.state, job.ended_at, job.query = ExportState.FAILED, unit.now, "{}"
        job.failure = orjson.dumps([asdict(p) for p in problems]).decode()
        await job.save()
        label = listing(job.list_name).label
        await unit.audit("export.failed", "export_job", job.id, None, 列表=label, 原因=problems[0].message)
        await notice.tell(unit, job.staff_id, "导出失败", f"{label}：{problems[0].message}", "/export")
        await unit.emit("live", {"topic": f"export:{job.id}", "message": {"changed": True}})
