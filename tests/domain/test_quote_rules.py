"""Quotes: what is chosen, what is left out and why, what-if settings, explanations."""

from __future__ import annotations

from typing import Any

import pytest

from domain.contribution import contribute
from domain.errors import Problem, Refusal, Severity
from domain.explanation import exact_yuan, explain
from domain.money import Rounding
from domain.override import SOURCE, override
from domain.policy import Category, Confidence, Kind, PolicyBook, PolicyVersion
from domain.quote import Choice, quote, select
from tests.domain.policy_samples import real_book, row

BEIJING = "110000"
FULL = Choice(housing_rate_ppm=120_000, injury_class=1)


def reasons(found: tuple[tuple[Kind, Problem], ...]) -> dict[Kind, str]:
    """Codes of what was left out, by kind."""
    return {kind: problem.code for kind, problem in found}


def test_a_whole_quote_and_its_totals() -> None:
    """M1.2: Beijing, base 10000: every kind in display order, and the parts sum to the whole."""
    found = quote(real_book(), BEIJING, Category.EMPLOYEE, 202611, 1_000_000, FULL)
    assert [line.kind for line in found.lines] == [
        Kind.PENSION,
        Kind.MEDICAL,
        Kind.UNEMPLOYMENT,
        Kind.WORK_INJURY,
        Kind.HOUSING_FUND,
    ]
    assert (found.employer_fen, found.employee_fen, found.total_fen) == (385_000, 225_300, 610_300)
    assert found.total_fen == sum(line.total_fen for line in found.lines)
    assert reasons(found.omitted) == {Kind.MATERNITY: "policy_missing"}
    assert found.problems == ()


def test_a_missing_maternity_row_tells_about_medical() -> None:
    """M1.2: where maternity is collected with medical its missing row is a notice that shows the evidence."""
    found = quote(real_book(), BEIJING, Category.EMPLOYEE, 202611, 1_000_000, FULL)
    [(_, problem)] = found.omitted
    assert problem.severity is Severity.NOTICE
    assert "含生育保险" in problem.message


def test_what_is_not_chosen_is_left_out_with_its_reason() -> None:
    """M1.2: no class and no ratio leave two kinds out; they never become zero lines."""
    found = quote(real_book(), BEIJING, Category.EMPLOYEE, 202611, 1_000_000, Choice())
    assert reasons(found.omitted) == {
        Kind.WORK_INJURY: "injury_class_missing",
        Kind.MATERNITY: "policy_missing",
        Kind.HOUSING_FUND: "housing_rate_missing",
    }


def test_asked_kinds_alone_are_quoted() -> None:
    """M1.2: an asked kind without a row is left out with its reason, unasked kinds are not mentioned."""
    choice = Choice(kinds=frozenset({Kind.MEDICAL, Kind.LARGE_MEDICAL, Kind.PENSION}))
    found = quote(real_book(), BEIJING, Category.EMPLOYEE, 202611, 1_000_000, choice)
    assert [line.kind for line in found.lines] == [Kind.PENSION, Kind.MEDICAL]
    assert reasons(found.omitted) == {Kind.LARGE_MEDICAL: "policy_missing"}


def test_flexible_employment_pays_pension_and_medical_alone() -> None:
    """M1.2: Beijing lists a flexible unemployment row, which an ordinary flexible quote does not offer."""
    found = quote(real_book(), BEIJING, Category.FLEXIBLE, 202611, 1_000_000, Choice())
    assert [line.kind for line in found.lines] == [Kind.PENSION, Kind.MEDICAL]
    assert found.employer_fen == 0
    chengdu = quote(real_book(), "510100", Category.FLEXIBLE, 202611, 500_000, Choice())
    assert reasons(chengdu.omitted) == {Kind.MEDICAL: "policy_missing"}


def test_an_impossible_base_leaves_no_lines() -> None:
    """B4: one problem for the whole quote, not one a kind."""
    for base, code in [(0, "base_not_positive"), (36_348_001, "base_far_above_max")]:
        found = quote(real_book(), BEIJING, Category.EMPLOYEE, 202611, base, FULL)
        assert found.lines == ()
        assert [p.code for p in found.problems] == [code]


def test_the_lowest_limit_decides_whether_a_base_is_absurd() -> None:
    """B4: Shenzhen's unemployment limit is higher, but ten times the pension limit is already absurd."""
    choice = Choice(kinds=frozenset({Kind.UNEMPLOYMENT, Kind.PENSION}))
    found = quote(real_book(), "440300", Category.EMPLOYEE, 202611, 27_603_001, choice)
    assert [(p.code, "养老保险" in p.message) for p in found.problems] == [("base_far_above_max", True)]


