"""What a review says about age: too young for any work, and old enough to retire, which asks for a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from domain.compliance.facts import EnrollFacts, basis_of, finding, kind_names
from domain.errors import Problem, Refusal, Severity
from domain.legal_basis import LegalBasis
from domain.over_age import DECISION_WORDS, OverAgeDecision, Reached
from domain.period import BillingMonth
from domain.policy import Kind
from domain.precheck.row import CheckedRow
from domain.retirement import RETIREMENT_CATEGORY_LABELS, Retirement

YOUNGEST: Final = 16
"""Nobody below this age may be employed (劳动法 §15)."""


def ages(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    """Too young is an error; old enough to retire is a decision that somebody has to take."""
    if row.birth is None:
        return _injury_only(row, facts)
    age = _age(row.birth, facts.declaration_month.last_day())
    if age < YOUNGEST:
        return [
            finding(
                "under_age",
                f"此人 {age} 周岁，未满 {YOUNGEST} 周岁不得用工参保",
                f"The person is {age}; nobody under {YOUNGEST} may be employed and insured",
                "请核对证件号码",
                "Check the document number",
                field="id_number",
            )
        ]
    return _injury_only(row, facts) + _retirement(row, row.birth, facts)


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _decision(row: CheckedRow) -> OverAgeDecision | None:
    """The decision in the row; a service contract of somebody over age stands for work injury alone."""
    named = row.extra.get("over_age")
    if named:
        return OverAgeDecision(named)
    return OverAgeDecision.INJURY_ONLY if basis_of(row) is LegalBasis.SERVICE else None


def _injury_only(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    """The decision for work injury alone against the kinds that the row asks for."""
    others = facts.kinds - {Kind.WORK_INJURY}
    if row.extra.get("over_age") != OverAgeDecision.INJURY_ONLY or not others:
        return []
    names, names_en = kind_names(others)
    return [
        finding(
            "over_age_kinds",
            f"超龄处理为“仅参加工伤”，却还要求参加：{names}",
            f"The decision is work injury alone, yet these are asked for: {names_en}",
            "请只保留工伤保险，或改填“延长缴费”",
            "Keep work injury alone, or decide to pay on",
            field="over_age",
        )
    ]


def _retirement(row: CheckedRow, birth: date, facts: EnrollFacts) -> list[Problem]:
    if facts.retirement is None:
        return []
    month = max(facts.declaration_month, BillingMonth.of(row.start_month or facts.declaration_month.number))
    try:
        found = facts.retirement.reached(birth, row.sex, month)
    except Refusal as missing:
        return [replace(each, severity=Severity.WARNING, field="id_number") for each in missing.problems]
    if found is None:
        return []
    decision = _decision(row)
    if decision is OverAgeDecision.INJURY_ONLY:
        return []
    if decision is OverAgeDecision.EXTEND:
        return [_extended(found)]
    if not found.open:
        return [_over_age(found, decision)]
    return [] if decision is OverAgeDecision.NOT_DUE else [_post_unknown(found)]


def _last(found: Reached) -> Retirement:
    """The retirement that holds whatever the post: the latest of those reached."""
    return max((each for _, each in found.retirements), key=lambda each: each.retirement_month)


def _when(retirement: Retirement) -> tuple[str, str]:
    years, months = retirement.age
    rest, rest_en = (f" {months} 个月", f" and {months} months") if months else ("", "")
    month = retirement.retirement_month
    return f"{month}（{years} 周岁{rest}）", f"{month} ({years} years{rest_en})"


def _over_age(found: Reached, decision: OverAgeDecision | None) -> Problem:
    retirement = _last(found)
    when, when_en = _when(retirement)
    told, told_en = "", ""
    if decision is OverAgeDecision.NOT_DUE:
        told, told_en = "，与填写的“未到退休年龄”不符", ", which contradicts the decision “not due yet”"
    choices = "；".join(words[0] for key, words in DECISION_WORDS.items() if key is not OverAgeDecision.NOT_DUE)
    elastic, elastic_en = "", ""
    if retirement.latest_month > retirement.retirement_month:
        elastic = f"；也可弹性退休：经本人与单位书面约定最迟延至 {retirement.latest_month}"
        elastic_en = f"; by written agreement retirement may also be put off until {retirement.latest_month}"
    return finding(
        "over_age",
        f"此人于 {when} 到法定退休年龄{told}，需要决定如何参保",
        f"The person reaches the statutory retirement age in {when_en}{told_en}: a decision is needed",
        f"请在“超龄处理”列填其一：{choices}{elastic}",
        f"Decide in 超龄处理: paying on to the minimum years, or work injury alone{elastic_en}",
        Severity.WARNING,
        "id_number",
    )


def _post_unknown(found: Reached) -> Problem:
    """A woman between the months of the two posts: the document does not tell which one holds."""
    (category, early), (later, late) = found.retirements[0], found.open[0]
    when, when_en = _when(early)
    after, after_en = _when(late)
    first, second = RETIREMENT_CATEGORY_LABELS[category], RETIREMENT_CATEGORY_LABELS[later]
    return finding(
        "retirement_post",
        f"法定退休年龄取决于岗位：{first}为 {when}，已到；{second}为 {after}，未到",
        f"The retirement age depends on the post: {when_en}, reached, or {after_en}, still ahead",
        "请核对岗位；按后者的在“超龄处理”列填“未到退休年龄”，按前者的填“延长缴费”或“仅参加工伤”",
        "Check the post; decide “not due yet” for the later one, paying on or work injury alone for the earlier",
        Severity.WARNING,
        "id_number",
    )


def _extended(found: Reached) -> Problem:
    retirement = _last(found)
    when, when_en = _when(retirement)
    years = retirement.minimum_years
    until = "最低缴费年限（该时点的规定未录入，请人工核对）" if years is None else f"最低缴费年限 {years:g} 年"
    until_en = "the minimum years (no row says how many)" if years is None else f"the minimum of {years:g} years"
    return finding(
        "over_age_extended",
        f"此人于 {when} 到法定退休年龄，延长缴费至{until}为止",
        f"The person reaches the statutory retirement age in {when_en} and pays on to {until_en}",
        "请核对累计缴费年限，缴满后办理退休并减员",
        "Check the years paid so far; when they are complete, retire and stop the person",
        Severity.NOTICE,
        "id_number",
    )
