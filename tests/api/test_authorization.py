"""T8, A9.1: every root field by role and by branch, and everything that can be fetched by id."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import is_leaf_type
from starlette.applications import Starlette

from app.container import Container
from app.graphql import make_schema
from app.worker import drain
from db.sql import fetch
from domain.permission import PERMISSIONS, ROLES
from schema.node import Node
from schema.permissions import Everyone
from services import bill
from tests.factories import account, company_id, enrolled, new_staff, person, sheet
from tests.graphql_client import GraphQLClient, token_for

ID = "QmF0Y2g6MQ"  # "Batch:1", which does not exist
ARGUMENTS = {
    "node": '(id: "U2Vzc2lvbjox")',  # "Session:1": the field itself is tried here, its objects further down
    "batch": f'(id: "{ID}")',
    "bill": '(id: "QmlsbDox")',
    "quote": '(input: {cityCode: "110000", month: "2026-11", base: "10000"})',
    "signIn": '(username: "nobody", password: "x")',
    "revokeSession": '(id: "U2Vzc2lvbjox")',
    "changePassword": '(current: "x", new: "y")',
    "confirmSecondFactor": '(code: "000000")',
    "beginPhone": '(password: "x", phone: "13800000000")',
    "confirmPhone": '(code: "000000")',
    "dropPhone": '(password: "x")',
    "resetSecondFactor": '(staffId: "U3RhZmY6MQ", reason: "试一试")',
    "unlockStaff": '(staffId: "U3RhZmY6MQ")',
    "dropSecondFactor": '(password: "x", code: "000000")',
    "createCompany": '(input: {name: "某某"})',
    "createScheme": '(input: {name: "某某", cityCode: "110000", kinds: [PENSION]})',
    "schemePeople": '(schemeId: "U2NoZW1lOjE")',
    "schemeExecution": '(schemeId: "U2NoZW1lOjE", fromMonth: "2026-11", toMonth: "2026-11")',
    "simulateScheme": '(input: {schemeId: "U2NoZW1lOjE", month: "2026-11", bases: ["10000"]})',
    "simulateRoster": '(schemeId: "U2NoZW1lOjE", month: "2026-11", companyId: "Q29tcGFueTox")',
    "compareCities": '(cityCodes: ["110000"], base: "10000", month: "2026-11")',
    "saveSchemeVersion": (
        '(input: {schemeId: "U2NoZW1lOjE", effectiveFrom: "2026-11", terms: {kinds: [PENSION]}}, '
        'idempotencyKey: "matrix-key")'
    ),
    "retireSchemeVersion": '(id: "U2NoZW1lVmVyc2lvbjox", reason: "试一试")',
    "revealPerson": '(id: "UGVyc29uOjE", field: PHONE, reason: "核对")',
    "createBatch": (
        '(input: {kind: ENROLL, companyId: "Q29tcGFueTox", fileId: "U3RvcmVkRmlsZTox", month: "2026-11", '
        'idempotencyKey: "matrix-key"})'
    ),
    "sheetPreview": '(fileId: "U3RvcmVkRmlsZTox", kind: ENROLL, companyId: "Q29tcGFueTox")',
    "batchValues": f'(batchId: "{ID}")',
    "forgetColumns": '(companyId: "Q29tcGFueTox", kind: ENROLL)',
    "remap": f'(batchId: "{ID}", columns: [], idempotencyKey: "matrix-key")',
    "mapValues": f'(batchId: "{ID}", values: [], idempotencyKey: "matrix-key")',
    "correctRow": f'(batchId: "{ID}", rowNo: 4, cells: [], idempotencyKey: "matrix-key")',
    "fixRows": f'(batchId: "{ID}", fix: TRIM, idempotencyKey: "matrix-key")',
    "joinBatch": f'(batchId: "{ID}", fileId: "U3RvcmVkRmlsZTox", idempotencyKey: "matrix-key")',
    "confirmBatch": f'(id: "{ID}", idempotencyKey: "matrix-key")',
    "withdrawBatch": f'(id: "{ID}", reason: "试一试")',
    "submitBatch": f'(id: "{ID}", idempotencyKey: "matrix-key")',
    "recordBatchResult": f'(id: "{ID}", input: {{idempotencyKey: "matrix-key", acceptAll: true}})',
    "undoBatch": f'(id: "{ID}", reason: "试一试", idempotencyKey: "matrix-key")',
    "declarations": f'(batchId: "{ID}")',
    "handInDeclaration": '(id: "RGVjbGFyYXRpb246MQ", number: "R1", day: "2026-11-10")',
    "recordChannelResult": f'(batchId: "{ID}", input: {{channel: HR, acceptRest: true, idempotencyKey: "matrix-key"}})',
    "readResult": f'(fileId: "U3RvcmVkRmlsZTox", batchId: "{ID}", channel: HR)',
    "importResult": (
        f'(input: {{fileId: "U3RvcmVkRmlsZTox", batchId: "{ID}", channel: HR, idempotencyKey: "matrix-key"}})'
    ),
    "correctFeedback": (
        '(id: "RmVlZGJhY2s6MQ", cells: [{field: "name", value: "张三"}], idempotencyKey: "matrix-key")'
    ),
    "repeatFeedback": '(ids: ["RmVlZGJhY2s6MQ"], idempotencyKey: "matrix-key")',
    "closeFeedback": '(id: "RmVlZGJhY2s6MQ", resolution: "试一试")',
    "assignFeedback": '(ids: ["RmVlZGJhY2s6MQ"], staffId: "U3RhZmY6MQ")',
    "setHousingAccountNumber": '(id: "SG91c2luZ0FjY291bnQ6MQ", number: "110012345678")',
    "sealHousingAccount": '(id: "SG91c2luZ0FjY291bnQ6MQ", month: "2026-11", reason: "试一试")',
    "unsealHousingAccount": '(id: "SG91c2luZ0FjY291bnQ6MQ", month: "2026-11", reason: "试一试")',
    "revealHousingAccount": '(id: "SG91c2luZ0FjY291bnQ6MQ", reason: "核对")',
    "errorWorkbook": f'(batchId: "{ID}")',
    "batchTemplate": "(kind: ENROLL)",
    "annualBaseTemplate": '(companyId: "Q29tcGFueTox")',
    "decideApproval": '(id: "QXBwcm92YWw6MQ", approve: true, idempotencyKey: "matrix-key")',
    "approvalFlowVersions": '(line: "QXBwcm92YWxGbG93TGluZTox")',
    "approvalDryRun": '(business: "batch", companyId: "Q29tcGFueTox")',
    "saveApprovalFlow": (
        '(input: {business: "batch", name: "试一试", steps: [{name: "主管", approvers: [{role: "nobody"}]}]}, '
        'idempotencyKey: "matrix-key")'
    ),
    "retireApprovalFlow": '(line: "QXBwcm92YWxGbG93TGluZTox", idempotencyKey: "matrix-key")',
    "delegateApprovals": (
        '(input: {delegateId: "U3RhZmY6MQ", fromDay: "2026-11-10", toDay: "2026-11-12", idempotencyKey: "matrix-key"})'
    ),
    "endDelegation": '(id: "QXBwcm92YWxEZWxlZ2F0aW9uOjE")',
    "draftMonth": '(month: "2026-11")',
    "confirmBill": '(id: "QmlsbDox", idempotencyKey: "matrix-key")',
    "closeBill": '(id: "QmlsbDox", idempotencyKey: "matrix-key")',
    "billWorkbook": '(id: "QmlsbDox")',
    "payrollWorkbook": '(billId: "QmlsbDox")',
    "detailWorkbook": '(billId: "QmlsbDox")',
    "personStatement": '(personId: "UGVyc29uOjE", month: "2026-11")',
    "markNoticesRead": "(ids: [])",
    "previewPolicies": '(fileId: "U3RvcmVkRmlsZTox")',
    "exportPolicies": '(cityCode: "110000", format: CSV)',
    "importPolicies": '(fileId: "U3RvcmVkRmlsZTox", dryRun: true, idempotencyKey: "matrix-key")',
    "setCityRule": (
        '(input: {cityCode: "110000", topic: HOTLINE, text: "010", source: "查号台", idempotencyKey: "matrix-key"})'
    ),
    "confirmPolicies": '(ids: ["UG9saWN5OjE"], source: "试一试", idempotencyKey: "matrix-key")',
    "blacklistHits": '(entryId: "QmxhY2tsaXN0RW50cnk6MQ")',
    "addBlacklistEntry": '(input: {subject: PERSON, name: "某某", reason: "试一试", birth: "1990-01-01"})',
    "importBlacklist": '(fileId: "U3RvcmVkRmlsZTox")',
    "extendBlacklistEntry": '(id: "QmxhY2tsaXN0RW50cnk6MQ", reason: "试一试")',
    "stopAnalysis": '(fromMonth: "2026-01", toMonth: "2026-11", by: [MONTH])',
    "contributionStatistics": '(fromMonth: "2026-01", toMonth: "2026-11")',
    "startExport": '(list: "cities", idempotencyKey: "matrix-key")',
    "cancelExport": '(id: "RXhwb3J0OjE")',
    "savedFilters": '(list: "cities")',
    "saveFilter": '(input: {list: "cities", name: "试一试", query: "{}"})',
    "deleteFilter": '(id: "U2F2ZWRGaWx0ZXI6MQ")',
    "openListWith": '(list: "cities")',
    "formQuestions": "(form: LEAVING)",
    "formAnswers": '(linkId: "Rm9ybUxpbms6MQ")',
    "leavingStatistics": '(fromMonth: "2026-01", toMonth: "2026-11")',
    "createFormLinks": f'(input: {{form: LEAVING, batchId: "{ID}", idempotencyKey: "matrix-key"}})',
    "resendFormLink": '(id: "Rm9ybUxpbms6MQ")',
    "cancelFormLink": '(id: "Rm9ybUxpbms6MQ", reason: "试一试")',
    "revealFormAnswer": '(linkId: "Rm9ybUxpbms6MQ", question: "phone", reason: "核对")',
    "openForm": '(token: "nothing")',
    "answerForm": '(token: "nothing", answers: [])',
    "releaseBlacklistEntry": '(id: "QmxhY2tsaXN0RW50cnk6MQ", reason: "试一试")',
    "setSchemeSupplier": '(id: "U2NoZW1lOjE", supplierId: null)',
    "supplier": '(id: "U3VwcGxpZXI6MQ")',
    "supplierCriteria": '(period: "2026-Q4")',
    "createSupplier": '(input: {name: "某某供应商"})',
    "updateSupplier": '(id: "U3VwcGxpZXI6MQ", input: {name: "某某供应商"})',
    "deactivateSupplier": '(id: "U3VwcGxpZXI6MQ", reason: "试一试")',
    "reactivateSupplier": '(id: "U3VwcGxpZXI6MQ")',
    "setSupplierPrice": (
        '(input: {supplierId: "U3VwcGxpZXI6MQ", cityCode: "110000", service'
        ': FULL, fromMonth: "2026-11", price: "20.00"})'
    ),
    "retireSupplierPrice": '(id: "U3VwcGxpZXJQcmljZTox", reason: "试一试")',
    "scoreSupplier": '(input: {supplierId: "U3VwcGxpZXI6MQ", period: "2026-Q4", points: []})',
    "addSupplierDocument": '(supplierId: "U3VwcGxpZXI6MQ", fileId: "U3RvcmVkRmlsZTox", kind: "营业执照")',
    "retireSupplierDocument": '(id: "U3VwcGxpZXJEb2N1bWVudDox", reason: "试一试")',
    "company": '(id: "Q29tcGFueTox")',
    "updateCompany": '(id: "Q29tcGFueTox", input: {name: "某某"})',
    "moveCompany": '(id: "Q29tcGFueTox", parentId: null)',
    "createStaff": '(username: "someone", displayName: "某某", rights: {roleIds: ["Um9sZTox"]})',
    "updateStaff": '(id: "U3RhZmY6MQ", displayName: "某某", rights: {roleIds: ["Um9sZTox"]})',
    "deactivateStaff": '(id: "U3RhZmY6MQ", reason: "试一试")',
    "reactivateStaff": '(id: "U3RhZmY6MQ")',
    "resetStaffPassword": '(id: "U3RhZmY6MQ", reason: "试一试")',
    "forceSignOut": '(id: "U3RhZmY6MQ")',
    "staffAccount": '(id: "U3RhZmY6MQ")',
    "createRole": '(name: "试一试", permissions: [])',
    "renameRole": '(id: "Um9sZTox", name: "试一试")',
    "setRolePermissions": '(id: "Um9sZTox", permissions: [])',
    "deleteRole": '(id: "Um9sZTox")',
    "addSupplierContract": '(supplierId: "U3VwcGxpZXI6MQ", input: {number: "X-1", fromDay: "2026-01-01"})',
    "renewSupplierContract": '(id: "U3VwcGxpZXJDb250cmFjdDox", input: {number: "X-1", fromDay: "2026-01-01"})',
    "endSupplierContract": '(id: "U3VwcGxpZXJDb250cmFjdDox", reason: "试一试")',
    "saveSupplierContact": '(supplierId: "U3VwcGxpZXI6MQ", input: {name: "张三"})',
    "retireSupplierContact": '(id: "U3VwcGxpZXJDb250YWN0OjE")',
    "revealSupplierContact": '(id: "U3VwcGxpZXJDb250YWN0OjE", reason: "核对")',
    "addCompanyContract": '(companyId: "Q29tcGFueTox", input: {number: "X-1", fromDay: "2026-01-01"})',
    "renewCompanyContract": '(id: "Q29tcGFueUNvbnRyYWN0OjE", input: {number: "X-1", fromDay: "2026-01-01"})',
    "endCompanyContract": '(id: "Q29tcGFueUNvbnRyYWN0OjE", reason: "试一试")',
    "saveCompanyContact": '(companyId: "Q29tcGFueTox", input: {name: "张三"})',
    "retireCompanyContact": '(id: "Q29tcGFueUNvbnRhY3Q6MQ")',
    "revealCompanyContact": '(id: "Q29tcGFueUNvbnRhY3Q6MQ", reason: "核对")',
    "rosterColumns": "(kind: DISPATCH)",
    "rosterEntry": '(id: "Um9zdGVyRW50cnk6MQ")',
    "rosterProject": '(id: "Um9zdGVyUHJvamVjdDox")',
    "addRosterEntry": '(input: {kind: DISPATCH, companyId: "Q29tcGFueTox", values: []})',
    "editRosterEntry": '(id: "Um9zdGVyRW50cnk6MQ", values: [])',
    "renewRosterEntry": '(id: "Um9zdGVyRW50cnk6MQ", contractStart: "2026-11-01")',
    "leaveRoster": '(id: "Um9zdGVyRW50cnk6MQ", day: "2026-11-10", reason: "试一试")',
    "moveRosterEntry": '(id: "Um9zdGVyRW50cnk6MQ", kind: DISPATCH, values: [])',
    "attachRosterDocument": '(kind: OTHER, fileId: "U3RvcmVkRmlsZTox", entryId: "Um9zdGVyRW50cnk6MQ")',
    "retireRosterDocument": '(id: "Um9zdGVyRG9jdW1lbnQ6MQ")',
    "importRoster": '(kind: DISPATCH, fileId: "U3RvcmVkRmlsZTox", dryRun: true)',
    "exportRoster": "(filter: {})",
    "revealRosterEntry": '(id: "Um9zdGVyRW50cnk6MQ", field: PHONE, reason: "核对")',
    "addRosterProject": '(companyId: "Q29tcGFueTox", input: {name: "试一试", fromDay: "2026-11-01"})',
    "editRosterProject": '(id: "Um9zdGVyUHJvamVjdDox", input: {name: "试一试", fromDay: "2026-11-01"})',
    "endRosterProject": '(id: "Um9zdGVyUHJvamVjdDox")',
    "setRosterHeadcount": '(companyId: "Q29tcGFueTox", month: "2026-11", employees: 90)',
    "talent": '(id: "VGFsZW50OjE")',
    "talentComparison": '(ids: ["VGFsZW50OjE"])',
    "addTalent": '(companyId: "Q29tcGFueTox", input: {name: "某某"})',
    "inviteFromRoster": '(entryId: "Um9zdGVyRW50cnk6MQ")',
    "inviteLeaver": '(enrollmentId: "RW5yb2xsbWVudDox")',
    "editTalent": '(id: "VGFsZW50OjE", input: {name: "某某"})',
    "recordTalentConsent": '(id: "VGFsZW50OjE", day: "2026-11-10")',
    "withdrawTalentConsent": '(id: "VGFsZW50OjE", reason: "试一试")',
    "eraseTalent": '(id: "VGFsZW50OjE", reason: "试一试")',
    "revealTalent": '(id: "VGFsZW50OjE", reason: "核对")',
}


def root_fields() -> list[tuple[str, str, str]]:
    """Every root field: operation, name, and the permission it declares ("*" everyone, "" signed in)."""
    schema = make_schema()
    found = []
    for operation, root in (("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")):
        definition = schema.get_type_by_name(root)
        for field in definition.fields:  # type: ignore[union-attr]
            name = schema.config.name_converter.from_field(field)
            if name.startswith("_"):
                continue
            classes = field.permission_classes
            assert classes, f"{root}.{name} declares no permission"
            found.append((operation, name, _declared(classes[0])))
    return found


def _declared(declared: Any) -> str:
    return "*" if declared is Everyone else declared.permission


FIELDS = root_fields()


def test_every_declared_permission_exists() -> None:
    assert {p for _, _, p in FIELDS} - {"*", ""} <= set(PERMISSIONS)


def _selection(name: str, operation: str) -> str:
    """A minimal selection for the field's type."""
    schema = make_schema()._schema
    root = {"query": schema.query_type, "mutation": schema.mutation_type}[operation]
    kind: Any = root.fields[name].type  # type: ignore[union-attr]
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return "" if is_leaf_type(kind) else "{ __typename }"


