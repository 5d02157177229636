"""Many contribution lines of one policy row at once: the vector engine, in whole numbers of 64 bits.

It gives exactly what `domain.contribution.contribute` gives line by line (tests prove it), without a float anywhere.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from domain.money import PPM, Rounding
from domain.policy import PolicyVersion

Fen = npt.NDArray[np.int64]
"""Amounts in fen."""

_MOST: Final = 2**63 - 1
# Leaves room for a fixed amount on top of whatever base × rate can come to.
_MOST_FIXED: Final = 2**62
_UNIT_FEN: Final = {"fen": 1, "jiao": 10, "yuan": 100}


class TooLarge(ValueError):
    """A base times its rate does not fit 64 bits; the scalar engine has no such limit."""


def contribute_array(
    policy: PolicyVersion, declared: Fen, employer_rate_ppm: int, employee_rate_ppm: int
) -> tuple[Fen, Fen, Fen]:
    """Compute base, employer's and employee's part (fen) for declared bases (fen), all of one policy row and rates.

    Raises ValueError for a negative base or rate as the scalar engine does, TooLarge where base × rate would not fit
    (with a rate of 100 %, bases from 92 billion yuan on), TypeError for anything but whole numbers.
    """
    if declared.dtype != np.int64:
        raise TypeError(f"fen are 64-bit whole numbers, not {declared.dtype}")
    if employer_rate_ppm < 0 or employee_rate_ppm < 0:
        raise ValueError("a rate cannot be negative")
    base = clamp_array(declared, policy.base_min_fen, policy.base_max_fen)
    employer = _part(base, employer_rate_ppm, policy.employer_rounding, policy.employer_fixed_fen)
    employee = _part(base, employee_rate_ppm, policy.employee_rounding, policy.employee_fixed_fen)
    return base, employer, employee


def clamp_array(declared: Fen, minimum_fen: int | None, maximum_fen: int | None) -> Fen:
    """The bases within the limits; a limit that is None does not bind, and the lower one goes first."""
    base = declared
    if maximum_fen is not None:
        base = np.minimum(base, maximum_fen)
    if minimum_fen is not None:
        base = np.where(declared < minimum_fen, minimum_fen, base)
    return base


def _part(base: Fen, rate_ppm: int, rounding: Rounding, fixed_fen: int) -> Fen:
    """One side: base × rate, rounded, and the fixed amount."""
    largest = max(int(base.max()), -int(base.min())) if base.size else 0
    if largest * rate_ppm > _MOST or abs(fixed_fen) > _MOST_FIXED:
        raise TooLarge(f"base × {rate_ppm} ppm is beyond 64 bits")
    exact = base * rate_ppm
    if exact.size and int(exact.min()) < 0:
        raise ValueError("a base cannot be negative")
    return round_array(exact, rounding) + fixed_fen


def round_array(exact: Fen, rounding: Rounding) -> Fen:
    """Round exact amounts in millionths of a fen, none of them negative, to whole fen as `money.round_fen` does."""
    if rounding is Rounding.YUAN_UP_FROM_JIAO:
        yuan, jiao = np.divmod(exact // (PPM * 10), 10)
        return (yuan + (jiao > 0)) * 100
    unit_name, way = rounding.value.split("_", 1)
    unit = _UNIT_FEN[unit_name]
    divisor = PPM * unit
    whole, rest = np.divmod(exact, divisor)
    # The rest is looked at by itself: doubling the amount, as whole numbers without limit may, could overflow here.
    if way == "half_up":
        whole = whole + (2 * rest >= divisor)
    elif way == "up":
        whole = whole + (rest > 0)
    return whole * unit
