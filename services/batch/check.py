"""The worker's check of an uploaded file: read, map, precheck, review, and write row by row with live progress.

May be killed and run again at any point: rows are written in file order, a chunk a transaction, and a second run
goes on after the last row written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import orjson
from anyio import to_thread

from db.clock import business_day
from db.models.batch import Batch
from db.models.company import Company
from db.scope import company as company_in_scope
from db.sql import fetch, fetch_value, insert_many, make_room
from db.transaction import work
from domain.actor import Actor
from domain.batch import BatchState, RowState, checked_state
from domain.columns import (
    CellValue,
    ColumnMapping,
    ImportKind,
    column_of,
    find_header,
    header_names,
    map_columns,
    mapping_notices,
    missing_required,
)
from domain.compliance import review_enroll, review_terminate
from domain.errors import Problem, Refusal, Severity
from domain.period import BillingMonth
from domain.precheck import CheckedRow, DuplicateFinder, PrecheckContext, iter_rows, precheck_row
from services import file, notice
from services.batch import content
from services.batch.create import NewBatch
from services.batch.facts import (
    NOBODY,
    Known,
    QuickBook,
    Setting,
    enroll_facts,
    identity_index,
    known,
    terminate_facts,
)
from services.policy import book
from services.ports import Ports, RawSheet
from services.scheme import visible
from services.staff import SYSTEM
from services.staff import actor as actor_by_id

CHUNK = 2000
"""Rows that are checked and written at a time; whoever watches hears of every chunk."""

_MOST_CODES = 390
_COLUMNS = ("id", "batch_id", "row_no", "state", "person_name", "codes", "content_sealed", "identity_index")
_CODES = """
SELECT codes, state, COUNT(*) AS n FROM batch_row WHERE batch_id = ? AND codes <> ''
GROUP BY codes, state ORDER BY MIN(row_no)
"""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The sheet that was chosen, how its columns are understood, and the rows of it that are people, still unread."""

    mapping: tuple[ColumnMapping, ...]
    people: list[tuple[int, Sequence[CellValue]]]
    notices: tuple[Problem, ...]
    context: PrecheckContext


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
    setting = await _setting(ports, batch)
    raw = await file.opened(ports, batch.file_id)
    name = (await _file_name(batch.file_id)) or "upload"
    try:
        sheet = await to_thread.run_sync(_read, ports, setting, raw, name, business_day(ports.store.clock()))
    except Refusal as refusal:
        await _fail(ports, batch, refusal.problems)
        return
    done = int(await fetch_value("SELECT COALESCE(MAX(row_no), 0) FROM batch_row WHERE batch_id = ?", [batch_id]))
    columns = orjson.dumps([asdict(m) for m in sheet.mapping]).decode()
    await Batch.filter(id=batch_id).update(total_rows=len(sheet.people), columns=columns)
    await make_room()
    async for rows in _chunks(sheet):
        rest = [row for row in rows if row.row_no > done]
        if rest:
            await _write(ports, setting, sheet.mapping, rest)
    await _finish(ports, batch_id, sheet.notices)


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
    )
    setting = await _setting(ports, batch)
    sheet = await to_thread.run_sync(_read, ports, setting, raw, name, business_day(ports.store.clock()))
    found: list[CheckedRow] = []
    async for rows in _chunks(sheet):
        indexes = [identity_index(ports.store, row) for row in rows]
        facts = await known(setting, indexes)
        found += (
            _review(setting, sheet.mapping, r, facts.get(i, NOBODY)).row for r, i in zip(rows, indexes, strict=True)
        )
    return Rehearsal(found, sheet.notices)


async def _setting(ports: Ports, batch: Batch) -> Setting:
    creator = await actor_by_id(batch.creator_id) or SYSTEM
    company = await Company.get(id=batch.company_id)  # type: ignore[attr-defined]
    schemes = await visible(creator, company.id)
    default = next((s for s in schemes if s.id == batch.scheme_id), None)
    policies = QuickBook(await book(ports.store))
    return Setting(batch, company, policies, {s.name: s for s in schemes}, default)


async def _file_name(file_id: int) -> str | None:
    name: str | None = await fetch_value("SELECT name FROM stored_file WHERE id = ?", [file_id])
    return name


def _read(ports: Ports, setting: Setting, raw: bytes, name: str, today: date) -> _Sheet:
    """Opens the file, finds the header and the rows that are people; off the event loop."""
    kind = ImportKind(setting.batch.kind)
    sheet, header = _choose(ports.sheets.read(raw, name), kind)
    headers, first = header_names(sheet.rows, header, kind)
    mapping = map_columns(headers, kind)
    missing = missing_required(mapping, kind)
    if missing:
        raise Refusal(*missing)
    context = PrecheckContext(
        kind=kind,
        today=today,
        declaration_month=BillingMonth.of(setting.batch.month),
        book=setting.book,
        default_city_code=setting.batch.city_code,
        default_scheme=setting.default_scheme.name if setting.default_scheme else None,
        scheme_names=frozenset(setting.schemes),
    )
    notices: list[Problem] = list(mapping_notices(mapping, kind))
    people = list(iter_rows(sheet.rows, first, sheet.first_row, notices))
    if not people:
        raise Refusal(_no_rows())
    return _Sheet(mapping, people, tuple(notices), context)


