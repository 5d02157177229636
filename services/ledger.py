"""The general ledger: posting chains of transfers, reversing them, and balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.models.ledger import LedgerAccount, LedgerTransfer
from db.scope import company_sql
from db.sql import fetch
from db.transaction import Work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.ledger import Account, Transfer


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """An account's sums in fen; `owner_id` is the client company, 0 for our own accounts."""

    code: str
    owner_id: int
    debit_fen: int
    credit_fen: int


async def post(unit: Work, act: str, chain: Sequence[Transfer], source_kind: str, source_id: int) -> int:
    """Adds a chain, all of it or nothing (it is part of the act's transaction). Answers the chain's id."""
    chain_id = unit.new_id()
    accounts = {a: await _account(unit, a) for a in dict.fromkeys(x for t in chain for x in (t.debit, t.credit))}
    for seq, transfer in enumerate(chain, start=1):
        await LedgerTransfer.create(
            id=unit.new_id(),
            chain_id=chain_id,
            seq=seq,
            debit_account_id=accounts[transfer.debit],
            credit_account_id=accounts[transfer.credit],
            fen=transfer.fen,
            act=act,
            source_kind=source_kind,
            source_id=source_id,
            created_at=unit.now,
        )
    return chain_id


async def reverse(unit: Work, chain_id: int) -> int:
    """Adds the opposite of every transfer of a chain; a chain is reversed once at most. Answers the new chain's id."""
    rows = await LedgerTransfer.filter(chain_id=chain_id).order_by("seq").select_for_update()
    if not rows:
        raise Refusal(not_found("分录", "ledger entry"))
    if rows[0].reverses_id is not None or await LedgerTransfer.filter(reverses_id=rows[0].id).exists():
        raise Refusal(_reversed())
    new_chain = unit.new_id()
    for row in rows:
        await LedgerTransfer.create(
            id=unit.new_id(),
            chain_id=new_chain,
            seq=row.seq,
            debit_account_id=row.credit_account_id,  # type: ignore[attr-defined]
            credit_account_id=row.debit_account_id,  # type: ignore[attr-defined]
            fen=row.fen,
            act="ledger.reverse",
            source_kind=row.source_kind,
            source_id=row.source_id,
            reverses_id=row.id,
            created_at=unit.now,
        )
    await unit.audit("ledger.reverse", "ledger", new_chain, None, 冲销=chain_id)
    return new_chain


async def _account(unit: Work, account: Account) -> int:
    row = await LedgerAccount.get_or_none(code=account.code, owner_id=account.owner_id)
    if row is None:
        row = await LedgerAccount.create(
            id=unit.new_id(), code=account.code, owner_id=account.owner_id, created_at=unit.now
        )
    return row.id


async def balances(actor: Actor) -> list[BalanceRow]:
    """Debit and credit sums of the accounts the actor may see; our own accounts for unrestricted staff only."""
    actor.require("ledger.read")
    condition, values = company_sql(actor, "a.owner_id")
    rows = await fetch(
        "SELECT a.code, a.owner_id, "
        "COALESCE((SELECT SUM(fen) FROM ledger_transfer t WHERE t.debit_account_id = a.id), 0) AS debit_fen, "
        "COALESCE((SELECT SUM(fen) FROM ledger_transfer t WHERE t.credit_account_id = a.id), 0) AS credit_fen "
        f"FROM ledger_account a WHERE {condition} ORDER BY a.code, a.owner_id",
        values,
    )
    return [BalanceRow(r["code"], r["owner_id"], int(r["debit_fen"]), int(r["credit_fen"])) for r in rows]


def _reversed() -> Problem:
    return Problem(
        "already_reversed",
        "该分录已冲销，或本身就是冲销分录",
        "This entry was reversed before, or is a reversal itself",
        "请核对分录号",
        "Check the entry",
    )
