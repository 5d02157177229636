"""T6, A2.1: lists exported in the background, with the rights of whoever asked, once, and deleted after a week."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from app.container import Container
from app.worker import drain
from db.clock import business_day
from db.models.file import StoredFile
from db.models.preference import ExportJob
from db.models.staff import RolePermission, Staff, StaffRole
from db.sql import fetch, fetch_value
from domain.actor import Actor
from domain.columns import CellValue
from domain.errors import Refusal
from domain.listing import LISTINGS
from services import bill, enrollment, export, file, notice
from services.paging import Window
from services.reminder import REMINDERS
from tests.factories import account, company_id, enrolled, key, later, new_staff, person, sheet

CLIENT, OTHER = "晨光科技有限公司", "远航物流（上海）有限公司"
READ = sorted({entry.permission for entry in LISTINGS.values()})


async def asked(container: Container, actor: Actor, name: str, *columns: str, **given: Any) -> int:
    """An export that was asked for."""
    return await export.start(container.ports, actor, name, given, columns, key())


async def table(container: Container, actor: Actor, export_id: int) -> list[list[CellValue]]:
    """The rows of the finished workbook, its header first."""
    row = await export.one(actor, export_id)
    assert row.state == "done", row
    assert row.file_id is not None
    _, content = await file.content(container.ports, actor, row.file_id)
    (page,) = container.ports.sheets.read(content, "a.xlsx")
    return [list(r) for r in page.rows]


async def refused(call: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        await call
    return [p.code for p in caught.value.problems]


async def test_every_list_makes_its_workbook(container: Container) -> None:
    """Each entry of EXPORTS really runs, with all of its columns and as many rows as its list has."""
    batch_id = await enrolled(container, sheet([person(1), person(2), person(3) | {"申报工资": "面议"}]))
    reader, _ = await new_staff(container, READ)
    maker = await account("zhuanyuan")
    drafted = await bill.draft_month(container.ports, maker, 202611, await company_id())
    await drain(container.ports)
    given: dict[str, dict[str, Any]] = {
        "batchRows": {"batchId": batch_id},
        "billLines": {"billId": drafted.bill_ids[0]},
        "stops": {"fromMonth": "2026-01", "toMonth": "2026-11"},
        "contributions": {"fromMonth": "2026-01", "toMonth": "2026-11"},
    }
    rows = {}
    for name, entry in export.EXPORTS.items():
        made = await asked(container, reader, name, **given.get(name, {}))
        await drain(container.ports)
        head, *rows[name] = await table(container, reader, made)
        labels = [c.label for c in entry.columns if c.name != "cells"]
        assert head[: len(labels)] == labels, name
    assert (len(rows["enrollments"]), len(rows["people"]), len(rows["batches"]), len(rows["batchRows"])) == (2, 2, 1, 3)
    assert len(rows["billLines"]) == int(await fetch_value("SELECT COUNT(*) FROM bill_line"))
    assert len(rows["bills"]) == 1
    assert len(rows["housingAccounts"]) == 2
    assert len(rows["audit"]) > 5
    assert (rows["stops"], rows["contributions"], rows["feedbacks"]) == ([], [], [])


async def test_a_branch_account_exports_only_its_rows(container: Container) -> None:
    """Figures of company A are never seen by company B, in exports too."""
    await enrolled(container, sheet([person(1), person(2)]))
    await enrolled(container, sheet([person(5, 公积金比例="7%")]), company=OTHER)
    everybody, _ = await new_staff(container, READ)
    branch, _ = await new_staff(container, READ, OTHER)
    for actor, count in ((everybody, 3), (branch, 1)):
        made = await asked(container, actor, "enrollments", "name", "company")
        await drain(container.ports)
        head, *rows = await table(container, actor, made)
        assert head == ["姓名", "公司"]
        assert len(rows) == count
    assert rows == [[person(5)["姓名"], OTHER]]
    row = await export.one(branch, made)
    assert row.file_id is not None
    assert await refused(export.one(everybody, made)) == ["not_found"]
    with_reveal, _ = await new_staff(container, [*READ, "person.reveal"])
    assert await refused(file.row(with_reveal, row.file_id)) == ["not_found"]
    (stranger,) = [await company_id()]
    batch_id = await fetch_value("SELECT id FROM batch WHERE company_id = ?", [stranger])
    assert await refused(asked(container, branch, "batchRows", batchId=batch_id)) == ["not_found"]


async def test_numbers_stay_masked_without_the_right_to_see_them(container: Container) -> None:
    await enrolled(container, sheet([person(1)]))
    number = person(1)["证件号码"]
    plain, _ = await new_staff(container, [*READ, "person.reveal"])
    masked, _ = await new_staff(container, READ)
    for actor, shown in ((plain, number), (masked, f"{number[0]}{'*' * 16}{number[-1]}")):
        made = await asked(container, actor, "people", "idNumber")
        await drain(container.ports)
        assert await table(container, actor, made) == [["证件号码"], [shown]]


async def test_filters_and_order_are_those_of_the_list(container: Container) -> None:
    """A2.1: the conditions that the register takes, the export takes too; what was searched for lies sealed."""
    await enrolled(container, sheet([person(1, "9000.00"), person(2, "12000.00"), person(3, "15000.00")]))
    actor, _ = await new_staff(container, [*READ, "person.reveal"])
    made = await asked(container, actor, "enrollments", "name", "base", baseFrom="10000", sort="BASE", descending=False)
    await drain(container.ports)
    assert [row[1] for row in (await table(container, actor, made))[1:]] == [12000, 15000]
    number = person(2)["证件号码"]
    made = await asked(container, actor, "enrollments", "idNumber", search=number)
    kept = (await ExportJob.get(id=made)).query
    assert number not in kept
    assert "sealed" in kept
    await drain(container.ports)
    assert (await table(container, actor, made))[1:] == [[number]]
    assert (await ExportJob.get(id=made)).query == "{}"


async def test_what_cannot_be_exported_is_refused(container: Container) -> None:
    actor, _ = await new_staff(container, ["enrollment.read"])
    ask = asked
    assert await refused(ask(container, actor, "nothing")) == ["list_unknown"]
    assert await refused(ask(container, actor, "policies")) == ["export_list"]
    assert await refused(ask(container, actor, "audit")) == ["forbidden"]
    assert await refused(ask(container, actor, "enrollments", "salary")) == ["export_column"]
    for wrong in ({"salary": 1}, {"state": "GONE"}, {"startFrom": "26-1"}, {"companyId": "1"}, {"baseFrom": "很多"}):
        assert await refused(ask(container, actor, "enrollments", **wrong)) == ["export_filter"], wrong
    assert await refused(ask(container, actor, "stops")) == ["export_filter"]
    assert not await ExportJob.exists()


async def test_too_many_rows_and_too_many_exports(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    await enrolled(container, sheet([person(1), person(2)]))
    actor, _ = await new_staff(container, READ)
    first = await asked(container, actor, "people")
    await asked(container, actor, "people")
    third = key()
    made = await export.start(container.ports, actor, "people", {}, [], third)
    assert await export.start(container.ports, actor, "people", {}, [], third) == made
    assert await refused(asked(container, actor, "people")) == ["export_busy"]
    await export.cancel(container.ports, actor, first)
    monkeypatch.setattr("domain.export.MOST_ROWS", 1)
    assert await refused(asked(container, actor, "people")) == ["export_too_large"]
    await drain(container.ports)
    row = await export.one(actor, made)
    assert (row.state, [p.code for p in row.failure], row.file_id) == ("failed", ["export_too_large"], None)
    assert (await export.one(actor, first)).state == "cancelled"
    assert await refused(export.cancel(container.ports, actor, first)) == ["export_ended"]
    told = await notice.mine(actor, True, Window())
    assert {n.title for n in told.rows} == {"导出失败"}


async def test_rights_are_those_of_the_moment_it_runs(container: Container) -> None:
    await enrolled(container, sheet([person(1)]))
    actor, _ = await new_staff(container, READ)
    made = await asked(container, actor, "people")
    roles = await StaffRole.filter(staff_id=actor.staff_id).values_list("role_id", flat=True)
    await RolePermission.filter(role_id__in=list(roles), permission="person.read").delete()
    await drain(container.ports)
    row = await export.one(actor, made)
    assert (row.state, [p.code for p in row.failure]) == ("failed", ["forbidden"])
    second = await asked(container, actor, "enrollments")
    await Staff.filter(id=actor.staff_id).update(active=False)
    await drain(container.ports)
    assert (await export.one(actor, second)).state == "failed"
    assert not await StoredFile.filter(purpose="export").exists()


class _Killed(BaseException):
    """What a kill looks like from inside: nobody catches it and nothing is cleaned up."""


async def test_killed_half_way_it_starts_again_and_makes_one_file(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E9: the reaction dies after some rows, and after the workbook was made; then it runs twice. One file."""
    await enrolled(container, sheet([person(n) for n in range(1, 8)]))
    ports, (actor, _) = container.ports, await new_staff(container, READ)
    made = await asked(container, actor, "people", "name")
    seen: list[int] = []
    original = ports.bus.publish

    async def dies(topic: str, message: Any) -> None:
        if topic.startswith("export:"):
            seen.append(1)
            if len(seen) == 2:
                raise _Killed
        await original(topic, message)

    monkeypatch.setattr(ports.bus, "publish", dies)
    with pytest.raises(_Killed):
        await export.run(ports, made, chunk=2)
    half = await export.one(actor, made)
    assert (half.state, half.total, half.done_rows) == ("running", 7, 4)
    monkeypatch.setattr(ports.bus, "publish", original)
    keep = file.keep

    async def killed_after_bytes(*args: Any, **kwargs: Any) -> int:
        await keep(*args, **kwargs)
        raise _Killed

    monkeypatch.setattr("services.file.keep", killed_after_bytes)
    with pytest.raises(_Killed):
        await export.run(ports, made, chunk=2)
    assert not await StoredFile.filter(purpose="export").exists()
    monkeypatch.setattr("services.file.keep", keep)
    await export.run(ports, made, chunk=2)
    await export.run(ports, made, chunk=2)
    await drain(ports)
    assert await StoredFile.filter(purpose="export").count() == 1
    assert len(await table(container, actor, made)) == 8
    acts = await fetch("SELECT act, COUNT(*) AS n FROM audit WHERE subject_kind = 'export_job' GROUP BY act")
    assert {r["act"]: r["n"] for r in acts} == {"export.start": 1, "export.done": 1}