def test_nothing_computed_is_said() -> None:
    """M1.2: totals of zero without a line carry a warning."""
    found = quote(real_book(), BEIJING, Category.EMPLOYEE, 203501, 1_000_000, FULL)
    assert (found.lines, found.total_fen) == ((), 0)
    assert [p.code for p in found.problems] == ["nothing_computed"]
    assert set(reasons(found.omitted).values()) == {"policy_missing"}


def test_an_untiered_row_and_tiers_side_by_side() -> None:
    """A4.1: no tier named takes tier 1 where tiers exist, the plain row where they do not, and never guesses."""
    plain, first, second = (row(kind=Kind.MEDICAL, tier=tier) for tier in ("", "1", "2"))
    asked = ("990000", Category.EMPLOYEE, Kind.MEDICAL, 202605, Choice())
    for rows, tier in [([plain], ""), ([first, second], "1"), ([plain, first], "1")]:
        found = select(PolicyBook(rows), *asked)
        assert not isinstance(found, Problem)
        assert found[0].tier == tier
    only_second = select(PolicyBook([second]), *asked)
    assert isinstance(only_second, Problem)
    assert "现有 2 档" in only_second.message


def test_unknown_rates_are_problems() -> None:
    """A4.1: a rate that is None is said to be unknown and never taken as zero."""
    book = PolicyBook([row(employee_rate_min_ppm=None, employee_rate_max_ppm=None)])
    found = select(book, "990000", Category.EMPLOYEE, Kind.PENSION, 202605, Choice())
    assert isinstance(found, Problem)
    assert found.code == "rate_unknown"


def injury(tier: str, rate: int | None, **changes: Any) -> PolicyVersion:
    """A work injury row of one class with one employer's rate."""
    return row(
        kind=Kind.WORK_INJURY,
        tier=tier,
        employer_rate_min_ppm=rate,
        employer_rate_max_ppm=rate,
        employee_rate_min_ppm=0,
        employee_rate_max_ppm=0,
        **changes,
    )


@pytest.mark.parametrize(
    ("rows", "choice", "expected"),
    [
        ([("1", 2_000), ("2", 4_000)], Choice(injury_class=2), ("2", 4_000)),
        ([("1", 2_000), ("2", 4_000)], Choice(injury_class=2, injury_rate_ppm=3_200), ("2", 3_200)),
        ([("1", 2_000), ("2", 4_000)], Choice(injury_rate_ppm=4_000), ("2", 4_000)),
        ([("1", 2_000), ("2", 4_000)], Choice(injury_rate_ppm=9_999), ("1", 9_999)),
        ([("", None), ("2", 4_000)], Choice(injury_rate_ppm=4_000), ("", 4_000)),
        ([("8", 26_000)], Choice(injury_class=3, injury_rate_ppm=9_000), ("8", 9_000)),
        ([("", 5_000)], Choice(), ("", 5_000)),
        ([("1", 2_000), ("2", 4_000)], Choice(), "injury_class_missing"),
        ([("1", 2_000)], Choice(), "injury_class_missing"),
        ([("", None)], Choice(), "injury_class_missing"),
        ([("1", 2_000)], Choice(injury_class=3), "policy_missing"),
        ([("1", None)], Choice(injury_class=1), "rate_unknown"),
        ([("1", 2_000)], Choice(injury_class=9), "injury_class_invalid"),
        ([], Choice(injury_rate_ppm=2_000), "policy_missing"),
    ],
)
def test_work_injury_by_class_or_rate(
    rows: list[tuple[str, int | None]], choice: Choice, expected: tuple[str, int] | str
) -> None:
    """A4.1: the class names the row, a unit's own rate goes first, and neither is a problem."""
    book = PolicyBook(injury(*facts) for facts in rows)
    found = select(book, "990000", Category.EMPLOYEE, Kind.WORK_INJURY, 202605, choice)
    assert (found.code if isinstance(found, Problem) else (found[0].tier, found[1])) == expected


def test_settings_touch_every_tier_in_force_and_nothing_else() -> None:
    """M1.2: a what-if figure replaces both ends of the rate, names its source, and lowers the confidence."""
    book = real_book()
    changed = override(
        book, "440300", Category.EMPLOYEE, 202611, ["medical.employee_rate=3%", "medical.employer_fixed=2"]
    )
    for tier in ("1", "2"):
        found = changed.find("440300", Category.EMPLOYEE, Kind.MEDICAL, tier, 202611)
        assert found is not None
        assert (found.employee_rate_min_ppm, found.employee_rate_max_ppm) == (30_000, 30_000)
        assert (found.employer_fixed_fen, found.confidence) == (200, Confidence.LOW)
        assert found.source.startswith(SOURCE)
    assert len(set(changed.versions) - set(book.versions)) == 2
    assert changed.find("440300", Category.EMPLOYEE, Kind.MEDICAL, "1", 202510) in book.versions


