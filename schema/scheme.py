"""Schemes."""

from __future__ import annotations

from typing import ClassVar, Self

import strawberry

from schema.company import Company
from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.policy import City, InsuranceKind, InsuredCategory
from schema.problems import Problem
from schema.scalars import Rate, Yuan
from services.scheme import SchemeRow


@strawberry.type(description="参保方案")
class Scheme(Node):
    permission: ClassVar[str] = "scheme.read"
    row: strawberry.Private[SchemeRow]
    name: str
    category: InsuredCategory
    kinds: list[InsuranceKind]
    housing_rate: Rate | None
    service_fee: Yuan

    @classmethod
    def from_row(cls, row: SchemeRow) -> Scheme:
        return cls(
            id=global_id("Scheme", row.id),
            row=row,
            name=row.name,
            category=row.category,
            kinds=list(row.kinds),
            housing_rate=row.housing_rate_ppm,  # type: ignore[arg-type]
            service_fee=Yuan(row.service_fee_fen),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.scheme.load(row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @strawberry.field
    async def city(self, info: Info) -> City:
        row = await info.context.loaders.city.load(self.row.city_code)
        assert row is not None  # noqa: S101 - a scheme is only made for a known city
        return City.from_row(row)

    @strawberry.field(description="专属公司；为空表示通用方案")
    async def company(self, info: Info) -> Company | None:
        return await Company.one(info.context, self.row.company_id) if self.row.company_id else None


@strawberry.input
class SchemeInput:
    name: str
    city_code: str
    kinds: list[InsuranceKind]
    category: InsuredCategory = InsuredCategory.EMPLOYEE
    housing_rate: Rate | None = None
    service_fee: Yuan | None = None
    company_id: strawberry.ID | None = None


@strawberry.type
class SchemePayload:
    scheme: Scheme | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
