"""What a supplier asks per person and month, by city and service, from a month on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.clock import business_day
from db.models.supplier import SupplierPrice
from db.sql import fetch, marks
from db.transaction import work
from domain.actor import Actor, not_found
from domain.contract import LARGEST_FEE_FEN
from domain.errors import Refusal, invalid
from domain.period import BillingMonth
from domain.reason import stated
from domain.supplier import SERVICE_LABELS, Price, SupplierService, in_force
from services.policy import book, unknown_city
from services.ports import Ports
from services.supplier.write import keeps, locked


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price from a month on; `in_force` says whether it is the one of this month."""

    id: int
    supplier_id: int
    city_code: str
    service: SupplierService
    from_month: int
    fen: int
    in_force: bool


@dataclass(frozen=True, slots=True)
class NewPrice:
    supplier_id: int
    city_code: str
    service: SupplierService
    from_month: int
    fen: int


async def prices(ports: Ports, supplier_ids: Sequence[int]) -> list[list[PriceRow]]:
    """The prices of each supplier by city, service and month, without those that were replaced."""
    if not supplier_ids:
        return []
    rows = await fetch(
        f"SELECT * FROM supplier_price WHERE supplier_id IN ({marks(supplier_ids)}) AND retired_at = 0 "
        "ORDER BY city_code, service, from_month, id",
        list(supplier_ids),
    )
    month = BillingMonth.from_date(business_day(ports.store.clock())).number
    lines: dict[tuple[int, str, str], list[dict]] = defaultdict(list)
    for r in rows:
        lines[r["supplier_id"], r["city_code"], r["service"]].append(r)
    found: dict[int, list[PriceRow]] = defaultdict(list)
    for (supplier_id, city, service), line in lines.items():
        now = in_force((Price(r["id"], r["from_month"], r["fen"]) for r in line), month)
        for r in line:
            mine = now is not None and now.id == r["id"]
            row = PriceRow(r["id"], supplier_id, city, SupplierService(service), r["from_month"], r["fen"], mine)
            found[supplier_id].append(row)
    return [found.get(i, []) for i in supplier_ids]


async def set_price(ports: Ports, actor: Actor, new: NewPrice) -> int:
    """Sets a price from a month on; one of the same city, service and month is retired. Answers the supplier's id."""
    keeps(actor)
    problems = []
    if (await book(ports.store)).city_code(new.city_code) is None:
        problems.append(unknown_city(new.city_code))
    if not 0 <= new.fen <= LARGEST_FEE_FEN:
        problems.append(invalid("price", "单价须为 0 至 10 万元", "The price is 0 to 100,000 yuan"))
    if problems:
        raise Refusal(*problems)
    async with work(ports.store, actor) as unit:
        row = await locked(new.supplier_id)
        same = {"supplier_id": row.id, "city_code": new.city_code, "service": new.service.value}
        earlier = SupplierPrice.filter(**same, from_month=new.from_month, retired_at=0)
        replaced = await earlier.update(retired_at=unit.now)
        await SupplierPrice.create(
            id=unit.new_id(), **same, from_month=new.from_month, fen=new.fen, created_at=unit.now
        )
        await unit.audit(
            "supplier.price",
            "supplier",
            row.id,
            城市=new.city_code,
            服务=SERVICE_LABELS[new.service],
            起始月=str(BillingMonth.of(new.from_month)),
            单价分=new.fen,
            取代=replaced,
        )
    return row.id


async def retire_price(ports: Ports, actor: Actor, price_id: int, reason: str) -> int:
    """Takes a price away, so that the one before it holds on. Answers the supplier's id."""
    keeps(actor)
    why = stated(reason, "移除原因", "why it is taken away", "例如：录入有误", "For example: entered by mistake")
    async with work(ports.store, actor) as unit:
        found = await SupplierPrice.filter(id=price_id, retired_at=0).select_for_update().first()
        if found is None:
            raise Refusal(not_found("单价", "price"))
        await SupplierPrice.filter(id=price_id).update(retired_at=unit.now)
        when = str(BillingMonth.of(found.from_month))
        detail = {"城市": found.city_code, "起始月": when, "原因": why}
        await unit.audit("supplier.price_retire", "supplier", found.supplier_id, None, **detail)
    return found.supplier_id
