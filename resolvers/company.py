"""Companies."""

from __future__ import annotations

import strawberry

from schema.company import Company, CompanyInput, CompanyPayload, CompanyUpdateInput
from schema.context import Info
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.problems import refusable
from services import company


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("company.read"), description="公司，按名称或统一社会信用代码查找")
    async def companies(
        self, info: Info, search: str = "", first: int = 50, after: str | None = None
    ) -> Connection[Company]:
        page = await company.find(info.context.me, search, window(first, after))
        return connection(page, after, Company.from_row)

    @strawberry.field(permission_classes=requires("company.read"), description="一家公司")
    async def company(self, info: Info, id: strawberry.ID) -> Company | None:
        return await Company.one(info.context, row_id(id, "Company"))


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("company.write"), description="新建公司或分支")
    @refusable(CompanyPayload)
    async def create_company(self, info: Info, input: CompanyInput) -> CompanyPayload:
        new = company.NewCompany(
            name=input.name,
            credit_code=input.credit_code,
            parent_id=maybe_row_id(input.parent_id, "Company"),
            city_code=input.city_code,
            injury_class=input.injury_class,
            housing_rate_ppm=input.housing_rate,
        )
        created = await company.create(info.context.ports, info.context.me, new)
        return CompanyPayload(company=await Company.one(info.context, created))

    @strawberry.mutation(permission_classes=requires("company.write"), description="修改公司；影响账单的变更给出提醒")
    @refusable(CompanyPayload)
    async def update_company(self, info: Info, id: strawberry.ID, input: CompanyUpdateInput) -> CompanyPayload:
        ports, wanted = info.context.ports, row_id(id, "Company")
        saved = await company.update(ports, info.context.me, wanted, input.details())
        return await CompanyPayload.of(info, wanted, saved)

    @strawberry.mutation(permission_classes=requires("company.write"), description="把分支移到另一上级之下；为空为顶层")
    @refusable(CompanyPayload)
    async def move_company(self, info: Info, id: strawberry.ID, parent_id: strawberry.ID | None) -> CompanyPayload:
        where = (row_id(id, "Company"), maybe_row_id(parent_id, "Company"))
        return await CompanyPayload.of(info, await company.move(info.context.ports, info.context.me, *where))
