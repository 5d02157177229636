"""What the compliance review needs to know, loaded for many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from db.crypto import Vault
from db.models.batch import Batch
from db.models.company import Company
from db.sql import fetch, marks
from db.transaction import Store
from domain.batch import BatchState, RowState
from domain.blacklist import Effect, strongest
from domain.columns import CHANGE_KINDS
from domain.compliance import EnrollFacts, TerminateFacts, narrowed, place_last, place_start, resolve_kinds
from domain.payer import taken
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from domain.precheck import CheckedRow
from domain.quote import STANDARD_KINDS
from domain.scheme import Terms
from domain.selection import Choice
from services.batch.bans import NOWHERE, bans
from services.batch.surroundings import Local, contracts, waiting_elsewhere
from services.blacklist import Ban
from services.person import ID_NUMBER
from services.scheme import SchemeRow

_UNDER_WAY = (BatchState.IN_REVIEW, BatchState.APPROVED, BatchState.SUBMITTED)
_WAITING = (RowState.OK, RowState.CONFIRMED, RowState.SUBMITTED, RowState.CORRECTION)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of one document number."""

    name: str | None = None
    items: tuple[tuple[int, Kind, int, int | None], ...] = ()
    pending_here: bool = False
    pending_elsewhere: frozenset[Kind] = frozenset()
    contract: tuple[str | None, str | None] = (None, None)
    bans: tuple[Ban, ...] = ()

    @property
    def banned(self) -> Effect | None:
        """What the blacklist does to this person."""
        return strongest(ban.effect for ban in self.bans)


NO_TERMS = Terms(())
"""What a row without a scheme goes by: the city's kinds, the declared base, the company's rate."""

NOBODY = Known()
"""What is known of a number that the database has never seen; most rows of an enrolment are like this."""


class QuickBook(PolicyBook):
    """A book that remembers its answers while one sheet is worked through: rows ask the same few questions."""

    def __init__(self, book: PolicyBook) -> None:
        super().__init__(book.versions)
        self._in_force: dict[tuple[str, Category, Kind, int], list[PolicyVersion]] = {}
        self._kinds: dict[tuple[str, Category, int], list[Kind]] = {}

    def in_force(self, city_code: str, category: Category, kind: Kind, month: int) -> list[PolicyVersion]:
        """As the book; the list is shared between answers and only read."""
        key = (city_code, category, kind, month)
        found = self._in_force.get(key)
        if found is None:
            found = self._in_force[key] = super().in_force(*key)
        return found

    def kinds(self, city_code: str, category: Category, month: int) -> list[Kind]:
        """As the book; the list is shared between answers and only read."""
        key = (city_code, category, month)
        found = self._kinds.get(key)
        if found is None:
            found = self._kinds[key] = super().kinds(*key)
        return found


@dataclass(frozen=True, slots=True)
class Setting:
    """The batch's surroundings: its company, the policies, the schemes by name.

    `usual` keeps the facts of people nobody knows yet, by what their row asks for.
    """

    batch: Batch
    company: Company
    book: PolicyBook
    schemes: dict[str, SchemeRow]
    default_scheme: SchemeRow | None
    usual: dict[tuple, EnrollFacts] = field(default_factory=dict)
    local: Local = field(default_factory=Local)
    vault: Vault | None = None


def identity_index(store: Store, row: CheckedRow) -> str:
    """The keyed digest of the row's document number, or nothing when there is no readable one."""
    return store.vault.index(ID_NUMBER, row.id_number) if row.id_number else ""


async def known(setting: Setting, indexes: Sequence[str], rows: Sequence[CheckedRow] = ()) -> dict[str, Known]:
    """Names on file, open kinds and pending rows, by digest of the document number.

    With the rows, one for each digest, the blacklist is also asked by name and birth.
    """
    wanted = [i for i in indexes if i]
    if not wanted:
        return {}
    if setting.batch.kind in CHANGE_KINDS:
        from services.batch import change_facts

        concerned = await change_facts.known(setting, indexes, rows)
        return await _with_bans(setting, indexes, rows, concerned, change_facts.targets_of(concerned))
    people = await fetch(
        f"SELECT id, name, id_number_index FROM person WHERE id_number_index IN ({marks(wanted)})",
        wanted,
    )
    items: dict[int, list[tuple[int, Kind, int, int | None]]] = defaultdict(list)
    on_file: dict[int, tuple[str | None, str | None]] = {}
    if people:
        ids = [p["id"] for p in people]
        on_file = await contracts(setting.company.id, ids)
        held = await fetch(
            f"SELECT person_id, company_id, kind, start_month, last_month FROM enrollment_item "
            f"WHERE person_id IN ({marks(ids)}) AND state IN ('submitted', 'effective', 'stopped')",
            ids,
        )
        for r in held:
            items[r["person_id"]].append((r["company_id"], Kind(r["kind"]), r["start_month"], r["last_month"]))
    pending = await fetch(
        f"SELECT DISTINCT r.identity_index FROM batch_row r JOIN batch b ON b.id = r.batch_id "
        f"WHERE r.identity_index IN ({marks(wanted)}) AND b.company_id = ? AND b.kind = ? AND b.id <> ? "
        f"AND b.state IN ({marks(_UNDER_WAY)}) AND r.state IN ({marks(_WAITING)})",
        [*wanted, setting.company.id, setting.batch.kind, setting.batch.id, *_UNDER_WAY, *_WAITING],
    )
    waiting = {r["identity_index"] for r in pending}
    found = {
        p["id_number_index"]: Known(
            p["name"],
            tuple(items[p["id"]]),
            p["id_number_index"] in waiting,
            contract=on_file.get(p["id"], (None, None)),
        )
        for p in people
    }
    for index in waiting - found.keys():
        found[index] = Known(pending_here=True)
    for index, kinds in (await waiting_elsewhere(setting, wanted)).items():
        found[index] = replace(found.get(index, NOBODY), pending_elsewhere=kinds)
    return await _with_bans(setting, indexes, rows, found)


