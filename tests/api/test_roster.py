"""A7.1, A7.2, A7.3, A8.1 over GraphQL: the fields of the console's pages, refusals as problems, masked values."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from app.container import Container
from schema.ids import global_id
from services import file
from tests.factories import account, company_id, new_staff, person, sheet
from tests.graphql_client import GraphQLClient, token_for

ENTRY = """id kind kindLabel companyName name numberMasked phoneMasked post postKind cityName fromDay contractEnd
  projectName state values { name label value } findings { code severity remedy } company { name } person { id }"""
ADD = f"""mutation ($input: RosterEntryInput!) {{ addRosterEntry(input: $input) {{
  entry {{ {ENTRY} }} problems {{ code field column }} }} }}"""
LIST = f"""query ($filter: RosterFilterInput) {{ rosterEntries(filter: $filter, first: 10) {{
  totalCount edges {{ node {{ {ENTRY} }} }} }} }}"""
DETAIL = """query ($id: ID!) { rosterEntry(id: $id) { entry { id } contractFile { name }
  history { act actLabel detail by } documents { id kind kindLabel place retired file { name } } } }"""
BOARD = """query ($id: ID!) { rosterBoard(companyId: $id) { kinds { kind label active left }
  findings { kind code label severity entries } }
  dispatchShares { edges { node {
    companyName dispatched employees share limit over room arithmetic source month } } } }"""


def values(serial: int, **changes: str) -> list[dict[str, str]]:
    """The input of a good dispatch entry."""
    known = person(serial)
    given = {"name": known["姓名"], "id_number": known["证件号码"], "phone": known["手机号"], "post": "保安"}
    given |= {
        "dispatcher": "某派遣公司",
        "post_kind": "辅助性",
        "from_day": "2026-11-01",
        "contract_start": "2026-11-01",
    }
    given |= {"contract_end": "2028-10-31", "city": "成都"}
    return [{"name": name, "value": value} for name, value in (given | changes).items()]


async def test_a_roster_page(container: Container, app: Starlette) -> None:
    """A7.1: columns, adding, list, detail, papers, leaving, board and share, import and export."""
    maker = await account("zhuanyuan")
    client = GraphQLClient(app, await token_for(container, maker.staff_id))
    owner = global_id("Company", await company_id("远航物流（成都）有限公司"))
    columns = (await client.data("{ rosterColumns(kind: DISPATCH) { name label required form choices { value } } }"))[
        "rosterColumns"
    ]
    assert {c["name"]: len(c["choices"]) for c in columns}["post_kind"] == 3
    given: dict[str, Any] = {"kind": "DISPATCH", "companyId": owner, "values": values(1)}
    added = (await client.data(ADD, input=given))["addRosterEntry"]
    entry = added["entry"]
    assert (added["problems"], entry["kindLabel"], entry["postKind"], entry["state"]) == (
        [],
        "劳务派遣",
        "AUXILIARY",
        "ACTIVE",
    )
    assert person(1)["证件号码"] not in str(added)
    assert {f["code"] for f in entry["findings"]} == {"roster_document_missing", "roster_not_enrolled"}
    bad = (await client.data(ADD, input=given | {"values": values(2, post_kind="长期")}))["addRosterEntry"]
    assert bad == {"entry": None, "problems": [{"code": "choice_unknown", "field": "post_kind", "column": "岗位性质"}]}
    search = {"companyId": owner, "search": person(1)["证件号码"], "severity": "ERROR"}
    (found,) = (await client.data(LIST, filter=search))["rosterEntries"]["edges"]
    assert found["node"] == entry
    paper = global_id("StoredFile", (await file.upload(container.ports, maker, "合同.csv", "合同\n".encode())).id)
    attach = """mutation ($file: ID!, $entry: ID!) { attachRosterDocument(kind: LABOUR_CONTRACT, fileId: $file,
      entryId: $entry, expiresDay: "2028-10-31") { id problems { code } } }"""
    document = (await client.data(attach, file=paper, entry=entry["id"]))["attachRosterDocument"]["id"]
    retire = "mutation ($id: ID!) { retireRosterDocument(id: $id) { id problems { code } } }"
    assert (await client.data(retire, id=document))["retireRosterDocument"] == {"id": document, "problems": []}
    renew = """mutation ($id: ID!, $file: ID!) { renewRosterEntry(id: $id, contractStart: "2028-11-01", fileId: $file) {
      entry { contractEnd } problems { code } } }"""
    assert (await client.data(renew, id=entry["id"], file=paper))["renewRosterEntry"]["entry"] == {"contractEnd": None}
    detail = (await client.data(DETAIL, id=entry["id"]))["rosterEntry"]
    assert [h["act"] for h in detail["history"]] == ["RENEWED", "RETIRED", "ATTACHED", "ADDED"]
    assert (detail["contractFile"]["name"], detail["documents"][0]["retired"]) == ("合同.csv", True)
    head = """mutation ($id: ID!) { setRosterHeadcount(companyId: $id, month: "2026-11", employees: 3) {
      problems { code } } }"""
    assert (await client.data(head, id=owner))["setRosterHeadcount"]["problems"] == []
    told = await client.data(BOARD, id=owner)
    assert {k["kind"]: k["active"] for k in told["rosterBoard"]["kinds"]}["DISPATCH"] == 1
    share = next(e["node"] for e in told["dispatchShares"]["edges"] if "成都" in e["node"]["companyName"])
    assert (share["share"], share["limit"], share["over"], share["room"], share["month"]) == (
        *("0.25", "0.1", True, -1, "2026-11"),
    )
    leave = """mutation ($id: ID!) { leaveRoster(id: $id, day: "2026-11-10", reason: "离职") {
      entry { state leftDay } } }"""
    assert (await client.data(leave, id=entry["id"]))["leaveRoster"]["entry"] == {
        "state": "LEFT",
        "leftDay": "2026-11-10",
    }
    export = """mutation ($id: ID!) { exportRoster(filter: {kind: DISPATCH, companyId: $id}) {
      file { name url } problems { code } } }"""
    assert (await client.data(export, id=owner))["exportRoster"]["file"]["name"].endswith("劳务派遣花名册.xlsx")


async def test_import_over_graphql(container: Container, app: Starlette) -> None:
    """A7.2: a dry run tells what would be done; problems carry row and column."""
    maker = await account("zhuanyuan")
    client = GraphQLClient(app, await token_for(container, maker.staff_id))
    owner = global_id("Company", await company_id("远航物流（成都）有限公司"))
    headers = ("姓名", "证件号码", "社保基数", "没有的列")
    rows = [{"姓名": person(n)["姓名"], "证件号码": person(n)["证件号码"], "社保基数": "8000"} for n in (1, 2)]
    ask = """mutation ($file: ID!, $company: ID, $dry: Boolean!) { importRoster(kind: OUTSOURCING_A, fileId: $file,
      companyId: $company, dryRun: $dry) { rows added unknownHeaders problems { code row column value } } }"""
    for last, dry, expected in (("面议", True, 0), ("面议", False, 0), ("9000", True, 0), ("9000", False, 2)):
        content = sheet([rows[0], rows[1] | {"社保基数": last}], headers)
        stored = global_id("StoredFile", (await file.upload(container.ports, maker, "外包.xlsx", content)).id)
        done = (await client.data(ask, file=stored, company=owner, dry=dry))["importRoster"]
        assert done["added"] == expected
        if last == "面议":
            (problem,) = done["problems"]
            assert problem == {"code": "amount_unreadable", "row": 5, "column": "社保基数", "value": "面议"}
        else:
            assert (done["problems"], done["unknownHeaders"], done["rows"]) == ([], ["没有的列"], 2)


async def test_projects_and_moves(container: Container, app: Starlette) -> None:
    """A7.3: a project from beginning to end, and an entry that goes to another roster."""
    maker = await account("zhuanyuan")
    client = GraphQLClient(app, await token_for(container, maker.staff_id))
    owner = global_id("Company", await company_id("远航物流（成都）有限公司"))
    add = """mutation ($id: ID!) { addRosterProject(companyId: $id, input: {name: "一号楼", fromDay: "2026-11-01"}) {
      project { id name people ended } problems { code } } }"""
    project = (await client.data(add, id=owner))["addRosterProject"]["project"]
    assert (project["name"], project["people"], project["ended"]) == ("一号楼", 0, False)
    again = (await client.data(add, id=owner))["addRosterProject"]
    assert [p["code"] for p in again["problems"]] == ["project_duplicate"]
    entry = (await client.data(ADD, input={"kind": "DISPATCH", "companyId": owner, "values": values(1)}))[
        "addRosterEntry"
    ]
    move = """mutation ($id: ID!, $values: [RosterValueInput!]!) { moveRosterEntry(id: $id, kind: SUBCONTRACT,
      values: $values, reason: "改为分包") { entry { kind projectName projectId } problems { code field } } }"""
    refused = (await client.data(move, id=entry["entry"]["id"], values=[]))["moveRosterEntry"]
    assert {p["field"] for p in refused["problems"]} == {"project", "contractor"}
    given = [{"name": "project", "value": "一号楼"}, {"name": "contractor", "value": "某劳务公司"}]
    moved = (await client.data(move, id=entry["entry"]["id"], values=given))["moveRosterEntry"]["entry"]
    assert moved == {"kind": "SUBCONTRACT", "projectName": "一号楼", "projectId": project["id"]}
    ask = "query ($id: ID!) { rosterProject(id: $id) { project { people } documents { id } company { name } } }"
    assert (await client.data(ask, id=project["id"]))["rosterProject"]["project"] == {"people": 1}
    end = "mutation ($id: ID!) { endRosterProject(id: $id) { project { ended } problems { code } } }"
    assert (await client.data(end, id=project["id"]))["endRosterProject"]["project"] == {"ended": True}
    listed = await client.data(
        "query ($id: ID!) { rosterProjects(companyId: $id, running: true) { totalCount } }", id=owner
    )
    assert listed["rosterProjects"]["totalCount"] == 0


async def test_the_talent_pool_page(container: Container, app: Starlette) -> None:
    """A8.1: added, consented, found, compared, erased; a reader without talent.write finds nobody who waits."""
    maker = await account("zhuanyuan")
    client = GraphQLClient(app, await token_for(container, maker.staff_id))
    owner = global_id("Company", await company_id("远航物流（成都）有限公司"))
    add = """mutation ($id: ID!, $input: TalentInput!) { addTalent(companyId: $id, input: $input) {
      talent { id state phoneMasked tags } problems { code field } } }"""
    ids = []
    for name, phone in (("人才甲", "13900000001"), ("人才乙", "13900000002")):
        given = {"name": name, "phone": phone, "education": "BACHELOR", "tags": ["可出差"], "years": 3}
        talent = (await client.data(add, id=owner, input=given))["addTalent"]["talent"]
        assert (talent["state"], talent["phoneMasked"], talent["tags"]) == ("WAITING", None, [])
        ids.append(talent["id"])
    reader, _ = await new_staff(container, ["talent.read"])
    other = GraphQLClient(app, await token_for(container, reader.staff_id))
    find = """query ($filter: TalentFilterInput) { talents(filter: $filter) { totalCount edges { node { id phoneMasked
      educationLabel } } } }"""
    assert (await other.data("query ($id: ID!) { talent(id: $id) { id } }", id=ids[0]))["talent"] is None
    consent = 'mutation ($id: ID!) { recordTalentConsent(id: $id, day: "2026-11-10") { talent { state phoneMasked } } }'
    for one in ids:
        agreed = (await client.data(consent, id=one))["recordTalentConsent"]["talent"]
        assert agreed["state"] == "LISTED"
    found = (await other.data(find, filter={"companyId": owner, "allTags": ["可出差"], "education": "COLLEGE"}))[
        "talents"
    ]
    assert (found["totalCount"], found["edges"][0]["node"]["educationLabel"]) == (2, "本科")
    compare = """query ($ids: [ID!]!) { talentComparison(ids: $ids) {
      people { talent { name } monthsPaid baseLabel gaps } problems { code } } }"""
    compared = (await other.data(compare, ids=ids))["talentComparison"]
    assert [(p["talent"]["name"], p["monthsPaid"], p["gaps"]) for p in compared["people"]] == [
        ("人才甲", 0, 0),
        ("人才乙", 0, 0),
    ]
    assert [p["code"] for p in (await other.data(compare, ids=ids[:1]))["talentComparison"]["problems"]] == [
        "compare_count"
    ]
    reveal = 'mutation ($id: ID!) { revealTalent(id: $id, reason: "联系本人") { value } }'
    assert (await client.data(reveal, id=ids[0]))["revealTalent"]["value"] == "13900000001"
    erase = (
        'mutation ($id: ID!) { eraseTalent(id: $id, reason: "本人要求") { talent { name state } problems { code } } }'
    )
    assert (await client.data(erase, id=ids[0]))["eraseTalent"]["talent"] == {"name": "", "state": "ERASED"}
    figures = await other.data(
        "query ($id: ID) { talentFigures(companyId: $id) { listed erased figures { code groups { people } } } }",
        id=owner,
    )
    assert (figures["talentFigures"]["listed"], figures["talentFigures"]["erased"]) == (1, 1)
    assert all(not f["groups"] for f in figures["talentFigures"]["figures"])
    denied = await other.ask(find, filter={"state": "WAITING"})
    assert [e["extensions"]["code"] for e in denied["errors"]] == ["REFUSED"]
