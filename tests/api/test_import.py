"""A1.2 through GraphQL: preview, correction, values and joining, as the console asks for them."""

from __future__ import annotations

from starlette.applications import Starlette

from app.container import Container
from db.models.batch import Batch
from schema.ids import global_id
from services import batch, file
from tests.factories import HEADERS, account, checked, company_id, key, person, sheet
from tests.graphql_client import GraphQLClient, token_for

PREVIEW = """query ($f: ID!, $c: ID!) { sheetPreview(fileId: $f, kind: ENROLL, companyId: $c) {
  sheets { name rows hidden headerRow firstRows } chosenSheet missing { name } unmapped fields { name label required }
  columns { mapping { header field source score } samples } problems { code } } }"""
CORRECT = """mutation ($b: ID!, $cells: [CellCorrection!]!, $k: String!) {
  correctRow(batchId: $b, rowNo: 4, cells: $cells, idempotencyKey: $k) {
    row { state correctedAt cells { column value original } } batch { okRows failedRows }
    problems { code field } } }"""
VALUES = """query ($b: ID!) { batchValues(batchId: $b) { values { field value rows guesses { meaning label } }
  choices { field options { meaning label } } problems { code } } }"""
MAP = """mutation ($b: ID!, $k: String!) { mapValues(batchId: $b, idempotencyKey: $k,
  values: [{field: "city", value: "朝阳", meaning: "北京"}]) { batch { okRows } problems { code } } }"""
FIX = """mutation ($b: ID!, $k: String!) { fixRows(batchId: $b, fix: SET_VALUE, header: "申报工资", value: "9000",
  idempotencyKey: $k) { batch { okRows } problems { code } } }"""
REMAP = """mutation ($b: ID!, $k: String!) { remap(batchId: $b, idempotencyKey: $k, columns: [{header: "手机号"}],
  discardCorrections: true) { batch { state } problems { code } } }"""
JOIN = """mutation ($b: ID!, $f: ID!, $k: String!) { joinBatch(batchId: $b, fileId: $f, idempotencyKey: $k) {
  batch { okRows } problems { code field row } } }"""
FORGET = "mutation ($c: ID!) { forgetColumns(companyId: $c, kind: ENROLL) { forgotten problems { code } } }"


async def test_an_import_is_looked_at_corrected_and_joined(container: Container, app: Starlette) -> None:
    maker = await account("zhuanyuan")
    client = GraphQLClient(app, await token_for(container, maker.staff_id))
    rows = [person(1, "面议") | {"参保城市": "朝阳"}, person(2, "面议") | {"参保城市": "北京"}]
    content = sheet(rows, (*HEADERS, "参保城市"))
    stored = await file.upload(container.ports, maker, "名单.xlsx", content)
    owner = global_id("Company", await company_id())
    looked = (await client.data(PREVIEW, f=global_id("StoredFile", stored.id), c=owner))["sheetPreview"]
    assert (looked["chosenSheet"], looked["sheets"][0]["headerRow"], looked["problems"]) == ("增员", 3, [])
    assert looked["columns"][0]["mapping"] == {"header": "姓名", "field": "name", "source": "SYNONYM", "score": 100.0}
    assert person(1)["证件号码"] not in str(looked)
    row_id = await checked(container, content)
    b = global_id("Batch", row_id)
    values = (await client.data(VALUES, b=b))["batchValues"]
    assert [(v["field"], v["value"], v["rows"]) for v in values["values"]] == [("city", "朝阳", 1)]
    assert (await client.data(MAP, b=b, k=key()))["mapValues"] == {"batch": {"okRows": 0}, "problems": []}
    cells = [{"header": "申报工资", "value": "9000"}]
    done = (await client.data(CORRECT, b=b, cells=cells, k=key()))["correctRow"]
    assert (done["row"]["state"], done["batch"], done["problems"]) == ("OK", {"okRows": 1, "failedRows": 1}, [])
    assert {"column": "申报工资", "value": "9000", "original": "面议"} in done["row"]["cells"]
    again = (await client.data(CORRECT, b=b, cells=cells, k=key()))["correctRow"]
    assert again == {"row": None, "batch": None, "problems": [{"code": "nothing_changed", "field": "cells"}]}
    workbook = await batch.errors(container.ports, maker, row_id)
    joined = await file.upload(container.ports, maker, "错误.xlsx", await file.opened(container.ports, workbook))
    answer = (await client.data(JOIN, b=b, f=global_id("StoredFile", joined.id), k=key()))["joinBatch"]
    assert answer == {"batch": {"okRows": 1}, "problems": []}
    assert (await client.data(FIX, b=b, k=key()))["fixRows"] == {"batch": {"okRows": 2}, "problems": []}
    assert (await client.data(REMAP, b=b, k=key()))["remap"] == {"batch": {"state": "CHECKING"}, "problems": []}
    assert (await client.data(FORGET, c=owner))["forgetColumns"] == {"forgotten": 1, "problems": []}
    assert (await Batch.get(id=row_id)).state == "checking"
