"""A7.1, A7.2, A7.3: entries from adding to leaving, findings, papers, projects, shares and reminders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.company import Company
from db.models.roster import RosterDocument, RosterEntry, RosterEvent
from domain.actor import Actor
from domain.errors import Refusal, Severity
from domain.roster import DocumentKind, EntryState, RosterKind
from services import file, reminder, roster
from services.paging import Window
from services.roster import Filter, ProjectFields
from tests.factories import account, company_id, enrolled, new_staff, person, sheet

OWN, OTHER = "晨光科技有限公司", "远航物流（成都）有限公司"
WRITE = ("roster.read", "roster.write", "file.write")


def cells(serial: int, kind: RosterKind = RosterKind.DISPATCH, **changes: Any) -> dict[str, Any]:
    """Good values of a kind for the person of that serial."""
    row = person(serial)
    known: dict[str, Any] = {"name": row["姓名"], "id_number": row["证件号码"], "phone": row["手机号"]}
    if kind is RosterKind.DISPATCH:
        known |= {"dispatcher": "某派遣公司", "post": "保安", "post_kind": "auxiliary", "from_day": "2026-11-01"}
        known |= {"contract_start": "2026-11-01", "contract_end": "2028-10-31"}
    elif kind is RosterKind.OUTSOURCING_B:
        known |= {"contract_start": "2026-01-01", "contract_end": "2027-12-31"}
    elif kind is RosterKind.SUBCONTRACT:
        known |= {"project": "一号楼", "contractor": "某劳务公司", "post": "钢筋工", "from_day": "2026-11-01"}
    return known | changes


async def upload(container: Container, actor: Actor, name: str = "材料.csv") -> int:
    """An uploaded file."""
    return (await file.upload(container.ports, actor, name, "证明,2026\n".encode())).id


async def codes(container: Container, actor: Actor, entry_id: int) -> list[str]:
    """The codes of today's findings."""
    row = await roster.by_id(container.ports, actor, entry_id)
    assert row is not None
    return sorted(p.code.removeprefix("roster_") for p in row.findings)


async def test_an_entry_from_adding_to_leaving(container: Container) -> None:
    """A7.1: added, edited, renewed and left, each with its event and audit line; numbers are sealed and masked."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner = await company_id(OTHER)
    added = await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(1))
    row = await roster.by_id(ports, maker, added)
    assert row is not None
    number = person(1)["证件号码"]
    assert (row.kind, row.company_id, row.post, row.post_kind, row.state) == (
        *("dispatch", owner, "保安", "auxiliary", "active"),
    )
    assert number not in str(row)
    assert row.number_masked == number[0] + "*" * 16 + number[-1]
    assert {v.name: v.value for v in row.values}["dispatcher"] == "某派遣公司"
    stored = await RosterEntry.get(id=added)
    assert number.encode() not in bytes(stored.number_sealed or b"")
    with pytest.raises(Refusal, match="roster_duplicate"):
        await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(1))
    await roster.edit(ports, maker, added, {"post": "保洁", "to_day": "2027-01-31", "phone": ""})
    row = await roster.by_id(ports, maker, added)
    assert row is not None
    assert (row.post, row.phone_masked, row.name) == ("保洁", None, person(1)["姓名"])
    with pytest.raises(Refusal, match="contract_not_later"):
        await roster.renew(ports, maker, added, date(2026, 11, 1), None)
    with pytest.raises(Refusal, match="contract_reversed"):
        await roster.renew(ports, maker, added, date(2028, 11, 1), date(2028, 10, 1))
    paper = await upload(container, maker)
    await roster.renew(ports, maker, added, date(2028, 11, 1), date(2030, 10, 31), paper)
    for wrong in (date(2026, 11, 11), date(2026, 10, 31)):
        with pytest.raises(Refusal, match="leave_day"):
            await roster.leave(ports, maker, added, wrong, "合同到期")
    await roster.leave(ports, maker, added, date(2026, 11, 10), "合同到期")
    row = await roster.by_id(ports, maker, added)
    assert row is not None
    assert (row.state, row.left_day, row.left_reason, row.contract_end, row.findings) == (
        *("left", "2026-11-10", "合同到期", "2030-10-31", ()),
    )
    for act in (
        roster.edit(ports, maker, added, {"post": "x"}),
        roster.renew(ports, maker, added, date(2031, 1, 1), None),
    ):
        with pytest.raises(Refusal, match="roster_left"):
            await act
    events = await roster.history(added)
    assert [e.act for e in events] == ["left", "renewed", "edited", "added"]
    assert "岗位、派遣结束日期、手机号" in events[2].detail
    assert number not in str(events)
    acts = (
        await Audit.filter(subject_kind="roster_entry", subject_id=added).order_by("id").values_list("act", flat=True)
    )
    assert list(acts) == ["roster.add", "roster.edit", "roster.renew", "roster.leave"]
    await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(1))


async def test_what_is_refused_moves_nothing(container: Container) -> None:
    """A7.1: bad values with their columns, unknown columns, no permission."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner, before = await company_id(OTHER), await RosterEntry.all().count()
    with pytest.raises(Refusal) as refused:
        await roster.add(
            ports, maker, RosterKind.DISPATCH, owner, cells(1, post_kind="长期", contract_end="明年", name="")
        )
    assert {p.field: p.code for p in refused.value.problems} == {
        "name": "required_missing",
        "post_kind": "choice_unknown",
        "contract_end": "date_unreadable",
    }
    with pytest.raises(Refusal, match="roster_column"):
        await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(1, social_base="1"))
    with pytest.raises(Refusal, match="forbidden"):
        await roster.add(ports, await account("zhuguan"), RosterKind.DISPATCH, owner, cells(1))
    assert await RosterEntry.all().count() == before


