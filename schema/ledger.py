"""Balances of the general ledger."""

from __future__ import annotations

import strawberry

from domain.ledger import label
from schema.company import Company
from schema.context import Info
from schema.scalars import Yuan
from services.ledger import BalanceRow


@strawberry.type(description="科目余额；余额 = 借方 - 贷方")
class LedgerBalance:
    row: strawberry.Private[BalanceRow]
    account: str
    label: str
    label_en: str
    debit: Yuan
    credit: Yuan
    balance: Yuan

    @classmethod
    def from_row(cls, row: BalanceRow) -> LedgerBalance:
        name, name_en = label(row.code)
        return cls(
            row=row,
            account=row.code,
            label=name,
            label_en=name_en,
            debit=Yuan(row.debit_fen),
            credit=Yuan(row.credit_fen),
            balance=Yuan(row.debit_fen - row.credit_fen),
        )

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        return await Company.one(info.context, self.row.owner_id) if self.row.owner_id else None
