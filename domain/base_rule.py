"""Where the contribution base of an enrolled kind comes from, month by month."""

from __future__ import annotations

from enum import StrEnum

from domain.errors import Problem, Severity
from domain.policy import KIND_LABELS, KIND_LABELS_EN, PolicyVersion


class BaseRule(StrEnum):
    """The rule by which one enrolled kind finds its base.

    DECLARED is the declared amount held between the policy's limits. FLOOR and CAP follow the limits themselves, so
    the base moves with every new policy year. FIXED keeps the amount agreed for this kind whatever the enrolment's
    other bases do; the limits still hold it.
    """

    DECLARED = "declared"
    FLOOR = "floor"
    CAP = "cap"
    FIXED = "fixed"


BASE_RULE_LABELS: dict[BaseRule, tuple[str, str]] = {
    BaseRule.DECLARED: ("按申报基数", "declared base"),
    BaseRule.FLOOR: ("按下限", "lower limit"),
    BaseRule.CAP: ("按上限", "upper limit"),
    BaseRule.FIXED: ("固定基数", "fixed base"),
}


def declared_for(rule: BaseRule, declared_fen: int, policy: PolicyVersion) -> int:
    """The base (fen) to hold between the limits; where FLOOR or CAP asks for a limit nobody knows, the declared one."""
    limit = limit_of(rule, policy)
    return declared_fen if limit is None else limit


def limit_of(rule: BaseRule, policy: PolicyVersion) -> int | None:
    """The policy's limit that the rule takes as base (fen); None for the other rules, and where it is not known."""
    if rule is BaseRule.FLOOR:
        return policy.base_min_fen
    return policy.base_max_fen if rule is BaseRule.CAP else None


def unknown_limit(rule: BaseRule, policy: PolicyVersion) -> Problem | None:
    """The notice that a limit was asked for which the policy does not name, so that the declared base is used."""
    if rule not in (BaseRule.FLOOR, BaseRule.CAP) or limit_of(rule, policy) is not None:
        return None
    label, label_en = BASE_RULE_LABELS[rule]
    return Problem(
        code="base_limit_unknown",
        message=f"{policy.city}{KIND_LABELS[policy.kind]}约定{label}缴纳，但政策未载明该限额，已按申报基数计算",
        message_en=f"{KIND_LABELS_EN[policy.kind]} goes by the {label_en}, which the policy does not name; "
        "the declared base is used",
        remedy="请在城市管理中补录基数上下限后重新计算",
        remedy_en="Add the limits to the policy and compute again",
        severity=Severity.NOTICE,
        field=policy.kind,
    )
