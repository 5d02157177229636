"""People's housing-fund accounts: written by accepted results, kept by hand, and read with their history."""

from __future__ import annotations

from services.housing_account.acts import change_state, reveal, set_number
from services.housing_account.reads import (
    AccountRow,
    EventRow,
    Filter,
    by_ids,
    events,
    find,
    known_accounts,
    owners_of,
)
from services.housing_account.results import FundAnswer, record
from services.housing_account.undo import LaterBatch, later_batches, put_back

__all__ = [
    "AccountRow",
    "EventRow",
    "Filter",
    "FundAnswer",
    "LaterBatch",
    "by_ids",
    "change_state",
    "events",
    "find",
    "known_accounts",
    "later_batches",
    "owners_of",
    "put_back",
    "record",
    "reveal",
    "set_number",
]
