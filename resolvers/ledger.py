"""The general ledger."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ledger import LedgerBalance
from schema.permissions import requires
from services import ledger


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("ledger.read"), description="各科目余额")
    async def ledger_balances(self, info: Info) -> list[LedgerBalance]:
        return [LedgerBalance.from_row(r) for r in await ledger.balances(info.context.me)]
