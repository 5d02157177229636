"""The worker's check of an uploaded file: read, map, precheck, review, and write row by row with live progress.

May be killed and run again at any point: rows are written in file order, a chunk a transaction, and a second run
goes on after the last row written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace

import orjson
from anyio import to_thread

from db.models.batch import Batch
from db.scope import company as company_in_scope
from db.sql import fetch, fetch_value, insert_many, make_room
from db.transaction import work
from domain.actor import Actor
from domain.batch import BatchState, RowState, checked_state
from domain.errors import Problem, Refusal
from domain.precheck import CheckedRow, DuplicateFinder
from services import blacklist, file, notice
from services.batch import change_facts
from services.batch.bans import hits
from services.batch.content import Content
from services.batch.create import NewBatch
from services.batch.facts import NOBODY, identity_index, known
from services.batch.mapping import wrong_choices
from services.batch.memory import wanted_columns
from services.batch.review import COLUMNS, Review, prepared
from services.batch.sheet import Understood, understand
from services.ports import Ports
from services.staff import SYSTEM

CHUNK = 2000
"""Rows that are checked and written at a time; whoever watches hears of every chunk."""


class _Superseded(Exception):
    """The batch was withdrawn or is to be read in another way; what this check would write nobody wants any more."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a check would find: the rows with their problems, and what concerns the whole sheet."""

    rows: list[CheckedRow]
    notices: tuple[Problem, ...]


async def check(ports: Ports, batch_id: int) -> None:
    """Checks the batch's file. A file that cannot be worked through fails the batch with its reasons."""
    batch = await Batch.get(id=batch_id)
    if batch.state != BatchState.CHECKING:
        return
    review = await prepared(ports, batch)
    wanted = await wanted_columns(batch)
    raw = await file.opened(ports, batch.file_id)
    name = (await _file_name(batch.file_id)) or "upload"
    try:
        sheet = await to_thread.run_sync(understand, ports, raw, name, wanted)
    except Refusal as refusal:
        await _fail(ports, batch, refusal.problems)
        return
    review = replace(review, mapping=sheet.mapping)
    done = int(await fetch_value("SELECT COALESCE(MAX(row_no), 0) FROM batch_row WHERE batch_id = ?", [batch_id]))
    columns = orjson.dumps([asdict(m) for m in sheet.mapping]).decode()
    await Batch.filter(id=batch_id).update(total_rows=len(sheet.people), columns=columns)
    await make_room()
    try:
        async for rows in _chunks(review, sheet):
            review.setting.local.saw(found.row.city_code for found in rows)
            rest = [found for found in rows if found.row.row_no > done]
            if rest:
                await _write(ports, review, rest)
    except _Superseded:
        return
    told = (*sheet.notices, *review.setting.local.notices(), *await change_facts.sheet_notices(batch))
    await _finish(ports, batch, told)


async def rehearse(ports: Ports, actor: Actor, new: NewBatch, raw: bytes, name: str) -> Rehearsal:
    """Checks a file as `check` does and stores nothing. Refused when the file cannot be worked through."""
    actor.require("batch.create")
    owner = await company_in_scope(actor, new.company_id)
    batch = Batch(
        id=0,
        kind=new.kind,
        company_id=owner.id,
        city_code=new.city_code or owner.city_code,
        scheme_id=new.scheme_id,
        month=new.month,
        creator_id=actor.staff_id,
        columns="[]",
        sheet_name=new.sheet_name,
        chosen_columns=new.chosen_columns,
    )
    review, wanted = await prepared(ports, batch), await wanted_columns(batch)
    wrong = await wrong_choices(ports, raw, name, wanted, new.columns)
    if wrong:
        raise Refusal(*wrong)
    sheet = await to_thread.run_sync(understand, ports, raw, name, wanted)
    review = replace(review, mapping=sheet.mapping)
    found: list[CheckedRow] = []
    async for rows in _chunks(review, sheet):
        indexes = [identity_index(ports.store, each.row) for each in rows]
        facts = await known(review.setting, indexes, [each.row for each in rows])
        review.setting.local.saw(each.row.city_code for each in rows)
        found += (review.judge(each, facts.get(i, NOBODY)).row for each, i in zip(rows, indexes, strict=True))
    return Rehearsal(found, (*sheet.notices, *review.setting.local.notices()))


async def _file_name(file_id: int) -> str | None:
    name: str | None = await fetch_value("SELECT name FROM stored_file WHERE id = ?", [file_id])
    return name


