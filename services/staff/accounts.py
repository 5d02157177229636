"""Managing accounts: made with a first password, changed, put out of use and into it again, signed out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from db.models.company import Company
from db.models.staff import Role, Session, Staff, StaffRole, StaffScope
from db.transaction import Work, work
from domain.actor import Actor
from domain.errors import Problem, Refusal
from domain.reason import stated
from domain.signin import remembered
from domain.staff import ADMIN, check_account, first_password, maker_and_checker
from services import notice
from services.ports import Ports
from services.staff.password import hash_password
from services.staff.rights import give, keep_an_administrator, one_by_one, somebody_else
from services.staff.session import end_others
from services.staff.signing import forget_failures


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account is given: roles, and companies with everything below (none: every company)."""

    role_ids: tuple[int, ...]
    company_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Managed:
    """The account that was changed, a password to be handed over that is shown this once, and warnings."""

    id: int
    password: str = ""
    warnings: tuple[Problem, ...] = ()


async def create(ports: Ports, actor: Actor, username: str, display_name: str, rights: Rights) -> Managed:
    """Adds an account. Its first password is answered this once, and has to be changed when it is first used."""
    actor.require("staff.manage")
    _refuse(check_account(username.strip(), display_name))
    password = first_password(secrets.choice)
    hashed = await hash_password(password)
    async with work(ports.store, actor) as unit:
        permissions = await give(actor, rights.role_ids, rights.company_ids)
        if await Staff.filter(username=username.strip()).exists():
            raise Refusal(_taken(username.strip()))
        row_id = unit.new_id()
        await Staff.create(
            id=row_id,
            username=username.strip(),
            display_name=display_name.strip(),
            password_hash=hashed,
            created_at=unit.now,
        )
        await _put(unit, row_id, rights)
        detail = {"账号": username.strip(), "姓名": display_name.strip(), **await _named(rights)}
        await unit.audit("staff.create", "staff", row_id, None, **detail)
    return Managed(row_id, password, tuple(maker_and_checker(permissions)))


async def update(ports: Ports, actor: Actor, staff_id: int, display_name: str, rights: Rights) -> Managed:
    """Changes name, roles and scope of somebody else. With other roles or another scope they sign in anew."""
    actor.require("staff.manage")
    _refuse(check_account(None, display_name))
    async with work(ports.store, actor) as unit:
        await one_by_one()
        row = await somebody_else(actor, staff_id)
        permissions = await give(actor, rights.role_ids, rights.company_ids)
        before = await _rights(row.id)
        admin = await Role.get(code=ADMIN)
        stays = admin.id in rights.role_ids and not rights.company_ids
        if not stays and not before.company_ids:
            await keep_an_administrator(row)
        await Staff.filter(id=row.id).update(display_name=display_name.strip())
        detail = {"账号": row.username, "姓名": display_name.strip()}
        if (set(before.role_ids), set(before.company_ids)) != (set(rights.role_ids), set(rights.company_ids)):
            await _put(unit, row.id, rights)
            detail |= await _named(rights)
            await notice.tell(unit, row.id, "您的角色或数据范围已变更", f"{actor.name} 变更了您的权限，请重新登录。")
            await end_others(unit, row.id, 0)
        await unit.audit("staff.update", "staff", row.id, None, **detail)
    return Managed(row.id, "", tuple(maker_and_checker(permissions)))


async def deactivate(ports: Ports, actor: Actor, staff_id: int, reason: str) -> Managed:
    """Puts an account out of use: its sessions end at once; what it asked for or is asked to approve stays."""
    actor.require("staff.manage")
    why = stated(reason, "停用原因", "why it is put out of use", "例如：已离职", "For example: left the company")
    async with work(ports.store, actor) as unit:
        await one_by_one()
        row = await somebody_else(actor, staff_id)
        if not row.active:
            raise Refusal(_standing("staff_inactive", "该账号已停用", "This account is out of use already"))
        await keep_an_administrator(row)
        await end_others(unit, row.id, 0)
        await Staff.filter(id=row.id).update(active=False)
        await unit.audit("staff.deactivate", "staff", row.id, 账号=row.username, 原因=why)
    return Managed(staff_id)


