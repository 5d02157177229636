"""Batches of enrolments and terminations, from the uploaded sheet to the bureau's answer."""

from __future__ import annotations

from services.batch.check import Rehearsal, check, give_up, rehearse
from services.batch.create import NewBatch, create, withdraw
from services.batch.decide import confirm
from services.batch.reads import BatchRowView, BatchView, Filter, by_ids, find, one, row_by_id, rows, watch
from services.batch.result import Answer, record
from services.batch.submit import submit
from services.batch.undo import undo
from services.batch.workbook import declare, errors, template

__all__ = [
    "Answer",
    "BatchRowView",
    "BatchView",
    "Filter",
    "NewBatch",
    "Rehearsal",
    "by_ids",
    "check",
    "confirm",
    "create",
    "declare",
    "errors",
    "find",
    "give_up",
    "one",
    "record",
    "rehearse",
    "row_by_id",
    "rows",
    "submit",
    "template",
    "undo",
    "watch",
    "withdraw",
]
