"""People's housing-fund accounts."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.housing_account import AccountState, HousingAccount, HousingAccountPayload, HousingAct
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.person import RevealPayload
from schema.problems import refusable
from schema.scalars import Month
from services import housing_account

_WRITE = requires("housing_account.write")


async def _payload(info: Info, account_id: int) -> HousingAccountPayload:
    (row,) = await housing_account.by_ids(info.context.ports, info.context.me, [account_id])
    return HousingAccountPayload(account=HousingAccount.from_row(row) if row else None)


async def _change(info: Info, id: str, act: HousingAct, month: int, reason: str) -> HousingAccountPayload:
    context, number = info.context, row_id(id, "HousingAccount")
    return await _payload(
        info, await housing_account.change_state(context.ports, context.me, number, act, month, reason)
    )


@strawberry.type
class Query:
    @strawberry.field(
        permission_classes=requires("housing_account.read"),
        description="公积金账户，按姓名、证件号、手机号或完整账号查找",
    )
    async def housing_accounts(
        self,
        info: Info,
        search: str = "",
        company_id: strawberry.ID | None = None,
        state: AccountState | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[HousingAccount]:
        wanted = housing_account.Filter(search, maybe_row_id(company_id, "Company"), state)
        page = await housing_account.find(info.context.ports, info.context.me, wanted, window(first, after))
        return connection(page, after, HousingAccount.from_row)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=_WRITE, description="登记或更正公积金账号")
    @refusable(HousingAccountPayload)
    async def set_housing_account_number(self, info: Info, id: strawberry.ID, number: str) -> HousingAccountPayload:
        context, account = info.context, row_id(id, "HousingAccount")
        return await _payload(info, await housing_account.set_number(context.ports, context.me, account, number))

    @strawberry.mutation(permission_classes=_WRITE, description="封存，须写月份和原因")
    @refusable(HousingAccountPayload)
    async def seal_housing_account(
        self, info: Info, id: strawberry.ID, month: Month, reason: str
    ) -> HousingAccountPayload:
        return await _change(info, id, HousingAct.SEAL, month, reason)

    @strawberry.mutation(permission_classes=_WRITE, description="启封，须写月份和原因")
    @refusable(HousingAccountPayload)
    async def unseal_housing_account(
        self, info: Info, id: strawberry.ID, month: Month, reason: str
    ) -> HousingAccountPayload:
        return await _change(info, id, HousingAct.UNSEAL, month, reason)

    @strawberry.mutation(permission_classes=requires("person.reveal"), description="查看完整账号，须写明原因并留痕")
    @refusable(RevealPayload)
    async def reveal_housing_account(self, info: Info, id: strawberry.ID, reason: str) -> RevealPayload:
        context = info.context
        value = await housing_account.reveal(context.ports, context.me, row_id(id, "HousingAccount"), reason)
        return RevealPayload(value=value)