def test_a_set_ratio_is_used_as_it_is() -> None:
    """M1.2: a housing-fund ratio set for both sides needs no choice and may lie outside the city's range."""
    settings = ["housing_fund.employer_rate=0.15", "housing_fund.employee_rate=0.03", "housing_fund.rounding=fen_down"]
    book = override(real_book(), BEIJING, Category.EMPLOYEE, 202611, settings)
    choice = Choice(kinds=frozenset({Kind.HOUSING_FUND}), housing_rate_ppm=120_000)
    [line] = quote(book, BEIJING, Category.EMPLOYEE, 202611, 1_000_055, choice).lines
    assert (line.employer_fen, line.employee_fen) == (150_008, 30_001)
    assert line.policy.employer_rounding is line.policy.employee_rounding is Rounding.FEN_DOWN


def test_a_kind_can_be_made_by_settings() -> None:
    """M1.2: a kind without a row is made when both rates are set, and only then."""
    kind = Kind.SUPPLEMENTARY_HOUSING_FUND
    settings = [f"{kind}.employer_rate=0.05", f"{kind}.employee_rate=0.05", f"{kind}.base_max=20000"]
    book = override(real_book(), BEIJING, Category.EMPLOYEE, 202611, settings)
    [line] = quote(book, BEIJING, Category.EMPLOYEE, 202611, 3_000_000, Choice(kinds=frozenset({kind}))).lines
    assert (line.employer_fen, line.policy.source, line.policy.confidence) == (100_000, SOURCE, Confidence.LOW)
    with pytest.raises(Refusal) as refused:
        override(real_book(), BEIJING, Category.EMPLOYEE, 202611, settings[:1])
    assert [p.code for p in refused.value.problems] == ["set_rates_missing"]


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("pension", "set_form"),
        ("pension.employer_rate", "set_form"),
        ("employer_rate=0.2", "set_form"),
        ("pensoin.employer_rate=0.2", "set_kind"),
        ("pension.rate=0.2", "set_field"),
        ("pension.employer_rate=20", "set_value"),
        ("pension.employer_rate=", "set_value"),
        ("pension.employer_fixed=-3", "set_value"),
        ("pension.base_min=abc", "set_value"),
        ("pension.rounding=nearest", "set_value"),
        ("pension.base_min=40000", "set_limits"),
    ],
)
def test_wrong_settings_are_refused(setting: str, code: str) -> None:
    """M1.2: every wrong setting is named; nothing is applied by half."""
    with pytest.raises(Refusal) as refused:
        override(real_book(), BEIJING, Category.EMPLOYEE, 202611, ["pension.employee_rate=0.1", setting])
    [problem] = refused.value.problems
    assert problem.code == code
    assert problem.remedy


def test_an_explanation_shows_the_arithmetic() -> None:
    """M1.2: the text of an ordinary line, word for word up to its source."""
    choice = Choice(kinds=frozenset({Kind.PENSION}))
    [line] = quote(real_book(), BEIJING, Category.EMPLOYEE, 202611, 1_000_000, choice).lines
    text = explain(line, 202611).text
    assert text.startswith(
        "养老保险 2026-11 北京：申报 10,000.00，在 7,270.00–36,348.00 之间，"
        "单位 10,000.00×16%=1,600.00，个人 10,000.00×8%=800.00；政策期 2026-07 至 2027-06；"
        "来源：北京市人力资源和社会保障局"
    )
    assert text.endswith("；可信度 中")


def test_an_explanation_names_rounding_clamping_and_fixed_amounts() -> None:
    """M1.2: exact product, the rounding's Chinese name, the fixed amount and the sum all appear."""
    policy = row(employer_rounding=Rounding.JIAO_UP, employee_fixed_fen=300)
    found = explain(contribute(policy, 2_600_000, 160_001, 80_000))
    assert "申报 26,000.00，高于上限 25,000.00，按 25,000.00 计算" in found.text
    assert "单位 25,000.00×16.0001%=4,000.025，见分进角为 4,000.10" in found.text
    assert "个人 25,000.00×8%=2,000.00，加固定 3.00 共 2,003.00" in found.text
    results = {step.label: step.result for step in found.steps}
    assert results["缴费基数（下限–上限）"] == "25,000.00"
    assert results["单位：见分进角"] == "4,000.10"
    assert results["个人应缴"] == "2,003.00"
    assert results["来源"] == "样例文件"
    assert all(step.label_en for step in found.steps)


def test_an_exact_product_loses_nothing() -> None:
    """M1.2: one fen times one millionth is still shown."""
    assert exact_yuan(1, 1) == "0.00000001"
    assert exact_yuan(1_000_000, 160_000) == "1,600.00"
