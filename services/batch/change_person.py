"""Writing new particulars into the person with what they were before, and putting them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from db.models.batch import Batch
from db.sql import execute, execute_many, fetch, fetch_tuples, insert_many, locking, marks
from db.transaction import Store, Work
from services import person as people
from services.batch.change_rows import Outcome, Row, impossible
from services.ports import Ports

# Field of the person → field of the row that says what it becomes.
_FIELDS: Final = {
    "name": "new_name",
    "phone": "new_phone",
    "bank_card": "new_bank_card",
    "id_number": "new_id_number",
    "id_kind": "new_id_kind",
    "birth": "new_birth",
    "sex": "new_sex",
}
_SEALED: Final = {"phone": people.PHONE, "bank_card": people.BANK_CARD, "id_number": people.ID_NUMBER}
_SEARCHED: Final = frozenset({"phone", "id_number"})
_CHANGE: Final = [
    "id",
    "person_id",
    "field",
    "old_sealed",
    "new_sealed",
    "batch_id",
    "changed_by_id",
    "created_at",
    "voided_at",
]
_PERSON: Final = "id, name, id_kind, id_number_sealed, birth, sex, phone_sealed, bank_card_sealed"


async def apply(ports: Ports, unit: Work, batch: Batch, rows: list[Row], outcome: Outcome) -> None:
    """Writes what differs from what is on file, and keeps both values. Bills are not concerned."""
    store = ports.store
    ids = sorted({row.person_id for row in rows})
    sql = f"SELECT {_PERSON} FROM person WHERE id IN ({marks(ids)}) ORDER BY id{locking(unit.connection)}"
    on_file = {r["id"]: _plain(store, r) for r in await fetch(sql, ids)}
    owners = await _owners(store, [row.checked.extra.get("new_id_number") for row in rows])
    changed: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    kept: list[tuple[int, str, str | None, str]] = []
    for row in rows:
        number = row.checked.extra.get("new_id_number")
        if number and owners.setdefault(number, row.person_id) != row.person_id:
            outcome.problems.append(impossible(row, "新证件号码已属于另一个人", "the new number is another person's"))
            continue
        for field, source in _FIELDS.items():
            new, old = row.checked.extra.get(source), on_file[row.person_id][field]
            if new and new != old:
                changed[field].append((row.person_id, new))
                kept.append((row.person_id, field, old, new))
    if outcome.problems:
        return
    await insert_many("person_change", _CHANGE, _history(store, unit, batch, kept))
    await write(store, changed)


async def correct(ports: Ports, unit: Work, batch: Batch, person_id: int, values: Mapping[str, str]) -> tuple[str, ...]:
    """Writes corrected particulars (value by field; never the document number) and keeps both values.

    Answers the fields that differed from what was on file.
    """
    store = ports.store
    sql = f"SELECT {_PERSON} FROM person WHERE id = ?{locking(unit.connection)}"
    on_file = _plain(store, (await fetch(sql, [person_id]))[0])
    wanted = [(field, value) for field, value in values.items() if value != on_file[field]]
    kept = [(person_id, field, on_file[field], value) for field, value in wanted]
    await insert_many("person_change", _CHANGE, _history(store, unit, batch, kept))
    await write(store, {field: [(person_id, value)] for field, value in wanted})
    return tuple(field for field, _ in wanted)


def _plain(store: Store, r: Mapping[str, Any]) -> dict[str, str | None]:
    """The particulars of a person in the open."""
    return {
        field: store.vault.open_text(_SEALED[field], r["id"], r[f"{field}_sealed"]) if field in _SEALED else r[field]
        for field in _FIELDS
    }


async def _owners(store: Store, numbers: Iterable[str | None]) -> dict[str, int]:
    """Who has these document numbers now, by number."""
    digests = {store.vault.index(people.ID_NUMBER, number): number for number in numbers if number}
    if not digests:
        return {}
    sql = f"SELECT id_number_index, id FROM person WHERE id_number_index IN ({marks(list(digests))})"
    return {digests[index]: person_id for index, person_id in await fetch_tuples(sql, list(digests))}


def _history(
    store: Store, unit: Work, batch: Batch, kept: Sequence[tuple[int, str, str | None, str]]
) -> Iterable[tuple]:
    vault, by = store.vault, unit.actor.staff_id
    for row_id, (person_id, field, old, new) in zip(store.ids.block(len(kept)), kept, strict=True):
        both = vault.seal_text(people.CHANGE_OLD, row_id, old), vault.seal_text(people.CHANGE_NEW, row_id, new)
        yield (row_id, person_id, field, *both, batch.id, by, unit.now, 0)


async def write(store: Store, changed: Mapping[str, Sequence[tuple[int, str | None]]]) -> None:
    """Sets fields of people: (person, value) by field; sealed values with their digests where they are searched."""
    vault = store.vault
    for field, values in changed.items():
        if field not in _SEALED:
            await execute_many(f"UPDATE person SET {field} = ? WHERE id = ?", [(v, i) for i, v in values])
            continue
        place = _SEALED[field]
        sealed = [(vault.seal_text(place, person_id, value), person_id) for person_id, value in values]
        await execute_many(f"UPDATE person SET {field}_sealed = ? WHERE id = ?", sealed)
        if field in _SEARCHED:
            digests = [(vault.index(place, value) if value else None, person_id) for person_id, value in values]
            await execute_many(f"UPDATE person SET {field}_index = ? WHERE id = ?", digests)


async def put_back(ports: Ports, unit: Work, batch: Batch, person_ids: Sequence[int]) -> None:
    """Takes back what the batch changed of these people: the former values hold again."""
    store = ports.store
    found = await fetch(
        f"SELECT id, person_id, field, old_sealed FROM person_change WHERE person_id IN ({marks(person_ids)}) "
        "AND batch_id = ? AND voided_at = 0 ORDER BY id",
        [*person_ids, batch.id],
    )
    changed: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    for r in found:
        changed[r["field"]].append((r["person_id"], store.vault.open_text(people.CHANGE_OLD, r["id"], r["old_sealed"])))
    await write(store, changed)
    ids = [r["id"] for r in found]
    if ids:
        await execute(f"UPDATE person_change SET voided_at = ? WHERE id IN ({marks(ids)})", [unit.now, *ids])


async def numbers_reused(ports: Ports, batch: Batch, person_ids: Sequence[int]) -> int:
    """How many of the former document numbers belong to somebody else by now."""
    found = await fetch(
        f"SELECT id, person_id, old_sealed FROM person_change WHERE person_id IN ({marks(person_ids)}) "
        "AND batch_id = ? AND field = 'id_number' AND voided_at = 0",
        [*person_ids, batch.id],
    )
    vault = ports.store.vault
    numbers = {r["person_id"]: vault.open_text(people.CHANGE_OLD, r["id"], r["old_sealed"]) for r in found}
    owners = await _owners(ports.store, numbers.values())
    return sum(1 for person_id, number in numbers.items() if number and owners.get(number, person_id) != person_id)
