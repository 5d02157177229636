"""Declaring changes to the bureaus: channels, their workbooks by city, and what they answer."""

from __future__ import annotations

from domain.declaration.channel import (
    CHANNEL_LABELS,
    EVERYWHERE,
    REGISTERING,
    SOCIAL_KINDS,
    Channel,
    ChannelPlan,
    channels_of,
)
from domain.declaration.layout import DeclarationLine, Layout, LayoutColumn, cells_of, missing_of, pick
from domain.declaration.reading import (
    ResultColumns,
    ResultTable,
    fingerprint,
    guess_columns,
    guess_word,
    normalize_word,
    read_table,
)
from domain.declaration.verdict import VERDICT_LABELS, Verdict, row_state

__all__ = [
    "CHANNEL_LABELS",
    "EVERYWHERE",
    "REGISTERING",
    "SOCIAL_KINDS",
    "VERDICT_LABELS",
    "Channel",
    "ChannelPlan",
    "DeclarationLine",
    "Layout",
    "LayoutColumn",
    "ResultColumns",
    "ResultTable",
    "Verdict",
    "cells_of",
    "channels_of",
    "fingerprint",
    "guess_columns",
    "guess_word",
    "missing_of",
    "normalize_word",
    "pick",
    "read_table",
    "row_state",
]
