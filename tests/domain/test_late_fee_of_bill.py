"""Late fees of makeups against the clerk's table: due days by the city, the days between, and the fee."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.late_fee import CityTerms, StartRule, charge, due_date, explain_charge
from domain.money import format_yuan, parse_yuan
from domain.policy import Kind
from services.national_rules import load_late_fee
from tests.domain.policy_samples import POLICIES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "late_fee_bill.yaml").read_text("utf-8"))
RULES = load_late_fee(POLICIES / "national")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table(case: dict[str, Any]) -> None:
    """M1.3: due day, first day, days and fee as counted on a calendar; the words name them all."""
    terms = CityTerms(case["day"], StartRule(case["start"]) if case["start"] else None)
    amount = int(case["amount"]) * 100 if case["amount"].startswith("-") else parse_yuan(case["amount"])
    assert due_date(case["belongs"], case["day"]) == date.fromisoformat(case["due"])
    found = charge(amount, case["belongs"], case["paid_in"], terms, RULES)
    if not case["days"]:
        assert found is None
        return
    assert found is not None
    assert found.fee.first_day == date.fromisoformat(case["first"])
    assert (found.fee.days, format_yuan(found.fee.fee_fen)) == (case["days"], case["fee"])
    told = explain_charge(Kind.PENSION, case["belongs"], found.fee.fee_fen, found.reason).text
    for fact in (case["due"], case["first"], f"{case['days']} 天", case["fee"], "0.05%", "第八十六条", "单位承担"):
        assert fact in told


@given(belongs=st.sampled_from([202601, 202602, 202612, 202802]), day=st.integers(1, 31), late=st.integers(1, 40))
def test_a_later_bill_never_costs_less(belongs: int, day: int, late: int) -> None:
    """M1.3: month by month the fee grows, and the disputed start only ever spares days."""
    terms = (CityTerms(day, StartRule.NEXT_DAY), CityTerms(day, StartRule.SECOND_MONTH))
    fees = []
    for months in (late, late + 1):
        year, month = divmod(belongs // 100 * 12 + belongs % 100 - 1 + months, 12)
        paid_in = year * 100 + month + 1
        fees.append([c.fee.fee_fen if (c := charge(1_000_000, belongs, paid_in, t, RULES)) else 0 for t in terms])
    assert fees[0][0] < fees[1][0]
    assert fees[0][1] < fees[1][1] or fees[1][1] == 0
    assert all(usual > spared for usual, spared in fees)


def test_arrears_from_before_the_law_are_refused() -> None:
    """M1.3: there is no national row for them."""
    with pytest.raises(Refusal, match="late_fee_rule_missing"):
        charge(100_000, 201106, 202611, CityTerms(15), RULES)
