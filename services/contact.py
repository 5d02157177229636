"""Contact people, the same for suppliers and clients: phones sealed, masked in lists, revealed for a stated reason.

Whoever calls has checked permission and scope, and passes the open transaction along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.crypto import Vault
from db.sql import execute, fetch, insert_many, marks
from db.transaction import Work
from domain.actor import not_found
from domain.contact import NewContact, check_contact
from domain.errors import Refusal
from domain.particulars import mask


@dataclass(frozen=True, slots=True)
class Party:
    """Whose contacts they are: the table, and the column of the other side."""

    table: str
    owner: str

    @property
    def place(self) -> str:
        """What their phones are sealed for."""
        return f"{self.table}.phone"


SUPPLIER = Party("supplier_contact", "supplier_id")
COMPANY = Party("company_contact", "company_id")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact person as everyone sees them."""

    id: int
    owner_id: int
    name: str
    duty: str
    phone_masked: str | None
    email: str
    created_at: int


async def of_owners(vault: Vault, party: Party, owner_ids: Sequence[int]) -> list[list[ContactRow]]:
    """The contacts of each owner. The caller has checked that the owners may be seen."""
    if not owner_ids:
        return []
    sql = f"SELECT * FROM {party.table} WHERE {party.owner} IN ({marks(owner_ids)}) AND retired_at = 0 ORDER BY id"
    found: dict[int, list[ContactRow]] = {}
    for r in await fetch(sql, list(owner_ids)):
        found.setdefault(r[party.owner], []).append(_row(vault, party, r))
    return [found.get(i, []) for i in owner_ids]


async def owner_of(party: Party, contact_id: int) -> int:
    """Whose contact it is; refused as not found where there is none."""
    rows = await fetch(f"SELECT {party.owner} AS o FROM {party.table} WHERE id = ? AND retired_at = 0", [contact_id])
    if not rows:
        raise Refusal(not_found("联系人", "contact"))
    return int(rows[0]["o"])


async def save(unit: Work, party: Party, owner_id: int, new: NewContact, contact_id: int | None = None) -> int:
    """Adds a contact, or changes the one of that id. Answers its id."""
    phone, problems = check_contact(new)
    if problems:
        raise Refusal(*problems)
    row_id = unit.new_id() if contact_id is None else contact_id
    values: dict[str, Any] = {"name": new.name.strip(), "duty": new.duty.strip(), "email": new.email.strip()}
    if phone is not None:
        values["phone_sealed"] = unit.store.vault.seal_text(party.place, row_id, phone)
    if contact_id is None:
        values |= {"id": row_id, party.owner: owner_id, "retired_at": 0, "created_at": unit.now}
        await insert_many(party.table, list(values), [list(values.values())])
    else:
        settings = ", ".join(f"{column} = ?" for column in values)
        await execute(f"UPDATE {party.table} SET {settings} WHERE id = ?", [*values.values(), row_id])
    return row_id


async def retire(unit: Work, party: Party, contact_id: int) -> None:
    """Takes a contact off the list and forgets the phone; the row stays for what refers to it."""
    sql = f"UPDATE {party.table} SET retired_at = ?, phone_sealed = NULL WHERE id = ? AND retired_at = 0"
    if not await execute(sql, [unit.now, contact_id]):
        raise Refusal(not_found("联系人", "contact"))


async def phone(unit: Work, party: Party, contact_id: int) -> str | None:
    """The whole phone, for an act that has noted who asks and why."""
    rows = await fetch(f"SELECT phone_sealed FROM {party.table} WHERE id = ?", [contact_id])
    return unit.store.vault.open_text(party.place, contact_id, rows[0]["phone_sealed"]) if rows else None


def _row(vault: Vault, party: Party, r: Mapping[str, Any]) -> ContactRow:
    plain = vault.open_text(party.place, r["id"], r["phone_sealed"])
    shown = mask(plain) if plain else None
    return ContactRow(r["id"], r[party.owner], r["name"], r["duty"], shown, r["email"], r["created_at"])
