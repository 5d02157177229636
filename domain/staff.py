"""Staff accounts and roles: names, first passwords, permissions by word, and pairs that one person should not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import Problem, Severity, invalid
from domain.permission import PERMISSIONS

ADMIN: Final = "admin"
"""The role whose permissions are all there are, and which somebody always holds."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,29}")
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 4, 4

MAKER_AND_CHECKER: Final = (
    ("batch.confirm", "batch.approve"),
    ("bill.draft", "bill.confirm"),
    ("policy.write", "policy.confirm"),
    ("blacklist.write", "blacklist.approve"),
)
"""Who does the first should not decide on the second."""

WORDS: Final[dict[str, tuple[str, str]]] = {
    "company": ("客户企业", "companies"),
    "scheme": ("方案", "schemes"),
    "supplier": ("供应商", "suppliers"),
    "policy": ("政策", "policies"),
    "quote": ("测算", "quotes"),
    "person": ("参保人", "people"),
    "enrollment": ("在册", "register"),
    "batch": ("批次", "batches"),
    "feedback": ("反馈", "feedback"),
    "housing_account": ("公积金账户", "housing-fund accounts"),
    "bill": ("账单", "bills"),
    "approval": ("审核", "approvals"),
    "audit": ("操作日志", "audit log"),
    "ledger": ("总账", "ledger"),
    "file": ("附件", "files"),
    "blacklist": ("黑名单", "blacklist"),
    "staff": ("管理员", "staff"),
    "roster": ("花名册", "rosters"),
    "talent": ("人才库", "talents"),
    "form": ("问卷、自定义字段", "forms"),
    "declaration": ("申报", "declarations"),
    "export": ("导出", "exports"),
    "intake": ("数据迁移", "data intake"),
    "report": ("报表", "reports"),
}


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """The permissions of a word, in the order they are listed."""

    word: str
    label: str
    label_en: str
    permissions: tuple[str, ...]


def permission_tree() -> list[PermissionGroup]:
    """Every permission there is, by word."""
    groups: dict[str, list[str]] = {}
    for permission in PERMISSIONS:
        groups.setdefault(permission.partition(".")[0], []).append(permission)
    return [
        PermissionGroup(word, *WORDS.get(word, (word, word)), tuple(permissions))
        for word, permissions in groups.items()
    ]


def check_account(username: str | None, display_name: str) -> list[Problem]:
    """Codes username_invalid (None: it is not given) and displayName_invalid."""
    problems = []
    if username is not None and not _USERNAME.fullmatch(username):
        message = "用户名为 3 至 30 个小写字母、数字、点、横线或下划线，以字母或数字开头"
        message_en = "A user name has 3 to 30 small letters, digits, dots, dashes or underscores"
        problems.append(invalid("username", message, message_en).at(value=username[:60]))
    if not 2 <= len(display_name.strip()) <= 60:
        problems.append(invalid("displayName", "姓名须为 2 至 60 个字", "The name needs 2 to 60 characters"))
    return problems


def check_role_name(name: str) -> list[Problem]:
    """Code name_invalid."""
    if 2 <= len(name.strip()) <= 60:
        return []
    return [invalid("name", "角色名称须为 2 至 60 个字", "The name of a role needs 2 to 60 characters")]


def check_permissions(permissions: Iterable[str]) -> list[Problem]:
    """Code permissions_invalid for what is no permission."""
    unknown = sorted(set(permissions) - set(PERMISSIONS))
    if not unknown:
        return []
    problem = invalid("permissions", f"没有这些权限：{'、'.join(unknown)[:200]}", "There are no such permissions")
    return [problem.at(value=unknown[0][:60])]


def maker_and_checker(permissions: Iterable[str]) -> list[Problem]:
    """A warning for every pair of permissions with which somebody could do a thing and approve it as well.

    The same person never decides on their own request all the same; two with such a role could wave each other through.
    """
    held = set(permissions)
    return [
        Problem(
            "maker_and_checker",
            f"同时拥有“{PERMISSIONS[maker][0]}”和“{PERMISSIONS[checker][0]}”，经办与复核没有分开",
            f"Holds both {maker} and {checker}: maker and checker are not kept apart",
            "建议分成两个角色，由不同的人担任",
            "Better make two roles of it, held by different people",
            Severity.WARNING,
            field="permissions",
            value=f"{maker} + {checker}",
        )
        for maker, checker in MAKER_AND_CHECKER
        if {maker, checker} <= held
    ]


def first_password(choose: Callable[[Sequence[str]], str]) -> str:
    """A password to be read out and typed once: four groups of signs none of which looks like another."""
    return "-".join("".join(choose(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