async def _chunks(sheet: _Sheet) -> AsyncIterator[list[CheckedRow]]:
    """The rows as they were read and prechecked, some at a time, off the event loop. The sheet is used up by it."""
    duplicates = DuplicateFinder(next((m.header for m in sheet.mapping if m.field == "id_number"), None))
    context, mapping, people = sheet.context, sheet.mapping, sheet.people
    people.reverse()

    def next_rows() -> list[CheckedRow]:
        taken = [people.pop() for _ in range(min(CHUNK, len(people)))]
        return [duplicates.check(precheck_row(cells, mapping, row_no, context)) for row_no, cells in taken]

    while people:
        yield await to_thread.run_sync(next_rows)


def _choose(sheets: Sequence[RawSheet], kind: ImportKind) -> tuple[RawSheet, int]:
    """The first sheet that has a header of this import."""
    for sheet in sheets:
        header = find_header(sheet.rows, kind)
        if header is not None:
            return sheet, header
    raise Refusal(_no_header([s.name for s in sheets]))


async def _write(ports: Ports, setting: Setting, mapping: tuple[ColumnMapping, ...], rows: list[CheckedRow]) -> None:
    """Reviews a chunk against the database and writes it with the batch's progress, in one transaction."""
    store, batch = ports.store, setting.batch
    indexes = await to_thread.run_sync(_indexes, ports, rows)
    facts = await known(setting, indexes)
    ids = store.ids.block(len(rows))

    def reviewed() -> list[tuple]:
        found = (facts.get(index, NOBODY) for index in indexes)
        contents = (_review(setting, mapping, row, fact) for row, fact in zip(rows, found, strict=True))
        return [_line(ports, batch.id, *each) for each in zip(ids, contents, indexes, strict=True)]

    lines = await to_thread.run_sync(reviewed)
    failed = sum(1 for line in lines if line[3] == RowState.FAILED)
    async with work(store, SYSTEM) as unit:
        await insert_many("batch_row", _COLUMNS, lines)
        fresh = await Batch.filter(id=batch.id).select_for_update().get()
        fresh.checked_rows += len(lines)
        fresh.failed_rows += failed
        fresh.ok_rows += len(lines) - failed
        await fresh.save(update_fields=["checked_rows", "failed_rows", "ok_rows"])
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


def _indexes(ports: Ports, rows: Sequence[CheckedRow]) -> list[str]:
    return [identity_index(ports.store, row) for row in rows]


def _line(ports: Ports, batch_id: int, row_id: int, reviewed: content.Content, index: str) -> tuple:
    """A reviewed row as it is written (_COLUMNS)."""
    row = reviewed.row
    state = RowState.OK if row.ok else RowState.FAILED
    codes = ",".join(dict.fromkeys(p.code for p in row.problems))
    sealed = content.seal(ports.store.vault, row_id, reviewed)
    return (row_id, batch_id, row.row_no, state.value, row.name[:120], codes[:_MOST_CODES], sealed, index)


def _review(setting: Setting, mapping: tuple[ColumnMapping, ...], row: CheckedRow, fact: Known) -> content.Content:
    """Adds what compliance says, at the user's own columns."""
    if setting.batch.kind == ImportKind.TERMINATE:
        found = review_terminate(row, terminate_facts(setting, fact)) if row.id_number else []
        extra = [p.at(column=_header(mapping, p.field)) for p in found]
        return content.Content(replace(row, problems=(*row.problems, *extra)), frozenset())
    facts = enroll_facts(setting, row, fact)
    extra = [p.at(column=_header(mapping, p.field)) for p in review_enroll(row, facts)]
    chosen = facts.choice.housing_rate_ppm
    if extra or chosen != row.housing_rate_ppm:
        row = replace(row, housing_rate_ppm=chosen, problems=(*row.problems, *extra))
    return content.Content(row, facts.kinds)


async def _finish(ports: Ports, batch_id: int, notices: Sequence[Problem]) -> None:
    async with work(ports.store, SYSTEM) as unit:
        batch = await Batch.filter(id=batch_id).select_for_update().get()
        if batch.state != BatchState.CHECKING:
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
        await batch.save()
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


def _no_header(names: Sequence[str]) -> Problem:
    seen = "、".join(names) or "(无)"
    return Problem(
        "header_missing",
        f"没有找到表头行；查看过的工作表：{seen}",
        f"No header row was found; sheets looked at: {seen}",
        "表头须含“姓名”和“证件号码”等列，可下载模板参考",
        "The header needs columns such as 姓名 and 证件号码; download the template to see",
        severity=Severity.ERROR,
    )


def _no_rows() -> Problem:
    return Problem(
        "rows_missing",
        "表头下面没有人员数据",
        "There are no people below the header",
        "请填写至少一行后重新上传",
        "Fill in at least one row and upload again",
    )


def _header(mapping: tuple[ColumnMapping, ...], field: str | None) -> str | None:
    column = column_of(mapping, field)
    return column.header if column else None
