"""What the review of a change needs to know, loaded for a chunk of rows at once, and the review itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from db.crypto import Vault
from db.models.batch import Batch
from db.models.company import Company
from db.scope import companies
from db.sql import fetch, fetch_tuples, marks
from domain.batch import BatchState, RowState
from domain.change import Spell
from domain.columns import BASE_KINDS, CHANGE_KINDS, ImportKind
from domain.compliance import banned
from domain.compliance.change import ChangeFacts, Offer, Target, in_period, review_base, review_person, review_scheme
from domain.compliance.move import review_particulars, review_transfer
from domain.errors import Problem, Severity
from domain.payer import Item
from domain.period import BillingMonth
from domain.policy import Kind, PolicyBook
from domain.precheck import CheckedRow
from domain.scheme import Place
from services import blacklist
from services.batch.change_spells import closed_months, living_items, spells, went_before
from services.batch.facts import Known, Setting
from services.person import ID_NUMBER, PHONE
from services.scheme import SchemeRow, visible
from services.staff import SYSTEM, actor

if TYPE_CHECKING:
    from services.batch.review import Review

Judged = tuple[CheckedRow, frozenset[Kind]]

TARGET: Final = "target_id"
SCHEME: Final = "scheme_id"
VERSION: Final = "version_id"
"""What the review leaves in a row's `extra`: the company moved to, and the scheme and version gone on under."""

_UNDER_WAY: Final = (BatchState.IN_REVIEW, BatchState.APPROVED, BatchState.SUBMITTED)
_WAITING: Final = (RowState.OK, RowState.CONFIRMED, RowState.SUBMITTED, RowState.CORRECTION)
_PENDING = """
SELECT DISTINCT r.identity_index FROM batch_row r JOIN batch b ON b.id = r.batch_id
WHERE r.identity_index IN ({indexes}) AND b.company_id = ? AND b.kind IN ({kinds}) AND b.id <> ?
  AND b.state IN ({states}) AND r.state IN ({waiting})
"""
_REGISTER = """
SELECT DISTINCT p.id_number_index FROM enrollment e JOIN person p ON p.id = e.person_id
WHERE e.company_id = ? AND e.state = 'effective'
"""


@dataclass(frozen=True, slots=True)
class Around:
    """What all rows of a chunk share: closed months by company, and the companies that the creator may see by name."""

    closed: Mapping[int, tuple[int, ...]]
    targets: Mapping[str, tuple[int, ...]]
    schemes: Mapping[int, tuple[SchemeRow, ...]]
    blocked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Held(Known):
    """What the database knows of a person who is to be changed. `unchanged` are the row's fields that say so."""

    around: Around | None = None
    spells: tuple[Spell, ...] = ()
    living: tuple[Item, ...] = ()
    unchanged: frozenset[str] = frozenset()
    number_taken: bool = False
    old_scheme: str | None = None


async def known(setting: Setting, indexes: Sequence[str], rows: Sequence[CheckedRow]) -> dict[str, Known]:
    """What is known of the people of these rows (one for each digest), by digest of their document numbers."""
    kind, vault = ImportKind(setting.batch.kind), setting.vault
    wanted = sorted({i for i in indexes if i})
    if vault is None:
        raise ValueError("changes are checked with the keys at hand")
    people = await fetch(
        f"SELECT id, name, id_number_index, phone_index FROM person WHERE id_number_index IN ({marks(wanted)})", wanted
    )
    ids = [p["id"] for p in people]
    company_id = setting.company.id
    held, pending = await spells(ids, company_id), await _pending(setting, wanted)
    if kind in BASE_KINDS:
        held = await _since(held, company_id)
    moving = kind in (ImportKind.SCHEME_CHANGE, ImportKind.TRANSFER)
    living = await living_items(ids, company_id) if moving else {}
    around = await _around(setting, rows)
    names = await _scheme_names(held) if kind is ImportKind.TRANSFER else {}
    numbers = await _owners(vault, rows) if kind is ImportKind.PARTICULARS else {}
    by_index = {index: row for row, index in zip(rows, indexes, strict=True) if index}
    found: dict[str, Known] = {}
    for person in people:
        index, person_id = person["id_number_index"], person["id"]
        mine, row = held.get(person_id, ()), by_index[index]
        owner = numbers.get(row.extra.get("new_id_number", ""))
        found[index] = Held(
            name=person["name"],
            pending_here=index in pending,
            around=around,
            spells=mine,
            living=tuple(living.get(person_id, ())),
            unchanged=_unchanged(vault, person, row),
            number_taken=owner is not None and owner != person_id,
            old_scheme=names.get(mine[0].scheme_id) if mine and mine[0].scheme_id else None,
        )
    return found


