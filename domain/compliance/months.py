"""What becomes of the months asked for: starts and stops that come after the cut-off day, and makeups.

A start whose window is over moves to the first month that is still open, unless the row asks for makeup (补缴): then it
stays, and the months before are billed as makeup lines on the next open bill (docs/adr/0009). A stop that comes after
the cut-off day moves to the month that is due already, once. Where nobody has set a cut-off day nothing moves.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from domain.compliance.facts import EnrollFacts, finding
from domain.errors import Problem, Severity
from domain.period import BillingMonth
from domain.precheck.row import CheckedRow
from domain.window import Window

ASKED_START: Final = "asked_start_month"
ASKED_LAST: Final = "asked_last_month"
"""Where a row that was moved keeps what it asked for (in its `extra`, "2026-10")."""

# Further back the centre has to approve a makeup, with documents.
_APPROVAL_AFTER: Final = 12


def place_start(row: CheckedRow, window: Window, declared: BillingMonth, today: date) -> CheckedRow:
    """The row with the start month that will be used; the month it asked for is kept where it moved."""
    if row.start_month is None or window.cutoff_day is None or row.extra.get("makeup"):
        return row
    first = window.first_open(declared, today).number
    return row if row.start_month >= first else _moved(row, "start_month", ASKED_START, first)


def place_last(row: CheckedRow, window: Window, declared: BillingMonth, today: date) -> CheckedRow:
    """The row with the last month that will be used; after the cut-off day the current month is due already."""
    if row.last_month is None or window.cutoff_day is None:
        return row
    first = window.first_open(declared, today)
    due = first.shift(-1).number
    return row if first <= declared or row.last_month >= due else _moved(row, "last_month", ASKED_LAST, due)


def _moved(row: CheckedRow, field: str, kept: str, month: int) -> CheckedRow:
    asked = str(BillingMonth.of(getattr(row, field)))
    return replace(row, **{field: month}, extra={**row.extra, kept: asked})  # type: ignore[arg-type]


def start_problems(row: CheckedRow, facts: EnrollFacts) -> list[Problem]:
    """That the start moved, or what a start before the open month means."""
    if row.start_month is None:
        return []
    asked = row.extra.get(ASKED_START)
    start = BillingMonth.of(row.start_month)
    if asked is not None:
        return [_start_moved(BillingMonth.parse(asked), start, facts.window)]
    first = facts.first_open or facts.declaration_month
    back = start.months_until(first)
    if back <= 0:
        return []
    window = facts.window
    if window.makeup_months is not None and back > window.makeup_months:
        return [_beyond_limit(start, back, window)]
    problems = [_makeup(start, first, back)]
    if back > _APPROVAL_AFTER:
        problems.append(_approval_needed(back, window))
    return problems


def last_moved(row: CheckedRow, window: Window, declared: BillingMonth) -> list[Problem]:
    """That the stop came after the cut-off day and counts from the month after."""
    asked = row.extra.get(ASKED_LAST)
    if asked is None or row.last_month is None:
        return []
    used = BillingMonth.of(row.last_month)
    return [
        finding(
            "last_moved",
            f"{used} 的申报期已于 {window.closes(used)} 截止，该月照常缴纳：最后缴费月由 {asked} 改为 {used}",
            f"The window of {used} ended on {window.closes(used)} and the month is due: the last month {asked}"
            f" becomes {used}",
            f"只多缴到 {used}，以后不再出账；多缴部分能否退费请向经办机构确认",
            f"It is paid through {used} and no longer; ask the bureau whether anything can be claimed back",
            Severity.WARNING,
            "last_month",
        )
    ]


def _start_moved(asked: BillingMonth, used: BillingMonth, window: Window) -> Problem:
    missed = used.shift(-1)
    months = str(asked) if asked == missed else f"{asked} 至 {missed}"
    months_en = str(asked) if asked == missed else f"{asked} to {missed}"
    return finding(
        "start_moved",
        f"{asked} 的申报窗口已关闭（截止 {window.closes(asked)}），起始月顺延为 {used}",
        f"The declaration window of {asked} closed on {window.closes(asked)}; the start moves to {used}",
        f"若 {months} 必须缴纳，请在“补缴”列填“是”后重新导入，该期间按补缴（漏缴）列入账单",
        f"If {months_en} must be paid, answer 补缴 with 是 and import again: it is billed as makeup",
        Severity.WARNING,
        "start_month",
    )


def _makeup(start: BillingMonth, first: BillingMonth, back: int) -> Problem:
    last = first.shift(-1)
    months = str(start) if start == last else f"{start} 至 {last}"
    return finding(
        "makeup_lines",
        f"{months} 共 {back} 个月按补缴（漏缴）列入下一张未关账的账单",
        f"{back} month(s) from {start} are billed as makeup (missed) on the next open bill",
        "请确认经办机构受理补缴；单位逾期的滞纳金由单位承担",
        "Make sure that the bureau takes the makeup; a late fee is the employer's",
        Severity.NOTICE,
        "start_month",
    )


def _beyond_limit(start: BillingMonth, back: int, window: Window) -> Problem:
    limit = window.makeup_months
    return finding(
        "makeup_limit",
        f"{start} 需补缴 {back} 个月，超过该城市的补缴期限 {limit} 个月（依据：{window.makeup_source or '未注明'}）",
        f"{start} is {back} months back; the city takes makeups of {limit} months"
        f" ({window.makeup_source or 'no source'})",
        "请把起始月改到期限以内，或不补缴；更早的月份请向经办机构单独申请",
        "Move the start within the limit, or leave the makeup out; apply at the bureau for earlier months",
        field="start_month",
    )


def _approval_needed(back: int, window: Window) -> Problem:
    documents = window.makeup_documents
    return finding(
        "makeup_documents",
        f"补缴 {back} 个月，超过 {_APPROVAL_AFTER} 个月的须经办机构审批并提交材料",
        f"A makeup of {back} months: beyond {_APPROVAL_AFTER} the centre has to approve, with documents",
        f"材料：{documents}" if documents else "该城市所需材料未录入，请向经办机构确认",
        "Documents: see the city's rules" if documents else "The documents are unknown: ask the bureau",
        Severity.WARNING,
        "start_month",
    )