async def _chunks(review: Review, sheet: Understood) -> AsyncIterator[list[Content]]:
    """The rows as they were read and prechecked, some at a time, off the event loop. The sheet is used up by it."""
    duplicates = DuplicateFinder(next((m.header for m in sheet.mapping if m.field == "id_number"), None))
    people = sheet.people
    people.reverse()

    def next_rows() -> list[Content]:
        taken = [people.pop() for _ in range(min(CHUNK, len(people)))]
        drafts = (review.precheck(cells, row_no) for row_no, cells in taken)
        return [replace(draft, row=duplicates.check(draft.row)) for draft in drafts]

    while people:
        yield await to_thread.run_sync(next_rows)


async def _write(ports: Ports, review: Review, rows: list[Content]) -> None:
    """Reviews a chunk against the database and writes it with the batch's progress, in one transaction."""
    store, batch = ports.store, review.setting.batch
    indexes = await to_thread.run_sync(_indexes, ports, rows)
    facts = await known(review.setting, indexes, [each.row for each in rows])
    ids = store.ids.block(len(rows))

    def reviewed() -> list[tuple]:
        found = (facts.get(index, NOBODY) for index in indexes)
        contents = (review.judge(row, fact) for row, fact in zip(rows, found, strict=True))
        return [review.line(store, *each) for each in zip(ids, contents, indexes, strict=True)]

    lines = await to_thread.run_sync(reviewed)
    failed = sum(1 for line in lines if line[3] == RowState.FAILED)
    async with work(store, SYSTEM) as unit:
        fresh = await Batch.filter(id=batch.id).select_for_update().get()
        if not _same_check(batch, fresh):
            raise _Superseded
        await insert_many("batch_row", COLUMNS, lines)
        await blacklist.note_hits(unit, hits(review.setting, ids, indexes, facts))
        fresh.checked_rows += len(lines)
        fresh.failed_rows += failed
        fresh.ok_rows += len(lines) - failed
        await fresh.save(update_fields=["checked_rows", "failed_rows", "ok_rows"])
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


def _same_check(begun: Batch, fresh: Batch) -> bool:
    """Whether the batch still waits for the check that was begun."""
    same = (begun.sheet_name, begun.chosen_columns) == (fresh.sheet_name, fresh.chosen_columns)
    return same and fresh.state == BatchState.CHECKING


def _indexes(ports: Ports, rows: Sequence[Content]) -> list[str]:
    return [identity_index(ports.store, found.row) for found in rows]


async def _finish(ports: Ports, begun: Batch, notices: Sequence[Problem]) -> None:
    batch_id = begun.id
    async with work(ports.store, SYSTEM) as unit:
        batch = await Batch.filter(id=batch_id).select_for_update().get()
        if not _same_check(begun, batch):
            return
        counts: Counter[str] = Counter()
        warned = 0
        sql = (
            "SELECT codes, state, COUNT(*) AS n FROM batch_row WHERE batch_id = ? AND codes <> '' GROUP BY codes, state"
        )
        for r in await fetch(sql, [batch_id]):
            counts.update(dict.fromkeys(r["codes"].split(","), r["n"]))
            warned += r["n"] if r["state"] == RowState.OK else 0
        counts.update(p.code for p in notices)
        batch.problem_counts = orjson.dumps(counts.most_common()).decode()
        batch.failure = orjson.dumps([asdict(p) for p in notices]).decode()
        batch.warning_rows = warned
        batch.state = checked_state(readable=True)
        await batch.save(update_fields=["problem_counts", "failure", "warning_rows", "state"])
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.checked", "batch", batch_id, company_id, 通过=batch.ok_rows, 有错=batch.failed_rows)
        text = f"共 {batch.total_rows} 行，{batch.ok_rows} 行通过，{batch.failed_rows} 行有错误"
        await notice.tell(unit, batch.creator_id, f"批次 {batch.number} 检查完成", text, f"/batch/{batch_id}")
        await unit.emit("live", {"topic": f"batch:{batch_id}", "message": {"changed": True}})


async def _fail(ports: Ports, batch: Batch, problems: Sequence[Problem]) -> None:
    async with work(ports.store, SYSTEM) as unit:
        await Batch.filter(id=batch.id, state=BatchState.CHECKING).update(
            state=checked_state(readable=False), failure=orjson.dumps([asdict(p) for p in problems]).decode()
        )
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.failed", "batch", batch.id, company_id, 原因=problems[0].message)
        await notice.tell(
            unit, batch.creator_id, f"批次 {batch.number} 无法导入", problems[0].message, f"/batch/{batch.id}"
        )
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


async def give_up(ports: Ports, batch_id: int) -> None:
    """Fails a batch whose check broke down again and again for a reason of ours."""
    batch = await Batch.get(id=batch_id)
    if batch.state == BatchState.CHECKING:
        await _fail(ports, batch, [_broken()])


def _broken() -> Problem:
    return Problem(
        "check_broken",
        "系统未能完成检查",
        "The check could not be completed",
        "请重新上传；若再次失败，请把批次号告诉管理员",
        "Upload it again; if it fails again, tell an administrator the batch number",
    )
