"""A month's bill of one company: its states and the types of its lines."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.errors import Problem, Refusal


class BillState(StrEnum):
    """A draft may be computed again; a confirmed bill waits for closing; a closed one never changes."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


class LineType(StrEnum):
    """Why a line is on the bill."""

    NORMAL = "normal"
    MAKEUP = "makeup"
    DIFFERENCE = "difference"
    LATE_FEE = "late_fee"
    SERVICE_FEE = "service_fee"


class BillAct(StrEnum):
    """What people do with a bill."""

    REDRAFT = "redraft"
    CONFIRM = "confirm"
    CLOSE = "close"
    WORKBOOK = "workbook"


LINE_TYPE_LABELS: Final[dict[LineType, tuple[str, str]]] = {
    LineType.NORMAL: ("正常", "normal"),
    LineType.MAKEUP: ("补缴", "makeup"),
    LineType.DIFFERENCE: ("补差", "difference"),
    LineType.LATE_FEE: ("滞纳金", "late fee"),
    LineType.SERVICE_FEE: ("服务费", "service fee"),
}

BILL_STATE_LABELS: Final[dict[BillState, tuple[str, str]]] = {
    BillState.DRAFT: ("草稿", "draft"),
    BillState.CONFIRMED: ("已确认", "confirmed"),
    BillState.CLOSED: ("已关账", "closed"),
}

_MOVES: Final[dict[BillState, dict[BillAct, BillState]]] = {
    BillState.DRAFT: {BillAct.REDRAFT: BillState.DRAFT, BillAct.CONFIRM: BillState.CONFIRMED},
    BillState.CONFIRMED: {BillAct.REDRAFT: BillState.DRAFT, BillAct.CLOSE: BillState.CLOSED},
    BillState.CLOSED: {},
}

_ACT_LABELS: Final[dict[BillAct, tuple[str, str]]] = {
    BillAct.REDRAFT: ("重新计算", "compute again"),
    BillAct.CONFIRM: ("确认", "confirm"),
    BillAct.CLOSE: ("关账", "close"),
}


def allowed_acts(state: BillState) -> tuple[BillAct, ...]:
    """The acts possible in this state; the workbook always is."""
    return (*_MOVES[state], BillAct.WORKBOOK)


def next_state(state: BillState, act: BillAct) -> BillState:
    """The state after the act; raises Refusal (`bill_state`) when the act is not possible now."""
    target = _MOVES[state].get(act)
    if target is None:
        here, here_en = BILL_STATE_LABELS[state]
        verb, verb_en = _ACT_LABELS[act]
        remedy, remedy_en = "请先完成上一步", "Do the step before"
        if state is BillState.CLOSED:
            remedy = "已关账的月份不再变动，差额会列入下一个未关账月份"
            remedy_en = "A closed month never changes; differences go to the next open month"
        raise Refusal(
            Problem(
                "bill_state",
                f"账单{here}，不能{verb}",
                f"The bill is {here_en}; it is not possible to {verb_en}",
                remedy,
                remedy_en,
                field="state",
                value=state.value,
            )
        )
    return target
