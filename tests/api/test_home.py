"""A9, T8: the home page by permission and scope; its counts are those of the lists behind its links."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette

from app.container import Container
from db.models.batch import BatchRow
from domain.city_rule import RuleTopic
from domain.columns import ImportKind
from domain.declaration import Channel, Verdict
from domain.permission import PERMISSIONS
from services import batch, policy
from services.batch import RowAnswer
from services.home import LINKS
from tests.changing import changed, drafted, of, people
from tests.factories import account, checked, enrolled, key, later, new_staff, person, sheet
from tests.graphql_client import GraphQLClient, token_for
from tests.services.test_declaration import answer, submitted

OTHER = "远航物流（上海）有限公司"
HOME = """{ home { at unknownDeadlines waiting { key label labelEn count link }
  batches { key count link } enrolledByCity { key label count link } enrolledByCompany { label count link }
  moves { month joined left } deadlines { cityCode city people day } openBills { state bills total } } }"""

LISTS = {
    "/approval": "approvals(view: WAITING_FOR_ME)",
    "/feedback": "feedbacks(state: $state, mine: $mine, overdue: $overdue)",
    "/batch": "batches(state: $state)",
    "/blacklist": "blacklistEntries(state: $state)",
    "/housing_account": "housingAccounts(state: $state)",
    "/enrollment": "enrollments(state: $state, cityCode: $city, companyId: $company)",
}
"""The list that each page of the console shows, with the conditions of its address in the places of $name."""


async def listed(client: GraphQLClient, link: str) -> int:
    """How many rows the page of that address has."""
    parts = urlsplit(link)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.path == "/bill":
        rows = (await client.data("{ bills(first: 100) { edges { node { state } } } }"))["bills"]["edges"]
        return sum(r["node"]["state"] == given["state"] for r in rows)
    if parts.path == "/policy":
        cities = (await client.data('{ cities { unconfirmedCount(month: "2026-12") } }'))["cities"]
        return sum(c["unconfirmedCount"] for c in cities)
    field = LISTS[parts.path]
    field = field.replace("$state", given.get("state", "null"))
    field = field.replace("$mine", str("mine" in given).lower()).replace("$overdue", str("overdue" in given).lower())
    for name in ("city", "company"):
        field = field.replace(f"${name}", f'"{given[name]}"' if name in given else "null")
    data = await client.data(f"{{ {field} {{ totalCount }} }}")
    return int(next(iter(data.values()))["totalCount"])


async def client(container: Container, app: Starlette, actor: Any) -> GraphQLClient:
    return GraphQLClient(app, await token_for(container, actor.staff_id))


async def test_counts_are_those_of_the_lists_behind_the_links(container: Container, app: Starlette) -> None:
    """Batches in every state, feedback in time and late, bills: for the whole house and for a branch."""
    maker = await account("zhuanyuan")
    await enrolled(container, sheet([person(1), person(2)]))
    await enrolled(container, sheet([person(7, 公积金比例="7%")]), company=OTHER)
    await checked(container, sheet([person(3)]))
    await batch.confirm(container.ports, maker, await checked(container, sheet([person(4)])), key())
    asked = await submitted(container, sheet([person(5), person(6)]))
    first = (await BatchRow.filter(batch_id=asked).order_by("row_no"))[0].row_no
    await answer(container, asked, Channel.HR, RowAnswer(first, Verdict.CORRECTION, "申报工资与劳动合同不符"))
    await drafted(container, 202611)
    everybody, _ = await new_staff(container, PERMISSIONS)
    reviewer, office = await account("zhuguan"), await new_staff(container, PERMISSIONS, OTHER)
    await later(container, days=30)
    sums = {}
    for name, actor in (("all", everybody), ("reviewer", reviewer), ("maker", maker), ("branch", office[0])):
        own = await client(container, app, actor)
        page = (await own.data(HOME))["home"]
        for each in [*page["waiting"], *page["batches"], *page["enrolledByCity"], *page["enrolledByCompany"]]:
            assert each["count"] == await listed(own, each["link"]), (name, each)
        sums[name] = {w["key"]: w["count"] for w in page["waiting"]}
        assert all(w["label"] and w["labelEn"] for w in page["waiting"])
    assert set(sums["all"]) == set(LINKS)
    assert sums["all"]["overdue"] == 1
    assert (sums["maker"]["feedbacks"], sums["all"]["feedbacks"]) == (1, 0)
    assert (sums["all"]["batches_confirm"], sums["all"]["batches_record"], sums["all"]["bills_confirm"]) == (1, 1, 1)
    assert sums["reviewer"]["approvals"] == 1
    assert "batches_confirm" not in sums["reviewer"]
    assert set(sums["branch"].values()) - {0, sums["branch"]["policies"], sums["branch"]["housing_accounts"]} == set()


async def test_figures_are_those_of_the_scope(container: Container, app: Starlette) -> None:
    """Who came and went, with a change of scheme neither; deadlines say where they are not known."""
    await people(container, 1, 2, 3, start="2026-10")
    await enrolled(container, sheet([person(7, 公积金比例="7%")]), company=OTHER)
    gone = changed(of(1, 最后缴费月="2026-11", 停保原因="辞职"))
    await enrolled(container, gone, kind=ImportKind.TERMINATE)
    moved = changed(of(2, 新方案="北京五险", 起始月="2026-11"))
    await enrolled(container, moved, kind=ImportKind.SCHEME_CHANGE)
    rule = policy.NewRule("110000", RuleTopic.ENROLL_WINDOW, "", "每月 15 日截止", 15, "经办机构电话答复")
    await policy.set_rule(container.ports, await account("admin"), rule, key())
    actor, _ = await new_staff(container, PERMISSIONS)
    page = (await (await client(container, app, actor)).data(HOME))["home"]
    assert len(page["moves"]) == 12
    assert page["moves"][-2:] == [
        {"month": "2026-10", "joined": 3, "left": 0},
        {"month": "2026-11", "joined": 1, "left": 1},
    ]
    assert [(c["label"], c["count"]) for c in page["enrolledByCity"]] == [("北京", 2), ("上海", 1)]
    assert [(d["city"], d["people"], d["day"]) for d in page["deadlines"]] == [
        ("北京", 2, "2026-11-15"),
        ("上海", 1, None),
    ]
    assert page["unknownDeadlines"] == 1
    branch, _ = await new_staff(container, PERMISSIONS, OTHER)
    own = (await (await client(container, app, branch)).data(HOME))["home"]
    assert [c["label"] for c in own["enrolledByCompany"]] == [OTHER]
    assert own["moves"][-1] == {"month": "2026-11", "joined": 1, "left": 0}
    nothing, _ = await new_staff(container, [])
    bare = (await (await client(container, app, nothing)).data(HOME))["home"]
    assert bare.pop("at")
    assert not any(bare.values())


async def test_the_page_is_told_again_for_five_seconds(container: Container, app: Starlette) -> None:
    """Nobody else's page is shown, and nobody's rights outlive them."""
    actor, _ = await new_staff(container, PERMISSIONS)
    own = await client(container, app, actor)
    before = (await own.data(HOME))["home"]
    await enrolled(container, sheet([person(1)]))
    assert (await own.data(HOME))["home"] == before
    other, _ = await new_staff(container, PERMISSIONS)
    assert (await (await client(container, app, other)).data(HOME))["home"]["enrolledByCity"]
    await later(container, seconds=6)
    assert (await own.data(HOME))["home"]["enrolledByCity"] != before["enrolledByCity"]
