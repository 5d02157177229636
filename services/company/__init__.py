"""Client companies and their branches: who they are, what they agreed with us, whom to call."""

from __future__ import annotations

from services.company.expiry import due, expiring
from services.company.papers import (
    add_contract,
    contacts,
    contracts,
    end_contract,
    renew_contract,
    retire_contact,
    reveal_contact,
    save_contact,
)
from services.company.rows import CompanyRow, Counts, branches, by_ids, counts, enrolled_counts, find, named
from services.company.write import CompanyDetails, NewCompany, create, move, update

__all__ = [
    "CompanyDetails",
    "CompanyRow",
    "Counts",
    "NewCompany",
    "add_contract",
    "branches",
    "by_ids",
    "contacts",
    "contracts",
    "counts",
    "create",
    "due",
    "end_contract",
    "enrolled_counts",
    "expiring",
    "find",
    "move",
    "named",
    "renew_contract",
    "retire_contact",
    "reveal_contact",
    "save_contact",
    "update",
]
