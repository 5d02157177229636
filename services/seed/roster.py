"""Demonstration rosters and talent: one of each kind, with something to do on each. Never in production."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from db.clock import business_day
from db.models.company import Company
from db.models.policy import City
from db.models.roster import RosterEntry
from domain.columns import CellValue
from domain.identity import check_digit
from domain.roster import RosterKind
from domain.talent import Education, TalentFields
from services import roster, talent
from services.ports import Ports
from services.roster import ProjectFields
from services.staff import SYSTEM

_HOST = "远航物流（上海）有限公司"
_CLIENT = "晨光科技有限公司"
_BUILDER = "蓝天餐饮管理有限公司"
_PROJECT = "中央厨房改造工程"
_ACTOR = replace(SYSTEM, permissions=frozenset({"roster.write", "talent.write"}))


async def rosters(ports: Ports) -> None:
    """Adds the demonstration once; nothing where there are entries, or its companies or cities are missing."""
    found = {c.name: c.id for c in await Company.filter(name__in=[_HOST, _CLIENT, _BUILDER])}
    cities = await City.filter(code__in=["110000", "310000"]).count()
    if len(found) < 3 or cities < 2 or await RosterEntry.all().exists():
        return
    today = business_day(ports.store.clock())
    await _dispatched(ports, found[_HOST], today)
    await _outsourced(ports, found[_CLIENT], today)
    await _subcontracted(ports, found[_BUILDER], today)
    await _talents(ports, found[_CLIENT])


async def _dispatched(ports: Ports, company_id: int, today: date) -> None:
    for serial, (name, post, kind, begun, years) in enumerate(
        (
            ("周海", "叉车司机", "auxiliary", 200, 2),
            ("吴涛", "分拣员", "temporary", 170, 2),
            ("郑凯", "分拣员", "temporary", 20, 1),
        ),
        start=1,
    ):
        start = today - timedelta(days=begun)
        cells: dict[str, CellValue] = {
            "dispatcher": "华东人力资源服务有限公司",
            "post": post,
            "post_kind": kind,
            "city": "310000",
            "from_day": start,
            "contract_start": start,
            "contract_end": date(start.year + years, start.month, min(start.day, 28)) - timedelta(days=1),
        }
        await _add(ports, RosterKind.DISPATCH, company_id, serial, name, cells)
    month = today.replace(day=1) - timedelta(days=1)
    await roster.set_headcount(ports, _ACTOR, company_id, month.year * 100 + month.month, 24)


async def _outsourced(ports: Ports, company_id: int, today: date) -> None:
    service: dict[str, CellValue] = {
        "department": "研发部",
        "social_mode": "代理",
        "social_city": "110000",
        "social_base": "12000",
        "social_from": f"{today.year}-01",
        "fund_mode": "代理",
        "fund_city": "110000",
        "fund_tier": "12%",
        "fund_base": "12000",
        "fund_from": f"{today.year}-01",
    }
    await _add(ports, RosterKind.OUTSOURCING_A, company_id, 11, "孙悦", service)
    start = today - timedelta(days=345)
    contract: dict[str, CellValue] = {"contract_start": start, "contract_end": today + timedelta(days=20)}
    await _add(ports, RosterKind.OUTSOURCING_B, company_id, 12, "钱多", {**service, **contract, "post": "测试工程师"})


async def _subcontracted(ports: Ports, company_id: int, today: date) -> None:
    begun = today - timedelta(days=60)
    fields = ProjectFields(_PROJECT, begun, today + timedelta(days=120), "FB-2026-017", "浙安劳务有限公司")
    await roster.add_project(ports, _ACTOR, company_id, fields)
    for serial, (name, trade) in enumerate((("冯强", "电工"), ("陈刚", "瓦工")), start=21):
        cells: dict[str, CellValue] = {
            "project": _PROJECT,
            "contractor": "浙安劳务有限公司",
            "team": "一班",
            "post": trade,
            "from_day": begun + timedelta(days=serial),
        }
        await _add(ports, RosterKind.SUBCONTRACT, company_id, serial, name, cells)


async def _talents(ports: Ports, company_id: int) -> None:
    added = await talent.add(
        ports,
        _ACTOR,
        company_id,
        TalentFields(
            "林静", "13900003001", "110000", "人事专员", 6, Education.BACHELOR, tags=("可出差",), skills=("社保",)
        ),
    )
    await talent.record(ports, _ACTOR, added, business_day(ports.store.clock()))
    await talent.add(ports, _ACTOR, company_id, TalentFields("高远", "13900003002", "110000", "会计", 3))


async def _add(
    ports: Ports, kind: RosterKind, company_id: int, serial: int, name: str, cells: Mapping[str, CellValue]
) -> None:
    first = f"310101{1980 + serial:04d}0315{serial:03d}"
    person: dict[str, CellValue] = {
        "name": name,
        "id_number": first + check_digit(first),
        "phone": f"1390000{serial:04d}",
    }
    await roster.add(ports, _ACTOR, kind, company_id, {**person, **cells})
