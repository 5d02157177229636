"""Schemes: what a group of people is enrolled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tortoise.expressions import Q

from db.models.policy import Scheme
from db.scope import common_or_companies, company
from db.transaction import work
from domain.actor import Actor
from domain.errors import Refusal, has_errors, invalid
from domain.policy import Category, Kind
from services.policy import book
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """`kinds` empty means: whatever the city has for the category. A scheme without a company is everyone's."""

    id: int
    name: str
    company_id: int | None
    city_code: str
    category: Category
    kinds: tuple[Kind, ...]
    housing_rate_ppm: int | None
    service_fee_fen: int


@dataclass(frozen=True, slots=True)
class NewScheme:
    name: str
    city_code: str
    category: Category
    kinds: tuple[Kind, ...]
    housing_rate_ppm: int | None = None
    service_fee_fen: int = 0
    company_id: int | None = None


async def visible(actor: Actor, company_id: int | None = None) -> list[SchemeRow]:
    """Schemes of companies in scope and common ones; for one company: its own and common ones."""
    query = Scheme.filter(common_or_companies(actor))
    if company_id is not None:
        query = query.filter(Q(company_id=None) | Q(company_id=company_id))
    return [_row(r) for r in await query.order_by("name").values()]


async def by_ids(actor: Actor, ids: Iterable[int]) -> dict[int, SchemeRow]:
    """Schemes by id, those the actor may see."""
    query = Scheme.filter(common_or_companies(actor), id__in=list(ids))
    return {r["id"]: _row(r) for r in await query.values()}


def _row(r: dict) -> SchemeRow:
    kinds = tuple(Kind(k) for k in r["kinds"].split(",") if k)
    return SchemeRow(
        r["id"],
        r["name"],
        r["company_id"],
        r["city_code"],
        Category(r["category"]),
        kinds,
        r["housing_rate_ppm"],
        r["service_fee_fen"],
    )


async def create(ports: Ports, actor: Actor, new: NewScheme) -> int:
    """Adds a scheme after checking that the city offers what it names."""
    actor.require("scheme.write")
    policies = await book(ports.store)
    problems = []
    if not 2 <= len(new.name.strip()) <= 80:
        problems.append(invalid("name", "方案名称须为 2 至 80 个字", "The name needs 2 to 80 characters"))
    if new.city_code not in policies.cities():
        problems.append(invalid("cityCode", "没有该城市的政策", "There are no policies for this city"))
    if not new.kinds:
        problems.append(invalid("kinds", "请至少选择一个险种", "Choose at least one kind"))
    if Kind.HOUSING_FUND in new.kinds and new.housing_rate_ppm is None:
        problems.append(
            invalid("housingRate", "含公积金的方案须填缴存比例", "A scheme with housing fund needs its rate")
        )
    if new.housing_rate_ppm is not None and not 50_000 <= new.housing_rate_ppm <= 120_000:
        problems.append(invalid("housingRate", "公积金比例为 5% 至 12%", "The housing-fund rate is 5 % to 12 %"))
    if new.service_fee_fen < 0:
        problems.append(invalid("serviceFee", "服务费不能为负", "The fee cannot be negative"))
    if has_errors(problems):
        raise Refusal(*problems)
    async with work(ports.store, actor) as unit:
        if new.company_id is not None:
            await company(actor, new.company_id)
        elif actor.scope is not None:
            raise Refusal(invalid("companyId", "请选择公司", "Choose a company"))
        row_id = unit.new_id()
        await Scheme.create(
            id=row_id,
            name=new.name.strip(),
            company_id=new.company_id,
            city_code=new.city_code,
            category=new.category,
            kinds=",".join(new.kinds),
            housing_rate_ppm=new.housing_rate_ppm,
            service_fee_fen=new.service_fee_fen,
            created_at=unit.now,
        )
        await unit.audit("scheme.create", "scheme", row_id, new.company_id, 名称=new.name.strip())
    return row_id
