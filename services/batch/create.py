"""Starting a batch from an uploaded file, and withdrawing it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson
from anyio import to_thread

from db.models.batch import Batch, BatchRow
from db.models.company import Company
from db.models.file import StoredFile
from db.scope import companies, company
from db.sql import fetch, locking, marks
from db.transaction import Work, once, work
from domain.actor import Actor, not_found
from domain.batch import BatchAct, BatchState, RowState, batch_number, batch_series, next_state
from domain.columns import ImportKind
from domain.errors import Problem, Refusal
from domain.period import BillingMonth
from domain.reason import stated
from services import approval, blacklist
from services.batch.lock import locked
from services.batch.mapping import wrong_choices
from services.batch.memory import remember_columns, remembered_columns
from services.batch.sheet import Wanted
from services.batch.upload import own_upload
from services.file import opened
from services.policy import book, unknown_city
from services.ports import Ports
from services.scheme import visible


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What a batch is made of. `month` is the declaration month; city and scheme fill what a row leaves empty.

    `sheet_name` and `columns` (header and field; an empty field: do not use) are the clerk's own choice, else both
    are guessed. `again` takes a file that was imported before.
    """

    kind: ImportKind
    company_id: int
    file_id: int
    month: int
    city_code: str | None = None
    scheme_id: int | None = None
    sheet_name: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    again: bool = False

    @property
    def chosen_columns(self) -> str | None:
        """The choice as the batch keeps it."""
        return orjson.dumps(dict(self.columns)).decode() if self.columns else None


async def create(ports: Ports, actor: Actor, new: NewBatch, key: str) -> int:
    """Makes the batch and leaves its check to the worker. Answers the batch's id."""
    actor.require("batch.create")
    owner = await _served(ports, actor, new)
    file = await own_upload(actor, new.file_id)
    raw = await opened(ports, file.id)
    origin = await to_thread.run_sync(ports.sheets.origin, raw)
    wanted = Wanted(new.kind, new.sheet_name, dict(new.columns), await remembered_columns(owner.id, new.kind))
    wrong = await wrong_choices(ports, raw, file.name, wanted, new.columns)

    async def run(unit: Work) -> int:
        owner = await company(actor, new.company_id)
        if wrong:
            raise Refusal(*wrong)
        await _refuse_error_workbook(actor, origin)
        city_code = new.city_code or owner.city_code
        if city_code and city_code not in (await book(ports.store)).cities():
            raise Refusal(unknown_city(city_code))
        if new.scheme_id and new.scheme_id not in {s.id for s in await visible(actor, owner.id)}:
            raise Refusal(not_found("方案", "scheme").at(field="schemeId"))
        sequence = await unit.next_number(batch_series(ImportKind(new.kind), new.month))
        if not new.again:
            await _refuse_repetition(unit, new, file.sha256)
        row_id = unit.new_id()
        number = batch_number(new.kind, BillingMonth.of(new.month), sequence)
        await Batch.create(
            id=row_id,
            number=number,
            kind=new.kind,
            company_id=owner.id,
            city_code=city_code,
            scheme_id=new.scheme_id,
            month=new.month,
            state="checking",
            creator_id=actor.staff_id,
            file_id=file.id,
            columns="[]",
            problem_counts="[]",
            sheet_name=new.sheet_name,
            chosen_columns=new.chosen_columns,
            created_at=unit.now,
        )
        await remember_columns(unit, owner.id, new.kind, dict(new.columns))
        # From here on the file belongs to the company, so that colleagues who see the company can open it.
        await StoredFile.filter(id=file.id).update(company_id=owner.id)
        await unit.audit("batch.create", "batch", row_id, owner.id, 批次=number, 文件=file.name)
        await unit.emit("batch.check", {"batch": row_id})
        return row_id

    return await once(ports.store, actor, "batch.create", key, asdict(new), run)


async def _refuse_error_workbook(actor: Actor, origin: str | None) -> None:
    """An error workbook whose batch still takes corrections is joined to it and makes no second batch."""
    if origin is None:
        return
    batch = await Batch.get_or_none(number=origin)
    if batch is None or batch.state != BatchState.CHECKED:
        return
    if not await Batch.filter(companies(actor, "company__"), id=batch.id).exists():
        raise Refusal(not_found("批次", "batch").at(field="fileId"))
    raise Refusal(_belongs_to(origin))


async def _refuse_repetition(unit: Work, new: NewBatch, sha256: str) -> None:
    """The newest rows are read: two uploads of one file at the same moment meet here, at the series' lock."""
    over = (BatchState.WITHDRAWN, BatchState.FAILED, BatchState.REJECTED)
    found = await fetch(
        f"SELECT batch.number FROM batch JOIN stored_file ON stored_file.id = batch.file_id "
        f"WHERE batch.company_id = ? AND batch.kind = ? AND batch.month = ? AND batch.state NOT IN ({marks(over)}) "
        f"AND stored_file.sha256 = ? ORDER BY batch.id DESC LIMIT 1{locking(unit.connection)}",
        [new.company_id, new.kind.value, new.month, *over, sha256],
    )
    if found:
        raise Refusal(_imported_before(found[0]["number"]))


async def _served(ports: Ports, actor: Actor, new: NewBatch) -> Company:
    """The company, unless it is on the blacklist; its people may be stopped even then."""
    owner = await company(actor, new.company_id)
    if new.kind != ImportKind.TERMINATE:
        await blacklist.refuse_company(ports, actor, owner)
    return owner


async def withdraw(ports: Ports, actor: Actor, batch_id: int, reason: str) -> int:
    """Takes a batch back before it went to the bureau; its rows and approval go with it."""
    actor.require("batch.create")
    why = stated(reason, "撤回原因", "why it is withdrawn", "撤回后不能恢复，可重新导入", "It can be imported again")
    async with work(ports.store, actor) as unit:
        batch = await locked(actor, batch_id)
        batch.state = next_state(BatchState(batch.state), BatchAct.WITHDRAW)
        await batch.save(update_fields=["state"])
        waiting = [RowState.OK, RowState.CONFIRMED]
        await BatchRow.filter(batch_id=batch.id, state__in=waiting).update(state=RowState.WITHDRAWN)
        await approval.withdraw(unit, "batch", batch.id)
        await unit.audit("batch.withdraw", "batch", batch.id, batch.company_id, 原因=why)  # type: ignore[attr-defined]
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
    return batch_id


def _belongs_to(number: str) -> Problem:
    return Problem(
        "error_workbook_of_batch",
        f"这是批次 {number} 的错误表，不能另建批次",
        f"This is the error workbook of batch {number}; it makes no batch of its own",
        f"请打开批次 {number}，用“上传更正后的错误表”并入；要另外导入，请先撤回或确认该批次",
        f"Open batch {number} and join the corrected workbook there, or confirm or withdraw that batch first",
        field="fileId",
        value=number,
    )


def _imported_before(number: str) -> Problem:
    return Problem(
        "file_already_imported",
        f"这个文件本月已经导入过，批次 {number}",
        f"This file was imported for this month before, as batch {number}",
        "请先查看该批次；确需再导入一次，请选择“仍要导入”",
        "Look at that batch first; to import the file once more, say so (again: true)",
        field="fileId",
        value=number,
    )
