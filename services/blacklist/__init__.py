"""The blacklist: entries with their evidence, imports, releases by a second person, and where entries turned up."""

from __future__ import annotations

from services.blacklist.match import Ban, Hit, blocks_company, meet, note_hits, refuse_company
from services.blacklist.reads import EntryRow, HitRow, by_ids, find, hits
from services.blacklist.release import BUSINESS, PERMISSION, release
from services.blacklist.write import add, extend, import_entries

__all__ = [
    "BUSINESS",
    "PERMISSION",
    "Ban",
    "EntryRow",
    "Hit",
    "HitRow",
    "add",
    "blocks_company",
    "by_ids",
    "extend",
    "find",
    "hits",
    "import_entries",
    "meet",
    "note_hits",
    "refuse_company",
    "release",
]
