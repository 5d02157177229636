"""Statutory retirement against the published table, its properties, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main
from domain.errors import Refusal
from domain.period import BillingMonth
from domain.retirement import MONTHS_A_YEAR, RetirementCategory, RetirementRules, delay_months, retire
from services.national_rules import load_retirement
from tests.domain.policy_samples import POLICIES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "retirement.yaml").read_text("utf-8"))
RULES = load_retirement(POLICIES / "national")
BIRTHS = st.integers(0, 100 * 12).map(BillingMonth(1920, 1).shift)
CATEGORIES = st.sampled_from(list(RetirementCategory))


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["retirement", *args])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table(case: dict[str, Any]) -> None:
    """B9, G8b: month, delay, age, minimum years and voluntary range as published."""
    found = retire(BillingMonth.parse(case["birth"]), RetirementCategory(case["category"]), RULES)
    assert str(found.original_month) == case["original"]
    assert found.delay_months == case["delay"]
    assert str(found.retirement_month) == case["month"]
    assert list(found.age) == case["age"]
    assert found.minimum_years == case["minimum"]
    choice = case.get("choice", [case["month"], case["month"]])
    assert [str(found.earliest_month), str(found.latest_month)] == choice
    assert [notice.code for notice in found.notices] == ["minimum_years_unknown"] * (case["minimum"] is None)


@given(birth=BIRTHS, category=CATEGORIES)
def test_later_born_never_retire_earlier(birth: BillingMonth, category: RetirementCategory) -> None:
    """B9: month and delay only grow with the birth month, and the delay grows by at most one month."""
    here, after = retire(birth, category, RULES), retire(birth.shift(1), category, RULES)
    assert after.retirement_month > here.retirement_month
    assert after.delay_months - here.delay_months in (0, 1)


@given(birth=BIRTHS, category=CATEGORIES)
def test_the_delay_stays_within_its_bounds(birth: BillingMonth, category: RetirementCategory) -> None:
    """B9: never below 0 or above the cap; the voluntary range holds the statutory month and the original age."""
    [row] = [row for row in RULES.delays if row.category is category]
    found = retire(birth, category, RULES)
    assert 0 <= found.delay_months <= row.cap_months
    assert (found.delay_months == 0) == (birth < row.born_from)
    assert found.age_months == row.original_age * MONTHS_A_YEAR + found.delay_months
    assert found.original_month <= found.earliest_month <= found.retirement_month <= found.latest_month
    assert found.earliest_month.months_until(found.retirement_month) <= 36


def test_the_rows_fit_together() -> None:
    """B9: the first to be delayed reach the original age as the rule takes effect; minimum years climb to 20."""
    assert [row.category for row in RULES.delays] == list(RetirementCategory)
    for row in RULES.delays:
        assert row.born_from.shift(row.original_age * MONTHS_A_YEAR) == row.effective_from
        assert delay_months(row.born_from, row) == 1
        assert delay_months(row.born_from.shift((row.cap_months - 1) * row.step_months), row) == row.cap_months
    by_year = [(row.effective_from.year, row.months) for row in RULES.minimums]
    assert by_year == [(1997, 180), *((2030 + n, 186 + 6 * n) for n in range(10))]


def test_a_missing_row_is_said() -> None:
    """B9: without a row there is a refusal, never a guess; without a minimum a notice, never a zero."""
    with pytest.raises(Refusal) as refused:
        retire(BillingMonth(1970, 1), RetirementCategory.MALE, RetirementRules((), (), ()))
    assert [problem.code for problem in refused.value.problems] == ["retirement_rule_missing"]
    found = retire(BillingMonth(1970, 1), RetirementCategory.MALE, replace(RULES, minimums=()))
    assert (found.minimum_years, found.notices[0].code) == (None, "minimum_years_unknown")


def test_the_command_as_json() -> None:
    """G8b: exactly one object with exactly these keys; half years are numbers too."""
    result = run("--birth", "1970-01", "--category", "female55", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {
            "original_month": "2025-01",
            "delay_months": 1,
            "retirement_month": "2025-02",
            "age": {"years": 55, "months": 1},
            "minimum_years": 15,
        },
    )
    half = run("--birth", "1979-12", "--category", "female50", "--json")
    assert json.loads(half.stdout)["minimum_years"] == 16.5
    unknown = json.loads(run("--birth", "1930-01", "--category", "female50", "--json").stdout)
    assert (unknown["minimum_years"], unknown["problems"][0]["code"]) == (None, "minimum_years_unknown")


def test_the_command_for_people() -> None:
    """G8b: a table in Chinese with the source of the rule."""
    result = run("--birth", "1970年1月", "--category", "male")
    assert result.exit_code == 0
    assert "61 周岁 4 个月" in result.stdout
    assert "2030-01 至 2034-05" in result.stdout
    assert "可信度：高" in result.stdout
    assert "自愿弹性退休" not in run("--birth", "1960-01", "--category", "male").stdout


@pytest.mark.parametrize(
    ("args", "codes"),
    [
        ([], ["option_missing", "option_missing"]),
        (["--birth", "1970-13", "--category", "man"], ["birth_form", "category_unknown"]),
        (["--birth", "2190-01", "--category", "male"], ["out_of_range"]),
        (["--nonsense"], ["usage"]),
    ],
)
def test_bad_input(args: list[str], codes: list[str]) -> None:
    """G8b: one object with every problem and exit code 2; for people the same on standard error."""
    result = run(*args, "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, list(found)) == (2, ["problems"])
    assert [problem["code"] for problem in found["problems"]] == codes
    assert all(problem["message"] and problem["remedy"] for problem in found["problems"])
    for_people = run(*args)
    assert (for_people.exit_code, for_people.stdout) == (2, "")
