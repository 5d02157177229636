"""Lists as workbooks, made in the background: asked for, made, followed, called off, and deleted after a week."""

from __future__ import annotations

from services.export.clean import cleanup
from services.export.jobs import ExportRow, cancel, mine, one, start, watch
from services.export.lists import EXPORTS
from services.export.run import give_up, run
from services.export.table import Column, Table

__all__ = [
    "EXPORTS",
    "Column",
    "ExportRow",
    "Table",
    "cancel",
    "cleanup",
    "give_up",
    "mine",
    "one",
    "run",
    "start",
    "watch",
]
