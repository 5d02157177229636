"""The vector engine against the scalar one and against Decimal, for every rounding."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.contribution import contribute
from domain.contribution_arrays import TooLarge, contribute_array, round_array
from domain.money import PPM, Rounding, round_fen
from domain.policy import PolicyVersion
from tests.domain.policy_samples import real_book, row

WAYS = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}
UNITS = {"fen": 1, "jiao": 10, "yuan": 100}
FEN = st.integers(0, 10**12)
RATES = st.integers(0, PPM)
LIMITS = st.none() | st.integers(0, 10**8)
ROUNDINGS = st.sampled_from(list(Rounding))


@st.composite
def policies(draw: st.DrawFn) -> PolicyVersion:
    """Rows with any limits (even crossed ones), roundings and fixed amounts."""
    return replace(
        row(),
        base_min_fen=draw(LIMITS),
        base_max_fen=draw(LIMITS),
        employer_rounding=draw(ROUNDINGS),
        employee_rounding=draw(ROUNDINGS),
        employer_fixed_fen=draw(st.integers(0, 10_000)),
        employee_fixed_fen=draw(st.integers(0, 10_000)),
    )


@given(policies(), st.lists(FEN, max_size=30), RATES, RATES)
def test_it_equals_the_scalar_engine(policy: PolicyVersion, bases: list[int], employer: int, employee: int) -> None:
    base, ours, theirs = contribute_array(policy, np.array(bases, dtype=np.int64), employer, employee)
    lines = [contribute(policy, each, employer, employee) for each in bases]
    assert base.tolist() == [line.base_fen for line in lines]
    assert ours.tolist() == [line.employer_fen for line in lines]
    assert theirs.tolist() == [line.employee_fen for line in lines]


@pytest.mark.parametrize("rounding", Rounding)
@given(amounts=st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=30))
@example(amounts=[0, 1, 499_999, 500_000, 999_999, 5_000_000, 50_000_000, 100_000_000, 1_209_999_999, 1_210_000_000])
@example(amounts=[2**63 - 1, 2**63 - 2, 2**62])
def test_every_rounding_equals_money_and_decimal(rounding: Rounding, amounts: list[int]) -> None:
    """Up to the last bit of 64, around every half and every whole unit."""
    rounded = round_array(np.array(amounts, dtype=np.int64), rounding).tolist()
    assert rounded == [round_fen(each, PPM, rounding) for each in amounts]
    assert rounded == [_decimal(each, rounding) for each in amounts]


def _decimal(millionths: int, rounding: Rounding) -> int:
    """The clerk's way: a Decimal in the unit that stays, quantised."""
    exact = Decimal(millionths).scaleb(-6)
    if rounding is Rounding.YUAN_UP_FROM_JIAO:
        jiao = exact.scaleb(-1).to_integral_value(ROUND_FLOOR)
        return int(jiao.scaleb(-1).to_integral_value(ROUND_CEILING)) * 100
    unit, way = rounding.value.split("_", 1)
    return int((exact / UNITS[unit]).to_integral_value(WAYS[way])) * UNITS[unit]


def test_every_real_policy_row_gives_the_same() -> None:
    """The policies that we ship, at bases around their own limits."""
    for policy in real_book().versions:
        rates = (policy.employer_rate_max_ppm or 0, policy.employee_rate_max_ppm or 0)
        limits = [limit for limit in (policy.base_min_fen, policy.base_max_fen) if limit is not None]
        bases = sorted({1, 1_234_567, *(limit + step for limit in limits for step in (-1, 0, 1))})
        base, ours, theirs = contribute_array(policy, np.array(bases, dtype=np.int64), *rates)
        lines = [contribute(policy, each, *rates) for each in bases]
        found = list(zip(base.tolist(), ours.tolist(), theirs.tolist(), strict=True))
        assert found == [(line.base_fen, line.employer_fen, line.employee_fen) for line in lines]


def test_what_does_not_fit_is_refused_and_never_wrong() -> None:
    unlimited = replace(row(), base_min_fen=None, base_max_fen=None)
    most = (2**63 - 1) // PPM
    base, ours, _ = contribute_array(unlimited, np.array([most], dtype=np.int64), PPM, 0)
    assert (base.tolist(), ours.tolist()) == ([most], [most])
    for bases in ([most + 1], [1, most * 3], [-(2**63)]):
        with pytest.raises(TooLarge):
            contribute_array(unlimited, np.array(bases, dtype=np.int64), PPM, 0)
    with pytest.raises(TooLarge):
        contribute_array(replace(unlimited, employee_fixed_fen=2**63 - 1), np.array([1], dtype=np.int64), 0, 0)


def test_it_refuses_what_the_scalar_engine_refuses() -> None:
    unlimited = replace(row(), base_min_fen=None, base_max_fen=None)
    one = np.array([100], dtype=np.int64)
    for rates in ((-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="negative"):
            contribute_array(unlimited, one, *rates)
    with pytest.raises(ValueError, match="negative"):
        contribute_array(unlimited, np.array([100, -1], dtype=np.int64), 1, 0)
    with pytest.raises(TypeError):
        contribute_array(unlimited, np.array([1.5]), 1, 0)  # type: ignore[arg-type]


def test_nobody_is_nothing() -> None:
    found = contribute_array(row(), np.array([], dtype=np.int64), 160_000, 80_000)
    assert [each.tolist() for each in found] == [[], [], []]
