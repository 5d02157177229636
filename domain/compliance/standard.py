"""What a review says about the regional standard: kinds offered, rates to be chosen, limits of the base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from domain.compliance.facts import EnrollFacts, finding, kind_names
from domain.contribution import check_base, clamp
from domain.errors import Problem, Severity
from domain.money import display_yuan
from domain.period import BillingMonth
from domain.policy import CATEGORY_LABELS, KIND_LABELS, KIND_LABELS_EN, KIND_ORDER, Kind, PolicyVersion
from domain.precheck.row import CheckedRow
from domain.selection import Choice, select

_FUND_KINDS: Final = frozenset({Kind.HOUSING_FUND, Kind.SUPPLEMENTARY_HOUSING_FUND})


def resolve_kinds(asked: Iterable[Kind], offered: Iterable[Kind]) -> frozenset[Kind]:
    """The kinds that a request really means in a city that offers `offered`.

    Maternity without its own policy row is collected with medical and drops out; large medical expenses have no
    choice of their own and go with medical. Other kinds stay, offered or not, so that the review can name them.
    """
    wanted, available = set(asked), set(offered)
    if Kind.MEDICAL in wanted and Kind.MATERNITY not in available and Kind.MEDICAL in available:
        wanted.discard(Kind.MATERNITY)
    if Kind.MEDICAL in wanted and Kind.LARGE_MEDICAL in available:
        wanted.add(Kind.LARGE_MEDICAL)
    return frozenset(wanted)


def kinds_and_bases(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    """Whether each kind can be computed for the row, and what becomes of its base."""
    if not facts.kinds:
        return [
            finding(
                "kinds_missing",
                "没有可参加的险种",
                "No insurance kind was chosen",
                "请填写参加险种或方案",
                "Give the insurance kinds or a scheme",
                field="kinds",
            )
        ]
    if row.city_code is None or row.start_month is None:
        return []
    offered = frozenset(facts.book.kinds(row.city_code, row.category, row.start_month))
    if not offered:
        # One sentence says that the city has no policy; the same said for every kind would not help anybody.
        return [_no_policy(row, facts)]
    problems: list[Problem] = []
    policies: list[PolicyVersion] = []
    for kind in sorted(facts.kinds | (facts.asked or frozenset()), key=KIND_ORDER.__getitem__):
        found = _one_kind(row, kind, facts, offered)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            policies.append(found)
    # A base that the scheme sets does not come from what is declared, so nothing becomes of the declared one there.
    return problems + _bases(row, [policy for policy in policies if policy.kind not in facts.ruled_kinds])


def _one_kind(
    row: CheckedRow, kind: Kind, facts: EnrollFacts, offered: frozenset[Kind]
) -> PolicyVersion | Problem | None:
    """The policy row that a kind of the row is computed with, or what stands in the way; None if it is not wanted."""
    if kind is Kind.MATERNITY and kind not in offered and Kind.MEDICAL in facts.kinds & offered:
        return _merged()
    if kind not in facts.kinds:
        return None
    if kind not in offered:
        return _not_offered(row, kind, facts)
    if facts.scheme_kinds is not None and kind not in facts.scheme_kinds and kind is not Kind.LARGE_MEDICAL:
        return _not_in_scheme(row, kind)
    found = select(
        facts.book, row.city_code or "", row.category, kind, row.start_month or 0, _choice(row, facts.choice)
    )
    # Problems of a kind belong to the column of kinds; those of a rate or class already name their own field.
    if isinstance(found, Problem):
        return found.at(field="kinds") if found.field in KIND_ORDER else found
    return found[0]


def _choice(row: CheckedRow, choice: Choice) -> Choice:
    """The row's own housing-fund rate goes before the company's or scheme's."""
    if row.housing_rate_ppm is None or row.housing_rate_ppm == choice.housing_rate_ppm:
        return choice
    return replace(choice, housing_rate_ppm=row.housing_rate_ppm)


