"""Client companies and their branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.expressions import Q

from db.models.company import Company
from db.models.enrollment import Enrollment
from db.scope import companies, company
from db.transaction import work
from domain.actor import Actor, not_found
from domain.enrollment import OPEN_STATES
from domain.errors import Problem, Refusal, has_errors, invalid
from domain.particulars import check_credit_code
from services.paging import Page, Window, page_of
from services.policy import book, unknown_city
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company; `injury_class` 1–8 is its work-injury industry class, `housing_rate_ppm` its housing-fund rate."""

    id: int
    name: str
    credit_code: str | None
    parent_id: int | None
    path: str
    city_code: str | None
    injury_class: int | None
    housing_rate_ppm: int | None


@dataclass(frozen=True, slots=True)
class NewCompany:
    name: str
    credit_code: str | None = None
    parent_id: int | None = None
    city_code: str | None = None
    injury_class: int | None = None
    housing_rate_ppm: int | None = None


_FIELDS = tuple(CompanyRow.__dataclass_fields__)


async def find(actor: Actor, search: str, window: Window) -> Page[CompanyRow]:
    """Companies in scope, newest first, by part of the name or the whole credit code."""
    query = Company.filter(companies(actor))
    if search:
        query = query.filter(Q(name__contains=search) | Q(credit_code=search))
    total = await query.count()
    if window.before_id:
        query = query.filter(id__lt=window.before_id)
    rows = await query.order_by("-id").limit(window.first + 1).values(*_FIELDS)
    return page_of([CompanyRow(**r) for r in rows], window, total)


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[CompanyRow | None]:
    """Companies in the order asked for; None for those out of scope."""
    rows = await Company.filter(companies(actor), id__in=list(ids)).values(*_FIELDS)
    found = {r["id"]: CompanyRow(**r) for r in rows}
    return [found.get(i) for i in ids]


async def branches(actor: Actor, parent_ids: Sequence[int]) -> list[list[CompanyRow]]:
    """The direct branches of each parent, in scope."""
    rows = await Company.filter(companies(actor), parent_id__in=list(parent_ids)).order_by("name").values(*_FIELDS)
    by_parent: dict[int, list[CompanyRow]] = {}
    for r in rows:
        by_parent.setdefault(r["parent_id"], []).append(CompanyRow(**r))
    return [by_parent.get(i, []) for i in parent_ids]


async def enrolled_counts(actor: Actor, ids: Sequence[int]) -> list[int]:
    """How many people are enrolled with each company now."""
    rows = await Enrollment.filter(
        companies(actor, "company__"), company_id__in=list(ids), state__in=OPEN_STATES
    ).values_list("company_id", flat=True)
    counts: dict[int, int] = {}
    for company_id in rows:
        counts[int(company_id)] = counts.get(int(company_id), 0) + 1  # type: ignore[call-overload]
    return [counts.get(i, 0) for i in ids]


async def named(actor: Actor, name: str) -> CompanyRow:
    """The company of exactly that name; refused as not found otherwise."""
    rows = await Company.filter(companies(actor), name=name).values(*_FIELDS)
    if not rows:
        raise Refusal(not_found("公司", "company").at(field="company", value=name))
    return CompanyRow(**rows[0])


async def create(ports: Ports, actor: Actor, new: NewCompany) -> int:
    """Adds a company; under a parent in scope, or at the top for staff who see everything."""
    actor.require("company.write")
    problems = list(_check(new))
    policies = await book(ports.store)
    if new.city_code and policies.city_code(new.city_code) is None:
        problems.append(unknown_city(new.city_code))
    if has_errors(problems):
        raise Refusal(*problems)
    async with work(ports.store, actor) as unit:
        parent_path = "/"
        if new.parent_id is not None:
            parent_path = (await company(actor, new.parent_id)).path
        elif actor.scope is not None:
            raise Refusal(_parent_needed())
        if await Company.filter(name=new.name.strip()).exists():
            raise Refusal(_taken("name", "公司名称", "company name", new.name))
        if new.credit_code and await Company.filter(credit_code=new.credit_code).exists():
            raise Refusal(_taken("creditCode", "统一社会信用代码", "credit code", new.credit_code))
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


def _check(new: NewCompany) -> list[Problem]:
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
