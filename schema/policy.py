"""Cities and their policies."""

from __future__ import annotations

from typing import ClassVar, Self

import strawberry

from domain import policy as rules
from domain.policy import Category as InsuredCategory
from domain.policy import Confidence
from domain.policy import Kind as InsuranceKind
from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.permissions import check
from schema.scalars import Month, Rate, Yuan
from services import policy
from services.policy import CityRow

strawberry.enum(InsuranceKind, name="InsuranceKind", description="险种")
strawberry.enum(InsuredCategory, name="InsuredCategory", description="参保类别")
strawberry.enum(Confidence, name="Confidence", description="可信度")


@strawberry.type(description="一条有生效期的政策")
class Policy(Node):
    permission: ClassVar[str] = "policy.read"
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
