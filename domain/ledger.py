"""Postings of the general ledger: every entry is a transfer, so it balances by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.policy import KIND_LABELS, Kind

RECEIVABLE: Final = "client_receivable"
SERVICE_INCOME: Final = "service_income"
COLLECTED: Final = "collected"

ACCOUNT_LABELS: Final[dict[str, tuple[str, str]]] = {
    RECEIVABLE: ("应收客户款", "Client receivable"),
    SERVICE_INCOME: ("服务费收入", "Service income"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """An account by its code; `owner_id` is the client company, 0 for our own."""

    code: str
    owner_id: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """`fen` (> 0) from the credit account to the debit account."""

    debit: Account
    credit: Account
    fen: int

    def __post_init__(self) -> None:
        if self.fen <= 0:
            raise ValueError(f"a transfer moves a positive amount, not {self.fen}")
        if self.debit == self.credit:
            raise ValueError("a transfer has two different accounts")


def collected(kind: Kind) -> Account:
    """What we collected on behalf of the funds (代收代付), by kind."""
    return Account(f"{COLLECTED}.{kind.value}")


def label(code: str) -> tuple[str, str]:
    """The account's name in Chinese and English."""
    if code.startswith(f"{COLLECTED}."):
        kind = Kind(code.split(".", 1)[1])
        return f"代收代付·{KIND_LABELS[kind]}", f"Collected on behalf: {kind.value.replace('_', ' ')}"
    return ACCOUNT_LABELS[code]


def bill_chain(company_id: int, by_kind: Sequence[tuple[Kind, int]], fee_fen: int) -> tuple[Transfer, ...]:
    """What closing a bill posts: the client owes each kind's contributions and our fee.

    A kind whose differences give back more than the month charges goes the other way, and so does a fee of which more
    is given back than charged; nothing is posted for 0 fen.
    """
    receivable = Account(RECEIVABLE, company_id)
    chain = [Transfer(receivable, collected(kind), fen) for kind, fen in by_kind if fen > 0]
    chain += [Transfer(collected(kind), receivable, -fen) for kind, fen in by_kind if fen < 0]
    if fee_fen > 0:
        chain.append(Transfer(receivable, Account(SERVICE_INCOME), fee_fen))
    elif fee_fen < 0:
        chain.append(Transfer(Account(SERVICE_INCOME), receivable, -fee_fen))
    return tuple(chain)


def reversed_chain(chain: Sequence[Transfer]) -> tuple[Transfer, ...]:
    """The same amounts back the other way."""
    return tuple(Transfer(t.credit, t.debit, t.fen) for t in chain)
