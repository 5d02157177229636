"""A4.4, B5: entries, imports, releases by a second person, and what they do to imports without telling why."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.batch import Batch, BatchRow
from db.models.blacklist import BlacklistEntry, BlacklistHit
from domain.blacklist import Effect, EntryState, NewEntry, Subject
from domain.columns import ImportKind
from domain.errors import Refusal
from services import approval, blacklist, file
from services.batch import content
from services.paging import Window
from tests.factories import account, checked, company_id, key, new_staff, person, sheet

OWN, OTHER = "晨光科技有限公司", "蓝天餐饮管理有限公司"
REASON = "伪造劳动合同骗取医保"
HEADERS = ("类型", "姓名", "证件号码", "出生日期", "原因", "处理", "截止日期")


def entry(serial: int = 1, **changes: object) -> NewEntry:
    """An entry that means the person of that serial by number."""
    row = person(serial)
    known = {"subject": Subject.PERSON, "name": row["姓名"], "reason": REASON, "number": row["证件号码"]}
    return NewEntry(**(known | changes))  # type: ignore[arg-type]


async def codes(batch_id: int) -> list[str]:
    """What the blacklist said about each row of a batch ("" for nothing)."""
    rows = await BatchRow.filter(batch_id=batch_id).order_by("row_no")
    return [",".join(c for c in r.codes.split(",") if "blacklist" in c) for r in rows]


async def test_a_blocked_person_is_refused_without_the_reason(container: Container) -> None:
    """A4.4: the row is an error, its text keeps reason and reporter to itself, and the hit is logged once."""
    ports, admin = container.ports, await account("admin")
    added = await blacklist.add(ports, admin, entry(1), evidence_file_id=None)
    batch_id = await checked(container, sheet([person(1), person(2)]))
    assert await codes(batch_id) == ["blacklisted", ""]
    row = await BatchRow.filter(batch_id=batch_id).order_by("row_no").first()
    assert row is not None
    assert row.state == "failed"
    told = content.unseal(ports.store.vault, row.id, bytes(row.content_sealed)).row.problems
    assert REASON not in orjson.dumps(told).decode()
    (hit,) = (await blacklist.hits(ports, admin, added, Window())).rows
    assert (hit.place, hit.subject_id, hit.batch_id, hit.row_no) == ("batch_row", row.id, batch_id, row.row_no)
    assert (hit.company_id, hit.batch_number) == (await company_id(), (await Batch.get(id=batch_id)).number)
    (shown,) = (await blacklist.find(ports, admin, person(1)["证件号码"], None, None, Window())).rows
    assert (shown.id, shown.hit_count, shown.reason, shown.created_by != "") == (added, 1, REASON, True)
    assert person(1)["证件号码"] not in str(shown)


async def test_name_and_birth_only_warn(container: Container) -> None:
    """A4.4: without a number others may be meant, so that nobody is blocked."""
    ports, admin = container.ports, await account("admin")
    birth = person(1)["证件号码"][6:14]
    day = date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
    added = await blacklist.add(ports, admin, entry(1, number="", birth=day))
    assert (await BlacklistEntry.get(id=added)).effect == Effect.WARN
    namesake = person(2) | {"姓名": person(1)["姓名"]}
    batch_id = await checked(container, sheet([person(1), person(3), namesake]))
    same_day = person(2)["证件号码"][6:14] == birth
    assert await codes(batch_id) == [
        "blacklist_warning",
        "",
        "blacklist_warning" if same_day else "",
    ]
    (shown,) = (await blacklist.find(ports, admin, "", Subject.PERSON, EntryState.ACTIVE, Window())).rows
    assert (shown.birth, shown.number_masked) == (day.isoformat(), None)
    with pytest.raises(Refusal, match="blacklist_who"):
        await blacklist.add(ports, admin, entry(1, number=""))


async def test_days_and_branches(container: Container) -> None:
    """A4.4: an entry counts between its days and for the branch it concerns; other clients never meet it."""
    ports, admin = container.ports, await account("admin")
    await blacklist.add(ports, admin, entry(1, from_day=date(2026, 11, 11)))
    await blacklist.add(ports, admin, entry(2, to_day=date(2026, 11, 10)), await company_id("远航物流集团有限公司"))
    await blacklist.add(ports, admin, entry(3, effect=Effect.WARN), await company_id(OTHER))
    people = sheet([person(n) for n in (1, 2, 3)])
    plain, warned = "", "blacklist_warning"
    assert await codes(await checked(container, people)) == [plain, plain, plain]
    assert await codes(await checked(container, people, company="远航物流（上海）有限公司")) == [
        plain,
        "blacklisted",
        plain,
    ]
    assert await codes(await checked(container, people, company=OTHER)) == [plain, plain, warned]
    assert await BlacklistHit.all().count() == 2


async def test_who_leaves_may_leave(container: Container) -> None:
    """A4.4: terminations are not asked; a company on the blacklist can stop its people and do nothing else."""
    ports, admin = container.ports, await account("admin")
    await blacklist.add(ports, admin, NewEntry(Subject.COMPANY, OWN, "欠费三个月"))
    with pytest.raises(Refusal, match="company_blacklisted") as refused:
        await checked(container, sheet([person(1)]))
    assert "欠费" not in str(refused.value.problems)
    assert await Batch.all().count() == 0
    hit = await BlacklistHit.get()
    assert (hit.place, hit.subject_id) == ("company", await company_id())
    gone = {"姓名": person(1)["姓名"], "证件号码": person(1)["证件号码"], "最后缴费月": "2026-11", "停保原因": "辞职"}
    batch_id = await checked(container, sheet([gone], tuple(gone)), kind=ImportKind.TERMINATE)
    assert await codes(batch_id) == [""]
    assert await codes(await checked(container, sheet([person(1)]), company=OTHER)) == [""]


async def test_an_import_is_all_or_nothing(container: Container) -> None:
    """A4.4: every bad row is told, and then no row is kept; a good sheet is kept whole and is its own evidence."""
    ports, admin = container.ports, await account("admin")
    good: dict[str, Any] = {
        "类型": "个人",
        "姓名": "张三",
        "证件号码": person(1)["证件号码"],
        "原因": REASON,
        "处理": "禁止",
    }
    firm = {"类型": "单位", "姓名": "某某有限公司", "证件号码": "91110108MA01ABCD0X", "原因": "欠费", "处理": "提醒"}
    bad: list[dict[str, Any]] = [
        good,
        good,
        {**good, "证件号码": person(2)["证件号码"][:17] + "0", "原因": ""},
        {**good, "证件号码": "", "处理": "随便"},
        {**good, "证件号码": 110105199001011240},
        firm | {"截止日期": "2026-11-01"},
    ]
    stored = await file.upload(ports, admin, "黑名单.xlsx", sheet(bad, HEADERS))
    with pytest.raises(Refusal) as refused:
        await blacklist.import_entries(ports, admin, stored.id)
    assert {(p.row, p.code) for p in refused.value.problems} == {(7, "blacklist_cell"), (8, "id_numeric_form")}
    stored = await file.upload(ports, admin, "黑名单.xlsx", sheet([*bad[:3], bad[5]], HEADERS))
    with pytest.raises(Refusal) as refused:
        await blacklist.import_entries(ports, admin, stored.id)
    found = {(p.row, p.code) for p in refused.value.problems}
    assert {(5, "blacklist_duplicate"), (6, "blacklist_reason"), (7, "blacklist_days")} <= found
    assert await BlacklistEntry.all().count() == 0
    by_birth = {**good, "姓名": "李四", "证件号码": "", "出生日期": "1990-01-01", "处理": "禁止"}
    stored = await file.upload(ports, admin, "黑名单.xlsx", sheet([good, by_birth], HEADERS))
    ids = await blacklist.import_entries(ports, admin, stored.id)
    kept = await BlacklistEntry.filter(id__in=ids).order_by("id").values_list("name", "effect", "evidence_file_id")
    assert list(kept) == [("张三", "block", stored.id), ("李四", "warn", stored.id)]
    with pytest.raises(Refusal, match="blacklist_duplicate"):
        await blacklist.import_entries(ports, admin, stored.id)


async def test_a_release_needs_somebody_else(container: Container) -> None:
    """A4.4, A4.5: until another person approves, the entry counts; a rejected release changes nothing."""
    ports, admin, reviewer = container.ports, await account("admin"), await account("zhuguan")
    added = await blacklist.add(ports, admin, entry(1), await company_id())
    await blacklist.release(ports, admin, added, "已查明是同名")
    with pytest.raises(Refusal, match="blacklist_releasing"):
        await blacklist.release(ports, admin, added, "已查明是同名")
    waiting = (await approval.find(reviewer, None, Window())).rows[0]
    assert person(1)["姓名"] not in waiting.title
    with pytest.raises(Refusal, match="own_request"):
        await approval.decide(ports, admin, waiting.id, True, "", key())
    assert (await codes(await checked(container, sheet([person(1)]))))[0] == "blacklisted"
    await approval.decide(ports, reviewer, waiting.id, False, "材料不足", key())
    assert (await BlacklistEntry.get(id=added)).state == "active"
    await blacklist.release(ports, admin, added, "补充了材料")
    waiting = (await approval.find(reviewer, None, Window())).rows[0]
    await approval.decide(ports, reviewer, waiting.id, True, "属实", key())
    row = await BlacklistEntry.get(id=added)
    assert (row.state, row.released_by_id, row.release_reason) == ("released", reviewer.staff_id, "补充了材料")
    assert (await codes(await checked(container, sheet([person(1)]))))[0] == ""
    with pytest.raises(Refusal, match="blacklist_released"):
        await blacklist.extend(ports, admin, added, None, "再延一年")
    await blacklist.add(ports, admin, entry(1), await company_id())


async def test_everyones_entry_is_released_by_somebody_who_sees_everything(container: Container) -> None:
    """A4.4, A9.1: a client's own reviewer decides on nothing that concerns everyone."""
    ports, admin = container.ports, await account("admin")
    added = await blacklist.add(ports, admin, entry(1))
    await blacklist.release(ports, admin, added, "已查明是同名")
    waiting = (await approval.find(admin, None, Window())).rows[0]
    from db.models.company import Company

    asked_at = await Company.get(id=waiting.company_id)
    limited, _ = await new_staff(container, ["blacklist.approve", "blacklist.read", "approval.read"], asked_at.name)
    with pytest.raises(Refusal, match="not_found"):
        await approval.decide(ports, limited, waiting.id, True, "", key())
    assert (await BlacklistEntry.get(id=added)).state == "releasing"
    await approval.decide(ports, await account("zhuguan"), waiting.id, True, "", key())
    assert (await BlacklistEntry.get(id=added)).state == "released"


