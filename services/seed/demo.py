"""Demonstration data: client companies with branches, schemes, and one account a role. Never in production."""

from __future__ import annotations

from dataclasses import dataclass

from db.models.company import Company
from db.models.policy import Scheme
from db.models.staff import Staff, StaffScope
from db.transaction import Work, work
from domain.policy import Category, Kind
from services.ports import Ports
from services.seed.partners import partners
from services.seed.roster import rosters
from services.seed.start import account
from services.staff import SYSTEM, hash_password

COMPANY = "晨光科技有限公司"
"""The company of the sample workbooks."""


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account; `company` limits what it sees to that company and its branches."""

    username: str
    password: str
    display_name: str
    role: str
    company: str | None = None


ACCOUNTS = (
    Account("admin", "Shebao-demo-1", "系统管理员", "admin"),
    Account("zhuanyuan", "Shebao-demo-2", "王专员", "specialist"),
    Account("zhuguan", "Shebao-demo-3", "李主管", "reviewer"),
    Account("caiwu", "Shebao-demo-4", "陈财务", "finance"),
    Account("fenzhi", "Shebao-demo-5", "赵分支", "specialist", "远航物流（上海）有限公司"),
    Account("kehu", "Shebao-demo-6", "周客户（晨光 HR）", "client_hr", COMPANY),
)

# name, parent, city, injury class, housing-fund rate in ppm
_COMPANIES = (
    (COMPANY, None, "110000", 2, 120_000),
    ("晨光科技（上海）分公司", COMPANY, "310000", 2, 70_000),
    ("远航物流集团有限公司", None, "440300", 4, 50_000),
    ("远航物流（上海）有限公司", "远航物流集团有限公司", "310000", 4, 70_000),
    ("远航物流（成都）有限公司", "远航物流集团有限公司", "510100", 4, 60_000),
    ("蓝天餐饮管理有限公司", None, "330100", 3, 80_000),
)
_FIVE = (Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY)
_ALL = (*_FIVE, Kind.HOUSING_FUND)
# name, company, city, kinds, housing-fund rate in ppm, fee in fen
_SCHEMES = (
    ("北京五险一金（12%）", COMPANY, "110000", _ALL, 120_000, 3000),
    ("北京五险", None, "110000", _FIVE, None, 2500),
    ("上海五险一金（7%）", None, "310000", _ALL, 70_000, 3000),
    ("成都五险一金（6%）", None, "510100", _ALL, 60_000, 2500),
    ("杭州五险一金（8%）", None, "330100", _ALL, 80_000, 2500),
)


async def demo(ports: Ports) -> None:
    """Adds what is missing of the demonstration; safe to repeat."""
    hashes = {a.username: await hash_password(a.password) for a in ACCOUNTS if not await _known(a.username)}
    async with work(ports.store, SYSTEM) as unit:
        ids: dict[str, int] = {}
        for name, parent, city, injury_class, rate in _COMPANIES:
            ids[name] = await _company(unit, name, ids.get(parent or ""), city, injury_class, rate)
        for scheme in _SCHEMES:
            await _scheme(unit, ids, *scheme)
        for each in ACCOUNTS:
            if each.username in hashes:
                # Whoever tries the demonstration is not asked for a new password first.
                hashed = hashes[each.username]
                staff = await account(unit, each.username, each.display_name, each.role, hashed, unit.now)
                if each.company:
                    await StaffScope.create(id=unit.new_id(), staff_id=staff.id, company_id=ids[each.company])
        await partners(unit, ids)
    await rosters(ports)


async def _known(username: str) -> bool:
    return await Staff.filter(username=username).exists()


async def _company(unit: Work, name: str, parent_id: int | None, city: str, injury_class: int, rate: int) -> int:
    found = await Company.get_or_none(name=name)
    if found is not None:
        return found.id
    row_id = unit.new_id()
    above = (await Company.get(id=parent_id)).path if parent_id else "/"
    await Company.create(
        id=row_id,
        name=name,
        parent_id=parent_id,
        path=f"{above}{row_id}/",
        city_code=city,
        injury_class=injury_class,
        housing_rate_ppm=rate,
        created_at=unit.now,
    )
    return row_id


async def _scheme(
    unit: Work,
    ids: dict[str, int],
    name: str,
    company: str | None,
    city: str,
    kinds: tuple[Kind, ...],
    rate: int | None,
    fee: int,
) -> None:
    if not await Scheme.filter(name=name).exists():
        await Scheme.create(
            id=unit.new_id(),
            name=name,
            company_id=ids.get(company or ""),
            city_code=city,
            category=Category.EMPLOYEE,
            kinds=",".join(kinds),
            housing_rate_ppm=rate,
            service_fee_fen=fee,
            created_at=unit.now,
        )
