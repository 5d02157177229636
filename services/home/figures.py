"""The figures of the home page, each one aggregate of the database within the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.scope import company_sql
from db.sql import fetch_tuples
from domain.actor import Actor
from domain.period import BillingMonth, span
from domain.window import window_of
from services import policy

TOP = 10
MONTHS = 12


@dataclass(frozen=True, slots=True)
class CountRow:
    """A group and how many; `key` is a batch state, a city code or a company's row id."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class MoveRow:
    """People who came and went in a month (yyyymm); going on elsewhere with us is neither."""

    month: int
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """The last day on which a city takes this month's changes; None where nobody has set it."""

    city_code: str
    city: str
    people: int
    day: date | None


@dataclass(frozen=True, slots=True)
class OpenBills:
    """Bills of one state that are not closed: how many, and their amounts in fen."""

    state: str
    bills: int
    total_fen: int


async def batches(actor: Actor) -> tuple[CountRow, ...]:
    """How many batches stand in each state."""
    scope, values = company_sql(actor, "company_id")
    rows = await fetch_tuples(f"SELECT state, COUNT(*) FROM batch WHERE {scope} GROUP BY state ORDER BY state", values)
    return tuple(CountRow(state, state, int(n)) for state, n in rows)


async def by_city(actor: Actor) -> tuple[CountRow, ...]:
    """Enrolments in force by city, the ten largest."""
    names = {c.code: c.name for c in await policy.cities()}
    rows = await _cities(actor)
    return tuple(CountRow(code, names.get(code, code), n) for code, n in rows[:TOP])


async def by_company(actor: Actor) -> tuple[CountRow, ...]:
    """Enrolments in force by company, the ten largest."""
    scope, values = company_sql(actor, "e.company_id")
    rows = await fetch_tuples(
        "SELECT t.company_id, c.name, t.n FROM (SELECT e.company_id, COUNT(*) AS n FROM enrollment e "
        f"WHERE {scope} AND e.state = 'effective' GROUP BY e.company_id ORDER BY n DESC, e.company_id LIMIT {TOP}) t "
        "JOIN company c ON c.id = t.company_id ORDER BY t.n DESC, t.company_id",
        values,
    )
    return tuple(CountRow(str(row_id), name, int(n)) for row_id, name, n in rows)


async def moves(actor: Actor, today: date) -> tuple[MoveRow, ...]:
    """Who joined and who left in each of the last twelve months, this one last."""
    last = BillingMonth.from_date(today)
    first = last.shift(1 - MONTHS)
    scope, values = company_sql(actor, "e.company_id")
    within = [first.number, last.number]
    joined = await fetch_tuples(
        f"SELECT e.start_month, COUNT(*) FROM enrollment e WHERE {scope} AND e.state IN ('effective', 'stopped') "
        "AND e.continues_id IS NULL AND e.start_month BETWEEN ? AND ? GROUP BY e.start_month",
        [*values, *within],
    )
    left = await fetch_tuples(
        f"SELECT e.last_month, COUNT(*) FROM enrollment e WHERE {scope} AND e.state = 'stopped' "
        "AND (e.stop_reason IS NULL OR e.stop_reason NOT IN ('scheme_changed', 'transferred_out')) "
        "AND e.last_month BETWEEN ? AND ? GROUP BY e.last_month",
        [*values, *within],
    )
    came, went = {m: int(n) for m, n in joined}, {m: int(n) for m, n in left}
    return tuple(MoveRow(m.number, came.get(m.number, 0), went.get(m.number, 0)) for m in span(first, last))


async def deadlines(actor: Actor, today: date) -> tuple[DeadlineRow, ...]:
    """When each city where somebody is enrolled closes this month; those that nobody knows come last."""
    counted = await _cities(actor)
    names = {c.code: c.name for c in await policy.cities()}
    month = BillingMonth.from_date(today)
    known = [(code, names.get(code, code), n) for code, n in counted]
    found = []
    rules = await policy.rules([name for _, name, _ in known]) if known else []
    for (code, name, people), each in zip(known, rules, strict=True):
        found.append(DeadlineRow(code, name, people, window_of(name, each).closes(month)))
    return tuple(sorted(found, key=lambda row: (row.day is None, row.day or date.max, -row.people, row.city_code)))


async def open_bills(actor: Actor) -> tuple[OpenBills, ...]:
    """Bills that are not closed, by state."""
    scope, values = company_sql(actor, "company_id")
    rows = await fetch_tuples(
        "SELECT state, COUNT(*), SUM(employer_fen + employee_fen + fee_fen) FROM bill "
        f"WHERE {scope} AND state <> 'closed' GROUP BY state ORDER BY state DESC",
        values,
    )
    return tuple(OpenBills(state, int(n), int(total)) for state, n, total in rows)


async def _cities(actor: Actor) -> list[tuple[str, int]]:
    scope, values = company_sql(actor, "company_id")
    rows = await fetch_tuples(
        f"SELECT city_code, COUNT(*) AS n FROM enrollment WHERE {scope} AND state = 'effective' "
        "GROUP BY city_code ORDER BY n DESC, city_code",
        values,
    )
    return [(code, int(n)) for code, n in rows]
