"""A9.1: accounts and roles: made, changed, put out of use; nobody raises themselves, an administrator always stays."""

from __future__ import annotations

import asyncio

import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.staff import Role, RolePermission, Session, SignInEntry, Staff, StaffRole
from domain.actor import Actor
from domain.errors import Refusal
from domain.permission import PERMISSIONS
from domain.signin import Step
from services import staff
from services.paging import Window
from services.seed import start
from services.staff import Attempt, Filter, Rights
from tests.factories import account, company_id, new_staff
from tests.graphql_client import token_for

OWN, GROUP, SHANGHAI = "晨光科技有限公司", "远航物流集团有限公司", "远航物流（上海）有限公司"


async def role(code: str) -> int:
    return (await Role.get(code=code)).id


async def made(container: Container, username: str = "li.ming", code: str = "specialist") -> staff.Managed:
    rights = Rights((await role(code),), (await company_id(),))
    return await staff.create(container.ports, await account("admin"), username, "李明", rights)


async def test_a_first_password_opens_once_and_has_to_be_changed(container: Container) -> None:
    """A9.1: created with roles and scope; the first sign-in asks for a new password."""
    ports = container.ports
    new = await made(container)
    row = await Staff.get(id=new.id)
    assert new.password not in row.password_hash
    assert not any(new.password in a.detail for a in await Audit.all())
    first = await staff.sign_in(ports, Attempt("li.ming", new.password, "192.0.2.1"))
    assert first.step is Step.NEW_PASSWORD
    again = Attempt("li.ming", new.password, "192.0.2.1", new_password=new.password)
    assert (await staff.sign_in(ports, again)).step is Step.NEW_PASSWORD
    done = await staff.sign_in(ports, Attempt("li.ming", new.password, "192.0.2.1", new_password="Ganz-neu-2026"))
    assert done.step is Step.DONE
    actor = await staff.actor(new.id)
    assert actor is not None
    assert actor.may("batch.create")
    assert actor.scope == (f"/{await company_id()}/",)
    with pytest.raises(Refusal, match="taken"):
        await made(container)
    admin = await account("admin")
    with pytest.raises(Refusal, match="username_invalid"):
        await staff.create(ports, admin, "Li Ming", "李明", Rights((await role("viewer"),)))
    with pytest.raises(Refusal) as refused:
        await staff.create(ports, admin, "someone", "李明", Rights((), (1,)))
    assert {p.field for p in refused.value.problems} == {"roleIds", "companyIds"}


