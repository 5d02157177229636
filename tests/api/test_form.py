"""A3.1, A3.2 over the API: staff copy a link, the person opens and answers it without an account."""

from __future__ import annotations

from starlette.applications import Starlette

from app.container import Container
from domain.form_questions import TOPICS
from schema.ids import global_id
from tests.api.conftest import ClientOf
from tests.factories import company_id, enrolled, key, new_staff, person, sheet
from tests.graphql_client import GraphQLClient, token_for

CREATE = """mutation ($input: FormLinksInput!) { createFormLinks(input: $input) { skipped problems { code }
  links { path link { id name state formLabel company { name } } } } }"""
OPEN = """mutation ($token: String!) { openForm(token: $token) { problems { code remedy remedyEn }
  form { form title companyName prefill { question valueMasked } questions { name answer required
  choices { value label labelEn } askedIfQuestion } } } }"""
ANSWER = """mutation ($token: String!, $answers: [FormAnswerInput!]!) {
  answerForm(token: $token, answers: $answers) { done problems { code field } } }"""
READ = """query ($id: ID!) { formAnswers(linkId: $id) { month entries { question texts } differences { question } } }"""
LINKS = "{ formLinks(state: ANSWERED) { totalCount edges { node { id state openedAt answeredAt } } } }"
COUNTED = """{ leavingStatistics(fromMonth: "2026-01", toMonth: "2026-12") { answers reasons { key people }
  ratings { topic mean answers } } }"""


def answers(main: str = "pay") -> list[dict]:
    """What a leaver says."""
    plain = {"last_day": "2026-11-09", "kind": "voluntary", "main_reason": main, "destination": "rest"}
    plain |= dict.fromkeys(TOPICS, "4") | {"would_return": "yes", "reasons": main}
    return [{"question": name, "values": [value]} for name, value in plain.items()]


async def test_from_the_link_to_the_chart(
    container: Container, client_of: ClientOf, nobody: GraphQLClient, app: Starlette
) -> None:
    maker = await client_of("zhuanyuan")
    people = [{"name": "张三", "phone": f"1390000111{n}"} for n in range(3)]
    given = {
        "form": "LEAVING",
        "companyId": global_id("Company", await company_id()),
        "people": people,
        "idempotencyKey": key(),
    }
    made = (await maker.data(CREATE, input=given))["createFormLinks"]
    assert made["problems"] == []
    assert all(link["path"].startswith("/admin/form#") for link in made["links"])
    assert [link["path"] for link in (await maker.data(CREATE, input=given))["createFormLinks"]["links"]] == [None] * 3
    tokens = [link["path"].split("#")[1] for link in made["links"]]
    shown = (await nobody.data(OPEN, token=tokens[0]))["openForm"]["form"]
    assert (shown["title"], shown["companyName"]) == ("离职问卷", "晨光科技有限公司")
    assert {"question": "phone", "valueMasked": "1*********0"} in shown["prefill"]
    bad = (await nobody.data(ANSWER, token=tokens[0], answers=answers("holiday")))["answerForm"]
    assert not bad["done"]
    assert {p["field"] for p in bad["problems"]} == {"reasons", "main_reason"}
    for token in tokens:
        assert (await nobody.data(ANSWER, token=token, answers=answers()))["answerForm"] == {
            "done": True,
            "problems": [],
        }
    again = (await nobody.data(ANSWER, token=tokens[0], answers=answers()))["answerForm"]
    assert again["problems"] == [{"code": "form_link_answered", "field": None}]
    edges = (await maker.data(LINKS))["formLinks"]["edges"]
    assert len(edges) == 3
    read = (await maker.data(READ, id=edges[0]["node"]["id"]))["formAnswers"]
    assert read["month"] == "2026-11"
    assert {"question": "main_reason", "texts": ["薪酬待遇"]} in read["entries"]
    counted = (await maker.data(COUNTED))["leavingStatistics"]
    assert counted["reasons"] == [{"key": "pay", "people": 3}]
    assert counted["ratings"][0] == {"topic": "satisfaction_pay", "mean": 4.0, "answers": 3}


async def test_strangers_learn_nothing(container: Container, client_of: ClientOf, nobody: GraphQLClient) -> None:
    """A wrong, a replaced and a cancelled token have one answer, word for word; after ten the address waits."""
    maker = await client_of("zhuanyuan")
    batch_id = await enrolled(container, sheet([person(1), person(2)]))
    given = {"form": "ONBOARDING", "batchId": global_id("Batch", batch_id), "idempotencyKey": key()}
    first, second = (await maker.data(CREATE, input=given))["createFormLinks"]["links"]
    renewed = "mutation ($id: ID!) { resendFormLink(id: $id) { path problems { code } } }"
    assert (await maker.data(renewed, id=first["link"]["id"]))["resendFormLink"]["path"] != first["path"]
    cancel = 'mutation ($id: ID!) { cancelFormLink(id: $id, reason: "线下收集") { link { state } } }'
    assert (await maker.data(cancel, id=second["link"]["id"]))["cancelFormLink"]["link"] == {"state": "CANCELLED"}
    said = []
    for token in ("x" * 43, "", "短", first["path"].split("#")[1], second["path"].split("#")[1]):
        said.append((await nobody.data(OPEN, token=token))["openForm"])
    assert all(each == said[0] for each in said)
    assert said[0]["form"] is None
    for _ in range(5):
        await nobody.data(OPEN, token="x" * 43)
    blocked = (await nobody.data(OPEN, token="x" * 43))["openForm"]
    assert blocked["problems"][0]["code"] == "form_too_often"
    read_only, _ = await new_staff(container, ["form.read"])
    reader = GraphQLClient(nobody.http._transport.app, await token_for(container, read_only.staff_id))  # type: ignore[attr-defined]
    answer = await reader.ask(renewed, id=first["link"]["id"])
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
