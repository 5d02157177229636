"""A4.3: suppliers with contracts, prices, contacts, scores and papers; only who keeps them changes them."""

from __future__ import annotations

from datetime import date

import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.policy import Scheme
from db.models.supplier import Supplier, SupplierContact, SupplierPrice, SupplierScore
from domain.contact import NewContact
from domain.contract import NewContract
from domain.errors import Refusal, Severity
from domain.supplier import SupplierDetails, SupplierService, SupplierState
from services import file, scheme, supplier
from services.paging import Window
from services.supplier import Filter, NewPrice
from tests.factories import account, new_staff

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
POINTS = {"timeliness": 95, "accuracy": 90, "service": 80, "price": 70, "compliance": 100}


async def made(container: Container, name: str = "东北人力服务有限公司") -> int:
    return await supplier.create(container.ports, await account("admin"), SupplierDetails(name))


async def test_contracts_are_renewed_ended_and_warned_of(container: Container) -> None:
    """A4.3: two that run at once are saved with a warning; a renewal names the old one; an ended one stays ended."""
    ports, admin, row_id = container.ports, await account("admin"), await made(container)
    first = NewContract("DB-1", date(2026, 1, 1), date(2026, 12, 31))
    one = await supplier.add_contract(ports, admin, row_id, first)
    assert one.warnings == ()
    beside = await supplier.add_contract(ports, admin, row_id, NewContract("DB-2", date(2026, 12, 1)))
    assert [(p.code, p.severity, p.value) for p in beside.warnings] == [("contract_overlap", Severity.WARNING, "DB-1")]
    with pytest.raises(Refusal, match="contract_number_taken"):
        await supplier.add_contract(ports, admin, row_id, NewContract("DB-1", date(2030, 1, 1)))
    await supplier.end_contract(ports, admin, beside.id, "录入有误")
    with pytest.raises(Refusal, match="contract_ended"):
        await supplier.end_contract(ports, admin, beside.id, "录入有误")
    with pytest.raises(Refusal, match="contract_ended"):
        await supplier.renew_contract(ports, admin, beside.id, NewContract("DB-3", date(2028, 1, 1)))
    new = NewContract("DB-3", date(2027, 1, 1), date(2027, 12, 31))
    renewal = await supplier.renew_contract(ports, admin, one.id, new)
    assert renewal.warnings == ()
    with pytest.raises(Refusal, match="contract_renewed"):
        await supplier.renew_contract(ports, admin, one.id, NewContract("DB-4", date(2027, 2, 1)))
    (rows,) = await supplier.contracts([row_id])
    assert [(c.number, c.renews_id, c.renewed_by_id, c.ended_at > 0) for c in rows] == [
        ("DB-3", one.id, None, False),
        ("DB-2", None, None, True),
        ("DB-1", None, renewal.id, False),
    ]
    assert await Audit.filter(subject_kind="supplier", subject_id=row_id, act="supplier.contract_end").count() == 1
    history = await supplier.history(admin, row_id)
    assert "录入有误" in next(h.detail for h in history if h.act == "supplier.contract_end")


async def test_prices_by_month(container: Container) -> None:
    """A4.3: the same month again retires what was entered; taking one away lets the one before hold on."""
    ports, admin, row_id = container.ports, await account("admin"), await made(container)

    async def put(month: int, fen: int) -> None:
        await supplier.set_price(ports, admin, NewPrice(row_id, "110000", SupplierService.FULL, month, fen))

    for month, fen in ((202601, 1800), (202611, 2000), (202611, 2100), (202701, 2500)):
        await put(month, fen)
    (rows,) = await supplier.prices(ports, [row_id])
    assert [(p.from_month, p.fen, p.in_force) for p in rows] == [
        (202601, 1800, False),
        (202611, 2100, True),
        (202701, 2500, False),
    ]
    assert await SupplierPrice.filter(supplier_id=row_id).count() == 4
    await supplier.retire_price(ports, admin, rows[1].id, "录入有误")
    (rows,) = await supplier.prices(ports, [row_id])
    assert [p.fen for p in rows if p.in_force] == [1800]
    with pytest.raises(Refusal, match="not_found"):
        await supplier.retire_price(ports, admin, (await SupplierPrice.filter(fen=2100).first()).id, "再来一次")  # type: ignore[union-attr]
    with pytest.raises(Refusal) as refused:
        await supplier.set_price(ports, admin, NewPrice(row_id, "999999", SupplierService.FULL, 202601, -1))
    assert {p.field for p in refused.value.problems} == {"cityCode", "price"}


