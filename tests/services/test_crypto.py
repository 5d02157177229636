"""T7: sealing of personal data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.container import Container
from db.crypto import SealBroken, Vault
from db.models.audit import Audit
from db.models.person import Person
from db.transaction import ForeignKeys, own_keys
from domain.errors import Refusal
from services import person as people
from services.paging import Window
from services.person import RevealField
from tests.factories import account, enrolled, new_staff, person, sheet

OLD, NEW, INDEX = b"a" * 32, b"b" * 32, b"i" * 32


@given(value=st.text(), row=st.integers(min_value=1, max_value=2**63 - 1))
def test_what_is_sealed_opens_in_its_place_alone(value: str, row: int) -> None:
    vault = Vault({1: OLD}, 1, INDEX)
    sealed = vault.seal("person.phone", row, value.encode())
    assert vault.open("person.phone", row, sealed).decode() == value
    for place, other in (("person.id_number", row), ("person.phone", row + 1)):
        with pytest.raises(SealBroken):
            vault.open(place, other, sealed)


def test_a_changed_byte_is_noticed() -> None:
    vault = Vault({1: OLD}, 1, INDEX)
    sealed = bytearray(vault.seal("person.phone", 1, b"13900000001"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        vault.open("person.phone", 1, bytes(sealed))


def test_old_values_open_after_a_new_key_and_the_digest_stays() -> None:
    before = Vault({1: OLD}, 1, INDEX)
    after = Vault({1: OLD, 2: NEW}, 2, INDEX)
    assert after.open("t.c", 5, before.seal("t.c", 5, b"x")) == b"x"
    assert after.seal("t.c", 5, b"x")[1] == 2
    assert after.index("t.c", "x") == before.index("t.c", "x")
    with pytest.raises(SealBroken):
        before.open("t.c", 5, after.seal("t.c", 5, b"x"))


async def test_people_are_found_by_whole_numbers_and_shown_masked(container: Container) -> None:
    """A2.1: exact search over sealed values."""
    ports, admin = container.ports, await account("admin")
    known = person(5)
    await enrolled(container, sheet([known, person(6)]))
    for search in (known["证件号码"], known["证件号码"].lower(), known["手机号"]):
        page = await people.find(ports, admin, search, Window(10))
        assert [p.name for p in page.rows] == [known["姓名"]]
    assert not (await people.find(ports, admin, known["证件号码"][:17], Window(10))).rows
    shown = page.rows[0]
    number = known["证件号码"]
    assert shown.id_number_masked == number[0] + "*" * 16 + number[-1]
    assert known["手机号"][3:] not in repr(shown)


async def test_a_reveal_is_allowed_stated_and_noted(container: Container) -> None:
    ports, admin = container.ports, await account("admin")
    known = person(5)
    await enrolled(container, sheet([known]))
    person_id = (await Person.get()).id
    with pytest.raises(Refusal, match="reason_needed"):
        await people.reveal(ports, admin, person_id, RevealField.ID_NUMBER, " ")
    without, _ = await new_staff(container, ["person.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await people.reveal(ports, without, person_id, RevealField.ID_NUMBER, "核对回执")
    assert not await Audit.filter(act="person.reveal").exists()
    told = await people.reveal(ports, admin, person_id, RevealField.ID_NUMBER, "核对回执")
    assert told == known["证件号码"]
    noted = await Audit.get(act="person.reveal")
    assert (noted.subject_id, noted.actor_id) == (person_id, admin.staff_id)
    assert "核对回执" in noted.detail
    assert known["证件号码"] not in noted.detail


async def test_other_keys_than_the_databases_own_are_refused(container: Container) -> None:
    """A lost keys.json is told at the start, and not by rows that do not open."""
    await own_keys(container.ports.store.vault)
    with pytest.raises(ForeignKeys):
        await own_keys(Vault({1: NEW}, 1, b"other" * 6 + b"xx"))
