"""E4, A9.1: client contracts and contacts, changes of a company, branches moved in the tree; strangers see nothing."""

from __future__ import annotations

from datetime import date

import orjson
import pytest

from app.container import Container
from app.worker import drain
from db.models.bill import Bill
from db.models.company import Company, CompanyContact
from domain.contact import NewContact
from domain.contract import NewContract
from domain.errors import Refusal, Severity
from services import bill, company, file
from services.company import CompanyDetails, NewCompany
from tests.factories import account, company_id, enrolled, new_staff, person, sheet

GROUP, SHANGHAI, CHENGDU = "远航物流集团有限公司", "远航物流（上海）有限公司", "远航物流（成都）有限公司"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"


async def test_contracts_with_their_paper(container: Container) -> None:
    """E4: fee and terms are kept; the paper is for who sees the company; a stranger's contract is as good as none."""
    ports, admin, own = container.ports, await account("admin"), await company_id()
    paper = await file.upload(ports, admin, "合同.pdf", PDF)
    new = NewContract("KH-9", date(2027, 1, 1), date(2027, 12, 31), "每月 5 日付款", 3500, paper.id)
    saved = await company.add_contract(ports, admin, own, new)
    ((first, *_),) = await company.contracts(admin, [own])
    assert (first.number, first.fee_fen, first.note, first.file_id) == ("KH-9", 3500, "每月 5 日付款", paper.id)
    client = await account("kehu")
    assert (await file.row(client, paper.id)).name == "合同.pdf"
    assert "KH-9" in [c.number for c in (await company.contracts(client, [own]))[0]]
    keeper, _ = await new_staff(container, ["company.read", "company.write", "person.reveal"], SHANGHAI)
    with pytest.raises(Refusal, match="not_found"):
        await file.row(keeper, paper.id)
    with pytest.raises(Refusal, match="not_found") as refused:
        await company.end_contract(ports, keeper, saved.id, "试一试")
    assert "合同" in refused.value.problems[0].message
    with pytest.raises(Refusal, match="not_found"):
        await company.renew_contract(ports, keeper, saved.id, NewContract("KH-10", date(2028, 1, 1)))
    with pytest.raises(Refusal, match="not_found"):
        await company.add_contract(ports, keeper, own, NewContract("KH-11", date(2028, 1, 1)))
    with pytest.raises(Refusal, match="forbidden"):
        await company.add_contract(ports, client, own, NewContract("KH-11", date(2028, 1, 1)))
    with pytest.raises(Refusal) as wrong:
        await company.add_contract(ports, admin, own, NewContract("", date(2027, 1, 1), date(2026, 1, 1), "", -1))
    assert {p.field for p in wrong.value.problems} == {"number", "toDay", "fee"}
    nobody, _ = await new_staff(container, ["batch.read"])
    assert await company.contracts(nobody, [own]) == [[]]


async def test_contacts_of_a_client(container: Container) -> None:
    """E4, T7: sealed, masked, revealed with a note that belongs to the company; strangers do not get at them."""
    ports, admin, own = container.ports, await account("admin"), await company_id()
    await company.save_contact(ports, admin, own, NewContact("李人事", "HR", "010-12345678"))
    (contacts,) = await company.contacts(ports, admin, [own])
    row = contacts[-1]
    assert row.phone_masked == "0**********8"
    assert b"12345678" not in bytes((await CompanyContact.get(id=row.id)).phone_sealed or b"")
    stranger, _ = await new_staff(container, ["company.read", "company.write", "person.reveal"], SHANGHAI)
    for act in (
        company.reveal_contact(ports, stranger, row.id, "联系"),
        company.retire_contact(ports, stranger, row.id),
        company.save_contact(ports, stranger, await company_id(SHANGHAI), NewContact("冒名"), row.id),
    ):
        with pytest.raises(Refusal, match="not_found"):
            await act
    assert await company.reveal_contact(ports, admin, row.id, "电话联系") == "010-12345678"
    await company.retire_contact(ports, admin, row.id)
    assert row.id not in [c.id for c in (await company.contacts(ports, admin, [own]))[0]]


