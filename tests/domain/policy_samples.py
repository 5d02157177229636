"""Small policy rows for tests, and the rows of the repository, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from domain.policy import Category, Confidence, Kind, PolicyBook, PolicyVersion
from services.policy_files import load_policies

POLICIES = Path(__file__).resolve().parents[2] / "policies"


@cache
def real_book() -> PolicyBook:
    """The book of the repository's own policies."""
    return PolicyBook(load_policies(POLICIES))


def row(**changes: Any) -> PolicyVersion:
    """A plain pension row, 16 % and 8 %, from 2026-01 to 2026-12, with the given changes."""
    facts: dict[str, Any] = {
        "city_code": "990000",
        "city": "样例",
        "category": Category.EMPLOYEE,
        "kind": Kind.PENSION,
        "effective_from": 202601,
        "effective_to": 202612,
        "base_min_fen": 500_000,
        "base_max_fen": 2_500_000,
        "employer_rate_min_ppm": 160_000,
        "employer_rate_max_ppm": 160_000,
        "employee_rate_min_ppm": 80_000,
        "employee_rate_max_ppm": 80_000,
        "confidence": Confidence.HIGH,
        "source": "样例文件",
    }
    return PolicyVersion(**{**facts, **changes})
