"""E2: a client's own HR sees and hands in its own people, and nothing of any other client."""

from __future__ import annotations

from starlette.applications import Starlette

from app.container import Container
from app.worker import drain
from services import bill
from tests.api.test_authorization import _fingerprint as fingerprint
from tests.api.test_authorization import _one_of_each as one_of_each
from tests.factories import account, company_id, enrolled, person, sheet
from tests.graphql_client import GraphQLClient, token_for


async def test_a_clients_own_hr_sees_nothing_of_others(container: Container, app: Starlette) -> None:
    """E2: the demonstration's client account sees its own people and papers, not a row of another client."""
    from schema.ids import global_id

    await one_of_each(container)
    others = [person(7), person(8)]
    await enrolled(container, sheet(others), company="蓝天餐饮管理有限公司", scheme="杭州五险一金（8%）")
    await bill.draft_month(
        container.ports, await account("zhuanyuan"), 202611, await company_id("蓝天餐饮管理有限公司")
    )
    await drain(container.ports)
    client = GraphQLClient(app, await token_for(container, (await account("kehu")).staff_id))
    data = await client.data(
        """{ companies { edges { node { name contracts { number } contacts { phoneMasked } counts { enrolled } } } }
        people { totalCount edges { node { name } } } enrollments { edges { node { company { name } } } }
        batches { edges { node { company { name } } } } bills { edges { node { company { name } } } }
        feedbacks(state: null) { totalCount } schemes { company { name } supplier { name } } }"""
    )
    seen = {"晨光科技有限公司", "晨光科技（上海）分公司"}
    assert {e["node"]["name"] for e in data["companies"]["edges"]} == seen
    assert {c["number"] for e in data["companies"]["edges"] for c in e["node"]["contracts"]} == {"KH-2026-001"}
    for name in ("enrollments", "batches", "bills"):
        assert {e["node"]["company"]["name"] for e in data[name]["edges"]} == {"晨光科技有限公司"}, name
    assert data["people"]["totalCount"] == 1
    assert {s["company"]["name"] for s in data["schemes"] if s["company"]} <= seen
    assert {s["supplier"] and s["supplier"]["name"] for s in data["schemes"]} == {None}
    foreign = global_id("Company", await company_id("蓝天餐饮管理有限公司"))
    assert (await client.data(f'{{ company(id: "{foreign}") {{ name }} }}'))["company"] is None
    for denied in ("{ suppliers { totalCount } }", "{ staffAccounts { totalCount } }", "{ auditLog { totalCount } }"):
        answer = await client.ask(denied)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", denied
    uploaded = (await client.http.post("/files", files={"file": ("a.xlsx", sheet([person(9)]))})).json()["id"]
    mutation = """mutation ($c: ID!, $f: ID!, $k: String!) { createBatch(input: {
      kind: ENROLL, companyId: $c, fileId: $f, month: "2026-11", idempotencyKey: $k
    }) { batch { id } problems { code } } }"""
    before = await fingerprint()
    refused = await client.data(mutation, c=foreign, f=uploaded, k="client-foreign")
    assert refused["createBatch"] == {"batch": None, "problems": [{"code": "not_found"}]}
    assert await fingerprint() == before
    own = global_id("Company", await company_id())
    made = await client.data(mutation, c=own, f=uploaded, k="client-own-batch")
    assert made["createBatch"]["problems"] == []
    await drain(container.ports)
    confirm = f'(id: "{made["createBatch"]["batch"]["id"]}", idempotencyKey: "client-confirm")'
    done = await client.data(f"mutation {{ confirmBatch{confirm} {{ batch {{ state }} problems {{ code }} }} }}")
    assert done["confirmBatch"]["batch"]["state"] == "IN_REVIEW"
    answer = await client.ask(f"mutation {{ submitBatch{confirm} {{ problems {{ code }} }} }}")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
