"""Why a questionnaire is not made, opened or taken."""

from __future__ import annotations

from domain.errors import Problem
from domain.form import LABELS, MOST_LINKS, STATE_LABELS, LinkState
from domain.form_questions import Form


def invalid_link() -> Problem:
    """One refusal for a token that never was, one that was replaced, and one that was called off."""
    return Problem(
        "form_link_invalid",
        "链接无效",
        "This link is not valid",
        "请核对链接是否完整，或向单位人事索取新的链接",
        "Check that the link is complete, or ask your employer for a new one",
    )


def expired() -> Problem:
    """Whoever holds the right token may know that it is late."""
    return Problem(
        "form_link_expired",
        "链接已过期",
        "This link has expired",
        "请向单位人事索取新的链接",
        "Ask your employer for a new one",
    )


def answered() -> Problem:
    """Answers are taken once."""
    return Problem(
        "form_link_answered",
        "问卷已提交，不能重复填写",
        "This questionnaire has been answered already",
        "如需更正请联系单位人事",
        "Ask your employer if something has to be corrected",
    )


def too_often(wait_ms: int) -> Problem:
    """Too many requests from one address."""
    minutes = max(1, -(-wait_ms // 60_000))
    return Problem(
        "form_too_often",
        "访问过于频繁",
        "Too many requests from your network",
        f"请约 {minutes} 分钟后再试",
        f"Try again in about {minutes} minutes",
        value=str(minutes),
    )


def one_source() -> Problem:
    """A request has to say whom it means, in one way."""
    return Problem(
        "form_source",
        "请选择一种对象：批次、参保记录，或公司加姓名手机号",
        "Choose one: a batch, enrolments, or a company with names and phones",
        "请重新选择",
        "Choose again",
        field="people",
    )


def batch_kind(form: Form) -> Problem:
    """Joiners come from enrolments, leavers from terminations."""
    label, label_en = LABELS[form]
    return Problem(
        "form_batch_kind",
        f"{label}不能用于这类批次",
        f"The {label_en.lower()} does not fit this kind of batch",
        "入职信息采集请选增员批次，离职问卷请选减员批次",
        "Joiners come from enrolment batches, leavers from termination batches",
        field="batchId",
    )


def nobody() -> Problem:
    """Nobody was found who could be asked."""
    return Problem(
        "form_nobody",
        "没有可以发送的人员",
        "There is nobody to ask",
        "批次中办理成功的人员才能发送问卷",
        "Only accepted rows of a batch can be asked",
    )


def all_have_one(count: int) -> Problem:
    """Everybody has a link already."""
    return Problem(
        "form_all_open",
        f"{count} 人都已有未过期的问卷或已经填写",
        f"All {count} have an open questionnaire or have answered",
        "链接丢失时请用“重新生成链接”",
        "Make a link anew where it was lost",
    )


def too_many(count: int) -> Problem:
    """More people than one request takes."""
    return Problem(
        "form_too_many",
        f"共 {count} 人，一次最多 {MOST_LINKS} 人",
        f"There are {count} people; at most {MOST_LINKS} at a time",
        "请选择部分人员，分几次生成",
        "Choose some of them and do it in several goes",
        value=str(count),
    )


def ended(state: LinkState) -> Problem:
    """The link is no longer open."""
    label, label_en = STATE_LABELS[state]
    return Problem(
        "form_link_ended",
        f"该问卷{label}",
        f"This questionnaire is {label_en}",
        "请刷新列表查看",
        "Reload the list",
        field="state",
        value=state.value,
    )
