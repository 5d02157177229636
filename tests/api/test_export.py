"""A2.1, T6 over the API: the list's own variables are what is exported; progress is pushed; filters are kept."""

from __future__ import annotations

import json

import httpx
from starlette.applications import Starlette

from app.container import Container
from app.worker import drain
from schema.ids import global_id
from tests.api.conftest import ClientOf
from tests.api.test_live import address as address
from tests.factories import account, company_id, enrolled, key, person, sheet
from tests.graphql_client import GraphQLClient, token_for

START = """mutation ($list: String!, $filter: String!, $columns: [String!], $key: String!) {
  startExport(list: $list, filter: $filter, columns: $columns, idempotencyKey: $key) {
  problems { code field value } export { id state total doneRows label } } }"""
MINE = "{ exports { totalCount edges { node { id state doneRows file { name size url } problems { code } } } } }"
WATCH = "subscription ($id: ID!) { exportUpdates(id: $id) { state doneRows total } }"
LIST = """query ($more: EnrollmentFilter, $after: String) { enrollments(more: $more, first: 1, after: $after) {
  totalCount pageInfo { endCursor hasNextPage } edges { node { declaredBase } } } }"""


async def test_an_export_of_the_list_as_it_is_shown(container: Container, client_of: ClientOf) -> None:
    await enrolled(container, sheet([person(1, "9000.00"), person(2, "12000.00"), person(3, "15000.00")]))
    maker = await client_of("zhuanyuan")
    lists = (await maker.data("{ exportLists { name label columns { name label } conditions needed } }"))["exportLists"]
    assert "enrollments" in {each["name"] for each in lists}
    assert "audit" not in {each["name"] for each in lists}
    company = global_id("Company", await company_id())
    given = json.dumps({"companyId": company, "state": "EFFECTIVE", "baseFrom": "10000.00", "search": ""})
    asked = {"list": "enrollments", "filter": given, "columns": ["name", "base"], "key": key()}
    started = (await maker.data(START, **asked))["startExport"]
    assert started["problems"] == []
    assert started["export"]["state"] == "WAITING"
    await drain(container.ports)
    (edge,) = (await maker.data(MINE))["exports"]["edges"]
    assert (edge["node"]["state"], edge["node"]["doneRows"], edge["node"]["problems"]) == ("DONE", 2, [])
    answer = await maker.http.get(edge["node"]["file"]["url"])
    assert answer.status_code == 200
    (page,) = container.ports.sheets.read(answer.content, "a.xlsx")
    assert list(page.rows[0]) == ["姓名", "申报基数"]
    assert sorted(row[1] for row in page.rows[1:]) == [12000, 15000]  # type: ignore[type-var]
    other = await client_of("admin")
    assert (await other.data(MINE))["exports"]["totalCount"] == 0
    assert (await other.http.get(edge["node"]["file"]["url"])).status_code in (403, 404)


async def test_filters_that_cannot_be_read(container: Container, client_of: ClientOf) -> None:
    maker = await client_of("zhuanyuan")
    batch = global_id("Batch", 1)
    for given, code in (
        ("[]", "export_filter"),
        ("{", "export_filter"),
        (json.dumps({"companyId": batch}), "id_invalid"),
        (json.dumps({"companyId": 5}), "export_filter"),
        (json.dumps({"state": "x" * 200}), "export_filter"),
        (json.dumps({"search": "x" * 5000}), "export_filter"),
        (json.dumps({"baseFrom": {"a": 1}}), "export_filter"),
    ):
        answer = (await maker.data(START, list="enrollments", filter=given, key=key()))["startExport"]
        assert [p["code"] for p in answer["problems"]] == [code], given


async def test_progress_is_pushed_until_the_end(container: Container, app: Starlette, address: str) -> None:
    await enrolled(container, sheet([person(1)]))
    token = await token_for(container, (await account("zhuanyuan")).staff_id)
    client = GraphQLClient(app, token)
    started = (await client.data(START, list="people", filter="{}", key=key()))["startExport"]["export"]
    body = {"query": WATCH, "variables": {"id": started["id"]}}
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
    seen = []
    async with (
        httpx.AsyncClient(timeout=10) as http,
        http.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data:") and "exportUpdates" in line:
                seen.append(json.loads(line[5:])["data"]["exportUpdates"])
                if len(seen) == 1:
                    await drain(container.ports)
                if seen[-1]["state"] == "DONE":
                    break
    assert seen[0] == {"state": "WAITING", "doneRows": 0, "total": -1}
    assert seen[-1] == {"state": "DONE", "doneRows": 1, "total": 1}


async def test_the_register_in_another_order_page_by_page(container: Container, client_of: ClientOf) -> None:
    """A2.1: the next page goes on where the last one ended, whatever the order."""
    await enrolled(container, sheet([person(n, base) for n, base in enumerate(("9000.00", "15000.00", "12000.00"), 1)]))
    maker, seen, after = await client_of("zhuanyuan"), [], None
    more = {"sort": "BASE", "descending": False, "startFrom": "2026-11", "kind": "PENSION", "kindState": "EFFECTIVE"}
    while True:
        page = (await maker.data(LIST, more=more, after=after))["enrollments"]
        assert page["totalCount"] == 3
        seen += [e["node"]["declaredBase"] for e in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["9000.00", "12000.00", "15000.00"]
    none = await maker.data(LIST, more={"stopReason": "resigned"})
    assert none["enrollments"]["totalCount"] == 0


async def test_saved_filters_and_analyses(container: Container, client_of: ClientOf) -> None:
    await enrolled(container, sheet([person(1)]))
    maker, viewer = await client_of("zhuanyuan"), await client_of("zhuguan")
    save = """mutation ($input: SavedFilterInput!) { saveFilter(input: $input) { problems { code }
      filters { id name query shared own opensList } } }"""
    given = {"list": "enrollments", "name": "在册", "query": '{"state":"EFFECTIVE"}', "shared": True}
    (kept,) = (await maker.data(save, input=given))["saveFilter"]["filters"]
    assert (kept["query"], kept["own"], kept["opensList"]) == ('{"state":"EFFECTIVE"}', True, False)
    opens = 'mutation ($id: ID) { openListWith(list: "enrollments", id: $id) { filters { own opensList } } }'
    chosen = (await viewer.data(opens, id=kept["id"]))["openListWith"]
    assert chosen == {"filters": [{"own": False, "opensList": True}]}
    delete = "mutation ($id: ID!) { deleteFilter(id: $id) { problems { code } } }"
    assert (await viewer.data(delete, id=kept["id"]))["deleteFilter"]["problems"] == [{"code": "not_found"}]
    assert (await maker.data(delete, id=kept["id"]))["deleteFilter"]["problems"] == []
    analysis = """{ stopReasons { value label } stopAnalysis(fromMonth: "2026-01", toMonth: "2026-12", by: [REASON])
      { reason people city { name } }
      contributionStatistics(fromMonth: "2026-01", toMonth: "2026-12") { kind total } }"""
    data = await maker.data(analysis)
    assert {"value": "resigned", "label": "辞职"} in data["stopReasons"]
    assert (data["stopAnalysis"], data["contributionStatistics"]) == ([], [])
