"""A4.5: flows, versions, steps, decisions, and two people at once."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from app.container import Container
from db.models.approval import Approval, ApprovalFlow, ApprovalVote
from db.models.audit import Audit
from db.models.batch import Batch
from db.models.company import Company
from db.models.notice import Notice
from db.models.staff import Staff
from db.sql import fetch
from db.transaction import work
from domain.approval_flow import Approver, ApproverKind, Mode, Step
from domain.approval_form import NewFlow
from domain.errors import Refusal
from services import approval, batch
from services.approval import StepState
from services.approval.ask import due_at
from tests.factories import account, checked, company_id, key, new_staff, sheet
from tests.factories import person as employee
from tests.services.approval_office import BRANCH, ELSEWHERE, HERE, Office, permission, person, step

CONFIGURE = "approval.configure"
APPROVE = "claim.approve"


@pytest.fixture
def office(container: Container, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(container, monkeypatch)


async def test_without_a_flow_anyone_who_may_approve_decides(office: Office) -> None:
    """One step, no limit; whoever asked is neither told nor able."""
    asker, boss, stranger = await office.someone(APPROVE), await office.someone(APPROVE), await office.someone()
    row_id = await office.ask(asker)
    assert await office.names_told([asker, boss, stranger]) == {boss.name}
    for who, code in ((asker, "own_request"), (stranger, "forbidden")):
        with pytest.raises(Refusal, match=code):
            await office.say(who, row_id)
    assert (office.decided, await ApprovalVote.all().count()) == ([], 0)
    await office.say(boss, row_id, comment="可以")
    row = await Approval.get(id=row_id)
    assert (row.state, row.decided_by_id, row.due_at) == ("approved", boss.staff_id, 0)
    assert office.decided == [(row.subject_id, True, "可以")]
    assert await office.told(asker) == [f"{row.title} 已通过"]
    with pytest.raises(Refusal, match="approval_decided"):
        await office.say(boss, row_id)


async def test_steps_one_after_another(office: Office) -> None:
    """The business hears of it after the last step only; each step tells its own people."""
    admin, asker = await account("admin"), await office.someone()
    first, second = await office.someone(), await office.someone()
    await office.flow(admin, step("主管", person(first)), step("经理", person(second)))
    row_id = await office.ask(asker)
    assert await office.names_told([first, second]) == {first.name}
    with pytest.raises(Refusal, match="forbidden"):
        await office.say(second, row_id)
    await office.say(first, row_id)
    assert (office.decided, await office.told(second)) == ([], ["待审核"])
    assert [s.state for s in (await office.detail(asker, row_id)).steps] == [StepState.DONE, StepState.CURRENT]
    with pytest.raises(Refusal, match="forbidden"):
        await office.say(first, row_id)
    await office.say(second, row_id)
    assert [ok for _, ok, _ in office.decided] == [True]
    seen = await office.detail(asker, row_id)
    assert [(b.step_no, b.staff, b.approve) for b in seen.ballots] == [(1, first.name, True), (2, second.name, True)]
    assert seen.flow == ("报销审核", 1)


async def test_a_no_at_any_step_ends_it(office: Office) -> None:
    admin, asker, first, second = (await account("admin"), *[await office.someone() for _ in range(3)])
    await office.flow(admin, step("主管", person(first)), step("经理", person(second)))
    row_id = await office.ask(asker)
    await office.say(first, row_id, False, "票据不全")
    assert [(ok, said) for _, ok, said in office.decided] == [(False, "票据不全")]
    assert [s.state for s in (await office.detail(asker, row_id)).steps] == [StepState.REJECTED, StepState.AHEAD]
    assert await office.told(second) == []
    with pytest.raises(Refusal, match="approval_decided"):
        await office.say(second, row_id)


async def test_all_of_a_step_takes_different_people(office: Office) -> None:
    """Two entries, and one person who holds both is still one person."""
    admin, asker = await account("admin"), await office.someone()
    both, other = await office.someone("bill.confirm", "bill.close"), await office.someone("bill.confirm")
    await office.flow(admin, step("会签", permission("bill.confirm"), permission("bill.close"), mode=Mode.ALL))
    row_id = await office.ask(asker)
    await office.say(both, row_id)
    with pytest.raises(Refusal, match="already_voted"):
        await office.say(both, row_id)
    assert office.decided == []
    await office.say(other, row_id)
    assert len(office.decided) == 1


async def test_a_step_is_skipped_for_whoever_approved_before(office: Office) -> None:
    admin, asker, one, two = (await account("admin"), *[await office.someone() for _ in range(3)])
    await office.flow(
        admin, step("主管", person(one), person(two)), step("经理", person(one), skip=True), step("总监", person(two))
    )
    by_one, by_two = await office.ask(asker), await office.ask(asker)
    await office.say(one, by_one)
    assert (await Approval.get(id=by_one)).step_no == 3
    assert [s.state for s in (await office.detail(asker, by_one)).steps][1] is StepState.SKIPPED
    await office.say(two, by_two)
    assert (await Approval.get(id=by_two)).step_no == 2
    await office.say(two, by_one)
    assert len(office.decided) == 1


async def test_branch_city_and_amount_choose_the_flow(office: Office) -> None:
    """The rules' table has the cases; here they come from the database, and the city from the company."""
    admin, asker = await account("admin"), await office.someone()
    boss, chief = await office.someone(), await office.someone()
    common = await office.flow(admin, step("一般", person(boss)))
    big = await office.flow(admin, step("大额", person(chief)), min_fen=1_000_000)
    branch = await office.flow(admin, step("本集团", person(chief)), company_id=await company_id(HERE))
    city = await office.flow(admin, step("上海", person(chief)), city_code="310000", priority=5)
    for about, expected in (
        ({"company": ELSEWHERE}, city.id),
        ({"company": "远航物流（成都）有限公司"}, common.id),
        ({"company": "远航物流（成都）有限公司", "amount": 1_000_000}, big.id),
        ({"company": HERE, "amount": 1_000_000}, branch.id),
        ({"company": HERE, "city": "310000"}, city.id),
        ({"company": BRANCH, "city": "110000"}, branch.id),
    ):
        row = await Approval.get(id=await office.ask(asker, **about))  # type: ignore[arg-type]
        assert row.flow_id == expected, about


