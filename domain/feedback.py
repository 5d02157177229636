"""A rejected row, or one to be corrected, on its way back to its owner."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.errors import Problem, Refusal


class FeedbackState(StrEnum):
    """Open until its owner corrected it, declared it again in a new batch, or closed it."""

    OPEN = "open"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    CLOSED = "closed"


FEEDBACK_STATE_LABELS: Final[dict[FeedbackState, tuple[str, str]]] = {
    FeedbackState.OPEN: ("待处理", "open"),
    FeedbackState.CORRECTED: ("已更正", "corrected"),
    FeedbackState.REPEATED: ("已重新申报", "declared again"),
    FeedbackState.CLOSED: ("已关闭", "closed"),
}


def must_be_open(state: FeedbackState) -> None:
    """Refuses (`feedback_done`) what was dealt with already."""
    if state is not FeedbackState.OPEN:
        label, label_en = FEEDBACK_STATE_LABELS[state]
        raise Refusal(
            Problem(
                "feedback_done",
                f"该反馈{label}",
                f"This feedback is {label_en}",
                "请刷新列表查看",
                "Reload the list",
                field="state",
                value=state.value,
            )
        )
