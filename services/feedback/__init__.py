"""Rows that came back from a bureau: who has to do something, until when, and what they did."""

from __future__ import annotations

from services.feedback.acts import assign, close, overdue
from services.feedback.again import again
from services.feedback.correct import correct
from services.feedback.reads import FeedbackRow, Filter, by_ids, find

__all__ = ["FeedbackRow", "Filter", "again", "assign", "by_ids", "close", "correct", "find", "overdue"]