async def test_a_save_is_a_new_version_and_what_runs_keeps_its_own(office: Office) -> None:
    admin, asker, old, new = (await account("admin"), *[await office.someone() for _ in range(3)])
    first = await office.flow(admin, step("主管", person(old)))
    running = await office.ask(asker)
    second = await office.flow(admin, step("主管", person(new)), line=first.line, based_on=1)
    assert (second.line, second.version, second.retired_at) == (first.line, 2, 0)
    assert [(v.version, v.retired_at > 0) for v in await approval.versions(admin, first.line)] == [
        (2, False),
        (1, True),
    ]
    with pytest.raises(Refusal, match="flow_changed"):
        await office.flow(admin, step("主管", person(new)), line=first.line, based_on=1)
    with pytest.raises(Refusal, match="forbidden"):
        await office.say(new, running)
    await office.say(old, running)
    assert (await Approval.get(id=await office.ask(asker))).flow_id == second.id
    other = NewFlow("refund", "退款", (step("主管", person(new)),), line=first.line)
    with pytest.raises(Refusal, match="flow_business"):
        await approval.save_flow(office.ports, admin, other, key())
    await approval.retire_flow(office.ports, admin, first.line, key())
    assert (await Approval.get(id=await office.ask(asker))).flow_id is None
    with pytest.raises(Refusal, match="flow_retired"):
        await approval.retire_flow(office.ports, admin, first.line, key())
    assert (await office.flow(admin, step("主管", person(new)), line=first.line)).version == 3
    assert [f.version for f in await approval.flows(admin, "claim")] == [3]


async def test_saving_at_the_same_time_leaves_one_live_version(office: Office) -> None:
    admin, boss = await account("admin"), await office.someone()
    line = (await office.flow(admin, step("主管", person(boss)))).line
    saved = await asyncio.gather(
        *(office.flow(admin, step(f"主管{n}", person(boss)), line=line) for n in range(4)), return_exceptions=True
    )
    rows = await ApprovalFlow.filter(line=line).order_by("version").values("version", "retired_at")
    good = [s for s in saved if isinstance(s, approval.FlowRow)]
    assert all(isinstance(s, (approval.FlowRow, Refusal)) for s in saved), saved
    assert sorted(s.version for s in good) == [r["version"] for r in rows][1:] == list(range(2, len(good) + 2))
    assert [r["version"] for r in rows if not r["retired_at"]] == [len(rows)]