async def test_findings_from_the_other_tables(container: Container) -> None:
    """A7.1, A7.2: enrolled here, elsewhere or nowhere; two rosters; papers that come and go."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1)]))
    own, other = await company_id(OWN), await company_id(OTHER)
    kind = RosterKind.OUTSOURCING_B
    here = await roster.add(ports, maker, kind, own, cells(1, kind))
    assert await codes(container, maker, here) == ["document_missing"]
    row = await roster.by_id(ports, maker, here)
    assert row is not None
    assert row.person_id is not None
    nowhere = await roster.add(ports, maker, kind, own, cells(2, kind))
    assert await codes(container, maker, nowhere) == ["document_missing", "not_enrolled"]
    elsewhere = await roster.add(ports, maker, kind, other, cells(1, kind))
    assert await codes(container, maker, elsewhere) == ["document_missing", "enrolled_elsewhere", "two_rosters"]
    told = await roster.by_id(ports, maker, elsewhere)
    assert told is not None
    assert OWN not in str(told.findings)
    # Dispatched by the company that insures the person: that is as it should be.
    given = cells(1, dispatcher=OWN)
    dispatched = await roster.add(ports, maker, RosterKind.DISPATCH, other, given)
    assert "enrolled_elsewhere" not in await codes(container, maker, dispatched)
    paper = await upload(container, maker)
    attached = await roster.attach(
        ports, maker, DocumentKind.LABOUR_CONTRACT, paper, entry_id=here, expires=date(2026, 12, 1)
    )
    assert await codes(container, maker, here) == ["document_expiring", "two_rosters"]
    assert [(d.kind, d.place) for d in await roster.documents(here, None)] == [("labour_contract", "entry")]
    await roster.retire(ports, maker, attached)
    assert await codes(container, maker, here) == ["document_missing", "two_rosters"]
    with pytest.raises(Refusal, match="document_retired"):
        await roster.retire(ports, maker, attached)
    with pytest.raises(Refusal, match="document_place"):
        await roster.attach(ports, maker, DocumentKind.OTHER, paper)
    # A signed contract filed with the entry is a paper as well.
    signed = await roster.add(ports, maker, kind, own, cells(3, kind), await upload(container, maker))
    assert await codes(container, maker, signed) == ["not_enrolled"]


async def test_moving_between_rosters(container: Container) -> None:
    """A7.2: what the new roster asks for has to be there; the history says what was left behind."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner = await company_id(OTHER)
    entry = await roster.add(
        ports, maker, RosterKind.OUTSOURCING_A, owner, cells(1, RosterKind.OUTSOURCING_A, social_base="8000")
    )
    with pytest.raises(Refusal) as refused:
        await roster.move(ports, maker, entry, RosterKind.DISPATCH, {}, "改为派遣")
    assert {p.code for p in refused.value.problems} == {"required_missing"}
    assert (await RosterEntry.get(id=entry)).kind == "outsourcing_a"
    with pytest.raises(Refusal, match="roster_same_kind"):
        await roster.move(ports, maker, entry, RosterKind.OUTSOURCING_A, {}, "")
    more = {k: v for k, v in cells(1).items() if k not in ("name", "id_number", "phone")}
    await roster.move(ports, maker, entry, RosterKind.DISPATCH, more, "改为派遣")
    row = await roster.by_id(ports, maker, entry)
    assert row is not None
    assert (row.kind, row.name, row.post_kind) == ("dispatch", person(1)["姓名"], "auxiliary")
    assert "social_base" not in {v.name for v in row.values}
    moved = (await roster.history(entry))[0]
    assert moved.act == "moved"
    assert all(word in moved.detail for word in ("人事外包A", "劳务派遣", "改为派遣", "社保基数：8000.00"))
    again = await roster.add(ports, maker, RosterKind.OUTSOURCING_A, owner, cells(1, RosterKind.OUTSOURCING_A))
    with pytest.raises(Refusal, match="roster_duplicate"):
        await roster.move(ports, maker, again, RosterKind.DISPATCH, more, "")


