"""Bills."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import strawberry

from domain.bill import BillState
from schema.bill import Bill, BillPayload, BillProgress, DraftMonthPayload
from schema.context import Info
from schema.file import FilePayload, StoredFile
from schema.ids import maybe_row_id, row_id
from schema.live import while_signed_in
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import problems_of, refusable
from schema.scalars import Month
from services import bill


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("bill.read"), description="账单，新的在前")
    async def bills(
        self,
        info: Info,
        month: Month | None = None,
        company_id: strawberry.ID | None = None,
        state: BillState | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[Bill]:
        owner = maybe_row_id(company_id, "Company")
        page = await bill.find(info.context.me, month, owner, window(first, after), state)
        return connection(page, after, Bill.from_row)

    @strawberry.field(permission_classes=requires("bill.read"), description="一张账单")
    async def bill(self, info: Info, id: strawberry.ID) -> Bill | None:
        return await Bill.one(info.context, row_id(id, "Bill"))


@strawberry.type
class Mutation:
    @strawberry.mutation(
        permission_classes=requires("bill.draft"), description="运行月度计算，默认范围内全部公司；随后分城市计算"
    )
    @refusable(DraftMonthPayload)
    async def draft_month(self, info: Info, month: Month, company_id: strawberry.ID | None = None) -> DraftMonthPayload:
        context = info.context
        drafted = await bill.draft_month(context.ports, context.me, month, maybe_row_id(company_id, "Company"))
        rows = await context.loaders.bill.load_many(list(drafted.bill_ids))
        return DraftMonthPayload(
            bills=[Bill.from_row(r) for r in rows if r is not None], problems=problems_of(drafted.problems)
        )

    @strawberry.mutation(permission_classes=requires("bill.confirm"), description="确认账单")
    @refusable(BillPayload)
    async def confirm_bill(self, info: Info, id: strawberry.ID, idempotency_key: str) -> BillPayload:
        context = info.context
        done = await bill.confirm(context.ports, context.me, row_id(id, "Bill"), idempotency_key)
        return BillPayload(bill=await Bill.one(context, done))

    @strawberry.mutation(permission_classes=requires("bill.close"), description="关账并记入总账；此后不再变动")
    @refusable(BillPayload)
    async def close_bill(self, info: Info, id: strawberry.ID, idempotency_key: str) -> BillPayload:
        context = info.context
        done = await bill.close(context.ports, context.me, row_id(id, "Bill"), idempotency_key)
        return BillPayload(bill=await Bill.one(context, done))

    @strawberry.mutation(permission_classes=requires("bill.read"), description="账单表格；含完整证件号，下载留痕")
    @refusable(FilePayload)
    async def bill_workbook(self, info: Info, id: strawberry.ID) -> FilePayload:
        context = info.context
        made = await bill.workbook(context.ports, context.me, row_id(id, "Bill"))
        return FilePayload(file=await StoredFile.one(context, made))


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=requires("bill.read"), description="计算进度：先给现状，有变化再推送")
    async def bill_updates(self, info: Info, bill_id: strawberry.ID) -> AsyncGenerator[BillProgress, None]:
        context = info.context
        views = bill.watch(context.ports, context.me, row_id(bill_id, "Bill"))
        async for view in while_signed_in(context, views):
            yield BillProgress.from_row(view)
