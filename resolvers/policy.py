"""Cities with their policies."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.city_rule import CityRule, CityRuleInput, CityRulesPayload
from schema.context import Info
from schema.file import FilePayload, StoredFile
from schema.ids import row_id, row_ids
from schema.permissions import requires
from schema.policy import City, PoliciesPayload, Policy
from schema.policy_change import ImportPoliciesPayload, PolicyFormat, PolicyImpact
from schema.problems import refusable
from services import policy

# Strawberry's own permission check already has a parameter called source.
Source = Annotated[str, strawberry.argument(name="source", description="核对的依据：文号、网址或经办机构的答复")]


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("policy.read"), description="有政策的城市")
    async def cities(self, info: Info) -> list[City]:
        return [City.from_row(row) for row in await policy.cities()]

    @strawberry.field(permission_classes=requires("policy.write"), description="导入前看影响：人数、金额、已关账的月份")
    @refusable(PolicyImpact)
    async def preview_policies(self, info: Info, file_id: strawberry.ID) -> PolicyImpact:
        ports, me = info.context.ports, info.context.me
        return PolicyImpact.from_row(await policy.preview(ports, me, row_id(file_id, "StoredFile")))


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("policy.confirm"), description="确认政策，写明核对的依据")
    @refusable(PoliciesPayload)
    async def confirm_policies(
        self, info: Info, ids: list[strawberry.ID], checked_against: Source, idempotency_key: str
    ) -> PoliciesPayload:
        ports, wanted = info.context.ports, row_ids(ids, "Policy")
        await policy.confirm(ports, info.context.me, wanted, checked_against, idempotency_key)
        rows = await policy.versions_by_ids(ports.store, wanted)
        return PoliciesPayload(policies=[Policy.from_row(v) for v in rows.values()])

    @strawberry.mutation(permission_classes=requires("policy.read"), description="导出一个城市的全部政策")
    @refusable(FilePayload)
    async def export_policies(self, info: Info, city_code: str, format: PolicyFormat) -> FilePayload:
        made = await policy.export(info.context.ports, info.context.me, city_code, format)
        return FilePayload(file=await StoredFile.one(info.context, made))

    @strawberry.mutation(permission_classes=requires("policy.write"), description="导入政策：全部采用或全部不采用")
    @refusable(ImportPoliciesPayload)
    async def import_policies(
        self, info: Info, file_id: strawberry.ID, dry_run: bool, idempotency_key: str
    ) -> ImportPoliciesPayload:
        ports, source_id = info.context.ports, row_id(file_id, "StoredFile")
        done = await policy.import_file(ports, info.context.me, source_id, dry_run, idempotency_key)
        return ImportPoliciesPayload.from_row(done)

    @strawberry.mutation(permission_classes=requires("policy.write"), description="设置一条地方规则，写明依据")
    @refusable(CityRulesPayload)
    async def set_city_rule(self, info: Info, input: CityRuleInput) -> CityRulesPayload:
        new = policy.NewRule(input.city_code, input.topic, input.channel, input.text, input.number, input.source)
        await policy.set_rule(info.context.ports, info.context.me, new, input.idempotency_key)
        city = await info.context.loaders.city.load(input.city_code)
        rows = await info.context.loaders.city_rules.load(city.name) if city else []
        return CityRulesPayload(rules=[CityRule.from_row(r) for r in rows])
