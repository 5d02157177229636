"""Batches of enrolments and terminations, from the uploaded sheet to the bureau's answer."""

from __future__ import annotations

from services.batch.change_sheet import annual_base_template
from services.batch.channel import ChannelAnswer, Recording, RowAnswer, record_channel, recorded
from services.batch.check import Rehearsal, check, give_up, rehearse
from services.batch.correct import Fix, correct_row, fix_rows
from services.batch.correction import Correction, amend_row, give_up_correction
from services.batch.create import NewBatch, create, withdraw
from services.batch.decide import confirm
from services.batch.join import join
from services.batch.mapping import ColumnView, Preview, preview, remap
from services.batch.memory import forget_columns
from services.batch.reads import BatchRowView, BatchView, Filter, by_ids, find, one, row_by_id, rows, watch
from services.batch.result import Answer, record
from services.batch.review import review_cells
from services.batch.submit import submit
from services.batch.undo import undo
from services.batch.values import BatchValues, map_values
from services.batch.values import unknown as unknown_values
from services.batch.workbook import errors, template

__all__ = [
    "Answer",
    "BatchRowView",
    "BatchValues",
    "BatchView",
    "ChannelAnswer",
    "ColumnView",
    "Correction",
    "Filter",
    "Fix",
    "NewBatch",
    "Preview",
    "Recording",
    "Rehearsal",
    "RowAnswer",
    "amend_row",
    "annual_base_template",
    "by_ids",
    "check",
    "confirm",
    "correct_row",
    "create",
    "errors",
    "find",
    "fix_rows",
    "forget_columns",
    "give_up",
    "give_up_correction",
    "join",
    "map_values",
    "one",
    "preview",
    "record",
    "record_channel",
    "recorded",
    "rehearse",
    "remap",
    "review_cells",
    "row_by_id",
    "rows",
    "submit",
    "template",
    "undo",
    "unknown_values",
    "watch",
    "withdraw",
]