async def test_projects_and_their_people(container: Container) -> None:
    """A7.3: people belong to a running project; its papers count for all of them; its end shows who is still there."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner, kind = await company_id(OTHER), RosterKind.SUBCONTRACT
    with pytest.raises(Refusal, match="project_unknown"):
        await roster.add(ports, maker, kind, owner, cells(1, kind))
    fields = ProjectFields("一号楼", date(2026, 11, 1), date(2027, 6, 30), "FB-1", "某劳务公司")
    project = await roster.add_project(ports, maker, owner, fields)
    with pytest.raises(Refusal, match="project_duplicate"):
        await roster.add_project(ports, maker, owner, fields)
    entry = await roster.add(ports, maker, kind, owner, cells(1, kind))
    assert (await codes(container, maker, entry)).count("document_missing") == 7
    for paper in (DocumentKind.QUALIFICATION, DocumentKind.SAFETY_PERMIT, DocumentKind.WAGE_ACCOUNT):
        await roster.attach(ports, maker, paper, await upload(container, maker), project_id=project)
    assert (await codes(container, maker, entry)).count("document_missing") == 4
    assert len(await roster.documents(entry, project)) == 3
    (shown,) = (await roster.projects(maker, owner, "号楼", True, Window())).rows
    assert (shown.people, shown.contract_number, shown.ended_at) == (1, "FB-1", 0)
    await roster.edit_project(ports, maker, project, ProjectFields("一号楼 A 座", date(2026, 11, 1)))
    await roster.edit(ports, maker, entry, {"team": "二班"})
    await roster.end_project(ports, maker, project)
    assert "project_ended" in await codes(container, maker, entry)
    await roster.edit(ports, maker, entry, {"team": "三班"})
    with pytest.raises(Refusal, match="project_ended"):
        await roster.end_project(ports, maker, project)
    with pytest.raises(Refusal, match="project_unknown"):
        await roster.add(ports, maker, kind, owner, cells(2, kind, project="一号楼 A 座"))
    (found,) = (await roster.find(ports, maker, Filter(project_id=project), Window())).rows
    assert (found.id, found.project_name) == (entry, "一号楼 A 座")


async def test_the_share_of_dispatch(container: Container) -> None:
    """A7.1: unknown without a headcount; then with its arithmetic, from the newest month that has begun."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner = await company_id(OTHER)

    async def share() -> roster.ShareRow:
        return next(r for r in (await roster.shares(ports, maker, Window())).rows if r.id == owner)

    for serial in (1, 2):
        await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(serial))
    found = await share()
    assert (found.share.dispatched, found.share.employees, found.share.over, found.month) == (2, None, None, None)
    await roster.set_headcount(ports, maker, owner, 202610, 5)
    await roster.set_headcount(ports, maker, owner, 202610, 18)
    found = await share()
    assert (found.month, found.share.over, found.share.room) == (202610, False, 0)
    assert found.share.arithmetic == "2 ÷（18 + 2）= 10.00% ≤ 10%"
    assert "第四条" in found.source
    await roster.set_headcount(ports, maker, owner, 202611, 17)
    assert (await share()).share.over
    for month, employees, code in ((202612, 1, "month_invalid"), (202611, -1, "employees_invalid")):
        with pytest.raises(Refusal, match=code):
            await roster.set_headcount(ports, maker, owner, month, employees)