async def test_extending_and_permissions(container: Container) -> None:
    """A4.4, A9.1: only later days; a branch sees everyone's entries and its own, and changes its own alone."""
    ports, admin = container.ports, await account("admin")
    until = await blacklist.add(ports, admin, entry(1, to_day=date(2026, 12, 31)), await company_id())
    everyones = await blacklist.add(ports, admin, entry(2))
    foreign = await blacklist.add(ports, admin, entry(3), await company_id(OTHER))
    with pytest.raises(Refusal, match="blacklist_not_longer"):
        await blacklist.extend(ports, admin, until, date(2026, 12, 31), "仍未结清")
    mine, _ = await new_staff(container, ["blacklist.read", "blacklist.write"], OWN)
    await blacklist.extend(ports, mine, until, date(2027, 12, 31), "仍未结清")
    assert (await BlacklistEntry.get(id=until)).to_day == "2027-12-31"
    assert await Audit.filter(act="blacklist.extend", subject_id=until).count() == 1
    seen = (await blacklist.find(ports, mine, "", None, None, Window())).rows
    assert {r.id for r in seen} == {until, everyones}
    assert await blacklist.by_ids(ports, mine, [foreign]) == [None]
    for other in (everyones, foreign):
        with pytest.raises(Refusal, match="not_found"):
            await blacklist.release(ports, mine, other, "试一试")
        with pytest.raises(Refusal, match="not_found"):
            await blacklist.extend(ports, mine, other, None, "试一试")
    with pytest.raises(Refusal, match="companyId_invalid"):
        await blacklist.add(ports, mine, entry(4))
    nobody, _ = await new_staff(container, ["batch.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await blacklist.find(ports, nobody, "", None, None, Window())
    assert await BlacklistEntry.filter(state="active").count() == 3
