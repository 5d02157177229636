"""A4.1 through GraphQL: confirming, comparing, exchanging and previewing policies, and local rules."""

from __future__ import annotations

from starlette.applications import Starlette

from app.container import Container
from domain.permission import ROLES
from services import file
from tests.factories import account, key, new_staff
from tests.graphql_client import GraphQLClient, token_for

ROWS = """query ($month: Month!) { cities { id code unconfirmedCount(month: $month)
  policies(month: $month, category: EMPLOYEE) { id kind confirmed confirmedBy confirmedAt confirmedSource } } }"""


async def client_of(container: Container, app: Starlette, role: str) -> GraphQLClient:
    actor, _ = await new_staff(container, ROLES[role][1])
    return GraphQLClient(app, await token_for(container, actor.staff_id))


async def test_confirming_through_the_api(container: Container, app: Starlette) -> None:
    client = await client_of(container, app, "reviewer")
    beijing = next(c for c in (await client.data(ROWS, month="2026-11"))["cities"] if c["code"] == "110000")
    pension = next(p for p in beijing["policies"] if p["kind"] == "PENSION")
    assert (pension["confirmed"], pension["confirmedAt"]) == (False, None)
    act = """mutation ($ids: [ID!]!, $source: String!, $key: String!) {
      confirmPolicies(ids: $ids, source: $source, idempotencyKey: $key) {
        policies { confirmed confirmedSource } problems { code field } } }"""
    refused = await client.data(act, ids=[pension["id"]], source=" ", key=key())
    assert refused["confirmPolicies"]["problems"] == [{"code": "policy_source_missing", "field": "source"}]
    done = await client.data(act, ids=[pension["id"]], source="京人社发〔2026〕7号", key=key())
    assert done["confirmPolicies"] == {
        "policies": [{"confirmed": True, "confirmedSource": "京人社发〔2026〕7号"}],
        "problems": [],
    }
    after = next(c for c in (await client.data(ROWS, month="2026-11"))["cities"] if c["code"] == "110000")
    assert after["unconfirmedCount"] == beijing["unconfirmedCount"] - 1


async def test_comparing_and_local_rules(container: Container, app: Starlette) -> None:
    client = await client_of(container, app, "viewer")
    query = """{ cities { code compare(from: "2026-06", to: "2026-11") { kind tier differences { field before after } }
      rules { topic known text source nationwide } } }"""
    city = next(c for c in (await client.data(query))["cities"] if c["code"] == "110000")
    pension = next(c for c in city["compare"] if c["kind"] == "PENSION")
    assert {"field": "baseMax", "before": "35811.00", "after": "36348.00"} in pension["differences"]
    assert [r["text"] for r in city["rules"] if not r["known"]] == ["申报期未知，请向经办机构确认后填写"]


async def test_export_change_preview_and_import(container: Container, app: Starlette) -> None:
    """The whole way round, as the console goes it."""
    actor, _ = await new_staff(container, ROLES["specialist"][1])
    client = GraphQLClient(app, await token_for(container, actor.staff_id))
    exported = await client.data(
        'mutation { exportPolicies(cityCode: "110000", format: YAML) { file { id name } problems { code } } }'
    )
    assert exported["exportPolicies"]["file"]["name"] == "北京政策.yaml"
    from schema.ids import global_id, row_id

    source = row_id(exported["exportPolicies"]["file"]["id"], "StoredFile")
    _, content = await file.content(container.ports, actor, source)
    changed = content.decode().replace("'36348.00'", "'37000.00'", 1)
    stored = await file.upload(container.ports, actor, "北京.yaml", changed.encode())
    value = global_id("StoredFile", stored.id)
    look = """query ($f: ID!) { previewPolicies(fileId: $f) { month people changes { act line title differences {
      field before after } } problems { code } } }"""
    seen = (await client.data(look, f=value))["previewPolicies"]
    assert (seen["month"], seen["people"], seen["problems"]) == ("2026-11", 0, [])
    [change] = seen["changes"]
    assert change["act"] == "REPLACED"
    assert change["line"] > 1
    assert change["differences"] == [{"field": "baseMax", "before": "36348.00", "after": "37000.00"}]
    act = """mutation ($f: ID!, $key: String!) { importPolicies(fileId: $f, dryRun: false, idempotencyKey: $key) {
      added replaced changes { act } problems { code } } }"""
    done = (await client.data(act, f=value, key=key()))["importPolicies"]
    assert done == {"added": 0, "replaced": 1, "changes": [{"act": "REPLACED"}], "problems": []}
    # A stranger's file is not found, and so imports nothing.
    other = await file.upload(container.ports, await account("zhuanyuan"), "别人的.yaml", changed.encode())
    refused = await client.data(act, f=global_id("StoredFile", other.id), key=key())
    assert refused["importPolicies"]["problems"] == [{"code": "not_found"}]


async def test_setting_a_rule(container: Container, app: Starlette) -> None:
    client = await client_of(container, app, "specialist")
    act = """mutation ($number: Int, $key: String!) { setCityRule(input: {cityCode: "110000", topic: ENROLL_WINDOW,
      channel: "社保", text: "每月 1 日至 20 日", number: $number, source: "电话核实", idempotencyKey: $key}) {
      rules { topic number known nationwide } problems { code field } } }"""
    wrong = (await client.data(act, number=40, key=key()))["setCityRule"]
    assert wrong["problems"] == [{"code": "rule_number", "field": "number"}]
    rules = (await client.data(act, number=20, key=key()))["setCityRule"]["rules"]
    own = [r for r in rules if r["topic"] == "ENROLL_WINDOW" and not r["nationwide"]]
    assert own == [{"topic": "ENROLL_WINDOW", "number": 20, "known": True, "nationwide": False}]