async def test_progress_is_told_and_a_cancelled_export_stops(container: Container) -> None:
    await enrolled(container, sheet([person(n) for n in range(1, 6)]))
    ports, (actor, _) = container.ports, await new_staff(container, READ)
    made = await asked(container, actor, "people", "name")
    told: list[tuple[str, int]] = []

    async def follow() -> None:
        async for row in export.watch(ports, actor, made):
            told.append((row.state, row.done_rows))

    async with asyncio.timeout(10):
        following = asyncio.create_task(follow())
        while not told:
            await asyncio.sleep(0.01)
        await export.run(ports, made, chunk=2)
        await drain(ports)
        await following
    assert told[0] == ("waiting", 0)
    assert told[-1] == ("done", 5)
    second = await asked(container, actor, "people")
    await export.cancel(ports, actor, second)
    await drain(ports)
    assert (await export.one(actor, second)).state == "cancelled"
    assert await StoredFile.filter(purpose="export").count() == 1


async def test_files_are_deleted_after_a_week(container: Container) -> None:
    await enrolled(container, sheet([person(1)]))
    ports, (actor, _) = container.ports, await new_staff(container, READ)
    made = await asked(container, actor, "people")
    await drain(ports)
    file_id = (await export.one(actor, made)).file_id
    assert file_id is not None
    clean = REMINDERS["export"]
    await later(container, days=7)
    assert await clean(ports, business_day(ports.store.clock())) == []
    assert (await export.one(actor, made)).state == "done"
    await later(container, days=1)
    day: date = business_day(ports.store.clock())
    for _ in range(2):
        assert await clean(ports, day) == []
    row = await export.one(actor, made)
    assert (row.state, row.file_id) == ("expired", None)
    assert not await StoredFile.filter(id=file_id).exists()
    with pytest.raises(FileNotFoundError):
        await ports.files.get(str(file_id))


