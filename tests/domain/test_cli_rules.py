"""The two commands that need no database, as somebody at a terminal uses them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli_rules import check_id, quote

ORDINARY = ["--city", "北京", "--month", "2026-11", "--base", "10000"]


def run(command: Any, *args: str) -> Result:
    return CliRunner().invoke(command, list(args))


def answer(command: Any, *args: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the one JSON object on standard output."""
    result = run(command, *args, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return result.exit_code, found


def test_a_quote_as_json() -> None:
    """M1.2: lines, omitted kinds and totals, with amounts as strings."""
    code, found = answer(quote, *ORDINARY, "--housing-rate", "0.12", "--injury-class", "1")
    assert code == 0
    amounts = {line["kind"]: (line["base"], line["employer"], line["employee"]) for line in found["lines"]}
    assert amounts == {
        "pension": ("10000.00", "1600.00", "800.00"),
        "medical": ("10000.00", "980.00", "203.00"),
        "unemployment": ("10000.00", "50.00", "50.00"),
        "work_injury": ("10000.00", "20.00", "0.00"),
        "housing_fund": ("10000.00", "1200.00", "1200.00"),
    }
    assert (found["employer_total"], found["employee_total"], found["total"]) == ("3850.00", "2253.00", "6103.00")
    assert [entry["kind"] for entry in found["omitted"]] == ["maternity"]
    assert all(line["explain"] and line["source"] and line["confidence"] for line in found["lines"])
    assert found["problems"] == []


def test_choices_reach_the_engine() -> None:
    """M1.2: kinds by Chinese name, tier, what-if setting and a clamped base in one command."""
    args = ["--city", "深圳市", "--month", "2026年11月", "--base", "4,000.00", "--kinds", "养老,medical"]
    code, found = answer(quote, *args, "--tier", "medical=2", "--set", "pension.employer_rate=20%")
    assert code == 0
    assert [(line["kind"], line["employer"], line["employee"]) for line in found["lines"]] == [
        ("pension", "1104.20", "441.68"),
        ("medical", "100.91", "33.64"),
    ]
    assert [problem["code"] for problem in found["problems"]] == ["base_below_min", "base_below_min"]


def test_flexible_employment() -> None:
    """M1.2: no employer's part."""
    code, found = answer(quote, *ORDINARY, "--category", "flexible")
    assert (code, found["employer_total"], found["employee_total"]) == (0, "0.00", "2593.68")


def test_the_published_cap_of_wuhan() -> None:
    """A4.1: 8657.34 for both sides together at 12 %."""
    args = ["--city", "武汉", "--month", "2026-11", "--base", "36072.25", "--kinds", "housing_fund"]
    assert answer(quote, *args, "--housing-rate", "12%")[1]["total"] == "8657.34"


@pytest.mark.parametrize(
    ("args", "codes"),
    [
        (["--city", "北京", "--month", "2026-11", "--base", "0"], ["base_not_positive"]),
        (["--city", "北京", "--month", "2026-11", "--base", "-5"], ["base_not_positive"]),
        (["--city", "北京", "--month", "2026-11", "--base", "363480.01"], ["base_far_above_max"]),
        (["--city", "北京", "--month", "2026-13", "--base", "1.234"], ["month_form", "base_form"]),
        (["--city", "纽约", "--month", "2026-11", "--base", "1"], ["city_unknown"]),
        ([], ["option_missing", "option_missing", "option_missing"]),
        ([*ORDINARY, "--category", "rich"], ["category_unknown"]),
        ([*ORDINARY, "--kinds", "pension,foo"], ["kind_unknown"]),
        ([*ORDINARY, "--kinds", ","], ["kind_unknown"]),
        ([*ORDINARY, "--tier", "medical"], ["tier_form"]),
        ([*ORDINARY, "--housing-rate", "12"], ["rate_form"]),
        ([*ORDINARY, "--injury-class", "9"], ["injury_class_invalid"]),
        ([*ORDINARY, "--injury-rate", "x"], ["rate_form"]),
        ([*ORDINARY, "--set", "pension.employer_rate=x"], ["set_value"]),
        ([*ORDINARY, "--nonsense"], ["usage"]),
        ([*ORDINARY, "stray"], ["usage"]),
    ],
)
def test_bad_input_is_one_json_object_and_exit_code_2(args: list[str], codes: list[str]) -> None:
    """M1.2, B4: every problem at once, each with a message and what to do next, and no lines."""
    code, found = answer(quote, *args)
    assert code == 2
    assert set(found) == {"problems"}
    assert [problem["code"] for problem in found["problems"]] == codes
    assert all(problem["message"] and problem["remedy"] for problem in found["problems"])


def test_a_city_of_which_little_is_known_answers_with_that() -> None:
    """M1.2, A4.1: the kinds there are, and each missing one with its reason; nothing is made up."""
    code, found = answer(quote, "--city", "三明市", "--month", "2026-11", "--base", "10000", "--housing-rate", "0.12")
    assert code == 0
    assert [(line["kind"], line["employer"], line["confidence"]) for line in found["lines"]] == [
        ("pension", "1600.00", "medium"),
        ("housing_fund", "1200.00", "low"),
    ]
    omitted = {entry["kind"]: entry for entry in found["omitted"]}
    assert set(omitted) == {"medical", "unemployment", "work_injury", "maternity"}
    assert all("三明" in entry["reason"] and entry["remedy"] for entry in omitted.values())
    assert found["total"] == "4800.00"


def test_near_cities_are_offered() -> None:
    """M1.2: a slip in the city's name is answered with the likely one."""
    _, found = answer(quote, "--city", "重庆直辖", "--month", "2026-11", "--base", "1")
    assert "重庆" in found["problems"][0]["remedy"]


def test_a_quote_for_people_is_a_table() -> None:
    """M1.2: columns line up on a screen where a Chinese character takes two places."""
    result = run(quote, *ORDINARY, "--housing-rate", "0.12")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    head, pension = lines[1], lines[2]
    assert pension.split() == ["养老保险", "10,000.00", "16%", "1,600.00", "8%", "800.00", "2,400.00", "中"]
    assert screen_width(head) == screen_width(pension)
    assert "未计算" in lines
    assert any(line.startswith("  工伤保险：") for line in lines)


def screen_width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def test_bad_input_for_people_goes_to_standard_error() -> None:
    """M1.2: nothing but the answer is ever on standard output."""
    result = run(quote, "--city", "北京", "--month", "2026-11", "--base", "0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "必须大于 0" in result.stderr


def test_a_valid_number() -> None:
    """B4: exit code 0 and what the number says."""
    code, found = answer(check_id, "11010519491231002X")
    assert code == 0
    assert found == {
        "valid": True,
        "kind": "resident_id",
        "birth": "1949-12-31",
        "sex": "female",
        "area": "北京市朝阳区",
        "problems": [],
    }


def test_a_wrong_number() -> None:
    """B4: exit code 1, the expected check digit, and the number itself masked."""
    code, found = answer(check_id, "110105194912310021")
    assert (code, found["valid"], found["birth"]) == (1, False, None)
    assert [(p["code"], p["message"]) for p in found["problems"]] == [("id_checksum", "身份证号第 18 位应为 X，请核对")]
    assert "110105194912310021" not in json.dumps(found)
    assert "应为 X" in run(check_id, "110105194912310021").stdout


def test_no_number_at_all() -> None:
    """B4: an empty value is invalid, a missing argument is bad input."""
    code, found = answer(check_id, "")
    assert (code, [p["code"] for p in found["problems"]]) == (1, ["id_missing"])
    code, found = answer(check_id)
    assert (code, [p["code"] for p in found["problems"]]) == (2, ["usage"])
