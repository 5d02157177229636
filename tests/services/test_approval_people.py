"""A4.5: deputies, what waits for whom, time limits, and the dry run."""

from __future__ import annotations

import random

import pytest
from tortoise.expressions import F

from app.container import Container
from app.worker import drain
from db.models.approval import Approval, ApprovalDelegate, ApprovalVote
from db.models.staff import Staff
from db.models.system import Outbox
from domain.actor import Actor
from domain.approval import ApprovalState, ApprovalView
from domain.approval_flow import Mode, Step
from domain.errors import Refusal
from services import approval
from services.approval import NewDelegation, waiting
from services.paging import Window
from tests.factories import account, company_id, key, later
from tests.services.approval_office import BRANCH, ELSEWHERE, HERE, Office, permission, person, step

CONFIGURE = "approval.configure"
APPROVE = "claim.approve"
TODAY, LAST = "2026-11-10", "2026-11-12"


@pytest.fixture
def office(container: Container, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(container, monkeypatch)


async def stand_in(office: Office, by: Actor, deputy: Actor, **about: object) -> approval.DelegationRow:
    given = {"from_day": TODAY, "to_day": LAST} | about
    return await approval.delegate(office.ports, by, NewDelegation(deputy.staff_id, **given), key())  # type: ignore[arg-type]


async def waits(office: Office, who: Actor, **about: object) -> list[int]:
    """Ids of what waits for somebody, all pages together; the total says as many."""
    ids: list[int] = []
    window = Window(3)
    while True:
        page = await approval.find(
            who,
            ApprovalState.PENDING,
            window,
            view=ApprovalView.WAITING_FOR_ME,
            ports=office.ports,
            **about,  # type: ignore[arg-type]
        )
        ids += [row.id for row in page.rows]
        if not page.more:
            assert page.total == len(ids)
            return ids
        window = Window(3, ids[-1])


async def test_a_deputy_decides_and_the_vote_says_for_whom(office: Office) -> None:
    asker, boss, deputy = await office.someone(), await office.someone(APPROVE), await office.someone()
    row = await stand_in(office, boss, deputy)
    assert await office.told(deputy) == [f"请代 {boss.name} 审核"]
    row_id = await office.ask(asker)
    assert "待审核" in await office.told(deputy)
    assert await waits(office, deputy) == [row_id]
    await office.say(deputy, row_id)
    vote = await ApprovalVote.get(approval_id=row_id)
    assert (vote.staff_id, vote.on_behalf_of_id) == (deputy.staff_id, boss.staff_id)
    assert [b.on_behalf_of for b in (await office.detail(asker, row_id)).ballots] == [boss.name]
    # Ended, it is over at once; ending it again changes nothing.
    another = await office.ask(asker)
    await approval.end_delegation(office.ports, boss, row.id)
    ended = await approval.end_delegation(office.ports, boss, row.id)
    assert ended.ended_at > 0
    assert await waits(office, deputy) == []
    with pytest.raises(Refusal, match="forbidden"):
        await office.say(deputy, another)


async def test_a_deputy_counts_from_the_first_day_to_the_last(office: Office, container: Container) -> None:
    """Both days are included, in China's time: 2026-11-11 begins at 16:00 UTC on the 10th."""
    asker, boss, deputy = await office.someone(), await office.someone(APPROVE), await office.someone()
    await stand_in(office, boss, deputy, from_day="2026-11-11", to_day="2026-11-11")
    row_id = await office.ask(asker)
    found = []
    # Now 10:00 on the 10th; then 23:59, 00:01 on the 11th, 23:59 on the 11th, 00:01 on the 12th.
    for minutes in (0, 13 * 60 + 59, 2, 23 * 60 + 58, 2):
        await later(container, minutes=minutes)
        found.append(await waits(office, deputy) == [row_id])
    assert found == [False, False, True, True, False]


async def test_nobody_decides_on_their_own_through_a_deputy(office: Office) -> None:
    """Neither as somebody's deputy, nor by having one."""
    asker, boss, deputy = await office.someone(APPROVE), await office.someone(APPROVE), await office.someone()
    await stand_in(office, boss, asker)
    await stand_in(office, asker, deputy)
    row_id = await office.ask(asker)
    for who in (asker, deputy):
        with pytest.raises(Refusal, match="own_request"):
            await office.say(who, row_id)
        assert await waits(office, who) == []
    assert "待审核" not in [*await office.told(asker), *await office.told(deputy)]
    await office.say(boss, row_id)


async def test_a_deputy_for_one_business_only(office: Office) -> None:
    asker, boss, deputy = await office.someone(), await office.someone(APPROVE), await office.someone()
    await stand_in(office, boss, deputy, business="batch")
    row_id = await office.ask(asker)
    assert await waits(office, deputy) == []
    await stand_in(office, boss, deputy, business="claim")
    assert await waits(office, deputy) == [row_id]
    assert await waits(office, deputy, business="batch") == []


async def test_a_deputy_sees_no_more_than_before(office: Office) -> None:
    """Row scope stays: a deputy from another branch finds nothing, and is not told."""
    asker, boss = await office.someone(), await office.someone(APPROVE)
    deputy = await office.someone(company=ELSEWHERE)
    await stand_in(office, boss, deputy)
    row_id = await office.ask(asker)
    with pytest.raises(Refusal, match="not_found"):
        await office.say(deputy, row_id)
    assert await waits(office, deputy) == []
    assert "待审核" not in await office.told(deputy)


async def test_who_may_name_a_deputy(office: Office) -> None:
    """One's own by whoever approves something; others' with approval.configure."""
    clerk, boss, deputy = await office.someone(), await office.someone(APPROVE), await office.someone()
    ruler, blind = await office.someone(CONFIGURE), await office.someone()
    with pytest.raises(Refusal, match="no_approver"):
        await stand_in(office, clerk, deputy)
    with pytest.raises(Refusal, match="forbidden"):
        await stand_in(office, clerk, deputy, staff_id=boss.staff_id)
    made = await stand_in(office, ruler, deputy, staff_id=boss.staff_id)
    assert (made.staff, made.delegate, made.created_by) == (boss.name, deputy.name, ruler.name)
    assert await office.told(boss) == [f"您的审核由 {deputy.name} 代理"]
    with pytest.raises(Refusal, match="not_found"):
        await approval.end_delegation(office.ports, blind, made.id)
    for who, sees in ((boss, True), (deputy, True), (ruler, True), (blind, False)):
        page = await approval.delegations(office.ports, who, False, Window())
        assert ([d.id for d in page.rows], page.total) == (([made.id], 1) if sees else ([], 0))
    # Named in a flow is enough to approve something.
    await office.flow(await account("admin"), step("主管", person(clerk)))
    await stand_in(office, clerk, deputy)
    await approval.end_delegation(office.ports, ruler, made.id)
    assert (await approval.delegations(office.ports, boss, False, Window())).total == 0
    assert (await approval.delegations(office.ports, boss, True, Window())).total == 1


async def test_what_is_wrong_with_a_delegation(office: Office) -> None:
    boss, deputy, left = await office.someone(APPROVE), await office.someone(), await office.someone()
    await Staff.filter(id=left.staff_id).update(active=False)
    for about, expected in (
        ({"from_day": "11/10"}, [("fromDay_invalid", "fromDay")]),
        ({"from_day": "20261110"}, [("fromDay_invalid", "fromDay")]),
        ({"from_day": "2026-02-30", "to_day": "x"}, [("fromDay_invalid", "fromDay"), ("toDay_invalid", "toDay")]),
        ({"from_day": "2026-11-13"}, [("toDay_invalid", "toDay")]),
        ({"from_day": "2026-11-01", "to_day": "2026-11-09"}, [("toDay_invalid", "toDay")]),
        ({"business": "lunch"}, [("business_invalid", "business")]),
    ):
        with pytest.raises(Refusal) as refused:
            await stand_in(office, boss, deputy, **about)
        assert [(p.code, p.field) for p in refused.value.problems] == expected
    for whom in (boss, left):
        with pytest.raises(Refusal) as refused:
            await stand_in(office, boss, whom)
        assert refused.value.problems[0].field == "delegateId"
    await stand_in(office, boss, deputy)
    with pytest.raises(Refusal, match="delegation_overlaps"):
        await stand_in(office, boss, deputy, from_day=LAST, to_day="2026-11-20")
    assert await ApprovalDelegate.all().count() == 1


async def test_what_waits_is_exactly_what_one_could_decide(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flows of both modes, scopes, deputies and half-decided steps: list and right to decide agree for everybody."""
    monkeypatch.setattr(waiting, "CHUNK", 4)
    dice, admin = random.Random(7), await account("admin")
    people = [
        await office.someone(APPROVE),
        await office.someone("bill.confirm"),
        await office.someone("bill.confirm", "bill.close"),
        await office.someone("bill.close", company=HERE),
        await office.someone(APPROVE, "bill.confirm", company=ELSEWHERE),
        await office.someone(),
    ]
    both = (permission("bill.confirm"), permission("bill.close"))
    await office.flow(admin, step("会签", *both, mode=Mode.ALL), step("主管", person(people[0])), min_fen=100)
    await office.flow(
        admin,
        step("或签", *both),
        step("会签", person(people[5]), both[0], mode=Mode.ALL),
        company_id=await company_id(),
    )
    for principal, deputy, business in ((2, 5, ""), (0, 1, "claim"), (3, 0, ""), (1, 3, "batch"), (4, 5, "")):
        await stand_in(office, people[principal], people[deputy], business=business)
    ids = [
        await office.ask(dice.choice(people), dice.choice([HERE, BRANCH, ELSEWHERE]), dice.choice([0, 50, 200]))
        for _ in range(24)
    ]
    seen = set()
    for _ in range(3):
        for who in people:
            found = await approval.details(office.ports, who, ids)
            could = [d.id for d in found if d is not None and d.why_not is None]
            assert await waits(office, who) == sorted(could, reverse=True)
            seen |= {d.why_not.code for d in found if d is not None and d.why_not is not None}
        for who in people:
            for row_id in (await waits(office, who))[:2]:
                await office.say(who, row_id, dice.random() < 0.9)
    assert seen >= {"forbidden", "own_request", "already_voted", "approval_part_done", "approval_decided"}


async def test_mine_and_all(office: Office) -> None:
    one, two = await office.someone(APPROVE), await office.someone(APPROVE)
    own, other = await office.ask(one), await office.ask(two)
    await office.say(one, other)

    async def found(who: Actor, state: ApprovalState | None, view: ApprovalView) -> list[int]:
        page = await approval.find(who, state, Window(), view=view, ports=office.ports)
        assert page.total == len(page.rows)
        return [row.id for row in page.rows]

    assert await found(one, None, ApprovalView.MINE) == [own]
    assert await found(two, ApprovalState.PENDING, ApprovalView.MINE) == []
    assert await found(one, None, ApprovalView.ALL) == [other, own]
    assert await found(two, None, ApprovalView.WAITING_FOR_ME) == [own]
    assert await found(two, ApprovalState.APPROVED, ApprovalView.WAITING_FOR_ME) == []


async def test_when_the_limit_runs_out_people_are_told_once(office: Office, container: Container) -> None:
    """The approvers and whoever it escalates to; a repeated effect says nothing new."""
    admin, asker = await account("admin"), await office.someone()
    boss, chief = await office.someone(), await office.someone("policy.confirm")
    await office.flow(admin, Step("主管", (person(boss),), hours=4, escalate_to="policy.confirm"))
    row_id = await office.ask(asker)
    row = await Approval.get(id=row_id)
    assert row.due_at == office.ports.store.clock() + 4 * 3_600_000
    await later(container, hours=3, minutes=59)
    await drain(office.ports)
    assert (await office.told(boss), await office.told(chief)) == (["待审核"], [])
    await later(container, minutes=1)
    await drain(office.ports)
    for _ in range(2):
        await approval.remind(office.ports, row_id, 1)
    assert (await office.told(boss), await office.told(chief)) == (["待审核", "审核超时"], ["审核超时，请督促"])
    assert "审核超时" not in await office.told(asker)
    await office.say(boss, row_id)


async def test_a_step_that_moved_on_is_not_overdue(office: Office, container: Container) -> None:
    admin, asker, boss, chief = (await account("admin"), *[await office.someone() for _ in range(3)])
    await office.flow(admin, step("主管", person(boss), hours=4), step("经理", person(chief), hours=8))
    row_id = await office.ask(asker)
    await later(container, hours=2)
    await office.say(boss, row_id)
    await later(container, hours=3)
    await drain(office.ports)
    assert [await office.told(p) for p in (boss, chief)] == [["待审核"], ["待审核"]]
    await office.say(chief, row_id, False)
    await later(container, hours=8)
    await drain(office.ports)
    assert [await office.told(p) for p in (boss, chief)] == [["待审核"], ["待审核"]]
    assert await Outbox.filter(topic="approval.overdue", done_at=0).count() == 0
    assert await Outbox.filter(topic="approval.overdue", due_at__gt=F("created_at")).count() == 2


async def test_the_dry_run_names_who_would_be_asked(office: Office) -> None:
    admin, asker, boss, deputy = (await account("admin"), *[await office.someone() for _ in range(3)])
    flow = await office.flow(
        admin,
        step("主管", person(boss), person(asker)),
        step("自己", person(asker)),
        step("两人", person(boss), person(asker), mode=Mode.ALL),
        min_fen=100,
    )
    await stand_in(office, admin, deputy, staff_id=boss.staff_id)
    before = await Outbox.all().count()
    about = ("claim", await company_id(), None)
    tried = await approval.dry_run(office.ports, admin, *about, 100, asker.staff_id)
    assert tried.flow is not None
    assert (tried.flow.id, tried.flow.version) == (flow.id, 1)
    assert [[(a.name, a.deputies) for a in s.asked] for s in tried.steps][:2] == [[(boss.name, (deputy.name,))], []]
    assert [s.warning.code if s.warning else None for s in tried.steps] == [None, *["step_undecidable"] * 2]
    nobody_left_out = await approval.dry_run(office.ports, admin, *about, 100)
    assert [s.warning for s in nobody_left_out.steps] == [None] * 3
    default = await approval.dry_run(office.ports, admin, *about, 99)
    assert (default.flow, [s.name for s in default.steps]) == (None, ["审核"])
    assert await Outbox.all().count() == before
    with pytest.raises(Refusal, match="not_found"):
        await approval.dry_run(office.ports, await office.someone(company=ELSEWHERE), *about, 100)
    with pytest.raises(Refusal, match="business_invalid"):
        await approval.dry_run(office.ports, admin, "lunch", await company_id())


async def test_a_limited_configurer_hands_on_no_right_beyond_their_branch(office: Office) -> None:
    """A4.5, T8: who sees one branch makes nobody a deputy of somebody who sees more, nor ends or lists such."""
    wide, deputy = await office.someone(APPROVE), await office.someone()
    local = await office.someone(CONFIGURE, company=HERE)
    with pytest.raises(Refusal, match="not_found"):
        await stand_in(office, local, deputy, staff_id=wide.staff_id)
    made = await stand_in(office, wide, deputy)
    assert (await approval.delegations(office.ports, local, False, Window())).total == 0
    with pytest.raises(Refusal, match="not_found"):
        await approval.end_delegation(office.ports, local, made.id)
    own, near = await office.someone(APPROVE, company=BRANCH), await office.someone(company=BRANCH)
    theirs = await stand_in(office, local, near, staff_id=own.staff_id)
    assert [d.id for d in (await approval.delegations(office.ports, local, False, Window())).rows] == [theirs.id]
    assert (await approval.end_delegation(office.ports, local, theirs.id)).ended_at


async def test_a_flow_that_went_to_another_branch_is_out_of_reach(office: Office) -> None:
    """T8: an older version of one's own branch is no handle on the newest, which is somebody else's."""
    admin = await account("admin")
    first = await office.flow(admin, step("一审", permission("batch.approve")), company_id=await company_id(HERE))
    moved = await office.flow(
        admin, step("一审", permission("batch.approve")), company_id=await company_id(ELSEWHERE), line=first.line
    )
    local = await office.someone(CONFIGURE, company=HERE)
    with pytest.raises(Refusal, match="not_found"):
        await office.flow(
            local, step("一审", permission("batch.approve")), company_id=await company_id(HERE), line=first.line
        )
    with pytest.raises(Refusal, match="not_found"):
        await approval.retire_flow(office.ports, local, first.line, key())
    assert [f.id for f in await approval.flows(admin, "claim")] == [moved.id]