async def reactivate(ports: Ports, actor: Actor, staff_id: int) -> Managed:
    """Puts an account into use again, with the roles and the scope it had."""
    actor.require("staff.manage")
    async with work(ports.store, actor) as unit:
        row = await somebody_else(actor, staff_id)
        if row.active:
            raise Refusal(_standing("staff_active", "该账号正在使用", "This account is in use"))
        await Staff.filter(id=row.id).update(active=True)
        await unit.audit("staff.reactivate", "staff", row.id, 账号=row.username)
    return Managed(staff_id)


async def reset_password(ports: Ports, actor: Actor, staff_id: int, reason: str) -> Managed:
    """Gives somebody else a new first password, answered this once; their sessions end and a lock is taken away."""
    actor.require("staff.manage")
    why = stated(reason, "重置原因", "why it is reset", "例如：忘记密码，已核实本人", "Say how you made sure who asked")
    password = first_password(secrets.choice)
    hashed = await hash_password(password)
    async with work(ports.store, actor) as unit:
        row = await somebody_else(actor, staff_id)
        earlier = remembered([row.password_hash, *orjson.loads(row.password_history or "[]")])
        await Staff.filter(id=row.id).update(
            password_hash=hashed,
            password_changed_at=0,
            password_history=orjson.dumps(earlier).decode(),
            failures=0,
            locked_until=0,
        )
        await end_others(unit, row.id, 0)
        body = f"{actor.name} 重置了您的密码，原因：{why}。如果不是您要求的，请告诉其他管理员。"
        await notice.tell(unit, row.id, "您的密码已被重置", body)
        await unit.audit("staff.password_reset", "staff", row.id, 账号=row.username, 原因=why)
    await forget_failures(ports, row.username)
    return Managed(staff_id, password)


async def force_sign_out(ports: Ports, actor: Actor, staff_id: int) -> Managed:
    """Ends every session of somebody else at once."""
    actor.require("staff.manage")
    async with work(ports.store, actor) as unit:
        row = await somebody_else(actor, staff_id)
        ended = await Session.filter(staff_id=row.id, revoked_at=0, expires_at__gt=unit.now).count()
        await end_others(unit, row.id, 0)
        await unit.audit("staff.forced_sign_out", "staff", row.id, 账号=row.username, 会话=ended)
    return Managed(staff_id)


async def _put(unit: Work, staff_id: int, rights: Rights) -> None:
    await StaffRole.filter(staff_id=staff_id).delete()
    await StaffScope.filter(staff_id=staff_id).delete()
    for role_id in sorted(set(rights.role_ids)):
        await StaffRole.create(id=unit.new_id(), staff_id=staff_id, role_id=role_id)
    for company_id in sorted(set(rights.company_ids)):
        await StaffScope.create(id=unit.new_id(), staff_id=staff_id, company_id=company_id)


async def _rights(staff_id: int) -> Rights:
    roles = await StaffRole.filter(staff_id=staff_id).values_list("role_id", flat=True)
    scope = await StaffScope.filter(staff_id=staff_id).values_list("company_id", flat=True)
    return Rights(tuple(map(int, roles)), tuple(map(int, scope)))  # type: ignore[arg-type]


async def _named(rights: Rights) -> dict[str, str]:
    roles = await Role.filter(id__in=list(rights.role_ids)).order_by("id").values_list("name", flat=True)
    scope = await Company.filter(id__in=list(rights.company_ids)).order_by("id").values_list("name", flat=True)
    return {"角色": "、".join(map(str, roles)), "数据范围": "、".join(map(str, scope)) or "全部"}


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refusal(*problems)


def _taken(username: str) -> Problem:
    message, message_en = f"用户名 {username} 已被使用", "This user name is in use"
    return Problem(
        "taken", message, message_en, "请换一个用户名", "Choose another one", field="username", value=username
    )


def _standing(code: str, message: str, message_en: str) -> Problem:
    return Problem(code, message, message_en, "请刷新页面", "Reload the page")
