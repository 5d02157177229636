"""A supplier's contracts, contacts and documents: entered, renewed, ended, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.models.supplier import SupplierDocument
from db.sql import fetch, marks
from db.transaction import work
from domain.actor import Actor, not_found
from domain.contact import NewContact
from domain.contract import NewContract
from domain.errors import Refusal, invalid
from domain.reason import stated
from services import contact, contract, file
from services.contact import ContactRow
from services.contract import ContractRow, Saved
from services.ports import Ports
from services.supplier.rows import one
from services.supplier.write import keeps, locked


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper of a supplier; `expires_day` None never runs out."""

    id: int
    supplier_id: int
    file_id: int
    name: str
    kind: str
    expires_day: date | None
    created_at: int


async def contracts(supplier_ids: Sequence[int]) -> list[list[ContractRow]]:
    """Contracts of each supplier, the latest first."""
    return await contract.of_owners(contract.SUPPLIER, supplier_ids)


async def contacts(ports: Ports, supplier_ids: Sequence[int]) -> list[list[ContactRow]]:
    """Contacts of each supplier."""
    return await contact.of_owners(ports.store.vault, contact.SUPPLIER, supplier_ids)


async def documents(supplier_ids: Sequence[int]) -> list[list[DocumentRow]]:
    """Documents of each supplier, oldest first."""
    if not supplier_ids:
        return []
    rows = await fetch(
        "SELECT d.*, f.name FROM supplier_document d JOIN stored_file f ON f.id = d.file_id "
        f"WHERE d.supplier_id IN ({marks(supplier_ids)}) AND d.retired_at = 0 ORDER BY d.id",
        list(supplier_ids),
    )
    found: dict[int, list[DocumentRow]] = {}
    for r in rows:
        expires = date.fromisoformat(r["expires_day"]) if r["expires_day"] else None
        row = DocumentRow(r["id"], r["supplier_id"], r["file_id"], r["name"], r["kind"], expires, r["created_at"])
        found.setdefault(row.supplier_id, []).append(row)
    return [found.get(i, []) for i in supplier_ids]


async def add_contract(ports: Ports, actor: Actor, supplier_id: int, new: NewContract) -> Saved:
    """Adds a contract; overlapping days are a warning."""
    keeps(actor)
    async with work(ports.store, actor) as unit:
        row = await locked(supplier_id)
        saved = await contract.add(unit, contract.SUPPLIER, row.id, new)
        detail = {"编号": new.number, "起": str(new.from_day), "止": str(new.to_day or "长期")}
        await unit.audit("supplier.contract_add", "supplier", row.id, None, **detail)
    return saved


async def renew_contract(ports: Ports, actor: Actor, contract_id: int, new: NewContract) -> Saved:
    """Adds a contract that renews another one and names it."""
    keeps(actor)
    async with work(ports.store, actor) as unit:
        row = await locked(await contract.owner_of(contract.SUPPLIER, contract_id))
        saved = await contract.add(unit, contract.SUPPLIER, row.id, new, contract_id)
        detail = {"编号": new.number, "起": str(new.from_day), "止": str(new.to_day or "长期")}
        await unit.audit("supplier.contract_renew", "supplier", row.id, None, **detail)
    return saved


async def end_contract(ports: Ports, actor: Actor, contract_id: int, reason: str) -> int:
    """Ends a contract early, for a stated reason. Answers the supplier's id."""
    keeps(actor)
    why = stated(reason, "终止原因", "why it is ended", "例如：双方协商解除", "For example: ended by agreement")
    async with work(ports.store, actor) as unit:
        row = await locked(await contract.owner_of(contract.SUPPLIER, contract_id))
        ended = await contract.end(unit, contract.SUPPLIER, contract_id)
        await unit.audit("supplier.contract_end", "supplier", row.id, 编号=ended.number, 原因=why)
    return row.id


async def save_contact(
    ports: Ports, actor: Actor, supplier_id: int, new: NewContact, contact_id: int | None = None
) -> int:
    """Adds a contact, or changes one of the supplier's."""
    keeps(actor)
    async with work(ports.store, actor) as unit:
        row = await locked(supplier_id)
        if contact_id is not None and await contact.owner_of(contact.SUPPLIER, contact_id) != row.id:
            raise Refusal(not_found("联系人", "contact"))
        await contact.save(unit, contact.SUPPLIER, row.id, new, contact_id)
        await unit.audit("supplier.contact_save", "supplier", row.id, 联系人=new.name.strip())
    return row.id


async def retire_contact(ports: Ports, actor: Actor, contact_id: int) -> int:
    """Takes a contact off the list. Answers the supplier's id."""
    keeps(actor)
    async with work(ports.store, actor) as unit:
        row = await locked(await contact.owner_of(contact.SUPPLIER, contact_id))
        await contact.retire(unit, contact.SUPPLIER, contact_id)
        await unit.audit("supplier.contact_retire", "supplier", row.id, 联系人标识=contact_id)
    return row.id


async def reveal_contact(ports: Ports, actor: Actor, contact_id: int, reason: str) -> str | None:
    """A contact's whole phone, for a stated reason, noted before it is shown. None where there is none."""
    actor.require("supplier.read")
    actor.require("person.reveal")
    why = stated(reason, "查看原因", "why you need to see it", "例如：电话联系", "For example: to call them")
    owner = await one(actor, await contact.owner_of(contact.SUPPLIER, contact_id))
    async with work(ports.store, actor) as unit:
        await unit.audit("supplier.contact_reveal", "supplier", owner.id, 联系人标识=contact_id, 原因=why)
        return await contact.phone(unit, contact.SUPPLIER, contact_id)


async def add_document(
    ports: Ports, actor: Actor, supplier_id: int, file_id: int, kind: str, expires_day: date | None
) -> int:
    """Attaches an upload of the actor's own as a document of the supplier. Answers the supplier's id."""
    keeps(actor)
    if not 2 <= len(kind.strip()) <= 40:
        raise Refusal(invalid("kind", "请写明证照种类，2 至 40 个字", "Say what kind of document it is"))
    async with work(ports.store, actor) as unit:
        row = await locked(supplier_id)
        attached = await file.attach(unit, file_id, contract.SUPPLIER.purpose)
        await SupplierDocument.create(
            id=unit.new_id(),
            supplier_id=row.id,
            file_id=file_id,
            kind=kind.strip(),
            expires_day=expires_day.isoformat() if expires_day else None,
            created_at=unit.now,
        )
        await unit.audit("supplier.document_add", "supplier", row.id, 种类=kind.strip(), 文件=attached.name)
    return row.id


async def retire_document(ports: Ports, actor: Actor, document_id: int, reason: str) -> int:
    """Takes a document off the list, for a stated reason. Answers the supplier's id."""
    keeps(actor)
    why = stated(reason, "移除原因", "why it is taken away", "例如：已换发新证", "For example: replaced by a new one")
    async with work(ports.store, actor) as unit:
        found = await SupplierDocument.filter(id=document_id, retired_at=0).select_for_update().first()
        if found is None:
            raise Refusal(not_found("证照", "document"))
        await SupplierDocument.filter(id=document_id).update(retired_at=unit.now)
        await unit.audit("supplier.document_retire", "supplier", found.supplier_id, 种类=found.kind, 原因=why)
    return found.supplier_id
