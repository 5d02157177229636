"""A4.2 over GraphQL: a version is saved, seen, tried on one base, on a roster and beside other cities."""

from __future__ import annotations

from starlette.applications import Starlette

from app.container import Container
from schema.ids import global_id
from tests.api.conftest import ClientOf
from tests.factories import company_id, enrolled, key, person, sheet

TERMS = """{kinds: [PENSION, MEDICAL], serviceFee: "50", note: "试行",
  bases: [{kind: PENSION, rule: FLOOR}, {kind: MEDICAL, rule: FIXED, amount: "8000"}]}"""


async def test_a_version_from_saving_to_retiring(container: Container, app: Starlette, client_of: ClientOf) -> None:
    client = await client_of("admin")
    schemes = (await client.data("{ schemes { id name inForce { id revision effectiveFrom } } }"))["schemes"]
    old = next(s for s in schemes if s["name"] == "北京五险")
    assert old["inForce"] == {"id": None, "revision": 0, "effectiveFrom": None}
    about = f'input: {{schemeId: "{old["id"]}", effectiveFrom: "2026-11", terms: {TERMS}}}, idempotencyKey: "{key()}"'
    data = await client.data(
        f"""mutation {{ saveSchemeVersion({about}) {{ problems {{ code }} scheme {{ kinds serviceFee
          versionAt(month: "2026-10") {{ kinds }}
          versions {{ id revision effectiveFrom note kinds bases {{ kind rule amount }} retiredAt }} }} }} }}"""
    )
    saved = data["saveSchemeVersion"]["scheme"]
    assert (saved["kinds"], saved["serviceFee"]) == (["PENSION", "MEDICAL"], "50.00")
    assert len(saved["versionAt"]["kinds"]) == 4
    newest, first = saved["versions"]
    assert (newest["effectiveFrom"], newest["note"], first["effectiveFrom"]) == ("2026-11", "试行", None)
    assert newest["bases"] == [
        {"kind": "PENSION", "rule": "FLOOR", "amount": None},
        {"kind": "MEDICAL", "rule": "FIXED", "amount": "8000.00"},
    ]
    data = await client.data(
        f'mutation {{ retireSchemeVersion(id: "{newest["id"]}", reason: "录入有误") {{ problems {{ code }} '
        "scheme { kinds versions { retiredAt } } } }"
    )
    assert len(data["retireSchemeVersion"]["scheme"]["kinds"]) == 4
    assert data["retireSchemeVersion"]["scheme"]["versions"][0]["retiredAt"]
    twice = "terms: {kinds: [PENSION], bases: [{kind: PENSION, rule: CAP}, {kind: PENSION, rule: FLOOR}]}"
    data = await client.data(
        f'mutation {{ saveSchemeVersion(input: {{schemeId: "{old["id"]}", effectiveFrom: "2026-11", {twice}}}, '
        f'idempotencyKey: "{key()}") {{ problems {{ code field }} }} }}'
    )
    assert data["saveSchemeVersion"]["problems"] == [{"code": "bases_invalid", "field": "bases"}]


async def test_trying_and_following_a_scheme(container: Container, app: Starlette, client_of: ClientOf) -> None:
    await enrolled(container, sheet([person(1), person(2)]), scheme="北京五险")
    client = await client_of("zhuanyuan")
    schemes = (await client.data("{ schemes { id name } }"))["schemes"]
    wanted = next(s["id"] for s in schemes if s["name"] == "北京五险")
    data = await client.data(
        f"""{{ simulateScheme(input: {{schemeId: "{wanted}", month: "2026-11", bases: ["10000", "0"], injuryClass: 2}})
          {{ problems {{ code }} costs {{ base total serviceFee employerTotal problems {{ code }} omitted {{ kind }}
             lines {{ kind declaredBase base employerRate employer employee policyId confidence explain }} }} }} }}"""
    )
    good, bad = data["simulateScheme"]["costs"]
    assert good["serviceFee"] == "25.00"
    pension = good["lines"][0]
    assert (pension["kind"], pension["employer"], pension["employerRate"]) == ("PENSION", "1600.00", "0.16")
    assert "养老保险" in pension["explain"]
    assert ([p["code"] for p in bad["problems"]], bad["lines"], bad["total"]) == (["base_not_positive"], [], "0.00")
    owner = global_id("Company", await company_id())
    data = await client.data(
        f"""{{ simulateRoster(schemeId: "{wanted}", month: "2026-11", companyId: "{owner}", terms: {TERMS}) {{
          problems {{ code }} cost {{ people feeBefore feeAfter feeDelta missingAfter {{ code }}
          kinds {{ kind before {{ people employer }} after {{ people employer }} delta {{ people employer }} }}
          }} }} }}"""
    )
    cost = data["simulateRoster"]["cost"]
    assert (cost["people"], cost["feeBefore"], cost["feeAfter"], cost["feeDelta"]) == (2, "50.00", "100.00", "50.00")
    assert cost["kinds"][0] == {
        "kind": "PENSION",
        "before": {"people": 2, "employer": "3200.00"},
        "after": {"people": 2, "employer": "2326.40"},
        "delta": {"people": 0, "employer": "-873.60"},
    }
    data = await client.data(
        f"""{{ schemePeople(schemeId: "{wanted}", first: 1) {{ totalCount pageInfo {{ hasNextPage }} edges {{ node {{
          startMonth state version {{ revision }} person {{ name idNumberMasked }} company {{ name }}
          enrollment {{ id }} }} }} }}
          schemeExecution(schemeId: "{wanted}", fromMonth: "2026-01", toMonth: "2026-12") {{ months {{ month }}
          problems {{ code }} }}
          compareCities(cityCodes: ["110000", "440300"], base: "10000", month: "2026-11", injuryClass: 1) {{
          problems {{ code }} cities {{ city cost {{ total omitted {{ kind reason }} lines {{ kind }} }} }} }} }}"""
    )
    people = data["schemePeople"]
    assert (people["totalCount"], people["pageInfo"]["hasNextPage"]) == (2, True)
    assert people["edges"][0]["node"]["company"]["name"] == "晨光科技有限公司"
    assert data["schemeExecution"] == {"months": [], "problems": []}
    assert [c["city"] for c in data["compareCities"]["cities"]] == ["北京", "深圳"]
    assert "HOUSING_FUND" in [o["kind"] for o in data["compareCities"]["cities"][0]["cost"]["omitted"]]
