"""Entering people and companies, one by one or from a sheet, and extending entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from anyio import to_thread

from db.clock import business_day
from db.models.blacklist import BlacklistEntry
from db.models.file import StoredFile
from db.scope import company, company_sql
from db.sql import execute_many, fetch, marks
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.blacklist import COUNTING, EFFECT_LABELS, SUBJECT_LABELS, CheckedEntry, NewEntry, Subject, check_entry
from domain.blacklist_sheet import read_entries
from domain.errors import Problem, Refusal, has_errors, invalid
from domain.reason import stated
from services import file
from services.blacklist.match import digest
from services.ports import Ports

NUMBER = "blacklist_entry.number"


async def add(
    ports: Ports, actor: Actor, new: NewEntry, company_id: int | None = None, evidence_file_id: int | None = None
) -> int:
    """Adds an entry. Without a company it is everyone's, which only somebody who sees everything may say.

    Refused: those of `check_entry`, blacklist_duplicate, not_found. Answers the entry's id.
    """
    actor.require("blacklist.write")
    checked = check_entry(new, business_day(ports.store.clock()))
    if has_errors(checked.problems):
        raise Refusal(*checked.problems)
    async with work(ports.store, actor) as unit:
        await _may_write(actor, company_id)
        if evidence_file_id is not None:
            await file.row(actor, evidence_file_id)
            if company_id is not None:
                owned = StoredFile.filter(id=evidence_file_id, company_id=None, owner_id=actor.staff_id)
                await owned.update(company_id=company_id)
        (entry_id,) = await _insert(ports, unit, [(0, checked)], company_id, evidence_file_id)
        kind, effect = SUBJECT_LABELS[new.subject][0], EFFECT_LABELS[checked.effect][0]
        await unit.audit("blacklist.add", "blacklist", entry_id, company_id, 对象=kind, 处理=effect)
    return entry_id


async def import_entries(ports: Ports, actor: Actor, file_id: int, company_id: int | None = None) -> list[int]:
    """Adds every row of a sheet, or none: refused with the problems of all rows. Answers the new ids in the order of
    the sheet. The file stays as the evidence of its entries."""
    actor.require("blacklist.write")
    stored = await StoredFile.get_or_none(id=file_id, owner_id=actor.staff_id, purpose="upload")
    if stored is None:
        raise Refusal(not_found("文件", "file").at(field="fileId"))
    raw, today = await file.opened(ports, stored.id), business_day(ports.store.clock())
    checked, problems = await to_thread.run_sync(_read, ports, raw, stored.name, today)
    if has_errors(problems):
        raise Refusal(*problems)
    async with work(ports.store, actor) as unit:
        await _may_write(actor, company_id)
        ids = await _insert(ports, unit, checked, company_id, stored.id)
        await unit.audit("blacklist.import", "blacklist", ids[0], company_id, 文件=stored.name, 条数=len(ids))
    return ids


async def extend(ports: Ports, actor: Actor, entry_id: int, to_day: date | None, reason: str) -> int:
    """Moves the last day of an entry that still counts further out (None: until it is released)."""
    actor.require("blacklist.write")
    why = stated(reason, "延期原因", "why it is extended", "例如：欠款仍未结清", "For example: the debt is still open")
    async with work(ports.store, actor) as unit:
        entry = await locked(actor, entry_id)
        if entry.state not in COUNTING:
            raise Refusal(released_already())
        today = business_day(unit.now)
        former = entry.to_day
        if former is None or (to_day is not None and (to_day <= date.fromisoformat(former) or to_day < today)):
            raise Refusal(_not_longer(former))
        entry.to_day = None if to_day is None else to_day.isoformat()
        await entry.save(update_fields=["to_day"])
        until = entry.to_day or "长期"
        await unit.audit(
            "blacklist.extend", "blacklist", entry.id, entry.company_id, 原截止日=former, 截止日=until, 原因=why
        )
    return entry_id


async def locked(actor: Actor, entry_id: int) -> BlacklistEntry:
    """The entry, locked until the commit, if the actor may change it: everyone's entries need an unlimited scope."""
    entry = await BlacklistEntry.filter(id=entry_id).select_for_update().first()
    if entry is None:
        raise Refusal(not_found("黑名单记录", "blacklist entry"))
    if entry.company_id is None:
        if actor.scope is not None:
            raise Refusal(not_found("黑名单记录", "blacklist entry"))
        return entry
    condition, values = company_sql(actor, "id")
    if not await fetch(f"SELECT id FROM company WHERE id = ? AND {condition}", [entry.company_id, *values]):
        raise Refusal(not_found("黑名单记录", "blacklist entry"))
    return entry


async def _may_write(actor: Actor, company_id: int | None) -> None:
    if company_id is not None:
        await company(actor, company_id)
    elif actor.scope is not None:
        raise Refusal(invalid("companyId", "请选择公司", "Choose a company"))


