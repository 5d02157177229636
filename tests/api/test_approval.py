"""A4.5 through GraphQL: flows, dry run, deputies, lists, and an approval with its steps."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from starlette.applications import Starlette

from app.container import Container
from domain.actor import Actor
from schema.ids import global_id
from tests.factories import account, company_id, key, later
from tests.graphql_client import GraphQLClient, token_for
from tests.services.approval_office import Office

SAVE = """mutation ($input: ApprovalFlowInput!, $key: String!) { saveApprovalFlow(input: $input, idempotencyKey: $key) {
  flow { line version business name minAmount company { name } steps { name mode hours escalateTo escalatesTo skipIfSame
    approvers { kind label code } } } problems { code field message messageEn } } }"""
LIST = """query ($view: ApprovalView!, $state: ApprovalState) { approvals(view: $view, state: $state) { totalCount
  edges { node { id title amount currentStep dueAt overdue mayDecide flowName flowVersion whyNot { code }
    steps { number name state mode approvers { label } }
    votes { stepNumber staff onBehalfOf approve comment } } } } }"""
DECIDE = """mutation ($id: ID!, $key: String!) { decideApproval(id: $id, approve: true, idempotencyKey: $key,
  comment: "同意") { approval { state currentStep votes { staff } mayDecide } problems { code } } }"""


@pytest.fixture
def office(container: Container, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(container, monkeypatch)


async def clients(container: Container, app: Starlette, actors: Iterable[Actor]) -> list[GraphQLClient]:
    return [GraphQLClient(app, await token_for(container, a.staff_id)) for a in actors]


def staff_id(actor: Actor) -> str:
    return global_id("Staff", actor.staff_id)


async def test_from_the_flow_to_the_last_word(office: Office, container: Container, app: Starlette) -> None:
    admin, asker, boss = await account("admin"), await office.someone(), await office.someone()
    ruler, clerk, chief = await clients(container, app, [admin, asker, boss])
    flow = {
        "business": "claim",
        "name": "报销",
        "minAmount": "100.00",
        "companyId": global_id("Company", await company_id()),
        "steps": [
            {
                "name": "主管",
                "approvers": [{"staffId": staff_id(boss)}, {"role": "reviewer"}],
                "hours": 2,
                "escalateTo": "bill.close",
            },
            {"name": "财务", "approvers": [{"permission": "bill.close"}], "mode": "ALL", "skipIfSame": True},
        ],
    }
    saved = (await ruler.data(SAVE, input=flow, key=key()))["saveApprovalFlow"]
    assert saved["problems"] == []
    made = saved["flow"]
    assert (made["version"], made["minAmount"], made["company"]) == (1, "100.00", {"name": "晨光科技有限公司"})
    assert made["steps"][0] == {
        "name": "主管",
        "mode": "ANY",
        "hours": 2,
        "escalateTo": "bill.close",
        "escalatesTo": "关账",
        "skipIfSame": False,
        "approvers": [
            {"kind": "STAFF", "label": boss.name, "code": staff_id(boss)},
            {"kind": "ROLE", "label": "审核主管", "code": "reviewer"},
        ],
    }
    row_id = await office.ask(asker, amount=12_345)
    assert (await clerk.data(LIST, view="WAITING_FOR_ME"))["approvals"]["totalCount"] == 0
    [mine] = (await clerk.data(LIST, view="MINE"))["approvals"]["edges"]
    assert (mine["node"]["mayDecide"], mine["node"]["whyNot"]) == (False, {"code": "forbidden"})
    await later(container, hours=2)
    # The sessions of tests last an hour.
    ruler, chief = await clients(container, app, [admin, boss])
    [edge] = (await chief.data(LIST, view="WAITING_FOR_ME"))["approvals"]["edges"]
    node = edge["node"]
    assert (node["amount"], node["currentStep"], node["overdue"], node["mayDecide"]) == ("123.45", 1, True, True)
    assert (node["dueAt"], node["flowName"], node["flowVersion"]) == ("2026-11-10T04:00:00.000Z", "报销", 1)
    assert [(s["number"], s["state"], s["mode"]) for s in node["steps"]] == [(1, "CURRENT", "ANY"), (2, "AHEAD", "ALL")]
    decided = (await chief.data(DECIDE, id=global_id("Approval", row_id), key=key()))["decideApproval"]
    assert decided == {
        "approval": {"state": "PENDING", "currentStep": 2, "votes": [{"staff": boss.name}], "mayDecide": False},
        "problems": [],
    }
    assert (await chief.data(LIST, view="WAITING_FOR_ME"))["approvals"]["edges"] == []
    decided = (await ruler.data(DECIDE, id=global_id("Approval", row_id), key=key()))["decideApproval"]
    assert decided["approval"]["state"] == "APPROVED"
    assert len(office.decided) == 1


async def test_versions_refusals_and_retiring(office: Office, container: Container, app: Starlette) -> None:
    [ruler, viewer] = await clients(container, app, [await account("admin"), await office.someone()])
    steps = [{"name": "主管", "approvers": [{"permission": "bill.close"}]}]
    flow = {"business": "claim", "name": "报销", "steps": steps}
    line = (await ruler.data(SAVE, input=flow, key=key()))["saveApprovalFlow"]["flow"]["line"]
    second = await ruler.data(SAVE, input=flow | {"line": line, "basedOn": 1, "name": "报销二"}, key=key())
    assert second["saveApprovalFlow"]["flow"]["version"] == 2
    for changes, expected in (
        ({"line": line, "basedOn": 1}, ("flow_changed", "basedOn")),
        ({"steps": [{"name": "主管", "approvers": [{}]}]}, ("approver_invalid", "steps.0.approvers.0")),
        (
            {"steps": [{"name": "主管", "approvers": [{"permission": "x"}]}]},
            ("approver_invalid", "steps.0.approvers.0"),
        ),
        ({"minAmount": "2.00", "maxAmount": "1.00"}, ("amount_band_invalid", "maxAmount")),
    ):
        refused = (await ruler.data(SAVE, input=flow | changes, key=key()))["saveApprovalFlow"]
        assert refused["flow"] is None
        assert [(p["code"], p["field"]) for p in refused["problems"]] == [expected]
    query = """query ($line: ID!) { approvalFlows(business: "claim") { name version retiredAt }
      approvalFlowVersions(line: $line) { version name retiredAt createdBy } }"""
    seen = await viewer.data(query, line=line)
    assert seen["approvalFlows"] == [{"name": "报销二", "version": 2, "retiredAt": None}]
    assert [v["version"] for v in seen["approvalFlowVersions"]] == [2, 1]
    retire = """mutation ($line: ID!, $key: String!) { retireApprovalFlow(line: $line, idempotencyKey: $key) {
      flow { retiredAt } problems { code } } }"""
    done = (await ruler.data(retire, line=line, key=key()))["retireApprovalFlow"]
    assert (done["problems"], done["flow"]["retiredAt"]) == ([], "2026-11-10T02:00:00.000Z")
    assert (await viewer.data(query, line=line))["approvalFlows"] == []


async def test_deputies_and_the_dry_run(office: Office, container: Container, app: Starlette) -> None:
    boss, deputy = await office.someone("claim.approve"), await office.someone()
    chief, other = await clients(container, app, [boss, deputy])
    act = """mutation ($input: ApprovalDelegationInput!) { delegateApprovals(input: $input) {
      delegation { id staff delegate business fromDay toDay endedAt } problems { code field } } }"""
    about = {"delegateId": staff_id(deputy), "fromDay": "2026-11-10", "toDay": "2026-11-12", "business": "claim"}
    made = (await chief.data(act, input=about | {"idempotencyKey": key()}))["delegateApprovals"]
    assert made["problems"] == []
    row = made["delegation"]
    assert (row["staff"], row["delegate"], row["business"]) == (boss.name, deputy.name, "claim")
    wrong = await chief.data(act, input=about | {"idempotencyKey": key(), "toDay": "2026-11-09"})
    assert wrong["delegateApprovals"]["problems"] == [{"code": "toDay_invalid", "field": "toDay"}]
    query = """query ($company: ID!, $by: ID) { approvalDelegates { totalCount edges { node { id } } }
      approvalDryRun(business: "claim", companyId: $company, amount: "10.00", requesterId: $by) {
        flow { id } steps { name asked { name deputies } warning { code severity } } } }"""
    company = global_id("Company", await company_id())
    seen = await other.data(query, company=company)
    assert seen["approvalDelegates"] == {"totalCount": 1, "edges": [{"node": {"id": row["id"]}}]}
    asked = [{"name": boss.name, "deputies": [deputy.name]}]
    assert seen["approvalDryRun"] == {"flow": None, "steps": [{"name": "审核", "asked": asked, "warning": None}]}
    alone = (await other.data(query, company=company, by=staff_id(boss)))["approvalDryRun"]["steps"]
    assert alone == [
        {"name": "审核", "asked": [], "warning": {"code": "step_undecidable", "severity": "WARNING"}},
    ]
    end = "mutation ($id: ID!) { endDelegation(id: $id) { delegation { endedAt } problems { code } } }"
    assert (await other.data(end, id=row["id"]))["endDelegation"]["problems"] == [{"code": "not_found"}]
    ended = (await chief.data(end, id=row["id"]))["endDelegation"]["delegation"]
    assert ended["endedAt"] == "2026-11-10T02:00:00.000Z"
