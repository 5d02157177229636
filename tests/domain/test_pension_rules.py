"""The pension estimate against the clerk's table and Decimal, its rows, and the command."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main
from domain.errors import Refusal
from domain.money import format_yuan, parse_yuan
from domain.pension import Account, estimate
from domain.period import BillingMonth
from services.national_rules import load_pension
from tests.domain.policy_samples import POLICIES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "pension.yaml").read_text("utf-8"))
RULES = load_pension(POLICIES / "national")
MONTH = BillingMonth(2026, 11)
FORMULA = RULES.formula(MONTH)
ORDINARY = ["--reference-wage", "12049", "--average-index", "0.8", "--months", "360"]


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["pension", *args])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table(case: dict[str, Any]) -> None:
    """B9, G8b: both parts and their sum as worked out by hand."""
    account = None
    if "balance" in case:
        divisor = case["divisor"] if "divisor" in case else RULES.divisor(case["age"], MONTH)
        account = Account(parse_yuan(case["balance"]), Decimal(divisor))
    found = estimate(parse_yuan(case["reference"]), Decimal(case["index"]), case["months"], FORMULA, account)
    assert format_yuan(found.basic_fen) == case["basic"]
    assert format_yuan(found.account_fen) == case["account"]
    assert format_yuan(found.total_fen) == case["total"]


@given(
    reference=st.integers(1, 10**8),
    index=st.decimals("0.01", "5", places=4),
    months=st.integers(0, 720),
    balance=st.integers(0, 10**10),
    divisor=st.decimals("1", "300", places=1),
)
def test_fractions_agree_with_decimal(
    reference: int, index: Decimal, months: int, balance: int, divisor: Decimal
) -> None:
    """B9: another road to the same fen, and the parts sum to the whole."""
    found = estimate(reference, index, months, FORMULA, Account(balance, divisor))
    with localcontext() as context:
        context.prec = 60
        # One division at the very end, so that Decimal meets an exact half as an exact half.
        basic = (Decimal(reference) * (1 + index) * months / 2400).quantize(Decimal(1), ROUND_HALF_UP)
        account = (Decimal(balance) / divisor).quantize(Decimal(1), ROUND_HALF_UP)
    assert (found.basic_fen, found.account_fen) == (basic, account)
    assert found.total_fen == basic + account


@given(reference=st.integers(1, 10**8), index=st.decimals("0.01", "5", places=4), months=st.integers(0, 720))
def test_more_never_gives_less(reference: int, index: Decimal, months: int) -> None:
    """B9: a further month, a higher index or a higher reference wage never lowers the pension."""
    here = estimate(reference, index, months, FORMULA).total_fen
    assert here <= estimate(reference, index, months + 1, FORMULA).total_fen
    assert here <= estimate(reference, index + Decimal("0.01"), months, FORMULA).total_fen
    assert here <= estimate(reference + 1, index, months, FORMULA).total_fen


def test_the_steps_can_be_redone() -> None:
    """G8b: each step says what was computed from what."""
    found = estimate(1_204_900, Decimal("0.8"), 365, FORMULA, Account(13_809_630, Decimal("118.3")))
    assert [step.result for step in found.steps] == ["3,298.41", "1,167.34", "4,465.75"]
    assert found.steps[0].formula == "(12,049.00 + 12,049.00 × 0.8) ÷ 2 × 365 ÷ 12 年 × 1%，四舍五入到分"
    assert found.steps[1].formula == "138,096.30 ÷ 118.3，四舍五入到分"


def test_the_divisors_by_age() -> None:
    """B9: 国发〔2005〕38号: every age from 40 to 70, falling with age."""
    by_age = RULES.divisors[0].by_age
    assert sorted(by_age) == list(range(40, 71))
    assert all(by_age[age] > by_age[age + 1] for age in range(40, 70))
    assert [by_age[age] for age in (40, 50, 55, 60, 63, 65, 70)] == [233, 195, 170, 139, 117, 101, 56]
    with pytest.raises(Refusal) as refused:
        RULES.divisor(39, MONTH)
    assert [problem.code for problem in refused.value.problems] == ["divisor_unknown"]


def test_interest_by_year() -> None:
    """B9: published rates in ppm; a year without one is unknown, not zero."""
    assert [RULES.interest_ppm(year) for year in (2016, 2023, 2024, 2025)] == [83_100, 39_700, 26_200, 15_000]
    assert RULES.interest_ppm(2015) is None


def test_before_the_formula_there_is_none() -> None:
    """B9: a missing row is a problem that is shown."""
    for ask in (RULES.formula, lambda month: RULES.divisor(60, month)):
        with pytest.raises(Refusal) as refused:
            ask(BillingMonth(2005, 12))
        assert [problem.code for problem in refused.value.problems] == ["pension_rule_missing"]


@pytest.mark.parametrize(
    ("reference", "index", "months", "account"),
    [
        (0, "1", 180, None),
        (100, "0", 180, None),
        (100, "1", -1, None),
        (100, "1", 180, Account(-1, Decimal(139))),
        (100, "1", 180, Account(1, Decimal(0))),
    ],
)
def test_impossible_figures_are_refused(reference: int, index: str, months: int, account: Account | None) -> None:
    """B9: nothing is estimated from nothing."""
    with pytest.raises(ValueError):
        estimate(reference, Decimal(index), months, FORMULA, account)


@pytest.mark.parametrize(
    ("args", "answer"),
    [
        ([], {"basic": "3253.23", "account": "0.00", "total": "3253.23"}),
        (["--account", "138096.30", "--age", "50"], {"basic": "3253.23", "account": "708.19", "total": "3961.42"}),
        (
            ["--account", "138,096.30", "--divisor", "118.3"],
            {"basic": "3253.23", "account": "1167.34", "total": "4420.57"},
        ),
    ],
)
def test_the_command_as_json(args: list[str], answer: dict[str, str]) -> None:
    """G8b: exactly one object, amounts in yuan as strings."""
    result = run(*ORDINARY, *args, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, answer)


def test_the_command_for_people() -> None:
    """G8b: a table in Chinese with the arithmetic and its source."""
    result = run(*ORDINARY, "--account", "138096.30", "--age", "50")
    assert result.exit_code == 0
    assert "3,961.42" in result.stdout
    assert "138,096.30 ÷ 195" in result.stdout
    assert "国发〔2005〕38号" in result.stdout


@pytest.mark.parametrize(
    ("args", "codes"),
    [
        ([], ["option_missing"] * 3),
        (
            ["--reference-wage", "-1", "--average-index", "x", "--months", "1.5"],
            ["amount_form", "index_form", "months_form"],
        ),
        (["--reference-wage", "0", "--average-index", "1", "--months", "180"], ["out_of_range"]),
        ([*ORDINARY, "--account", "1"], ["divisor_choice"]),
        ([*ORDINARY, "--account", "1", "--age", "60", "--divisor", "139"], ["divisor_choice"]),
        ([*ORDINARY, "--account", "1", "--age", "39"], ["divisor_unknown"]),
        ([*ORDINARY, "--account", "x", "--divisor", "0"], ["amount_form", "divisor_form"]),
        ([*ORDINARY, "stray"], ["usage"]),
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
