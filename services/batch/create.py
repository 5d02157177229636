"""Starting a batch from an uploaded file, and withdrawing it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from db.models.approval import Approval
from db.models.batch import Batch, BatchRow
from db.models.file import StoredFile
from db.scope import company
from db.transaction import Work, once, work
from domain.actor import Actor, not_found
from domain.approval import ApprovalState
from domain.batch import BatchAct, BatchState, RowState, batch_number, next_state
from domain.columns import ImportKind
from domain.errors import Refusal
from domain.period import BillingMonth
from domain.reason import stated
from services.batch.lock import locked
from services.policy import book, unknown_city
from services.ports import Ports
from services.scheme import visible


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What a batch is made of. `month` is the declaration month; city and scheme fill what a row leaves empty."""

    kind: ImportKind
    company_id: int
    file_id: int
    month: int
    city_code: str | None = None
    scheme_id: int | None = None


async def create(ports: Ports, actor: Actor, new: NewBatch, key: str) -> int:
    """Makes the batch and leaves its check to the worker. Answers the batch's id."""
    actor.require("batch.create")

    async def run(unit: Work) -> int:
        owner = await company(actor, new.company_id)
        file = await StoredFile.get_or_none(id=new.file_id, owner_id=actor.staff_id, purpose="upload")
        if file is None:
            raise Refusal(not_found("文件", "file").at(field="fileId"))
        city_code = new.city_code or owner.city_code
        if city_code and city_code not in (await book(ports.store)).cities():
            raise Refusal(unknown_city(city_code))
        if new.scheme_id and new.scheme_id not in {s.id for s in await visible(actor, owner.id)}:
            raise Refusal(not_found("方案", "scheme").at(field="schemeId"))
        sequence = await unit.next_number(f"batch:{new.kind}:{new.month}")
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
            created_at=unit.now,
        )
        # From here on the file belongs to the company, so that colleagues who see the company can open it.
        await StoredFile.filter(id=file.id).update(company_id=owner.id)
        await unit.audit("batch.create", "batch", row_id, owner.id, 批次=number, 文件=file.name)
        await unit.emit("batch.check", {"batch": row_id})
        return row_id

    return await once(ports.store, actor, "batch.create", key, asdict(new), run)


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
        await Approval.filter(business="batch", subject_id=batch.id, state=ApprovalState.PENDING).update(
            state=ApprovalState.WITHDRAWN, decided_at=unit.now
        )
        await unit.audit("batch.withdraw", "batch", batch.id, batch.company_id, 原因=why)  # type: ignore[attr-defined]
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
    return batch_id
