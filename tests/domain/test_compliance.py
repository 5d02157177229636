"""B5 compliance review: other enrolments, regional standard, age, names, windows, and stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.compliance import (
    STOP_REASONS,
    EnrollFacts,
    StopReason,
    TerminateFacts,
    resolve_kinds,
    review_enroll,
    review_terminate,
)
from domain.errors import Problem, Severity
from domain.over_age import Retirements
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from domain.precheck import CheckedRow
from domain.precheck.cells import CellError
from domain.precheck.reasons import read_stop_reason
from domain.selection import Choice
from services.national_rules import load_retirement
from tests.domain.policy_samples import POLICIES

MONTH = BillingMonth(2026, 11)
SOCIAL = frozenset({Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY})
ALL = SOCIAL | {Kind.HOUSING_FUND}


def version(kind: Kind, tier: str = "", **changes: Any) -> PolicyVersion:
    known: dict[str, Any] = {
        "city_code": "110000",
        "city": "北京",
        "category": Category.EMPLOYEE,
        "kind": kind,
        "tier": tier,
        "effective_from": 202607,
        "effective_to": 202706,
        "base_min_fen": 727000,
        "base_max_fen": 3634800,
        "employer_rate_min_ppm": 160000,
        "employer_rate_max_ppm": 160000,
        "employee_rate_min_ppm": 80000,
        "employee_rate_max_ppm": 80000,
    }
    return PolicyVersion(**(known | changes))


def book() -> PolicyBook:
    fund = {
        "base_min_fen": 254000,
        "employer_rate_min_ppm": 50000,
        "employer_rate_max_ppm": 120000,
        "employee_rate_min_ppm": 50000,
        "employee_rate_max_ppm": 120000,
    }
    injury = [
        version(Kind.WORK_INJURY, str(tier), employer_rate_min_ppm=rate, employer_rate_max_ppm=rate)
        for tier, rate in ((1, 2000), (2, 4000))
    ]
    return PolicyBook(
        [
            version(Kind.PENSION),
            version(Kind.MEDICAL),
            version(Kind.UNEMPLOYMENT),
            *injury,
            version(Kind.HOUSING_FUND, **fund),
        ]
    )


BOOK = book()
EXTRA = {"contract_start": "2026-11-01", "contract_end": "2029-10-31"}
ROW = CheckedRow(
    row_no=9,
    cells=(),
    name="陈思远",
    id_number="110105199001011240",
    birth=date(1990, 1, 1),
    sex="female",
    base_fen=850000,
    city_code="110000",
    kinds=ALL,
    start_month=202611,
    last_month=202611,
    extra=EXTRA,
)
RETIREMENT = Retirements(load_retirement(POLICIES / "national"))
FACTS = EnrollFacts(
    book=BOOK,
    declaration_month=MONTH,
    kinds=ALL,
    choice=Choice(housing_rate_ppm=120000, injury_class=2),
    retirement=RETIREMENT,
)


def review(row: dict[str, Any] | None = None, **facts: Any) -> list[Problem]:
    return review_enroll(replace(ROW, **(row or {})), replace(FACTS, **facts))


def codes(problems: list[Problem]) -> list[str]:
    marks = {Severity.ERROR: "", Severity.WARNING: "?", Severity.NOTICE: "~"}
    return [marks[found.severity] + found.code for found in problems]


CASES: list[Any] = [
    # what is tried, changes to the row, changes to the facts, codes (? warning, ~ notice)
    ("nothing wrong", {}, {}, []),
    ("enrolled here already", {}, {"open_kinds_here": frozenset({Kind.PENSION})}, ["already_enrolled"]),
    ("enrolled here in another kind", {}, {"open_kinds_here": frozenset({Kind.MATERNITY})}, []),
    ("an enrolment under way", {}, {"pending_here": True}, ["already_pending"]),
    ("paid by another payer", {}, {"open_kinds_elsewhere": ALL}, ["payer_conflict"]),
    ("work injury elsewhere is right", {}, {"open_kinds_elsewhere": frozenset({Kind.WORK_INJURY})}, []),
    ("base below the limit", {"base_fen": 500000}, {}, ["~base_below_min"]),
    ("base above the limit", {"base_fen": 4000000}, {}, ["~base_above_max"]),
    ("base ten times over", {"base_fen": 36348001}, {}, ["base_far_above_max"]),
    ("base at ten times is clamped", {"base_fen": 36348000}, {}, ["~base_above_max"]),
    ("base zero", {"base_fen": 0}, {}, ["base_not_positive"]),
    ("own housing base below", {"housing_base_fen": 200000}, {}, ["~base_below_min"]),
    ("housing rate missing", {}, {"choice": Choice(injury_class=2)}, ["housing_rate_missing"]),
    ("housing rate of the row", {"housing_rate_ppm": 70000}, {"choice": Choice(injury_class=2)}, []),
    ("housing rate too high", {"housing_rate_ppm": 130000}, {}, ["housing_rate_out_of_range"]),
    ("no housing fund, no rate needed", {}, {"kinds": SOCIAL, "choice": Choice(injury_class=2)}, []),
    ("no injury class", {}, {"choice": Choice(housing_rate_ppm=120000)}, ["injury_class_missing"]),
    ("no kinds", {}, {"kinds": frozenset()}, ["kinds_missing"]),
    ("kind not in the city", {}, {"kinds": ALL | {Kind.SUPPLEMENTARY_HOUSING_FUND}}, ["kind_not_offered"]),
    ("kind not in the scheme", {}, {"scheme_kinds": SOCIAL}, ["kind_not_offered"]),
    ("maternity goes with medical", {}, {"kinds": ALL | {Kind.MATERNITY}}, ["~maternity_merged"]),
    ("maternity asked and resolved away", {}, {"asked": ALL | {Kind.MATERNITY}}, ["~maternity_merged"]),
    ("maternity without medical", {}, {"kinds": frozenset({Kind.MATERNITY})}, ["kind_not_offered"]),
    ("no policy in that month", {"start_month": 202801}, {}, ["policy_missing"]),
    ("no policy for that category", {"category": Category.FLEXIBLE}, {}, ["policy_missing"]),
    ("15 years", {"birth": date(2010, 12, 1)}, {}, ["under_age"]),
    ("16 within the month", {"birth": date(2010, 11, 30)}, {}, []),
    ("sex unknown", {"birth": date(1950, 1, 1), "sex": None}, {}, []),
    ("another name on file", {}, {"name_on_file": "陈思源"}, ["?name_mismatch"]),
    ("the same name with a blank", {"name": "John  Smith"}, {"name_on_file": "JOHN SMITH"}, []),
    ("window closed", {"extra": EXTRA | {"asked_start_month": "2026-10"}}, {}, ["?start_moved"]),
    ("unreadable values are the precheck's", {"base_fen": None, "city_code": None, "start_month": None}, {}, []),
]


@pytest.mark.parametrize(("row", "facts", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_enrolment(row: dict[str, Any], facts: dict[str, Any], expected: list[str]) -> None:
    """B5, A1.2: each fact alone gives exactly its problem, placed at the row, in two languages, with a remedy."""
    problems = review(row, **facts)
    assert codes(problems) == expected
    for found in problems:
        assert found.row == 9
        assert found.field
        assert found.message
        assert found.message_en
        assert found.remedy
        assert found.remedy_en


def test_conflict_never_names_the_other_payer_or_name() -> None:
    """B5, domain §2 and §9: what is known of another client's records is not shown, only that there is a conflict."""
    problems = review(open_kinds_elsewhere=ALL, name_on_file="欧阳秘密")
    assert codes(problems) == ["payer_conflict", "?name_mismatch"]
    assert not any("欧阳" in str(found) for found in problems)
    assert "工伤" not in problems[0].message


