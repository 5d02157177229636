"""Contracts and contact people of suppliers."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.contract import ContactInput, ContractInput
from schema.ids import maybe_row_id, row_id
from schema.permissions import requires
from schema.person import RevealPayload
from schema.problems import refusable
from schema.supplier import CONTACT, CONTRACT, SupplierPayload
from services import supplier

WRITE = requires("supplier.write")


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=WRITE, description="登记供应商合同；日期重叠时给出提醒")
    @refusable(SupplierPayload)
    async def add_supplier_contract(
        self, info: Info, supplier_id: strawberry.ID, input: ContractInput
    ) -> SupplierPayload:
        wanted = row_id(supplier_id, "Supplier")
        saved = await supplier.add_contract(info.context.ports, info.context.me, wanted, input.new())
        return await SupplierPayload.of(info, wanted, saved)

    @strawberry.mutation(permission_classes=WRITE, description="续签：新合同注明原合同")
    @refusable(SupplierPayload)
    async def renew_supplier_contract(self, info: Info, id: strawberry.ID, input: ContractInput) -> SupplierPayload:
        ports, me, wanted = info.context.ports, info.context.me, row_id(id, CONTRACT)
        saved = await supplier.renew_contract(ports, me, wanted, input.new())
        return await SupplierPayload.of(info, saved.owner_id, saved)

    @strawberry.mutation(permission_classes=WRITE, description="提前终止供应商合同")
    @refusable(SupplierPayload)
    async def end_supplier_contract(self, info: Info, id: strawberry.ID, reason: str) -> SupplierPayload:
        wanted = row_id(id, CONTRACT)
        owner = await supplier.end_contract(info.context.ports, info.context.me, wanted, reason)
        return await SupplierPayload.of(info, owner)

    @strawberry.mutation(permission_classes=WRITE, description="新增或修改供应商联系人")
    @refusable(SupplierPayload)
    async def save_supplier_contact(
        self, info: Info, supplier_id: strawberry.ID, input: ContactInput, id: strawberry.ID | None = None
    ) -> SupplierPayload:
        given = (row_id(supplier_id, "Supplier"), input.new(), maybe_row_id(id, CONTACT))
        return await SupplierPayload.of(info, await supplier.save_contact(info.context.ports, info.context.me, *given))

    @strawberry.mutation(permission_classes=WRITE, description="移除供应商联系人")
    @refusable(SupplierPayload)
    async def retire_supplier_contact(self, info: Info, id: strawberry.ID) -> SupplierPayload:
        owner = await supplier.retire_contact(info.context.ports, info.context.me, row_id(id, CONTACT))
        return await SupplierPayload.of(info, owner)

    @strawberry.mutation(permission_classes=requires("person.reveal"), description="查看供应商联系人电话，须写明原因")
    @refusable(RevealPayload)
    async def reveal_supplier_contact(self, info: Info, id: strawberry.ID, reason: str) -> RevealPayload:
        context, wanted = info.context, row_id(id, CONTACT)
        return RevealPayload(value=await supplier.reveal_contact(context.ports, context.me, wanted, reason))
