"""What happens to an entry after it was added: a new contract, leaving, papers; and showing a number in the open."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from db.models.roster import RosterDocument, RosterEntry, RosterProject
from db.transaction import work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.reason import stated
from domain.roster import DOCUMENT_LABELS, DocumentKind, EntryState, RosterAct
from services.ports import Ports
from services.roster.entry import NUMBER, PHONE, locked, note, today_of, within
from services.roster.write import share_file


class Shown(StrEnum):
    """A number that may be shown in the open."""

    ID_NUMBER = "id_number"
    PHONE = "phone"


async def renew(
    ports: Ports, actor: Actor, entry_id: int, start: date, end: date | None, file_id: int | None = None
) -> int:
    """Notes a new contract; an end of None is a contract without a fixed term.

    Refused: roster_left, contract_reversed, contract_not_later. Whether it is long enough is a finding, not a refusal:
    what was signed is what is noted.
    """
    actor.require("roster.write")
    async with work(ports.store, actor) as unit:
        entry = await locked(actor, entry_id)
        if end is not None and end < start:
            raise Refusal(_reversed(end))
        if entry.contract_start is not None and start.isoformat() <= entry.contract_start:
            raise Refusal(_not_later(entry.contract_start))
        before = f"{entry.contract_start or '无'} 至 {entry.contract_end or '无固定期限'}"
        if file_id is not None:
            await share_file(actor, file_id, entry.company_id)
        entry.contract_start, entry.contract_end = start.isoformat(), end.isoformat() if end else None
        entry.contract_file_id = file_id
        await entry.save(update_fields=["contract_start", "contract_end", "contract_file_id"])
        after = f"{entry.contract_start} 至 {entry.contract_end or '无固定期限'}"
        await note(unit, entry.id, RosterAct.RENEWED, 原合同=before, 新合同=after)
        await unit.audit("roster.renew", "roster_entry", entry.id, entry.company_id, 原合同=before, 新合同=after)
    return entry_id


async def leave(ports: Ports, actor: Actor, entry_id: int, day: date, reason: str) -> int:
    """Notes that somebody left. Refused: reason_needed, roster_left, leave_day."""
    actor.require("roster.write")
    why = stated(reason, "离场原因", "why the person left", "例如：合同到期", "For example: the contract ended")[:60]
    async with work(ports.store, actor) as unit:
        entry = await locked(actor, entry_id)
        if not entry.from_day <= day.isoformat() <= today_of(unit).isoformat():
            raise Refusal(_leave_day(entry.from_day, day))
        entry.state, entry.left_day, entry.left_reason = EntryState.LEFT, day.isoformat(), why
        await entry.save(update_fields=["state", "left_day", "left_reason"])
        await note(unit, entry.id, RosterAct.LEFT, 日期=day.isoformat(), 原因=why)
        await unit.audit("roster.leave", "roster_entry", entry.id, entry.company_id, 日期=day.isoformat(), 原因=why)
    return entry_id


async def attach(
    ports: Ports,
    actor: Actor,
    kind: DocumentKind,
    file_id: int,
    entry_id: int | None = None,
    project_id: int | None = None,
    expires: date | None = None,
) -> int:
    """Files a paper with an entry or a project (one of them). Answers its id. Refused: document_place, not_found."""
    actor.require("roster.write")
    if (entry_id is None) == (project_id is None):
        raise Refusal(_place())
    async with work(ports.store, actor) as unit:
        company_id = await _owner(actor, entry_id, project_id)
        await share_file(actor, file_id, company_id)
        row_id = unit.new_id()
        await RosterDocument.create(
            id=row_id,
            entry_id=entry_id,
            project_id=project_id,
            file_id=file_id,
            kind=kind.value,
            expires_day=expires.isoformat() if expires else None,
            created_at=unit.now,
        )
        label = DOCUMENT_LABELS[kind][0]
        until = expires.isoformat() if expires else "长期"
        if entry_id is not None:
            await note(unit, entry_id, RosterAct.ATTACHED, 材料=label, 有效期至=until)
        await unit.audit("roster.attach", "roster_document", row_id, company_id, 材料=label, 有效期至=until)
    return row_id


async def retire(ports: Ports, actor: Actor, document_id: int) -> int:
    """Takes a paper out of force; the file stays. Refused: not_found, document_retired."""
    actor.require("roster.write")
    async with work(ports.store, actor) as unit:
        paper = await RosterDocument.filter(id=document_id).select_for_update().first()
        if paper is None:
            raise Refusal(not_found("材料", "paper"))
        company_id = await _owner(actor, paper.entry_id, paper.project_id, what=("材料", "paper"))
        if paper.retired_at:
            raise Refusal(_retired())
        paper.retired_at = unit.now
        await paper.save(update_fields=["retired_at"])
        label = DOCUMENT_LABELS[DocumentKind(paper.kind)][0]
        if paper.entry_id is not None:
            await note(unit, paper.entry_id, RosterAct.RETIRED, 材料=label)
        await unit.audit("roster.retire", "roster_document", paper.id, company_id, 材料=label)
    return document_id


async def reveal(ports: Ports, actor: Actor, entry_id: int, field: Shown, reason: str) -> str | None:
    """A number in the open, for a stated reason, noted in the audit log before it is shown; None if there is none."""
    actor.require("person.reveal")
    actor.require("roster.read")
    why = stated(reason, "查看原因", "why you need to see it", "例如：核对合同", "For example: checking a contract")
    async with work(ports.store, actor) as unit:
        entry = await locked(actor, entry_id, active=False)
        await unit.audit("roster.reveal", "roster_entry", entry.id, entry.company_id, 字段=field.value, 原因=why)
    sealed = entry.number_sealed if field is Shown.ID_NUMBER else entry.phone_sealed
    return ports.store.vault.open_text(NUMBER if field is Shown.ID_NUMBER else PHONE, entry.id, sealed)


async def _owner(
    actor: Actor, entry_id: int | None, project_id: int | None, what: tuple[str, str] | None = None
) -> int:
    """The company of an entry or project in scope; refused as not found otherwise."""
    if entry_id is not None:
        company_id = await RosterEntry.filter(id=entry_id).first().values_list("company_id", flat=True)
        told = what or ("花名册人员", "roster entry")
    else:
        company_id = await RosterProject.filter(id=project_id).first().values_list("company_id", flat=True)
        told = what or ("项目", "project")
    if company_id is None or not await within(actor, int(company_id)):  # type: ignore[call-overload]
        raise Refusal(not_found(*told))
    return int(company_id)  # type: ignore[call-overload]


def _reversed(end: date) -> Problem:
    return Problem(
        "contract_reversed",
        "合同结束早于开始",
        "The contract ends before it starts",
        "请核对合同起止日期",
        "Check the days of the contract",
        field="contractEnd",
        value=end.isoformat(),
    )


def _not_later(former: str) -> Problem:
    return Problem(
        "contract_not_later",
        f"新合同须晚于原合同的开始日期 {former}",
        f"A new contract begins after the former one, which began on {former}",
        "要更正原合同请用修改",
        "To correct the former contract, edit the entry",
        field="contractStart",
        value=former,
    )


def _leave_day(from_day: str, day: date) -> Problem:
    return Problem(
        "leave_day",
        f"离场日期须在 {from_day} 至今天之间",
        f"The last day lies between {from_day} and today",
        "以后离场的，请到当天再登记；约定的结束日期可在修改中填写",
        "Record it when the day has come; an agreed end can be entered by editing",
        field="day",
        value=day.isoformat(),
    )


def _place() -> Problem:
    return Problem(
        "document_place",
        "材料须附在一名人员或一个项目上",
        "A paper belongs to one person or one project",
        "请选择人员或项目，不能同时选",
        "Choose a person or a project, not both",
        field="entryId",
    )


def _retired() -> Problem:
    return Problem(
        "document_retired", "该材料已停用", "This paper is no longer in force", "请刷新页面", "Reload the page"
    )
