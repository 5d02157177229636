"""What analyses of the register count by, over which months, and the words of the reasons."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.change import END_REASON_LABELS
from domain.errors import Problem, Refusal
from domain.period import BillingMonth
from domain.precheck import STOP_REASONS

MOST_MONTHS: Final = 36


class StopDimension(StrEnum):
    """What stopped enrolments are counted by."""

    MONTH = "month"
    COMPANY = "company"
    CITY = "city"
    REASON = "reason"


_REASONS: Final[dict[str, tuple[str, str]]] = {
    **{reason.value: (words.label, words.label_en) for reason, words in STOP_REASONS.items()},
    **{reason.value: words for reason, words in END_REASON_LABELS.items()},
}


def stop_reason_label(reason: str | None) -> tuple[str, str]:
    """Why somebody was stopped, in both languages; what nobody said is said so."""
    return _REASONS.get(reason or "", (reason or "未说明", reason or "not stated"))


def stop_reason_choices() -> dict[str, tuple[str, str]]:
    """Every reason there is, with its labels."""
    return dict(_REASONS)


def months_between(first: int, last: int, most: int = MOST_MONTHS) -> None:
    """Refuses (`months_order`, `months_too_many`) a span that is empty or longer than `most` months."""
    span = BillingMonth.of(first).months_until(BillingMonth.of(last)) + 1
    if span < 1:
        raise Refusal(
            Problem(
                "months_order",
                "起始月晚于截止月",
                "The first month is later than the last one",
                "请重新选择月份",
                "Choose the months again",
                field="fromMonth",
            )
        )
    if span > most:
        raise Refusal(
            Problem(
                "months_too_many",
                f"一次最多 {most} 个月，所选为 {span} 个月",
                f"At most {most} months at a time, not {span}",
                "请缩短月份范围",
                "Choose fewer months",
                field="toMonth",
                value=str(span),
            )
        )
