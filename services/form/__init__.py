"""Questionnaires: links for joiners and leavers, their answers, and what leavers say as a whole."""

from __future__ import annotations

from services.form.links import Made, NewLinks, cancel, create, resend
from services.form.public import OpenForm, answer, open_form
from services.form.reads import AnswersView, Difference, Filter, LinkRow, answers, by_ids, find, reveal
from services.form.statistics import Breakdown, Leaving, Rating, Share, leaving

__all__ = [
    "AnswersView",
    "Breakdown",
    "Difference",
    "Filter",
    "Leaving",
    "LinkRow",
    "Made",
    "NewLinks",
    "OpenForm",
    "Rating",
    "Share",
    "answer",
    "answers",
    "by_ids",
    "cancel",
    "create",
    "find",
    "leaving",
    "open_form",
    "resend",
    "reveal",
]
