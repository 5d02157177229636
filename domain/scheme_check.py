"""Whether a scheme's terms can be kept in its city from a month on: kinds, tiers, bases, rate and fee."""

from __future__ import annotations

from typing import Final

from domain.base_rule import BASE_RULE_LABELS, BaseRule, limit_of
from domain.contribution import check_base
from domain.errors import Problem, invalid
from domain.period import BillingMonth
from domain.policy import CATEGORY_LABELS, KIND_LABELS, KIND_LABELS_EN, KIND_ORDER, Kind, PolicyVersion
from domain.scheme import BaseTerm, Place, Terms
from domain.selection import Choice

LONGEST_NOTE: Final = 400

_FUND_RANGE: Final = (50_000, 120_000)  # 5 % to 12 %, 住房公积金管理条例 §18 and 建金管〔2005〕5号


def check_terms(place: Place, terms: Terms) -> list[Problem]:
    """Everything that is wrong with the terms at the place's month; nothing when they may be kept."""
    if not terms.kinds:
        return [invalid("kinds", "请至少选择一个险种", "Choose at least one kind"), *_plain(terms)]
    problems = _kinds(place, terms)
    wrong = {p.value for p in problems}
    known = [kind for kind in sorted(place.kinds(terms), key=KIND_ORDER.__getitem__) if kind.value not in wrong]
    return [*problems, *_tiers(place, terms), *_housing(place, terms), *_bases(place, terms, known), *_plain(terms)]


def _plain(terms: Terms) -> list[Problem]:
    problems = []
    if terms.service_fee_fen < 0:
        problems.append(invalid("serviceFee", "服务费不能为负", "The fee cannot be negative"))
    if len(terms.note) > LONGEST_NOTE:
        problems.append(invalid("note", f"说明最多 {LONGEST_NOTE} 字", f"At most {LONGEST_NOTE} characters"))
    return problems


def _kinds(place: Place, terms: Terms) -> list[Problem]:
    """Kinds that the city does not offer. Maternity that is collected with medical is no mistake."""
    missing = place.kinds(terms) - frozenset(place.book.kinds(place.city_code, place.category, place.month))
    city, when = place.book.cities().get(place.city_code, place.city_code), BillingMonth.of(place.month)
    return [
        Problem(
            "kind_not_offered",
            f"{city} {when} 没有{CATEGORY_LABELS[place.category]}{KIND_LABELS[kind]}的政策",
            f"{KIND_LABELS_EN[kind]} is not offered to this category in {place.city_code} in {when}",
            "请去掉该险种，或先补录该城市的政策",
            "Leave the kind out, or add the city's policy first",
            field="kinds",
            value=kind.value,
        )
        for kind in sorted(missing, key=KIND_ORDER.__getitem__)
    ]


def _tiers(place: Place, terms: Terms) -> list[Problem]:
    problems = []
    for kind, tier in terms.tiers.items():
        label, label_en = KIND_LABELS[kind], KIND_LABELS_EN[kind]
        if kind is Kind.WORK_INJURY:
            text = "工伤保险的类别随公司，不在方案里选择"
            problems.append(invalid("tiers", text, "The class of work injury is the company's, not the scheme's"))
            continue
        if kind not in place.kinds(terms):
            text = f"选了{label}的档次，但方案不含{label}"
            problems.append(invalid("tiers", text, f"A tier of {label_en} without the kind").at(value=kind.value))
            continue
        known = place.book.tiers(place.city_code, place.category, kind, place.month)
        if tier not in known:
            have = f"现有 {'、'.join(known)} 档" if known else "该险种不分档"
            text = f"{label}没有 {tier} 档（{have}）"
            problems.append(invalid("tiers", text, f"{label_en} has no tier {tier}").at(value=tier))
    return problems


def _housing(place: Place, terms: Terms) -> list[Problem]:
    """The rate against the city's own row, and where there is none against the national range."""
    rate, (lowest, highest) = terms.housing_rate_ppm, _FUND_RANGE
    if Kind.HOUSING_FUND in terms.kinds:
        found = place.selected(Kind.HOUSING_FUND, Choice(tiers=terms.tiers, housing_rate_ppm=rate))
        if isinstance(found, Problem) and found.code.startswith("housing_rate"):
            return [found.at(field="housingRate")]
        if rate is None and isinstance(found, Problem):
            return [
                invalid("housingRate", "含公积金的方案须填缴存比例", "A scheme with housing fund needs its rate"),
            ]
    if rate is not None and not lowest <= rate <= highest:
        return [invalid("housingRate", "公积金比例为 5% 至 12%", "The housing-fund rate is 5 % to 12 %")]
    return []


def _bases(place: Place, terms: Terms, known: list[Kind]) -> list[Problem]:
    problems = []
    for kind, term in terms.bases.items():
        if kind not in place.kinds(terms):
            text = f"为{KIND_LABELS[kind]}定了基数规则，但方案不含该险种"
            wrong = invalid("bases", text, f"A base rule for {KIND_LABELS_EN[kind]} without the kind")
            problems.append(wrong.at(value=kind.value))
        elif (found := _base(kind, term, _policy(place, terms, kind) if kind in known else None)) is not None:
            problems.append(found)
    return problems


def _policy(place: Place, terms: Terms, kind: Kind) -> PolicyVersion | None:
    """A row with the kind's limits: that of the tier, or of any class of work injury, whose limits are the same."""
    rows = place.book.in_force(place.city_code, place.category, kind, place.month)
    tier = terms.tiers.get(kind, "")
    wanted = [row for row in rows if row.tier == tier] if tier else rows
    return wanted[0] if wanted else None


def _base(kind: Kind, term: BaseTerm, policy: PolicyVersion | None) -> Problem | None:
    label, label_en = KIND_LABELS[kind], KIND_LABELS_EN[kind]
    rule, rule_en = BASE_RULE_LABELS[term.rule]
    if term.rule is not BaseRule.FIXED:
        if term.fen is not None:
            text = f"{label}{rule}，不用填固定基数"
            return invalid("bases", text, f"{label_en}: {rule_en} takes no amount").at(value=kind.value)
        if policy is None or term.rule is BaseRule.DECLARED:
            return None
        if limit_of(term.rule, policy) is not None:
            return None
        return Problem(
            "base_limit_missing",
            f"{policy.city}{label}没有可依据的上下限，不能{rule}计",
            f"{label_en} has no such limit in {policy.city}; the base cannot follow it",
            "请改用申报基数或固定基数，或先补录政策的上下限",
            "Use the declared or a fixed base, or add the limits to the policy first",
            field="bases",
            value=kind.value,
        )
    if term.fen is None:
        return invalid("bases", f"{label}按固定基数，请填写金额", f"{label_en}: give the fixed base").at(
            value=kind.value
        )
    if term.fen <= 0:
        wrong = invalid("bases", f"{label}的固定基数须大于 0", f"{label_en}: the fixed base must be above 0")
        return wrong.at(value=kind.value)
    absurd = check_base(term.fen, policy) if policy is not None else None
    return None if absurd is None else absurd.at(field="bases")
