"""A4.3, E4: contracts by day, prices by month, weighted scores, contacts, thresholds of reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import ROOT
from domain.contact import NewContact, check_contact
from domain.contract import NewContract, Span, check, check_renewal, overlapping, state_of
from domain.errors import Refusal, Severity
from domain.permission import PERMISSIONS, ROLES
from domain.policy import Confidence
from domain.reminder import threshold
from domain.signin import weak
from domain.staff import check_account, first_password, maker_and_checker, permission_tree
from domain.supplier import (
    Criteria,
    Criterion,
    Price,
    SupplierDetails,
    check_supplier,
    hundredths,
    in_force,
    period_months,
    score,
)
from services.national_rules import load_supplier_criteria

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "supplier.yaml").read_text("utf-8")
)
CRITERIA = load_supplier_criteria(ROOT / "policies" / "national")


def span(case: dict[str, Any]) -> Span:
    return Span(1, "A-1", case["from"], case["to"], case.get("ended", False))


@pytest.mark.parametrize("case", CASES["states"])
def test_contract_states(case: dict[str, Any]) -> None:
    assert state_of(span(case), case["day"]) == case["state"]


@pytest.mark.parametrize("case", CASES["overlaps"])
def test_overlaps_only_warn(case: dict[str, Any]) -> None:
    there = Span(1, "A-1", date(2026, 1, 1), date(2026, 12, 31), case.get("ended", False))
    found = overlapping(NewContract("A-2", case["from"], case["to"]), [there])
    assert bool(found) == case["warned"]
    assert {p.severity for p in found} <= {Severity.WARNING}


def test_a_contract_by_itself_and_its_renewal() -> None:
    wrong = NewContract(" ", date(2026, 2, 1), date(2026, 1, 1), "字" * 401, 10_000_001)
    assert {p.field for p in check(wrong)} == {"number", "toDay", "fee", "note"}
    old = Span(1, "A-1", date(2026, 1, 1), date(2026, 12, 31))
    assert check_renewal(NewContract("A-2", date(2027, 1, 1)), old, None) == []
    assert [p.code for p in check_renewal(NewContract("A-2", date(2026, 1, 1)), old, None)] == ["contract_order"]
    assert [p.code for p in check_renewal(NewContract("A-3", date(2027, 1, 1)), old, "A-2")] == ["contract_renewed"]
    ended = Span(1, "A-1", date(2026, 1, 1), None, True)
    assert [p.code for p in check_renewal(NewContract("A-2", date(2027, 1, 1)), ended, None)] == ["contract_ended"]


@pytest.mark.parametrize("case", CASES["thresholds"])
def test_thresholds(case: dict[str, Any]) -> None:
    assert threshold(case["left"]) == case["threshold"]


@pytest.mark.parametrize("case", CASES["prices"])
def test_the_price_of_a_month(case: dict[str, Any]) -> None:
    prices = [Price(1, 202601, 1800), Price(2, 202607, 2000), Price(3, 202607, 2100)]
    found = in_force(prices, case["month"])
    assert (found.fen if found else None) == case["fen"]


@pytest.mark.parametrize("case", CASES["periods"])
def test_periods(case: dict[str, Any]) -> None:
    if "first" in case:
        assert [str(m) for m in period_months(str(case["period"]))] == [str(case["first"]), str(case["last"])]
        return
    with pytest.raises(Refusal, match="period_invalid"):
        period_months(case["period"])


@pytest.mark.parametrize("case", CASES["totals"])
def test_totals_are_exact(case: dict[str, Any]) -> None:
    criteria = CRITERIA.on(date(2026, 12, 31))
    assert [(c.name, c.weight) for c in criteria] == [
        ("时效", 30),
        ("准确", 25),
        ("服务", 15),
        ("价格", 15),
        ("合规", 15),
    ]
    points = dict(zip([c.key for c in criteria], case["points"], strict=False))
    if "refused" in case:
        with pytest.raises(Refusal, match=case["refused"]):
            score(criteria, points)
        return
    assert hundredths(score(criteria, points)) == case["total"]


def test_criteria_of_their_time() -> None:
    """A new set of weights leaves the scores of earlier periods as they are."""

    def one(begins: date, key: str, weight: int) -> Criterion:
        return Criterion(
            effective_from=begins,
            key=key,
            name=key,
            name_en=key,
            weight=weight,
            confidence=Confidence.MEDIUM,
            source="x",
        )

    first, second = date(2020, 1, 1), date(2027, 1, 1)
    rows = (one(first, "a", 60), one(first, "b", 40), one(second, "a", 100))
    criteria = Criteria(rows)
    assert [c.weight for c in criteria.on(date(2026, 12, 31))] == [60, 40]
    assert [c.weight for c in criteria.on(second)] == [100]
    assert criteria.on(date(2019, 12, 31)) == ()
    with pytest.raises(ValueError, match="100"):
        Criteria((one(first, "a", 60), one(first, "b", 41)))
    with pytest.raises(Refusal, match="scores_unknown"):
        score(criteria.on(second), {"a": 1, "z": 1})


@pytest.mark.parametrize("case", CASES["contacts"])
def test_contacts(case: dict[str, Any]) -> None:
    phone, problems = check_contact(NewContact("李明", "", case["phone"], case.get("email", "")))
    assert [p.code for p in problems] == ([case["refused"]] if "refused" in case else [])
    if "stored" in case:
        assert phone == case["stored"]
    assert case["phone"] not in "".join(p.value or "" for p in problems) or not case["phone"]


def test_suppliers_and_accounts_by_themselves() -> None:
    wrong = check_supplier(SupplierDetails("某", "91110108MA01ABCD00", "字" * 401))
    assert {p.field for p in wrong} == {"name", "creditCode", "note"}
    assert {p.field for p in check_account("A b", "某")} == {"username", "displayName"}
    assert check_account("li.ming-1", "李明") == []


def test_first_passwords_hold_the_rules() -> None:
    """A9.1: whatever is drawn, it would do as a password."""
    for place in (0, 20, -1):

        def drawn(signs: Sequence[str], place: int = place) -> str:
            return signs[place]

        assert not weak(first_password(drawn))


def test_maker_and_checker_are_warned_of() -> None:
    """A9.1: the pair is told, alone it is not; no role that comes with the product but the administrators' has one."""
    assert [p.code for p in maker_and_checker(["batch.confirm", "batch.approve"])] == ["maker_and_checker"]
    assert maker_and_checker(["batch.confirm"]) == []
    assert [role for role, (_, held) in ROLES.items() if maker_and_checker(held)] == ["admin"]


def test_the_tree_holds_every_permission_once() -> None:
    listed = [p for group in permission_tree() for p in group.permissions]
    assert sorted(listed) == sorted(PERMISSIONS)
    assert len({group.word for group in permission_tree()}) == len(permission_tree())