async def test_scores_and_their_history(container: Container) -> None:
    """A4.3: weighted exactly, in the order of periods; scoring a period again replaces it and is noted."""
    ports, admin, row_id = container.ports, await account("admin"), await made(container)
    for period in ("2026-Q4", "2026-Q3", "2026-11"):
        await supplier.give(ports, admin, row_id, period, POINTS, "按月对账")
    await supplier.give(ports, admin, row_id, "2026-Q3", POINTS | {"price": 100}, "")
    (rows,) = await supplier.scores([row_id])
    assert [(s.period, s.total) for s in rows] == [("2026-Q3", 9300), ("2026-11", 8850), ("2026-Q4", 8850)]
    assert rows[0].points["price"] == 100
    told = [h.detail for h in await supplier.history(admin, row_id) if h.act == "supplier.score"]
    assert "原总分：88.50" in told[-1]
    before = await SupplierScore.all().count()
    for period, points, code in (
        ("2027-Q1", POINTS, "period_invalid"),
        ("2026-Q9", POINTS, "period_invalid"),
        ("2026-10", POINTS | {"price": 101}, "scores_range"),
        ("2026-10", {"price": 1}, "scores_missing"),
    ):
        with pytest.raises(Refusal, match=code):
            await supplier.give(ports, admin, row_id, period, points, "")
    assert await SupplierScore.all().count() == before


