"""A4.4 over GraphQL: adding, finding, extending and asking for a release, with the reason for its readers alone."""

from __future__ import annotations

from starlette.applications import Starlette

from app.container import Container
from tests.factories import account, checked, new_staff, person, sheet
from tests.graphql_client import GraphQLClient, token_for

ADD = """mutation ($input: BlacklistEntryInput!) { addBlacklistEntry(input: $input) {
  entry { id name numberMasked effect reason fromDay toDay state hitCount company { name } evidence { name } }
  problems { code field } } }"""
FIND = """query ($search: String!) { blacklistEntries(search: $search, subject: PERSON, state: ACTIVE) {
  totalCount edges { node { id reason hitCount } } } }"""
HITS = """query ($id: ID!) { blacklistHits(entryId: $id) { edges { node {
  place batchNumber rowNo company { name } } } } }"""


async def test_an_entry_from_adding_to_asking_for_its_release(container: Container, app: Starlette) -> None:
    """A4.4: the fields of the console's page, and what is refused comes back as problems."""
    client = GraphQLClient(app, await token_for(container, (await account("admin")).staff_id))
    number = person(1)["证件号码"]
    given = {"subject": "PERSON", "name": "张三", "number": number, "reason": "骗保", "toDay": "2026-12-31"}
    added = (await client.ask(ADD, input=given))["data"]["addBlacklistEntry"]
    entry = added["entry"]
    assert (added["problems"], entry["state"], entry["fromDay"], entry["toDay"]) == (
        [],
        "ACTIVE",
        "2026-11-10",
        "2026-12-31",
    )
    assert number not in str(added)
    again = (await client.ask(ADD, input=given))["data"]["addBlacklistEntry"]
    assert (again["entry"], [p["code"] for p in again["problems"]]) == (None, ["blacklist_duplicate"])
    await checked(container, sheet([person(1)]))
    (found,) = (await client.ask(FIND, search=number))["data"]["blacklistEntries"]["edges"]
    assert found["node"] == {"id": entry["id"], "reason": "骗保", "hitCount": 1}
    (hit,) = (await client.ask(HITS, id=entry["id"]))["data"]["blacklistHits"]["edges"]
    assert hit["node"]["place"] == "batch_row"
    assert hit["node"]["company"] == {"name": "晨光科技有限公司"}
    extend = 'mutation ($id: ID!) { extendBlacklistEntry(id: $id, reason: "未结清") { entry { toDay } } }'
    extended = (await client.ask(extend, id=entry["id"]))["data"]["extendBlacklistEntry"]
    assert extended == {"entry": {"toDay": None}}
    release = 'mutation ($id: ID!) { releaseBlacklistEntry(id: $id, reason: "已查明") { entry { state } } }'
    asked = (await client.ask(release, id=entry["id"]))["data"]["releaseBlacklistEntry"]
    assert asked == {"entry": {"state": "RELEASING"}}


async def test_the_reason_is_for_readers_alone(container: Container, app: Starlette) -> None:
    """A4.4, A9.1: whoever sees batches need not see the blacklist."""
    clerk, _ = await new_staff(container, ["batch.read", "batch.create"])
    client = GraphQLClient(app, await token_for(container, clerk.staff_id))
    answer = await client.ask(FIND, search="")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