@pytest.mark.parametrize("role", [None, *ROLES])
async def test_root_fields_by_role(container: Container, app: Starlette, role: str | None) -> None:
    """Without its permission a field is denied and nothing moves; with it the field is not denied."""
    client = GraphQLClient(app)
    held: frozenset[str] = frozenset()
    if role is not None:
        held = ROLES[role][1]
        actor, _ = await new_staff(container, held)
        client = GraphQLClient(app, await token_for(container, actor.staff_id))
    for operation, name, permission in FIELDS:
        if operation == "subscription" or name == "signOut":
            continue
        before = await _fingerprint()
        answer = await client.ask(f"{operation} {{ {name}{ARGUMENTS.get(name, '')} {_selection(name, operation)} }}")
        codes = [e.get("extensions", {}).get("code") for e in answer.get("errors", [])]
        denied = {"UNAUTHENTICATED", "FORBIDDEN"} & set(codes)
        allowed = permission == "*" or (role is not None and (permission == "" or permission in held))
        assert "INTERNAL" not in codes, f"{role} {name}: {answer}"
        assert bool(denied) != allowed, f"{role} {name}: {answer}"
        if denied:
            assert codes == ["UNAUTHENTICATED" if role is None else "FORBIDDEN"]
            assert await _fingerprint() == before, f"{name} was denied and yet something moved"


