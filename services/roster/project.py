"""Subcontracted projects, and how many people a host company employs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from db.models.roster import RosterHeadcount, RosterProject
from db.scope import company, company_sql
from db.sql import fetch, fetch_value, locking, marks
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal, invalid
from domain.period import BillingMonth
from domain.roster import EntryState
from services.paging import Page, Window, page_of
from services.ports import Ports
from services.roster.entry import today_of, within

LARGEST_HEADCOUNT = 10_000_000


@dataclass(frozen=True, slots=True)
class ProjectFields:
    """What is known of a project. `note` is kept with it as it was written."""

    name: str
    from_day: date
    to_day: date | None = None
    contract_number: str = ""
    contractor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    id: int
    company_id: int
    company_name: str
    name: str
    contract_number: str
    contractor: str
    from_day: str
    to_day: str | None
    note: str
    ended_at: int
    created_at: int
    people: int


_SELECT = """
SELECT p.id, p.company_id, c.name AS company_name, p.name, p.contract_number, p.contractor, p.from_day, p.to_day,
       p.detail, p.ended_at, p.created_at FROM roster_project p JOIN company c ON c.id = p.company_id
"""


async def add_project(ports: Ports, actor: Actor, company_id: int, fields: ProjectFields) -> int:
    """Adds a project to a company. Refused: name_invalid, roster_days, project_duplicate."""
    actor.require("roster.write")
    _check(fields)
    async with work(ports.store, actor) as unit:
        owner = await company(actor, company_id)
        await _one_of_its_name(unit, owner.id, fields.name)
        row_id = unit.new_id()
        await RosterProject.create(id=row_id, company_id=owner.id, created_at=unit.now, **_columns(fields))
        await unit.audit("roster.project_add", "roster_project", row_id, owner.id, 项目=fields.name.strip())
    return row_id


async def edit_project(ports: Ports, actor: Actor, project_id: int, fields: ProjectFields) -> int:
    """Changes what is known of a project that has not ended. Refused: as `add_project`, and project_ended."""
    actor.require("roster.write")
    _check(fields)
    async with work(ports.store, actor) as unit:
        project = await _running(actor, project_id)
        await _one_of_its_name(unit, project.company_id, fields.name, project.id)
        columns = _columns(fields)
        project.update_from_dict(columns)
        await project.save(update_fields=list(columns))
        await unit.audit("roster.project_edit", "roster_project", project.id, project.company_id, 项目=project.name)
    return project_id


async def end_project(ports: Ports, actor: Actor, project_id: int) -> int:
    """Ends a project; who is still on it stays, as a finding, until the leaving is recorded."""
    actor.require("roster.write")
    async with work(ports.store, actor) as unit:
        project = await _running(actor, project_id)
        project.ended_at = unit.now
        await project.save(update_fields=["ended_at"])
        left = await fetch_value(
            "SELECT COUNT(*) FROM roster_entry WHERE project_id = ? AND state = ?",
            [project.id, EntryState.ACTIVE.value],
        )
        await unit.audit(
            "roster.project_end", "roster_project", project.id, project.company_id, 项目=project.name, 未离场=left
        )
    return project_id


async def set_headcount(ports: Ports, actor: Actor, company_id: int, month: int, employees: int) -> int:
    """Notes how many people a company employs itself in a month, those dispatched to it not counted. Refused:
    month_invalid (a month to come), employees_invalid. Answers the company's id."""
    actor.require("roster.write")
    if not 0 <= employees <= LARGEST_HEADCOUNT:
        raise Refusal(invalid("employees", "人数须为零或正整数", "The headcount is zero or more"))
    async with work(ports.store, actor) as unit:
        owner = await company(actor, company_id)
        await fetch(f"SELECT id FROM company WHERE id = ?{locking(unit.connection)}", [owner.id])
        if BillingMonth.of(month) > BillingMonth.from_date(today_of(unit)):
            raise Refusal(invalid("month", "不能登记以后的月份", "The month lies ahead"))
        row = await RosterHeadcount.filter(company_id=owner.id, month=month).first()
        before = row.employees if row else None
        if row is None:
            await RosterHeadcount.create(
                id=unit.new_id(),
                company_id=owner.id,
                month=month,
                employees=employees,
                by_id=unit.actor.staff_id,
                created_at=unit.now,
            )
        else:
            row.employees, row.by_id = employees, unit.actor.staff_id
            await row.save(update_fields=["employees", "by_id"])
        told = {"月份": str(BillingMonth.of(month)), "原人数": before, "人数": employees}
        await unit.audit("roster.headcount", "company", owner.id, owner.id, **told)
    return company_id


