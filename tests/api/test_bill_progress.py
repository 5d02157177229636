"""A month over the API: the mutation answers at once, and the bill's progress is told until it is done."""

from __future__ import annotations

import json

import httpx
from starlette.applications import Starlette

from app.container import Container
from app.worker import drain
from tests.api.conftest import ClientOf
from tests.api.test_live import address as address
from tests.factories import HEADERS, account, enrolled, key, new_staff, person, sheet
from tests.graphql_client import GraphQLClient, token_for

DRAFT = """mutation { draftMonth(month: "2026-11") { problems { code } bills {
  id computing partsDone partsTotal total availableActs } } }"""
CONFIRM = "mutation ($id: ID!, $key: String!) { confirmBill(id: $id, idempotencyKey: $key) { problems { code } } }"
READ = "query ($id: ID!) { bill(id: $id) { computing partsDone partsTotal people total availableActs } }"
WATCH = "subscription ($id: ID!) { billUpdates(billId: $id) { computing partsDone partsTotal people total } }"


async def test_a_bill_is_computing_until_its_last_part(container: Container, client_of: ClientOf) -> None:
    """G3: what can be done with it meanwhile is to start it anew, and nothing else."""
    rows = [person(n, 参保城市=city) for n, city in enumerate(("北京", "成都"), 1)]
    await enrolled(container, sheet(rows, (*HEADERS, "参保城市")))
    maker, reviewer = await client_of("zhuanyuan"), await client_of("zhuguan")
    [made] = (await maker.data(DRAFT))["draftMonth"]["bills"]
    assert (made["computing"], made["partsDone"], made["partsTotal"], made["total"]) == (True, 0, 2, "0.00")
    assert made["availableActs"] == ["REDRAFT"]
    refused = (await reviewer.data(CONFIRM, id=made["id"], key=key()))["confirmBill"]
    assert refused == {"problems": [{"code": "bill_computing"}]}
    await drain(container.ports)
    read = (await maker.data(READ, id=made["id"]))["bill"]
    assert (read["computing"], read["partsDone"], read["people"]) == (False, 2, 2)
    assert set(read["availableActs"]) == {"REDRAFT", "WORKBOOK"}
    confirmed = (await reviewer.data(CONFIRM, id=made["id"], key=key()))["confirmBill"]
    assert confirmed == {"problems": []}


async def test_progress_is_pushed(container: Container, app: Starlette, address: str) -> None:
    """G3: the present state first, then every part; another branch's bill tells nothing."""
    await enrolled(container, sheet([person(1)]))
    token = await token_for(container, (await account("zhuanyuan")).staff_id)
    [made] = (await GraphQLClient(app, token).data(DRAFT))["draftMonth"]["bills"]
    body = {"query": WATCH, "variables": {"id": made["id"]}}
    seen: list[tuple] = []
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(timeout=10) as client,
        client.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data:") and "billUpdates" in line:
                told = json.loads(line[5:])["data"]["billUpdates"]
                seen.append((told["computing"], told["partsDone"], told["people"]))
                if len(seen) == 1:
                    await drain(container.ports)
                if not told["computing"]:
                    break
    assert seen[0] == (True, 0, 0)
    assert seen[-1] == (False, 1, 1)

    stranger, _ = await new_staff(container, ["bill.read"], "远航物流（上海）有限公司")
    headers["authorization"] = f"Bearer {await token_for(container, stranger.staff_id)}"
    async with (
        httpx.AsyncClient(timeout=10) as client,
        client.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as answer,
    ):
        text = "".join([line async for line in answer.aiter_lines()])
    assert "errors" in text
    assert '"people"' not in text
