"""The effective enrolments that changes are made to, loaded for many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from db.sql import fetch, fetch_tuples, marks
from domain.base_history import BaseChange, BaseScope
from domain.base_rule import BaseRule
from domain.change import Part, Spell
from domain.payer import Item
from domain.policy import Category, Kind

_ENROLLMENTS = (
    "SELECT id, person_id, city_code, category, scheme_id, start_month, service_fee_fen, scheme_version_id, "
    "legal_basis, contract_start, contract_end, last_month FROM enrollment "
    "WHERE person_id IN ({people}) AND company_id = ? AND (state = 'effective'{stopped}) ORDER BY id"
)
_PARTS = (
    "SELECT enrollment_id, kind, tier, base_rule, declared_base_fen, housing_rate_ppm FROM enrollment_item "
    "WHERE enrollment_id IN ({ids}) AND state IN ({states})"
)
# A change of scheme ends all enrolments of a person at once and names one of them.
_BEFORE = (
    "SELECT DISTINCT e.id, old.id, old.start_month FROM enrollment e JOIN enrollment p ON p.id = e.continues_id "
    "JOIN enrollment old ON old.person_id = p.person_id AND old.company_id = p.company_id "
    "AND old.stop_reason = p.stop_reason AND old.last_month = p.last_month AND old.state = 'stopped' "
    "WHERE e.id IN ({ids}) AND p.company_id = ? AND p.state = 'stopped'"
)
_BASES = (
    "SELECT enrollment_id, id, scope, from_month, base_fen, housing_rate_ppm FROM enrollment_base "
    "WHERE enrollment_id IN ({ids}) AND voided_at = 0"
)


async def spells(
    person_ids: Sequence[int], company_id: int, locks: str = "", stopped: Sequence[int] = ()
) -> dict[int, tuple[Spell, ...]]:
    """Each person's effective enrolments with the company, the oldest first. `locks` is `sql.locking` or nothing.

    `stopped` are enrolments that count although they were stopped since.
    """
    if not person_ids:
        return {}
    also = f" OR (state = 'stopped' AND id IN ({marks(stopped)}))" if stopped else ""
    sql = _ENROLLMENTS.format(people=marks(person_ids), stopped=also) + locks
    rows = await fetch(sql, [*person_ids, company_id, *stopped])
    ids = [r["id"] for r in rows]
    if not ids:
        return {}
    parts: dict[int, list[Part]] = defaultdict(list)
    sql = _PARTS.format(ids=marks(ids), states="'effective', 'stopped'" if stopped else "'effective'")
    for enrollment_id, kind, tier, rule, base, rate in await fetch_tuples(sql + locks, ids):
        parts[enrollment_id].append(Part(Kind(kind), tier, BaseRule(rule), base, rate))
    bases = await changes(ids)
    found: dict[int, list[Spell]] = defaultdict(list)
    for r in rows:
        found[r["person_id"]].append(_spell(r, parts[r["id"]], bases.get(r["id"], [])))
    return {person_id: tuple(each) for person_id, each in found.items()}


async def went_before(enrollment_ids: Iterable[int], company_id: int) -> dict[int, list[tuple[int, int]]]:
    """The enrolments (id, start month) with the same company that each of these goes on from, all the way back."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    origin = {i: i for i in enrollment_ids}
    while origin:
        rows = await fetch_tuples(_BEFORE.format(ids=marks(list(origin))), [*origin, company_id])
        earlier = {}
        for enrollment_id, before, start in rows:
            found[origin[enrollment_id]].append((before, start))
            earlier[before] = origin[enrollment_id]
        origin = earlier
    return found


async def changes(enrollment_ids: Sequence[int]) -> dict[int, list[BaseChange]]:
    """The bases declared since, by enrolment; taken back ones are left out."""
    found: dict[int, list[BaseChange]] = defaultdict(list)
    for enrollment_id, row_id, scope, month, base, rate in await fetch_tuples(
        _BASES.format(ids=marks(enrollment_ids)), list(enrollment_ids)
    ):
        found[enrollment_id].append(BaseChange(row_id, BaseScope(scope), month, base, rate))
    return found


def _spell(r: Mapping, parts: Iterable[Part], bases: Iterable[BaseChange]) -> Spell:
    return Spell(
        enrollment_id=r["id"],
        person_id=r["person_id"],
        city_code=r["city_code"],
        category=Category(r["category"]),
        scheme_id=r["scheme_id"],
        start_month=r["start_month"],
        service_fee_fen=r["service_fee_fen"],
        parts=tuple(parts),
        changes=tuple(bases),
        scheme_version_id=r["scheme_version_id"],
        legal_basis=r["legal_basis"],
        contract_start=r["contract_start"],
        contract_end=r["contract_end"],
        last_month=r["last_month"],
    )


async def living_items(person_ids: Sequence[int], company_id: int, locks: str = "") -> dict[int, list[Item]]:
    """The living items of these people beside the company's effective enrolments, which end with a move.

    What the same company has submitted and nobody has answered yet is in the way like anybody else's.
    """
    found: dict[int, list[Item]] = defaultdict(list)
    if person_ids:
        sql = (
            "SELECT i.person_id, i.company_id, i.kind, i.start_month, i.last_month FROM enrollment_item i "
            "JOIN enrollment e ON e.id = i.enrollment_id "
            f"WHERE i.person_id IN ({marks(person_ids)}) AND i.state IN ('submitted', 'effective', 'stopped') "
            "AND NOT (e.company_id = ? AND e.state = 'effective')"
        )
        for person_id, owner, kind, start, last in await fetch_tuples(sql + locks, [*person_ids, company_id]):
            found[person_id].append((owner, Kind(kind), start, last))
    return found


async def closed_months(company_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The closed months of each company."""
    found: dict[int, list[int]] = defaultdict(list)
    if company_ids:
        sql = f"SELECT company_id, month FROM bill WHERE state = 'closed' AND company_id IN ({marks(company_ids)})"
        for company_id, month in await fetch_tuples(sql, list(company_ids)):
            found[company_id].append(month)
    return {company_id: tuple(sorted(months)) for company_id, months in found.items()}