async def test_a_change_says_what_it_concerns(container: Container) -> None:
    """A4, A3: a new injury class marks open bills stale and says how many people; a plain correction says nothing."""
    ports, admin, own = container.ports, await account("admin"), await company_id()
    await enrolled(container, sheet([person(1), person(2)]))
    await bill.draft_month(ports, await account("zhuanyuan"), 202611, own)
    await drain(ports)
    (counts,) = await company.counts(admin, [own])
    assert (counts.enrolled, counts.open_batches, counts.open_bills) == (2, 0, 1)
    name = "晨光科技有限公司"
    plain = CompanyDetails(name, "91110108MA01ABCD0X", "110000", 2, 120_000)
    with pytest.raises(Refusal, match="credit"):
        await company.update(ports, admin, own, plain)
    plain = CompanyDetails(name, None, "310000", 2, 120_000)
    assert (await company.update(ports, admin, own, plain)).warnings == ()
    row = await Bill.get(company_id=own)
    assert "bill_stale" not in row.problems
    saved = await company.update(ports, admin, own, CompanyDetails(name, None, "110000", 4, 100_000))
    assert [(p.code, p.severity) for p in saved.warnings] == [
        ("injury_class_changed", Severity.NOTICE),
        ("housing_rate_changed", Severity.NOTICE),
    ]
    assert "2 名在册人员" in saved.warnings[0].message
    assert "1 张未关账账单" in saved.warnings[0].message
    assert [p["code"] for p in orjson.loads((await Bill.get(id=row.id)).problems)].count("bill_stale") == 1
    with pytest.raises(Refusal, match="taken"):
        await company.update(ports, admin, own, CompanyDetails(GROUP))
    stranger, _ = await new_staff(container, ["company.read", "company.write"], SHANGHAI)
    with pytest.raises(Refusal, match="not_found"):
        await company.update(ports, stranger, own, plain)
    assert (await Company.get(id=own)).injury_class == 4


async def test_a_branch_moves_with_everything_below(container: Container) -> None:
    """A4: all paths below change in one act, and with them what limited staff see; no circle, nothing half done."""
    ports, admin = container.ports, await account("admin")
    own, group, shanghai = await company_id(), await company_id(GROUP), await company_id(SHANGHAI)
    below = await company.create(ports, admin, NewCompany("远航物流（浦东）有限公司", parent_id=shanghai))
    client = await account("kehu")
    assert await company.by_ids(client, [below]) == [None]
    before = dict(await Company.all().values_list("id", "path"))
    for target in (shanghai, below):
        with pytest.raises(Refusal, match="company_circle"):
            await company.move(ports, admin, shanghai, target)
    assert dict(await Company.all().values_list("id", "path")) == before
    await company.move(ports, admin, shanghai, own)
    after = dict(await Company.all().values_list("id", "path"))
    assert after[shanghai] == f"/{own}/{shanghai}/"
    assert after[below] == f"/{own}/{shanghai}/{below}/"
    assert {i for i in after if after[i] != before[i]} == {shanghai, below}
    assert (await company.by_ids(await account("kehu"), [below]))[0] is not None
    limited, _ = await new_staff(container, ["company.write", "company.read"], GROUP)
    with pytest.raises(Refusal, match="parent_needed"):
        await company.move(ports, limited, await company_id(CHENGDU), None)
    with pytest.raises(Refusal, match="not_found"):
        await company.move(ports, limited, shanghai, group)
    with pytest.raises(Refusal, match="not_found"):
        await company.move(ports, limited, await company_id(CHENGDU), own)
    await company.move(ports, admin, shanghai, None)
    assert (await Company.get(id=shanghai)).path == f"/{shanghai}/"
    assert (await Company.get(id=shanghai)).parent_id is None  # type: ignore[attr-defined]
    assert (await Company.get(id=below)).path == f"/{shanghai}/{below}/"
