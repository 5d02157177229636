"""The scalar engine against the clerk's table, Decimal, and the published caps."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.contribution import check_base, contribute
from domain.errors import Severity
from domain.money import Rounding, format_yuan, parse_rate, parse_yuan
from domain.override import override
from domain.period import BillingMonth
from domain.policy import Category, Kind
from domain.quote import Choice, quote
from tests.domain.policy_samples import real_book, row

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "contribution.yaml").read_text("utf-8"))
WAYS = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}
UNITS = {"fen": Decimal("0.01"), "jiao": Decimal("0.1"), "yuan": Decimal("1")}


def chosen(case: dict[str, Any], kind: Kind) -> Choice:
    """The choices of a table row."""
    choose = case.get("choose", {})
    return Choice(
        kinds=frozenset({kind}),
        tiers={kind: choose["tier"]} if "tier" in choose else {},
        housing_rate_ppm=parse_rate(choose["housing_rate"]) if "housing_rate" in choose else None,
        injury_class=choose.get("injury_class"),
        injury_rate_ppm=parse_rate(choose["injury_rate"]) if "injury_rate" in choose else None,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_amounts_by_the_table(case: dict[str, Any]) -> None:
    """A4.1, M1.2: real policy rows give the amounts that were worked out by hand, or the reason why not."""
    kind, category = Kind(case["kind"]), Category(case.get("category", "employee"))
    book, month = real_book(), BillingMonth.parse(str(case["month"])).number
    city = book.city_code(case["city"])
    assert city is not None
    if "set" in case:
        book = override(book, city, category, month, case["set"])
    found = quote(book, city, category, month, parse_yuan(case["base"]), chosen(case, kind))
    if "problem" in case:
        assert [(k, p.code) for k, p in found.omitted] == [(kind, case["problem"])]
        assert found.lines == ()
        return
    [line] = found.lines
    assert {
        "base": format_yuan(line.base_fen),
        "employer": format_yuan(line.employer_fen),
        "employee": format_yuan(line.employee_fen),
        "total": format_yuan(line.total_fen),
    } == {"total": format_yuan(line.total_fen), **case["expect"]}
    assert [notice.code for notice in line.notices] == [case[key] for key in ("notice",) if key in case]


@given(
    declared=st.integers(1, 10**9),
    limits=st.tuples(st.none() | st.integers(0, 10**7), st.none() | st.integers(0, 10**7)),
    rates=st.tuples(st.integers(0, 1_000_000), st.integers(0, 1_000_000)),
    fixed=st.tuples(st.integers(0, 100_000), st.integers(0, 100_000)),
    roundings=st.tuples(st.sampled_from(list(Rounding)), st.sampled_from(list(Rounding))),
)
def test_the_engine_agrees_with_decimal(
    declared: int,
    limits: tuple[int | None, int | None],
    rates: tuple[int, int],
    fixed: tuple[int, int],
    roundings: tuple[Rounding, Rounding],
) -> None:
    """M1.2: clamp, rate, each side's own rounding and fixed amount agree with Decimal; the parts sum to the whole."""
    low, high = limits
    if low is not None and high is not None and low > high:
        low, high = high, low
    policy = row(
        base_min_fen=low,
        base_max_fen=high,
        employer_fixed_fen=fixed[0],
        employee_fixed_fen=fixed[1],
        employer_rounding=roundings[0],
        employee_rounding=roundings[1],
    )
    line = contribute(policy, declared, *rates)
    base = Decimal(declared) / 100
    base = max(base, Decimal(low) / 100) if low is not None else base
    base = min(base, Decimal(high) / 100) if high is not None else base
    expected = [
        rounded(base * Decimal(rate) / 1_000_000, way) + Decimal(extra) / 100
        for rate, way, extra in zip(rates, roundings, fixed, strict=True)
    ]
    assert [Decimal(line.employer_fen) / 100, Decimal(line.employee_fen) / 100] == expected
    assert line.total_fen == line.employer_fen + line.employee_fen
    assert bool(line.notices) == (line.base_fen != declared)


def rounded(yuan: Decimal, rounding: Rounding) -> Decimal:
    """Decimal's own roundings, as another road to the same amount."""
    if rounding is Rounding.YUAN_UP_FROM_JIAO:
        return yuan.quantize(UNITS["jiao"], ROUND_FLOOR).quantize(UNITS["yuan"], ROUND_CEILING)
    unit, way = rounding.value.split("_", 1)
    return yuan.quantize(UNITS[unit], WAYS[way])


def test_both_sides_round_on_their_own() -> None:
    """A4.1: the employer's share may go up to the jiao while the person's is cut to the yuan."""
    policy = row(employer_rounding=Rounding.JIAO_UP, employee_rounding=Rounding.YUAN_DOWN)
    line = contribute(policy, 500_001, 160_000, 80_000)
    assert (line.employer_fen, line.employee_fen) == (80_010, 40_000)


def test_a_clamped_base_keeps_both_values() -> None:
    """B4: the notice names the declared base and the one that is used, and stops nothing."""
    line = contribute(row(), 400_000, 160_000, 80_000)
    [notice] = line.notices
    assert (line.declared_base_fen, line.base_fen) == (400_000, 500_000)
    assert notice.severity is Severity.NOTICE
    assert "4,000.00" in notice.message
    assert "5,000.00" in notice.message


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        (0, "base_not_positive"),
        (-100, "base_not_positive"),
        (1, None),
        (25_000_000, None),
        (25_000_001, "base_far_above_max"),
    ],
)
def test_impossible_bases_are_errors(declared: int, code: str | None) -> None:
    """B4: zero, negative, and more than ten times the limit are slips, not wages."""
    found = check_base(declared, row())
    assert (found.code if found else None) == code
    assert found is None or found.severity is Severity.ERROR


def test_without_a_limit_no_base_is_too_high() -> None:
    """B4: where no upper limit is known the ten-times rule has nothing to compare with."""
    assert check_base(10**12, row(base_max_fen=None)) is None


def test_negative_rates_are_refused() -> None:
    """A4.1: a negative rate would turn a contribution into a refund."""
    with pytest.raises(ValueError):
        contribute(row(), 1_000_000, -1, 0)
