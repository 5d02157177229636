"""A batch of changes (批次): its states, who may move it where, and its number."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.columns import ImportKind
from domain.errors import Problem, Refusal
from domain.period import BillingMonth


class BatchState(StrEnum):
    """Where a batch stands. `failed` means the file could not be worked through at all."""

    CHECKING = "checking"
    CHECKED = "checked"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    FAILED = "failed"


class RowState(StrEnum):
    """Where one row of a batch stands: checked ok or failed, then confirmed, submitted and answered."""

    PENDING = "pending"
    OK = "ok"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CORRECTION = "correction"
    WITHDRAWN = "withdrawn"


class BatchAct(StrEnum):
    """What people do with a batch."""

    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    SUBMIT = "submit"
    RECORD_RESULT = "record_result"
    UNDO = "undo"


BATCH_STATE_LABELS: Final[dict[BatchState, str]] = {
    BatchState.CHECKING: "预检中",
    BatchState.CHECKED: "待确认",
    BatchState.IN_REVIEW: "审核中",
    BatchState.APPROVED: "已审核",
    BatchState.SUBMITTED: "已提交",
    BatchState.DONE: "已办结",
    BatchState.WITHDRAWN: "已撤回",
    BatchState.REJECTED: "已驳回",
    BatchState.FAILED: "导入失败",
}
BATCH_STATE_LABELS_EN: Final[dict[BatchState, str]] = {
    BatchState.CHECKING: "being checked",
    BatchState.CHECKED: "to be confirmed",
    BatchState.IN_REVIEW: "in review",
    BatchState.APPROVED: "approved",
    BatchState.SUBMITTED: "submitted",
    BatchState.DONE: "done",
    BatchState.WITHDRAWN: "withdrawn",
    BatchState.REJECTED: "rejected",
    BatchState.FAILED: "failed",
}
ROW_STATE_LABELS: Final[dict[RowState, str]] = {
    RowState.PENDING: "待检查",
    RowState.OK: "通过",
    RowState.FAILED: "有错误",
    RowState.CONFIRMED: "已确认",
    RowState.SUBMITTED: "已提交",
    RowState.ACCEPTED: "办理成功",
    RowState.REJECTED: "办理失败",
    RowState.CORRECTION: "待更正",
    RowState.WITHDRAWN: "已撤回",
}
ROW_STATE_LABELS_EN: Final[dict[RowState, str]] = {
    RowState.PENDING: "waiting",
    RowState.OK: "passed",
    RowState.FAILED: "has errors",
    RowState.CONFIRMED: "confirmed",
    RowState.SUBMITTED: "submitted",
    RowState.ACCEPTED: "accepted",
    RowState.REJECTED: "rejected",
    RowState.CORRECTION: "to be corrected",
    RowState.WITHDRAWN: "withdrawn",
}
ACT_LABELS: Final[dict[BatchAct, str]] = {
    BatchAct.CONFIRM: "确认",
    BatchAct.WITHDRAW: "撤回",
    BatchAct.APPROVE: "审核通过",
    BatchAct.REJECT: "驳回",
    BatchAct.SUBMIT: "提交",
    BatchAct.RECORD_RESULT: "登记结果",
    BatchAct.UNDO: "撤销",
}
ACT_LABELS_EN: Final[dict[BatchAct, str]] = {
    BatchAct.CONFIRM: "confirm",
    BatchAct.WITHDRAW: "withdraw",
    BatchAct.APPROVE: "approve",
    BatchAct.REJECT: "reject",
    BatchAct.SUBMIT: "submit",
    BatchAct.RECORD_RESULT: "record results",
    BatchAct.UNDO: "undo",
}

# Withdrawing ends where the bureau begins: what has been submitted is undone by an opposite change.
_MOVES: Final[dict[BatchState, dict[BatchAct, BatchState]]] = {
    BatchState.CHECKING: {BatchAct.WITHDRAW: BatchState.WITHDRAWN},
    BatchState.CHECKED: {BatchAct.CONFIRM: BatchState.IN_REVIEW, BatchAct.WITHDRAW: BatchState.WITHDRAWN},
    BatchState.IN_REVIEW: {
        BatchAct.APPROVE: BatchState.APPROVED,
        BatchAct.REJECT: BatchState.REJECTED,
        BatchAct.WITHDRAW: BatchState.WITHDRAWN,
    },
    BatchState.APPROVED: {BatchAct.SUBMIT: BatchState.SUBMITTED, BatchAct.WITHDRAW: BatchState.WITHDRAWN},
    BatchState.SUBMITTED: {BatchAct.RECORD_RESULT: BatchState.SUBMITTED},
    # A bureau corrects itself now and then, so a result may still be recorded afterwards.
    # What is done may be undone as a whole while nothing later rests on it.
    BatchState.DONE: {BatchAct.RECORD_RESULT: BatchState.DONE, BatchAct.UNDO: BatchState.WITHDRAWN},
}
_PREFIXES: Final[dict[ImportKind, str]] = {
    ImportKind.ENROLL: "ZY",
    ImportKind.TERMINATE: "JY",
    ImportKind.BASE_CHANGE: "YD",
    ImportKind.SCHEME_CHANGE: "YD",
    ImportKind.TRANSFER: "YD",
    ImportKind.PARTICULARS: "YD",
    ImportKind.ANNUAL_BASE: "TJ",
}


def allowed_acts(state: BatchState) -> tuple[BatchAct, ...]:
    """The acts that are possible in this state, in the order in which they are offered."""
    return tuple(_MOVES.get(state, {}))


def next_state(state: BatchState, act: BatchAct, *, open_rows: int | None = None) -> BatchState:
    """The state after the act; raises Refusal (`batch_state`) when the act is not possible now.

    For `record_result`, `open_rows` is how many submitted rows still wait for their answer: the batch is done at 0.
    """
    target = _MOVES.get(state, {}).get(act)
    if target is None:
        raise Refusal(_not_now(state, act))
    if act is BatchAct.RECORD_RESULT and open_rows == 0:
        return BatchState.DONE
    return target


def checked_state(*, readable: bool) -> BatchState:
    """Where a batch goes when the check of its file has ended."""
    return BatchState.CHECKED if readable else BatchState.FAILED


def _not_now(state: BatchState, act: BatchAct) -> Problem:
    possible = allowed_acts(state)
    names = "、".join(ACT_LABELS[item] for item in possible)
    names_en = ", ".join(ACT_LABELS_EN[item] for item in possible)
    return Problem(
        code="batch_state",
        message=f"批次{BATCH_STATE_LABELS[state]}，不能{ACT_LABELS[act]}",
        message_en=f"The batch is {BATCH_STATE_LABELS_EN[state]}; it is not possible to {ACT_LABELS_EN[act]}",
        remedy=f"现在可以：{names}" if possible else "该批次已结束，如需变更请新建批次",
        remedy_en=f"Possible now: {names_en}" if possible else "This batch has ended; start a new one",
        field="state",
        value=state.value,
    )


def batch_series(kind: ImportKind, month: int) -> str:
    """The name of the gapless series that a batch's running number comes from: every 异动 shares one."""
    name = "change" if _PREFIXES[kind] == "YD" else kind.value
    return f"batch:{name}:{month}"


def batch_number(kind: ImportKind, month: BillingMonth | int, sequence: int) -> str:
    """The batch's number: prefix, month and a running number of at least four digits.

    ZY 增员, JY 减员, YD 异动 (base, scheme, company, particulars), TJ 年度调基.
    """
    number = month.number if isinstance(month, BillingMonth) else BillingMonth.of(month).number
    if sequence < 1:
        raise ValueError(f"sequences start at 1: {sequence}")
    return f"{_PREFIXES[kind]}{number}-{sequence:04d}"
