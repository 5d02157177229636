"""Writing a submitted batch into the register: people, enrolments, and the ends of enrolments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from db.models.batch import Batch
from db.sql import execute_many, fetch, fetch_tuples, insert_many, locking, marks
from db.transaction import Work
from domain.batch import RowState
from domain.compliance import basis_of, contract_days
from domain.enrollment import PAID_BY_EVERY_EMPLOYER, EnrollmentState
from domain.policy import KIND_LABELS, KIND_ORDER, Kind
from domain.precheck import CheckedRow
from domain.scheme import Terms, Version
from services import person as people
from services.batch.content import Content
from services.ports import Ports
from services.scheme import SchemeRow


@dataclass(frozen=True, slots=True)
class Line:
    """A confirmed row with its opened content."""

    row_id: int
    index: str
    content: Content


async def enroll(
    ports: Ports,
    unit: Work,
    batch: Batch,
    lines: list[Line],
    schemes: dict[str, SchemeRow],
    default: SchemeRow | None,
) -> int:
    """Writes people, enrolments and items of a chunk; answers how many rows had to be refused."""
    person_ids = await _people(ports, unit, lines)
    open_items = await _open_items(unit, list(person_ids.values()))
    company_id = batch.company_id  # type: ignore[attr-defined]
    ids = iter(ports.store.ids.block(sum(1 + len(line.content.kinds) for line in lines)))
    enrollments: list[tuple] = []
    items: list[tuple] = []
    linked: list[tuple[int, int, int]] = []
    refused: list[tuple[int, str]] = []
    for line in lines:
        row, kinds, person_id = line.content.row, line.content.kinds, person_ids[line.index]
        start = row.start_month or batch.month
        reason = _conflict(open_items[person_id], company_id, kinds, start)
        if reason is not None:
            refused.append((line.row_id, reason))
            continue
        enrollment_id = next(ids)
        scheme = schemes.get(row.scheme_name or "") or default
        version = scheme.at(start) if scheme else None
        enrollments.append(_enrollment(unit, batch, row, (enrollment_id, person_id), scheme, version))
        items += _items(ids, row, kinds, (enrollment_id, person_id, company_id), start, version)
        open_items[person_id] += [(company_id, kind, start, None) for kind in kinds]
        linked.append((line.row_id, person_id, enrollment_id))
    await insert_many("enrollment", _ENROLLMENT, enrollments)
    await insert_many("enrollment_item", _ITEM, items)
    await link(linked)
    await refuse(refused)
    return len(refused)


def in_order(kinds: Iterable[Kind]) -> list[Kind]:
    """Kinds in the order in which they are shown."""
    return sorted(kinds, key=KIND_ORDER.__getitem__)


@lru_cache(maxsize=256)
def _kinds_in_order(kinds: frozenset[Kind], version: Version | None) -> tuple[tuple[str, str, bool, str, int], ...]:
    """The kinds as they are written: name, tier, whether it is a housing fund, base rule, fixed base (0: none).

    Most rows have the same kinds and go by the same version.
    """
    terms = version.terms if version else Terms(())
    return tuple(
        (kind.value, terms.tiers.get(kind, ""), kind in _FUND_KINDS, term.rule.value, term.fen or 0)
        for kind in in_order(kinds)
        for term in (terms.base(kind),)
    )


def _enrollment(
    unit: Work,
    batch: Batch,
    row: CheckedRow,
    ids: tuple[int, int],
    scheme: SchemeRow | None,
    version: Version | None,
) -> tuple:
    """The enrolment with `ids` of itself and the person, as the scheme's version of the start month has it."""
    return (
        *ids,
        batch.company_id,  # type: ignore[attr-defined]
        row.city_code,
        row.category.value,
        scheme.id if scheme else None,
        version.id if version else None,
        EnrollmentState.SUBMITTED.value,
        row.base_fen or 0,
        row.start_month or batch.month,
        version.terms.service_fee_fen if version else 0,
        batch.id,
        basis_of(row).value,
        *contract_days(row),
        unit.now,
    )


def _items(
    ids: Iterator[int],
    row: CheckedRow,
    kinds: frozenset[Kind],
    owner: tuple[int, int, int],
    start: int,
    version: Version | None,
) -> list[tuple]:
    """The items of an enrolment; `owner` is enrolment, person and company. A fixed base goes before the row's."""
    state, base = EnrollmentState.SUBMITTED.value, row.base_fen or 0
    housing, rate = row.housing_base_fen or base, row.housing_rate_ppm
    return [
        (next(ids), *owner, kind, tier, state, own or (housing if fund else base), rule, rate if fund else None, start)
        for kind, tier, fund, rule, own in _kinds_in_order(kinds, version)
    ]


_FUND_KINDS = frozenset({Kind.HOUSING_FUND, Kind.SUPPLEMENTARY_HOUSING_FUND})
_ENROLLMENT = [
    "id",
    "person_id",
    "company_id",
    "city_code",
    "category",
    "scheme_id",
    "scheme_version_id",
    "state",
    "declared_base_fen",
    "start_month",
    "service_fee_fen",
    "batch_id",
    "legal_basis",
    "contract_start",
    "contract_end",
    "created_at",
]
_ITEM = [
    "id",
    "enrollment_id",
    "person_id",
    "company_id",
    "kind",
    "tier",
    "state",
    "declared_base_fen",
    "base_rule",
    "housing_rate_ppm",
    "start_month",
]
_PERSON = [
    "id",
    "name",
    "id_kind",
    "id_number_sealed",
    "id_number_index",
    "birth",
    "sex",
    "phone_sealed",
    "phone_index",
    "bank_card_sealed",
    "created_at",
]


