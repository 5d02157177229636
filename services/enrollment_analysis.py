"""Counting the register: why people stopped (A2.2), and what was billed by kind, city and month (B15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.scope import company_sql
from db.sql import fetch, fetch_tuples, marks
from db.transaction import Store
from domain.actor import Actor
from domain.analysis import StopDimension, months_between
from domain.errors import Problem, Refusal
from domain.policy import KIND_ORDER, Kind
from services.ports import Ports

MOST_CELLS = 5000
_BILLS_AT_ONCE = 200
_MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class StopFilter:
    """Last months (yyyymm, both included) of the enrolments that count; `branches` adds those below the company.

    `moves` also counts enrolments that ended because the person went on elsewhere with us (方案变更、转出).
    """

    from_month: int
    to_month: int
    company_id: int | None = None
    branches: bool = False
    city_code: str | None = None
    moves: bool = False


@dataclass(frozen=True, slots=True)
class StopCell:
    """How many enrolments stopped; dimensions that were not asked for are None."""

    month: int | None
    company_id: int | None
    company: str | None
    city_code: str | None
    reason: str | None
    people: int


@dataclass(frozen=True, slots=True)
class ContributionCell:
    """What was billed of one kind in one city in one billed month; amounts in fen.

    `people` and `base_fen` come from the month's normal lines, the amounts also from makeups and differences;
    late fees stand apart.
    """

    month: int
    city_code: str
    kind: str
    people: int
    base_fen: int
    employer_fen: int
    employee_fen: int
    late_fee_fen: int


_COLUMNS = {
    StopDimension.MONTH: "e.last_month",
    StopDimension.COMPANY: "e.company_id",
    StopDimension.CITY: "e.city_code",
    StopDimension.REASON: "COALESCE(e.stop_reason, '')",
}
_MOVES = "('scheme_changed', 'transferred_out')"


async def stops(actor: Actor, wanted: StopFilter, by: Sequence[StopDimension]) -> list[StopCell]:
    """Stopped enrolments in scope, counted by the dimensions asked for (each once), most recent month first.

    Refused: months_order, months_too_many, analysis_too_wide.
    """
    actor.require("enrollment.read")
    months_between(wanted.from_month, wanted.to_month)
    condition, values = company_sql(actor, "e.company_id")
    condition = f"{condition} AND e.state = 'stopped' AND e.last_month BETWEEN ? AND ?"
    values = [*values, wanted.from_month, wanted.to_month]
    if wanted.company_id is not None and wanted.branches:
        condition = (
            f"{condition} AND e.company_id IN (SELECT c.id FROM company c JOIN company top ON top.id = ? "
            "WHERE SUBSTR(c.path, 1, LENGTH(top.path)) = top.path)"
        )
        values = [*values, wanted.company_id]
    elif wanted.company_id is not None:
        condition, values = f"{condition} AND e.company_id = ?", [*values, wanted.company_id]
    if wanted.city_code is not None:
        condition, values = f"{condition} AND e.city_code = ?", [*values, wanted.city_code]
    if not wanted.moves:
        condition = f"{condition} AND (e.stop_reason IS NULL OR e.stop_reason NOT IN {_MOVES})"
    columns = [_COLUMNS[d] for d in dict.fromkeys(by)]
    group = f"GROUP BY {', '.join(columns)}" if columns else ""
    shown = ", ".join([f"{_COLUMNS[d]} AS by_{d.value}" for d in dict.fromkeys(by)] + ["COUNT(*) AS people"])
    rows = await fetch(f"SELECT {shown} FROM enrollment e WHERE {condition} {group} LIMIT {MOST_CELLS + 1}", values)
    if len(rows) > MOST_CELLS:
        raise Refusal(_too_wide())
    return await _cells(actor, rows)


async def _cells(actor: Actor, rows: Sequence[dict]) -> list[StopCell]:
    ids = sorted({r["by_company"] for r in rows if "by_company" in r})
    names: dict[int, str] = {}
    if ids:
        scope, values = company_sql(actor, "id")
        sql = f"SELECT id, name FROM company WHERE id IN ({marks(ids)}) AND {scope}"
        names = {r[0]: r[1] for r in await fetch_tuples(sql, [*ids, *values])}
    cells = [
        StopCell(
            r.get("by_month"),
            r.get("by_company"),
            names.get(r["by_company"]) if "by_company" in r else None,
            r.get("by_city"),
            r.get("by_reason"),
            int(r["people"]),
        )
        for r in rows
    ]
    return sorted(cells, key=lambda c: (-(c.month or 0), -c.people, c.company or "", c.city_code or "", c.reason or ""))


async def contributions(
    ports: Ports,
    actor: Actor,
    from_month: int,
    to_month: int,
    company_id: int | None = None,
    city_code: str | None = None,
) -> list[ContributionCell]:
    """What confirmed and closed bills in scope hold, by billed month, city and kind; newest month first.

    A person is counted once for each bill. Refused: months_order, months_too_many.
    """
    actor.require("bill.read")
    months_between(from_month, to_month)
    condition, values = company_sql(actor, "company_id")
    if company_id is not None:
        condition, values = f"{condition} AND company_id = ?", [*values, company_id]
    bills = await fetch_tuples(
        f"SELECT id, month, generation FROM bill WHERE {condition} AND state IN ('confirmed', 'closed') "
        "AND month BETWEEN ? AND ?",
        [*values, from_month, to_month],
    )
    months = {bill_id: month for bill_id, month, _ in bills}
    sums: dict[tuple[int, str, str], list[int]] = {}
    for bill_id, counted in (await _counted(ports.store, [(b, g) for b, _, g in bills])).items():
        for city, kind, *amounts in counted:
            if city_code is None or city == city_code:
                cell = sums.setdefault((months[bill_id], city, kind), [0] * len(amounts))
                cell[:] = [one + more for one, more in zip(cell, amounts, strict=True)]
    ordered = sorted(sums.items(), key=lambda e: (-e[0][0], e[0][1], KIND_ORDER[Kind(e[0][2])]))
    return [ContributionCell(month, city, kind, *amounts) for (month, city, kind), amounts in ordered]


_SUMS = (
    "SELECT bill_id, city_code, kind, COUNT(DISTINCT CASE WHEN line_type = 'normal' THEN person_id END), "
    "SUM(CASE WHEN line_type = 'normal' THEN base_fen ELSE 0 END), "
    "SUM(CASE WHEN line_type = 'late_fee' THEN 0 ELSE employer_fen END), SUM(employee_fen), "
    "SUM(CASE WHEN line_type = 'late_fee' THEN employer_fen ELSE 0 END) "
    "FROM bill_line WHERE kind <> '' AND bill_id IN ({ids}) GROUP BY bill_id, city_code, kind"
)


async def _counted(store: Store, bills: Sequence[tuple[int, int]]) -> dict[int, list[tuple]]:
    """The sums of each bill by city and kind, for (bill, generation).

    The lines of one generation of a confirmed bill never change, so this process remembers what it has added up.
    """
    known: dict[tuple[int, int], list[tuple]] = store.cache.setdefault("analysis.bills", {})
    missing = [b for b in bills if b not in known]
    if len(known) + len(missing) > _MOST_REMEMBERED:
        known.clear()
        missing = list(bills)
    for start in range(0, len(missing), _BILLS_AT_ONCE):
        some = missing[start : start + _BILLS_AT_ONCE]
        found: dict[int, list[tuple]] = {bill_id: [] for bill_id, _ in some}
        for bill_id, city, kind, *sums in await fetch_tuples(_SUMS.format(ids=marks(some)), [b for b, _ in some]):
            found[bill_id].append((city, kind, *map(int, sums)))
        known.update({bill: found[bill[0]] for bill in some})
    return {bill: known[bill, generation] for bill, generation in bills}


def _too_wide() -> Problem:
    return Problem(
        "analysis_too_wide",
        f"分组超过 {MOST_CELLS} 组",
        f"There are more than {MOST_CELLS} groups",
        "请缩短月份，或减少分组的维度",
        "Choose fewer months or fewer dimensions",
        field="by",
    )
