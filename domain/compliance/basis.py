"""What a review says about the legal basis and the contract on file."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.compliance.facts import EnrollFacts, basis_of, finding, kind_names
from domain.errors import Problem, Severity
from domain.legal_basis import (
    ALLOWED_KINDS,
    LEGAL_BASES,
    NEEDS_CONTRACT,
    SHORTEST_DISPATCH_YEARS,
    LegalBasis,
)
from domain.over_age import OverAgeDecision
from domain.period import BillingMonth
from domain.policy import Category, Kind
from domain.precheck.extras import OPEN_ENDED
from domain.precheck.row import CheckedRow

# One value for all rows: most sheets lack contracts for everybody or for nobody.
_MISSING: Final = finding(
    "contract_missing",
    "没有劳动合同起止日期：须有劳动合同，挂靠参保违法（社会保险基金行政监督办法 §32）",
    "No contract is on file: a labour contract is needed, insuring invented employment is illegal",
    "请填写合同开始、结束日期；灵活就业或劳务人员请在“用工形式”列注明",
    "Give the dates of the contract, or name another legal basis in 用工形式",
    Severity.WARNING,
    "contract_start",
)


def legal_basis(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    """Kinds and category against the basis that the row names, and the contract that the basis needs."""
    problems = _named(row, facts) if "legal_basis" in row.extra else []
    return problems + _contract(row, facts)


def _named(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    basis, problems = basis_of(row), []
    words = LEGAL_BASES[basis]
    if (basis is LegalBasis.FLEXIBLE) != (row.category is Category.FLEXIBLE):
        problems.append(
            finding(
                "basis_category",
                f"用工形式“{words.label}”与参保类别不一致",
                f"The legal basis ({words.label_en}) contradicts the insured category",
                "灵活就业人员的参保类别须为灵活就业，没有单位部分；其他用工形式为职工",
                "Flexible employment has its own category without an employer's part; the others are employees",
                field="legal_basis",
            )
        )
    allowed = ALLOWED_KINDS.get(basis)
    others = frozenset() if allowed is None else facts.kinds - allowed
    if allowed is not None and others:
        names, names_en = kind_names(others)
        may, may_en = kind_names(allowed)
        problems.append(
            finding(
                "basis_kinds",
                f"用工形式“{words.label}”只能参加{may}，不能参加：{names}",
                f"With this legal basis ({words.label_en}) only {may_en}; not: {names_en}",
                "请去掉这些险种，或核对用工形式",
                "Leave these kinds out, or check the legal basis",
                field="legal_basis",
            )
        )
    return problems


def _contract(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    basis = basis_of(row)
    if basis not in NEEDS_CONTRACT:
        return []
    first, last = contract_days(row)
    if first is None and last is None:
        first, last = facts.contract_on_file
    if first is None and last is None:
        return [_MISSING]
    if last not in (None, OPEN_ENDED) and row.start_month is not None:
        ended = date.fromisoformat(last)
        if ended < BillingMonth.of(row.start_month).first_day():
            return [_ended(ended, BillingMonth.of(row.start_month))]
    return [_short_dispatch()] if basis is LegalBasis.DISPATCH and not _two_years(first, last) else []


def narrowed(row: CheckedRow, kinds: frozenset[Kind]) -> frozenset[Kind]:
    """Of the kinds that a scheme or city would give a row that names none: those that its basis and decision allow."""
    if row.extra.get("over_age") == OverAgeDecision.INJURY_ONLY:
        return kinds & ALLOWED_KINDS[LegalBasis.SERVICE]
    allowed = ALLOWED_KINDS.get(basis_of(row)) if "legal_basis" in row.extra else None
    return kinds if allowed is None else kinds & allowed


def contract_days(row: CheckedRow) -> tuple[str | None, str | None]:
    """First and last day of the row's contract as ISO dates (the last may be `open_ended`); None where not given."""
    return row.extra.get("contract_start") or None, row.extra.get("contract_end") or None


def _two_years(first: str | None, last: str | None) -> bool:
    """Whether the dates show a contract of two years; one without an end does, one without a beginning does not."""
    if last == OPEN_ENDED:
        return True
    if first is None or last is None:
        return False
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    whole = BillingMonth(begins.year + SHORTEST_DISPATCH_YEARS, begins.month)
    # Two years from 2026-11-01 end on 2028-10-31; from a 29 February on the last day of that month.
    anniversary = date(whole.year, whole.month, min(begins.day, whole.last_day().day))
    return (anniversary - ends).days <= 1


def _ended(ended: date, start: BillingMonth) -> Problem:
    return finding(
        "contract_ended",
        f"合同已于 {ended} 到期，早于参保起始月 {start}",
        f"The contract ended on {ended}, before the start month {start}",
        "请核对合同日期；已续签的填写新合同，未续签的不能参保",
        "Check the dates; give the new contract if it was renewed, otherwise the person cannot be insured",
        field="contract_end",
    )


def _short_dispatch() -> Problem:
    years = SHORTEST_DISPATCH_YEARS
    return finding(
        "dispatch_contract_short",
        f"劳务派遣须订立 {years} 年以上固定期限劳动合同，现有日期看不出（劳动合同法 §58）",
        f"A dispatched worker needs a contract of at least {years} years; these dates do not show one",
        "请核对合同起止日期，或补签合同",
        "Check the dates of the contract, or renew it",
        Severity.WARNING,
        "contract_end",
    )