async def _people(ports: Ports, unit: Work, lines: list[Line]) -> dict[str, int]:
    """The person of each digest; known ones are locked until the commit, unknown ones are added."""
    indexes = sorted({line.index for line in lines})
    sql = f"SELECT id_number_index, id FROM person WHERE id_number_index IN ({marks(indexes)}) ORDER BY id"
    found: dict[str, int] = dict(await fetch_tuples(sql + locking(unit.connection), indexes))
    unknown: dict[str, CheckedRow] = {}
    for line in lines:
        if line.index not in found:
            unknown.setdefault(line.index, line.content.row)
    vault, new = ports.store.vault, []
    for row_id, (index, row) in zip(ports.store.ids.block(len(unknown)), unknown.items(), strict=True):
        found[index] = row_id
        new.append(
            (
                row_id,
                row.name,
                row.id_kind,
                vault.seal_text(people.ID_NUMBER, row_id, row.id_number),
                index,
                row.birth.isoformat() if row.birth else None,
                row.sex,
                vault.seal_text(people.PHONE, row_id, row.phone),
                vault.index(people.PHONE, row.phone) if row.phone else None,
                vault.seal_text(people.BANK_CARD, row_id, row.bank_card),
                unit.now,
            )
        )
    await insert_many("person", _PERSON, new)
    return found


async def _open_items(unit: Work, person_ids: list[int]) -> dict[int, list[tuple[int, Kind, int, int | None]]]:
    """All living items of these people as they are now, not as they were when the transaction began."""
    found: dict[int, list[tuple[int, Kind, int, int | None]]] = defaultdict(list)
    if person_ids:
        sql = (
            f"SELECT person_id, company_id, kind, start_month, last_month FROM enrollment_item "
            f"WHERE person_id IN ({marks(person_ids)}) AND state IN ('submitted', 'effective', 'stopped')"
        )
        for person_id, owner, kind, start, last in await fetch_tuples(sql + locking(unit.connection), person_ids):
            found[person_id].append((owner, Kind(kind), start, last))
    return found


def _conflict(
    items: list[tuple[int, Kind, int, int | None]], company_id: int, kinds: frozenset[Kind], start: int
) -> str | None:
    """Why the enrolment has become impossible, if it has. Other clients are never named."""
    taken = {
        kind
        for owner, kind, _, last in items
        if kind in kinds
        and (last is None or last >= start)
        and (owner == company_id or kind not in PAID_BY_EVERY_EMPLOYER)
    }
    if not taken:
        return None
    names = "、".join(KIND_LABELS[k] for k in in_order(taken))
    return f"提交时发现该人员这些险种已有在缴单位：{names}；请先办理减员或核对后重新增员"


async def terminate(unit: Work, batch: Batch, lines: list[Line]) -> int:
    """Links each row to the open enrolment it ends; answers how many have none any more.

    An enrolment that another batch is already ending or moving is not ended twice. Where a person has several
    enrolments here, the row stands for all of them (see `result.siblings`).
    """
    indexes = [line.index for line in lines]
    rows = await fetch(
        f"SELECT p.id_number_index AS idx, e.id, e.person_id FROM enrollment e JOIN person p ON p.id = e.person_id "
        f"WHERE p.id_number_index IN ({marks(indexes)}) AND e.company_id = ? AND e.state = 'effective' "
        "AND NOT EXISTS (SELECT 1 FROM batch_row r JOIN batch b ON b.id = r.batch_id WHERE r.enrollment_id = e.id "
        "AND r.state IN ('submitted', 'correction') AND b.kind IN ('terminate', 'scheme_change', 'transfer')) "
        f"ORDER BY e.id DESC{locking(unit.connection)}",
        [*indexes, batch.company_id],  # type: ignore[attr-defined]
    )
    found = {r["idx"]: r for r in rows}
    hits = [(line.row_id, found.get(line.index)) for line in lines]
    await link([(row_id, hit["person_id"], hit["id"]) for row_id, hit in hits if hit is not None])
    gone = [row_id for row_id, hit in hits if hit is None]
    await refuse([(row_id, "提交时该人员在本公司已没有在册的参保") for row_id in gone])
    return len(gone)


async def link(linked: Iterable[tuple[int, int, int]]) -> None:
    """Marks rows as submitted, each with the person and the enrolment it became or ends: (row, person, enrolment)."""
    submitted = RowState.SUBMITTED.value
    await execute_many(
        "UPDATE batch_row SET state = ?, person_id = ?, enrollment_id = ? WHERE id = ?",
        [(submitted, person_id, enrollment_id, row_id) for row_id, person_id, enrollment_id in linked],
    )


async def refuse(refused: Iterable[tuple[int, str]]) -> None:
    """Marks rows as rejected before they reached the bureau: (row, reason)."""
    rejected = RowState.REJECTED.value
    await execute_many(
        "UPDATE batch_row SET state = ?, result_reason = ? WHERE id = ?",
        [(rejected, reason[:400], row_id) for row_id, reason in refused],
    )
