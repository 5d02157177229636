"""Rosters of dispatched, outsourced and subcontracted people: entries with their findings, papers, projects, shares."""

from __future__ import annotations

from services.roster.acts import Shown, attach, leave, renew, retire, reveal
from services.roster.board import Board, FindingCount, KindCount, ShareRow, board, shares
from services.roster.due import due_reminders
from services.roster.entry import PHONE
from services.roster.project import (
    ProjectFields,
    ProjectRow,
    add_project,
    edit_project,
    end_project,
    project_by_id,
    projects,
    set_headcount,
)
from services.roster.reads import DocumentRow, EntryRow, EventRow, Filter, ValueRow, by_id, documents, find, history
from services.roster.upload import Imported, import_roster
from services.roster.workbook import export
from services.roster.write import add, edit, move

__all__ = [
    "PHONE",
    "Board",
    "DocumentRow",
    "EntryRow",
    "EventRow",
    "Filter",
    "FindingCount",
    "Imported",
    "KindCount",
    "ProjectFields",
    "ProjectRow",
    "ShareRow",
    "Shown",
    "ValueRow",
    "add",
    "add_project",
    "attach",
    "board",
    "by_id",
    "documents",
    "due_reminders",
    "edit",
    "edit_project",
    "end_project",
    "export",
    "find",
    "history",
    "import_roster",
    "leave",
    "move",
    "project_by_id",
    "projects",
    "renew",
    "retire",
    "reveal",
    "set_headcount",
    "shares",
]
