"""E9: housing-fund accounts go back with an undone batch, and along with people who move to another company."""

from __future__ import annotations

import pytest

from app.container import Container
from db.models.batch import Batch
from db.models.housing_account import HousingAccount, HousingEvent
from domain.columns import ImportKind
from domain.declaration import Channel
from domain.errors import Refusal
from services import housing_account
from tests.changing import OTHER, changed, of
from tests.factories import HEADERS, account, company_id, enrolled, person, sheet
from tests.services.test_declaration import leavers, submitted
from tests.services.test_undo_in_part import in_part, refused, undone


async def history() -> list[tuple[str, int]]:
    """Every event with its month, oldest first."""
    return [(str(act), month) for act, month in await HousingEvent.all().order_by("id").values_list("act", "month")]


async def test_an_account_that_was_opened_is_closed(container: Container) -> None:
    """Its number is free again, the history says what happened, and the person may come again."""
    headers = (*HEADERS, "公积金账号")
    wrong = await enrolled(container, sheet([person(1) | {"公积金账号": "110500007"}], headers))
    assert (await HousingAccount.get()).state == "active"
    await undone(container, wrong)
    kept = await HousingAccount.get()
    assert (kept.state, kept.number_index, kept.number_sealed) == ("closed", None, None)
    assert await history() == [("transfer_in", 202611), ("undo", 202611)]
    (told,) = await housing_account.events(await account("zhuanyuan"), [kept.id])
    assert told[0].detail == f"撤销批次 {(await Batch.get(id=wrong)).number}"
    await enrolled(container, sheet([person(2) | {"公积金账号": "110500007"}, person(1)], headers))
    first, second = await HousingAccount.all().order_by("id")
    assert (first.state, second.state) == ("opening", "active")


async def test_a_sealed_account_is_active_again(container: Container) -> None:
    """Also where the row failed at another channel; and what is under way with it since stands in the way."""
    await enrolled(container, sheet([person(1)]))
    row = await HousingAccount.get()
    await housing_account.set_number(container.ports, await account("zhuanyuan"), row.id, "110500007")
    gone = await submitted(container, leavers(1), kind=ImportKind.TERMINATE)
    await in_part(container, gone, 0, fails=Channel.HR)
    assert (await HousingAccount.get()).state == "sealed"
    await undone(container, gone)
    kept = await HousingAccount.get()
    assert (kept.state, kept.since_month, kept.company_id) == ("active", 202611, await company_id())
    assert kept.number_index is not None
    assert [act for act, _ in await history()] == ["open", "number", "seal", "undo"]


async def test_an_account_of_another_client_since_is_told_without_a_name(container: Container) -> None:
    """Another company moved it in and sealed it; undone one after the other, each finds it as it was."""
    await enrolled(container, sheet([person(1)]))
    gone = await enrolled(container, leavers(1), kind=ImportKind.TERMINATE)
    headers = (*HEADERS, "起始月", "参加险种", "参保城市")
    new = person(1) | {"起始月": "2026-12", "参加险种": "公积金", "参保城市": "北京"}
    there = await enrolled(container, sheet([new], headers), company=OTHER)
    assert await refused(container, gone) == ["1 人此后已重新参保"]
    left = changed(of(1, 最后缴费月="2026-12", 停保原因="辞职"))
    left_id = await enrolled(container, left, kind=ImportKind.TERMINATE, company=OTHER)
    assert (await HousingAccount.get()).company_id == await company_id(OTHER)
    await undone(container, left_id)
    await undone(container, there)
    kept = await HousingAccount.get()
    assert (kept.company_id, kept.state, kept.since_month) == (await company_id(), "sealed", 202611)
    await undone(container, gone)
    assert (await HousingAccount.get()).state == "opening"


async def test_an_account_that_only_events_tie_is_a_dependant(container: Container) -> None:
    """A row that another client's batch wrote is told as a number of people, without company or batch."""
    joined = await enrolled(container, sheet([person(1)]))
    other = await enrolled(container, sheet([person(2)]), company=OTHER)
    row = await HousingAccount.get(company_id=await company_id())
    theirs = await HousingEvent.get(company_id=await company_id(OTHER))
    await HousingEvent.filter(id=theirs.id).update(account_id=row.id)
    assert await refused(container, joined) == ["1 人的公积金账户此后又有变动"]
    await undone(container, other)
    await undone(container, joined)


async def test_an_account_moves_with_its_person_and_back(container: Container) -> None:
    """B10: out of the old company and into the new one in the same act; undone it is where it was."""
    await enrolled(container, sheet([person(1), person(2)]))
    for serial, row in enumerate(await HousingAccount.all()):
        await housing_account.set_number(container.ports, await account("zhuanyuan"), row.id, f"11050000{serial}")
    before = await HousingAccount.all().order_by("id").values_list("company_id", "state", "since_month", "number_index")
    rows = [of(n, 转入单位=OTHER, 起始月="2026-12") for n in (1, 2)]
    move = await enrolled(container, changed(*rows), kind=ImportKind.TRANSFER)
    own, target = await company_id(), await company_id(OTHER)
    moved = await HousingAccount.all().values_list("company_id", "state", "since_month")
    assert set(moved) == {(target, "active", 202612)}
    acts = (
        await HousingEvent.filter(batch_row_id__isnull=False).order_by("id").values_list("act", "month", "company_id")
    )
    assert list(acts)[2:] == [("transfer_out", 202611, own)] * 2 + [("transfer_in", 202612, target)] * 2
    gone = changed(of(1, 最后缴费月="2026-12", 停保原因="辞职"))
    stop = await enrolled(container, gone, kind=ImportKind.TERMINATE, company=OTHER)
    with pytest.raises(Refusal, match="batch_depended_on"):
        await undone(container, move)
    await undone(container, stop)
    await undone(container, move)
    back = await HousingAccount.all().order_by("id").values_list("company_id", "state", "since_month", "number_index")
    assert back == before


async def test_a_person_without_fund_moves_without_account(container: Container) -> None:
    """B10: nothing is opened or moved for kinds that are no housing fund."""
    only = person(1) | {"参加险种": "养老"}
    await enrolled(container, sheet([only], (*HEADERS, "参加险种")))
    await enrolled(container, changed(of(1, 转入单位=OTHER, 起始月="2026-12")), kind=ImportKind.TRANSFER)
    assert await HousingAccount.all().count() == 0
    assert await HousingEvent.all().count() == 0
