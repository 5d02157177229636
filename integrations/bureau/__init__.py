"""Declaring to the bureaus. Their channels take workbooks by hand today, so this adapter makes the workbooks."""

from __future__ import annotations

from integrations.bureau.adapter import WorkbookBureau
from integrations.bureau.layouts import load_layouts, load_plans

__all__ = ["WorkbookBureau", "load_layouts", "load_plans"]
