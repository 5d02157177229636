"""The rows of a batch as lines to be declared, opened some at a time, with what each person's kinds are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from db.models.batch import Batch
from db.sql import CHUNK, fetch_tuples, marks
from domain.columns import ImportKind
from domain.contribution import contribute
from domain.declaration import DeclarationLine
from domain.errors import Refusal
from domain.housing_account import act_for, tidy_number
from domain.policy import Category, Kind, PolicyBook
from domain.precheck import CheckedRow, StopReason
from services import housing_account
from services.batch import content
from services.ports import Ports

_ROWS = """
SELECT r.row_no, r.id, r.content_sealed, r.person_id, r.enrollment_id, e.city_code,
       (r.state <> 'submitted' OR EXISTS (SELECT 1 FROM channel_result c WHERE c.batch_row_id = r.id)) AS answered
FROM batch_row r JOIN enrollment e ON e.id = r.enrollment_id WHERE r.batch_id = ? AND r.row_no > ?
"""
FUND_FIELDS: Final = frozenset({"fund_act", "account", "fund_monthly"})
"""The columns of a layout that need the people's housing-fund accounts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of one city, these ids, or all; `fund` False leaves out what only the housing fund wants to know."""

    city_code: str | None = None
    row_ids: Sequence[int] | None = None
    fund: bool = True


@dataclass(frozen=True, slots=True)
class _Item:
    kind: Kind
    state: str
    last_month: int | None
    base_fen: int
    rate_ppm: int | None


async def lines_of(
    ports: Ports, batch: Batch, book: PolicyBook, wanted: Wanted
) -> AsyncIterator[list[DeclarationLine]]:
    """The submitted rows in order; `kinds` are all of the person's that the change concerns."""
    last, only = 0, ""
    values: list[object] = []
    if wanted.city_code is not None:
        only, values = f"{only} AND e.city_code = ?", [*values, wanted.city_code]
    if wanted.row_ids is not None:
        only, values = f"{only} AND r.id IN ({marks(wanted.row_ids)})", [*values, *wanted.row_ids]
    sql = f"{_ROWS}{only} ORDER BY r.row_no LIMIT {CHUNK}"
    while rows := await fetch_tuples(sql, [batch.id, last, *values]):
        last = rows[-1][0]
        yield await _opened(ports, batch, book, rows, wanted.fund)


async def _opened(ports: Ports, batch: Batch, book: PolicyBook, rows: list[tuple], fund: bool) -> list[DeclarationLine]:
    names, change = book.cities(), ImportKind(batch.kind)
    company_id = batch.company_id  # type: ignore[attr-defined]
    items = await _items(batch, [r[4] for r in rows])
    people = [(r[3], r[5]) for r in rows]
    known = await housing_account.known_accounts(ports.store, company_id, people) if fund else {}
    found = []
    for _, row_id, sealed, person_id, enrollment_id, city_code, answered in rows:
        opened = content.unseal(ports.store.vault, row_id, sealed, with_problems=False)
        row = opened.row
        own = [i for i in items[enrollment_id] if _concerns(batch, i, row, bool(answered))]
        kinds = opened.kinds if change is ImportKind.ENROLL else frozenset(i.kind for i in own)
        line = DeclarationLine(row, kinds, batch.month, city_code, names.get(city_code, ""))
        if fund:
            account, number = known[person_id, city_code]
            reason = StopReason(row.stop_reason) if row.stop_reason else None
            act = act_for(change, account, company_id, number_given=bool(_given(row)), reason=reason)
            monthly = _monthly(book, city_code, row, own, batch.month)
            line = replace(line, fund_act=act, account=number or _given(row), fund_monthly_fen=monthly)
        found.append(line)
    return found


def _concerns(batch: Batch, item: _Item, row: CheckedRow, answered: bool) -> bool:
    """A leaver's kinds are those in force, and where results came before this declaration, those they have ended."""
    if batch.kind != ImportKind.TERMINATE:
        return True
    return item.state == "effective" or (answered and item.state == "stopped" and item.last_month == row.last_month)


def _given(row: CheckedRow) -> str:
    """The account number that the sheet names, when it is one."""
    try:
        return tidy_number(row.extra["housing_account"]) if row.extra.get("housing_account") else ""
    except Refusal:
        return ""


def _monthly(book: PolicyBook, city_code: str, row: CheckedRow, items: Sequence[_Item], month: int) -> int | None:
    """What both sides pay into the fund a month, in fen; None where base, rate or policy is not known."""
    item = next((i for i in items if i.kind is Kind.HOUSING_FUND), None)
    if item is None or item.rate_ppm is None:
        return None
    start = row.start_month or row.last_month or month
    policy = book.find(city_code, Category(row.category), Kind.HOUSING_FUND, "", start)
    return None if policy is None else contribute(policy, item.base_fen, item.rate_ppm, item.rate_ppm).total_fen


async def _items(batch: Batch, enrollment_ids: Sequence[int]) -> dict[int, list[_Item]]:
    """The items of each row's enrolment, for a leaver those of all enrolments with the company; newest fund base."""
    columns = "i.enrollment_id, i.kind, i.state, i.last_month, i.declared_base_fen, i.housing_rate_ppm"
    if batch.kind == ImportKind.TERMINATE:
        sql = (
            f"SELECT mine.id, {columns} FROM enrollment mine JOIN enrollment_item i ON i.person_id = mine.person_id "
            f"AND i.company_id = mine.company_id WHERE mine.id IN ({marks(enrollment_ids)})"
        )
    else:
        own = f"i.enrollment_id IN ({marks(enrollment_ids)})"
        sql = f"SELECT i.enrollment_id, {columns} FROM enrollment_item i WHERE {own}"
    rows = await fetch_tuples(sql, list(enrollment_ids))
    changed = await _fund_bases(sorted({r[1] for r in rows}), batch.month)
    found: dict[int, list[_Item]] = defaultdict(list)
    for mine, enrollment_id, kind, state, last_month, base, rate in rows:
        new_base, new_rate = changed.get(enrollment_id, (base, rate)) if kind == Kind.HOUSING_FUND else (base, rate)
        found[mine].append(_Item(Kind(kind), state, last_month, new_base, new_rate or rate))
    return found


async def _fund_bases(enrollment_ids: Sequence[int], month: int) -> dict[int, tuple[int, int | None]]:
    """The fund base and rate declared since the enrolment, as it stands in the month."""
    if not enrollment_ids:
        return {}
    rows = await fetch_tuples(
        "SELECT enrollment_id, base_fen, housing_rate_ppm FROM enrollment_base WHERE scope = 'fund' AND voided_at = 0 "
        f"AND from_month <= ? AND enrollment_id IN ({marks(enrollment_ids)}) ORDER BY from_month, id",
        [month, *enrollment_ids],
    )
    return {enrollment_id: (base, rate) for enrollment_id, base, rate in rows}
