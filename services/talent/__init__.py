"""The talent pool: people from rosters, leavers and others who agreed to be kept, their search and figures."""

from __future__ import annotations

from services.talent.consent import erase, record, reveal, withdraw
from services.talent.entry import add, edit, from_enrollment, from_roster
from services.talent.figures import Figure, Figures, figures
from services.talent.reads import Compared, Filter, TalentRow, by_ids, compare, find

__all__ = [
    "Compared",
    "Figure",
    "Figures",
    "Filter",
    "TalentRow",
    "add",
    "by_ids",
    "compare",
    "edit",
    "erase",
    "figures",
    "find",
    "from_enrollment",
    "from_roster",
    "record",
    "reveal",
    "withdraw",
]
