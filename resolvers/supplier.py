"""Suppliers."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.errors import Refusal
from domain.supplier import SupplierState
from schema.context import Info
from schema.ids import row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import refusable
from schema.supplier import (
    ExpiringPaper,
    Supplier,
    SupplierCriterion,
    SupplierInput,
    SupplierPayload,
    SupplierPriceInput,
    SupplierScoreInput,
)
from services import contract, supplier

READ, WRITE = requires("supplier.read"), requires("supplier.write")


@strawberry.type
class Query:
    @strawberry.field(permission_classes=READ, description="供应商，按名称或信用代码、状态、城市、几天内到期查找")
    async def suppliers(
        self,
        info: Info,
        search: str = "",
        state: SupplierState | None = None,
        city_code: str = "",
        expiring_within: int | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[Supplier]:
        wanted = supplier.Filter(search, state, city_code, expiring_within)
        page = await supplier.find(info.context.ports, info.context.me, wanted, window(first, after))
        return connection(page, after, Supplier.from_row)

    @strawberry.field(permission_classes=READ, description="一个供应商")
    async def supplier(self, info: Info, id: strawberry.ID) -> Supplier | None:
        try:
            return Supplier.from_row(await supplier.one(info.context.me, row_id(id, "Supplier")))
        except Refusal:
            return None

    @strawberry.field(permission_classes=READ, description="某期间的评分标准，如 2026-Q4 或 2026-11")
    async def supplier_criteria(self, info: Info, period: str) -> list[SupplierCriterion]:
        return [SupplierCriterion.from_row(c) for c in supplier.criteria(info.context.ports, period)]

    @strawberry.field(permission_classes=READ, description="几天内到期的供应商合同与证照")
    async def expiring_supplier_papers(self, info: Info, within_days: int = 60) -> list[ExpiringPaper]:
        day, days = contract.today(info.context.ports), min(max(within_days, 0), 3660)
        return [ExpiringPaper.from_row(e) for e in await supplier.expiring(info.context.me, day, days)]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=WRITE, description="新建供应商")
    @refusable(SupplierPayload)
    async def create_supplier(self, info: Info, input: SupplierInput) -> SupplierPayload:
        made = await supplier.create(info.context.ports, info.context.me, input.details())
        return await SupplierPayload.of(info, made)

    @strawberry.mutation(permission_classes=WRITE, description="修改供应商")
    @refusable(SupplierPayload)
    async def update_supplier(self, info: Info, id: strawberry.ID, input: SupplierInput) -> SupplierPayload:
        ports, wanted = info.context.ports, row_id(id, "Supplier")
        return await SupplierPayload.of(info, await supplier.update(ports, info.context.me, wanted, input.details()))

    @strawberry.mutation(permission_classes=WRITE, description="停用供应商；仍有方案由其办理时不能停用")
    @refusable(SupplierPayload)
    async def deactivate_supplier(self, info: Info, id: strawberry.ID, reason: str) -> SupplierPayload:
        wanted = row_id(id, "Supplier")
        return await SupplierPayload.of(
            info, await supplier.deactivate(info.context.ports, info.context.me, wanted, reason)
        )

    @strawberry.mutation(permission_classes=WRITE, description="重新启用供应商")
    @refusable(SupplierPayload)
    async def reactivate_supplier(self, info: Info, id: strawberry.ID) -> SupplierPayload:
        done = await supplier.reactivate(info.context.ports, info.context.me, row_id(id, "Supplier"))
        return await SupplierPayload.of(info, done)

    @strawberry.mutation(permission_classes=WRITE, description="设置某城市某项服务自某月起的单价；同月的旧价作废")
    @refusable(SupplierPayload)
    async def set_supplier_price(self, info: Info, input: SupplierPriceInput) -> SupplierPayload:
        line = (input.city_code, input.service, input.from_month, input.price)
        new = supplier.NewPrice(row_id(input.supplier_id, "Supplier"), *line)
        return await SupplierPayload.of(info, await supplier.set_price(info.context.ports, info.context.me, new))

    @strawberry.mutation(permission_classes=WRITE, description="移除一条单价")
    @refusable(SupplierPayload)
    async def retire_supplier_price(self, info: Info, id: strawberry.ID, reason: str) -> SupplierPayload:
        wanted = row_id(id, "SupplierPrice")
        owner = await supplier.retire_price(info.context.ports, info.context.me, wanted, reason)
        return await SupplierPayload.of(info, owner)

    @strawberry.mutation(permission_classes=WRITE, description="评价供应商；同一期间再次评价则替换")
    @refusable(SupplierPayload)
    async def score_supplier(self, info: Info, input: SupplierScoreInput) -> SupplierPayload:
        points = {each.key: each.points for each in input.points}
        wanted = row_id(input.supplier_id, "Supplier")
        given = (wanted, input.period, points, input.comment)
        return await SupplierPayload.of(info, await supplier.give(info.context.ports, info.context.me, *given))

    @strawberry.mutation(permission_classes=WRITE, description="登记供应商证照，文件须为自己上传的 PDF 或图片")
    @refusable(SupplierPayload)
    async def add_supplier_document(
        self,
        info: Info,
        supplier_id: strawberry.ID,
        file_id: strawberry.ID,
        kind: str,
        expires_day: date | None = None,
    ) -> SupplierPayload:
        given = (row_id(supplier_id, "Supplier"), row_id(file_id, "StoredFile"), kind, expires_day)
        return await SupplierPayload.of(info, await supplier.add_document(info.context.ports, info.context.me, *given))

    @strawberry.mutation(permission_classes=WRITE, description="移除供应商证照")
    @refusable(SupplierPayload)
    async def retire_supplier_document(self, info: Info, id: strawberry.ID, reason: str) -> SupplierPayload:
        wanted = row_id(id, "SupplierDocument")
        owner = await supplier.retire_document(info.context.ports, info.context.me, wanted, reason)
        return await SupplierPayload.of(info, owner)