async def _fingerprint() -> list[Any]:
    """Row counts of every table that acts write to."""
    tables = (
        "company",
        "scheme",
        "scheme_version",
        "batch",
        "stored_file",
        "bill",
        "audit",
        "outbox",
        "idempotency",
        "session",
        "notice",
    )
    union = " UNION ALL ".join(f"SELECT '{t}' AS t, COUNT(*) AS n FROM `{t}`" for t in tables)
    return [tuple(r.values()) for r in await fetch(union)]


NODES = [cls.__name__ for cls in Node.__subclasses__()]


async def _one_of_each(container: Container) -> dict[str, int]:
    """A row of every type that has a global id, all belonging to one client company."""
    await enrolled(container, sheet([person(1), person(2) | {"申报工资": "面议"}]))
    maker = await account("zhuanyuan")
    await bill.draft_month(container.ports, maker, 202611, await company_id())
    await drain(container.ports)
    tables = {
        "Company": "SELECT id FROM company WHERE name = '晨光科技有限公司'",
        "City": "SELECT id FROM city LIMIT 1",
        "Policy": "SELECT id FROM policy LIMIT 1",
        "Scheme": "SELECT id FROM scheme WHERE company_id IS NOT NULL LIMIT 1",
        "Person": "SELECT id FROM person LIMIT 1",
        "Enrollment": "SELECT id FROM enrollment LIMIT 1",
        "StoredFile": "SELECT id FROM stored_file WHERE purpose = 'upload' LIMIT 1",
        "Approval": "SELECT id FROM approval LIMIT 1",
        "BatchRow": "SELECT id FROM batch_row LIMIT 1",
        "Batch": "SELECT id FROM batch LIMIT 1",
        "BillLine": "SELECT id FROM bill_line LIMIT 1",
        "Bill": "SELECT id FROM bill LIMIT 1",
    }
    assert set(tables) == set(NODES)
    return {name: (await fetch(sql))[0]["id"] for name, sql in tables.items()}


