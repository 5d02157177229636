"""What a channel says about a row, and where the row stands when several channels have spoken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from domain.batch import RowState
from domain.declaration.channel import REGISTERING, Channel


class Verdict(StrEnum):
    """A channel's answer: accepted 成功, failed 失败, or correction asked 补正."""

    ACCEPTED = "accepted"
    FAILED = "failed"
    CORRECTION = "correction"


VERDICT_LABELS: Final[dict[Verdict, tuple[str, str]]] = {
    Verdict.ACCEPTED: ("办理成功", "accepted"),
    Verdict.FAILED: ("办理失败", "failed"),
    Verdict.CORRECTION: ("要求补正", "correction asked"),
}


def row_state(concerned: Iterable[Channel], said: Mapping[Channel, Verdict]) -> RowState:
    """The state of a row that concerns these channels; tax collects and does not decide.

    Correction asked anywhere: to be corrected. Somebody still silent: submitted. Else rejected when any failed.
    """
    answers = [said.get(channel) for channel in concerned if channel in REGISTERING]
    if Verdict.CORRECTION in answers:
        return RowState.CORRECTION
    if None in answers:
        return RowState.SUBMITTED
    return RowState.REJECTED if Verdict.FAILED in answers else RowState.ACCEPTED
