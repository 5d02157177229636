"""What a client agreed with us, and whom to call there."""

from __future__ import annotations

from collections.abc import Sequence

from db.models.company import Company
from db.scope import companies
from db.transaction import work
from domain.actor import Actor, not_found
from domain.contact import NewContact
from domain.contract import NewContract
from domain.errors import Refusal
from domain.reason import stated
from services import contact, contract
from services.contact import ContactRow
from services.contract import ContractRow, Saved
from services.ports import Ports


async def contracts(actor: Actor, company_ids: Sequence[int]) -> list[list[ContractRow]]:
    """Contracts of each company, the latest first; none for whoever meets companies without the right to see them.

    The caller has checked that the companies lie in scope.
    """
    if not actor.may("company.read"):
        return [[] for _ in company_ids]
    return await contract.of_owners(contract.COMPANY, company_ids)


async def contacts(ports: Ports, actor: Actor, company_ids: Sequence[int]) -> list[list[ContactRow]]:
    """Contacts of each company; the same holds for them."""
    if not actor.may("company.read"):
        return [[] for _ in company_ids]
    return await contact.of_owners(ports.store.vault, contact.COMPANY, company_ids)


async def add_contract(ports: Ports, actor: Actor, company_id: int, new: NewContract) -> Saved:
    """Adds a contract; overlapping days are a warning."""
    actor.require("company.write")
    async with work(ports.store, actor) as unit:
        row = await _locked(actor, company_id)
        saved = await contract.add(unit, contract.COMPANY, row.id, new)
        await unit.audit("company.contract_add", "company", row.id, row.id, **_told(new))
    return saved


async def renew_contract(ports: Ports, actor: Actor, contract_id: int, new: NewContract) -> Saved:
    """Adds a contract that renews another one and names it."""
    actor.require("company.write")
    async with work(ports.store, actor) as unit:
        row = await _locked(actor, await contract.owner_of(contract.COMPANY, contract_id), "合同", "contract")
        saved = await contract.add(unit, contract.COMPANY, row.id, new, contract_id)
        await unit.audit("company.contract_renew", "company", row.id, row.id, **_told(new))
    return saved


async def end_contract(ports: Ports, actor: Actor, contract_id: int, reason: str) -> int:
    """Ends a contract early, for a stated reason. Answers the company's id."""
    actor.require("company.write")
    why = stated(reason, "终止原因", "why it is ended", "例如：双方协商解除", "For example: ended by agreement")
    async with work(ports.store, actor) as unit:
        row = await _locked(actor, await contract.owner_of(contract.COMPANY, contract_id), "合同", "contract")
        ended = await contract.end(unit, contract.COMPANY, contract_id)
        await unit.audit("company.contract_end", "company", row.id, row.id, 编号=ended.number, 原因=why)
    return row.id


async def save_contact(
    ports: Ports, actor: Actor, company_id: int, new: NewContact, contact_id: int | None = None
) -> int:
    """Adds a contact, or changes one of the company's. Answers the company's id."""
    actor.require("company.write")
    async with work(ports.store, actor) as unit:
        row = await _locked(actor, company_id)
        if contact_id is not None and await contact.owner_of(contact.COMPANY, contact_id) != row.id:
            raise Refusal(not_found("联系人", "contact"))
        await contact.save(unit, contact.COMPANY, row.id, new, contact_id)
        await unit.audit("company.contact_save", "company", row.id, row.id, 联系人=new.name.strip())
    return row.id


async def retire_contact(ports: Ports, actor: Actor, contact_id: int) -> int:
    """Takes a contact off the list. Answers the company's id."""
    actor.require("company.write")
    async with work(ports.store, actor) as unit:
        row = await _locked(actor, await contact.owner_of(contact.COMPANY, contact_id), "联系人", "contact")
        await contact.retire(unit, contact.COMPANY, contact_id)
        await unit.audit("company.contact_retire", "company", row.id, row.id, 联系人标识=contact_id)
    return row.id


async def reveal_contact(ports: Ports, actor: Actor, contact_id: int, reason: str) -> str | None:
    """A contact's whole phone, for a stated reason, noted before it is shown. None where there is none."""
    actor.require("company.read")
    actor.require("person.reveal")
    why = stated(reason, "查看原因", "why you need to see it", "例如：电话联系", "For example: to call them")
    async with work(ports.store, actor) as unit:
        row = await _locked(actor, await contact.owner_of(contact.COMPANY, contact_id), "联系人", "contact")
        await unit.audit("company.contact_reveal", "company", row.id, row.id, 联系人标识=contact_id, 原因=why)
        return await contact.phone(unit, contact.COMPANY, contact_id)


async def _locked(actor: Actor, company_id: int, what: str = "公司", what_en: str = "company") -> Company:
    """The locked row of a company in scope: acts on one company come one after the other.

    `what` is said not to be found where the company is out of scope: a stranger's contract is as good as none.
    """
    row = await Company.filter(companies(actor), id=company_id).first()
    if row is None:
        raise Refusal(not_found(what, what_en))
    return await Company.filter(id=row.id).select_for_update().get()


def _told(new: NewContract) -> dict[str, str]:
    return {"编号": new.number.strip(), "起": str(new.from_day), "止": str(new.to_day or "长期")}
