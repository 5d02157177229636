"""T7: a new data key on a filled database: everything is sealed anew, and the old key can be given up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli_keys import keys
from app.container import Container
from app.settings import Keys
from db.crypto import SealBroken, Vault, sealed_with
from db.models.person import Person
from db.sql import execute, execute_many, fetch_tuples
from services import person as people
from services.paging import Window
from services.person import RevealField
from services.reseal import CHUNK, _columns, reseal
from services.staff import SYSTEM
from tests.factories import account, enrolled, person, sheet


def rotated(container: Container) -> tuple[Vault, Vault]:
    """The product's keys with one more that is now current, and the new key alone."""
    more = Keys(Keys.with_one_more(json.loads((container.settings.var_dir / "keys.json").read_text())))
    return (
        Vault(more.data, more.current, more.index),
        Vault({more.current: more.data[more.current]}, more.current, more.index),
    )


async def numbers_in_use(container: Container) -> set[int]:
    """The numbers of the keys that anything stored is sealed with."""
    found: set[int] = set()
    for table, column in _columns():
        rows = await fetch_tuples(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL", [])
        found |= {sealed_with(bytes(r[0])) for r in rows}
    for (file_id,) in await fetch_tuples("SELECT id FROM stored_file", []):
        found.add(sealed_with(await container.ports.files.get(str(file_id))))
    return found


async def test_every_value_moves_to_the_new_key_and_still_opens(container: Container) -> None:
    ports, admin = container.ports, await account("admin")
    count = CHUNK + 20
    await enrolled(container, sheet([person(i) for i in range(1, count + 1)]))
    assert await numbers_in_use(container) == {1}
    ports.store.vault, new_alone = rotated(container)
    # Both keys are known now: what is there opens, and what comes is sealed with the new one.
    await enrolled(container, sheet([person(count + 1)]), month=202612)
    assert await numbers_in_use(container) == {1, 2}
    done = {each.place: each.values for each in await reseal(ports, SYSTEM)}
    assert done["person.id_number"] == done["batch_row.content"] == count
    assert await numbers_in_use(container) == {2}
    assert sum(each.values for each in await reseal(ports, SYSTEM)) == 0
    ports.store.vault = new_alone
    known = person(7)
    page = await people.find(ports, admin, known["证件号码"], Window(10))
    assert [p.name for p in page.rows] == [known["姓名"]]
    shown = await people.reveal(ports, admin, page.rows[0].id, RevealField.ID_NUMBER, "核对证件")
    assert shown == known["证件号码"]


async def test_the_old_key_alone_opens_nothing_any_more(container: Container) -> None:
    ports = container.ports
    await enrolled(container, sheet([person(1)]))
    old = ports.store.vault
    ports.store.vault, _ = rotated(container)
    await reseal(ports, SYSTEM)
    row = await Person.get()
    with pytest.raises(SealBroken):
        old.open(people.ID_NUMBER, row.id, row.id_number_sealed)


async def test_a_value_that_changes_meanwhile_is_left_as_it_is(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replacement is bound to what was read, so a newer value is never overwritten by an older one."""
    ports = container.ports
    await enrolled(container, sheet([person(1)]))
    ports.store.vault, _ = rotated(container)
    row = await Person.get()
    newer = ports.store.vault.seal(people.PHONE, row.id, b"13811112222")

    async def after_somebody_else(sql: str, rows: list) -> None:
        if "phone_sealed" in sql:
            await execute("UPDATE person SET phone_sealed = ? WHERE id = ?", [newer, row.id])
        await execute_many(sql, rows)

    monkeypatch.setattr("services.reseal.execute_many", after_somebody_else)
    await reseal(ports, SYSTEM)
    assert bytes((await Person.get()).phone_sealed or b"") == newer


def test_a_key_is_added_to_the_set_in_use(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(Keys.new()))
    before = json.loads((tmp_path / "keys.json").read_text())
    run = CliRunner().invoke(keys, ["--add"], env={"VAR_DIR": str(tmp_path), "KEYS_JSON": ""})
    after = json.loads((tmp_path / "keys.json").read_text())
    assert run.exit_code == 0
    assert after["current"] == 2
    assert after["data"]["1"] == before["data"]["1"]
    assert (after["index"], after["signing"]) == (before["index"], before["signing"])
    empty = CliRunner().invoke(keys, ["--add"], env={"VAR_DIR": str(tmp_path / "none"), "KEYS_JSON": ""})
    assert empty.exit_code != 0
