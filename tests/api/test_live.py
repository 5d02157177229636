"""Live progress over both transports, between real sockets; signing out ends them at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
import websockets
from starlette.applications import Starlette

from app.container import Container
from app.worker import drain
from db.models.batch import Batch
from domain.columns import ImportKind
from schema.ids import global_id
from services import batch, file, staff
from tests.api.conftest import ClientOf
from tests.factories import account, company_id, key, later, person, sheet
from tests.graphql_client import token_for

WATCH = "subscription ($i: ID!) { batchProgress(id: $i) { state checkedRows okRows } }"


@pytest.fixture
async def address(app: Starlette) -> AsyncIterator[str]:
    """The application on a real port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


async def _uploaded(container: Container, rows: int = 3) -> int:
    """A batch whose check has not run yet."""
    ports, maker = container.ports, await account("zhuanyuan")
    stored = await file.upload(ports, maker, "a.xlsx", sheet([person(n) for n in range(1, rows + 1)]))
    new = batch.NewBatch(ImportKind.ENROLL, await company_id(), stored.id, 202611)
    return await batch.create(ports, maker, new, key())


@asynccontextmanager
async def socket(address: str, token: str, origin: str | None = None) -> AsyncIterator[websockets.ClientConnection]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with websockets.connect(
        f"ws://{address}/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        additional_headers=headers,
        origin=websockets.Origin(origin) if origin else None,
    ) as opened:
        await opened.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await opened.recv())["type"] == "connection_ack"
        yield opened


async def _subscribe(opened: websockets.ClientConnection, batch_id: int) -> None:
    payload = {"query": WATCH, "variables": {"i": global_id("Batch", batch_id)}}
    await opened.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))


async def _next(opened: websockets.ClientConnection) -> dict:
    while True:
        message = json.loads(await asyncio.wait_for(opened.recv(), 5))
        if message["type"] != "ping":
            return message


async def test_progress_over_a_websocket(container: Container, address: str) -> None:
    """U3, A1.1: the present state first, then every change."""
    batch_id = await _uploaded(container)
    token = await token_for(container, (await account("zhuanyuan")).staff_id)
    async with socket(address, token) as opened:
        await _subscribe(opened, batch_id)
        first = (await _next(opened))["payload"]["data"]["batchProgress"]
        assert first == {"state": "CHECKING", "checkedRows": 0, "okRows": 0}
        await drain(container.ports)
        while (seen := (await _next(opened))["payload"]["data"]["batchProgress"])["state"] != "CHECKED":
            pass
        assert seen == {"state": "CHECKED", "checkedRows": 3, "okRows": 3}


async def test_progress_over_server_sent_events(container: Container, address: str) -> None:
    batch_id = await _uploaded(container)
    token = await token_for(container, (await account("zhuanyuan")).staff_id)
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
    body = {"query": WATCH, "variables": {"i": global_id("Batch", batch_id)}}
    states: list[str] = []
    async with (
        httpx.AsyncClient() as client,
        client.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith("data:") and "batchProgress" in line:
                states.append(json.loads(line[5:])["data"]["batchProgress"]["state"])
                if len(states) == 1:
                    await drain(container.ports)
                if states[-1] == "CHECKED":
                    break
    assert states[0] == "CHECKING"
    assert states[-1] == "CHECKED"


async def test_json_before_events_means_json(client_of: ClientOf) -> None:
    """Clients that list both (urql does) want an answer, not a stream of one."""
    client = await client_of("admin")
    for accept in ("application/json, text/event-stream", "application/graphql-response+json, text/event-stream, */*"):
        answer = await client.http.post("/graphql", json={"query": "{ me { username } }"}, headers={"accept": accept})
        assert answer.headers["content-type"].startswith(accept.partition(",")[0])
        assert answer.json()["data"]["me"]["username"] == "admin"


async def test_signing_out_ends_the_stream(container: Container, address: str) -> None:
    """B14: the socket hears of it without waiting for the next change."""
    batch_id = await _uploaded(container)
    who = await account("zhuanyuan")
    token = await token_for(container, who.staff_id)
    actor = await staff.actor_of(container.ports, token)
    assert actor is not None
    async with socket(address, token) as opened:
        await _subscribe(opened, batch_id)
        await _next(opened)
        await staff.sign_out(container.ports, actor)
        await drain(container.ports)
        assert (await _next(opened))["type"] == "complete"


async def test_a_socket_takes_subscriptions_alone(container: Container, address: str) -> None:
    """A socket shows its session once; what reads or writes goes over HTTP and shows it every time."""
    token = await token_for(container, (await account("zhuanyuan")).staff_id)
    for query in ("{ people { totalCount } }", "mutation { batchTemplate(kind: ENROLL) { file { id } } }"):
        async with socket(address, token) as opened:
            await opened.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}}))
            message = await _next(opened)
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"]["code"] == "SUBSCRIPTIONS_ONLY"


async def test_a_stream_ends_with_the_time_of_its_session(
    container: Container, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.live.ASK_AGAIN", 0.05)
    batch_id = await _uploaded(container)
    token = await token_for(container, (await account("zhuanyuan")).staff_id)
    async with socket(address, token) as opened:
        await _subscribe(opened, batch_id)
        await _next(opened)
        await later(container, hours=2)
        assert (await _next(opened))["type"] == "complete"


async def test_who_may_not_listen(container: Container, address: str) -> None:
    """Nobody without a session, nobody of another branch, and no page of another site."""
    batch_id = await _uploaded(container)
    foreign = await token_for(container, (await account("fenzhi")).staff_id)
    for token, word in (("", "UNAUTHENTICATED"), (foreign, "REFUSED")):
        async with socket(address, token) as opened:
            await _subscribe(opened, batch_id)
            message = await _next(opened)
            assert word in json.dumps(message), message
    with pytest.raises(websockets.InvalidStatus):
        async with socket(address, foreign, origin="https://evil.example"):
            pass
    assert (await Batch.get(id=batch_id)).state == "checking"
