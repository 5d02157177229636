"""Adding companies, changing them, moving a branch under another parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from db.models.company import Company
from db.scope import company
from db.sql import execute_many, fetch, fetch_value, locking, marks
from db.transaction import work
from domain.actor import Actor
from domain.bill import BillState
from domain.enrollment import OPEN_STATES
from domain.errors import Problem, Refusal, Severity, has_errors, invalid
from domain.money import format_rate
from domain.particulars import check_credit_code
from services.bill.stale import mark_stale
from services.contract import Saved
from services.policy import book, unknown_city
from services.ports import Ports

LONGEST_PATH = 400


@dataclass(frozen=True, slots=True)
class CompanyDetails:
    """What is kept of a company and may be changed."""

    name: str
    credit_code: str | None = None
    city_code: str | None = None
    injury_class: int | None = None
    housing_rate_ppm: int | None = None


@dataclass(frozen=True, slots=True)
class NewCompany:
    name: str
    credit_code: str | None = None
    parent_id: int | None = None
    city_code: str | None = None
    injury_class: int | None = None
    housing_rate_ppm: int | None = None


async def create(ports: Ports, actor: Actor, new: NewCompany) -> int:
    """Adds a company; under a parent in scope, or at the top for staff who see everything."""
    actor.require("company.write")
    await _refuse_unfit(ports, new)
    async with work(ports.store, actor) as unit:
        parent_path = "/"
        if new.parent_id is not None:
            await company(actor, new.parent_id)
            # Read anew under its lock: a branch that is being moved has another path afterwards.
            parent_path = (await Company.filter(id=new.parent_id).select_for_update().get()).path
        elif actor.scope is not None:
            raise Refusal(_parent_needed())
        await _unique(new, 0)
        row_id = unit.new_id()
        await Company.create(
            id=row_id,
            name=new.name.strip(),
            credit_code=new.credit_code or None,
            parent_id=new.parent_id,
            path=f"{parent_path}{row_id}/",
            city_code=new.city_code,
            injury_class=new.injury_class,
            housing_rate_ppm=new.housing_rate_ppm,
            created_at=unit.now,
        )
        await unit.audit("company.create", "company", row_id, row_id, 名称=new.name.strip())
    return row_id


async def update(ports: Ports, actor: Actor, company_id: int, details: CompanyDetails) -> Saved:
    """Changes a company. A new injury class or housing-fund rate says what it concerns, and open bills are stale."""
    actor.require("company.write")
    await _refuse_unfit(ports, details)
    async with work(ports.store, actor) as unit:
        row = await Company.filter(id=(await company(actor, company_id)).id).select_for_update().get()
        await _unique(details, company_id)
        new = {
            "name": details.name.strip(),
            "credit_code": details.credit_code or None,
            "city_code": details.city_code or None,
            "injury_class": details.injury_class,
            "housing_rate_ppm": details.housing_rate_ppm,
        }
        changed = {name for name, value in new.items() if getattr(row, name) != value}
        told = await _concerned(row, details) if changed & {"injury_class", "housing_rate_ppm"} else []
        await Company.filter(id=company_id).update(**new)
        if told:
            await mark_stale(company_id, [0])
        detail = {
            _WORDS[name]: f"{_shown(getattr(row, name))} → {_shown(new[name])}" for name in _WORDS if name in changed
        }
        await unit.audit("company.update", "company", company_id, company_id, **detail)
    return Saved(company_id, company_id, tuple(told))


async def move(ports: Ports, actor: Actor, company_id: int, parent_id: int | None) -> int:
    """Puts a company with all its branches under another parent, or at the top; everything below follows at once.

    Refused where the parent lies below the company itself (`company_circle`), and for the top where the actor's scope
    is limited.
    """
    actor.require("company.write")
    async with work(ports.store, actor) as unit:
        # The whole tree is locked: two moves at once could make a circle of each other.
        rows = await fetch(f"SELECT id, name, parent_id, path FROM company ORDER BY id{locking(unit.connection)}")
        tree = {r["id"]: r for r in rows}
        row = await company(actor, company_id)
        old = str(tree[row.id]["path"])
        if parent_id is None:
            above, name = "/", "（顶层）"
            if actor.scope is not None:
                raise Refusal(_parent_needed())
        else:
            above, name = str(tree[(await company(actor, parent_id)).id]["path"]), str(tree[parent_id]["name"])
        if above.startswith(old):
            raise Refusal(_circle(name))
        new = f"{above}{company_id}/"
        below = [(new + r["path"].removeprefix(old), r["id"]) for r in rows if str(r["path"]).startswith(old)]
        if max(len(path) for path, _ in below) > LONGEST_PATH:
            raise Refusal(_too_deep())
        await execute_many("UPDATE company SET path = ? WHERE id = ?", below)
        await Company.filter(id=company_id).update(parent_id=parent_id)
        detail = {"公司": row.name, "新上级": name, "涉及公司": len(below)}
        await unit.audit("company.move", "company", company_id, company_id, **detail)
    return company_id


_WORDS = {
    "name": "名称",
    "credit_code": "信用代码",
    "city_code": "城市",
    "injury_class": "工伤行业类别",
    "housing_rate_ppm": "公积金比例（ppm）",
}


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)


async def _concerned(row: Company, details: CompanyDetails) -> list[Problem]:
    """Notices of what a new injury class or housing-fund rate concerns."""
    sql = f"SELECT COUNT(*) FROM enrollment WHERE company_id = ? AND state IN ({marks(OPEN_STATES)})"
    people = int(await fetch_value(sql, [row.id, *map(str, OPEN_STATES)]))
    states = [BillState.DRAFT.value, BillState.CONFIRMED.value]
    sql = f"SELECT COUNT(*) FROM bill WHERE company_id = ? AND state IN ({marks(states)})"
    bills = int(await fetch_value(sql, [row.id, *states]))
    told = []
    if row.injury_class != details.injury_class:
        told.append(
            Problem(
                "injury_class_changed",
                f"工伤行业类别变更涉及 {people} 名在册人员；{bills} 张未关账账单须重新计算，已关账月份的差额入下一账单",
                f"The new injury class concerns {people} people; {bills} open bills have to be computed again; what "
                "differs in closed months goes on the next bill",
                "请重新计算未关账账单",
                "Compute the open bills again",
                Severity.NOTICE,
                field="injuryClass",
                value=_shown(details.injury_class),
            )
        )
    if row.housing_rate_ppm != details.housing_rate_ppm:
        rate = "" if details.housing_rate_ppm is None else format_rate(details.housing_rate_ppm)
        told.append(
            Problem(
                "housing_rate_changed",
                f"公积金比例变更供新参保使用；{people} 名在册人员保留各自的比例，{bills} 张未关账账单已标记须核对重算",
                f"The new rate is for new enrolments; {people} people keep theirs, and {bills} open bills are marked",
                "在册人员需一并调整的，请导入异动",
                "To change people who are enrolled, import a batch of changes",
                Severity.NOTICE,
                field="housingRate",
                value=rate,
            )
        )
    return told


async def _refuse_unfit(ports: Ports, details: CompanyDetails | NewCompany) -> None:
    problems = list(_check(details))
    if details.city_code and (await book(ports.store)).city_code(details.city_code) is None:
        problems.append(unknown_city(details.city_code))
    if has_errors(problems):
        raise Refusal(*problems)


async def _unique(details: CompanyDetails | NewCompany, company_id: int) -> None:
    if await Company.filter(name=details.name.strip()).exclude(id=company_id).exists():
        raise Refusal(_taken("name", "公司名称", "company name", details.name))
    code = details.credit_code
    if code and await Company.filter(credit_code=code).exclude(id=company_id).exists():
        raise Refusal(_taken("creditCode", "统一社会信用代码", "credit code", code))


def _check(new: CompanyDetails | NewCompany) -> list[Problem]:
    problems: list[Problem] = []
    if not 2 <= len(new.name.strip()) <= 120:
        problems.append(invalid("name", "公司名称须为 2 至 120 个字", "The name needs 2 to 120 characters"))
    if new.credit_code:
        problems += [p.at(field="creditCode") for p in check_credit_code(new.credit_code).problems]
    if new.injury_class is not None and not 1 <= new.injury_class <= 8:
        problems.append(invalid("injuryClass", "工伤行业类别为 1 至 8", "The work-injury class is 1 to 8"))
    if new.housing_rate_ppm is not None and not 50_000 <= new.housing_rate_ppm <= 120_000:
        problems.append(invalid("housingRate", "公积金比例为 5% 至 12%", "The housing-fund rate is 5 % to 12 %"))
    return problems


def _taken(field: str, what: str, what_en: str, value: str) -> Problem:
    return Problem(
        "taken",
        f"{what}已被使用",
        f"This {what_en} is in use",
        "请在列表中查找已有的公司",
        "Look for the company in the list",
        field=field,
        value=value,
    )


def _parent_needed() -> Problem:
    return Problem(
        "parent_needed",
        "您的数据范围有限，请选择上级公司",
        "Your scope is limited; choose a parent company",
        "选择您负责的公司作为上级",
        "Choose a company of yours as the parent",
        field="parentId",
    )


def _circle(name: str) -> Problem:
    return Problem(
        "company_circle",
        f"{name} 就是该公司或其下级，不能作为它的上级",
        "The parent is the company itself or lies below it",
        "请选择其他上级公司",
        "Choose another parent",
        field="parentId",
    )


def _too_deep() -> Problem:
    return Problem(
        "company_too_deep",
        "层级过深",
        "The tree would become too deep",
        "请选择更高一级的上级公司",
        "Choose a parent higher up",
        field="parentId",
    )