EVERYONES = {"City", "Policy"}
"""Types that belong to no client."""


async def test_nodes_and_entities_by_permission_and_branch(container: Container, app: Starlette) -> None:
    """`node` and `_entities` obey permission and branch exactly as lists do."""
    from schema.ids import global_id

    rows = await _one_of_each(container)
    everything = [p for p in PERMISSIONS if p.endswith(".read")]
    clients = {}
    for name, permissions, company in (
        ("all", everything, None),
        ("own branch", everything, "晨光科技有限公司"),
        ("other branch", everything, "远航物流（上海）有限公司"),
        ("no permission", [], None),
    ):
        actor, _ = await new_staff(container, permissions, company)
        clients[name] = GraphQLClient(app, await token_for(container, actor.staff_id))
    clients["nobody"] = GraphQLClient(app)
    entities = {
        n for n in NODES if "resolve_reference" in vars(next(c for c in Node.__subclasses__() if c.__name__ == n))
    }
    assert entities == {"Company", "City", "Person", "Enrollment", "Bill"}
    for kind, row_id in rows.items():
        value = global_id(kind, row_id)
        for who, client in clients.items():
            sees = who in ("all", "own branch") or (who == "other branch" and kind in EVERYONES)
            if kind == "StoredFile":
                sees = False  # what holds plain ID numbers is for its owner and for those who may reveal them
            answer = await client.ask("query ($id: ID!) { node(id: $id) { __typename id } }", id=value)
            shown = (answer.get("data") or {}).get("node")
            assert (shown is not None) == sees, f"node {kind} for {who}: {answer}"
            if kind in entities:
                query = f"query ($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on {kind} {{ id }} }} }}"
                answer = await client.ask(query, r=[{"__typename": kind, "id": value}])
                found = ((answer.get("data") or {}).get("_entities") or [None])[0]
                assert (found is not None) == sees, f"_entities {kind} for {who}: {answer}"
                assert not any("INTERNAL" in str(e.get("extensions")) for e in answer.get("errors", [])), answer


