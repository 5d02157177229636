"""B10, E1: the present base, its history and changed particulars as the API shows them."""

from __future__ import annotations

from starlette.applications import Starlette

from app.container import Container
from domain.columns import ImportKind
from tests.changing import changed, of, people
from tests.factories import account, company_id, enrolled, new_staff, person
from tests.graphql_client import GraphQLClient, token_for

REGISTER = """
{ enrollments { edges { node {
  declaredBase currentBase currentHousingBase currentHousingRate continues { id }
  baseHistory { scope fromMonth base housingRate batch { number } }
  person { particularsHistory { field old new changedBy batch { number } } }
} } } }
"""


async def test_the_register_shows_the_base_of_this_month_and_all_before(container: Container, app: Starlette) -> None:
    """E1, B10: a base still to come is in the history and not yet the present one; numbers are masked."""
    await people(container, 1)
    await enrolled(container, changed(of(1, 新申报基数="12000", 公积金新比例="8%")), kind=ImportKind.BASE_CHANGE)
    await enrolled(container, changed(of(1, 新申报基数="15000", 起始月="2027-01")), kind=ImportKind.BASE_CHANGE)
    await enrolled(container, changed(of(1, 新手机号="13911112222")), kind=ImportKind.PARTICULARS)
    client = GraphQLClient(app, await token_for(container, (await account("zhuanyuan")).staff_id))
    (edge,) = (await client.ask(REGISTER))["data"]["enrollments"]["edges"]
    node = edge["node"]
    assert (node["declaredBase"], node["currentBase"], node["currentHousingBase"]) == (
        "10000.00",
        "12000.00",
        "10000.00",
    )
    history = [(h["scope"], h["fromMonth"], h["base"], h["batch"]["number"]) for h in node["baseHistory"]]
    assert history[0] == ("SOCIAL", "2027-01", "15000.00", "YD202611-0002")
    assert ("SOCIAL", "2026-09", "10000.00", "ZY202609-0001") in history
    (change,) = node["person"]["particularsHistory"]
    assert (change["field"], change["new"], change["batch"]["number"]) == ("phone", "1*********2", "YD202611-0003")
    assert person(1)["手机号"] not in str(node)


async def test_only_who_may_see_numbers_gets_the_yearly_workbook(container: Container, app: Starlette) -> None:
    """E1, A9.1: the roster holds document numbers in full."""
    await people(container, 1)
    from schema.ids import global_id

    ask = 'mutation { annualBaseTemplate(companyId: "%s") { file { name } problems { code } } }'
    ask %= global_id("Company", await company_id())
    maker = await account("zhuanyuan")
    client = GraphQLClient(app, await token_for(container, maker.staff_id))
    assert (await client.ask(ask))["data"]["annualBaseTemplate"]["file"]["name"].startswith("年度调基_")
    stranger, _ = await new_staff(container, {"batch.create"})
    client = GraphQLClient(app, await token_for(container, stranger.staff_id))
    answer = (await client.ask(ask))["data"]["annualBaseTemplate"]
    assert (answer["file"], [p["code"] for p in answer["problems"]]) == (None, ["forbidden"])
