"""City policies: the book that rules compute with, loading, confirming, exchanging as files, and local rules."""

from __future__ import annotations

from services.policy.book import (
    CityRow,
    book,
    cities,
    cities_by_ids,
    comparison,
    in_force,
    unknown_city,
    versions_by_ids,
)
from services.policy.confirm import Confirmation, confirm, confirmations, unconfirmed_counts, unconfirmed_on_bill
from services.policy.document import PolicyFormat
from services.policy.impact import Impact, KindImpact, MonthImpact, preview
from services.policy.load import load
from services.policy.rules import NewRule, rules, set_rule
from services.policy.table import Imported, export, import_file

__all__ = [
    "CityRow",
    "Confirmation",
    "Impact",
    "Imported",
    "KindImpact",
    "MonthImpact",
    "NewRule",
    "PolicyFormat",
    "book",
    "cities",
    "cities_by_ids",
    "comparison",
    "confirm",
    "confirmations",
    "export",
    "import_file",
    "in_force",
    "load",
    "preview",
    "rules",
    "set_rule",
    "unconfirmed_counts",
    "unconfirmed_on_bill",
    "unknown_city",
    "versions_by_ids",
]
