"""Declarations: the workbooks of each channel, their receipts, and the results that come back."""

from __future__ import annotations

from domain.declaration import Channel
from services.declaration.acts import hand_in
from services.declaration.general import list_people
from services.declaration.imports import Imported, ResultImport, import_result
from services.declaration.make import Part, declare, declare_again, make
from services.declaration.reading import Reading, read_result
from services.declaration.reads import DeclarationRow, by_ids, of_batch

__all__ = [
    "Channel",
    "DeclarationRow",
    "Imported",
    "Part",
    "Reading",
    "ResultImport",
    "by_ids",
    "declare",
    "declare_again",
    "hand_in",
    "import_result",
    "list_people",
    "make",
    "of_batch",
    "read_result",
]
