"""Cities and their policies."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import strawberry

from domain import policy as rules
from schema.city_rule import CityRule
from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.permissions import check
from schema.policy_change import PolicyComparison
from schema.policy_words import Confidence, InsuranceKind, InsuredCategory
from schema.problems import Problem
from schema.scalars import Instant, Month, Rate, Yuan
from services import policy
from services.policy import CityRow


@strawberry.type(description="一条有生效期的政策")
class Policy(Node):
    permission: ClassVar[str] = "policy.read"
    row: strawberry.Private[rules.PolicyVersion]
    city_code: str
    category: InsuredCategory
    kind: InsuranceKind
    tier: str
    effective_from: Month
    effective_to: Month | None
    base_min: Yuan | None
    base_max: Yuan | None
    employer_rate_min: Rate | None
    employer_rate_max: Rate | None
    employee_rate_min: Rate | None
    employee_rate_max: Rate | None
    employer_fixed: Yuan
    employee_fixed: Yuan
    employer_rounding: str
    employee_rounding: str
    confidence: Confidence
    source: str
    note: str

    @classmethod
    def from_row(cls, v: rules.PolicyVersion) -> Policy:
        return cls(
            id=global_id("Policy", v.id),
            row=v,
            city_code=v.city_code,
            category=v.category,
            kind=v.kind,
            tier=v.tier,
            effective_from=Month(v.effective_from),
            effective_to=v.effective_to,  # type: ignore[arg-type]
            base_min=v.base_min_fen,  # type: ignore[arg-type]
            base_max=v.base_max_fen,  # type: ignore[arg-type]
            employer_rate_min=v.employer_rate_min_ppm,  # type: ignore[arg-type]
            employer_rate_max=v.employer_rate_max_ppm,  # type: ignore[arg-type]
            employee_rate_min=v.employee_rate_min_ppm,  # type: ignore[arg-type]
            employee_rate_max=v.employee_rate_max_ppm,  # type: ignore[arg-type]
            employer_fixed=Yuan(v.employer_fixed_fen),
            employee_fixed=Yuan(v.employee_fixed_fen),
            employer_rounding=v.employer_rounding,
            employee_rounding=v.employee_rounding,
            confidence=v.confidence,
            source=v.source,
            note=v.note,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        found = await policy.versions_by_ids(context.ports.store, [row_id])
        return cls.from_row(found[row_id]) if row_id in found else None  # type: ignore[return-value]

    @strawberry.field(description="已确认：可信度高，或已有人核对；待确认的政策可以算草稿，不能关账")
    async def confirmed(self, info: Info) -> bool:
        return (await info.context.loaders.confirmation.load(self.row.id)).confirmed

    @strawberry.field(description="确认人；不需要确认的为空")
    async def confirmed_by(self, info: Info) -> str | None:
        return (await info.context.loaders.confirmation.load(self.row.id)).by

    @strawberry.field
    async def confirmed_at(self, info: Info) -> Instant | None:
        at = (await info.context.loaders.confirmation.load(self.row.id)).at
        return Instant(at) if at else None

    @strawberry.field(description="核对的依据")
    async def confirmed_source(self, info: Info) -> str | None:
        return (await info.context.loaders.confirmation.load(self.row.id)).source


@strawberry.federation.type(keys=["id"], description="参保城市")
class City(Node):
    permission: ClassVar[str] = "policy.read"
    code: str
    name: str

    @classmethod
    def from_row(cls, row: CityRow) -> City:
        return cls(id=global_id("City", row.id), code=row.code, name=row.name)

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.city_by_id.load(row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        return await cls.fetch(info.context, id)

    @strawberry.field(description="政策：给出月份时只列当月有效的")
    async def policies(
        self, info: Info, month: Month | None = None, category: InsuredCategory | None = None
    ) -> list[Policy]:
        check(info.context, Policy.permission)
        rows = await policy.in_force(info.context.ports.store, self.code, month, category)
        return [Policy.from_row(v) for v in rows]

    @strawberry.field(description="当月有效而待确认的政策条数")
    async def unconfirmed_count(self, info: Info, month: Month) -> int:
        check(info.context, Policy.permission)
        return await info.context.loaders.unconfirmed.load((self.code, month))

    @strawberry.field(description="两个月份的政策逐项比较；各险种都列出，没有变化的 differences 为空")
    async def compare(
        self, info: Info, first: Annotated[Month, strawberry.argument(name="from")], to: Month
    ) -> list[PolicyComparison]:
        check(info.context, Policy.permission)
        rows = await policy.comparison(info.context.ports.store, self.code, first, to)
        return [PolicyComparison.from_row(r) for r in rows]

    @strawberry.field(description="地方规则与全国规则；申报期未知时有一条 known 为否的说明")
    async def rules(self, info: Info) -> list[CityRule]:
        check(info.context, CityRule.permission)
        return [CityRule.from_row(r) for r in await info.context.loaders.city_rules.load(self.name)]


@strawberry.type
class PoliciesPayload:
    policies: list[Policy] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)
