"""A1.1, A1.2: states of a batch, what can be done in each, and its number."""

from __future__ import annotations

import pytest

from domain.batch import (
    ACT_LABELS,
    ACT_LABELS_EN,
    BATCH_STATE_LABELS,
    BATCH_STATE_LABELS_EN,
    ROW_STATE_LABELS,
    ROW_STATE_LABELS_EN,
    BatchAct,
    BatchState,
    RowState,
    allowed_acts,
    batch_number,
    checked_state,
    next_state,
)
from domain.columns import ImportKind
from domain.errors import Refusal
from domain.period import BillingMonth

S, A = BatchState, BatchAct
MOVES = {
    (S.CHECKING, A.WITHDRAW): S.WITHDRAWN,
    (S.CHECKED, A.CONFIRM): S.IN_REVIEW,
    (S.CHECKED, A.WITHDRAW): S.WITHDRAWN,
    (S.IN_REVIEW, A.APPROVE): S.APPROVED,
    (S.IN_REVIEW, A.REJECT): S.REJECTED,
    (S.IN_REVIEW, A.WITHDRAW): S.WITHDRAWN,
    (S.APPROVED, A.SUBMIT): S.SUBMITTED,
    (S.APPROVED, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.RECORD_RESULT): S.SUBMITTED,
    (S.DONE, A.RECORD_RESULT): S.DONE,
    (S.DONE, A.UNDO): S.WITHDRAWN,
}


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("act", BatchAct)
def test_every_state_and_act(state: BatchState, act: BatchAct) -> None:
    """A1.1: the table above is all that is possible; everything else is refused with the state and what can be done."""
    target = MOVES.get((state, act))
    assert (act in allowed_acts(state)) == (target is not None)
    if target is not None:
        assert next_state(state, act) == target
        return
    with pytest.raises(Refusal) as refused:
        next_state(state, act)
    (problem,) = refused.value.problems
    assert problem.code == "batch_state"
    assert BATCH_STATE_LABELS[state] in problem.message
    assert ACT_LABELS[act] in problem.message
    assert problem.remedy
    assert all(ACT_LABELS[possible] in problem.remedy for possible in allowed_acts(state))


def test_batch_is_done_when_every_row_is_answered() -> None:
    """A3.1: results come row by row; the last one ends the batch."""
    assert next_state(S.SUBMITTED, A.RECORD_RESULT, open_rows=3) is S.SUBMITTED
    assert next_state(S.SUBMITTED, A.RECORD_RESULT, open_rows=0) is S.DONE


def test_withdrawing_ends_with_submission() -> None:
    """A1.1: before submission a batch can be withdrawn, after it never."""
    possible = {state for state in BatchState if A.WITHDRAW in allowed_acts(state)}
    assert possible == {S.CHECKING, S.CHECKED, S.IN_REVIEW, S.APPROVED}


def test_check_ends_in_checked_or_failed() -> None:
    """A1.2: a file that cannot be worked through fails as a whole; one with bad rows does not."""
    assert checked_state(readable=True) is S.CHECKED
    assert checked_state(readable=False) is S.FAILED


def test_labels_in_both_languages_are_complete() -> None:
    """G12: every state and act has a Chinese and an English label."""
    assert set(BATCH_STATE_LABELS) == set(BATCH_STATE_LABELS_EN) == set(BatchState)
    assert set(ROW_STATE_LABELS) == set(ROW_STATE_LABELS_EN) == set(RowState)
    assert set(ACT_LABELS) == set(ACT_LABELS_EN) == set(BatchAct)


def test_numbers() -> None:
    """A1.1: the number tells kind and month, and never runs out of digits."""
    assert batch_number(ImportKind.ENROLL, BillingMonth(2026, 11), 1) == "ZY202611-0001"
    assert batch_number(ImportKind.TERMINATE, 202612, 42) == "JY202612-0042"
    assert batch_number(ImportKind.ENROLL, 202611, 12345) == "ZY202611-12345"
    for month, sequence in ((202613, 1), (202611, 0)):
        with pytest.raises(ValueError):
            batch_number(ImportKind.ENROLL, month, sequence)