async def _insert(
    ports: Ports,
    unit: Work,
    checked: list[tuple[int, CheckedEntry]],
    company_id: int | None,
    evidence_file_id: int | None,
) -> list[int]:
    """Writes the entries; refused with blacklist_duplicate for every one that counts already."""
    store, today = unit.store, business_day(unit.now).isoformat()
    indexes = [digest(store, e.new.subject, e.number, e.name, e.new.birth) for _, e in checked]
    taken = await _standing([i for i in indexes if i], company_id)
    again = [row_no for (row_no, _), index in zip(checked, indexes, strict=True) if index in taken]
    if again:
        raise Refusal(*(_duplicate().at(row=row_no or None) for row_no in again))
    ids = list(store.ids.block(len(checked)))
    lines = []
    for row_id, index, (_, entry) in zip(ids, indexes, checked, strict=True):
        new = entry.new
        # Somebody without a number keeps the day of birth there, sealed as well, to be shown with the entry.
        told = entry.number or (new.birth.isoformat() if new.birth else None)
        sealed = store.vault.seal_text(NUMBER, row_id, told)
        first = new.from_day.isoformat() if new.from_day else today
        last = new.to_day.isoformat() if new.to_day else None
        effect, reason = entry.effect.value, new.reason.strip()
        lines.append(
            (
                *(row_id, new.subject.value, entry.name, sealed, index, company_id, effect, reason, first, last),
                *(evidence_file_id, "active", unit.actor.staff_id, unit.now, 0),
            )
        )
    await execute_many(f"INSERT INTO blacklist_entry ({', '.join(_COLUMNS)}) VALUES ({marks(_COLUMNS)})", lines)
    return ids


_COLUMNS = [
    "id",
    "subject",
    "name",
    "number_sealed",
    "number_index",
    "company_id",
    "effect",
    "reason",
    "from_day",
    "to_day",
    "evidence_file_id",
    "state",
    "created_by_id",
    "created_at",
    "released_at",
]


async def _standing(indexes: list[str], company_id: int | None) -> set[str]:
    if not indexes:
        return set()
    whose, owner = ("company_id IS NULL", []) if company_id is None else ("company_id = ?", [company_id])
    states = [state.value for state in COUNTING]
    rows = await fetch(
        f"SELECT number_index FROM blacklist_entry WHERE number_index IN ({marks(indexes)}) "
        f"AND state IN ({marks(states)}) AND {whose}",
        [*indexes, *states, *owner],
    )
    return {r["number_index"] for r in rows}


def _read(ports: Ports, raw: bytes, name: str, today: date) -> tuple[list[tuple[int, CheckedEntry]], list[Problem]]:
    """The rows of a sheet, checked, and what is wrong with them; off the event loop."""
    rows = read_entries([(sheet.rows, sheet.first_row) for sheet in ports.sheets.read(raw, name)])
    checked = [(row_no, check_entry(new, today)) for row_no, new in rows]
    problems = [p.at(row=row_no) for row_no, entry in checked for p in entry.problems]
    return checked, problems + _repeated(ports, checked)


def _repeated(ports: Ports, checked: list[tuple[int, CheckedEntry]]) -> list[Problem]:
    """A problem for every row that means the same person or company as an earlier one."""
    first: dict[str, int] = {}
    problems = []
    for row_no, entry in checked:
        index = digest(ports.store, entry.new.subject, entry.number, entry.name, entry.new.birth)
        key = index or (f"name:{entry.name}" if entry.new.subject is Subject.COMPANY else None)
        if key is not None and first.setdefault(key, row_no) != row_no:
            told = f"与第 {first[key]} 行是同一对象，重复"
            problems.append(replace(_duplicate(), message=told, message_en=f"The same as row {first[key]}", row=row_no))
    return problems


def _duplicate() -> Problem:
    return Problem(
        "blacklist_duplicate",
        "该对象在黑名单中已有生效的记录",
        "There is an entry for this subject already",
        "请查找原记录，需要时延期或补充",
        "Look up the entry and extend it",
        field="number",
    )


def released_already() -> Problem:
    """The refusal of changing an entry that was released."""
    return Problem(
        "blacklist_released",
        "该记录已解除",
        "This entry has been released",
        "需要时请重新添加",
        "Add a new entry if it is needed",
    )


def _not_longer(former: str | None) -> Problem:
    told = f"原截止日为 {former}" if former else "该记录本来就长期有效"
    return Problem(
        "blacklist_not_longer",
        f"延期须晚于原截止日：{told}",
        f"An extension ends later than before ({former or 'it has no end'})",
        "请填写更晚的日期；要提前结束请走解除",
        "Give a later day; to end it earlier, release it",
        field="toDay",
    )
