"""The month's bills: computed, confirmed, closed, read and explained."""

from __future__ import annotations

from services.bill.close import close, confirm
from services.bill.draft import Drafted, draft_month
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
    "line",
    "lines",
    "of_company",
    "one",
    "workbook",
]
