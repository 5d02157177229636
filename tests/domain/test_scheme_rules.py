"""A4.2: which version of a scheme holds, what its base rules come to, and what may be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from domain.base_rule import BaseRule
from domain.contribution import contribute
from domain.errors import Problem
from domain.money import format_yuan, parse_rate, parse_yuan
from domain.period import BillingMonth
from domain.policy import Category, Kind
from domain.scheme import BaseTerm, Place, Terms, Version, base_terms, cost, in_force, parts, total
from domain.scheme_check import check_terms
from tests.domain.policy_samples import real_book, row

RULES = yaml.safe_load((Path(__file__).parent / "cases" / "scheme.yaml").read_text("utf-8"))
MONTH = 202611


def terms_of(case: dict[str, Any]) -> Terms:
    """The terms of a table row; a base rule that is an amount is a fixed base."""
    bases = {}
    for kind, rule in case.get("bases", {}).items():
        named = rule in set(BaseRule)
        bases[Kind(kind)] = BaseTerm(BaseRule(rule)) if named else BaseTerm(BaseRule.FIXED, parse_yuan(rule))
    return Terms(
        kinds=tuple(map(Kind, case["kinds"])),
        tiers={Kind(kind): tier for kind, tier in case.get("tiers", {}).items()},
        bases=bases,
        housing_rate_ppm=parse_rate(case["housing_rate"]) if "housing_rate" in case else None,
        service_fee_fen=parse_yuan(case.get("fee", "0")),
    )


def place_of(case: dict[str, Any]) -> Place:
    """The case's city in the month of the table."""
    city = real_book().city_code(case["city"])
    assert city is not None
    return Place(real_book(), city, Category.EMPLOYEE, MONTH)


@pytest.mark.parametrize("case", RULES["versions"], ids=lambda case: case["name"])
def test_the_version_of_a_month(case: dict[str, Any]) -> None:
    """A4.2: the latest to begin, newest revision, never a retired one."""
    versions = []
    for number, text in enumerate(case["versions"]):
        named, _, retired = text.partition(" ")
        month, revision = named.split("/")
        start = BillingMonth.parse(month).number
        versions.append(Version(number, start, int(revision), Terms(()), retired_at=1 if retired else 0))
    for asked, expected in case["ask"].items():
        found = in_force(versions, BillingMonth.parse(asked).number)
        told = "none" if found is None else f"{BillingMonth.of(found.effective_from)}/{found.revision}"
        assert told == expected, asked


@pytest.mark.parametrize("case", RULES["costs"], ids=lambda case: case["name"])
def test_what_base_rules_come_to(case: dict[str, Any]) -> None:
    """A4.2: by kind the base used and both amounts; what cannot be computed says why."""
    terms = terms_of(case)
    found = cost(place_of(case), terms, parse_yuan(case["base"]), terms.choice(None, case.get("injury_class")))
    amounts = {
        line.kind.value: "/".join(map(format_yuan, (line.base_fen, line.employer_fen, line.employee_fen)))
        for line in found.lines
    }
    assert amounts == case["expect"]
    assert {kind.value: p.code for kind, p in found.omitted} == case.get("omitted", {})
    assert [p.code for p in found.problems] == ([case["problem"]] if "problem" in case else [])
    if "notice" in case:
        assert [p.code for p in found.notices] == [case["notice"]]
    if "total" in case:
        assert format_yuan(found.total_fen + terms.service_fee_fen) == case["total"]


@pytest.mark.parametrize("case", RULES["checks"], ids=lambda case: case["name"])
def test_what_may_be_kept(case: dict[str, Any]) -> None:
    """A4.2: kinds, tiers, limits, rate and fee are checked against the city's policy; every problem is bilingual."""
    problems = check_terms(place_of(case), terms_of(case))
    assert [p.code for p in problems] == case["refused"]
    assert all(p.message and p.message_en and p.remedy and p.remedy_en for p in problems)


def test_amounts_given_where_none_belong() -> None:
    """A4.2: a fixed base needs its amount, the other rules take none; a note has its length."""
    place = place_of({"city": "北京"})
    for term in (BaseTerm(BaseRule.FIXED), BaseTerm(BaseRule.FLOOR, 100), BaseTerm(BaseRule.DECLARED, 100)):
        [problem] = check_terms(place, Terms((Kind.PENSION,), bases={Kind.PENSION: term}))
        assert (problem.code, problem.value) == ("bases_invalid", "pension")
    [problem] = check_terms(place, Terms((Kind.PENSION,), note="长" * 401))
    assert problem.code == "note_invalid"


def test_terms_survive_being_written_down() -> None:
    """A4.2: what is kept as JSON reads back as it was."""
    bases = {Kind.PENSION: BaseTerm(BaseRule.FIXED, 1_200_000), Kind.MEDICAL: BaseTerm(BaseRule.FLOOR)}
    terms = Terms((Kind.MEDICAL, Kind.PENSION), {Kind.MEDICAL: "2"}, bases, 70_000, 3000, "说明")
    plain = terms.plain()
    assert base_terms(plain["bases"]) == bases
    assert plain["kinds"] == ["pension", "medical"]
    assert terms.ruled == {Kind.PENSION, Kind.MEDICAL}


def test_without_kinds_a_scheme_means_what_the_city_has() -> None:
    """A4.2: an old scheme without kinds: the standard kinds that are offered, and large medical with medical."""
    assert place_of({"city": "北京"}).kinds(Terms(())) == {
        Kind.PENSION,
        Kind.MEDICAL,
        Kind.UNEMPLOYMENT,
        Kind.WORK_INJURY,
        Kind.HOUSING_FUND,
    }


@pytest.mark.parametrize("rule", list(BaseRule))
def test_arrays_come_to_what_lines_come_to(rule: BaseRule) -> None:
    """A4.2: many people at once, by every rule, equal the scalar lines; with and without limits, and beyond 64 bits."""
    bases = [100, 499_999, 500_000, 1_234_567, 2_500_000, 9_999_999]
    for policy in (row(), row(base_min_fen=None), row(base_max_fen=None)):
        employer, employee = parts((policy, 160_000, 80_000), rule, np.array(bases, np.int64))
        limit = {BaseRule.FLOOR: policy.base_min_fen, BaseRule.CAP: policy.base_max_fen}.get(rule)
        lines = [contribute(policy, base if limit is None else limit, 160_000, 80_000) for base in bases]
        assert employer.tolist() == [line.employer_fen for line in lines]
        assert employee.tolist() == [line.employee_fen for line in lines]
    nothing, _ = parts(Problem("policy_missing", "无", "none"), rule, np.array(bases, np.int64))
    assert total(nothing) == 0


def test_a_sum_beyond_64_bits_is_exact() -> None:
    """Money is never lost in an overflow."""
    assert total(np.array([2**62, 2**62, 2**62], np.int64)) == 3 * 2**62
    assert total(np.array([1, -2], np.int64)) == -1
