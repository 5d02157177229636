"""Which base a kind is computed from: its rule, and the base declared for the month."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base_history import BaseChange, BaseScope, effective
from domain.base_rule import BASE_RULE_LABELS, BaseRule, declared_for, unknown_limit
from domain.contribution import contribute
from domain.policy import Kind
from tests.domain.policy_samples import row

SOCIAL, FUND = BaseScope.SOCIAL, BaseScope.FUND
POLICY = replace(row(), base_min_fen=727_000, base_max_fen=3_634_800)

RULES = [
    # rule, declared, base of the line
    (BaseRule.DECLARED, 1_000_000, 1_000_000),
    (BaseRule.DECLARED, 100_000, 727_000),
    (BaseRule.DECLARED, 9_000_000, 3_634_800),
    (BaseRule.FLOOR, 1_000_000, 727_000),
    (BaseRule.FLOOR, 100_000, 727_000),
    (BaseRule.CAP, 1_000_000, 3_634_800),
    (BaseRule.FIXED, 1_000_000, 1_000_000),
    (BaseRule.FIXED, 100_000, 727_000),
]


@pytest.mark.parametrize(("rule", "declared", "base"), RULES)
def test_the_base_by_rule(rule: BaseRule, declared: int, base: int) -> None:
    """A4.2: every rule ends between the limits."""
    line = contribute(POLICY, declared_for(rule, declared, POLICY), 160_000, 80_000)
    assert line.base_fen == base
    assert unknown_limit(rule, POLICY) is None


@pytest.mark.parametrize("rule", BaseRule)
def test_a_limit_that_nobody_knows(rule: BaseRule) -> None:
    """The declared base is used, and who asked for the limit is told."""
    unlimited = replace(POLICY, base_min_fen=None, base_max_fen=None)
    assert declared_for(rule, 1_000_000, unlimited) == 1_000_000
    told = unknown_limit(rule, unlimited)
    assert (told is not None) == (rule in (BaseRule.FLOOR, BaseRule.CAP))
    assert told is None or (BASE_RULE_LABELS[rule][0] in told.message and told.severity == "notice")


CHANGES = (
    BaseChange(1, SOCIAL, 202607, 800_000),
    BaseChange(2, SOCIAL, 202609, 900_000),
    BaseChange(3, SOCIAL, 202609, 950_000),
    BaseChange(4, FUND, 202607, 600_000, 70_000),
    BaseChange(5, FUND, 202610, 650_000),
)
MONTHS = [
    # month, kind, rule, base, rate
    (202606, Kind.PENSION, BaseRule.DECLARED, 500_000, None),
    (202607, Kind.PENSION, BaseRule.DECLARED, 800_000, None),
    (202608, Kind.LARGE_MEDICAL, BaseRule.DECLARED, 800_000, None),
    (202609, Kind.PENSION, BaseRule.DECLARED, 950_000, None),
    (202712, Kind.MATERNITY, BaseRule.DECLARED, 950_000, None),
    (202712, Kind.MATERNITY, BaseRule.FIXED, 500_000, None),
    (202606, Kind.HOUSING_FUND, BaseRule.DECLARED, 500_000, 120_000),
    (202607, Kind.HOUSING_FUND, BaseRule.DECLARED, 600_000, 70_000),
    (202610, Kind.HOUSING_FUND, BaseRule.DECLARED, 650_000, 70_000),
    (202610, Kind.SUPPLEMENTARY_HOUSING_FUND, BaseRule.FIXED, 500_000, 70_000),
]


@pytest.mark.parametrize(("month", "kind", "rule", "base", "rate"), MONTHS)
def test_the_base_of_a_month(month: int, kind: Kind, rule: BaseRule, base: int, rate: int | None) -> None:
    """M3.3: the newest change that had begun, by scope; in whatever order they are read."""
    own_rate = 120_000 if rate is not None else None
    for order in permutations(CHANGES):
        assert effective(order, kind, rule, month, 500_000, own_rate) == (base, rate)


@given(
    rule=st.sampled_from(list(BaseRule)),
    declared=st.integers(0, 10**9),
    low=st.none() | st.integers(0, 10**7),
    high=st.none() | st.integers(10**7, 10**8),
)
def test_whatever_the_rule_the_base_is_within_the_limits(
    rule: BaseRule, declared: int, low: int | None, high: int | None
) -> None:
    """A4.2: and a limit asked for is the base exactly."""
    policy = replace(POLICY, base_min_fen=low, base_max_fen=high)
    base = contribute(policy, declared_for(rule, declared, policy), 160_000, 80_000).base_fen
    assert low is None or base >= low
    assert high is None or base <= high
    wanted = {BaseRule.FLOOR: low, BaseRule.CAP: high}.get(rule)
    assert wanted is None or base == wanted