def targets_of(found: Mapping[str, Known]) -> Mapping[str, Sequence[int]]:
    """The companies by name that the rows move people to, as far as the creator sees them."""
    return next((held.around.targets for held in found.values() if isinstance(held, Held) and held.around), {})


async def _since(held: dict[int, tuple[Spell, ...]], company_id: int) -> dict[int, tuple[Spell, ...]]:
    """The spells with the first month of what they go on from."""
    before = await went_before([s.enrollment_id for each in held.values() for s in each], company_id)
    if not before:
        return held
    starts = {i: min(start for _, start in each) for i, each in before.items()}
    return {
        person_id: tuple(replace(spell, chain_start=starts.get(spell.enrollment_id, 0)) for spell in each)
        for person_id, each in held.items()
    }


async def _pending(setting: Setting, indexes: Sequence[str]) -> set[str]:
    kinds = sorted(CHANGE_KINDS)
    sql = _PENDING.format(indexes=marks(indexes), kinds=marks(kinds), states=marks(_UNDER_WAY), waiting=marks(_WAITING))
    values = [*indexes, setting.company.id, *kinds, setting.batch.id, *_UNDER_WAY, *_WAITING]
    return {row[0] for row in await fetch_tuples(sql, values)}


async def _around(setting: Setting, rows: Sequence[CheckedRow]) -> Around:
    """Closed months of the companies concerned; those that rows name are looked for in the creator's scope alone."""
    asked = sorted({name for row in rows if (name := row.extra.get("target_company"))})
    targets: dict[str, list[int]] = {}
    schemes: dict[int, tuple[SchemeRow, ...]] = {}
    blocked: set[int] = set()
    if asked:
        creator = await actor(setting.batch.creator_id) or SYSTEM
        for row in await Company.filter(companies(creator), name__in=asked):
            targets.setdefault(row.name, []).append(row.id)
            if setting.local.store is not None and await blacklist.blocks_company(setting.local.store, row):
                blocked.add(row.id)
        for company_id in {i for ids in targets.values() for i in ids}:
            own = [s for s in await visible(creator, company_id) if s.company_id == company_id]
            schemes[company_id] = tuple(own)
    concerned = [setting.company.id, *(i for ids in targets.values() for i in ids)]
    by_name = {name: tuple(ids) for name, ids in targets.items()}
    return Around(await closed_months(concerned), by_name, schemes, frozenset(blocked))


async def _scheme_names(held: Mapping[int, Sequence[Spell]]) -> dict[int, str]:
    ids = sorted({spell.scheme_id for mine in held.values() for spell in mine if spell.scheme_id})
    if not ids:
        return {}
    return dict(await fetch_tuples(f"SELECT id, name FROM scheme WHERE id IN ({marks(ids)})", ids))


async def _owners(vault: Vault, rows: Sequence[CheckedRow]) -> dict[str, int]:
    """Who has the new document numbers already, by number."""
    numbers = {row.extra["new_id_number"] for row in rows if "new_id_number" in row.extra}
    digests = {vault.index(ID_NUMBER, number): number for number in numbers}
    if not digests:
        return {}
    sql = f"SELECT id_number_index, id FROM person WHERE id_number_index IN ({marks(list(digests))})"
    return {digests[index]: person_id for index, person_id in await fetch_tuples(sql, list(digests))}


def _unchanged(vault: Vault, person: Mapping, row: CheckedRow) -> frozenset[str]:
    """The new particulars that are on file already. A bank card has no digest to compare and counts as new."""
    extra, same = row.extra, set()
    if extra.get("new_name") == person["name"]:
        same.add("new_name")
    if "new_phone" in extra and vault.index(PHONE, extra["new_phone"]) == person["phone_index"]:
        same.add("new_phone")
    if "new_id_number" in extra and extra["new_id_number"] == row.id_number:
        same.add("new_id_number")
    return frozenset(same)


def facts_of(setting: Setting, fact: Known) -> ChangeFacts:
    """The facts of a row that changes something."""
    held = fact if isinstance(fact, Held) else Held()
    closed = held.around.closed if held.around else {}
    return ChangeFacts(
        book=setting.book,
        declaration_month=BillingMonth.of(setting.batch.month),
        spells=held.spells,
        name_on_file=fact.name,
        pending=fact.pending_here,
        closed=closed.get(setting.company.id, ()),
        injury_class=setting.company.injury_class,
        company_rate_ppm=setting.company.housing_rate_ppm,
    )


