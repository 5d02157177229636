"""Asking for an export, calling it off, and following it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.models.preference import ExportJob
from db.sql import execute, fetch, fetch_value, locking, marks
from db.transaction import Store, Work, once, work
from domain import export as rules
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal, restored
from domain.export import ExportState
from domain.listing import listing
from services.export.desk import Desk
from services.export.lists import EXPORTS
from services.export.table import Table, readable
from services.paging import Page, Window, page_of
from services.ports import Ports

_PARCEL = "export_job.search"
_SEARCH = "search"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export of one's own. `total` is -1 where nobody knows it yet; `failure` says why there is no file."""

    id: int
    staff_id: int
    list_name: str
    state: str
    total: int
    done_rows: int
    file_id: int | None
    failure: tuple[Problem, ...]
    created_at: int
    ended_at: int


async def start(
    ports: Ports, actor: Actor, name: str, given: Mapping[str, Any], columns: Sequence[str], key: str
) -> int:
    """Has a list exported in the background; answers the export's id.

    `given` are the list's conditions by name, ids as row ids; no `columns` means all of them. Refused: list_unknown,
    export_list, forbidden, export_filter, export_column, export_too_large, export_busy.
    """
    table = _table(name)
    actor.require(listing(name).permission)
    wanted = readable(table, given)
    known = [c.name for c in table.columns]
    for column in columns:
        if column not in known:
            raise Refusal(rules.column_unknown(column, known))
    async for chunk in table.read(Desk(ports, actor), wanted, 1):
        if chunk.total > rules.MOST_ROWS:
            raise Refusal(rules.too_many_rows(chunk.total))
        break

    async def run(unit: Work) -> int:
        # One by one for each person, so that nobody starts a fourth by asking twice at once.
        await fetch(f"SELECT id FROM staff WHERE id = ?{locking(unit.connection)}", [actor.staff_id])
        open_now = await fetch_value(
            f"SELECT COUNT(*) FROM export_job WHERE staff_id = ? AND state IN ({marks(rules.OPEN)})",
            [actor.staff_id, *rules.OPEN],
        )
        if int(open_now) >= rules.MOST_RUNNING:
            raise Refusal(rules.too_many_running())
        row_id = unit.new_id()
        await ExportJob.create(
            id=row_id,
            staff_id=actor.staff_id,
            list_name=name,
            query=_kept(ports.store, row_id, given),
            columns=orjson.dumps([c for c in known if c in columns] if columns else known).decode(),
            state=ExportState.WAITING,
            total=-1,
            created_at=unit.now,
        )
        await unit.audit("export.start", "export_job", row_id, None, 列表=listing(name).label)
        await unit.emit("export.run", {"export": row_id})
        return row_id

    digest = {"list": name, "filter": dict(given), "columns": list(columns)}
    return await once(ports.store, actor, "export.start", key, digest, run)


async def cancel(ports: Ports, actor: Actor, export_id: int) -> int:
    """Calls off an export of one's own that has not ended. Refused: not_found, export_ended."""
    async with work(ports.store, actor) as unit:
        job = await ExportJob.filter(id=export_id, staff_id=actor.staff_id).select_for_update().first()
        if job is None:
            raise Refusal(not_found("导出", "export"))
        if job.state not in rules.OPEN:
            raise Refusal(rules.not_open(ExportState(job.state)))
        job.state, job.ended_at, job.query = ExportState.CANCELLED, unit.now, "{}"
        await job.save(update_fields=["state", "ended_at", "query"])
        await unit.audit("export.cancel", "export_job", job.id, None, 列表=listing(job.list_name).label)
        await unit.emit("live", {"topic": f"export:{job.id}", "message": {"changed": True}})
    return export_id


async def mine(actor: Actor, window: Window) -> Page[ExportRow]:
    """One's own exports, newest first."""
    total = int(await fetch_value("SELECT COUNT(*) FROM export_job WHERE staff_id = ?", [actor.staff_id]))
    before = window.before_id or 2**63 - 1
    rows = await fetch(
        "SELECT * FROM export_job WHERE staff_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        [actor.staff_id, before, window.first + 1],
    )
    return page_of([_row(r) for r in rows], window, total)


async def one(actor: Actor, export_id: int) -> ExportRow:
    """An export of one's own; refused as not found otherwise."""
    rows = await fetch("SELECT * FROM export_job WHERE id = ? AND staff_id = ?", [export_id, actor.staff_id])
    if not rows:
        raise Refusal(not_found("导出", "export"))
    return _row(rows[0])


async def watch(ports: Ports, actor: Actor, export_id: int) -> AsyncIterator[ExportRow]:
    """The export now and after every change, until it has ended."""
    async with ports.bus.listen(f"export:{export_id}") as messages:
        found = await one(actor, export_id)
        yield found
        if found.state not in rules.OPEN:
            return
        async for _ in messages:
            found = await one(actor, export_id)
            yield found
            if found.state not in rules.OPEN:
                return


async def progress(ports: Ports, export_id: int, total: int, done: int) -> bool:
    """Notes how far an export is; False when it has ended meanwhile (somebody called it off)."""
    await execute(
        "UPDATE export_job SET total = ?, done_rows = ? WHERE id = ? AND state = 'running'", [total, done, export_id]
    )
    state = await fetch_value("SELECT state FROM export_job WHERE id = ?", [export_id])
    await ports.bus.publish(f"export:{export_id}", {"changed": True})
    return bool(state == ExportState.RUNNING)


def conditions(store: Store, job: ExportJob) -> dict[str, Any]:
    """The conditions of an export as they were given."""
    kept: dict[str, Any] = orjson.loads(job.query)
    sealed = kept.pop("sealed", None)
    if sealed is not None:
        kept[_SEARCH] = store.vault.open(_PARCEL, job.id, b64decode(sealed)).decode()
    return kept


def _kept(store: Store, row_id: int, given: Mapping[str, Any]) -> str:
    """The conditions as JSON; what was searched for may be an ID number or a phone, so it lies sealed."""
    plain = {name: value for name, value in given.items() if name != _SEARCH}
    searched = given.get(_SEARCH)
    if searched:
        plain["sealed"] = b64encode(store.vault.seal(_PARCEL, row_id, str(searched).encode())).decode()
    return orjson.dumps(plain).decode()


def _table(name: str) -> Table:
    listing(name)
    if name not in EXPORTS:
        raise Refusal(rules.not_exported(name, EXPORTS))
    return EXPORTS[name]


def _row(r: dict[str, Any]) -> ExportRow:
    values = {name: r[name] for name in ExportRow.__dataclass_fields__}
    values["failure"] = tuple(restored(p) for p in orjson.loads(r["failure"] or "[]"))
    return ExportRow(**values)
