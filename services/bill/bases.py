"""Bases that were declared for later months, laid over the items of a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from db.sql import fetch, fetch_tuples, fetch_value, marks
from domain.base_history import BaseChange, BaseScope, effective
from domain.base_rule import BaseRule
from domain.policy import Kind

Changes = Mapping[int, Sequence[BaseChange]]
"""The changes that are not voided, by enrolment."""

_CHANGES = (
    "SELECT id, enrollment_id, scope, from_month, base_fen, housing_rate_ppm FROM enrollment_base "
    "WHERE voided_at = 0 AND "
)


async def any_of(company_id: int, month: int) -> bool:
    """Whether anybody of the company has another base by that month (yyyymm) than the one they began with."""
    found = await fetch_value(
        "SELECT 1 FROM enrollment_base WHERE company_id = ? AND from_month <= ? AND voided_at = 0 LIMIT 1",
        [company_id, month],
    )
    return found is not None


async def overlaid(items: Sequence[tuple], company_id: int, span: tuple[int, int], month: int) -> list[tuple]:
    """The items (columns of `run._ITEMS`) of enrolments within `span` with base and rate as they are in the month."""
    changes = _by_enrollment(
        await fetch(
            _CHANGES + "company_id = ? AND enrollment_id BETWEEN ? AND ? AND from_month <= ?",
            [company_id, *span, month],
        )
    )
    if not changes:
        return list(items)
    laid = []
    for item in items:
        mine = changes.get(item[7])
        if mine:
            city, category, kind, tier, own_rate, rule, person, enrollment, own = item
            base, rate = effective(mine, Kind(kind), BaseRule(rule), month, own, own_rate)
            item = (city, category, kind, tier, rate, rule, person, enrollment, base)
        laid.append(item)
    return laid


async def of_enrollments(enrollment_ids: Sequence[int]) -> Changes:
    """All changes of these enrolments."""
    if not enrollment_ids:
        return {}
    return _by_enrollment(await fetch(f"{_CHANGES} enrollment_id IN ({marks(enrollment_ids)})", list(enrollment_ids)))


async def changed_since(company_id: int, city_code: str | None, since: int) -> list[tuple[int, int]]:
    """Enrolments whose bases may be others than they were then (instant in ms), each with the month (yyyymm) from
    which on; of the whole company or of one city."""
    city = "" if city_code is None else "AND enrollment_id IN (SELECT id FROM enrollment WHERE city_code = ?)"
    return await fetch_tuples(
        "SELECT enrollment_id, MIN(from_month) FROM enrollment_base "
        f"WHERE company_id = ? AND (created_at > ? OR voided_at > ?) {city} GROUP BY enrollment_id",
        [company_id, since, since, *([] if city_code is None else [city_code])],
    )


def _by_enrollment(rows: Iterable[dict]) -> Changes:
    found: dict[int, list[BaseChange]] = defaultdict(list)
    for r in rows:
        change = BaseChange(r["id"], BaseScope(r["scope"]), r["from_month"], r["base_fen"], r["housing_rate_ppm"])
        found[r["enrollment_id"]].append(change)
    return found
