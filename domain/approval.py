"""What can be approved, and why somebody may not decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import Problem


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ApprovalView(StrEnum):
    """Which approvals of those in scope: all, those one asked for, or those that wait for one's own word."""

    ALL = "all"
    MINE = "mine"
    WAITING_FOR_ME = "waiting_for_me"


@dataclass(frozen=True, slots=True)
class Business:
    """Something that needs a second person's yes; `subject` is the type whose id an approval of it carries."""

    name: str
    name_en: str
    subject: str


BUSINESSES: Final[dict[str, Business]] = {
    "batch": Business("增减员批次", "batches", "Batch"),
    "policy": Business("政策变更", "policy changes", "Policy"),
    "blacklist": Business("黑名单", "blacklist entries", "BlacklistEntry"),
    "bill": Business("账单", "bills", "Bill"),
    "refund": Business("退款", "refunds", "Refund"),
    "invoice": Business("开票", "invoices", "Invoice"),
    "payout": Business("打款", "payouts", "Payout"),
    "claim": Business("报销", "claims", "Claim"),
}


def default_permission(business: str) -> str:
    """Who decides on a business that nobody has set a flow for."""
    return f"{business}.approve"


def link(business: str, subject_id: int) -> str:
    """The page of what is to be approved."""
    return f"/{business}/{subject_id}"


def decided_already() -> Problem:
    return Problem(
        "approval_decided",
        "该审核已有结论",
        "This approval has been decided already",
        "请刷新后查看结论",
        "Reload to see the decision",
    )


def not_an_approver() -> Problem:
    return Problem(
        "forbidden",
        "您没有审核这类事项的权限，或不是当前步骤的审核人",
        "You lack the permission to decide on this kind of request, or are no approver of its current step",
        "请由有审核权限的同事处理",
        "Ask a colleague who may decide",
    )


def own_request() -> Problem:
    return Problem(
        "own_request",
        "不能审核自己提交的事项，也不能代提交人审核",
        "Nobody decides on their own request, nor in the place of whoever made it",
        "请由另一位有审核权限的同事处理",
        "Ask another colleague who may decide",
    )


def already_voted() -> Problem:
    return Problem(
        "already_voted",
        "您在这一步已经审核过，每人每步只能审核一次",
        "You have decided in this step already; one person decides once a step",
        "请等待其他审核人",
        "Wait for the other approvers",
    )


def part_done() -> Problem:
    return Problem(
        "approval_part_done",
        "您在这一步负责的部分已由他人审核",
        "Your part of this step has been decided by somebody else",
        "请等待其他审核人",
        "Wait for the other approvers",
    )


def already_waiting() -> Problem:
    return Problem(
        "approval_waiting",
        "该事项正在审核中",
        "This is waiting for its approval already",
        "请等待审核结论，或先撤回",
        "Wait for the decision, or withdraw it first",
    )
