"""The contribution base of an enrolment month by month: it keeps the one it began with until a newer one holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.base_rule import BaseRule
from domain.policy import Kind

FUNDS: Final = frozenset({Kind.HOUSING_FUND, Kind.SUPPLEMENTARY_HOUSING_FUND})
"""The housing funds: they declare a base of their own, have a chosen rate, and know no late fee."""


class BaseScope(StrEnum):
    """Which kinds a declared base is for."""

    SOCIAL = "social"
    FUND = "fund"


def scope_of(kind: Kind) -> BaseScope:
    """The scope a kind belongs to."""
    return BaseScope.FUND if kind in FUNDS else BaseScope.SOCIAL


@dataclass(frozen=True, slots=True)
class BaseChange:
    """A base (fen) declared for the months from `from_month` on; `housing_rate_ppm` None leaves the rate as it is.

    `id` tells the later of two changes for the same month.
    """

    id: int
    scope: BaseScope
    from_month: int
    base_fen: int
    housing_rate_ppm: int | None = None


def effective(
    changes: Iterable[BaseChange], kind: Kind, rule: BaseRule, month: int, own_fen: int, own_rate_ppm: int | None
) -> tuple[int, int | None]:
    """Declared base (fen) and housing-fund rate (ppm) of a kind in a month (yyyymm), in whatever order changes come.

    The newest change that had begun by then counts, or what the item began with. A base that was fixed for its kind
    is not moved by changes; its rate is.
    """
    base, rate, scope = own_fen, own_rate_ppm, scope_of(kind)
    begun = [c for c in changes if c.scope is scope and c.from_month <= month]
    for change in sorted(begun, key=lambda c: (c.from_month, c.id)):
        base = change.base_fen
        if change.housing_rate_ppm is not None:
            rate = change.housing_rate_ppm
    return (own_fen if rule is BaseRule.FIXED else base), rate
