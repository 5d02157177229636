"""Contracts, the same for suppliers and clients: entered, renewed, ended early; the days are those of domain/contract.

Whoever calls has checked permission and scope, and passes the open transaction along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.clock import business_day
from db.sql import execute, fetch, insert_many, locking, marks
from db.transaction import Work
from domain.actor import not_found
from domain.contract import NewContract, Span, check, check_renewal, overlapping
from domain.errors import Problem, Refusal, has_errors
from services import file
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Party:
    """Whose contracts they are: table, the column of the other side, and the column that the note is kept in."""

    table: str
    owner: str
    note: str
    purpose: str
    has_fee: bool


SUPPLIER = Party("supplier_contract", "supplier_id", "note", "supplier", False)
COMPANY = Party("company_contract", "company_id", "terms", "company_contract", True)


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract; `renewed_by_id` is the contract that renews it, `ended_at` the instant it was ended early (0: no)."""

    id: int
    owner_id: int
    number: str
    from_day: date
    to_day: date | None
    note: str
    fee_fen: int
    file_id: int | None
    renews_id: int | None
    renewed_by_id: int | None
    ended_at: int

    def span(self) -> Span:
        """Its days."""
        return Span(self.id, self.number, self.from_day, self.to_day, self.ended_at > 0)


@dataclass(frozen=True, slots=True)
class Saved:
    """The id of what was saved, whose it is, and warnings that did not stop it."""

    id: int
    owner_id: int
    warnings: tuple[Problem, ...] = ()


def today(ports: Ports) -> date:
    """The day by which people look at contracts."""
    return business_day(ports.store.clock())


async def of_owners(party: Party, owner_ids: Sequence[int], suffix: str = "") -> list[list[ContractRow]]:
    """The contracts of each owner, the latest first. The caller has checked that the owners may be seen."""
    if not owner_ids:
        return []
    sql = (
        f"SELECT c.*, (SELECT MIN(n.id) FROM {party.table} n WHERE n.renews_id = c.id AND n.ended_at = 0) "
        f"AS renewed_by FROM {party.table} c WHERE c.{party.owner} IN ({marks(owner_ids)}) "
        f"ORDER BY c.from_day DESC, c.id DESC{suffix}"
    )
    found: dict[int, list[ContractRow]] = {}
    for r in await fetch(sql, list(owner_ids)):
        found.setdefault(r[party.owner], []).append(row(party, r))
    return [found.get(i, []) for i in owner_ids]


async def owner_of(party: Party, contract_id: int) -> int:
    """Whose contract it is; refused as not found where there is none."""
    rows = await fetch(f"SELECT {party.owner} AS o FROM {party.table} WHERE id = ?", [contract_id])
    if not rows:
        raise Refusal(not_found("合同", "contract"))
    return int(rows[0]["o"])


async def add(unit: Work, party: Party, owner_id: int, new: NewContract, renews_id: int | None = None) -> Saved:
    """Adds a contract; one that renews another names it. Days that overlap with another one are a warning.

    The caller holds the lock of the owner's row, so that two contracts come one after the other.
    """
    there = (await of_owners(party, [owner_id], locking(unit.connection)))[0]
    problems = check(new)
    if any(c.number == new.number.strip() for c in there):
        problems.append(_number_taken(new.number.strip()))
    old = next((c for c in there if c.id == renews_id), None)
    if renews_id is not None:
        if old is None:
            raise Refusal(not_found("合同", "contract"))
        numbers = {c.id: c.number for c in there}
        renewed = numbers.get(old.renewed_by_id) if old.renewed_by_id else None
        problems += check_renewal(new, old.span(), renewed)
    if has_errors(problems):
        raise Refusal(*problems)
    if new.file_id is not None:
        await file.attach(unit, new.file_id, party.purpose, owner_id if party is COMPANY else None)
    row_id = unit.new_id()
    values = {
        "id": row_id,
        party.owner: owner_id,
        "number": new.number.strip(),
        "from_day": new.from_day.isoformat(),
        "to_day": new.to_day.isoformat() if new.to_day else None,
        party.note: new.note.strip(),
        "file_id": new.file_id,
        "renews_id": renews_id,
        "ended_at": 0,
        "created_at": unit.now,
    } | ({"fee_fen": new.fee_fen} if party.has_fee else {})
    await insert_many(party.table, list(values), [list(values.values())])
    return Saved(row_id, owner_id, tuple(overlapping(new, (c.span() for c in there))))


async def end(unit: Work, party: Party, contract_id: int) -> ContractRow:
    """Ends a contract before its time; refused when it is ended already. Answers it as it was."""
    owner_id = await owner_of(party, contract_id)
    found = next(c for c in (await of_owners(party, [owner_id]))[0] if c.id == contract_id)
    changed = await execute(
        f"UPDATE {party.table} SET ended_at = ? WHERE id = ? AND ended_at = 0", [unit.now, found.id]
    )
    if not changed:
        raise Refusal(_already_ended(found.number))
    return found


async def running_out(party: Party, first: date, last: date) -> list[ContractRow]:
    """Contracts whose last day lies between two days, neither ended nor renewed."""
    sql = (
        f"SELECT c.*, NULL AS renewed_by FROM {party.table} c WHERE c.ended_at = 0 AND c.to_day >= ? AND c.to_day <= ? "
        f"AND NOT EXISTS (SELECT 1 FROM {party.table} n WHERE n.renews_id = c.id AND n.ended_at = 0) "
        "ORDER BY c.to_day, c.id"
    )
    return [row(party, r) for r in await fetch(sql, [first.isoformat(), last.isoformat()])]


def row(party: Party, r: Mapping[str, Any]) -> ContractRow:
    """A contract from its columns."""
    return ContractRow(
        r["id"],
        r[party.owner],
        r["number"],
        date.fromisoformat(r["from_day"]),
        date.fromisoformat(r["to_day"]) if r["to_day"] else None,
        r[party.note],
        r["fee_fen"] if party.has_fee else 0,
        r["file_id"],
        r["renews_id"],
        r["renewed_by"],
        r["ended_at"],
    )


def _number_taken(number: str) -> Problem:
    return Problem(
        "contract_number_taken",
        f"合同编号 {number} 已存在",
        "There is a contract with this number",
        "请核对编号；续签请用新的编号",
        "Check the number; a renewal has a number of its own",
        field="number",
        value=number[:60],
    )


def _already_ended(number: str) -> Problem:
    return Problem(
        "contract_ended",
        f"合同 {number} 已提前终止",
        "This contract was ended already",
        "请刷新页面",
        "Reload the page",
        value=number,
    )