async def _with_bans(
    setting: Setting,
    indexes: Sequence[str],
    rows: Sequence[CheckedRow],
    found: Mapping[str, Known],
    targets: Mapping[str, Sequence[int]] = NOWHERE,
) -> dict[str, Known]:
    met = await bans(setting, indexes, rows, targets)
    return {**found, **{index: replace(found.get(index, NOBODY), bans=each) for index, each in met.items()}}


def placed_in_window(setting: Setting, row: CheckedRow) -> CheckedRow:
    """The row with the start and last month that the city's window leaves it; what it asked for is kept with it."""
    local, declared = setting.local, BillingMonth.of(setting.batch.month)
    window = local.window(row.city_code)
    return place_last(place_start(row, window, declared, local.today), window, declared, local.today)


def enroll_facts(setting: Setting, row: CheckedRow, fact: Known) -> EnrollFacts:
    """The facts of a row to be enrolled; rows of unknown people that ask for the same share them."""
    if fact is not NOBODY:
        return _enroll_facts(setting, row, fact)
    named = (row.extra.get("legal_basis"), row.extra.get("over_age"))
    asks = (row.city_code, row.category, row.start_month, row.kinds, row.scheme_name, row.housing_rate_ppm, *named)
    found = setting.usual.get(asks)
    if found is None:
        found = setting.usual[asks] = _enroll_facts(setting, row, fact)
    return found


def _enroll_facts(setting: Setting, row: CheckedRow, fact: Known) -> EnrollFacts:
    """The kinds are the row's own, else its scheme's, else everything the city has for the category."""
    scheme = setting.schemes.get(row.scheme_name or "") or setting.default_scheme
    month = row.start_month or setting.batch.month
    offered = setting.book.kinds(row.city_code or "", row.category, month)
    terms = scheme.at(month).terms if scheme else NO_TERMS
    scheme_kinds = frozenset(terms.kinds) if terms.kinds else None
    asked = row.kinds if row.kinds is not None else scheme_kinds
    if asked is None:
        asked = frozenset(offered) & (frozenset(STANDARD_KINDS[row.category]) | {Kind.LARGE_MEDICAL})
    if row.kinds is None:
        asked = narrowed(row, asked)
    rate = row.housing_rate_ppm
    if rate is None:
        rate = setting.company.housing_rate_ppm if terms.housing_rate_ppm is None else terms.housing_rate_ppm
    here, elsewhere = taken(fact.items, setting.company.id, month)
    return EnrollFacts(
        book=setting.book,
        declaration_month=BillingMonth.of(setting.batch.month),
        kinds=resolve_kinds(asked, offered),
        choice=Choice(tiers=terms.tiers, housing_rate_ppm=rate, injury_class=setting.company.injury_class),
        open_kinds_here=here,
        open_kinds_elsewhere=elsewhere,
        name_on_file=fact.name,
        pending_here=fact.pending_here,
        asked=row.kinds,
        scheme_kinds=scheme_kinds,
        pending_elsewhere=fact.pending_elsewhere,
        window=setting.local.window(row.city_code),
        first_open=setting.local.first_open(row.city_code, BillingMonth.of(setting.batch.month)),
        retirement=setting.local.retirement,
        contract_on_file=fact.contract,
        banned=fact.banned,
        ruled_kinds=terms.ruled,
    )


def terminate_facts(setting: Setting, fact: Known, city_code: str | None = None) -> TerminateFacts:
    """The facts of a row to be stopped: the person's open enrolment at this company."""
    starts = [start for company_id, _, start, last in fact.items if company_id == setting.company.id and last is None]
    return TerminateFacts(
        open=bool(starts),
        declaration_month=BillingMonth.of(setting.batch.month),
        start_month=min(starts, default=None),
        name_on_file=fact.name,
        pending=fact.pending_here,
        window=setting.local.window(city_code),
    )
