"""A4.2: the service fee of a closed month, case by case."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.difference import FeeSource, explain_fee, fee_of, settle_fee

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "service_fee.yaml").read_text(encoding="utf-8"))


def _fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_a_closed_months_fee(case: dict[str, Any]) -> None:
    """A4.2: owed now less what was charged, on which enrolment, and in words."""
    due = fee_of(FeeSource(place, _fen(fee)) for place, fee in case["fees"].items())
    delta = settle_fee(due, {place: _fen(fee) for place, fee in case["charged"].items()})
    if not _fen(case["delta"]):
        assert delta is None
        return
    assert delta is not None
    assert (delta.fen, delta.enrollment_id) == (_fen(case["delta"]), case["line"])
    assert explain_fee(202610, delta.reason).text == case["text"]
