"""A4.3, E4, A9.1 over GraphQL: a supplier from end to end, a client's contract, an account and a role."""

from __future__ import annotations

from app.container import Container
from schema.ids import global_id
from tests.api.conftest import ClientOf
from tests.factories import company_id

SUPPLIER = """supplier { id name state contracts { id number state daysLeft renewsId } contacts { id phoneMasked }
  prices { city { name } service fromMonth price inForce } scores { period total points { key points } }
  documents { kind file { name url } } schemes { name } history { label } }"""


async def test_a_supplier_from_end_to_end(client_of: ClientOf) -> None:
    """A4.3: made, contracted, renewed, priced, scored, papered, named by a scheme, and refused to go meanwhile."""
    admin = await client_of("admin")

    async def act(name: str, arguments: str, **values: object) -> dict:
        heading = f"({', '.join(f'${k}: ID!' for k in values)})" if values else ""
        query = f"mutation {heading} {{ {name}({arguments}) {{ {SUPPLIER} problems {{ code severity }} }} }}"
        return (await admin.data(query, **values))[name]

    made = await act("createSupplier", 'input: {name: "东北人力服务有限公司"}')
    s = made["supplier"]["id"]
    one = await act(
        "addSupplierContract",
        'supplierId: $s, input: {number: "DB-1", fromDay: "2026-01-01", toDay: "2026-11-20"}',
        s=s,
    )
    first = one["supplier"]["contracts"][0]
    assert (first["state"], first["daysLeft"], one["problems"]) == ("RUNNING", 10, [])
    renewed = await act(
        "renewSupplierContract", 'id: $c, input: {number: "DB-2", fromDay: "2026-11-15"}', c=first["id"]
    )
    assert renewed["problems"] == [{"code": "contract_overlap", "severity": "WARNING"}]
    assert renewed["supplier"]["contracts"][0]["renewsId"] == first["id"]
    await act(
        "setSupplierPrice",
        'input: {supplierId: $s, cityCode: "110000", service: SOCIAL, fromMonth: "2026-11", price: "18.50"}',
        s=s,
    )
    await act("saveSupplierContact", 'supplierId: $s, input: {name: "何经理", phone: "13812345678"}', s=s)
    points = ", ".join(
        f'{{key: "{k}", points: 90}}' for k in ("timeliness", "accuracy", "service", "price", "compliance")
    )
    await act("scoreSupplier", f'input: {{supplierId: $s, period: "2026-11", points: [{points}]}}', s=s)
    files = {"file": ("执照.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")}
    uploaded = (await admin.http.post("/files", files=files)).json()["id"]
    shown = await act("addSupplierDocument", 'supplierId: $s, fileId: $f, kind: "营业执照"', s=s, f=uploaded)
    found = shown["supplier"]
    assert found["prices"] == [
        {"city": {"name": "北京"}, "service": "SOCIAL", "fromMonth": "2026-11", "price": "18.50", "inForce": True}
    ]
    assert (found["scores"][0]["total"], found["contacts"][0]["phoneMasked"]) == ("90.00", "1*********8")
    reader = await client_of("zhuanyuan")
    seen = await reader.data("query ($s: ID!) { supplier(id: $s) { documents { file { url } } } }", s=s)
    assert (await reader.http.get(seen["supplier"]["documents"][0]["file"]["url"])).content == files["file"][1]
    scheme = (await admin.data("{ schemes { id name } }"))["schemes"][0]["id"]
    chosen = await admin.data(
        "mutation ($i: ID!, $s: ID!) { setSchemeSupplier(id: $i, supplierId: $s) { scheme { supplier { name } } } }",
        i=scheme,
        s=s,
    )
    assert chosen["setSchemeSupplier"]["scheme"]["supplier"]["name"] == "东北人力服务有限公司"
    refused = await act("deactivateSupplier", 'id: $s, reason: "不再合作"', s=s)
    assert [p["code"] for p in refused["problems"]] == ["supplier_in_use"]
    revealed = await admin.data(
        'mutation ($c: ID!) { revealSupplierContact(id: $c, reason: "电话联系") { value problems { code } } }',
        c=found["contacts"][0]["id"],
    )
    assert revealed["revealSupplierContact"]["value"] == "13812345678"
    papers = await admin.data("{ expiringSupplierPapers(withinDays: 20) { what name toDay } }")
    assert {"DB-1"}.isdisjoint(p["name"] for p in papers["expiringSupplierPapers"])


