"""A1.1, A1.2: files in and out, limited by size and real type, for whom they are."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from app.container import Container
from db.models.audit import Audit
from schema.ids import global_id
from services import file
from tests.api.conftest import ClientOf
from tests.factories import checked, new_staff, person, sheet
from tests.graphql_client import GraphQLClient, token_for
from tests.moved_clock import MovedClock


async def test_upload_and_download_round_trip(client_of: ClientOf, clock: MovedClock) -> None:
    client = await client_of("zhuanyuan")
    content = sheet([person(1)])
    answer = await client.http.post("/files", files={"file": ("十一月.xlsx", content)})
    assert answer.status_code == 201
    found = await client.data(
        "query ($i: ID!) { node(id: $i) { ... on StoredFile { name size url } } }", i=answer.json()["id"]
    )
    url = found["node"]["url"]
    assert (found["node"]["name"], found["node"]["size"]) == ("十一月.xlsx", len(content))
    assert (await client.http.get(url)).content == content
    # The address is for this session alone, and for some minutes.
    assert (await (await client_of("admin")).http.get(url)).status_code == 403
    assert (await client.http.get(url.replace("signature=", "signature=0"))).status_code == 403
    clock.forward(minutes=11)
    assert (await client.http.get(url)).status_code == 403


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "file_empty"),
        (b"\x00\x01\x02" * 100, 400, "file_type"),
        (b"x" * (file.LARGEST + 1), 413, "file_too_large"),
    ],
)
async def test_uploads_that_are_refused(client_of: ClientOf, content: bytes, status: int, code: str) -> None:
    client = await client_of("zhuanyuan")
    answer = await client.http.post("/files", files={"file": ("a.xlsx", content)})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (status, code)


async def test_uploads_need_permission(client_of: ClientOf, nobody: GraphQLClient) -> None:
    for client, status in ((nobody, 401), (await client_of("caiwu"), 403)):
        answer = await client.http.post("/files", files={"file": ("a.csv", b"a,b")})
        assert answer.status_code == status
    answer = await (await client_of("zhuanyuan")).http.post("/files", content=b"not a form")
    assert answer.status_code == 400


async def test_someone_elses_upload_cannot_be_used(client_of: ClientOf, app: Starlette) -> None:
    mine, other = await client_of("zhuanyuan"), await client_of("admin")
    file_id = (await mine.http.post("/files", files={"file": ("a.xlsx", sheet([person(1)]))})).json()["id"]
    companies = await other.data('{ companies(search: "晨光科技有限公司") { edges { node { id } } } }')
    answer = await other.data(
        """mutation ($c: ID!, $f: ID!) { createBatch(input: {kind: ENROLL, companyId: $c, fileId: $f, month: "2026-11",
        idempotencyKey: "someone-else"}) { batch { id } problems { code field } } }""",
        c=companies["companies"]["edges"][0]["node"]["id"],
        f=file_id,
    )
    assert answer["createBatch"] == {"batch": None, "problems": [{"code": "not_found", "field": "fileId"}]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 this is no workbook", "file_broken"),
        ("只有一列\n没有表头\n".encode(), "header_missing"),
        ("姓名,证件号码\n张三,11010519491231002X\n".encode(), "column_missing"),
        ("姓名,证件号码,申报工资\n".encode(), "rows_missing"),
    ],
)
async def test_a_file_that_cannot_be_worked_through_says_why(
    container: Container, client_of: ClientOf, content: bytes, code: str
) -> None:
    """The batch fails with its reason and nothing of the file is kept as rows."""
    from schema.ids import global_id

    batch_id = await checked(container, content, name="表.xlsx" if content.startswith(b"PK") else "表.csv")
    found = await (await client_of("zhuanyuan")).data(
        """query ($i: ID!) { batch(id: $i) { state totalRows availableActs rows { totalCount }
        fileProblems { code message remedy } } }""",
        i=global_id("Batch", batch_id),
    )
    assert found["batch"]["state"] == "FAILED"
    assert found["batch"]["rows"]["totalCount"] == 0
    told = found["batch"]["fileProblems"]
    assert told[0]["code"] == code
    assert all(p["message"] and p["remedy"] for p in told)


async def test_bodies_without_a_length_are_counted(client_of: ClientOf) -> None:
    """A stream that announces nothing is broken off at the limit, on both addresses."""

    async def endless(piece: bytes, start: bytes = b"") -> AsyncIterator[bytes]:
        yield start
        for _ in range(64):
            yield piece

    client = await client_of("zhuanyuan")
    start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await client.http.post("/files", content=endless(b"x" * 2**19, start), headers=headers)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (413, "file_too_large")
    headers = {"content-type": "application/json"}
    answer = await client.http.post("/graphql", content=endless(b" " * 2**16), headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "TOO_LARGE")


async def test_what_is_masked_on_screen_is_not_open_as_a_file(
    container: Container, client_of: ClientOf, app: Starlette
) -> None:
    """T7: the source sheet holds plain ID numbers; a colleague without the right to them does not get it."""
    batch_id = await checked(container, sheet([person(1)]))
    query = "query ($i: ID!) { batch(id: $i) { sourceFile { url } } }"
    watcher, _ = await new_staff(container, ["batch.read", "company.read"])
    viewer = GraphQLClient(app, await token_for(container, watcher.staff_id))
    assert (await viewer.data(query, i=global_id("Batch", batch_id)))["batch"]["sourceFile"] is None
    reviewer = await client_of("zhuguan")
    url = (await reviewer.data(query, i=global_id("Batch", batch_id)))["batch"]["sourceFile"]["url"]
    assert (await reviewer.http.get(url)).status_code == 200
    assert await Audit.filter(act="file.download").count() == 1


@pytest.mark.parametrize(
    "query", ["expires=²&signature=x", f"expires={'9' * 5000}&signature=x", "expires=1&signature=é", ""]
)
async def test_strange_addresses_are_refused(client_of: ClientOf, query: str) -> None:
    answer = await (await client_of("admin")).http.get(f"/files/1?{query}")
    assert answer.status_code == 403
