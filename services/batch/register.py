"""Writing a submitted batch into the register: people, enrolments, and the ends of enrolments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from db.models.batch import Batch, BatchRow
from db.models.person import Person
from db.sql import execute, fetch, insert_many, locking, marks
from db.transaction import Work
from domain.batch import RowState
from domain.enrollment import PAID_BY_EVERY_EMPLOYER, EnrollmentState
from domain.policy import KIND_LABELS, KIND_ORDER, Kind
from domain.precheck import CheckedRow
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
    enrollments: list[tuple] = []
    items: list[tuple] = []
    refused = 0
    for line in lines:
        row, kinds, person_id = line.content.row, line.content.kinds, person_ids[line.index]
        start = row.start_month or batch.month
        reason = _conflict(open_items[person_id], company_id, kinds, start)
        if reason is not None:
            refused += 1
            await refuse(line.row_id, reason)
            continue
        enrollment_id = unit.new_id()
        scheme = schemes.get(row.scheme_name or "") or default
        enrollments.append(_enrollment(unit, batch, row, enrollment_id, person_id, scheme))
        items += [_item(unit, batch, row, enrollment_id, person_id, kind) for kind in in_order(kinds)]
        open_items[person_id] += [(company_id, kind, start, None) for kind in kinds]
        await link(line.row_id, person_id, enrollment_id)
    await insert_many("enrollment", _ENROLLMENT, enrollments)
    await insert_many("enrollment_item", _ITEM, items)
    return refused


def in_order(kinds: Iterable[Kind]) -> list[Kind]:
    """Kinds in the order in which they are shown."""
    return sorted(kinds, key=KIND_ORDER.__getitem__)


def _enrollment(
    unit: Work, batch: Batch, row: CheckedRow, enrollment_id: int, person_id: int, scheme: SchemeRow | None
) -> tuple:
    return (
        enrollment_id,
        person_id,
        batch.company_id,  # type: ignore[attr-defined]
        row.city_code,
        row.category.value,
        scheme.id if scheme else None,
        EnrollmentState.SUBMITTED.value,
        row.base_fen or 0,
        row.start_month or batch.month,
        scheme.service_fee_fen if scheme else 0,
        batch.id,
        unit.now,
    )


def _item(unit: Work, batch: Batch, row: CheckedRow, enrollment_id: int, person_id: int, kind: Kind) -> tuple:
    housing = kind in (Kind.HOUSING_FUND, Kind.SUPPLEMENTARY_HOUSING_FUND)
    return (
        unit.new_id(),
        enrollment_id,
        person_id,
        batch.company_id,  # type: ignore[attr-defined]
        kind.value,
        "",
        EnrollmentState.SUBMITTED.value,
        (row.housing_base_fen if housing else None) or row.base_fen or 0,
        row.housing_rate_ppm if housing else None,
        row.start_month or batch.month,
    )


_ENROLLMENT = [
    "id",
    "person_id",
    "company_id",
    "city_code",
    "category",
    "scheme_id",
    "state",
    "declared_base_fen",
    "start_month",
    "service_fee_fen",
    "batch_id",
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
    known = await Person.filter(id_number_index__in=indexes).order_by("id").select_for_update()
    found = {p.id_number_index: p.id for p in known}
    vault, new = ports.store.vault, []
    for line in lines:
        if line.index in found:
            continue
        row, row_id = line.content.row, unit.new_id()
        found[line.index] = row_id
        new.append(
            (
                row_id,
                row.name,
                row.id_kind,
                vault.seal_text(people.ID_NUMBER, row_id, row.id_number),
                line.index,
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
        for r in await fetch(sql + locking(unit.connection), person_ids):
            found[r["person_id"]].append((r["company_id"], Kind(r["kind"]), r["start_month"], r["last_month"]))
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


async def terminate(batch: Batch, lines: list[Line]) -> int:
    """Links each row to the open enrolment it ends; answers how many have none any more."""
    indexes = [line.index for line in lines]
    rows = await fetch(
        f"SELECT p.id_number_index AS idx, e.id, e.person_id FROM enrollment e JOIN person p ON p.id = e.person_id "
        f"WHERE p.id_number_index IN ({marks(indexes)}) AND e.company_id = ? AND e.state = 'effective'",
        [*indexes, batch.company_id],  # type: ignore[attr-defined]
    )
    found = {r["idx"]: r for r in rows}
    refused = 0
    for line in lines:
        hit = found.get(line.index)
        if hit is None:
            refused += 1
            await refuse(line.row_id, "提交时该人员在本公司已没有在册的参保")
            continue
        await link(line.row_id, hit["person_id"], hit["id"])
    return refused


async def link(row_id: int, person_id: int, enrollment_id: int) -> None:
    """Marks a row as submitted, with the person and the enrolment it became or ends."""
    await execute(
        "UPDATE batch_row SET state = ?, person_id = ?, enrollment_id = ? WHERE id = ?",
        [RowState.SUBMITTED.value, person_id, enrollment_id, row_id],
    )


async def refuse(row_id: int, reason: str) -> None:
    """Marks a row as rejected before it reached the bureau."""
    await BatchRow.filter(id=row_id).update(state=RowState.REJECTED, result_reason=reason[:400])
