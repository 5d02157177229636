"""Compliance review of a change of somebody who is enrolled: months, bases, schemes, companies, documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.base_history import BaseScope, scope_of
from domain.change import Asked, Spell, first_open_month, needs_base, new_bases, period_start, standing
from domain.compliance.facts import EnrollFacts, finding, kind_names
from domain.compliance.person import name_differs
from domain.compliance.standard import base_findings, kinds_and_bases
from domain.enrollment import PAID_BY_EVERY_EMPLOYER
from domain.errors import Problem, Severity
from domain.payer import Item, taken
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from domain.precheck.row import CheckedRow
from domain.scheme import Terms
from domain.selection import Choice, select

FUND_FROM = "fund_from"
"""Where a row's `extra` says from which month the housing fund's base holds, when that is another month."""


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What is known around a row that changes something: the person's effective enrolments at this company.

    `closed` are the company's closed months; `pending`: another change of this person is under way here.
    """

    book: PolicyBook
    declaration_month: BillingMonth
    spells: tuple[Spell, ...] = ()
    name_on_file: str | None = None
    pending: bool = False
    closed: tuple[int, ...] = ()
    injury_class: int | None = None
    company_rate_ppm: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A scheme with the version of the month asked for, and the kinds that it comes to there."""

    name: str
    scheme_id: int
    version_id: int | None
    city_code: str
    category: Category
    kinds: frozenset[Kind]
    terms: Terms


@dataclass(frozen=True, slots=True)
class Target:
    """A company that a person may be moved to, with its closed months; `blocked`: it is on the blacklist."""

    company_id: int
    closed: tuple[int, ...] = ()
    blocked: bool = False


def review_person(row: CheckedRow, facts: ChangeFacts) -> list[Problem]:
    """What every change asks first. Errors: not_enrolled, change_pending. Warning: name_mismatch."""
    problems = list(name_differs(row, facts.name_on_file))
    if not row.id_number:
        return problems
    if not facts.spells:
        problems.append(
            finding(
                "not_enrolled",
                "此人在本单位没有在册的参保",
                "This person is not enrolled at this company",
                "请核对证件号码；若增员尚未办结，请等办结后再变更",
                "Check the document number; if the enrolment is still under way, wait for its result",
                field="id_number",
            )
        )
    elif facts.pending:
        problems.append(
            finding(
                "change_pending",
                "此人已有一笔异动在办理",
                "A change of this person is already under way",
                "请等待该笔结果，或先撤回该笔",
                "Wait for its result, or withdraw it first",
                field="id_number",
            )
        )
    return problems


def in_period(row: CheckedRow, facts: ChangeFacts) -> CheckedRow:
    """The row of a yearly change with its from-months: where it names none, the first months of the policy periods.

    Social insurance and housing fund have periods of their own; who was enrolled later begins with the enrolment.
    """
    if row.start_month is not None or not facts.spells:
        return row
    month, first = facts.declaration_month.number, facts.spells[0]
    place = (facts.book, first.city_code, first.category)
    social = period_start(*place, Kind.PENSION, month) or month
    fund = period_start(*place, Kind.HOUSING_FUND, month) or social
    earliest = min(spell.since for spell in facts.spells)
    fund_from = {FUND_FROM: str(max(fund, earliest))}
    return replace(row, start_month=max(social, earliest), extra=row.extra | fund_from)


def asked_of(row: CheckedRow) -> Asked | None:
    """The bases that a row asks for; None as long as it has no from-month."""
    if row.start_month is None:
        return None
    fund_from = int(row.extra.get(FUND_FROM, row.start_month))
    return Asked(row.base_fen, row.housing_base_fen, row.housing_rate_ppm, row.start_month, fund_from)


def review_base(row: CheckedRow, facts: ChangeFacts) -> list[Problem]:
    """All problems of a new base.

    Errors: those of `review_person`, from_before_start, scope_not_enrolled, base_far_above_max, housing_rate_*.
    Warning: differences_follow. Notices: later_base_on_file, no_change, base_below_min, base_above_max.
    """
    problems = review_person(row, facts)
    asked = asked_of(row)
    if not facts.spells or asked is None or not asked.scopes:
        return problems
    for scope in asked.scopes:
        mine = [spell for spell in facts.spells if spell.of_scope(scope)]
        problems += _of_scope(row, scope, asked, mine, facts) if mine else [_scope_missing(scope)]
    if not any(p.code in ("scope_not_enrolled", "from_before_start") for p in problems):
        problems += [*_differences(asked, facts), *_later(asked, facts.spells), *_same(asked, facts.spells)]
    return problems


def _of_scope(
    row: CheckedRow, scope: BaseScope, asked: Asked, spells: Sequence[Spell], facts: ChangeFacts
) -> list[Problem]:
    """The from-month against the enrolment's start, and the new base against the limits of that month."""
    month, start = asked.from_month(scope), min(spell.since for spell in spells)
    if month < start:
        return [_before_start(month, start)]
    problems: list[Problem] = []
    policies: list[PolicyVersion] = []
    fund = scope is BaseScope.FUND
    for spell in spells:
        for part in spell.of_scope(scope):
            rate = asked.fund_rate_ppm if asked.fund_rate_ppm is not None else spell.now(part, month)[1]
            tiers = {part.kind: part.tier} if part.tier else {}
            choice = Choice(tiers=tiers, housing_rate_ppm=rate, injury_class=facts.injury_class)
            found = select(facts.book, spell.city_code, spell.category, part.kind, month, choice)
            if not isinstance(found, Problem):
                policies.append(found[0])
            elif fund and found.code.startswith("housing_rate"):
                problems.append(found.at(field="housing_rate"))
    declared = row.housing_base_fen if fund else row.base_fen
    return problems + base_findings(policies, declared, "housing_base" if fund else "base")


