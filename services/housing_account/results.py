"""What accepted results of the housing fund make of accounts, many people at a time, within the recording act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.sql import CHUNK, execute_many, fetch_tuples, insert_many, locking, marks
from db.transaction import Work
from domain.columns import ImportKind
from domain.housing_account import AccountState, HousingAct, Known, act_for, state_after
from domain.precheck import StopReason
from services.housing_account.reads import NUMBER

_ACCOUNT = (
    "id",
    "person_id",
    "city_code",
    "company_id",
    "number_sealed",
    "number_index",
    "state",
    "since_month",
    "created_at",
)
EVENT = ("id", "account_id", "act", "month", "company_id", "batch_row_id", "detail", "recorded_by_id", "created_at")


@dataclass(frozen=True, slots=True)
class FundAnswer:
    """An accepted row. `month` is the first month paid or the last one; `number` plain and tidy, empty if not told."""

    row_id: int
    person_id: int
    city_code: str
    month: int
    number: str = ""
    reason: StopReason | None = None


@dataclass(slots=True)
class _Account:
    id: int
    company_id: int
    state: AccountState
    number_index: str | None


async def record(unit: Work, change: ImportKind, company_id: int, answers: Sequence[FundAnswer]) -> list[int]:
    """Writes account states and events; part of the act that records the results.

    Answers the rows whose number belongs to somebody else in that city; their accounts get no number.
    """
    clashing: list[int] = []
    for start in range(0, len(answers), CHUNK):
        clashing += await _chunk(unit, change, company_id, answers[start : start + CHUNK])
    return clashing


async def _chunk(unit: Work, change: ImportKind, company_id: int, answers: Sequence[FundAnswer]) -> list[int]:
    accounts, cities = await _accounts(unit, sorted({a.person_id for a in answers}))
    taken = await _taken(unit, answers)
    writes = _Writes(unit, change, company_id, iter(unit.store.ids.block(2 * len(answers))))
    for answer in answers:
        where = (answer.person_id, answer.city_code)
        index = unit.store.vault.index(NUMBER, answer.number) if answer.number else None
        if index and taken.setdefault((index, answer.city_code), answer.person_id) != answer.person_id:
            writes.clashing.append(answer.row_id)
            index = None
        elsewhere = bool(cities.get(answer.person_id, set()) - {answer.city_code})
        account = writes.take(answer, accounts.get(where), index, elsewhere)
        if account is not None:
            accounts[where] = account
    await writes.flush()
    return writes.clashing


@dataclass(slots=True)
class _Writes:
    """The rows that a chunk writes."""

    unit: Work
    change: ImportKind
    company_id: int
    ids: Iterator[int]
    new: list[tuple] = field(default_factory=list)
    moved: list[tuple] = field(default_factory=list)
    numbered: list[tuple] = field(default_factory=list)
    events: list[tuple] = field(default_factory=list)
    clashing: list[int] = field(default_factory=list)

    def take(self, answer: FundAnswer, account: _Account | None, index: str | None, elsewhere: bool) -> _Account | None:
        """Notes what one answer does to the person's account; the account as it is then."""
        known = Known(account.state, account.company_id, elsewhere) if account else Known(elsewhere=elsewhere)
        act = act_for(self.change, known, self.company_id, number_given=bool(answer.number), reason=answer.reason)
        if act is None and (account is None or index in (None, account.number_index)):
            return account
        held = index or (account.number_index if account else None)
        done = act or HousingAct.NUMBER
        if account is None:
            account = self._open(answer, state_after(done, numbered=held is not None), index)
        else:
            if act is not None:
                account.company_id, account.state = self.company_id, state_after(act, numbered=held is not None)
            elif account.state is AccountState.OPENING:
                account.state = AccountState.ACTIVE
            account.number_index = held
            self.moved.append((account.company_id, account.state.value, answer.month, account.id))
            if index:
                sealed = self.unit.store.vault.seal_text(NUMBER, account.id, answer.number)
                self.numbered.append((sealed, index, account.id))
        event = (next(self.ids), account.id, done.value, answer.month, self.company_id, answer.row_id, "")
        self.events.append((*event, self.unit.actor.staff_id, self.unit.now))
        return account

    def _open(self, answer: FundAnswer, state: AccountState, index: str | None) -> _Account:
        account = _Account(next(self.ids), self.company_id, state, index)
        sealed = self.unit.store.vault.seal_text(NUMBER, account.id, answer.number) if index else None
        where = (answer.person_id, answer.city_code, self.company_id)
        self.new.append((account.id, *where, sealed, index, state.value, answer.month, self.unit.now))
        return account

    async def flush(self) -> None:
        """Writes everything."""
        await insert_many("housing_account", _ACCOUNT, self.new)
        await execute_many(
            "UPDATE housing_account SET company_id = ?, state = ?, since_month = ? WHERE id = ?", self.moved
        )
        await execute_many("UPDATE housing_account SET number_sealed = ?, number_index = ? WHERE id = ?", self.numbered)
        await insert_many("housing_event", EVENT, self.events)


async def _accounts(unit: Work, people: list[int]) -> tuple[dict[tuple[int, str], _Account], dict[int, set[str]]]:
    """These people's accounts, locked until the commit, and the cities where each has one that is not closed."""
    rows = await fetch_tuples(
        "SELECT id, person_id, city_code, company_id, state, number_index FROM housing_account "
        f"WHERE person_id IN ({marks(people)}){locking(unit.connection)}",
        people,
    )
    found: dict[tuple[int, str], _Account] = {}
    cities: dict[int, set[str]] = {}
    for row_id, person_id, city, company_id, state, index in rows:
        found[person_id, city] = _Account(row_id, company_id, AccountState(state), index)
        if state != AccountState.CLOSED:
            cities.setdefault(person_id, set()).add(city)
    return found, cities


async def _taken(unit: Work, answers: Sequence[FundAnswer]) -> dict[tuple[str, str], int]:
    """Who holds the numbers that these answers bring, by digest and city."""
    wanted: list[Any] = sorted({unit.store.vault.index(NUMBER, a.number) for a in answers if a.number})
    if not wanted:
        return {}
    rows = await fetch_tuples(
        f"SELECT number_index, city_code, person_id FROM housing_account WHERE number_index IN ({marks(wanted)})"
        + locking(unit.connection),
        wanted,
    )
    return {(index, city): person_id for index, city, person_id in rows}
