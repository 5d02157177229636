"""Identity numbers and particulars against the clerk's table and the formula of GB 11643."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Severity
from domain.identity import (
    IdKind,
    area_of,
    check_bank_card,
    check_credit_code,
    check_digit,
    check_id,
    check_name,
    check_phone,
    mask,
)

ON = date(2026, 11, 22)
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "identity.yaml").read_text("utf-8"))
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

NUMBERS = st.builds(
    lambda area, born, order: f"{area}{born:%Y%m%d}{order:03d}",
    st.sampled_from(["110105", "310101", "440304", "510104", "810000"]),
    st.dates(date(1900, 1, 1), ON),
    st.integers(1, 999),
)


def by_weights(number: str) -> str:
    """The check digit by the weights of the standard, as another road to it."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_numbers_by_the_table(case: dict[str, Any]) -> None:
    """B4: kind, birth, sex, area and problems of every number in the table."""
    found = check_id(case["value"], ON)
    facts = (found.valid, found.kind.value, found.birth, found.sex, found.area)
    assert facts == tuple(case.get(name) for name in ("valid", "kind", "birth", "sex", "area"))
    assert [problem.code for problem in found.problems] == case.get("problems", [])
    assert found.normalized == case.get("normalized", case["value"].strip())
    assert case.get("says", "") in "".join(problem.message for problem in found.problems)


@given(NUMBERS)
def test_a_right_number_passes(body: str) -> None:
    """B4: 17 digits and their check digit are valid, with the birth and sex that were put in."""
    number = body + by_weights(body)
    assert check_digit(body) == number[17]
    found = check_id(number, ON)
    assert found.valid
    assert found.birth is not None
    assert f"{found.birth:%Y%m%d}" == body[6:14]
    assert found.sex == ("male" if int(body[16]) % 2 else "female")


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(body: str, place: int, by: int) -> None:
    """B4: the check digit finds every single wrong digit."""
    number = body + by_weights(body)
    wrong = f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
    assert not check_id(wrong, ON).valid


@given(NUMBERS, st.integers(0, 15))
def test_two_swapped_digits_never_pass(body: str, place: int) -> None:
    """B4: the check digit finds neighbours that changed places."""
    number = body + by_weights(body)
    swapped = f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"
    assert swapped == number or not check_id(swapped, ON).valid


@given(st.text(max_size=25))
def test_no_text_breaks_the_check(text: str) -> None:
    """B4: whatever stands in a cell, the answer is a value, and an error says what is wrong."""
    found = check_id(text, ON)
    assert found.valid or any(problem.severity is Severity.ERROR for problem in found.problems)


def test_problems_never_show_the_whole_number() -> None:
    """B4: the value inside a problem is masked."""
    for case in CASES:
        for problem in check_id(case["value"], ON).problems:
            assert problem.value is None or "*" in problem.value


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("11010519491231002X", "1****************X"),
        ("13800138000", "1*********0"),
        ("张三", "张*"),
        ("王", "*"),
        ("", ""),
    ],
)
def test_masking(value: str, masked: str) -> None:
    """B4: first and last stay; of a name of two characters the last is hidden as well."""
    assert mask(value) == masked


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("110105", "北京市朝阳区"),
        ("320682", "江苏省南通市如皋市"),
        ("429004", "湖北省仙桃市"),
        ("820000", "澳门特别行政区"),
        ("119999", None),
        ("abc", None),
        ("", None),
    ],
)
def test_places_behind_area_codes(code: str, place: str | None) -> None:
    """B4: province, city and county; nothing for a code that was never given out."""
    assert area_of(code) == place


def test_a_place_is_named_as_it_was_then() -> None:
    """B4: 500101 was Wanxian District in 1997 and Wanzhou District from 1998."""
    assert area_of("500101", 1997) == "重庆市万县区"
    assert area_of("500101", 2005) == "重庆市万州区"


