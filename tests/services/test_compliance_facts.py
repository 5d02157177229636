"""B5 through the product: windows, makeups, requests of others, contracts, age, and what is written to the register."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.container import Container
from app.worker import drain
from db.models.batch import Batch, BatchRow
from db.models.bill import BillLine
from db.models.enrollment import Enrollment, EnrollmentItem
from domain.city_rule import RuleTopic
from domain.columns import ImportKind
from domain.errors import Refusal
from services import approval, batch, bill, policy
from services.batch import content
from services.policy import NewRule
from tests.factories import account, checked, company_id, confirm_policies, enrolled, id_number, key, person, sheet

HEADERS = ("姓名", "证件号码", "申报工资", "公积金比例", "起始月", "补缴", "合同开始日期", "合同结束日期", "用工形式")
CONTRACT = {"合同开始日期": "2026-01-01", "合同结束日期": "2029-12-31"}
STOP = ("姓名", "证件号码", "最后缴费月", "停保原因")
OTHER = "蓝天餐饮管理有限公司"


async def window(container: Container, day: int | None, topic: RuleTopic = RuleTopic.ENROLL_WINDOW) -> None:
    """Staff set a number of Beijing's rules."""
    rule = NewRule("110000", topic, "社保", "按月申报", day, "经办机构电话答复")
    await policy.set_rule(container.ports, await account("admin"), rule, key())


def worker(serial: int, **changes: str) -> dict[str, str]:
    """A person of 1990 with a contract on file."""
    return somebody(serial) | CONTRACT | changes


def somebody(serial: int) -> dict[str, str]:
    """A person of 1990, far from retirement."""
    return person(serial) | {"证件号码": id_number(serial, "19900101")}


async def rows(container: Container, batch_id: int) -> list[tuple[list[str], Any]]:
    """Codes and content of a batch's rows, in the order of the sheet."""
    found = await BatchRow.filter(batch_id=batch_id).order_by("row_no")
    vault = container.ports.store.vault
    return [
        ([c for c in r.codes.split(",") if c], content.unseal(vault, r.id, bytes(r.content_sealed)).row) for r in found
    ]


async def drafted(container: Container, month: int) -> int:
    """The company's bill of a month, computed to its end."""
    found = await bill.draft_month(container.ports, await account("zhuanyuan"), month, await company_id())
    await drain(container.ports)
    return found.bill_ids[0]


async def notices(batch_id: int) -> list[str]:
    """Codes of what was said about the batch's sheet."""
    return [p["code"] for p in orjson.loads((await Batch.get(id=batch_id)).failure or "[]")]


async def test_nobody_has_set_the_window(container: Container) -> None:
    """B5: one notice for the city, however many rows; nothing moves."""
    batch_id = await checked(container, sheet([worker(1), worker(2)], HEADERS))
    assert await notices(batch_id) == ["window_unknown"]
    assert [codes for codes, _ in await rows(container, batch_id)] == [[], []]
    await window(container, 20)
    assert "window_unknown" not in await notices(await checked(container, sheet([worker(3)], HEADERS)))


async def test_after_the_cut_off_day_the_start_moves(container: Container) -> None:
    """B5: the clock stands at the 10th. Asked and used are kept, and the register has the month that is used."""
    await window(container, 9)
    people = [worker(1), worker(2, 补缴="是"), worker(3, 起始月="2026-12")]
    batch_id = await enrolled(container, sheet(people, HEADERS))
    found = await rows(container, batch_id)
    assert [codes for codes, _ in found] == [["start_moved"], ["makeup_lines"], []]
    assert [row.start_month for _, row in found] == [202612, 202611, 202612]
    assert [row.extra.get("asked_start_month") for _, row in found] == ["2026-11", None, None]
    assert sorted(await Enrollment.all().values_list("start_month", flat=True)) == [202611, 202612, 202612]
    assert set(await EnrollmentItem.filter(start_month=202611).values_list("enrollment_id", flat=True)) == set(
        await Enrollment.filter(start_month=202611).values_list("id", flat=True)
    )


async def test_a_makeup_is_billed_on_the_next_open_bill(container: Container) -> None:
    """B5, ADR 0009: with 补缴 the closed month becomes makeup lines, without it the person starts now."""
    ports = container.ports
    await confirm_policies(container)
    await enrolled(container, sheet([worker(1, 起始月="2026-10")], HEADERS), month=202610)
    first = await drafted(container, 202610)
    await bill.confirm(ports, await account("zhuguan"), first, key())
    await bill.close(ports, await account("caiwu"), first, key())
    await window(container, 20)
    late = [worker(2, 起始月="2026-10", 补缴="是"), worker(3, 起始月="2026-10")]
    batch_id = await enrolled(container, sheet(late, HEADERS))
    assert [codes for codes, _ in await rows(container, batch_id)] == [["makeup_lines"], ["start_moved"]]
    second = await drafted(container, 202611)
    made_up = await BillLine.filter(bill_id=second, line_type="makeup")
    assert {line.belongs_month for line in made_up} == {202610}
    assert len({line.person_id for line in made_up}) == 1
    assert len({line.person_id for line in await BillLine.filter(bill_id=second, belongs_month=202611)}) == 3


async def test_the_citys_makeup_limit(container: Container) -> None:
    """B5: beyond the limit the row is an error that names limit and source."""
    await window(container, 20)
    await window(container, 2, RuleTopic.MAKEUP_LIMIT)
    people = [worker(1, 起始月="2026-09", 补缴="是"), worker(2, 起始月="2026-08", 补缴="是")]
    found = await rows(container, await checked(container, sheet(people, HEADERS)))
    assert [codes for codes, _ in found] == [["makeup_lines"], ["makeup_limit"]]
    assert "2 个月（依据：经办机构电话答复）" in found[1][1].problems[0].message


