"""E9: where an account stands by the events that hold, after those of an undone batch are left out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from domain.housing_account import HousingAct
from domain.housing_history import Event, standing

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "housing_history.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_where_an_account_stands(case: dict) -> None:
    """E9: the table is the rule."""
    events = [
        Event(HousingAct(act), month, company, by_hand=who == "hand") for act, month, company, who in case["events"]
    ]
    found = standing(events, numbered=case["numbered"])
    assert ([found.state.value, found.since_month, found.company_id] if found else None) == case["stands"]
