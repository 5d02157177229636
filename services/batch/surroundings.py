"""What surrounds a batch's rows: the windows of their cities, the retirement rows, contracts, other requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from db.clock import business_day
from db.sql import fetch_tuples, marks
from db.transaction import Store
from domain.batch import BatchState, RowState
from domain.columns import ImportKind
from domain.errors import Problem, Severity
from domain.over_age import Retirements
from domain.payer import one_payer
from domain.period import BillingMonth
from domain.policy import Kind, PolicyBook
from domain.window import UNKNOWN, Window, window_of
from services.batch import content
from services.policy import rules
from services.ports import Ports

if TYPE_CHECKING:
    from services.batch.facts import Setting

# Requests of others that are on their way: once submitted they are in the register and count as payers.
_ELSEWHERE: Final = (BatchState.IN_REVIEW, BatchState.APPROVED)
_WAITING: Final = (RowState.OK, RowState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Local:
    """Windows by city code, today in China, and what else the review of every row of a batch needs.

    `unknown` gathers the cities of rows whose window nobody has set; the batch says so once for each.
    """

    today: date = date.min
    windows: Mapping[str, Window] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    retirement: Retirements | None = None
    store: Store | None = None
    unknown: set[str] = field(default_factory=set)

    def window(self, city_code: str | None) -> Window:
        """The city's window; of a city that nobody knows anything about the unknown one."""
        return self.windows.get(city_code or "", UNKNOWN)

    def first_open(self, city_code: str | None, declared: BillingMonth) -> BillingMonth:
        """The first month whose changes the city still takes."""
        return self.window(city_code).first_open(declared, self.today)

    def saw(self, cities: Iterable[str | None]) -> None:
        """Notes the cities that rows name, for `notices`."""
        self.unknown.update(code for code in set(cities) if code and self.window(code).cutoff_day is None)

    def notices(self) -> list[Problem]:
        """One notice for each city of the sheet whose declaration window nobody has set."""
        return [_window_unknown(self.names.get(code, code)) for code in sorted(self.unknown)]


async def local(ports: Ports, book: PolicyBook) -> Local:
    """The surroundings of a batch that is checked now; one query for the rules of all cities."""
    names = book.cities()
    found = await rules(list(names.values()))
    windows = {code: window_of(name, said) for (code, name), said in zip(names.items(), found, strict=True)}
    return Local(
        today=business_day(ports.store.clock()),
        windows=windows,
        names=names,
        retirement=Retirements(ports.retirement),
        store=ports.store,
    )


async def contracts(company_id: int, person_ids: Sequence[int]) -> dict[int, tuple[str | None, str | None]]:
    """First and last day of the newest contract on file at this company, by person."""
    if not person_ids:
        return {}
    rows = await fetch_tuples(
        f"SELECT person_id, contract_start, contract_end FROM enrollment WHERE person_id IN ({marks(person_ids)}) "
        "AND company_id = ? AND (contract_start IS NOT NULL OR contract_end IS NOT NULL) ORDER BY id",
        [*person_ids, company_id],
    )
    return {person_id: (start, end) for person_id, start, end in rows}


async def waiting_elsewhere(setting: Setting, indexes: Sequence[str]) -> dict[str, frozenset[Kind]]:
    """Kinds with one payer that these people wait for in other clients' batches, by digest of the number.

    Which client that is stays here. The kinds are sealed with the rows; only those of people asked for are opened.
    """
    store = setting.local.store
    if store is None or setting.batch.kind != ImportKind.ENROLL:
        return {}
    rows = await fetch_tuples(
        "SELECT r.identity_index, r.id, r.content_sealed FROM batch_row r JOIN batch b ON b.id = r.batch_id "
        f"WHERE r.identity_index IN ({marks(indexes)}) AND b.company_id <> ? AND b.kind = ? "
        f"AND b.state IN ({marks(_ELSEWHERE)}) AND r.state IN ({marks(_WAITING)})",
        [*indexes, setting.company.id, ImportKind.ENROLL.value, *_ELSEWHERE, *_WAITING],
    )
    found: dict[str, set[Kind]] = defaultdict(set)
    for index, row_id, sealed in rows:
        found[index] |= one_payer(content.unseal(store.vault, row_id, sealed, with_problems=False).kinds)
    return {index: frozenset(kinds) for index, kinds in found.items()}


def _window_unknown(city: str) -> Problem:
    return Problem(
        "window_unknown",
        f"没有人设定过{city}的申报期：起始月和最后缴费月按表中所填办理，是否已过截止日请自行核对",
        f"Nobody has set the declaration window of {city}: months are taken as given, check the cut-off day yourself",
        "请向经办机构确认后，在城市管理中填写申报期的截止日和依据",
        "Ask the bureau and set the last day of the window, with its source, in the city's rules",
        Severity.NOTICE,
        "city",
        value=city,
    )
