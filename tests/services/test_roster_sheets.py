"""A7.1, A7.2, A7.3: rosters come in and go out as workbooks; twenty thousand people in one file and one list."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import openpyxl
import pytest
from tortoise.connection import get_connection

from app.container import Container
from db.models.audit import Audit
from db.models.roster import RosterEntry, RosterEvent
from domain.actor import Actor
from domain.errors import Refusal, Severity
from domain.roster import COLUMNS, RosterKind
from services import file, roster
from services.paging import Window
from services.roster import Filter, Imported
from tests.factories import account, company_id, new_staff, person, sheet

HOST, OTHER = "远航物流（成都）有限公司", "晨光科技有限公司"
HEADERS = ("用工单位", "派遣公司", "员工姓名", "身份证号", "手机", "职位", "三性岗位", "派遣起", "合同起止", "星座")


def row(serial: int, **changes: Any) -> dict[str, Any]:
    """A good row of a dispatch roster."""
    known = person(serial)
    return {
        "派遣公司": "某派遣公司",
        "员工姓名": known["姓名"],
        "身份证号": known["证件号码"],
        "手机": known["手机号"],
        "职位": "保安",
        "三性岗位": "辅助性",
        "派遣起": "2026-11-01",
        "合同起止": "2026-11-01至2028-10-31",
        "星座": "狮子",
    } | changes


async def imported(
    container: Container,
    actor: Actor,
    rows: Sequence[dict[str, Any]],
    headers: Sequence[str] = HEADERS,
    *,
    company: str | None = HOST,
    kind: RosterKind = RosterKind.DISPATCH,
    dry_run: bool = False,
) -> Imported:
    """An import of these rows; row numbers begin with 4."""
    stored = await file.upload(container.ports, actor, "花名册.xlsx", sheet(rows, headers))
    owner = await company_id(company) if company else None
    return await roster.import_roster(container.ports, actor, kind, stored.id, owner, dry_run)


async def test_all_or_nothing(container: Container) -> None:
    """A7.1: every bad row is told with row, column and value, in a dry run and in earnest; then nothing is kept."""
    maker, before = await account("zhuanyuan"), await RosterEntry.all().count()
    rows = [
        row(1),
        row(2, 身份证号=110105199001011240),
        row(3, 三性岗位="长期"),
        row(1, 手机="12345"),
        row(1),
        row(4, 用工单位="不存在的公司"),
        row(5, 合同起止="2028-10-31至2026-11-01"),
        row(6, 员工姓名=""),
    ]
    dry = await imported(container, maker, rows, dry_run=True)
    with pytest.raises(Refusal) as refused:
        await imported(container, maker, rows)
    for problems in (dry.problems, refused.value.problems):
        assert [(p.row, p.column, p.code) for p in problems if p.severity == "error"] == [
            (5, "身份证号", "id_numeric_form"),
            (6, "三性岗位", "choice_unknown"),
            (7, "手机", "phone_form"),
            (8, None, "roster_duplicate"),
            (9, "用工单位", "company_unknown"),
            (10, None, "contract_reversed"),
            (11, "员工姓名", "required_missing"),
        ]
        assert next(p.value for p in problems if p.row == 6) == "长期"
        assert "第 4 行" in next(p.message for p in problems if p.row == 8)
    assert (dry.rows, dry.added, dry.unknown) == (8, 0, ("星座",))
    assert await RosterEntry.all().count() == before
    good = [row(1), row(2), row(3, 用工单位=OTHER)]
    assert (await imported(container, maker, good, dry_run=True)).added == 0
    assert await RosterEntry.all().count() == before
    done = await imported(container, maker, good)
    assert (done.rows, done.added, done.problems) == (3, 3, ())
    assert await RosterEntry.all().count() == before + 3
    entry = await RosterEntry.get(name=person(1)["姓名"], company_id=await company_id(HOST))
    assert (entry.contract_start, entry.contract_end, entry.post_kind) == ("2026-11-01", "2028-10-31", "auxiliary")
    assert [e.act for e in await RosterEvent.filter(entry_id=entry.id)] == ["imported"]
    assert await Audit.filter(act="roster.import").count() == 2
    with pytest.raises(Refusal) as refused:
        await imported(container, maker, [row(1), row(9)])
    assert [(p.row, p.code) for p in refused.value.problems] == [(4, "roster_duplicate")]


async def test_only_for_companies_in_scope(container: Container) -> None:
    """A7.1, A9.1: another branch's company is unknown, in the sheet and as a choice; other people's files too."""
    ports = container.ports
    mine, _ = await new_staff(container, ["roster.read", "roster.write", "file.write"], OTHER)
    with pytest.raises(Refusal, match="company_unknown"):
        await imported(container, mine, [row(1, 用工单位=HOST)], company=None)
    with pytest.raises(Refusal, match="company_missing"):
        await imported(container, mine, [row(1)], company=None)
    with pytest.raises(Refusal, match="not_found"):
        await imported(container, mine, [row(1)], company=HOST)
    stored = await file.upload(ports, await account("zhuanyuan"), "花名册.xlsx", sheet([row(1)], HEADERS))
    with pytest.raises(Refusal, match="not_found"):
        await roster.import_roster(ports, mine, RosterKind.DISPATCH, stored.id, None, True)


async def test_a_workbook_goes_out_and_comes_in_again(container: Container) -> None:
    """A7.2: the columns of the kind, numbers as text; in full for those who may see them, masked for others."""
    ports, maker = container.ports, await account("zhuanyuan")
    kind, owner = RosterKind.OUTSOURCING_A, await company_id(HOST)
    headers = ("姓名", "证件号码", "手机号", "部门", "社保服务方式", "社保缴金地", "社保基数", "社保服务起始月", "备注")
    given = {
        "部门": "运营",
        "社保服务方式": "代理",
        "社保缴金地": "成都",
        "社保基数": 8500.5,
        "社保服务起始月": "2026-11",
    }
    rows = [person(n) | given | {"备注": "=1+1"} for n in range(1, 4)]
    await imported(container, maker, rows, headers, kind=kind)

    async def book(actor: Actor) -> list[dict[str, Any]]:
        file_id = await roster.export(ports, actor, Filter(kind=kind, company_id=owner))
        page = openpyxl.load_workbook(io.BytesIO(await file.opened(ports, file_id))).active
        assert page is not None
        lines = list(page.iter_rows(values_only=True))
        return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:]]

    told = await book(maker)
    assert [r["证件号码"] for r in told] == [person(n)["证件号码"] for n in (3, 2, 1)]
    assert list(told[0])[:-4] == [c.label for c in COLUMNS[kind]]
    first = told[-1]
    assert (first["社保基数"], first["社保服务起始月"], first["社保服务方式"]) == (8500.5, "2026-11", "代理")
    assert (first["社保缴金地"].startswith("成都"), first["备注"], first["状态"]) == (True, "=1+1", "在册")
    assert "没有在册的参保记录" in first["提示"]
    plain, _ = await new_staff(container, ["roster.read"])
    masked = await book(plain)
    assert all("*" in r["证件号码"] and "*" in r["手机号"] for r in masked)
    with pytest.raises(Refusal, match="kind_needed"):
        await roster.export(ports, maker, Filter())
    file_id = await roster.export(ports, maker, Filter(kind=kind, company_id=owner))
    content = await file.opened(ports, file_id)
    await RosterEntry.filter(company_id=owner).delete()
    again = await file.upload(ports, maker, "再导入.xlsx", content)
    done = await roster.import_roster(ports, maker, kind, again.id, None, False)
    assert (done.added, [p for p in done.problems if p.severity == "error"]) == (3, [])
    assert {(r["部门"], r["社保基数"]) for r in await book(maker)} == {("运营", 8500.5)}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    connection = get_connection("default")
    real, seen = connection.execute_query_dict, []

    async def execute(sql: str, values: Any = None) -> Any:
        seen.append(sql)
        return await real(sql, values)

    connection.execute_query_dict = execute  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        del connection.execute_query_dict  # type: ignore[attr-defined]


async def test_twenty_thousand_people(container: Container) -> None:
    """A7.1: imported in one go, listed with findings by a fixed number of queries, counted for the board, exported."""
    ports, maker = container.ports, await account("zhuanyuan")
    count, owner = 20_000, await company_id(HOST)
    done = await imported(container, maker, [row(n) for n in range(count)])
    assert done.added == count
    small = Filter(company_id=owner, search=person(7)["证件号码"])
    with counted() as few:
        (one,) = (await roster.find(ports, maker, small, Window(100))).rows
    began = perf_counter()
    with counted() as many:
        page = await roster.find(ports, maker, Filter(company_id=owner), Window(100))
    assert (len(page.rows), page.total, page.more) == (100, count, True)
    assert {p.code for p in page.rows[0].findings} == {p.code for p in one.findings} != set()
    assert len(many) == len(few) <= 10
    assert perf_counter() - began < 3
    page = await roster.find(ports, maker, Filter(company_id=owner, severity=Severity.ERROR), Window(100))
    assert len(page.rows) == 100
    assert [r.name for r in (await roster.find(ports, maker, Filter(search=person(9)["手机号"]), Window())).rows] == [
        person(9)["姓名"]
    ]
    with counted() as board_queries:
        board = await roster.board(ports, maker, owner)
    assert next(f.entries for f in board.findings if f.code == "roster_not_enrolled") == count
    assert len(board_queries) < 40
    assert await roster.export(ports, maker, Filter(kind=RosterKind.DISPATCH, company_id=owner))