async def test_a_leaver_after_the_cut_off_is_billed_once_more(container: Container) -> None:
    """A1.3, domain §9: the last month becomes the current one, and the months after are not billed."""
    await enrolled(container, sheet([worker(1, 起始月="2026-10")], HEADERS), month=202610)
    await window(container, 9)
    who = worker(1)
    gone = {"姓名": who["姓名"], "证件号码": who["证件号码"], "最后缴费月": "2026-10", "停保原因": "辞职"}
    batch_id = await enrolled(container, sheet([gone], STOP), kind=ImportKind.TERMINATE)
    ((codes, row),) = await rows(container, batch_id)
    assert (codes, row.last_month, row.extra["asked_last_month"]) == (["last_moved"], 202611, "2026-10")
    assert (await Enrollment.get()).last_month == 202611
    await drafted(container, 202611)
    assert len(set(await BillLine.filter(belongs_month=202611).values_list("person_id", flat=True))) == 1
    with pytest.raises(Refusal, match="nobody_enrolled"):
        await drafted(container, 202612)


async def test_a_request_that_waits_elsewhere_is_a_warning_without_a_name(container: Container) -> None:
    """B5: the other client's batch is under way; once it is submitted it is a payer and no other can be."""
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    first = await checked(container, sheet([worker(1)], HEADERS), company=OTHER)
    assert (await rows(container, await checked(container, sheet([worker(1)], HEADERS))))[0][0] == []
    await batch.confirm(ports, maker, first, key())
    second = await checked(container, sheet([worker(1), worker(2)], HEADERS))
    found = await rows(container, second)
    assert [codes for codes, _ in found] == [["payer_waiting"], []]
    assert OTHER not in orjson.dumps([p.message for p in found[0][1].problems]).decode()
    await batch.confirm(ports, maker, second, key())
    third = await checked(container, sheet([worker(1)], HEADERS))
    assert "already_pending" in (await rows(container, third))[0][0]
    for batch_id in (first, second):
        waiting = (await approval.of_batches(reviewer, [batch_id]))[0]
        assert waiting is not None
        await approval.decide(ports, reviewer, waiting.id, True, "", key())
        await batch.submit(ports, maker, batch_id, key())
        await drain(ports)
    assert (await Batch.get(id=second)).rejected_rows == 1
    later = await checked(container, sheet([worker(1)], HEADERS), company="远航物流集团有限公司")
    assert "payer_conflict" in (await rows(container, later))[0][0]


async def test_basis_and_contract_are_written_to_the_register(container: Container) -> None:
    """B5, domain §2: what an enrolment rests on is on file, and known at the next import."""
    people = [
        worker(1),
        worker(2, 用工形式="派遣", 合同结束日期="无固定期限"),
        {**somebody(3), "用工形式": "退休返聘"},
        somebody(4),
    ]
    batch_id = await enrolled(container, sheet(people, HEADERS))
    found = await rows(container, batch_id)
    assert [codes for codes, _ in found] == [[], [], [], ["contract_missing"]]
    fields = ("legal_basis", "contract_start", "contract_end")
    assert [tuple(r.values()) for r in await Enrollment.all().order_by("id").values(*fields)] == [
        ("employment", "2026-01-01", "2029-12-31"),
        ("dispatch", "2026-01-01", "open_ended"),
        ("service", None, None),
        ("employment", None, None),
    ]
    service = (await Enrollment.filter(legal_basis="service")).pop()
    assert list(await EnrollmentItem.filter(enrollment_id=service.id).values_list("kind", flat=True)) == ["work_injury"]
    again = await checked(container, sheet([somebody(1), somebody(4)], HEADERS))
    known = [codes for codes, _ in await rows(container, again)]
    assert "contract_missing" not in known[0]
    assert "contract_missing" in known[1]


async def test_age_follows_the_national_rows_and_facts_are_not_mixed_up(container: Container) -> None:
    """B5: people who ask for the same share their facts; age, decision and basis stay their own."""
    headers = (*HEADERS, "超龄处理", "参加险种")
    asks = [
        ("19660615", 1, "", "五险"),
        ("19660715", 3, "", "五险"),
        ("19760308", 2, "", "五险"),
        ("19660615", 5, "仅参加工伤", ""),
        ("19660615", 7, "延长缴费", "五险"),
    ]
    people = [
        {**worker(n), "证件号码": id_number(n, birth), "超龄处理": decision, "参加险种": kinds}
        for birth, n, decision, kinds in asks
    ]
    found = await rows(container, await checked(container, sheet(people, headers)))
    told = [[c for c in codes if c != "maternity_merged"] for codes, _ in found]
    assert told == [["over_age"], [], ["retirement_post"], [], ["over_age_extended"]]
    assert "2026-11（60 周岁 5 个月）" in next(p.message for p in found[0][1].problems if p.code == "over_age")


@pytest.mark.parametrize("broken", [{"用工形式": "随便"}, {"补缴": "也许"}, {"合同结束日期": "2026-10-31"}])
async def test_bad_cells_are_named(container: Container, broken: dict[str, str]) -> None:
    """A1.2: what cannot be read or has ended is an error at its cell."""
    ((codes, row),) = await rows(container, await checked(container, sheet([worker(1, **broken)], HEADERS)))
    assert codes[0] in ("legal_basis_unknown", "flag_unreadable", "contract_ended")
    assert row.problems[0].column == next(iter(broken))
