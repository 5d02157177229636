"""Contracts with suppliers and with clients: what a new one has to say, how it stands on a day, where two overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import Problem, Severity, invalid

LARGEST_FEE_FEN = 10_000_000
"""A hundred thousand yuan per person and month; more is a slip of the pen."""


class ContractState(StrEnum):
    """How a contract stands: it has not begun, runs, ran out, or was ended before its time."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract to be entered; `to_day` None runs without an end, `fee_fen` is per person and month (clients only)."""

    number: str
    from_day: date
    to_day: date | None = None
    note: str = ""
    fee_fen: int = 0
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a contract that is there, and whether it was ended early."""

    id: int
    number: str
    from_day: date
    to_day: date | None
    ended: bool = False


def state_of(span: Span, day: date) -> ContractState:
    """How the contract stands on the day; its last day still counts."""
    if span.ended:
        return ContractState.ENDED
    if day < span.from_day:
        return ContractState.UPCOMING
    return ContractState.RUNNING if span.to_day is None or day <= span.to_day else ContractState.EXPIRED


def check(new: NewContract) -> list[Problem]:
    """What is wrong with a contract by itself. Codes number_, toDay_, fee_ and note_invalid."""
    problems: list[Problem] = []
    if not 1 <= len(new.number.strip()) <= 60:
        problems.append(invalid("number", "合同编号须为 1 至 60 个字", "The contract number needs 1 to 60 characters"))
    if new.to_day is not None and new.to_day < new.from_day:
        problems.append(invalid("toDay", "到期日早于起始日", "It would end before it begins").at(value=str(new.to_day)))
    if not 0 <= new.fee_fen <= LARGEST_FEE_FEN:
        problems.append(invalid("fee", "每人每月服务费须为 0 至 10 万元", "The fee is 0 to 100,000 yuan"))
    if len(new.note) > 400:
        problems.append(invalid("note", "备注最多 400 个字", "The note has at most 400 characters"))
    return problems


def check_renewal(new: NewContract, old: Span, renewed_by: str | None) -> list[Problem]:
    """What stands against renewing `old` with `new`; `renewed_by` is the number of a renewal that is there already."""
    if old.ended:
        return [_refused("contract_ended", f"合同 {old.number} 已提前终止，不能续签", "It was ended early")]
    if renewed_by is not None:
        message = f"合同 {old.number} 已由 {renewed_by} 续签"
        return [_refused("contract_renewed", message, f"It was renewed by {renewed_by} already")]
    if new.from_day <= old.from_day:
        message = f"续签合同须晚于原合同起始日 {old.from_day}"
        return [
            _refused("contract_order", message, "A renewal begins after the contract it renews").at(field="fromDay")
        ]
    return []


def overlapping(new: NewContract, others: Iterable[Span]) -> list[Problem]:
    """A warning for every contract that holds on the same days and was not ended: both would run."""
    found = []
    for other in others:
        if other.ended or not _meet(new.from_day, new.to_day, other.from_day, other.to_day):
            continue
        until, until_en = ("长期", "open end") if other.to_day is None else (str(other.to_day), str(other.to_day))
        found.append(
            Problem(
                "contract_overlap",
                f"与合同 {other.number}（{other.from_day} 至 {until}）的日期重叠",
                f"Its days overlap with contract {other.number} ({other.from_day} to {until_en})",
                "合同已保存；如原合同不再执行，请提前终止",
                "It was saved; end the other one if it no longer holds",
                Severity.WARNING,
                field="fromDay",
                value=other.number,
            )
        )
    return found


def _meet(a_from: date, a_to: date | None, b_from: date, b_to: date | None) -> bool:
    return (b_to is None or a_from <= b_to) and (a_to is None or b_from <= a_to)


def _refused(code: str, message: str, message_en: str) -> Problem:
    return Problem(code, message, message_en, "请刷新页面查看合同", "Reload the page and look at the contracts")
