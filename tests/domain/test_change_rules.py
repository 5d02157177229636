"""A1.1, B10, E1: what a change comes to, case by case from a table that a clerk can check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.base_history import BaseChange, BaseScope
from domain.base_rule import BaseRule
from domain.change import (
    Asked,
    NewBase,
    Part,
    Spell,
    first_open_month,
    gone_on,
    gone_on_under,
    month_before,
    needs_base,
    new_bases,
    period_start,
    still_to_come,
)
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from domain.scheme import BaseTerm, Terms

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "changes.yaml").read_text(encoding="utf-8"))


def cases(group: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in TABLE[group]]


def fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * 100


def ppm(percent: int | None) -> int | None:
    return None if percent is None else percent * 10_000


def spell(enrolled: dict[str, Any]) -> Spell:
    """The enrolment of a case."""
    parts = tuple(
        Part(Kind(kind), "", BaseRule.DECLARED, base * 100, ppm(rest[0]) if rest else None)
        for kind, (base, *rest) in enrolled["parts"].items()
    )
    since = tuple(
        BaseChange(number, BaseScope(scope), month, base * 100, ppm(rate))
        for number, (scope, month, base, rate) in enumerate(enrolled.get("since", ()), start=1)
    )
    return Spell(1, 1, "110000", Category.EMPLOYEE, None, enrolled["start"], 0, parts, since)


@pytest.mark.parametrize("case", cases("new_bases"))
def test_facts_of_a_new_base(case: dict[str, Any]) -> None:
    """A1.1, E1: each fact is complete by itself and begins with the month asked for."""
    asked, month = case["asked"], case["asked"]["from"]
    wanted = Asked(
        fen(asked.get("social")), fen(asked.get("fund")), ppm(asked.get("rate")), month, asked.get("fund_from", month)
    )
    expected = [NewBase(BaseScope(s), m, b * 100, ppm(r)) for s, m, b, r in case["facts"]]
    assert new_bases(spell(case["enrolled"]), wanted) == expected


@pytest.mark.parametrize("case", cases("under_terms"))
def test_parts_under_a_scheme(case: dict[str, Any]) -> None:
    """B10: kinds and rate are the scheme's, the base goes on; bases still to come go along."""
    fixed = {Kind(kind): BaseTerm(BaseRule.FIXED, base * 100) for kind, base in case.get("fixed", {}).items()}
    terms = Terms(tuple(map(Kind, case["kinds"])), {}, fixed, ppm(case.get("rate")))
    old = spell(case["enrolled"])
    company_rate = ppm(case.get("company_rate"))
    parts = gone_on_under([old], case["month"], terms.kinds, terms, fen(case.get("base")), company_rate)
    found = {
        part.kind.value: [part.base_fen // 100] + ([part.housing_rate_ppm // 10_000] if part.housing_rate_ppm else [])
        for part in parts
    }
    assert found == case["parts"]
    assert {part.kind: part.base_rule for part in parts} == {
        kind: BaseRule.FIXED if kind in fixed else BaseRule.DECLARED for kind in terms.kinds
    }
    coming = [[c.scope.value, c.from_month, c.base_fen // 100, None] for _, c in still_to_come([old], case["month"])]
    assert coming == case.get("coming", [])


@pytest.mark.parametrize("case", cases("open_month"))
def test_the_first_open_month(case: dict[str, Any]) -> None:
    """B10: nobody moves in a closed month, and the answer says which is the first open one."""
    assert first_open_month(case["closed"], case["wanted"]) == case["first"]


def test_what_goes_on_as_it_is_takes_the_bases_of_its_month() -> None:
    """B10: a transfer keeps kinds, tiers, rules and rates; two enrolments become one."""
    one = spell({"start": 202605, "parts": {"pension": [10000]}, "since": [["social", 202610, 12000, None]]})
    two = spell({"start": 202607, "parts": {"housing_fund": [8000, 12]}})
    parts = gone_on([two, one], 202612)
    assert [(p.kind, p.base_fen, p.housing_rate_ppm) for p in parts] == [
        (Kind.PENSION, 1_200_000, None),
        (Kind.HOUSING_FUND, 800_000, 120_000),
    ]
    assert month_before(202701) == 202612


def test_a_fund_base_is_no_wage() -> None:
    """B10: social kinds need a declared wage when only the housing fund has a base."""
    fund = spell({"start": 202605, "parts": {"housing_fund": [8000, 12]}})
    assert needs_base([fund], [Kind.PENSION], 202611)
    assert not needs_base([fund], [Kind.SUPPLEMENTARY_HOUSING_FUND], 202611)


def test_the_period_begins_with_the_row_in_force() -> None:
    """E1: July of the year before until June, and no month where there is no policy."""
    rows = [
        PolicyVersion(
            city_code="110000",
            city="北京",
            category=Category.EMPLOYEE,
            kind=Kind.PENSION,
            effective_from=start,
            effective_to=end,
        )
        for start, end in ((202507, 202606), (202607, 202706))
    ]
    place = (PolicyBook(rows), "110000", Category.EMPLOYEE)
    assert [period_start(*place, Kind.PENSION, m) for m in (202606, 202607, 202611)] == [202507, 202607, 202607]
    assert period_start(*place, Kind.HOUSING_FUND, 202611) is None