async def test_lists_filters_and_the_board(container: Container) -> None:
    """A7.1: name, number, phone (of the entry or of the insured person), expiry, severity and code."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1)]))
    owner, kind = await company_id(OTHER), RosterKind.OUTSOURCING_B
    soon = await roster.add(ports, maker, kind, owner, cells(1, kind, contract_end="2026-11-20", phone=""))
    fine = await roster.add(ports, maker, kind, owner, cells(2, kind), await upload(container, maker))
    gone = await roster.add(ports, maker, RosterKind.OUTSOURCING_A, owner, cells(3, RosterKind.OUTSOURCING_A))
    await RosterEntry.filter(id=gone).update(from_day="2026-01-01")
    await roster.leave(ports, maker, gone, date(2026, 11, 1), "离职")

    async def ids(**wanted: Any) -> list[int]:
        page = await roster.find(ports, maker, Filter(company_id=owner, **wanted), Window())
        return [r.id for r in page.rows]

    assert await ids() == [gone, fine, soon]
    assert await ids(kind=kind) == [fine, soon]
    assert await ids(state=EntryState.LEFT) == [gone]
    assert await ids(search=person(2)["姓名"][:2]) == [fine]
    assert await ids(search=person(2)["证件号码"].lower()) == [fine]
    assert await ids(search=person(2)["手机号"]) == [fine]
    assert await ids(search=person(1)["手机号"]) == [soon]
    assert await ids(search="13111111111") == []
    assert await ids(search="%") == []
    assert await ids(expiring_days=9) == []
    assert await ids(expiring_days=10) == [soon]
    assert await ids(severity=Severity.ERROR) == [soon]
    assert await ids(severity=Severity.NOTICE) == [fine, soon]
    assert await ids(finding="roster_contract_ending") == [soon]
    page = await roster.find(ports, maker, Filter(company_id=owner, severity=Severity.NOTICE), Window(1))
    assert ([r.id for r in page.rows], page.more, page.total) == ([fine], True, -1)
    page = await roster.find(ports, maker, Filter(company_id=owner, severity=Severity.NOTICE), Window(1, fine))
    assert ([r.id for r in page.rows], page.more) == ([soon], False)
    board = await roster.board(ports, maker, owner)
    assert {k.kind: (k.active, k.left) for k in board.kinds} == {
        RosterKind.DISPATCH: (0, 0),
        RosterKind.OUTSOURCING_A: (0, 1),
        RosterKind.OUTSOURCING_B: (2, 0),
        RosterKind.SUBCONTRACT: (0, 0),
    }
    assert {(f.code, f.severity): f.entries for f in board.findings} == {
        ("roster_contract_ending", Severity.WARNING): 1,
        ("roster_document_missing", Severity.ERROR): 1,
        ("roster_enrolled_elsewhere", Severity.WARNING): 1,
        ("roster_not_enrolled", Severity.WARNING): 1,
    }


async def test_another_branch_sees_and_moves_nothing(container: Container) -> None:
    """A7.1, A9.1: a stranger's entry, project and paper answer as ones that do not exist."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner = await company_id(OTHER)
    project = await roster.add_project(ports, maker, owner, ProjectFields("一号楼", date(2026, 11, 1)))
    entry = await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(1))
    paper = await roster.attach(ports, maker, DocumentKind.OTHER, await upload(container, maker), entry_id=entry)
    stranger, _ = await new_staff(container, [*WRITE, "person.reveal"], OWN)
    file_id = await upload(container, stranger)
    before = (await RosterEvent.all().count(), await RosterDocument.all().count(), await Audit.all().count())
    assert await roster.by_id(ports, stranger, entry) is None
    assert await roster.project_by_id(stranger, project) is None
    assert entry not in [r.id for r in (await roster.find(ports, stranger, Filter(), Window())).rows]
    assert (await roster.find(ports, stranger, Filter(company_id=owner), Window())).total == 0
    assert owner not in [r.id for r in (await roster.shares(ports, stranger, Window())).rows]
    assert sum(k.active for k in (await roster.board(ports, stranger, owner)).kinds) == 0
    for act in (
        roster.add(ports, stranger, RosterKind.DISPATCH, owner, cells(2)),
        roster.edit(ports, stranger, entry, {"post": "x"}),
        roster.renew(ports, stranger, entry, date(2030, 1, 1), None),
        roster.leave(ports, stranger, entry, date(2026, 11, 10), "离职"),
        roster.move(ports, stranger, entry, RosterKind.OUTSOURCING_A, {}, ""),
        roster.attach(ports, stranger, DocumentKind.OTHER, file_id, entry_id=entry),
        roster.attach(ports, stranger, DocumentKind.OTHER, file_id, project_id=project),
        roster.retire(ports, stranger, paper),
        roster.reveal(ports, stranger, entry, roster.Shown.ID_NUMBER, "核对"),
        roster.add_project(ports, stranger, owner, ProjectFields("二号楼", date(2026, 11, 1))),
        roster.edit_project(ports, stranger, project, ProjectFields("二号楼", date(2026, 11, 1))),
        roster.end_project(ports, stranger, project),
        roster.set_headcount(ports, stranger, owner, 202611, 5),
    ):
        with pytest.raises(Refusal, match="not_found"):
            await act
    after = (await RosterEvent.all().count(), await RosterDocument.all().count(), await Audit.all().count())
    assert after == before


