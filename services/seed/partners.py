"""Demonstration suppliers with contracts and prices, and contracts of the demonstration's clients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from db.clock import business_day
from db.models.company import CompanyContact, CompanyContract
from db.models.supplier import Supplier, SupplierContact, SupplierContract, SupplierPrice
from db.transaction import Work
from domain.supplier import SupplierService, SupplierState

# name, contract number, days until it runs out (None: without an end), contact, phone, city → fen a person and month
_SUPPLIERS: tuple[tuple[str, str, int | None, str, str, Mapping[str, int]], ...] = (
    ("华东人力资源服务有限公司", "GYS-2026-001", 25, "沈经理", "13900000001", {"310000": 1800, "330100": 1600}),
    ("西南众联劳务有限公司", "GYS-2026-002", 200, "何经理", "13900000002", {"510100": 1500}),
    ("南方智企服务有限公司", "GYS-2026-003", None, "梁经理", "13900000003", {"440300": 2000}),
)
# company, contract number, days until it runs out, fee in fen, contact, phone
_CONTRACTS = (
    ("晨光科技有限公司", "KH-2026-001", 50, 3000, "周主管", "13900000011"),
    ("远航物流集团有限公司", "KH-2026-002", 300, 2500, "吴总监", "13900000012"),
    ("蓝天餐饮管理有限公司", "KH-2026-003", 5, 2800, "郑店长", "13900000013"),
)


async def partners(unit: Work, companies: Mapping[str, int]) -> None:
    """Adds what is missing of them; days are counted from the day of the seed."""
    today = business_day(unit.now)
    from_day = f"{today.year}-01-01"
    for name, number, days, contact, phone, prices in _SUPPLIERS:
        if await Supplier.filter(name=name).exists():
            continue
        row_id = unit.new_id()
        await Supplier.create(id=row_id, name=name, state=SupplierState.ACTIVE.value, created_at=unit.now)
        to_day = None if days is None else (today + timedelta(days=days)).isoformat()
        await SupplierContract.create(
            id=unit.new_id(),
            supplier_id=row_id,
            number=number,
            from_day=from_day,
            to_day=to_day,
            created_at=unit.now,
        )
        contact_id = unit.new_id()
        sealed = unit.store.vault.seal_text("supplier_contact.phone", contact_id, phone)
        about: dict[str, Any] = {"name": contact, "duty": "客户经理", "phone_sealed": sealed, "created_at": unit.now}
        await SupplierContact.create(id=contact_id, supplier_id=row_id, **about)
        for city, fen in prices.items():
            await SupplierPrice.create(
                id=unit.new_id(),
                supplier_id=row_id,
                city_code=city,
                service=SupplierService.FULL.value,
                from_month=today.year * 100 + 1,
                fen=fen,
                created_at=unit.now,
            )
    for name, number, days, fee, contact, phone in _CONTRACTS:
        company_id = companies[name]
        if await CompanyContract.filter(company_id=company_id).exists():
            continue
        await CompanyContract.create(
            id=unit.new_id(),
            company_id=company_id,
            number=number,
            from_day=from_day,
            to_day=(today + timedelta(days=days)).isoformat(),
            fee_fen=fee,
            terms="每月 5 日前提供增减员名单；账单确认后 3 个工作日内付款。",
            created_at=unit.now,
        )
        contact_id = unit.new_id()
        sealed = unit.store.vault.seal_text("company_contact.phone", contact_id, phone)
        about = {"name": contact, "duty": "人力资源", "phone_sealed": sealed, "created_at": unit.now}
        await CompanyContact.create(id=contact_id, company_id=company_id, **about)
