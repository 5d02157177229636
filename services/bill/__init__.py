"""The month's bills: computed, confirmed, closed, read and explained."""

from __future__ import annotations

from services.bill.close import close, confirm
from services.bill.draft import Drafted, draft_month
from services.bill.parts import give_up_part, run_part
from services.bill.reads import (
    BillView,
    Explained,
    KindSum,
    LineView,
    by_ids,
    by_kind,
    explanations,
    find,
    line,
    lines,
    of_company,
    one,
    watch,
)
from services.bill.workbook import workbook

__all__ = [
    "BillView",
    "Drafted",
    "Explained",
    "KindSum",
    "LineView",
    "by_ids",
    "by_kind",
    "close",
    "confirm",
    "draft_month",
    "explanations",
    "find",
    "give_up_part",
    "line",
    "lines",
    "of_company",
    "one",
    "run_part",
    "watch",
    "workbook",
]
