"""Submitting an approved batch: its rows become people and enrolments that wait for the bureau's answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from db.models.batch import Batch, BatchRow
from db.models.person import Person
from db.sql import CHUNK, execute, fetch, insert_many, locking, marks
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import ImportKind
from domain.enrollment import PAID_BY_EVERY_EMPLOYER, EnrollmentState
from domain.policy import KIND_LABELS, KIND_ORDER, Kind
from services import person as people
from services.batch import content
from services.batch.lock import locked
from services.ports import Ports
from services.scheme import SchemeRow, visible


@dataclass(frozen=True, slots=True)
class _Line:
    """A confirmed row with its opened content."""

    row_id: int
    index: str
    content: content.Content


async def submit(ports: Ports, actor: Actor, batch_id: int, key: str) -> int:
    """Hands the batch to the bureau's channel. Answers the batch's id.

    Between check and submission other batches may have gone through, so payers are compared once more here, with the
    people locked; a row that has become impossible is rejected with its reason and the others go on.
    """
    actor.require("batch.submit")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        batch.state = next_state(BatchState(batch.state), BatchAct.SUBMIT)
        schemes = {s.name: s for s in await visible(actor, batch.company_id)}  # type: ignore[attr-defined]
        by_id = {s.id: s for s in schemes.values()}
        rows = await BatchRow.filter(batch_id=batch.id, state=RowState.CONFIRMED).order_by("row_no")
        sent = refused = 0
        for start in range(0, len(rows), CHUNK):
            lines = [
                _Line(r.id, r.identity_index, content.unseal(ports.store.vault, r.id, r.content_sealed))
                for r in rows[start : start + CHUNK]
            ]
            if batch.kind == ImportKind.ENROLL:
                bad = await _enroll(ports, unit, batch, lines, schemes, by_id.get(batch.scheme_id or 0))
            else:
                bad = await _terminate(batch, lines)
            refused += bad
            sent += len(lines) - bad
        batch.rejected_rows += refused
        if not sent:
            batch.state = BatchState.DONE
        await batch.save(update_fields=["state", "rejected_rows"])
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("batch.submit", "batch", batch.id, company_id, 提交=sent, 未能提交=refused)
        if sent:
            await unit.emit("batch.declare", {"batch": batch.id})
        await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
        return batch.id

    return await once(ports.store, actor, "batch.submit", key, {"id": batch_id}, run)


async def _enroll(
    ports: Ports,
    unit: Work,
    batch: Batch,
    lines: list[_Line],
    schemes: dict[str, SchemeRow],
    default: SchemeRow | None,
) -> int:
    """Writes people, enrolments and items of a chunk; answers how many rows had to be refused."""
    person_ids = await _people(ports, unit, lines)
    open_items = await _open_items(unit, list(person_ids.values()))
    company_id = batch.company_id  # type: ignore[attr-defined]
    enrollments, items, refused = [], [], 0
    for line in lines:
        row = line.content.row
        person_id = person_ids[line.index]
        reason = _conflict(open_items[person_id], company_id, line.content.kinds, row.start_month or batch.month)
        if reason is not None:
            refused += 1
            await _answer([line.row_id], RowState.REJECTED, reason)
            continue
        scheme = schemes.get(row.scheme_name or "") or default
        enrollment_id = unit.new_id()
        start, base = row.start_month or batch.month, row.base_fen or 0
        enrollments.append(
            (
                enrollment_id,
                person_id,
                company_id,
                row.city_code,
                row.category.value,
                scheme.id if scheme else None,
                EnrollmentState.SUBMITTED.value,
                base,
                start,
                scheme.service_fee_fen if scheme else 0,
                batch.id,
                unit.now,
            )
        )
        for kind in sorted(line.content.kinds, key=KIND_ORDER.__getitem__):
            housing = kind in (Kind.HOUSING_FUND, Kind.SUPPLEMENTARY_HOUSING_FUND)
            declared = row.housing_base_fen if housing and row.housing_base_fen else base
            rate = row.housing_rate_ppm if housing else None
            state = EnrollmentState.SUBMITTED.value
            items.append(
                (unit.new_id(), enrollment_id, person_id, company_id, kind.value, "", state, declared, rate, start)
            )
            open_items[person_id].append((company_id, kind, start, None))
        await execute(
            "UPDATE batch_row SET state = ?, person_id = ?, enrollment_id = ? WHERE id = ?",
            [RowState.SUBMITTED.value, person_id, enrollment_id, line.row_id],
        )
    await insert_many("enrollment", _ENROLLMENT, enrollments)
    await insert_many("enrollment_item", _ITEM, items)
    return refused


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


async def _people(ports: Ports, unit: Work, lines: list[_Line]) -> dict[str, int]:
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
    names = "、".join(KIND_LABELS[k] for k in sorted(taken, key=KIND_ORDER.__getitem__))
    return f"提交时发现该人员这些险种已有在缴单位：{names}；请先办理减员或核对后重新增员"


async def _terminate(batch: Batch, lines: list[_Line]) -> int:
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
            await _answer([line.row_id], RowState.REJECTED, "提交时该人员在本公司已没有在册的参保")
            continue
        await execute(
            "UPDATE batch_row SET state = ?, person_id = ?, enrollment_id = ? WHERE id = ?",
            [RowState.SUBMITTED.value, hit["person_id"], hit["id"], line.row_id],
        )
    return refused


async def _answer(row_ids: list[int], state: RowState, reason: str) -> None:
    await BatchRow.filter(id__in=row_ids).update(state=state, result_reason=reason[:400])