async def test_the_register_can_be_narrowed_down_and_ordered(container: Container) -> None:
    """A2.1: by start month, base, batch, reason and the state of a kind; every page of every order is complete."""
    ports = container.ports
    bases = ["9000.00", "15000.00", "12000.00", "12000.00", "9000.00"]
    first = await enrolled(container, sheet([person(n, base) for n, base in enumerate(bases, 1)]))
    second = await enrolled(container, sheet([person(9, 公积金比例="7%")]), company=OTHER, month=202612)
    reader, _ = await new_staff(container, READ)

    async def found(**wanted: Any) -> Sequence[enrollment.EnrollmentRow]:
        return (await enrollment.find(ports, reader, enrollment.Filter(**wanted), Window(100))).rows

    assert len(await found()) == 6
    assert len(await found(batch_id=first)) == 5
    assert [r.batch_id for r in await found(start_from=202612)] == [second]
    assert len(await found(start_to=202611)) == 5
    assert len(await found(base_from_fen=1_200_000, base_to_fen=1_200_000, batch_id=first)) == 2
    assert await found(stop_reason="resigned") == []
    from domain.enrollment import EnrollmentState
    from domain.policy import Kind

    assert len(await found(kind=Kind.PENSION, kind_state=EnrollmentState.EFFECTIVE)) == 6
    assert await found(kind=Kind.PENSION, kind_state=EnrollmentState.STOPPED) == []
    for sort, value in (
        (enrollment.Sort.BASE, lambda r: r.declared_base_fen),
        (enrollment.Sort.START_MONTH, lambda r: r.start_month),
        (enrollment.Sort.NAME, lambda r: r.person_id),
        (enrollment.Sort.NEWEST, lambda r: r.id),
    ):
        for descending in (True, False):
            wanted = enrollment.Filter(sort=sort, descending=descending)
            rows: list[enrollment.EnrollmentRow] = []
            before = 0
            while True:
                page = await enrollment.find(ports, reader, wanted, Window(2, before))
                rows += page.rows
                if not page.more:
                    break
                before = page.rows[-1].id
            assert len({r.id for r in rows}) == len(rows) == 6, sort
            if sort in (enrollment.Sort.BASE, enrollment.Sort.START_MONTH):
                assert [value(r) for r in rows] == sorted(map(value, rows), reverse=descending)