def _differences(asked: Asked, facts: ChangeFacts) -> list[Problem]:
    first = min(asked.from_month(scope) for scope in asked.scopes)
    over = [month for month in facts.closed if month >= first]
    if not over:
        return []
    return [
        finding(
            "differences_follow",
            f"新基数自 {BillingMonth.of(first)} 起，其中 {len(over)} 个月已关账，差额将计入下一个未关账的账单",
            f"The base holds from {BillingMonth.of(first)}; {len(over)} of these months are closed, "
            "and the differences appear on the next open bill",
            "请核对起始月；确认后无需另行补缴",
            "Check the month; no makeup payment of its own is needed",
            Severity.WARNING,
            "start_month",
        )
    ]


def _later(asked: Asked, spells: Iterable[Spell]) -> list[Problem]:
    later = [
        change.from_month
        for spell in spells
        for change in spell.changes
        if change.scope in asked.scopes and change.from_month > asked.from_month(change.scope)
    ]
    if not later:
        return []
    month = BillingMonth.of(min(later))
    return [
        finding(
            "later_base_on_file",
            f"{month} 起已另有申报基数，本次基数只到它的前一个月为止",
            f"Another base is on file from {month}; this one holds until the month before",
            "无需处理；若后面的基数也要改，请另行申报",
            "Nothing to do; to change the later one too, declare it as well",
            Severity.NOTICE,
            "start_month",
        )
    ]


def _same(asked: Asked, spells: Sequence[Spell]) -> list[Problem]:
    new = [(spell, base) for spell in spells for base in new_bases(spell, asked)]
    if not all(standing([s], b.scope, b.from_month) == (b.base_fen, b.housing_rate_ppm) for s, b in new):
        return []
    return [no_change("与现在的基数和比例相同", "The same base and rate as now", "base")]


def no_change(message: str, message_en: str, field: str) -> Problem:
    """The notice that a row asks for what is on file already."""
    return finding(
        "no_change",
        message,
        message_en,
        "无需处理；也可以删除这一行",
        "Nothing to do; the row may also be deleted",
        Severity.NOTICE,
        field,
    )


def _scope_missing(scope: BaseScope) -> Problem:
    word, word_en = ("公积金", "the housing fund") if scope is BaseScope.FUND else ("社会保险", "social insurance")
    return finding(
        "scope_not_enrolled",
        f"此人在本单位没有参加{word}，不能变更{word}基数",
        f"This person is not enrolled in {word_en} here",
        "请清空该列，或先办理增员",
        "Leave the cell empty, or enrol the person first",
        field="housing_base" if scope is BaseScope.FUND else "base",
    )


def _before_start(month: int, start: int) -> Problem:
    return finding(
        "from_before_start",
        f"起始月 {BillingMonth.of(month)} 早于参保起始月 {BillingMonth.of(start)}",
        f"The month {BillingMonth.of(month)} is before the start of the enrolment {BillingMonth.of(start)}",
        "请核对月份；更早的月份请走补缴业务",
        "Check the month; earlier months go through makeup payment",
        field="start_month",
    )


def review_scheme(
    row: CheckedRow, facts: ChangeFacts, offer: Offer | None, items: Iterable[Item], company_id: int
) -> list[Problem]:
    """All problems of a move to another scheme, or to a newer version of one's own.

    Errors: those of `review_person`, month_closed, from_before_start, scheme_same, scheme_other_place,
    base_needed, payer_conflict, and what `kinds_and_bases` says to the new kinds.
    """
    problems = review_person(row, facts)
    if not facts.spells or row.start_month is None:
        return problems
    problems += open_month(row.start_month, facts.closed, facts.spells)
    if offer is None:
        return problems
    first = facts.spells[0]
    if (offer.city_code, offer.category) != (first.city_code, first.category):
        return [*problems, _other_place(offer)]
    if {(s.scheme_id, s.scheme_version_id) for s in facts.spells} == {(offer.scheme_id, offer.version_id)}:
        return [*problems, _same_scheme(offer)]
    living = list(items)
    under_way = offer.kinds & taken(living, company_id, row.start_month)[0]
    if under_way:
        problems.append(_under_way(under_way))
    return problems + under_terms(row, facts, offer, living, {company_id})


