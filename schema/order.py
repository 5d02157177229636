"""Quotes."""

from __future__ import annotations

import strawberry

from domain import quote as rules
from domain.contribution import Line
from domain.explanation import explain
from domain.policy import Kind
from domain.selection import Choice
from schema.policy import Confidence, InsuranceKind, InsuredCategory
from schema.problems import Problem
from schema.scalars import Month, Rate, Yuan


@strawberry.input
class TierChoice:
    kind: InsuranceKind
    tier: str


@strawberry.input
class QuoteInput:
    city_code: str
    month: Month
    base: Yuan
    category: InsuredCategory = InsuredCategory.EMPLOYEE
    kinds: list[InsuranceKind] | None = None
    housing_rate: Rate | None = None
    injury_class: int | None = None
    injury_rate: Rate | None = None
    tiers: list[TierChoice] | None = None

    def choice(self) -> Choice:
        """What the rules call a choice."""
        return Choice(
            kinds=None if self.kinds is None else frozenset(self.kinds),
            tiers={Kind(t.kind): t.tier for t in self.tiers or []},
            housing_rate_ppm=self.housing_rate,
            injury_class=self.injury_class,
            injury_rate_ppm=self.injury_rate,
        )


@strawberry.type
class QuoteLine:
    kind: InsuranceKind
    base: Yuan
    employer: Yuan
    employee: Yuan
    explain: str
    source: str
    confidence: Confidence

    @classmethod
    def from_row(cls, line: Line, month: int) -> QuoteLine:
        return cls(
            kind=line.kind,
            base=Yuan(line.base_fen),
            employer=Yuan(line.employer_fen),
            employee=Yuan(line.employee_fen),
            explain=explain(line, month).text,
            source=line.policy.source,
            confidence=line.policy.confidence,
        )


@strawberry.type(description="没有算进来的险种和原因")
class OmittedKind:
    kind: InsuranceKind
    reason: str
    reason_en: str
    remedy: str


@strawberry.type(description="一个人一个月的测算")
class Quote:
    lines: list[QuoteLine]
    omitted: list[OmittedKind]
    employer_total: Yuan
    employee_total: Yuan
    total: Yuan

    @classmethod
    def from_row(cls, quote: rules.Quote, month: int) -> Quote:
        return cls(
            lines=[QuoteLine.from_row(line, month) for line in quote.lines],
            omitted=[
                OmittedKind(kind=k, reason=p.message, reason_en=p.message_en, remedy=p.remedy) for k, p in quote.omitted
            ],
            employer_total=Yuan(quote.employer_fen),
            employee_total=Yuan(quote.employee_fen),
            total=Yuan(quote.total_fen),
        )


@strawberry.type
class QuotePayload:
    quote: Quote | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
