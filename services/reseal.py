"""Sealing everything anew with the current data key, so that an older key can be given up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from anyio import to_thread
from tortoise import Tortoise
from tortoise.fields import BinaryField

from db.crypto import sealed_with
from db.sql import execute_many, fetch_tuples
from db.transaction import work
from domain.actor import Actor
from services import file
from services.ports import Ports

CHUNK = 500
_SUFFIX = "_sealed"


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many values of one column (or of the file store) were sealed anew."""

    place: str
    values: int


async def reseal(ports: Ports, actor: Actor) -> list[Resealed]:
    """Seals every value that carries an older key's number with the current key; safe to break off and repeat.

    Values are replaced only if they are still what was read, so it may run beside a working product. An older key may
    be taken out of the settings when a run after the last process with the old settings has ended finds nothing. An
    operator's command; no permission leads here from the API.
    """
    found = []
    for table, column in _columns():
        place = f"{table}.{column.removesuffix(_SUFFIX)}"
        found.append(Resealed(place, await _column(ports, table, column, place)))
    found.append(Resealed(file.PLACE, await _files(ports)))
    async with work(ports.store, actor) as unit:
        changed = {each.place: each.values for each in found if each.values}
        await unit.audit("key.reseal", "key", ports.store.vault.current, None, **changed)
    return found


def _columns() -> Iterator[tuple[str, str]]:
    """Every sealed column there is: a binary column whose name says so, in any table."""
    for model in Tortoise.apps["shebao"].values():
        for name, field in model._meta.fields_map.items():
            if isinstance(field, BinaryField) and name.endswith(_SUFFIX):
                yield model._meta.db_table, name


async def _column(ports: Ports, table: str, column: str, place: str) -> int:
    vault, last, count = ports.store.vault, 0, 0
    sql = f"SELECT id, {column} FROM {table} WHERE id > ? AND {column} IS NOT NULL ORDER BY id LIMIT ?"
    while rows := await fetch_tuples(sql, [last, CHUNK]):
        last = rows[-1][0]
        old = [(row_id, bytes(value)) for row_id, value in rows if sealed_with(bytes(value)) != vault.current]
        if old:
            fresh = [(vault.seal(place, i, vault.open(place, i, value)), i, value) for i, value in old]
            await execute_many(f"UPDATE {table} SET {column} = ? WHERE id = ? AND {column} = ?", fresh)
            count += len(fresh)
    return count


async def _files(ports: Ports) -> int:
    vault, last, count = ports.store.vault, 0, 0
    while rows := await fetch_tuples("SELECT id FROM stored_file WHERE id > ? ORDER BY id LIMIT ?", [last, CHUNK]):
        for (file_id,) in rows:
            sealed = await ports.files.get(str(file_id))
            if sealed_with(sealed) != vault.current:
                plain = await to_thread.run_sync(vault.open, file.PLACE, file_id, sealed)
                await ports.files.put(str(file_id), vault.seal(file.PLACE, file_id, plain))
                count += 1
        last = rows[-1][0]
    return count