def _under_way(kinds: frozenset[Kind]) -> Problem:
    names, names_en = kind_names(kinds)
    return finding(
        "already_pending",
        f"此人另有一笔增员在办理：{names}",
        f"Another enrolment of this person is under way: {names_en}",
        "请等待该笔结果，或先撤回该笔",
        "Wait for its result, or withdraw it first",
        field="id_number",
    )


def under_terms(
    row: CheckedRow, facts: ChangeFacts, offer: Offer, items: Iterable[Item], own: set[int]
) -> list[Problem]:
    """Whether the kinds of an offer can be gone on with: payers of kinds that are new, bases, rates and limits.

    `items` are the living ones beside those that end with the change, `own` the companies that were looked at already.
    """
    month, terms = row.start_month or 0, offer.terms
    had = {part.kind for spell in facts.spells for part in spell.parts}
    elsewhere = taken([item for item in items if item[0] not in own], 0, month)[1]
    problems = payer_conflict((offer.kinds - had) & elsewhere)
    if row.base_fen is None and needs_base(facts.spells, offer.kinds, month):
        problems.append(_base_needed(offer))
    bases = {scope: standing(facts.spells, scope, month) for scope in BaseScope}
    social, fund = bases[BaseScope.SOCIAL], bases[BaseScope.FUND]
    new_fund = any(scope_of(kind) is BaseScope.FUND for kind in offer.kinds)
    rate = fund[1] if fund and fund[1] is not None else facts.company_rate_ppm
    meant = replace(
        row,
        city_code=offer.city_code,
        category=offer.category,
        base_fen=row.base_fen if row.base_fen is not None else social[0] if social else None,
        housing_base_fen=fund[0] if fund and new_fund else None,
    )
    enroll = EnrollFacts(
        book=facts.book,
        declaration_month=facts.declaration_month,
        kinds=offer.kinds,
        choice=terms.choice(rate, facts.injury_class),
        ruled_kinds=terms.ruled,
    )
    return problems + kinds_and_bases(meant, enroll)


def open_month(month: int, closed: Iterable[int], spells: Sequence[Spell]) -> list[Problem]:
    """An error when an enrolment would end in a closed month, or before it began."""
    start = max(spell.start_month for spell in spells)
    if month <= start:
        return [_not_after_start(month, start)]
    first = first_open_month(closed, month)
    return [] if first is None else [_month_closed(month, first)]


def payer_conflict(kinds: Iterable[Kind]) -> list[Problem]:
    """An error for kinds that somebody else pays already (who is never named)."""
    clashing = frozenset(kinds) - PAID_BY_EVERY_EMPLOYER
    if not clashing:
        return []
    names, names_en = kind_names(clashing)
    return [
        finding(
            "payer_conflict",
            f"此人同一月份已由其他单位缴纳：{names}",
            f"Another payer already covers this month: {names_en}",
            "请本人与原单位先办理停保，或选择不含这些险种的方案",
            "The person asks the former payer to stop first, or takes a scheme without these kinds",
            field="id_number",
        )
    ]


def _month_closed(month: int, first: int) -> Problem:
    return finding(
        "month_closed",
        f"{BillingMonth.of(month)} 已关账，最早可从 {BillingMonth.of(first)} 起",
        f"{BillingMonth.of(month)} is closed; the first open month is {BillingMonth.of(first)}",
        f"请把起始月改为 {BillingMonth.of(first)} 或以后",
        f"Use {BillingMonth.of(first)} or later",
        field="start_month",
    )


def _not_after_start(month: int, start: int) -> Problem:
    return finding(
        "from_before_start",
        f"起始月 {BillingMonth.of(month)} 须晚于现参保的起始月 {BillingMonth.of(start)}",
        f"{BillingMonth.of(month)} must come after the first month of the present enrolment, {BillingMonth.of(start)}",
        "请核对月份；若从一开始就错，请撤销原增员批次",
        "Check the month; if it was wrong from the beginning, undo the enrolment",
        field="start_month",
    )


def _other_place(offer: Offer) -> Problem:
    return finding(
        "scheme_other_place",
        f"方案“{offer.name}”属于其他城市或参保类别",
        f"The scheme “{offer.name}” is of another city or category",
        "换城市或类别请先减员，再按新方案增员",
        "To change city or category, stop the person and enrol them anew",
        field="scheme",
    )


def _same_scheme(offer: Offer) -> Problem:
    return finding(
        "scheme_same",
        f"此人已在方案“{offer.name}”的这个版本中",
        f"This person is on this version of “{offer.name}” already",
        "请删除该行，或核对方案和起始月",
        "Delete the row, or check scheme and month",
        field="scheme",
    )


def _base_needed(offer: Offer) -> Problem:
    return finding(
        "base_needed",
        f"方案“{offer.name}”含社会保险，此人还没有社保申报基数",
        f"The scheme “{offer.name}” has social insurance, for which no base is on file",
        "请在“申报工资”列填写",
        "Fill in the declared wage",
        field="base",
    )
