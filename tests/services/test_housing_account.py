"""E9: housing-fund accounts: opened, sealed, unsealed and moved by results, kept by hand, numbers never in the open."""

from __future__ import annotations

import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.declaration import Declaration
from db.models.housing_account import HousingAccount, HousingEvent
from domain.columns import ImportKind
from domain.declaration import Channel
from domain.errors import Refusal
from domain.housing_account import AccountState, HousingAct
from services import declaration, housing_account
from services.declaration import ResultImport
from services.housing_account import Filter
from services.paging import Window
from tests.factories import HEADERS, account, company_id, enrolled, key, new_staff, person, sheet
from tests.services.test_declaration import answer, leavers, opened, submitted, upload, workbook


async def history() -> list[str]:
    return [str(act) for act in await HousingEvent.all().order_by("id").values_list("act", flat=True)]


async def test_an_account_follows_its_person(container: Container) -> None:
    """Opened, sealed on leaving, unsealed on return, and moved in by the next company."""
    await enrolled(container, sheet([person(1)]))
    account_row = await HousingAccount.get()
    assert (account_row.state, account_row.since_month, account_row.city_code) == ("opening", 202611, "110000")
    await enrolled(container, leavers(1), kind=ImportKind.TERMINATE)
    assert (await HousingAccount.get()).state == "sealed"
    headers = (*HEADERS, "起始月")
    await enrolled(container, sheet([person(1) | {"起始月": "2026-12"}], headers))
    assert await history() == ["open", "seal", "unseal"]
    gone = sheet(
        [person(1) | {"最后缴费月": "2026-12", "停保原因": "辞职"}], ("姓名", "证件号码", "最后缴费月", "停保原因")
    )
    await enrolled(container, gone, kind=ImportKind.TERMINATE)
    other = "蓝天餐饮管理有限公司"
    await enrolled(
        container, sheet([person(1) | {"起始月": "2027-01", "参保城市": "北京"}], (*headers, "参保城市")), company=other
    )
    moved = await HousingAccount.get()
    assert (moved.state, moved.company_id) == ("opening", await company_id(other))
    assert await history() == ["open", "seal", "unseal", "seal", "transfer_in"]


async def test_leaving_by_transfer_or_retirement(container: Container) -> None:
    """转出 when the reason is a move, 销户 on retirement; the sheet for the fund says so."""
    await enrolled(container, sheet([person(1), person(2)]))
    rows = [person(n) | {"最后缴费月": "2026-11", "停保原因": reason} for n, reason in ((1, "调动"), (2, "出国定居"))]
    stop = ("姓名", "证件号码", "最后缴费月", "停保原因")
    batch_id = await submitted(container, sheet(rows, stop), kind=ImportKind.TERMINATE)
    cells = await opened(container, await Declaration.get(batch_id=batch_id, channel="fund"))
    place = cells[2].index("变更类型")
    assert [row[place] for row in cells[3:]] == ["转出", "销户"]
    for channel in (Channel.HR, Channel.MEDICAL, Channel.FUND):
        await answer(container, batch_id, channel)
    assert set(await HousingAccount.all().values_list("state", flat=True)) == {"moved", "closed"}


async def test_a_number_in_the_sheet_is_kept_and_declared(container: Container) -> None:
    """An account named by the client is one that is moved in; the fund may then answer by account alone."""
    headers = (*HEADERS, "公积金账号")
    batch_id = await submitted(container, sheet([person(1) | {"公积金账号": "1105 0000 7"}], headers))
    cells = await opened(container, await Declaration.get(batch_id=batch_id, channel="fund"))
    told = dict(zip(cells[2], cells[3], strict=True))
    assert (told["变更类型"], told["公积金账号"]) == ("转入", "110500007")
    for channel in (Channel.HR, Channel.MEDICAL, Channel.FUND):
        await answer(container, batch_id, channel)
    assert (await HousingAccount.get()).state == "active"
    gone = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    cells = await opened(container, await Declaration.get(batch_id=gone, channel="fund"))
    assert dict(zip(cells[2], cells[3], strict=True))["公积金账号"] == "110500007"
    stored = await upload(container, workbook(("个人客户号", "结果"), [("110500007", "已办结"), ("1", "成功")]))
    maker = await account("zhuanyuan")
    wanted = ResultImport(stored, gone, Channel.FUND)
    with pytest.raises(Refusal, match="result_row_unknown"):
        await declaration.import_result(container.ports, maker, wanted, key())
    wanted = ResultImport(stored, gone, Channel.FUND, skip_unmatched=True)
    done = await declaration.import_result(container.ports, maker, wanted, key())
    assert (done.accepted, len(done.skipped)) == (1, 1)
    assert (await HousingAccount.get()).state == "sealed"


