"""A8.1: who comes into the pool, what consent and erasure do, search, comparison and figures that tell of nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.container import Container
from app.worker import drain
from db.models.audit import Audit
from db.models.enrollment import Enrollment
from db.models.person import Person
from db.models.talent import Talent, TalentTag
from db.sql import execute
from domain.actor import Actor
from domain.columns import ImportKind
from domain.errors import Refusal
from domain.roster import RosterKind
from domain.talent import Education, TalentFields, TalentState
from services import bill, roster, talent
from services.paging import Window
from services.talent import Filter
from tests.factories import account, company_id, enrolled, key, new_staff, person, sheet

OWN, OTHER = "远航物流（成都）有限公司", "蓝天餐饮管理有限公司"


async def added(container: Container, actor: Actor, serial: int, consent: bool = True, **fields: Any) -> int:
    """Somebody entered by hand, mostly with consent."""
    company = fields.pop("company", OWN)
    name = f"人才{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}{'一二三四五六七八九十'[serial // 10]}"
    given = TalentFields(name, f"139{serial:08d}", **fields)
    made = await talent.add(container.ports, actor, await company_id(company), given)
    if consent:
        await talent.record(container.ports, actor, made, date(2026, 11, 10))
    return made


async def found(container: Container, actor: Actor, **wanted: Any) -> list[int]:
    """Ids of a search within OWN."""
    condition = Filter(company_id=await company_id(OWN), **wanted)
    return [r.id for r in (await talent.find(container.ports, actor, condition, Window())).rows]


async def test_without_consent_nobody_is_shown(container: Container) -> None:
    """A8.1: before consent there is a name on the list of those to ask, and no contact data anywhere."""
    ports, maker, reader = container.ports, await account("zhuanyuan"), await account("zhuguan")
    waiting = await added(container, maker, 1, consent=False, note="很能干", tags=("焊工",))
    assert await found(container, maker) == []
    assert await found(container, maker, state=TalentState.WAITING) == [waiting]
    with pytest.raises(Refusal, match="forbidden"):
        await found(container, reader, state=TalentState.WAITING)
    assert await talent.by_ids(ports, reader, [waiting]) == [None]
    (row,) = await talent.by_ids(ports, maker, [waiting])
    assert row is not None
    assert (row.name, row.phone_masked, row.note, row.tags, row.state) == ("人才乙一", None, "", (), "waiting")
    assert await found(container, maker, search="能干", state=TalentState.WAITING) == []
    with pytest.raises(Refusal, match="consent_missing"):
        await talent.reveal(ports, maker, waiting, "联系本人")
    with pytest.raises(Refusal, match="day_invalid"):
        await talent.record(ports, maker, waiting, date(2026, 11, 11))
    await talent.record(ports, maker, waiting, date(2026, 11, 10))
    assert await found(container, reader) == [waiting]
    (row,) = await talent.by_ids(ports, reader, [waiting])
    assert row is not None
    assert (row.phone_masked, row.note, row.tags, row.consent_day) == ("1*********1", "很能干", ("焊工",), "2026-11-10")
    assert await talent.reveal(ports, maker, waiting, "联系本人") == "13900000001"
    await talent.withdraw(ports, maker, waiting, "本人来电")
    assert await found(container, reader) == []
    acts = await Audit.filter(subject_kind="talent", subject_id=waiting).order_by("id").values_list("act", flat=True)
    assert list(acts) == ["talent.add", "talent.consent", "talent.reveal", "talent.withdraw"]


async def test_erasure_leaves_counts_alone(container: Container) -> None:
    """A8.1: nothing that tells who it was is left in the row, its tags or the log; the figures still count."""
    ports, maker = container.ports, await account("zhuanyuan")
    people = [await added(container, maker, n, city_code="110000", tags=("焊工",), note="备注") for n in range(3)]
    before = await talent.figures(ports, maker, await company_id(OWN))
    with pytest.raises(Refusal, match="reason_needed"):
        await talent.erase(ports, maker, people[0], "")
    await talent.erase(ports, maker, people[0], "本人要求删除")
    row = await Talent.get(id=people[0])
    kept = (row.name, row.phone_sealed, row.person_id, row.roster_entry_id, row.note, row.consent_day, row.state)
    assert kept == ("", None, None, None, "", None, "erased")
    assert row.erased_at
    assert await TalentTag.filter(talent_id=people[0]).count() == 0
    assert "人才甲一" not in str(await Audit.filter(subject_id=people[0]).values())
    assert await found(container, maker) == people[:0:-1]
    after = await talent.figures(ports, maker, await company_id(OWN))
    assert (before.listed, after.listed, after.erased) == (3, 2, 1)
    assert after.figures[0] == before.figures[0]
    assert after.figures[0].groups[0].people == 3
    assert after.figures[4].groups == ()
    for act in (
        talent.erase(ports, maker, people[0], "再删"),
        talent.record(ports, maker, people[0], date(2026, 11, 1)),
    ):
        with pytest.raises(Refusal, match="talent_erased"):
            await act


async def test_from_rosters_and_leavers(container: Container) -> None:
    """A8.1: what is known already is taken over; nobody comes in twice, nobody at work as a leaver."""
    ports, maker = container.ports, await account("zhuanyuan")
    owner = await company_id(OWN)
    cells = {"name": "周全", "id_number": person(5)["证件号码"], "phone": "13800000005", "post": "会计", "city": "成都"}
    entry = await roster.add(ports, maker, RosterKind.OUTSOURCING_A, owner, cells)
    invited = await talent.from_roster(ports, maker, entry, TalentFields("", years=8, skills=("做账",)))
    row = await Talent.get(id=invited)
    assert (row.name, row.post, row.years, row.source, row.state, row.roster_entry_id) == (
        *("周全", "会计", 8, "roster", "waiting", entry),
    )
    with pytest.raises(Refusal, match="talent_duplicate"):
        await talent.from_roster(ports, maker, entry)
    with pytest.raises(Refusal, match="talent_duplicate"):
        await talent.add(ports, maker, owner, TalentFields("周全", "138 0000 0005"))
    await enrolled(container, sheet([person(1)]))
    enrollment = await Enrollment.all().order_by("-id").first()
    assert enrollment is not None
    with pytest.raises(Refusal, match="enrollment_open"):
        await talent.from_enrollment(ports, maker, enrollment.id)
    gone = {"姓名": person(1)["姓名"], "证件号码": person(1)["证件号码"], "最后缴费月": "2026-11", "停保原因": "辞职"}
    await enrolled(container, sheet([gone], tuple(gone)), kind=ImportKind.TERMINATE)
    stranger, _ = await new_staff(container, ["talent.read", "talent.write"], OTHER)
    for act in (
        talent.from_enrollment(ports, stranger, enrollment.id),
        talent.from_roster(ports, stranger, entry),
        talent.edit(ports, stranger, invited, TalentFields("某某")),
        talent.record(ports, stranger, invited, date(2026, 11, 1)),
        talent.erase(ports, stranger, invited, "删除"),
        talent.add(ports, stranger, owner, TalentFields("某某")),
    ):
        with pytest.raises(Refusal, match="not_found"):
            await act
    leaver = await talent.from_enrollment(ports, maker, enrollment.id)
    row = await Talent.get(id=leaver)
    assert (row.name, row.source, row.city_code) == (person(1)["姓名"], "leaver", "110000")
    assert row.person_id == (await Person.get(name=person(1)["姓名"])).id


async def test_search(container: Container) -> None:
    """A8.1: text, tags (all or any, whatever their case), city, day, years and education; own branch alone."""
    ports, maker = container.ports, await account("zhuanyuan")
    welder = await added(
        container,
        maker,
        1,
        city_code="110000",
        post="焊工",
        years=8,
        education=Education.COLLEGE,
        skills=("电焊", "Excel"),
    )
    clerk = await added(
        *(container, maker, 2),
        city_code="310000",
        post="会计",
        years=3,
        education=Education.BACHELOR,
        available_from=date(2026, 12, 1),
        tags=("excel", "可出差"),
        note="100%到岗",
    )
    assert await found(container, maker) == [clerk, welder]
    for wanted, expected in (
        ({"search": "焊"}, [welder]),
        ({"search": "人才"}, [clerk, welder]),
        ({"search": "100%"}, [clerk]),
        ({"search": "%%"}, []),
        ({"all_tags": ("EXCEL",)}, [clerk, welder]),
        ({"all_tags": ("excel", "电焊")}, [welder]),
        ({"any_tags": ("电焊", "可出差")}, [clerk, welder]),
        ({"any_tags": ("没有",)}, []),
        ({"city_code": "310000"}, [clerk]),
        ({"available_by": date(2026, 11, 30)}, [welder]),
        ({"available_by": date(2026, 12, 1)}, [clerk, welder]),
        ({"years": 4}, [welder]),
        ({"education": Education.BACHELOR}, [clerk]),
        ({"education": Education.HIGH}, [clerk, welder]),
    ):
        assert await found(container, maker, **wanted) == expected, wanted
    stranger, _ = await new_staff(container, ["talent.read", "talent.write"], OTHER)
    assert await found(container, stranger) == []
    assert await talent.by_ids(ports, stranger, [welder]) == [None]
    await talent.edit(ports, maker, welder, TalentFields("人才乙一", post="钳工", tags=("新",)))
    (row,) = await talent.by_ids(ports, maker, [welder])
    assert row is not None
    assert (row.post, row.tags, row.skills, row.phone_masked) == ("钳工", ("新",), (), "1*********1")
    with pytest.raises(Refusal, match="city_invalid"):
        await talent.edit(ports, maker, welder, TalentFields("人才乙一", city_code="000000"))


async def test_comparison_and_contribution_history(container: Container) -> None:
    """A8.1: months, average base and gaps from confirmed bills; another client's bills tell nothing."""
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    people = [person(n, base=f"{9000 + n}") for n in range(1, 5)]
    await enrolled(container, sheet(people))
    own = await company_id()
    await bill.draft_month(ports, maker, 202611, own)
    await drain(ports)
    (drafted,) = (await bill.find(maker, None, own, Window())).rows
    entries = []
    for each in people:
        cells = {"name": each["姓名"], "id_number": each["证件号码"], "phone": each["手机号"]}
        entry = await roster.add(ports, maker, RosterKind.OUTSOURCING_A, own, cells)
        entries.append(await talent.from_roster(ports, maker, entry))
        await talent.record(ports, maker, entries[-1], date(2026, 11, 10))
    # Bills of this month are not looked at before it is over; so this one is moved two months back.
    await execute("UPDATE bill_line SET belongs_month = 202609")
    draft = await talent.compare(ports, maker, entries[:2])
    assert [c.months_paid for c in draft] == [0, 0]
    await execute("UPDATE bill SET problems = '[]'")
    await bill.confirm(ports, reviewer, drafted.id, key())
    compared = await talent.compare(ports, maker, entries[:2])
    assert [(c.months_paid, c.base[0], c.gaps) for c in compared] == [(1, "8000-12000", 1)] * 2
    figures = {f.code: f.groups for f in (await talent.figures(ports, maker, own)).figures}
    assert [(g.key, g.people) for g in figures["months_paid"]] == [("1-12", 4)]
    assert [(g.key, g.people) for g in figures["base"]] == [("8000-12000", 4)]
    assert [(g.key, g.people) for g in figures["gaps"]] == [("1-3", 4)]
    for wrong, code in (
        (entries[:1], "compare_count"),
        ([*entries, entries[0] + 1], "compare_count"),
        ([1, 2], "not_found"),
    ):
        with pytest.raises(Refusal, match=code):
            await talent.compare(ports, maker, wrong)
    await talent.withdraw(ports, maker, entries[0], "本人来电")
    with pytest.raises(Refusal, match="not_found"):
        await talent.compare(ports, maker, entries[:2])
    # A talent of another client's pool who is insured by this one: its reader sees no bill of this one.
    other = await company_id(OTHER)
    elsewhere = [await added(container, maker, n, company=OTHER) for n in (1, 2)]
    moved = await Talent.get(id=entries[1])
    await Talent.filter(id__in=elsewhere).update(person_id=moved.person_id)
    stranger, _ = await new_staff(container, ["talent.read"], OTHER)
    assert [c.months_paid for c in await talent.compare(ports, stranger, elsewhere)] == [0, 0]
    assert [c.months_paid for c in await talent.compare(ports, maker, elsewhere)] == [1, 1]
    assert (await talent.figures(ports, stranger, other)).listed == 2


async def test_figures_merge_small_groups(container: Container) -> None:
    """A8.1: rare cities and tags go together, and what one person alone has is not shown."""
    ports, maker = container.ports, await account("zhuanyuan")
    for n in range(4):
        await added(container, maker, n, city_code="110000", tags=("常见", f"独有{n}"))
    await added(container, maker, 5, city_code="310000", tags=("少见", "少有", "稀有"))
    figures = {f.code: f.groups for f in (await talent.figures(ports, maker, await company_id(OWN))).figures}
    assert [(g.key, g.people, g.merged) for g in figures["city"]] == [("others", 5, True)]
    assert [(g.key, g.people) for g in figures["tag"]] == [("常见", 4), ("others", 5)]
    assert figures["months_paid"] == ()
    await TalentTag.filter(tag__startswith="独有").delete()
    figures = {f.code: f.groups for f in (await talent.figures(ports, maker, await company_id(OWN))).figures}
    assert [(g.key, g.people) for g in figures["tag"]] == [("常见", 4)]
