"""The ledger core: transfers balance, chains are whole, nothing is edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.container import Container
from db.models.ledger import LedgerTransfer
from db.transaction import work
from domain.errors import Refusal
from domain.ledger import RECEIVABLE, Account, Transfer, bill_chain, reversed_chain
from domain.policy import Kind
from services import ledger
from services.staff import SYSTEM
from tests.factories import account

amounts = st.tuples(st.sampled_from(list(Kind)), st.integers(-(10**9), 10**9))
kinds = st.lists(amounts, max_size=6, unique_by=lambda k: k[0])


@given(by_kind=kinds, fee=st.integers(-(10**7), 10**7))
def test_a_bill_posts_exactly_its_total(by_kind: list[tuple[Kind, int]], fee: int) -> None:
    chain = bill_chain(7, by_kind, fee)
    owed = Account(RECEIVABLE, 7)
    assert sum(t.fen if t.debit == owed else -t.fen for t in chain) == sum(fen for _, fen in by_kind) + fee
    assert all(owed in (t.debit, t.credit) and t.fen > 0 for t in chain)
    back = reversed_chain(chain)
    assert [(t.credit, t.debit, t.fen) for t in back] == [(t.debit, t.credit, t.fen) for t in chain]


@pytest.mark.parametrize("fen", [0, -1])
def test_a_transfer_moves_something(fen: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Transfer(Account("a"), Account("b"), fen)


def test_a_transfer_has_two_accounts() -> None:
    with pytest.raises(ValueError, match="different"):
        Transfer(Account("a"), Account("a"), 1)


async def test_a_chain_is_posted_whole_or_not_at_all(container: Container) -> None:
    chain = bill_chain(7, [(Kind.PENSION, 100), (Kind.MEDICAL, 50)], 3)
    with pytest.raises(RuntimeError):
        async with work(container.ports.store, SYSTEM) as unit:
            await ledger.post(unit, "test", chain, "bill", 1)
            raise RuntimeError
    assert not await LedgerTransfer.all().exists()


async def test_a_reversal_brings_every_account_back_and_happens_once(container: Container) -> None:
    chain = bill_chain(7, [(Kind.PENSION, 100), (Kind.MEDICAL, 50)], 3)
    async with work(container.ports.store, SYSTEM) as unit:
        chain_id = await ledger.post(unit, "test", chain, "bill", 1)
        new = await ledger.reverse(unit, chain_id)
    for balance in await ledger.balances(await account("admin")):
        assert balance.debit_fen == balance.credit_fen > 0
    for wrong in (chain_id, new):
        with pytest.raises(Refusal, match="already_reversed"):
            async with work(container.ports.store, SYSTEM) as unit:
                await ledger.reverse(unit, wrong)
    assert await LedgerTransfer.all().count() == 6