async def test_nobody_raises_themselves_or_others_above_themselves(container: Container) -> None:
    """A9.1: not oneself, no permission one lacks, no scope wider than one's own, nobody above or beside one's scope."""
    ports, admin = container.ports, await account("admin")
    low = await Role.create(id=ports.store.ids.one(), code="role-low", name="低")
    await RolePermission.create(id=ports.store.ids.one(), role_id=low.id, permission="company.read")
    manager, _ = await new_staff(container, ["staff.manage", "company.read"], GROUP)
    group, shanghai = await company_id(GROUP), await company_id(SHANGHAI)
    helper = await staff.create(ports, manager, "helper", "帮手", Rights((low.id,), (shanghai,)))
    attempts = {
        "beyond_own_rights": staff.create(ports, manager, "boss", "老板", Rights((await role("admin"),), (group,))),
        "companyIds_invalid": staff.create(ports, manager, "wide", "全部", Rights((low.id,))),
        "not_found": staff.create(ports, manager, "other", "别家", Rights((low.id,), (await company_id(OWN),))),
        "not_for_oneself": staff.update(ports, manager, manager.staff_id, "我自己", Rights((low.id,), (group,))),
    }
    for code, act in attempts.items():
        with pytest.raises(Refusal, match=code):
            await act
    assert not await Staff.filter(username__in=["boss", "wide", "other"]).exists()
    for who, code in (("admin", "not_found"), ("kehu", "not_found"), ("fenzhi", "beyond_own_rights")):
        target = (await account(who)).staff_id
        for act in (
            staff.reset_password(ports, manager, target, "试一试"),
            staff.deactivate(ports, manager, target, "试一试"),
            staff.update(ports, manager, target, "改名", Rights((low.id,), (shanghai,))),
            staff.force_sign_out(ports, manager, target),
        ):
            with pytest.raises(Refusal, match=code):
                await act
    with pytest.raises(Refusal, match="machine_account"):
        await staff.reset_password(ports, admin, (await account("cli-maker")).staff_id, "试一试")
    listed = {a.username for a in (await staff.find(ports, manager, Filter(), Window())).rows}
    assert {"helper", "fenzhi"} <= listed
    assert not listed & {"admin", "kehu", "zhuanyuan"}
    with pytest.raises(Refusal, match="not_found"):
        await staff.one(ports, manager, admin.staff_id)
    assert (await staff.one(ports, manager, helper.id)).roles == ("低",)
    nobody, _ = await new_staff(container, ["company.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await staff.find(ports, nobody, Filter(), Window())


async def test_out_of_use_at_once_and_back(container: Container) -> None:
    """A9.1: sessions end with the account; a reset password ends them as well and is not one of the last ones."""
    ports, admin = container.ports, await account("admin")
    new = await made(container)
    token = await token_for(container, new.id)
    assert await staff.actor_of(ports, token) is not None
    await staff.deactivate(ports, admin, new.id, "已离职")
    assert await staff.actor_of(ports, token) is None
    assert await Session.filter(staff_id=new.id, revoked_at=0).count() == 0
    with pytest.raises(Refusal, match="staff_inactive"):
        await staff.deactivate(ports, admin, new.id, "已离职")
    refused = await staff.sign_in(ports, Attempt("li.ming", new.password, "192.0.2.1"))
    assert [p.code for p in refused.problems] == ["wrong_password"]
    await staff.reactivate(ports, admin, new.id)
    token = await token_for(container, new.id)
    fresh = await staff.reset_password(ports, admin, new.id, "忘记密码，已核实")
    assert await staff.actor_of(ports, token) is None
    old = Attempt("li.ming", fresh.password, "192.0.2.2", new_password=new.password)
    outcome = await staff.sign_in(ports, old)
    assert [p.code for p in outcome.problems] == ["used_password"]
    token = await token_for(container, new.id)
    await staff.force_sign_out(ports, admin, new.id)
    assert await staff.actor_of(ports, token) is None
    acts = set(await Audit.filter(subject_kind="staff", subject_id=new.id).values_list("act", flat=True))
    assert {"staff.create", "staff.deactivate", "staff.reactivate", "staff.password_reset"} <= acts


async def test_other_rights_mean_signing_in_anew(container: Container) -> None:
    """A9.1: a new name alone leaves sessions; other roles end them and warn of maker and checker in one person."""
    ports, admin = container.ports, await account("admin")
    new = await made(container)
    specialist, reviewer, own = await role("specialist"), await role("reviewer"), await company_id()
    token = await token_for(container, new.id)
    await staff.update(ports, admin, new.id, "李明明", Rights((specialist,), (own,)))
    assert await staff.actor_of(ports, token) is not None
    both = await staff.update(ports, admin, new.id, "李明明", Rights((specialist, reviewer), (own,)))
    assert "batch.confirm + batch.approve" in {p.value for p in both.warnings}
    assert await staff.actor_of(ports, token) is None
    row = await staff.one(ports, admin, new.id)
    assert (row.display_name, set(row.role_ids), row.scope_company_ids) == ("李明明", {specialist, reviewer}, (own,))


async def test_an_administrator_always_stays(container: Container) -> None:
    """A9.1: the last one who sees everything is neither put out of use, limited nor given another role; two at once."""
    ports, admin = container.ports, await account("admin")
    deputy, _ = await new_staff(container, PERMISSIONS)
    own = await company_id()
    for act in (
        staff.deactivate(ports, deputy, admin.staff_id, "试一试"),
        staff.update(ports, deputy, admin.staff_id, "系统管理员", Rights((await role("viewer"),))),
        staff.update(ports, deputy, admin.staff_id, "系统管理员", Rights((await role("admin"),), (own,))),
    ):
        with pytest.raises(Refusal, match="last_administrator"):
            await act
    second = await staff.create(ports, admin, "second", "第二位", Rights((await role("admin"),)))
    other = await staff.actor(second.id)
    assert other is not None

    async def each(by: Actor, whom: Actor) -> str:
        try:
            await staff.deactivate(ports, by, whom.staff_id, "互相停用")
        except Refusal as refusal:
            return refusal.problems[0].code
        return "done"

    outcomes = await asyncio.gather(each(deputy, admin), each(deputy, other))
    assert sorted(outcomes) == ["done", "last_administrator"]
    holders = await StaffRole.filter(role__code="admin", staff__active=True).count()
    assert holders == 1


async def test_roles(container: Container) -> None:
    """A9.1: made of one's own permissions, warned of, not changed by who holds it, deleted when nobody does."""
    ports, admin = container.ports, await account("admin")
    saved = await staff.create_role(ports, admin, "审核专员", ["batch.confirm", "batch.approve", "batch.read"])
    assert [p.code for p in saved.warnings] == ["maker_and_checker"]
    for act, code in (
        (staff.create_role(ports, admin, "审核专员", []), "taken"),
        (staff.create_role(ports, admin, "新角色", ["no.such"]), "permissions_invalid"),
        (staff.rename_role(ports, admin, saved.id, "只读"), "taken"),
        (staff.set_permissions(ports, admin, await role("admin"), ["company.read"]), "role_fixed"),
        (staff.delete_role(ports, admin, await role("viewer")), "role_built_in"),
    ):
        with pytest.raises(Refusal, match=code):
            await act
    await staff.rename_role(ports, admin, saved.id, "批次专员")
    assert (await staff.set_permissions(ports, admin, saved.id, ["batch.read", "batch.read"])).warnings == ()
    row = next(r for r in await staff.all_roles(admin) if r.id == saved.id)
    assert (row.name, row.permissions, row.holders, row.built_in) == ("批次专员", ("batch.read",), 0, False)
    holder = await staff.create(ports, admin, "holder", "持有人", Rights((saved.id,)))
    await staff.deactivate(ports, admin, holder.id, "已离职")
    with pytest.raises(Refusal, match="role_held"):
        await staff.delete_role(ports, admin, saved.id)
    await staff.update(ports, admin, holder.id, "持有人", Rights((await role("viewer"),)))
    await staff.delete_role(ports, admin, saved.id)
    assert not await RolePermission.filter(role_id=saved.id).exists()
    lesser, _ = await new_staff(container, ["staff.manage", "company.read"])
    mine = (await StaffRole.filter(staff_id=lesser.staff_id).first()).role_id  # type: ignore[union-attr]
    limited, _ = await new_staff(container, PERMISSIONS, OWN)
    for act, code in (
        (staff.create_role(ports, lesser, "越权", ["bill.close"]), "beyond_own_rights"),
        (staff.set_permissions(ports, lesser, await role("viewer"), []), "beyond_own_rights"),
        (staff.set_permissions(ports, lesser, mine, []), "role_own"),
        (staff.create_role(ports, limited, "分支角色", []), "role_everyones"),
    ):
        with pytest.raises(Refusal, match=code):
            await act


async def test_what_was_taken_from_a_role_stays_taken(container: Container) -> None:
    """A9.1: starting again neither gives back what was taken nor takes what was given; what is new comes in."""
    ports, admin = container.ports, await account("admin")
    viewer = await role("viewer")
    await staff.set_permissions(ports, admin, viewer, ["company.read", "file.write"])
    await start(ports)
    row = next(r for r in await staff.all_roles(admin) if r.id == viewer)
    assert row.permissions == ("company.read", "file.write")
    await RolePermission.filter(permission="supplier.read").delete()
    await start(ports)
    holders = await RolePermission.filter(permission="supplier.read").values_list("role__code", flat=True)
    assert {"admin", "specialist", "viewer"} <= {str(h) for h in holders}


async def test_sign_ins_are_noted(container: Container) -> None:
    """A9.1: whoever tries is noted, unknown names in part; one sees one's own, an administrator the account's."""
    ports, admin = container.ports, await account("admin")
    for name, password in (("fenzhi", "wrong"), ("fenzhi", "Shebao-demo-5"), ("x" * 90, "wrong"), ("\ud800", "x")):
        await staff.sign_in(ports, Attempt(name, password, "192.0.2.7", "Browser/1"))
    mine = await staff.my_sign_ins(await account("fenzhi"), Window())
    assert [(e.outcome, e.ip, e.user_agent) for e in mine.rows] == [
        ("ok", "192.0.2.7", "Browser/1"),
        ("wrong_password", "192.0.2.7", "Browser/1"),
    ]
    strangers = await SignInEntry.filter(staff_id=None).order_by("id")
    assert [(e.username, e.outcome) for e in strangers] == [("x" * 60, "wrong_password"), ("?", "wrong_password")]
    target = (await account("fenzhi")).staff_id
    assert (await staff.sign_ins(ports, admin, target, Window())).total == 2
    found = await staff.one(ports, admin, target)
    assert (found.sessions, found.last_sign_in > 0) == (1, True)
    assert [s.ip for s in await staff.sessions(ports, admin, target)] == ["192.0.2.7"]
    await Staff.filter(id=target).update(active=False)
    await staff.sign_in(ports, Attempt("fenzhi", "Shebao-demo-5", "192.0.2.7"))
    newest = await SignInEntry.filter(staff_id=target).order_by("-id").first()
    assert newest is not None
    assert newest.outcome == "inactive"


async def test_a_locked_door_fills_no_table(container: Container) -> None:
    """A9.1, T7: knocking at a locked name for ever leaves so many entries and no more."""
    ports = container.ports
    until = ports.store.clock() + 60_000
    await Staff.filter(username="fenzhi").update(locked_until=until)
    for _ in range(staff.NOTED + 20):
        await staff.sign_in(ports, Attempt("fenzhi", "x", "192.0.2.9"))
    assert await SignInEntry.filter(ip="192.0.2.9", outcome="locked").count() == staff.NOTED
    locked = await staff.find(ports, await account("admin"), Filter(locked=True), Window())
    assert [a.username for a in locked.rows] == ["fenzhi"]
