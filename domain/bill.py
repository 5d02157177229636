"""A month's bill of one company: its states and the types of its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Final

from domain.errors import Problem, Refusal


class BillState(StrEnum):
    """A draft may be computed again; a confirmed bill waits for closing; a closed one never changes."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


class PartState(StrEnum):
    """One city's part of a bill: waiting for its job, computed, or given up after many attempts."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


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


EARLIER_OPEN: Final = "earlier_month_open"
"""The code of the notice on a bill that left the settling of closed months to an earlier month's bill."""

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


def allowed_acts(state: BillState, computing: bool = False) -> tuple[BillAct, ...]:
    """The acts possible in this state; the workbook always is, but while parts are computed only starting again is."""
    return (BillAct.REDRAFT,) if computing else (*_MOVES[state], BillAct.WORKBOOK)


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


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """The problems of several parts as one list: the same one once, with its people (`3 人`) added up."""
    found: dict[Problem, int | None] = {}
    for problem in problems:
        people = _people(problem)
        key = replace(problem, value=None) if people is not None else problem
        before = found.setdefault(key, people if people is None else 0)
        if people is not None and before is not None:
            found[key] = before + people
    return [key if count is None else key.at(value=f"{count} 人") for key, count in found.items()]


def _people(problem: Problem) -> int | None:
    count, _, unit = (problem.value or "").partition(" ")
    return int(count) if unit == "人" and count.isdigit() else None


def still_computing() -> Problem:
    """The refusal of an act on a bill whose parts are still being computed."""
    return Problem(
        "bill_computing",
        "账单正在计算",
        "The bill is still being computed",
        "请等计算完成后再操作，进度见账单页",
        "Wait until it is done; the bill's page shows how far it is",
        field="state",
    )


def part_failed(city: str) -> Problem:
    """What stands on a bill of which one part could not be computed after many attempts."""
    return Problem(
        "bill_part_failed",
        f"{city}部分多次计算失败，账单不完整" if city else "多次计算失败，账单不完整",
        f"The part of {city} failed again and again; the bill is incomplete"
        if city
        else "Computing failed again and again; the bill is incomplete",
        "请重新计算；如再次失败，请把时间与账单告知管理员查看日志",
        "Compute it again; if it fails again, tell the administrator when, so that the log can be looked at",
        value=city or None,
    )


def sums_differ(head: str, lines: str) -> Problem:
    """The refusal to close a bill whose head is not the sum of its lines; `head` and `lines` say both in yuan."""
    return Problem(
        "bill_sums_differ",
        f"账单合计与明细不符：账单 {head}，明细 {lines}",
        f"The bill's totals are not the sum of its lines: {head} and {lines}",
        "请勿继续；请重新计算，并告知管理员",
        "Do not go on; compute it again, and tell the administrator",
    )
