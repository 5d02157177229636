"""Money, rates and roundings against tables and against Decimal."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    MAX_FEN,
    ROUNDING_LABELS,
    ROUNDING_LABELS_EN,
    Rounding,
    display_yuan,
    format_rate,
    format_yuan,
    parse_rate,
    parse_yuan,
    percent,
    round_fen,
)

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "rounding.yaml").read_text("utf-8"))
WAYS = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}
UNITS = {"fen": Decimal("0.01"), "jiao": Decimal("0.1"), "yuan": Decimal("1")}


def by_decimal(yuan: Decimal, rounding: Rounding) -> int:
    """The same roundings by another road: Decimal's own."""
    if rounding is Rounding.YUAN_UP_FROM_JIAO:
        to_jiao = yuan.quantize(UNITS["jiao"], ROUND_FLOOR)
        return int(to_jiao.quantize(UNITS["yuan"], ROUND_CEILING)) * 100
    unit, way = rounding.value.split("_", 1)
    return int(yuan.quantize(UNITS[unit], WAYS[way]) * 100)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["amount"])
def test_every_rounding_by_the_table(case: dict[str, Any]) -> None:
    """A4.1: every named rounding gives what the clerk's table says."""
    fen = Fraction(case["amount"]) * 100
    found = {name.value: format_yuan(round_fen(fen.numerator, fen.denominator, name)) for name in Rounding}
    assert {"amount": case["amount"], **found} == case


@given(st.integers(0, 10**14), st.integers(0, 8), st.sampled_from(list(Rounding)))
def test_rounding_agrees_with_decimal(number: int, places: int, rounding: Rounding) -> None:
    """A4.1: integer arithmetic and Decimal agree for every rounding and any number of decimals."""
    yuan = Decimal(number).scaleb(-places)
    assert round_fen(number * 100, 10**places, rounding) == by_decimal(yuan, rounding)


def test_rounding_refuses_what_has_no_meaning() -> None:
    """A4.1: negative amounts and zero denominators are refused."""
    with pytest.raises(ValueError):
        round_fen(-1, 100, Rounding.FEN_UP)
    with pytest.raises(ValueError):
        round_fen(1, 0, Rounding.FEN_UP)


def test_every_rounding_has_its_names() -> None:
    """A4.1: no rounding is shown without a Chinese and an English name, and no two share one."""
    assert set(ROUNDING_LABELS) == set(ROUNDING_LABELS_EN) == set(Rounding)
    assert len(set(ROUNDING_LABELS.values())) == len(Rounding)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1234.5", 123450),
        ("1,234.50", 123450),
        ("１，２３４．５０", 123450),
        ("¥1,234.50", 123450),
        ("￥ 1234.50 元", 123450),
        ("-¥0.05", -5),
        ("-0.05", -5),
        ("0", 0),
        ("007", 700),
        (1234, 123400),
        (Decimal("36072.25"), 3607225),
        (Decimal("8657.340"), 865734),
        (Decimal("1E+3"), 100000),
    ],
)
def test_amounts_as_people_write_them(written: str | int | Decimal, fen: int) -> None:
    """B4: amounts are read exactly, with separators, full-width characters and currency signs."""
    assert parse_yuan(written) == fen


@pytest.mark.parametrize(
    "written",
    [
        "",
        "元",
        "1.234",
        "1.230",
        "1e4",
        "1,2345",
        "1,23",
        "12a",
        "1.2.3",
        "--1",
        "一百",
        "½",
        "9" * 30,
        Decimal("0.001"),
        Decimal("NaN"),
        Decimal("1E+1000000"),
        Decimal("1E-1000000"),
        1.5,
        True,
        None,
    ],
)
def test_what_is_no_amount_is_refused(written: Any) -> None:
    """B4: nothing inexact or unclear becomes money."""
    with pytest.raises(ValueError):
        parse_yuan(written)


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_amounts_survive_writing_and_reading(fen: int) -> None:
    """B4: what is written out reads back the same, plain or with separators."""
    assert parse_yuan(format_yuan(fen)) == fen
    assert parse_yuan(display_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("written", "ppm"),
    [
        ("0.16", 160_000),
        ("16%", 160_000),
        ("16 ％", 160_000),
        ("0.2%", 2_000),
        ("2‰", 2_000),
        ("0", 0),
        ("1", 1_000_000),
    ],
)
def test_rates_as_people_write_them(written: str, ppm: int) -> None:
    """A4.1: fractions, percentages and per mille are the same rate."""
    assert parse_rate(written) == ppm


@pytest.mark.parametrize("written", ["", "16", "101%", "-0.1", "0.0000001", "0.00001%", "abc", "1e-2", 0.16, True])
def test_what_is_no_rate_is_refused(written: Any) -> None:
    """A4.1: "16" is not taken as 1600 %, and no rate is rounded silently."""
    with pytest.raises(ValueError):
        parse_rate(written)


@given(st.integers(0, 1_000_000))
def test_rates_survive_writing_and_reading(ppm: int) -> None:
    """A4.1: a rate written as fraction or percentage reads back the same."""
    assert parse_rate(format_rate(ppm)) == ppm
    assert parse_rate(percent(ppm)) == ppm


def test_how_amounts_and_rates_look() -> None:
    """M1.2: amounts have two decimals, rates no trailing zeros."""
    assert [format_yuan(fen) for fen in (123450, -5, 0)] == ["1234.50", "-0.05", "0.00"]
    assert display_yuan(-123456789) == "-1,234,567.89"
    assert [percent(ppm) for ppm in (160_000, 2_000, 5_600, 1_000_000)] == ["16%", "0.2%", "0.56%", "100%"]
    assert [format_rate(ppm) for ppm in (160_000, 2_000, 0)] == ["0.16", "0.002", "0"]