async def test_a_number_in_the_open(container: Container) -> None:
    """A7.1: for a stated reason and with an audit line; without the permission not at all."""
    ports, maker = container.ports, await account("zhuanyuan")
    entry = await roster.add(ports, maker, RosterKind.DISPATCH, await company_id(OTHER), cells(1))
    assert await roster.reveal(ports, maker, entry, roster.Shown.ID_NUMBER, "核对合同") == person(1)["证件号码"]
    assert await roster.reveal(ports, maker, entry, roster.Shown.PHONE, "联系本人") == person(1)["手机号"]
    assert await Audit.filter(act="roster.reveal", subject_id=entry).count() == 2
    with pytest.raises(Refusal, match="reason_needed"):
        await roster.reveal(ports, maker, entry, roster.Shown.PHONE, " ")
    plain, _ = await new_staff(container, WRITE)
    with pytest.raises(Refusal, match="forbidden"):
        await roster.reveal(ports, plain, entry, roster.Shown.PHONE, "联系本人")


async def test_reminders_are_told_once(container: Container) -> None:
    """A7.1: 60, 30 and 7 days before the end, a temporary post, a paper; to those who keep this branch's rosters."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner = await company_id(OTHER)
    ends = {"contract_end": "2028-12-30"}
    entry = await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(1, **ends))
    temporary = {
        "post_kind": "temporary",
        "from_day": "2028-05-10",
        "contract_start": "2028-05-01",
        "contract_end": "2030-04-30",
    }
    short = await roster.add(ports, maker, RosterKind.DISPATCH, owner, cells(2, **temporary))
    paper = await roster.attach(
        ports,
        maker,
        DocumentKind.DISPATCH_LICENCE,
        await upload(container, maker),
        entry_id=entry,
        expires=date(2028, 12, 9),
    )
    mine = (f"roster:{entry}", f"roster:{short}", f"roster-paper:{paper}")

    async def keys(day: date) -> list[str]:
        return sorted(r.key for r in await roster.due_reminders(ports, day) if r.key.startswith(mine))

    assert await keys(date(2028, 10, 9)) == []
    assert await keys(date(2028, 10, 10)) == [f"roster:{short}:temporary:2028-11-09"]
    assert await keys(date(2028, 10, 31)) == sorted(
        [f"roster:{entry}:contract:2028-12-30:60", f"roster:{short}:temporary:2028-11-09"]
    )
    assert await keys(date(2028, 11, 30)) == sorted(
        [f"roster:{entry}:contract:2028-12-30:30", f"roster-paper:{paper}:2028-12-09"]
    )
    assert await keys(date(2028, 12, 25)) == [f"roster:{entry}:contract:2028-12-30:7"]
    assert await keys(date(2028, 12, 31)) == []
    company = await Company.get(id=owner)
    (due,) = [r for r in await roster.due_reminders(ports, date(2028, 12, 25)) if r.key.startswith(mine)]
    assert (due.permission, due.company_id) == ("roster.write", company.id)
    assert person(1)["证件号码"] not in str(due)
    assert reminder.REMINDERS["roster"] is roster.due_reminders
