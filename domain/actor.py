"""Who acts: what they may do and whose rows they may see."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Problem, Refusal


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in staff member, or the system itself.

    `scope` holds the paths of the companies whose branches are visible ("/1/5/"); None means everything.
    """

    staff_id: int
    name: str
    permissions: frozenset[str]
    scope: tuple[str, ...] | None = None
    session_id: int = 0

    def may(self, permission: str) -> bool:
        """Whether the actor holds the permission."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Refuses the act when the permission is missing."""
        if permission not in self.permissions:
            raise Refusal(forbidden(permission))

    def sees(self, path: str) -> bool:
        """Whether a company with this path lies in the actor's scope."""
        return self.scope is None or any(path.startswith(prefix) for prefix in self.scope)


def forbidden(permission: str) -> Problem:
    """The refusal of an act without its permission."""
    return Problem(
        "forbidden",
        f"您没有此操作的权限（{permission}）",
        f"You lack the permission {permission}",
        "请联系管理员为您的角色授权",
        "Ask an administrator to grant it to your role",
    )


def not_found(what: str, what_en: str) -> Problem:
    """The refusal for a record that does not exist or is not the actor's to see: the two are told apart by nobody."""
    return Problem(
        "not_found",
        f"找不到该{what}，或您无权查看",
        f"No such {what_en}, or it is not yours to see",
        "请返回列表重新选择",
        "Go back to the list and choose again",
    )
