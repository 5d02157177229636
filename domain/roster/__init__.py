"""Rosters (花名册) of dispatched, outsourced and subcontracted people: their columns, rules and findings."""

from __future__ import annotations

from domain.roster.columns import COLUMNS, STORED, Form, RosterColumn, by_name
from domain.roster.findings import (
    FINDING_LABELS,
    EntryFacts,
    Paper,
    Surroundings,
    add_months,
    findings,
    temporary_limit,
)
from domain.roster.kinds import (
    ACT_LABELS,
    DOCUMENT_LABELS,
    KIND_LABELS,
    POST_KIND_LABELS,
    STATE_LABELS,
    DocumentKind,
    DocumentPlace,
    EntryState,
    PostKind,
    RosterAct,
    RosterKind,
)
from domain.roster.rules import DocumentRule, RosterRule, RosterRules
from domain.roster.share import DispatchShare
from domain.roster.sheet import MOST_ROWS, RosterSheet, read_sheet
from domain.roster.values import CheckedRow, Value, as_cell, check_row, shown

__all__ = [
    "ACT_LABELS",
    "COLUMNS",
    "DOCUMENT_LABELS",
    "FINDING_LABELS",
    "KIND_LABELS",
    "MOST_ROWS",
    "POST_KIND_LABELS",
    "STATE_LABELS",
    "STORED",
    "CheckedRow",
    "DispatchShare",
    "DocumentKind",
    "DocumentPlace",
    "DocumentRule",
    "EntryFacts",
    "EntryState",
    "Form",
    "Paper",
    "PostKind",
    "RosterAct",
    "RosterColumn",
    "RosterKind",
    "RosterRule",
    "RosterRules",
    "RosterSheet",
    "Surroundings",
    "Value",
    "add_months",
    "as_cell",
    "by_name",
    "check_row",
    "findings",
    "read_sheet",
    "shown",
    "temporary_limit",
]