async def test_contacts_are_sealed_masked_and_revealed(container: Container) -> None:
    """A4.3, T7: the phone lies sealed, is shown in part, and the whole of it is noted with the reason."""
    ports, admin, row_id = container.ports, await account("admin"), await made(container)
    await supplier.save_contact(ports, admin, row_id, NewContact("何经理", "客户经理", "13812345678", "he@example.com"))
    ((contact,),) = await supplier.contacts(ports, [row_id])
    assert (contact.phone_masked, contact.email) == ("1*********8", "he@example.com")
    sealed = (await SupplierContact.get(id=contact.id)).phone_sealed
    assert b"13812345678" not in bytes(sealed or b"")
    with pytest.raises(Refusal, match="reason_needed"):
        await supplier.reveal_contact(ports, admin, contact.id, " ")
    viewer, _ = await new_staff(container, ["supplier.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await supplier.reveal_contact(ports, viewer, contact.id, "联系")
    assert await supplier.reveal_contact(ports, admin, contact.id, "电话联系") == "13812345678"
    assert await Audit.filter(act="supplier.contact_reveal", subject_id=row_id).count() == 1
    # Without a phone the stored one stays; an empty one takes it away.
    await supplier.save_contact(ports, admin, row_id, NewContact("何总监"), contact.id)
    ((kept,),) = await supplier.contacts(ports, [row_id])
    assert (kept.name, kept.phone_masked) == ("何总监", "1*********8")
    await supplier.save_contact(ports, admin, row_id, NewContact("何总监", phone=""), contact.id)
    ((kept,),) = await supplier.contacts(ports, [row_id])
    assert kept.phone_masked is None
    with pytest.raises(Refusal, match="phone_invalid"):
        await supplier.save_contact(ports, admin, row_id, NewContact("何总监", phone="123"), contact.id)
    await supplier.retire_contact(ports, admin, contact.id)
    assert await supplier.contacts(ports, [row_id]) == [[]]
    assert (await SupplierContact.get(id=contact.id)).phone_sealed is None


async def test_papers_are_ones_own_and_no_sheets(container: Container) -> None:
    """A4.3: a PDF becomes readable to who reads suppliers; a sheet, somebody else's file and a stranger's do not."""
    ports, admin, row_id = container.ports, await account("admin"), await made(container)
    reader, _ = await new_staff(container, ["supplier.read"])
    nobody, _ = await new_staff(container, ["company.read"])
    paper = await file.upload(ports, admin, "营业执照.pdf", PDF)
    assert paper.mime == "application/pdf"
    with pytest.raises(Refusal, match="not_found"):
        await file.row(reader, paper.id)
    await supplier.add_document(ports, admin, row_id, paper.id, "营业执照", date(2027, 1, 1))
    ((document,),) = await supplier.documents([row_id])
    assert (document.kind, document.name, document.expires_day) == ("营业执照", "营业执照.pdf", date(2027, 1, 1))
    assert (await file.content(ports, reader, paper.id))[1] == PDF
    with pytest.raises(Refusal, match="not_found"):
        await file.row(nobody, paper.id)
    sheet = await file.upload(ports, admin, "名单.csv", "姓名,证件号码\n".encode())
    with pytest.raises(Refusal, match="file_no_paper"):
        await supplier.add_document(ports, admin, row_id, sheet.id, "名单", None)
    other = await file.upload(ports, await account("zhuanyuan"), "a.pdf", PDF)
    with pytest.raises(Refusal, match="not_found"):
        await supplier.add_document(ports, admin, row_id, other.id, "营业执照", None)
    await supplier.retire_document(ports, admin, document.id, "换发新证")
    assert await supplier.documents([row_id]) == [[]]


async def test_a_supplier_in_use_stays(container: Container) -> None:
    """A4.3: while a scheme is carried out by it, it is not taken out of use; out of use, no scheme takes it."""
    ports, admin, row_id = container.ports, await account("admin"), await made(container)
    own = await Scheme.get(name="北京五险一金（12%）")
    await scheme.set_supplier(ports, admin, own.id, row_id)
    assert (await scheme.one(admin, own.id)).supplier_id == row_id
    assert await supplier.schemes_using(admin, row_id) == [(own.id, own.name)]
    other, _ = await new_staff(container, ["supplier.read"], "蓝天餐饮管理有限公司")
    assert await supplier.schemes_using(other, row_id) == []
    with pytest.raises(Refusal, match="supplier_in_use") as refused:
        await supplier.deactivate(ports, admin, row_id, "不再合作")
    assert own.name in refused.value.problems[0].message
    assert (await Supplier.get(id=row_id)).state == SupplierState.ACTIVE
    await scheme.set_supplier(ports, admin, own.id, None)
    await supplier.deactivate(ports, admin, row_id, "不再合作")
    with pytest.raises(Refusal, match="supplier_inactive"):
        await scheme.set_supplier(ports, admin, own.id, row_id)
    await supplier.reactivate(ports, admin, row_id)
    with pytest.raises(Refusal, match="supplier_active"):
        await supplier.reactivate(ports, admin, row_id)


async def test_the_list_and_who_may_keep_it(container: Container) -> None:
    """A4.3, A9.1: found by name, state, city and expiry; a specialist reads, a limited keeper changes nothing."""
    ports, admin = container.ports, await account("admin")

    async def names(**wanted: object) -> list[str]:
        rows = (await supplier.find(ports, admin, Filter(**wanted), Window())).rows  # type: ignore[arg-type]
        return sorted(r.name[:2] for r in rows)

    assert await names() == ["华东", "南方", "西南"]
    assert await names(search="西南") == ["西南"]
    assert await names(search="%") == []
    assert await names(city_code="330100") == ["华东"]
    assert await names(expiring_within=30) == ["华东"]
    assert await names(state=SupplierState.INACTIVE) == []
    page = await supplier.find(ports, admin, Filter(), Window(first=2))
    assert (page.total, page.more) == (3, True)
    specialist = await account("zhuanyuan")
    assert (await supplier.find(ports, specialist, Filter(), Window())).total == 3
    limited, _ = await new_staff(container, ["supplier.read", "supplier.write"], "晨光科技有限公司")
    client = await account("kehu")
    for who, code in ((specialist, "forbidden"), (limited, "supplier_everyones"), (client, "forbidden")):
        with pytest.raises(Refusal, match=code):
            await supplier.create(ports, who, SupplierDetails("某某供应商"))
    with pytest.raises(Refusal, match="forbidden"):
        await supplier.find(ports, client, Filter(), Window())
    with pytest.raises(Refusal, match="taken"):
        await supplier.create(ports, admin, SupplierDetails("华东人力资源服务有限公司"))
    assert await supplier.by_ids(client, [(await Supplier.all().first()).id]) == [None]  # type: ignore[union-attr]