def offer_of(book: PolicyBook, scheme: SchemeRow, month: int) -> Offer:
    """A scheme as it stands in a month, with the kinds that it comes to there."""
    version = scheme.at(month)
    kinds = Place(book, scheme.city_code, scheme.category, month).kinds(version.terms)
    return Offer(scheme.name, scheme.id, version.id, scheme.city_code, scheme.category, kinds, version.terms)


def _placed(review: Review, row: CheckedRow, found: Sequence[Problem]) -> CheckedRow:
    extra = [p.at(row=row.row_no, column=review.header(p.field)) for p in found]
    return replace(row, problems=(*row.problems, *extra)) if extra else row


def _base(review: Review, row: CheckedRow, fact: Known) -> Judged:
    facts = facts_of(review.setting, fact)
    if review.setting.batch.kind == ImportKind.ANNUAL_BASE:
        # A month that could not be read stays a mistake and is not filled in.
        row = in_period(row, facts) if not any(p.field == "start_month" for p in row.problems) else row
    return _placed(review, row, review_base(row, facts)), frozenset()


def _scheme(review: Review, row: CheckedRow, fact: Known) -> Judged:
    setting, facts = review.setting, facts_of(review.setting, fact)
    scheme = setting.schemes.get(row.scheme_name or "")
    offer = None if scheme is None else offer_of(setting.book, scheme, row.start_month or setting.batch.month)
    living = fact.living if isinstance(fact, Held) else ()
    row = _placed(review, row, review_scheme(row, facts, offer, living, setting.company.id))
    return (row, frozenset()) if offer is None else (_under(row, offer), offer.kinds)


def _transfer(review: Review, row: CheckedRow, fact: Known) -> Judged:
    setting, facts = review.setting, facts_of(review.setting, fact)
    held = fact if isinstance(fact, Held) else Held()
    around = held.around or Around({}, {}, {})
    ids = around.targets.get(row.extra.get("target_company", ""), ())
    targets = [Target(i, around.closed.get(i, ()), i in around.blocked) for i in ids]
    own = around.schemes.get(ids[0], ()) if len(ids) == 1 else ()
    scheme = next((s for s in own if s.name == held.old_scheme), None)
    offer = None if scheme is None else offer_of(setting.book, scheme, row.start_month or setting.batch.month)
    # Somebody whom nobody knows gets one answer, whether or not there is such a company.
    if held.around:
        found = review_transfer(row, facts, targets, held.living, setting.company.id, offer)
    else:
        found = review_person(row, facts)
    row = _placed(review, row, [*banned(fact.banned), *found])
    if len(ids) == 1:
        row = replace(row, extra=row.extra | {TARGET: str(ids[0])})
    if offer is None or not held.spells or held.spells[0].city_code != offer.city_code:
        return row, frozenset()
    return _under(row, offer), offer.kinds


def _particulars(review: Review, row: CheckedRow, fact: Known) -> Judged:
    held = fact if isinstance(fact, Held) else Held()
    found = review_particulars(row, facts_of(review.setting, fact), held.unchanged, held.number_taken)
    return _placed(review, row, found), frozenset()


def _under(row: CheckedRow, offer: Offer) -> CheckedRow:
    version = {VERSION: str(offer.version_id)} if offer.version_id else {}
    return replace(row, extra=row.extra | {SCHEME: str(offer.scheme_id)} | version)


REVIEWS: Final[dict[ImportKind, Callable[[Review, CheckedRow, Known], Judged]]] = {
    ImportKind.BASE_CHANGE: _base,
    ImportKind.ANNUAL_BASE: _base,
    ImportKind.SCHEME_CHANGE: _scheme,
    ImportKind.TRANSFER: _transfer,
    ImportKind.PARTICULARS: _particulars,
}
"""The compliance review of each kind of change."""


async def sheet_notices(batch: Batch) -> list[Problem]:
    """What is to be said about a checked sheet as a whole: people of the register that a yearly change leaves out."""
    if batch.kind != ImportKind.ANNUAL_BASE:
        return []
    # Compared here: both sides are read once, where a condition would look for each person among all rows.
    register = {row[0] for row in await fetch_tuples(_REGISTER, [batch.company_id])}  # type: ignore[attr-defined]
    sql = "SELECT identity_index FROM batch_row WHERE batch_id = ?"
    missing = len(register - {row[0] for row in await fetch_tuples(sql, [batch.id])})
    if not missing:
        return []
    return [
        Problem(
            "people_missing",
            f"在册人员中有 {missing} 人不在表内，其基数不变",
            f"{missing} people of the register are not in the sheet; their bases stay as they are",
            "如需一并调整，请补充后重新上传，或另建批次",
            "To change them too, add them and upload again, or start another batch",
            Severity.NOTICE,
            value=f"{missing} 人",
        )
    ]