def _bases(row: CheckedRow, policies: list[PolicyVersion]) -> list[Problem]:
    """What becomes of the declared bases; the housing fund has its own where the row gives one."""
    if row.housing_base_fen is None:
        return base_findings(policies, row.base_fen, "base")
    social = [policy for policy in policies if policy.kind not in _FUND_KINDS]
    fund = [policy for policy in policies if policy.kind in _FUND_KINDS]
    return base_findings(social, row.base_fen, "base") + base_findings(fund, row.housing_base_fen, "housing_base")


def base_findings(policies: list[PolicyVersion], declared: int | None, field: str) -> list[Problem]:
    """An absurd base is one error, judged by the lowest limit; kinds that are clamped alike share one notice."""
    if declared is None or not policies:
        return []
    absurd = check_base(declared, min(policies, key=_limit))
    if absurd is not None:
        return [absurd.at(field=field)]
    clamped: dict[int, list[Kind]] = defaultdict(list)
    for policy in policies:
        used = clamp(declared, policy.base_min_fen, policy.base_max_fen)
        if used != declared:
            clamped[used].append(policy.kind)
    return [_clamped(declared, used, kinds, field) for used, kinds in clamped.items()]


def _limit(policy: PolicyVersion) -> int:
    return policy.base_max_fen if policy.base_max_fen is not None else 2**63


def _clamped(declared_fen: int, used_fen: int, kinds: list[Kind], field: str) -> Problem:
    below = declared_fen < used_fen
    word, word_en = ("低于下限", "below the lower limit") if below else ("高于上限", "above the upper limit")
    declared, used = display_yuan(declared_fen), display_yuan(used_fen)
    names, names_en = kind_names(kinds)
    return finding(
        "base_below_min" if below else "base_above_max",
        f"{names}：申报基数 {declared} {word} {used}，按 {used} 计算",
        f"{names_en}: the declared base {declared} is {word_en} {used}; {used} is used",
        "无需处理；两个数都会保留",
        "Nothing to do; both values are kept",
        Severity.NOTICE,
        field,
    )


def _no_policy(row: CheckedRow, facts: EnrollFacts) -> Problem:
    city = facts.book.cities().get(row.city_code or "", row.city_code or "")
    month = BillingMonth.of(row.start_month or 0)
    return finding(
        "policy_missing",
        f"{city} {month} 没有{CATEGORY_LABELS[row.category]}的政策数据",
        f"There is no {row.category} policy for {row.city_code} in {month}",
        "请在城市管理中补录政策，或核对城市和月份",
        "Add the policy rows, or check city and month",
        field="city",
    )


def _not_offered(row: CheckedRow, kind: Kind, facts: EnrollFacts) -> Problem:
    city = facts.book.cities().get(row.city_code or "", row.city_code or "")
    return finding(
        "kind_not_offered",
        f"{city}没有该类人员的{KIND_LABELS[kind]}政策，不能参加",
        f"{KIND_LABELS_EN[kind]} is not offered to this category in {row.city_code}",
        "请去掉该险种，或补录该城市的政策",
        "Leave the kind out, or add the city's policy",
        field="kinds",
    )


def _not_in_scheme(row: CheckedRow, kind: Kind) -> Problem:
    return finding(
        "kind_not_offered",
        f"方案“{row.scheme_name or ''}”不含{KIND_LABELS[kind]}",
        f"The scheme “{row.scheme_name or ''}” does not include: {KIND_LABELS_EN[kind]}",
        "请去掉该险种，或改用包含它的方案",
        "Leave the kind out, or choose a scheme that includes it",
        field="kinds",
    )


def _merged() -> Problem:
    return finding(
        "maternity_merged",
        "该城市的生育保险与医疗保险合并征缴，不单独参加",
        "This city collects maternity together with medical insurance",
        "无需处理",
        "Nothing to do",
        Severity.NOTICE,
        "kinds",
    )
