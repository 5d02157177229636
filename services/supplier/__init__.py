"""Suppliers: who carries out registrations for us, on what contract, at what price, and how well."""

from __future__ import annotations

from services.supplier.expiry import Expiring, due, expiring
from services.supplier.papers import (
    DocumentRow,
    add_contract,
    add_document,
    contacts,
    contracts,
    documents,
    end_contract,
    renew_contract,
    retire_contact,
    retire_document,
    reveal_contact,
    save_contact,
)
from services.supplier.prices import NewPrice, PriceRow, prices, retire_price, set_price
from services.supplier.rows import Filter, SupplierRow, by_ids, find, history, one, schemes_using
from services.supplier.scores import ScoreRow, criteria, give, scores
from services.supplier.write import create, deactivate, reactivate, update, usable

__all__ = [
    "DocumentRow",
    "Expiring",
    "Filter",
    "NewPrice",
    "PriceRow",
    "ScoreRow",
    "SupplierRow",
    "add_contract",
    "add_document",
    "by_ids",
    "contacts",
    "contracts",
    "create",
    "criteria",
    "deactivate",
    "documents",
    "due",
    "end_contract",
    "expiring",
    "find",
    "give",
    "history",
    "one",
    "prices",
    "reactivate",
    "renew_contract",
    "retire_contact",
    "retire_document",
    "retire_price",
    "reveal_contact",
    "save_contact",
    "schemes_using",
    "scores",
    "set_price",
    "update",
    "usable",
]
