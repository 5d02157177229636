"""Schemes: their versions, how they are carried out, and what they would cost."""

from __future__ import annotations

from services.scheme.execution import MonthCost, OnScheme, execution, people_on
from services.scheme.roster import Roster, RosterCost, RosterKind, Side, simulate_roster
from services.scheme.rows import SchemeRow, by_ids, one, this_month, visible
from services.scheme.simulate import CityCost, Costing, Trial, compare_cities, simulate
from services.scheme.write import NewScheme, NewVersion, create, retire_version, save_version, set_supplier

__all__ = [
    "CityCost",
    "Costing",
    "MonthCost",
    "NewScheme",
    "NewVersion",
    "OnScheme",
    "Roster",
    "RosterCost",
    "RosterKind",
    "SchemeRow",
    "Side",
    "Trial",
    "by_ids",
    "compare_cities",
    "create",
    "execution",
    "one",
    "people_on",
    "retire_version",
    "save_version",
    "set_supplier",
    "simulate",
    "simulate_roster",
    "this_month",
    "visible",
]
