"""Why people stop being insured (停保原因), with the words that sheets use for each reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.columns import CellValue
from domain.precheck.cells import CellError, folded


class StopReason(StrEnum):
    """Why a person is stopped; unemployment benefit, for one, asks whether it was of their own will."""

    CONTRACT_EXPIRED = "contract_expired"
    RESIGNED = "resigned"
    DISMISSED = "dismissed"
    AGREED = "agreed"
    LAID_OFF = "laid_off"
    TRANSFERRED = "transferred"
    RETIRED = "retired"
    DIED = "died"
    ENLISTED_OR_STUDYING = "enlisted_or_studying"
    SETTLED_ABROAD = "settled_abroad"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """The label of a reason in both languages and the other words that mean it."""

    label: str
    label_en: str
    synonyms: tuple[str, ...] = ()


# Wordings that leave open who ended the contract (解除劳动合同) are not listed: a clerk has to decide.
STOP_REASONS: Final[dict[StopReason, ReasonWords]] = {
    StopReason.CONTRACT_EXPIRED: ReasonWords(
        "合同到期",
        "contract expired",
        ("合同期满", "劳动合同到期", "劳动合同期满", "合同终止", "到期终止", "合同到期终止"),
    ),
    StopReason.RESIGNED: ReasonWords(
        "辞职",
        "resigned",
        (
            "离职",
            "主动离职",
            "自动离职",
            "自愿离职",
            "本人辞职",
            "个人辞职",
            "主动辞职",
            "个人原因",
            "个人原因离职",
            "辞职离职",
        ),
    ),
    StopReason.DISMISSED: ReasonWords(
        "辞退", "dismissed", ("开除", "解雇", "单位辞退", "公司辞退", "被辞退", "除名", "单位解除", "试用期不合格")
    ),
    StopReason.AGREED: ReasonWords(
        "协商解除", "ended by agreement", ("协商一致解除", "协商离职", "双方协商", "协议解除")
    ),
    StopReason.LAID_OFF: ReasonWords("裁员", "laid off", ("经济性裁员", "裁减", "下岗")),
    StopReason.TRANSFERRED: ReasonWords(
        "调动",
        "transferred",
        ("调出", "调离", "转出", "工作调动", "单位调动", "转移", "跨统筹转移", "内部调动", "转公司"),
    ),
    StopReason.RETIRED: ReasonWords("退休", "retired", ("在职转退休", "达到退休年龄", "正常退休", "提前退休", "退职")),
    StopReason.DIED: ReasonWords("死亡", "died", ("身故", "去世", "在职死亡", "因病死亡", "因工死亡")),
    StopReason.ENLISTED_OR_STUDYING: ReasonWords(
        "参军或升学", "enlisted or studying", ("参军", "入伍", "升学", "上学")
    ),
    StopReason.SETTLED_ABROAD: ReasonWords("出国定居", "settled abroad", ("出境定居", "出国", "移民")),
    StopReason.OTHER: ReasonWords("其他", "other", ("其它", "其他原因", "其它原因")),
}

_BY_WORD: Final[dict[str, StopReason]] = {
    word: reason for reason, words in STOP_REASONS.items() for word in (words.label, reason.value, *words.synonyms)
}


def read_stop_reason(value: CellValue) -> StopReason:
    """The reason that the cell names; of "辞职/离职" the first word counts. Raises CellError(stop_reason_unknown)."""
    text = folded(value).casefold()
    reason = _BY_WORD.get(text) or _BY_WORD.get(text.split("/", 1)[0])
    if reason is None:
        raise CellError("stop_reason_unknown")
    return reason
