"""Who decides on what: by permission, and never on one's own request."""

from __future__ import annotations

from enum import StrEnum

from domain.actor import Actor
from domain.errors import Problem


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def may_decide(
    actor: Actor, *, permission: str, requested_by_id: int, state: str = ApprovalState.PENDING
) -> Problem | None:
    """None when the actor may decide; otherwise the reason why not."""
    if state != ApprovalState.PENDING:
        return Problem(
            "approval_decided",
            "该审核已有结论",
            "This approval has been decided already",
            "请刷新后查看结论",
            "Reload to see the decision",
        )
    if not actor.may(permission):
        return Problem(
            "forbidden",
            "您没有审核这类事项的权限",
            "You lack the permission to decide on this kind of request",
            "请由有审核权限的同事处理",
            "Ask a colleague who may decide",
        )
    if actor.staff_id == requested_by_id:
        return Problem(
            "own_request",
            "不能审核自己提交的事项",
            "Nobody decides on their own request",
            "请由另一位有审核权限的同事处理",
            "Ask another colleague who may decide",
        )
    return None