async def test_lists_show_only_the_own_branch(container: Container, app: Starlette) -> None:
    """Figures of company A are never seen by company B."""
    await _one_of_each(container)
    everything = [p for p in PERMISSIONS if p.endswith(".read")]
    query = """{ people { totalCount edges { node { id } } } enrollments { totalCount edges { node { id } } }
      batches { totalCount edges { node { id } } } bills { totalCount edges { node { id } } }
      approvals(state: null) { totalCount edges { node { id } } } companies { totalCount edges { node { name } } } }"""
    for company, sees in (("晨光科技有限公司", True), ("远航物流（上海）有限公司", False)):
        actor, _ = await new_staff(container, everything, company)
        data = await GraphQLClient(app, await token_for(container, actor.staff_id)).data(query)
        for name in ("people", "enrollments", "batches", "bills", "approvals"):
            assert bool(data[name]["edges"]) == bool(data[name]["totalCount"]) == sees, f"{name} for {company}"
        names = {e["node"]["name"] for e in data["companies"]["edges"]}
        assert ("晨光科技有限公司" in names) == sees
        assert ("远航物流（上海）有限公司" in names) != sees


async def test_acts_on_another_branch_are_refused_as_not_found(container: Container, app: Starlette) -> None:
    """A stranger's id answers as one that does not exist, and nothing moves."""
    from schema.ids import global_id

    rows = await _one_of_each(container)
    actor, _ = await new_staff(container, PERMISSIONS, "远航物流（上海）有限公司")
    client = GraphQLClient(app, await token_for(container, actor.staff_id))
    acts = {
        "withdrawBatch": f'(id: "{global_id("Batch", rows["Batch"])}", reason: "试一试")',
        "submitBatch": f'(id: "{global_id("Batch", rows["Batch"])}", idempotencyKey: "stranger-key")',
        "undoBatch": f'(id: "{ID}", reason: "试一试", idempotencyKey: "matrix-key")',
        "errorWorkbook": f'(batchId: "{global_id("Batch", rows["Batch"])}")',
        "confirmBill": f'(id: "{global_id("Bill", rows["Bill"])}", idempotencyKey: "stranger-key")',
        "billWorkbook": f'(id: "{global_id("Bill", rows["Bill"])}")',
        "revealPerson": f'(id: "{global_id("Person", rows["Person"])}", field: ID_NUMBER, reason: "核对")',
        "draftMonth": f'(month: "2026-11", companyId: "{global_id("Company", rows["Company"])}")',
    }
    for name, arguments in acts.items():
        before = await _fingerprint()
        data = await client.data(f"mutation {{ {name}{arguments} {{ problems {{ code }} }} }}")
        assert data[name]["problems"] == [{"code": "not_found"}], name
        assert await _fingerprint() == before, name
