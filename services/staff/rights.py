"""Who may manage whom, and give what: nobody raises themselves or others above themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from db.models.company import Company
from db.models.staff import Role, RolePermission, Staff, StaffRole, StaffScope
from db.scope import companies
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.staff import ADMIN
from services.staff import refusals

NO_PASSWORD = "!"  # noqa: S105 - no digest equals it: accounts of the command line, with which nobody signs in


async def one_by_one() -> None:
    """Lets acts that may take an administrator away come one after the other; called first in their transaction."""
    await Role.filter(code=ADMIN).select_for_update().first()


async def somebody_else(actor: Actor, staff_id: int) -> Staff:
    """The locked row of another account that the actor may manage.

    Not one's own, not the command line's, not one that sees more than the actor (as good as none), and not one that may
    do what the actor may not: a reset password would otherwise lend it.
    """
    if staff_id == actor.staff_id:
        raise Refusal(refusals.not_for_oneself())
    row = await Staff.filter(id=staff_id).select_for_update().first()
    if row is None or not await within(actor, staff_id):
        raise Refusal(not_found("账号", "account"))
    if row.password_hash == NO_PASSWORD:
        raise Refusal(_of_the_machine(row.username))
    roles = await StaffRole.filter(staff_id=staff_id).values_list("role_id", flat=True)
    beyond = await permissions_of([int(r) for r in roles]) - actor.permissions  # type: ignore[call-overload]
    if beyond:
        raise Refusal(above(sorted(beyond)))
    return row


async def within(actor: Actor, staff_id: int) -> bool:
    """Whether the account's whole scope lies within the actor's."""
    if actor.scope is None:
        return True
    paths = await StaffScope.filter(staff_id=staff_id).values_list("company__path", flat=True)
    return bool(paths) and all(actor.sees(str(path)) for path in paths)


async def permissions_of(role_ids: Collection[int]) -> frozenset[str]:
    """What the roles permit together."""
    held = await RolePermission.filter(role_id__in=list(role_ids)).values_list("permission", flat=True)
    return frozenset(str(p) for p in held)


async def give(actor: Actor, role_ids: Sequence[int], company_ids: Sequence[int]) -> frozenset[str]:
    """Refuses roles and a scope that the actor may not give; answers what the roles permit."""
    problems = []
    # Locked: a role is not deleted while it is being given.
    found = await Role.filter(id__in=list(role_ids)).select_for_update()
    if not role_ids or len(found) < len(set(role_ids)):
        problems.append(_choose("roleIds", "请选择角色", "Choose roles from the list"))
    permissions = await permissions_of(role_ids)
    if beyond := sorted(permissions - actor.permissions):
        problems.append(above(beyond).at(field="roleIds"))
    seen = await Company.filter(companies(actor), id__in=list(company_ids)).values_list("id", flat=True)
    if len(set(seen)) < len(set(company_ids)):
        problems.append(not_found("公司", "company").at(field="companyIds"))
    if not company_ids and actor.scope is not None:
        message = "您的数据范围有限，请为该账号选择公司"
        problems.append(_choose("companyIds", message, "Your scope is limited; choose companies for the account"))
    if problems:
        raise Refusal(*problems)
    return permissions


async def administrators(except_id: int) -> int:
    """How many active administrators who see everything there are beside one account."""
    ids = await StaffRole.filter(role__code=ADMIN, staff__active=True).values_list("staff_id", flat=True)
    limited = await StaffScope.filter(staff_id__in=list(ids)).values_list("staff_id", flat=True)
    return len({int(i) for i in ids} - {int(i) for i in limited} - {except_id})  # type: ignore[call-overload]


async def keep_an_administrator(staff: Staff) -> None:
    """Refuses to go on when this is the last active administrator who sees everything."""
    is_one = staff.active and await StaffRole.filter(staff_id=staff.id, role__code=ADMIN).exists()
    if is_one and not await administrators(staff.id):
        raise Refusal(_last_administrator(staff.username))


def above(permissions: Sequence[str]) -> Problem:
    shown = "、".join(permissions[:5]) + ("等" if len(permissions) > 5 else "")
    return Problem(
        "beyond_own_rights",
        f"包含您自己没有的权限（{shown}），不能由您授予或管理",
        f"It holds permissions that you lack ({shown}); you can neither give nor manage it",
        "请由拥有这些权限的管理员办理",
        "Ask an administrator who holds them",
        value=permissions[0],
    )


def _last_administrator(username: str) -> Problem:
    return Problem(
        "last_administrator",
        "这是最后一个不限数据范围的系统管理员，不能停用、限制或取消其角色",
        "This is the last active administrator who sees everything",
        "请先指定另一位系统管理员",
        "Make somebody else an administrator first",
        value=username,
    )


def _of_the_machine(username: str) -> Problem:
    return Problem(
        "machine_account",
        f"{username} 是命令行专用账号，不能登录，也不能在此管理",
        "This account belongs to the command line; it is not managed here",
        "请选择其他账号",
        "Choose another account",
        value=username,
    )


def _choose(field: str, message: str, message_en: str) -> Problem:
    return Problem(f"{field}_invalid", message, message_en, "请更正后重试", "Correct it and try again", field=field)