async def projects(
    actor: Actor, company_id: int | None, search: str, running: bool | None, window: Window
) -> Page[ProjectRow]:
    """Projects of companies in scope, newest first; `running` picks those that have not ended, or have."""
    actor.require("roster.read")
    condition, values = company_sql(actor, "p.company_id")
    if company_id is not None:
        condition, values = f"{condition} AND p.company_id = ?", [*values, company_id]
    if search.strip():
        text = search.strip().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        condition, values = f"{condition} AND p.name LIKE ? ESCAPE '!'", [*values, f"%{text}%"]
    if running is not None:
        condition = f"{condition} AND p.ended_at {'= 0' if running else '> 0'}"
    total = int(await fetch_value(f"SELECT COUNT(*) FROM roster_project p WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND p.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY p.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of(await _rows(rows), window, total)


async def project_by_id(actor: Actor, project_id: int) -> ProjectRow | None:
    """A project in scope; None for any other."""
    actor.require("roster.read")
    condition, values = company_sql(actor, "p.company_id")
    found = await _rows(await fetch(f"{_SELECT} WHERE p.id = ? AND {condition}", [project_id, *values]))
    return found[0] if found else None


async def _rows(rows: Sequence[dict[str, Any]]) -> list[ProjectRow]:
    """Projects with the people on them counted in one query."""
    ids = [r["id"] for r in rows]
    people: dict[int, int] = {}
    if ids:
        counted = await fetch(
            f"SELECT project_id, COUNT(*) AS n FROM roster_entry WHERE project_id IN ({marks(ids)}) AND state = ? "
            "GROUP BY project_id",
            [*ids, EntryState.ACTIVE.value],
        )
        people = {r["project_id"]: int(r["n"]) for r in counted}
    found = []
    for r in rows:
        note = orjson.loads(r.pop("detail")).get("note", "")
        found.append(ProjectRow(**r, note=note, people=people.get(r["id"], 0)))
    return found


def _check(fields: ProjectFields) -> None:
    if not 2 <= len(fields.name.strip()) <= 120:
        raise Refusal(
            invalid("name", "请填写项目名称（2 至 120 个字）", "Give the project a name (2 to 120 characters)")
        )
    if fields.to_day is not None and fields.to_day < fields.from_day:
        raise Refusal(invalid("toDay", "结束日期早于开始日期", "It ends before it begins"))


def _columns(fields: ProjectFields) -> dict[str, Any]:
    return {
        "name": fields.name.strip(),
        "contract_number": fields.contract_number.strip(),
        "contractor": fields.contractor.strip(),
        "from_day": fields.from_day.isoformat(),
        "to_day": fields.to_day.isoformat() if fields.to_day else None,
        "detail": orjson.dumps({"note": fields.note.strip()[:400]}).decode(),
    }


async def _running(actor: Actor, project_id: int) -> RosterProject:
    project = await RosterProject.filter(id=project_id).select_for_update().first()
    if project is None or not await within(actor, project.company_id):
        raise Refusal(not_found("项目", "project"))
    if project.ended_at:
        raise Refusal(_ended())
    return project


async def _one_of_its_name(unit: Work, company_id: int, name: str, project_id: int = 0) -> None:
    await fetch(f"SELECT id FROM company WHERE id = ?{locking(unit.connection)}", [company_id])
    others = RosterProject.filter(company_id=company_id, name=name.strip(), ended_at=0).exclude(id=project_id)
    if await others.exists():
        raise Refusal(_duplicate(name))


def _duplicate(name: str) -> Problem:
    return Problem(
        "project_duplicate",
        "公司已有同名的进行中项目",
        "The company has a running project of this name",
        "请使用原项目，或换一个名称",
        "Use that project, or another name",
        field="name",
        value=name[:60],
    )


def _ended() -> Problem:
    return Problem("project_ended", "项目已结束", "The project has ended", "需要时请新建项目", "Add a new project")