async def test_saves_from_the_same_version_refuse_the_later(office: Office) -> None:
    admin, boss = await account("admin"), await office.someone()
    line = (await office.flow(admin, step("主管", person(boss)))).line
    saved = await asyncio.gather(
        *(office.flow(admin, step(f"主管{n}", person(boss)), line=line, based_on=1) for n in range(3)),
        return_exceptions=True,
    )
    assert sorted(type(s).__name__ for s in saved) == ["FlowRow", "Refusal", "Refusal"]
    assert await ApprovalFlow.filter(line=line).count() == 2


async def test_what_is_wrong_with_a_flow_is_said_at_once_and_nothing_is_saved(office: Office) -> None:
    admin, left = await account("admin"), await office.someone()
    blind, _ = await new_staff(office.container, ["claim.approve"])
    await Staff.filter(id=left.staff_id).update(active=False)
    steps = (step("主管", person(left), person(blind)), step("经理", Approver(ApproverKind.ROLE, "emperor")))
    with pytest.raises(Refusal) as refused:
        await office.flow(admin, *steps, min_fen=5, max_fen=5, city_code="000000", company_id=1)
    assert [(p.code, p.field) for p in refused.value.problems] == [
        ("city_unknown", "cityCode"),
        ("amount_band_invalid", "maxAmount"),
        ("approver_invalid", "steps.0.approvers.0"),
        ("approver_invalid", "steps.0.approvers.1"),
        ("approver_invalid", "steps.1.approvers.0"),
        ("not_found", "companyId"),
    ]
    with pytest.raises(Refusal, match="forbidden"):
        await office.flow(left, step("主管", permission("bill.confirm")))
    with pytest.raises(Refusal, match="not_found"):
        await office.flow(admin, step("主管", permission("bill.confirm")), line=1)
    assert await ApprovalFlow.all().count() == 0


async def test_whoever_sees_one_branch_configures_that_branch_only(office: Office) -> None:
    """Row scope holds for flows: others' are not listed, changed or retired, and none is made for everybody."""
    admin, local = await account("admin"), await office.someone(CONFIGURE, company=HERE)
    one = step("主管", permission("bill.confirm"))
    common = await office.flow(admin, one)
    theirs = await office.flow(admin, one, company_id=await company_id(ELSEWHERE))
    with pytest.raises(Refusal, match="company_needed"):
        await office.flow(local, one)
    with pytest.raises(Refusal, match="not_found"):
        await office.flow(local, one, company_id=await company_id(ELSEWHERE))
    own = await office.flow(local, one, company_id=await company_id(BRANCH))
    assert {f.id for f in await approval.flows(local)} == {common.id, own.id}
    for flow in (common, theirs):
        with pytest.raises(Refusal, match="not_found"):
            await approval.retire_flow(office.ports, local, flow.line, key())
        with pytest.raises(Refusal, match="not_found"):
            await office.flow(local, one, line=flow.line, company_id=await company_id(BRANCH))
    with pytest.raises(Refusal, match="not_found"):
        await approval.versions(local, theirs.line)
    assert await ApprovalFlow.filter(retired_at=0).count() == 3


async def test_two_who_decide_at_once_move_the_subject_once(office: Office) -> None:
    """The row is locked: of four yeses at the same moment one counts, in the default and in a flow."""
    asker, bosses = await office.someone(), [await office.someone(APPROVE) for _ in range(4)]
    row_id = await office.ask(asker)
    answers = await asyncio.gather(*(office.say(b, row_id) for b in bosses), return_exceptions=True)
    assert answers.count(row_id) == 1
    assert all(isinstance(a, Refusal) and "approval_decided" in str(a) for a in answers if a != row_id), answers
    assert await Audit.filter(act="test.decided").count() == await ApprovalVote.all().count() == 1


