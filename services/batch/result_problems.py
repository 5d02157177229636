"""What may be wrong with a result that is recorded."""

from __future__ import annotations

from domain.declaration import CHANNEL_LABELS, Channel
from domain.errors import Problem


def reason_needed(row_no: int, reason: str) -> Problem:
    """A row that was not accepted needs the bureau's reason."""
    return Problem(
        "reason_needed",
        f"第 {row_no} 行办理失败，请写明原因",
        f"Row {row_no} was rejected; say why",
        "填写经办机构给出的原因",
        "Give the bureau's reason",
        field="rejected",
        row=row_no,
        value=reason,
    )


def row_not_waiting(row_no: int, channel: Channel | None = None) -> Problem:
    """A row that does not exist, was answered already, or does not concern the channel."""
    label, label_en = CHANNEL_LABELS[channel] if channel else ("", "")
    return Problem(
        "row_not_waiting",
        f"第 {row_no} 行不在等待{label}结果的行中",
        f"Row {row_no} is not waiting for a result{f' of {label_en}' if label_en else ''}",
        "请核对行号（与原表行号一致）",
        "Check the row number; it is that of the original sheet",
        field="rejected",
        row=row_no,
    )


def number_taken(row_no: int) -> Problem:
    """The result names an account that another person has; nobody is named."""
    return Problem(
        "housing_account_taken",
        f"第 {row_no} 行的公积金账号在本城市已登记给其他人员",
        f"The housing-fund account of row {row_no} is registered for somebody else in this city",
        "请与公积金中心核对账号",
        "Check the number with the housing-fund centre",
        field="account",
        row=row_no,
    )


def empty() -> Problem:
    """There is nothing to record."""
    return Problem(
        "result_empty",
        "没有要登记的结果",
        "There is no result to record",
        "请选择全部成功，或列出失败的行",
        "Accept the rest, or list the rejected rows",
    )


def not_by_channel() -> Problem:
    """Changes of what is on file are answered as a whole."""
    return Problem(
        "result_not_by_channel",
        "异动批次不分渠道登记结果",
        "The result of a change is not recorded channel by channel",
        "请在批次中一并登记结果",
        "Record the result of the batch as a whole",
        field="channel",
    )
