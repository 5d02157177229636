"""Local rules of cities: loading what was found, reading it with what is unknown, and setting it by staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from db.models.policy import City, CityRule
from db.transaction import Work, once
from domain.actor import Actor, not_found
from domain.city_rule import NATIONWIDE, TOPIC_LABELS, LocalRule, RuleTopic, check_rule, rules_of, with_unknown_window
from domain.errors import Problem, Refusal
from domain.policy import Confidence
from services.ports import Ports

_LONGEST_CHANNEL = 20


@dataclass(frozen=True, slots=True)
class NewRule:
    """What staff set: `number` is a day of the month, months or days, by topic."""

    city_code: str
    topic: RuleTopic
    channel: str
    text: str
    number: int | None
    source: str


async def load_rules(unit: Work, directory: Path) -> int:
    """Adds the rules of `local/rules.yaml` that the database has never had; answers how many. A rule that staff
    replaced stays replaced."""
    path = directory / "local" / "rules.yaml"
    if not path.exists():
        return 0
    try:
        found = rules_of(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Refusal(_unreadable(path.name, str(wrong))) from wrong
    known = {(r["city"], r["topic"], r["channel"], r["text"]) for r in await CityRule.all().values()}
    new = [r for r in found if (r.city, r.topic, r.channel, r.text) not in known]
    ids = unit.store.ids.block(len(new))
    await CityRule.bulk_create(_row(rule, row_id, unit.now) for rule, row_id in zip(new, ids, strict=True))
    return len(new)


async def rules(cities: Sequence[str]) -> list[list[LocalRule]]:
    """For each city by name its rules and the nationwide ones, by topic; what is not known is said to be unknown."""
    rows = await CityRule.filter(city__in=[*cities, NATIONWIDE], retired_at=0).order_by("id").values()
    found = [
        LocalRule(
            city=r["city"],
            topic=RuleTopic(r["topic"]),
            channel=r["channel"],
            text=r["text"],
            number=r["number"],
            effective_from=r["effective_from"],
            source=r["source"],
            confidence=Confidence(r["confidence"]),
        )
        for r in rows
    ]
    return [with_unknown_window(city, [r for r in found if r.city in (city, NATIONWIDE)]) for city in cities]


async def set_rule(ports: Ports, actor: Actor, new: NewRule, key: str) -> int:
    """Sets a city's rule of a topic and channel with its source; the former one is retired. Answers the rule's id.

    Refused: not_found, rule_text, rule_number, rule_channel.
    """
    actor.require("policy.write")
    problems = check_rule(new.topic, new.text, new.number, new.source)
    if len(new.channel) > _LONGEST_CHANNEL:
        problems.append(_channel_long())
    if problems:
        raise Refusal(*problems)

    async def run(unit: Work) -> int:
        city = await City.filter(code=new.city_code).select_for_update().first()
        if city is None:
            raise Refusal(not_found("城市", "city"))
        former = CityRule.filter(city=city.name, topic=new.topic, channel=new.channel, retired_at=0)
        await former.update(retired_at=unit.now)
        text, source = new.text.strip(), new.source.strip()
        rule = LocalRule(city.name, new.topic, new.channel, text, new.number, "", source, Confidence.HIGH)
        row = _row(rule, unit.new_id(), unit.now)
        await row.save(force_create=True)
        told = f"{city.name} {TOPIC_LABELS[new.topic][0]} {new.channel} {text[:200]}"
        await unit.audit("policy.rule", "city_rule", row.id, 规则=told, 数值=new.number, 依据=source[:200])
        return row.id

    return await once(ports.store, actor, "policy.rule", key, asdict(new), run)


def _row(rule: LocalRule, row_id: int, now: int) -> CityRule:
    return CityRule(
        id=row_id,
        city=rule.city,
        topic=rule.topic,
        channel=rule.channel,
        text=rule.text,
        number=rule.number,
        effective_from=rule.effective_from,
        source=rule.source,
        confidence=rule.confidence,
        created_at=now,
    )


def _unreadable(name: str, reason: str) -> Problem:
    return Problem(
        "rules_file",
        f"地方规则文件 {name} 不能读取：{reason[:200]}",
        f"The file of local rules {name} cannot be read: {reason[:200]}",
        "请检查 YAML 格式、topic 与 confidence",
        "Check the YAML, the topics and the confidence of each rule",
    )


def _channel_long() -> Problem:
    return Problem(
        "rule_channel",
        f"渠道不超过 {_LONGEST_CHANNEL} 字",
        f"A channel has at most {_LONGEST_CHANNEL} characters",
        "例如：社保、医保、税务、公积金",
        "For example 社保, 医保, 税务 or 公积金",
        field="channel",
    )
