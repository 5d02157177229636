"""A4.2: the service fee is a person's, once a month, however many enrolments their kinds are spread over."""

from __future__ import annotations

from app.container import Container
from app.worker import drain
from db.models.company import Company
from db.sql import fetch
from domain.policy import Category, Kind
from domain.scheme import Terms
from services import bill, scheme
from tests.factories import account, company_id, enrolled, person, sheet

HEADERS = ("姓名", "证件号码", "申报工资", "公积金比例", "参加险种")


async def test_two_enrolments_of_one_person_cost_one_fee(container: Container) -> None:
    ports, admin = container.ports, await account("admin")
    owner = await Company.get(id=await company_id())
    for name, fee in (("社保服务", 3000), ("公积金服务", 4500)):
        terms = Terms((Kind.PENSION, Kind.MEDICAL, Kind.HOUSING_FUND), housing_rate_ppm=120_000, service_fee_fen=fee)
        new = scheme.NewScheme(name, "110000", Category.EMPLOYEE, terms, company_id=owner.id)
        await scheme.create(ports, admin, new)
    for kinds, name in (("养老、医疗", "社保服务"), ("公积金", "公积金服务")):
        rows = [person(n) | {"参加险种": kinds} for n in (1, 2)]
        await enrolled(container, sheet(rows, HEADERS), scheme=name)
    drafted = await bill.draft_month(ports, await account("zhuanyuan"), 202611, owner.id)
    await drain(ports)
    lines = await fetch(
        "SELECT person_id, employer_fen FROM bill_line WHERE bill_id = ? AND line_type = 'service_fee'",
        [drafted.bill_ids[0]],
    )
    assert [line["employer_fen"] for line in lines] == [4500, 4500]
    assert len({line["person_id"] for line in lines}) == 2
    view = await bill.one(admin, drafted.bill_ids[0])
    assert view.fee_fen == 9000