def test_a_code_retired_before_birth_is_warned_of() -> None:
    """B4: Chongwen District ended in 2010, so nobody born in 2015 has its code; the number still counts."""
    body = "11010320150101001"
    found = check_id(body + by_weights(body), ON)
    assert found.valid
    assert [(p.code, p.severity) for p in found.problems] == [("id_area_retired", Severity.WARNING)]


def test_a_passport_may_look_like_anything_but_an_id() -> None:
    """B4: a long number with a letter at its end is an ID with a lost digit, not a passport."""
    assert check_id("1101051949123102X", ON).kind is IdKind.UNKNOWN
    assert check_id("G123456789", ON).kind is IdKind.PASSPORT


@pytest.mark.parametrize(
    ("value", "stored", "codes"),
    [
        ("13800138000", "13800138000", []),
        ("+86 138-0013-8000", "13800138000", []),
        ("8613800138000", "13800138000", []),
        ("１３８００１３８０００", "13800138000", []),
        ("12800138000", "12800138000", ["phone_form"]),
        ("1380013800", "1380013800", ["phone_form"]),
        ("1.38E+10", "1.38E+10", ["phone_form"]),
        ("", "", ["phone_missing"]),
    ],
)
def test_phones(value: str, stored: str, codes: list[str]) -> None:
    """B4: eleven digits from 13 on, whatever was typed around them."""
    found = check_phone(value)
    assert (found.normalized, [p.code for p in found.problems]) == (stored, codes)
    assert found.valid == (not codes)


@pytest.mark.parametrize(
    ("value", "stored", "codes", "valid"),
    [
        ("张三", "张三", [], True),
        ("古丽娜尔•买买提", "古丽娜尔·买买提", [], True),
        ("𠮷田㐂", "𠮷田㐂", [], True),
        ("欧阳　修", "欧阳修", [], True),
        ("John  Smith", "John Smith", [], True),
        ("Ｊｏｈｎ Smith", "John Smith", [], True),
        ("Jean-Paul O'Brien", "Jean-Paul O'Brien", [], True),
        ("José Núñez", "José Núñez", [], True),
        ("赵C", "赵C", ["name_mixed"], True),
        ("王", "王", ["name_short"], True),
        ("张3", "张3", ["name_character"], False),
        ("张.三", "张.三", ["name_character"], False),
        ("张-三", "张-三", ["name_character"], False),
        ("·张三", "·张三", ["name_character"], False),
        ("张三（离职）", "张三(离职)", ["name_character"], False),
        ("Smith, John", "Smith, John", ["name_character"], False),
        ("字" * 51, "字" * 51, ["name_length"], False),
        ("  ", "", ["name_missing"], False),
    ],
)
def test_names(value: str, stored: str, codes: list[str], valid: bool) -> None:
    """B4: Chinese names with rare characters and ·, foreign names in letters; no digits, no stray signs."""
    found = check_name(value)
    assert (found.normalized, [p.code for p in found.problems], found.valid) == (stored, codes, valid)


@pytest.mark.parametrize(
    ("value", "codes", "valid"),
    [
        ("6222 0212 3456 7890 128", [], True),
        ("6222021234567890129", ["bank_card_checksum"], True),
        ("62220212345", ["bank_card_length"], True),
        ("6.22202E+18", ["bank_card_character"], False),
        ("", ["bank_card_missing"], False),
    ],
)
def test_bank_cards_only_warn(value: str, codes: list[str], valid: bool) -> None:
    """B3, B4: a failed Luhn sum warns and stops nothing; what is no number is refused."""
    found = check_bank_card(value)
    assert ([p.code for p in found.problems], found.valid) == (codes, valid)


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("91110000600037341L", []),
        (" 91110000600037341l ", []),
        ("911100006000373410", ["credit_code_checksum"]),
        ("9111000060003734IL", ["credit_code_character"]),
        ("91110000", ["credit_code_length"]),
        ("", ["credit_code_missing"]),
    ],
)
def test_credit_codes(value: str, codes: list[str]) -> None:
    """B4: length, alphabet and check character of a company's code."""
    assert [p.code for p in check_credit_code(value).problems] == codes
