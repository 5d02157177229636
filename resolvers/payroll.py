"""Payroll deductions and personal details of a month."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.file import FilePayload, StoredFile
from schema.ids import row_id
from schema.payroll import PersonStatement
from schema.permissions import requires
from schema.problems import refusable
from schema.scalars import Month
from services.bill import payroll


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("bill.read"), description="一个人一个月的缴费明细")
    async def person_statement(self, info: Info, person_id: strawberry.ID, month: Month) -> PersonStatement:
        found = await payroll.statement(info.context.me, row_id(person_id, "Person"), month)
        return PersonStatement.from_row(found)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("bill.read"), description="个人代扣表：发工资时每人扣多少")
    @refusable(FilePayload)
    async def payroll_workbook(self, info: Info, bill_id: strawberry.ID) -> FilePayload:
        context = info.context
        made = await payroll.payroll(context.ports, context.me, row_id(bill_id, "Bill"))
        return FilePayload(file=await StoredFile.one(context, made))

    @strawberry.mutation(permission_classes=requires("bill.read"), description="缴费明细告知表：逐人逐险种，供本人签收")
    @refusable(FilePayload)
    async def detail_workbook(self, info: Info, bill_id: strawberry.ID) -> FilePayload:
        context = info.context
        made = await payroll.detail(context.ports, context.me, row_id(bill_id, "Bill"))
        return FilePayload(file=await StoredFile.one(context, made))