def test_everything_is_found_at_once() -> None:
    """B5: one look at a row names all that is wrong with it."""
    problems = review(
        {
            "base_fen": 500000,
            "birth": date(1966, 1, 1),
            "housing_rate_ppm": 10000,
            "extra": {"asked_start_month": "2026-10"},
        },
        open_kinds_here=frozenset({Kind.PENSION}),
    )
    assert codes(problems) == [
        "already_enrolled",
        "?over_age",
        "?contract_missing",
        "housing_rate_out_of_range",
        "~base_below_min",
        "?start_moved",
    ]


def test_clamped_base_keeps_both_values_and_is_told_once() -> None:
    """B5: kinds with the same limit share one notice; the housing fund's lower limit does not bind here."""
    (notice,) = review({"base_fen": 500000})
    assert "5,000.00" in notice.message
    assert "7,270.00" in notice.message
    assert "养老保险、医疗保险、失业保险、工伤保险" in notice.message
    assert "公积金" not in notice.message
    assert notice.field == "base"


def test_resolving_kinds() -> None:
    """B5: 五险 in a city with merged maternity means four; 大额 goes with medical; unknown kinds stay to be named."""
    five = SOCIAL | {Kind.MATERNITY}
    assert resolve_kinds(five, SOCIAL) == SOCIAL
    assert resolve_kinds(five, five) == five
    assert resolve_kinds(SOCIAL, SOCIAL | {Kind.LARGE_MEDICAL}) == SOCIAL | {Kind.LARGE_MEDICAL}
    assert resolve_kinds({Kind.PENSION}, SOCIAL | {Kind.LARGE_MEDICAL}) == {Kind.PENSION}
    assert resolve_kinds({Kind.MATERNITY}, SOCIAL) == {Kind.MATERNITY}


STOPS: list[Any] = [
    ("nothing wrong", {}, {}, []),
    ("not enrolled here", {}, {"open": False}, ["not_enrolled"]),
    ("a stop under way", {}, {"pending": True}, ["stop_pending"]),
    ("last before start", {"last_month": 202512}, {}, ["last_before_start"]),
    ("only one month", {"last_month": 202601}, {"declaration_month": BillingMonth(2026, 2)}, []),
    ("three months ago", {"last_month": 202608}, {}, []),
    ("four months ago", {"last_month": 202607}, {}, ["?last_long_past"]),
    ("another name on file", {}, {"name_on_file": "陈思源"}, ["?name_mismatch"]),
    ("month unreadable", {"last_month": None}, {}, []),
]


@pytest.mark.parametrize(("row", "facts", "expected"), [pytest.param(*case[1:], id=case[0]) for case in STOPS])
def test_termination(row: dict[str, Any], facts: dict[str, Any], expected: list[str]) -> None:
    """B5, A1.3: a stop is linked to the open enrolment of this company, and to nobody else's."""
    known = TerminateFacts(open=True, declaration_month=MONTH, start_month=202601)
    problems = review_terminate(replace(ROW, **row), replace(known, **facts))
    assert codes(problems) == expected
    assert all(found.row == 9 and found.remedy and found.remedy_en for found in problems)


def test_stop_reasons_have_labels_and_no_word_means_two() -> None:
    """A1.3: every reason has labels in both languages, and every word leads back to its one reason."""
    assert set(STOP_REASONS) == set(StopReason)
    words = [word for entry in STOP_REASONS.values() for word in (entry.label, *entry.synonyms)]
    assert len(words) == len(set(words))
    for reason, entry in STOP_REASONS.items():
        assert entry.label_en
        assert all(read_stop_reason(f" {word} ") is reason for word in (entry.label, *entry.synonyms))
    with pytest.raises(CellError):
        read_stop_reason("不干了")
