"""Reading housing-fund accounts: lists with masked numbers, history, and what is known before a declaration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.scope import company_sql
from db.sql import fetch, fetch_tuples, fetch_value, marks
from db.transaction import Store
from domain.actor import Actor
from domain.housing_account import AccountState, Known
from domain.particulars import mask
from services.paging import Page, Window, page_of
from services.person import search_sql
from services.ports import Ports

NUMBER = "housing_account.number"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person's account in a city with the company that keeps it; the number is masked."""

    id: int
    person_id: int
    person_name: str
    city_code: str
    company_id: int
    company_name: str
    number_masked: str | None
    state: str
    since_month: int
    created_at: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened to an account."""

    id: int
    act: str
    month: int
    detail: str
    recorded_by: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    search: str = ""
    company_id: int | None = None
    state: AccountState | None = None


_SELECT = """
SELECT a.id, a.person_id, person.name AS person_name, a.city_code, a.company_id, c.name AS company_name,
       a.number_sealed, a.state, a.since_month, a.created_at
FROM housing_account a JOIN person ON person.id = a.person_id JOIN company c ON c.id = a.company_id
"""


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[AccountRow]:
    """Accounts kept by companies in scope, newest first; found by name, document, phone or whole account number."""
    condition, values = company_sql(actor, "a.company_id")
    if wanted.search.strip():
        extra, more = search_sql(ports.store, wanted.search)
        number = ports.store.vault.index(NUMBER, "".join(wanted.search.split()).upper())
        condition, values = f"{condition} AND ({extra} OR a.number_index = ?)", [*values, *more, number]
    for column in ("company_id", "state"):
        value = getattr(wanted, column)
        if value is not None:
            condition, values = f"{condition} AND a.{column} = ?", [*values, value]
    count = "SELECT COUNT(*) FROM housing_account a JOIN person ON person.id = a.person_id"
    total = int(await fetch_value(f"{count} WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND a.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY a.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([_row(ports.store, r) for r in rows], window, total)


async def by_ids(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[AccountRow | None]:
    """Accounts in the order asked for; None for those out of scope."""
    if not ids:
        return []
    condition, values = company_sql(actor, "a.company_id")
    rows = await fetch(f"{_SELECT} WHERE a.id IN ({marks(ids)}) AND {condition}", [*ids, *values])
    found = {r["id"]: _row(ports.store, r) for r in rows}
    return [found.get(i) for i in ids]


async def events(actor: Actor, account_ids: Sequence[int]) -> list[list[EventRow]]:
    """Each account's history, newest first; events with companies out of scope are left out."""
    condition, values = company_sql(actor, "h.company_id")
    rows = await fetch(
        "SELECT h.account_id, h.id, h.act, h.month, h.detail, h.created_at, staff.display_name AS recorded_by "
        "FROM housing_event h LEFT JOIN staff ON staff.id = h.recorded_by_id "
        f"WHERE h.account_id IN ({marks(account_ids)}) AND {condition} ORDER BY h.id DESC",
        [*account_ids, *values],
    )
    found: dict[int, list[EventRow]] = defaultdict(list)
    for r in rows:
        account_id = r.pop("account_id")
        found[account_id].append(EventRow(**(r | {"recorded_by": r["recorded_by"] or "系统"})))
    return [found.get(i, []) for i in account_ids]


async def known_accounts(
    store: Store, company_id: int, people: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], tuple[Known, str]]:
    """What is known by (person, city), with the plain number where this company may use it (as text, else empty)."""
    if not people:
        return {}
    ids = sorted({person_id for person_id, _ in people})
    rows = await fetch_tuples(
        "SELECT id, person_id, city_code, company_id, state, number_sealed FROM housing_account "
        f"WHERE person_id IN ({marks(ids)})",
        ids,
    )
    cities: dict[int, set[str]] = defaultdict(set)
    here: dict[tuple[int, str], tuple] = {}
    for each in rows:
        if each[4] != AccountState.CLOSED:
            cities[each[1]].add(each[2])
        here[each[1], each[2]] = each
    found = {}
    for person_id, city in people:
        elsewhere = bool(cities[person_id] - {city})
        row = here.get((person_id, city))
        if row is None:
            found[person_id, city] = (Known(elsewhere=elsewhere), "")
            continue
        # A number that another client keeps is not shown to this one, whatever is declared.
        number = store.vault.open_text(NUMBER, row[0], row[5]) if row[3] == company_id else None
        found[person_id, city] = (Known(AccountState(row[4]), row[3], elsewhere), number or "")
    return found


async def owners_of(store: Store, city_codes: Sequence[str], numbers: Sequence[str]) -> dict[str, int]:
    """The person behind each account number (plain) within these cities."""
    if not numbers or not city_codes:
        return {}
    index = {store.vault.index(NUMBER, number): number for number in numbers}
    rows = await fetch_tuples(
        f"SELECT number_index, person_id FROM housing_account WHERE number_index IN ({marks(list(index))}) "
        f"AND city_code IN ({marks(city_codes)})",
        [*index, *city_codes],
    )
    return {index[number_index]: person_id for number_index, person_id in rows}


def _row(store: Store, r: dict[str, Any]) -> AccountRow:
    number = store.vault.open_text(NUMBER, r["id"], r["number_sealed"])
    values = {name: r[name] for name in AccountRow.__dataclass_fields__ if name in r}
    return AccountRow(**values, number_masked=mask(number) if number else None)
