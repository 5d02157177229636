"""Late fees against the clerk's table and Decimal, the reading of national rules, and the command."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main
from domain.errors import Refusal
from domain.late_fee import StartRule, first_day, late_fee, undeclared_fen
from domain.money import format_yuan, parse_yuan
from services.national_rules import load_late_fee, load_pension, load_retirement
from tests.domain.policy_samples import POLICIES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "late_fee.yaml").read_text("utf-8"))
RULES = load_late_fee(POLICIES / "national")
ROW = RULES.late_fee_on(date(2026, 1, 15))
DAYS = st.dates(date(2011, 7, 1), date(2100, 12, 31))
ORDINARY = ["--amount", "1000", "--due", "2026-01-15", "--paid", "2026-03-01"]


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["late-fee", *args])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table(case: dict[str, Any]) -> None:
    """B9, G8b: days and fee as counted on a calendar."""
    due, paid = date.fromisoformat(case["due"]), date.fromisoformat(case["paid"])
    found = late_fee(parse_yuan(case["amount"]), due, paid, ROW, StartRule(case["rule"]))
    assert (found.days, format_yuan(found.fee_fen)) == (case["days"], case["fee"])
    assert (found.first_day is None) == (case["days"] == 0)


@given(amount=st.integers(0, 10**12), due=DAYS, late=st.integers(-40, 4000), start=st.sampled_from(list(StartRule)))
def test_the_fee_agrees_with_decimal(amount: int, due: date, late: int, start: StartRule) -> None:
    """B9: days counted one by one (in the small) and the fee by Decimal are the same."""
    paid = due + timedelta(days=late)
    found = late_fee(amount, due, paid, ROW, start)
    first = first_day(due, start)
    assert found.days == sum(1 for n in range(late + 1) if first <= due + timedelta(days=n) <= paid)
    exact = Decimal(amount) * Decimal("0.0005") * found.days
    assert found.fee_fen == exact.quantize(Decimal(1), ROUND_HALF_UP)
    later = late_fee(amount, due, paid + timedelta(days=1), ROW, start)
    assert later.days - found.days in (0, 1)
    assert later.fee_fen >= found.fee_fen


@given(due=DAYS)
def test_the_second_month_never_begins_before_the_next_day(due: date) -> None:
    """B9: the disputed start only ever spares days."""
    later = first_day(due, StartRule.SECOND_MONTH)
    assert later.day == 1
    assert 28 <= (later - first_day(due, StartRule.NEXT_DAY)).days <= 61


def test_the_row_decides_the_start_when_nobody_else_does() -> None:
    """B9: the usual start is part of the row."""
    due, paid = date(2026, 1, 15), date(2026, 3, 1)
    assert ROW.start is StartRule.NEXT_DAY
    assert late_fee(100_000, due, paid, ROW) == late_fee(100_000, due, paid, ROW, StartRule.NEXT_DAY)


@pytest.mark.parametrize(("last", "charged"), [("1000", "1100.00"), ("0.05", "0.06"), ("0", "0.00")])
def test_what_was_not_declared_is_charged_at_110_percent(last: str, charged: str) -> None:
    """B9: 社会保险法 §62, half up to the fen."""
    assert format_yuan(undeclared_fen(parse_yuan(last), RULES.undeclared_on(date(2026, 1, 15)))) == charged


def test_negative_amounts_and_old_dates_are_refused() -> None:
    """B9: no negative fee, and no fee by a law that was not yet in force."""
    with pytest.raises(ValueError):
        late_fee(-1, date(2026, 1, 15), date(2026, 3, 1), ROW)
    with pytest.raises(ValueError):
        undeclared_fen(-1, RULES.undeclared[0])
    for ask in (RULES.late_fee_on, RULES.undeclared_on):
        with pytest.raises(Refusal) as refused:
            ask(date(2011, 6, 30))
        assert [problem.code for problem in refused.value.problems] == ["late_fee_rule_missing"]


def test_the_command() -> None:
    """G8b: one object; the rule may be chosen; for people a table with the source."""
    assert json.loads(run(*ORDINARY, "--json").stdout) == {"days": 45, "fee": "22.50"}
    chosen = run(*ORDINARY, "--rule", "second-month", "--json")
    assert (chosen.exit_code, json.loads(chosen.stdout)) == (0, {"days": 1, "fee": "0.50"})
    for_people = run(*ORDINARY)
    assert for_people.exit_code == 0
    assert "2026-01-16" in for_people.stdout
    assert "社会保险法第八十六条" in for_people.stdout


@pytest.mark.parametrize(
    ("args", "codes"),
    [
        ([], ["option_missing"] * 3),
        (
            ["--amount", "-1", "--due", "2026-02-30", "--paid", "20260301", "--rule", "never"],
            ["amount_form", "date_form", "date_form", "rule_unknown"],
        ),
        (["--amount", "1", "--due", "2011-06-30", "--paid", "2026-01-01"], ["late_fee_rule_missing"]),
        (["--amount", "1", "--due", "2250-01-01", "--paid", "2251-01-01", "--rule", "second-month"], ["out_of_range"]),
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


@pytest.mark.parametrize(
    ("old", "new", "code", "word"),
    [
        ('daily: "0.0005"', "daily: 0.0005", "national_field", "daily"),
        ('daily: "0.0005"', 'dayly: "0.0005"', "national_field", "dayly"),
        ("start: next-day", "start: soon", "national_field", "start"),
        ('factor: "1.1"', 'factor: "many"', "national_field", "factor"),
        ('factor: "1.1"', 'factor: "1.10000001"', "national_field", "factor"),
        ("confidence: medium", "confidence: sure", "national_field", "confidence"),
        ("undeclared:", "other:", "national_field", "undeclared"),
        ("late_fees:", "late_fees: [", "national_file", "late_fee.yaml"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, old: str, new: str, code: str, word: str) -> None:
    """G8b: a slip in a rule file stops the reading and says where."""
    shutil.copytree(POLICIES / "national", tmp_path, dirs_exist_ok=True)
    file = tmp_path / "late_fee.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(Refusal) as refused:
        load_late_fee(tmp_path)
    assert {problem.code for problem in refused.value.problems} == {code}
    assert any(word in problem.message for problem in refused.value.problems)


def test_missing_files_are_problems(tmp_path: Path) -> None:
    """G8b: no file, or one that is no mapping, is a refusal that names it."""
    (tmp_path / "pension.yaml").write_text("- 1\n", "utf-8")
    for load in (load_retirement, load_pension, load_late_fee):
        with pytest.raises(Refusal) as refused:
            load(tmp_path)
        assert [problem.code for problem in refused.value.problems] == ["national_file"]