async def test_a_yes_and_a_no_at_once_are_one_decision(office: Office) -> None:
    asker, yes, no = (await office.someone(), await office.someone(APPROVE), await office.someone(APPROVE))
    row_id = await office.ask(asker)
    await asyncio.gather(office.say(yes, row_id), office.say(no, row_id, False), return_exceptions=True)
    row, votes = await Approval.get(id=row_id), await ApprovalVote.filter(approval_id=row_id)
    assert [(v.staff_id, v.approve) for v in votes] == [(row.decided_by_id, row.state == "approved")]
    assert await Audit.filter(act="test.decided").count() == 1


async def test_the_halves_of_a_joint_step_at_once(office: Office) -> None:
    """Both words count, and the last of them, whichever it is, moves the subject on: once."""
    admin, asker, one, two = (await account("admin"), *[await office.someone() for _ in range(3)])
    await office.flow(admin, step("会签", person(one), person(two), mode=Mode.ALL))
    row_id = await office.ask(asker)
    assert await asyncio.gather(office.say(one, row_id), office.say(two, row_id)) == [row_id, row_id]
    assert (await Approval.get(id=row_id)).state == "approved"
    assert await Audit.filter(act="test.decided").count() == 1


async def test_a_step_that_nobody_could_decide_is_told_to_whoever_configures(office: Office) -> None:
    admin, asker = await account("admin"), await office.someone()
    await office.flow(admin, step("主管", person(asker)))
    await office.ask(asker)
    assert await office.told(asker) == []
    assert "无人可审核" in await office.told(admin)


async def test_a_batch_goes_through_its_flow_and_back(container: Container, office: Office) -> None:
    """The first business: two steps carry a batch on, a withdrawn batch takes its approval with it."""
    ports, maker, admin, reviewer = (
        container.ports,
        *[await account(name) for name in ("zhuanyuan", "admin", "zhuguan")],
    )
    new = NewFlow("batch", "两级", (step("主管", person(reviewer)), step("经理", person(admin))))
    await approval.save_flow(ports, admin, new, key())
    batches = [await checked(container, sheet([employee(n)])) for n in (1, 2)]
    for batch_id in batches:
        await batch.confirm(ports, maker, batch_id, key())
    rows = [row for row in await approval.of_batches(reviewer, batches) if row is not None]
    await approval.decide(ports, reviewer, rows[0].id, True, "", key())
    assert (await Batch.get(id=batches[0])).state == "in_review"
    await approval.decide(ports, admin, rows[0].id, True, "", key())
    assert (await Batch.get(id=batches[0])).state == "approved"
    await batch.withdraw(ports, maker, batches[1], "重新导入")
    assert (await Approval.get(id=rows[1].id)).state == "withdrawn"
    with pytest.raises(Refusal, match="approval_decided"):
        await approval.decide(ports, reviewer, rows[1].id, True, "", key())
    assert await Notice.filter(staff_id=reviewer.staff_id, link=f"/batch/{batches[0]}").count() == 1


async def test_one_request_at_a_time_for_a_subject(office: Office) -> None:
    asker = await office.someone()
    row = await Approval.get(id=await office.ask(asker))
    company = await Company.get(id=row.company_id)
    with pytest.raises(Refusal, match="approval_waiting"):
        async with work(office.ports.store, asker) as unit:
            await approval.ask(unit, "claim", row.subject_id, company, "再来一次")
    with pytest.raises(LookupError):
        async with work(office.ports.store, asker) as unit:
            await approval.ask(unit, "lunch", 1, company, "午饭")
    assert len(await fetch("SELECT id FROM approval")) == 1


def test_limits_in_hours_and_in_business_days() -> None:
    """Three business days from the eve of the National Day holiday of 2026: the 8th, 9th and the made-up 10th."""

    def at(text: str) -> int:
        return int(datetime.fromisoformat(text).timestamp() * 1000)

    eve, one = at("2026-09-30T17:00:00+08:00"), (permission("bill.confirm"),)
    assert due_at(Step("s", one, days=3), eve) == at("2026-10-11T00:00:00+08:00")
    assert due_at(Step("s", one, hours=3), eve) == at("2026-09-30T20:00:00+08:00")
    assert due_at(Step("s", one), eve) == 0
