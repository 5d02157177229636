"""Schemes."""

from __future__ import annotations

import strawberry

from domain.selection import Choice
from schema.context import Info
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.policy import InsuredCategory
from schema.problems import refusable
from schema.scalars import Month, Rate, Yuan
from schema.scheme import Scheme, SchemeInput, SchemePayload, SchemeTermsInput, SchemeVersionInput
from schema.scheme_cost import (
    CityCostPayload,
    RosterCost,
    RosterCostPayload,
    SchemeCost,
    SchemeCostPayload,
    SchemeExecutionPayload,
    SchemeMonth,
    SchemePerson,
    SchemeTrialInput,
)
from services import scheme


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("scheme.read"), description="方案；给出公司时为其专属和通用方案")
    async def schemes(self, info: Info, company_id: strawberry.ID | None = None) -> list[Scheme]:
        rows = await scheme.visible(info.context.me, maybe_row_id(company_id, "Company"))
        month = scheme.this_month(info.context.ports)
        return [Scheme.from_row(row, month) for row in rows]

    @strawberry.field(permission_classes=requires("scheme.read"), description="方案上的人：谁、从何时起、按哪个版本")
    async def scheme_people(
        self, info: Info, scheme_id: strawberry.ID, first: int = 50, after: str | None = None
    ) -> Connection[SchemePerson]:
        wanted, ports = row_id(scheme_id, "Scheme"), info.context.ports
        page = await scheme.people_on(ports, info.context.me, wanted, window(first, after))
        return connection(page, after, SchemePerson.from_row)

    @strawberry.field(permission_classes=requires("scheme.read"), description="方案逐月的人数和账单金额")
    @refusable(SchemeExecutionPayload)
    async def scheme_execution(
        self, info: Info, scheme_id: strawberry.ID, from_month: Month, to_month: Month
    ) -> SchemeExecutionPayload:
        rows = await scheme.execution(info.context.me, row_id(scheme_id, "Scheme"), from_month, to_month)
        return SchemeExecutionPayload(months=[SchemeMonth.from_row(row) for row in rows])

    @strawberry.field(permission_classes=requires("scheme.read"), description="试算方案：一个或多个基数一个月的费用")
    @refusable(SchemeCostPayload)
    async def simulate_scheme(self, info: Info, input: SchemeTrialInput) -> SchemeCostPayload:
        rows = await scheme.simulate(info.context.ports, info.context.me, input.trial())
        costs = [SchemeCost.from_quote(row.base_fen, row.quote, row.fee_fen, input.month) for row in rows]
        return SchemeCostPayload(costs=costs)

    @strawberry.field(permission_classes=requires("scheme.read"), description="试算全员改用方案：现在与改后，不落库")
    @refusable(RosterCostPayload)
    async def simulate_roster(
        self,
        info: Info,
        scheme_id: strawberry.ID,
        month: Month,
        company_id: strawberry.ID,
        version_id: strawberry.ID | None = None,
        terms: SchemeTermsInput | None = None,
        only_on_scheme: bool = False,
    ) -> RosterCostPayload:
        ids = row_id(scheme_id, "Scheme"), month, row_id(company_id, "Company")
        written = None if terms is None else terms.terms()
        wanted = scheme.Roster(*ids, maybe_row_id(version_id, "SchemeVersion"), written, only_on_scheme)
        found = await scheme.simulate_roster(info.context.ports, info.context.me, wanted)
        return RosterCostPayload(cost=RosterCost.from_row(found))

    @strawberry.field(permission_classes=requires("quote.read"), description="最多六个城市同一基数的费用，并排比较")
    @refusable(CityCostPayload)
    async def compare_cities(
        self,
        info: Info,
        city_codes: list[str],
        base: Yuan,
        month: Month,
        category: InsuredCategory = InsuredCategory.EMPLOYEE,
        housing_rate: Rate | None = None,
        injury_class: int | None = None,
    ) -> CityCostPayload:
        choice, ports = Choice(housing_rate_ppm=housing_rate, injury_class=injury_class), info.context.ports
        rows = await scheme.compare_cities(ports, info.context.me, city_codes, category, base, month, choice)
        return CityCostPayload.from_rows(rows, base, month)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("scheme.write"), description="新建方案")
    @refusable(SchemePayload)
    async def create_scheme(self, info: Info, input: SchemeInput) -> SchemePayload:
        company_id = maybe_row_id(input.company_id, "Company")
        supplier_id = maybe_row_id(input.supplier_id, "Supplier")
        new = scheme.NewScheme(input.name, input.city_code, input.category, input.terms(), company_id, supplier_id)
        created = await scheme.create(info.context.ports, info.context.me, new)
        return SchemePayload(scheme=await Scheme.one(info.context, created))

    @strawberry.mutation(permission_classes=requires("scheme.write"), description="方案由哪个供应商办理；为空表示自办")
    @refusable(SchemePayload)
    async def set_scheme_supplier(
        self, info: Info, id: strawberry.ID, supplier_id: strawberry.ID | None
    ) -> SchemePayload:
        chosen = maybe_row_id(supplier_id, "Supplier")
        kept = await scheme.set_supplier(info.context.ports, info.context.me, row_id(id, "Scheme"), chosen)
        return SchemePayload(scheme=await Scheme.one(info.context, kept))

    @strawberry.mutation(permission_classes=requires("scheme.write"), description="从某个月起改变方案：保存为新版本")
    @refusable(SchemePayload)
    async def save_scheme_version(self, info: Info, input: SchemeVersionInput, idempotency_key: str) -> SchemePayload:
        new = scheme.NewVersion(row_id(input.scheme_id, "Scheme"), input.effective_from, input.terms.terms())
        await scheme.save_version(info.context.ports, info.context.me, new, idempotency_key)
        return SchemePayload(scheme=await Scheme.one(info.context, new.scheme_id))

    @strawberry.mutation(permission_classes=requires("scheme.write"), description="停用没有人办理过的版本")
    @refusable(SchemePayload)
    async def retire_scheme_version(self, info: Info, id: strawberry.ID, reason: str) -> SchemePayload:
        version_id = row_id(id, "SchemeVersion")
        kept = await scheme.retire_version(info.context.ports, info.context.me, version_id, reason)
        return SchemePayload(scheme=await Scheme.one(info.context, kept))
