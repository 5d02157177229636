"""B1, B14, T7: signing in and out, sessions, and requests that should not pass."""

from __future__ import annotations

from base64 import b32decode
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from app.container import Container
from app.graphql import make_schema
from domain.signin import authenticator_code, step_of
from tests.api.conftest import ClientOf
from tests.factories import later, new_staff
from tests.graphql_client import GraphQLClient
from tests.moved_clock import MovedClock

SIGN_IN = """mutation ($u: String!, $p: String!) {
  signIn(username: $u, password: $p) { staff { username } problems { code } } }"""
STEPS = """mutation ($u: String!, $p: String!, $captcha: CaptchaInput, $code: String! = "", $new: String! = "") {
  signIn(username: $u, password: $p, captcha: $captcha, code: $code, newPassword: $new) {
    staff { username } step problems { code } } }"""
WITH = {"x-shebao-client": "console"}
CIRCLE = "fragment P on Person { enrollments { person { enrollments { id } } } }"


def browser(app: Starlette) -> httpx.AsyncClient:
    """A client that keeps cookies as a browser does."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


async def post(client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None, **variables: Any) -> dict:
    answer = await client.post(
        "/graphql", json={"query": query, "variables": variables}, headers=WITH | (headers or {})
    )
    return answer.json() | {"status": answer.status_code}


async def captcha(client: httpx.AsyncClient, container: Container) -> dict[str, Any]:
    """A captcha as the page asks for it, and what somebody would read on it."""
    row_id = (await post(client, "{ captcha { id } }"))["data"]["captcha"]["id"]
    text = orjson.loads(await container.redis.get(f"shebao:code:captcha:{row_id}"))["text"]
    return {"captcha": {"id": row_id, "text": text}}


async def test_signing_in_and_out(app: Starlette, container: Container) -> None:
    """The cookie is for the browser alone; after signing out it is worth nothing, at once."""
    async with browser(app) as client:
        answer = await client.post(
            "/graphql", json={"query": SIGN_IN, "variables": {"u": "zhuanyuan", "p": "Shebao-demo-2"}}
        )
        assert answer.json()["data"]["signIn"] == {"staff": {"username": "zhuanyuan"}, "problems": []}
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        kept = dict(client.cookies)
        me = await post(client, "{ me { username permissions } }")
        assert me["data"]["me"]["username"] == "zhuanyuan"
        assert "batch.approve" not in me["data"]["me"]["permissions"]
        out = await post(client, "mutation { signOut { done } }")
        assert out["data"]["signOut"]["done"]
    async with browser(app) as thief:
        thief.cookies.update(kept)
        assert (await post(thief, "{ me { username } }"))["data"]["me"] is None


async def test_wrong_passwords_close_the_door(app: Starlette, container: Container) -> None:
    """Known and unknown names answer alike: a captcha after three failures, and after ten even the right one waits."""
    _, username = await new_staff(container, [], password="First-Pass-123")
    async with browser(app) as client:
        told = {}
        for name in (username, "nobody-of-that-name"):
            await container.redis.flushdb()
            answers = [(await post(client, STEPS, u=name, p="wrong"))["data"]["signIn"] for _ in range(3)]
            answers.append((await post(client, STEPS, u=name, p="First-Pass-123"))["data"]["signIn"])
            for _ in range(7):
                given = await captcha(client, container)
                answers.append((await post(client, STEPS, u=name, p="wrong", **given))["data"]["signIn"])
            right = await post(client, STEPS, u=name, p="First-Pass-123", **await captcha(client, container))
            told[name] = [*answers, right["data"]["signIn"]]
        steps = [(a["step"], a["problems"][0]["code"]) for a in told[username]]
        assert steps[:4] == [("PASSWORD", "wrong_password")] * 2 + [
            ("CAPTCHA", "wrong_password"),
            ("CAPTCHA", "captcha_needed"),
        ]
        assert steps[4:] == [("CAPTCHA", "wrong_password")] * 6 + [("PASSWORD", "account_locked")] * 2
        assert told[username] == told["nobody-of-that-name"]
        assert not client.cookies


async def test_an_address_that_fails_all_the_time_waits(app: Starlette, container: Container) -> None:
    """Twenty failures from one address, whatever the names, close the door to it."""
    async with browser(app) as client:
        for n in range(20):
            given = {} if n < 3 else await captcha(client, container)
            answer = await post(client, STEPS, u=f"guess-{n}", p="wrong", **given)
            assert answer["data"]["signIn"]["problems"][0]["code"] == "wrong_password"
        given = await captcha(client, container)
        answer = await post(client, STEPS, u="zhuguan", p="Shebao-demo-3", **given)
        assert answer["data"]["signIn"]["problems"][0]["code"] == "too_many_attempts"
        assert answer["data"]["signIn"]["staff"] is None


async def test_captchas_are_drawn_for_everybody_but_not_without_end(app: Starlette, container: Container) -> None:
    async with browser(app) as client:
        first = await post(client, "{ captcha { id image } }")
        assert first["data"]["captcha"]["image"].startswith("data:image/svg+xml;base64,")
        for _ in range(59):
            await post(client, "{ captcha { id } }")
        last = await post(client, "{ captcha { id } }")
        assert last["errors"][0]["extensions"] == {"code": "REFUSED", "problem": "too_many_attempts"}


async def test_the_second_factor_from_setting_up_to_signing_in(
    app: Starlette, container: Container, clock: MovedClock
) -> None:
    _, username = await new_staff(container, [], password="First-Pass-123")
    async with browser(app) as client:
        await post(client, STEPS, u=username, p="First-Pass-123")
        begun = (await post(client, "mutation { beginSecondFactor { secret uri } }"))["data"]["beginSecondFactor"]
        assert begun["uri"].startswith("otpauth://totp/")
        secret = b32decode(begun["secret"].replace(" ", ""))
        confirm = "mutation ($c: String!) { confirmSecondFactor(code: $c) { codes problems { code } } }"
        wrong = await post(client, confirm, c="0")
        assert wrong["data"]["confirmSecondFactor"] == {"codes": [], "problems": [{"code": "wrong_code"}]}
        done = await post(client, confirm, c=authenticator_code(secret, step_of(clock())))
        recovery = done["data"]["confirmSecondFactor"]["codes"]
        assert len(recovery) == 10
        me = await post(client, "{ me { secondFactor recoveryLeft } }")
        assert me["data"]["me"] == {"secondFactor": True, "recoveryLeft": 10}
    async with browser(app) as client:
        asked = (await post(client, STEPS, u=username, p="First-Pass-123"))["data"]["signIn"]
        assert asked == {"staff": None, "step": "CODE", "problems": [{"code": "code_needed"}]}
        assert not client.cookies
        got_in = await post(client, STEPS, u=username, p="First-Pass-123", code=recovery[0])
        assert got_in["data"]["signIn"] == {"staff": {"username": username}, "step": "DONE", "problems": []}
        drop = "mutation ($p: String!, $c: String!) { dropSecondFactor(password: $p, code: $c) { done } }"
        assert (await post(client, drop, p="First-Pass-123", c=recovery[1]))["data"]["dropSecondFactor"]["done"]


async def test_an_old_password_opens_nothing_but_the_way_to_a_new_one(app: Starlette, container: Container) -> None:
    _, username = await new_staff(container, [], password="First-Pass-123")
    await later(container, days=180)
    async with browser(app) as client:
        asked = (await post(client, STEPS, u=username, p="First-Pass-123"))["data"]["signIn"]
        assert asked == {"staff": None, "step": "NEW_PASSWORD", "problems": [{"code": "new_password_needed"}]}
        assert not client.cookies
        done = await post(client, STEPS, u=username, p="First-Pass-123", new="Second-Pass-456")
        assert done["data"]["signIn"]["step"] == "DONE"
        assert (await post(client, "{ me { username } }"))["data"]["me"]["username"] == username


async def test_a_session_ends_by_time_and_by_a_new_password(
    app: Starlette, container: Container, clock: MovedClock
) -> None:
    _, username = await new_staff(container, [], password="First-Pass-123")
    async with browser(app) as one, browser(app) as two:
        for client in (one, two):
            await post(client, SIGN_IN, u=username, p="First-Pass-123")
        change = (
            "mutation ($c: String!, $n: String!) { changePassword(current: $c, new: $n) { done problems { code } } }"
        )
        weak = await post(one, change, c="First-Pass-123", n="short")
        assert weak["data"]["changePassword"]["problems"] == [{"code": "weak_password"}]
        done = await post(one, change, c="First-Pass-123", n="Second-Pass-456")
        assert done["data"]["changePassword"]["done"]
        assert (await post(one, "{ me { username } }"))["data"]["me"] is not None
        assert (await post(two, "{ me { username } }"))["data"]["me"] is None
        await later(container, hours=13)
        assert (await post(one, "{ me { username } }"))["data"]["me"] is None


async def test_another_site_cannot_use_our_cookie(app: Starlette, container: Container) -> None:
    """A cookie without our header, or with a foreign origin, is refused before anything runs."""
    async with browser(app) as client:
        await post(client, SIGN_IN, u="zhuanyuan", p="Shebao-demo-2")
        forged = [
            await client.post("/graphql", json={"query": "{ me { username } }"}),
            await client.post(
                "/graphql", json={"query": "{ me { username } }"}, headers=WITH | {"origin": "https://evil.example"}
            ),
            await client.post("/files", files={"file": ("a.csv", b"x")}),
        ]
        assert [a.status_code for a in forged] == [403, 403, 403]
        by_form = await client.post("/graphql", data={"query": "{ me { username } }"}, headers=WITH)
        assert by_form.status_code >= 400
        by_get = await client.get("/graphql", params={"query": "{ me { username } }"}, headers=WITH)
        assert "zhuanyuan" not in by_get.text


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("{ " + " ".join(f"a{n}: me {{ id }}" for n in range(40)) + " }", "alias"),
        ("{ companies { edges { node " + "{ parent " * 14 + "{ id }" + " }" * 14 + " } } }", "depth"),
        ("{ me { " + "id " * 3000 + "} }", "token"),
        ("{ me { id ", "syntax"),
        ("{ companies { edges { node { branches { parent { branches { id } } } } } } }", "circle"),
        (f"{{ people {{ edges {{ node {{ ...P }} }} }} }} {CIRCLE}", "circle"),
        ("{ companies { salary } }", "salary"),
    ],
)
async def test_oversized_and_wrong_queries(client_of: ClientOf, query: str, word: str) -> None:
    answer = await (await client_of("admin")).ask(query)
    assert word in answer["errors"][0]["message"].lower()
    assert answer.get("data") is None


@pytest.mark.parametrize("first", [0, -1, 101, 10**6])
async def test_pages_have_a_limit(client_of: ClientOf, first: int) -> None:
    answer = await (await client_of("admin")).ask("query ($n: Int!) { people(first: $n) { totalCount } }", n=first)
    assert answer["errors"][0]["extensions"] == {"code": "REFUSED", "problem": "page_too_large"}


@pytest.mark.parametrize(
    ("query", "variables", "refused"),
    [
        ("{ batches(first: 100) { edges { node { rows(first: 100) { totalCount } } } } }", {}, True),
        ("query ($n: Int!) { batches(first: $n) { edges { node { rows { totalCount } } } } }", {"n": 100}, True),
        ("query ($n: Int!) { batches(first: $n) { edges { node { rows { totalCount } } } } }", {"n": 20}, False),
        ("{ batches { edges { node { ...R } } } } fragment R on Batch { rows(first: 100) { totalCount } }", {}, True),
        ("{ people(first: 100) { edges { node { enrollments { id } } } } }", {}, False),
    ],
)
async def test_pages_inside_pages_have_a_limit(
    client_of: ClientOf, query: str, variables: dict[str, int], refused: bool
) -> None:
    """The rows of a request are counted before anything runs, with its variables and through fragments."""
    answer = await (await client_of("admin")).ask(query, **variables)
    told = [e.get("extensions", {}).get("code") for e in answer.get("errors", [])]
    assert told == (["TOO_MANY"] if refused else [])


@pytest.mark.parametrize("value", ["", "x", "QmF0Y2g6MQ==", "💥", "QmF0Y2g6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "Og"])
async def test_strange_ids_are_answered(client_of: ClientOf, value: str) -> None:
    answer = await (await client_of("admin")).ask(
        "query ($i: ID!) { bill(id: $i) { id } node(id: $i) { id } }", i=value
    )
    assert all(e["extensions"]["code"] in ("REFUSED",) for e in answer.get("errors", []))


async def test_the_unexpected_is_masked_with_an_incident(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("resolvers.policy.policy.cities", broken)
    answer = await (await client_of("admin")).ask("{ cities { code } }")
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(answer)
    assert error["extensions"]["incident"] in caplog.text


async def test_introspection_is_off_in_production(client_of: ClientOf) -> None:
    query = "{ __schema { types { name } } }"
    assert (await (await client_of("admin")).ask(query))["data"]
    for shape in (query, "{ _service { sdl } }"):
        refused = await make_schema(production=True).execute(shape)
        assert refused.errors
        assert not refused.data


async def test_security_headers(nobody: GraphQLClient) -> None:
    answer = await nobody.http.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_pages_of_the_console_and_nothing_else_of_the_disk(nobody: GraphQLClient) -> None:
    """Unknown paths below /admin/ are the console's page; assets that are gone are gone; nobody climbs out."""
    for path in (
        "/admin/../../pyproject.toml",
        "/admin/%2e%2e/package.json",
        "/admin/assets/%2e%2e/%2e%2e/package.json",
    ):
        answer = await nobody.http.get(path)
        assert "[project]" not in answer.text
        assert "vue-router" not in answer.text
    assert (await nobody.http.get("/admin/assets/gone.js")).status_code == 404


async def test_entities_and_id_lists_have_a_limit(client_of: ClientOf) -> None:
    client = await client_of("admin")
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on City { id } } }"
    answer = await client.ask(query, r=[{"__typename": "City", "id": "x"}] * 201)
    assert answer["errors"][0]["extensions"]["code"] == "TOO_MANY"
    data = await client.data("mutation ($i: [ID!]!) { markNoticesRead(ids: $i) { problems { code } } }", i=["x"] * 501)
    assert data["markNoticesRead"]["problems"] == [{"code": "too_many_ids"}]