async def test_a_client_contract_and_a_move(container: Container, client_of: ClientOf) -> None:
    """E4, A4: contract with fee; a changed injury class answers a notice; a branch moves."""
    admin, own = await client_of("admin"), global_id("Company", await company_id())
    made = await admin.data(
        """mutation ($c: ID!) { addCompanyContract(companyId: $c, input: {number: "KH-9", fromDay: "2027-06-01",
        fee: "35.00", note: "月结"}) { company { contracts { number fee note state } } problems { code } } }""",
        c=own,
    )
    assert made["addCompanyContract"]["company"]["contracts"][0] == {
        "number": "KH-9",
        "fee": "35.00",
        "note": "月结",
        "state": "UPCOMING",
    }
    changed = await admin.data(
        """mutation ($c: ID!) { updateCompany(id: $c, input: {name: "晨光科技有限公司", injuryClass: 5}) {
        company { injuryClass housingRate } problems { code severity } } }""",
        c=own,
    )
    assert changed["updateCompany"]["company"] == {"injuryClass": 5, "housingRate": None}
    assert {p["severity"] for p in changed["updateCompany"]["problems"]} == {"NOTICE"}
    branch = global_id("Company", await company_id("远航物流（上海）有限公司"))
    moved = await admin.data(
        "mutation ($b: ID!, $c: ID!) { moveCompany(id: $b, parentId: $c) { company { parent { name } } } }",
        b=branch,
        c=own,
    )
    assert moved["moveCompany"]["company"]["parent"]["name"] == "晨光科技有限公司"


async def test_an_account_and_a_role(client_of: ClientOf) -> None:
    """A9.1: role with its warning, account with its password this once, list and detail, one's own sign-ins."""
    admin = await client_of("admin")
    role = await admin.data(
        """mutation { createRole(name: "两头都管", permissions: ["batch.confirm", "batch.approve"]) {
        role { id holders warnings { code } } problems { code } } }"""
    )
    assert [p["code"] for p in role["createRole"]["problems"]] == ["maker_and_checker"]
    account = await admin.data(
        """mutation ($r: ID!) { createStaff(username: "li.ming", displayName: "李明", rights: {roleIds: [$r]}) {
        account { id username passwordDue scope { name } roles { name } } password problems { code } } }""",
        r=role["createRole"]["role"]["id"],
    )
    made = account["createStaff"]
    assert len(made["password"]) == 19
    assert (made["account"]["passwordDue"], made["account"]["roles"]) == (True, [{"name": "两头都管"}])
    listed = await admin.data(
        """{ staffAccounts(search: "li.m", active: true) { totalCount edges { node { username lastSignIn sessionCount
        secondFactor signIns { totalCount } sessions { ip } } } }
        roles { name builtIn holders } mySignIns { totalCount }
        permissionTree { word label permissions { code label } } auditActs { act label } }"""
    )
    assert listed["staffAccounts"]["totalCount"] == 1
    assert {r["name"] for r in listed["roles"]} >= {"系统管理员", "客户 HR", "运营经理", "两头都管"}
    wanted = '{act: "staff.create", fromDay: "2026-11-10"}'
    log = await admin.data(f"{{ auditLog(filter: {wanted}) {{ edges {{ node {{ detail }} }} }} }}")
    (entry,) = log["auditLog"]["edges"]
    assert "li.ming" in entry["node"]["detail"]
    assert made["password"] not in entry["node"]["detail"]
    export = await admin.data('mutation { auditWorkbook(filter: {act: "staff.create"}) { file { name url } } }')
    assert (await admin.http.get(export["auditWorkbook"]["file"]["url"])).status_code == 200
