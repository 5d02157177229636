"""Schemes."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ids import maybe_row_id
from schema.permissions import requires
from schema.problems import refusable
from schema.scheme import Scheme, SchemeInput, SchemePayload
from services import scheme


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("scheme.read"), description="方案；给出公司时为其专属和通用方案")
    async def schemes(self, info: Info, company_id: strawberry.ID | None = None) -> list[Scheme]:
        rows = await scheme.visible(info.context.me, maybe_row_id(company_id, "Company"))
        return [Scheme.from_row(row) for row in rows]


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("scheme.write"), description="新建方案")
    @refusable(SchemePayload)
    async def create_scheme(self, info: Info, input: SchemeInput) -> SchemePayload:
        new = scheme.NewScheme(
            name=input.name,
            city_code=input.city_code,
            category=input.category,
            kinds=tuple(dict.fromkeys(input.kinds)),
            housing_rate_ppm=input.housing_rate,
            service_fee_fen=input.service_fee or 0,
            company_id=maybe_row_id(input.company_id, "Company"),
        )
        created = await scheme.create(info.context.ports, info.context.me, new)
        return SchemePayload(scheme=await Scheme.one(info.context, created))