async def test_numbers_are_entered_by_hand_once_in_a_city(container: Container) -> None:
    """Unique across people, masked in lists, found by the whole number, revealed for a reason and noted."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1), person(2)]))
    first, second = await HousingAccount.all().order_by("id")
    await housing_account.set_number(ports, maker, first.id, "110 500 001")
    assert (await HousingAccount.get(id=first.id)).state == "active"
    for number, code in (
        ("１１０５００００１", "housing_account_taken"),
        ("11", "housing_account_form"),
        ("11050/001", "housing_account_form"),
    ):
        with pytest.raises(Refusal, match=code) as refused:
            await housing_account.set_number(ports, maker, second.id, number)
        assert person(1)["姓名"] not in str(refused.value.problems)
    assert (await HousingAccount.get(id=second.id)).number_index is None
    page = await housing_account.find(ports, maker, Filter("110500001"), Window())
    (row,) = page.rows
    assert row.id == first.id
    assert "110500001" not in (row.number_masked or "")
    with pytest.raises(Refusal, match="reason_needed"):
        await housing_account.reveal(ports, maker, first.id, "")
    assert await housing_account.reveal(ports, maker, first.id, "核对回执") == "110500001"
    assert await Audit.filter(act="person.reveal", detail__contains="housing_account").count() == 1


async def test_sealing_by_hand(container: Container) -> None:
    """With month and reason; what is sealed is not sealed twice, nor before its present state began."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1)]))
    row = await HousingAccount.get()

    async def change(act: HousingAct, month: int, reason: str = "停薪留职") -> int:
        return await housing_account.change_state(ports, maker, row.id, act, month, reason)

    with pytest.raises(Refusal, match="housing_account_state"):
        await change(HousingAct.UNSEAL, 202612)
    with pytest.raises(Refusal, match="housing_account_month"):
        await change(HousingAct.SEAL, 202610)
    with pytest.raises(Refusal, match="reason_needed"):
        await change(HousingAct.SEAL, 202612, " ")
    await change(HousingAct.SEAL, 202612)
    with pytest.raises(Refusal, match="housing_account_state"):
        await change(HousingAct.SEAL, 202612)
    await change(HousingAct.UNSEAL, 202701, "复工")
    assert (await HousingAccount.get()).since_month == 202701
    (events,) = await housing_account.events(maker, [row.id])
    assert [(e.act, e.month, e.detail) for e in events][:2] == [
        ("unseal", 202701, "复工"),
        ("seal", 202612, "停薪留职"),
    ]


async def test_accounts_of_other_branches_do_not_exist(container: Container) -> None:
    """Lists, history, acts and reveal obey the branch."""
    ports = container.ports
    await enrolled(container, sheet([person(1)]))
    row = await HousingAccount.get()
    held = ["housing_account.read", "housing_account.write", "person.reveal"]
    stranger, _ = await new_staff(container, held, "远航物流（上海）有限公司")
    assert (await housing_account.find(ports, stranger, Filter(), Window())).total == 0
    assert await housing_account.by_ids(ports, stranger, [row.id]) == [None]
    assert await housing_account.events(stranger, [row.id]) == [[]]
    for act in (
        housing_account.set_number(ports, stranger, row.id, "110500001"),
        housing_account.change_state(ports, stranger, row.id, HousingAct.SEAL, 202612, "停薪留职"),
        housing_account.reveal(ports, stranger, row.id, "核对回执"),
    ):
        with pytest.raises(Refusal, match="not_found"):
            await act
    found = await housing_account.find(ports, await account("zhuanyuan"), Filter(state=AccountState.OPENING), Window())
    assert found.total == 1
