"""Contracts and contact people of client companies."""

from __future__ import annotations

import strawberry

from schema.company import CONTACT, CONTRACT, CompanyPayload
from schema.context import Info
from schema.contract import ContactInput, ContractInput
from schema.ids import maybe_row_id, row_id
from schema.permissions import requires
from schema.person import RevealPayload
from schema.problems import refusable
from services import company

WRITE = requires("company.write")


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=WRITE, description="登记客户合同；日期重叠时给出提醒")
    @refusable(CompanyPayload)
    async def add_company_contract(self, info: Info, company_id: strawberry.ID, input: ContractInput) -> CompanyPayload:
        wanted = row_id(company_id, "Company")
        saved = await company.add_contract(info.context.ports, info.context.me, wanted, input.new())
        return await CompanyPayload.of(info, wanted, saved)

    @strawberry.mutation(permission_classes=WRITE, description="续签：新合同注明原合同")
    @refusable(CompanyPayload)
    async def renew_company_contract(self, info: Info, id: strawberry.ID, input: ContractInput) -> CompanyPayload:
        ports, me, wanted = info.context.ports, info.context.me, row_id(id, CONTRACT)
        saved = await company.renew_contract(ports, me, wanted, input.new())
        return await CompanyPayload.of(info, saved.owner_id, saved)

    @strawberry.mutation(permission_classes=WRITE, description="提前终止客户合同")
    @refusable(CompanyPayload)
    async def end_company_contract(self, info: Info, id: strawberry.ID, reason: str) -> CompanyPayload:
        wanted = row_id(id, CONTRACT)
        owner = await company.end_contract(info.context.ports, info.context.me, wanted, reason)
        return await CompanyPayload.of(info, owner)

    @strawberry.mutation(permission_classes=WRITE, description="新增或修改客户联系人")
    @refusable(CompanyPayload)
    async def save_company_contact(
        self, info: Info, company_id: strawberry.ID, input: ContactInput, id: strawberry.ID | None = None
    ) -> CompanyPayload:
        given = (row_id(company_id, "Company"), input.new(), maybe_row_id(id, CONTACT))
        return await CompanyPayload.of(info, await company.save_contact(info.context.ports, info.context.me, *given))

    @strawberry.mutation(permission_classes=WRITE, description="移除客户联系人")
    @refusable(CompanyPayload)
    async def retire_company_contact(self, info: Info, id: strawberry.ID) -> CompanyPayload:
        owner = await company.retire_contact(info.context.ports, info.context.me, row_id(id, CONTACT))
        return await CompanyPayload.of(info, owner)

    @strawberry.mutation(permission_classes=requires("person.reveal"), description="查看客户联系人电话，须写明原因")
    @refusable(RevealPayload)
    async def reveal_company_contact(self, info: Info, id: strawberry.ID, reason: str) -> RevealPayload:
        context, wanted = info.context, row_id(id, CONTACT)
        return RevealPayload(value=await company.reveal_contact(context.ports, context.me, wanted, reason))
