"""Local rules of cities."""

from __future__ import annotations

from typing import ClassVar

import strawberry

from domain import city_rule as rules
from domain.city_rule import NATIONWIDE, TOPIC_LABELS, RuleTopic
from schema.policy_words import Confidence
from schema.problems import Problem

strawberry.enum(RuleTopic, name="CityRuleTopic", description="地方规则的主题")


@strawberry.type(description="一条地方规则；known 为否时说明尚不清楚，需要确认后填写")
class CityRule:
    permission: ClassVar[str] = "policy.read"
    topic: RuleTopic
    topic_label: str
    topic_label_en: str
    channel: str
    nationwide: bool
    text: str
    number: int | None
    effective_from: str
    source: str
    confidence: Confidence
    known: bool

    @classmethod
    def from_row(cls, row: rules.LocalRule) -> CityRule:
        label, label_en = TOPIC_LABELS[row.topic]
        return cls(
            topic=row.topic,
            topic_label=label,
            topic_label_en=label_en,
            channel=row.channel,
            nationwide=row.city == NATIONWIDE,
            text=row.text,
            number=row.number,
            effective_from=row.effective_from,
            source=row.source,
            confidence=row.confidence,
            known=row.known,
        )


@strawberry.input(description="工作人员设置的地方规则")
class CityRuleInput:
    city_code: str
    topic: RuleTopic
    channel: str = ""
    text: str
    number: int | None = None
    source: str
    idempotency_key: str


@strawberry.type
class CityRulesPayload:
    rules: list[CityRule] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)
