"""B5: age, window, legal basis and contract, as tables that a clerk can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.blacklist import Effect
from domain.city_rule import LocalRule, RuleTopic
from domain.compliance import EnrollFacts, TerminateFacts, narrowed, place_last, place_start, review_terminate
from domain.compliance.age import ages
from domain.compliance.basis import legal_basis
from domain.compliance.months import start_problems
from domain.compliance.person import banned, conflicts
from domain.errors import Problem, Severity
from domain.legal_basis import LEGAL_BASES, LegalBasis, owes_late_fee
from domain.over_age import DECISION_WORDS, OverAgeDecision, Retirements
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook
from domain.precheck import CheckedRow
from domain.precheck.cells import CellError
from domain.precheck.legal import read_legal_basis, read_over_age
from domain.retirement import RetirementRules
from domain.window import Window, window_of
from services.national_rules import load_retirement
from tests.domain.policy_samples import POLICIES

RULES = Path(__file__).parent / "cases"
AGES = yaml.safe_load((RULES / "compliance_age.yaml").read_text("utf-8"))
WINDOWS = yaml.safe_load((RULES / "compliance_window.yaml").read_text("utf-8"))
BASES = yaml.safe_load((RULES / "compliance_basis.yaml").read_text("utf-8"))
RETIREMENT = Retirements(load_retirement(POLICIES / "national"))
MARKS = {Severity.ERROR: "", Severity.WARNING: "?", Severity.NOTICE: "~"}
ROW = CheckedRow(row_no=7, cells=(), name="陈思远", id_number="x", start_month=202611, last_month=202611)


def facts(month: BillingMonth, kinds: Any = (), **more: Any) -> EnrollFacts:
    """Facts of a row that asks for these kinds in the declaration month."""
    return EnrollFacts(PolicyBook([]), month, frozenset(map(Kind, kinds)), retirement=RETIREMENT, **more)


def agree(case: dict[str, Any], problems: list[Problem]) -> None:
    """The problems are those of the case, in two languages, with what the case says they say."""
    assert [MARKS[p.severity] + p.code for p in problems] == case["found"]
    assert all(p.message and p.message_en and p.remedy and p.remedy_en and p.field for p in problems)
    for key, text in (("says", "".join(p.message for p in problems)), ("remedy", "".join(p.remedy for p in problems))):
        assert str(case.get(key, "")) in text
        assert f"not_{key}" not in case or case[f"not_{key}"] not in text


@pytest.mark.parametrize("case", AGES, ids=lambda case: case["name"])
def test_age(case: dict[str, Any]) -> None:
    """B5, B9: the exact statutory month decides, a woman's post is asked for, and a decision is taken at its word."""
    month = BillingMonth.parse(case["month"])
    extra = {"over_age": case.get("decision", ""), "legal_basis": case.get("basis", "")}
    row = replace(
        ROW,
        birth=case["birth"],
        sex=case["sex"],
        start_month=month.number,
        extra={name: value for name, value in extra.items() if value},
    )
    agree(case, ages(row, facts(month, case.get("kinds", []))))


def test_a_start_later_than_the_declaration_month_counts() -> None:
    """B5: somebody who is declared before and starts after the retirement month is over age."""
    row = replace(ROW, birth=date(1966, 7, 15), sex="male", start_month=202612)
    assert [p.code for p in ages(row, facts(BillingMonth(2026, 11)))] == ["over_age"]


def test_a_missing_retirement_row_is_said() -> None:
    """B5: nobody is taken to be young because a row is missing."""
    row = replace(ROW, birth=date(1990, 1, 1), sex="male")
    known = replace(facts(BillingMonth(2026, 11)), retirement=Retirements(RetirementRules((), (), ())))
    assert [(p.code, p.severity) for p in ages(row, known)] == [("retirement_rule_missing", Severity.WARNING)]


def window(case: dict[str, Any]) -> Window:
    """The window of a case."""
    return Window(case["cutoff"], case.get("limit"), "某发〔2020〕1号", "工资凭证、劳动合同")


@pytest.mark.parametrize("case", WINDOWS["starts"], ids=lambda case: case["name"])
def test_starts(case: dict[str, Any]) -> None:
    """B5: after the cut-off day the start moves, or is made up where the row asks for it; asked and used are kept."""
    declared, asked = BillingMonth.parse(case["declared"]), BillingMonth.parse(case["asked"])
    row = replace(ROW, start_month=asked.number, extra={"makeup": "yes"} if case.get("makeup") else {})
    placed = place_start(row, window(case), declared, case["today"])
    assert str(BillingMonth.of(placed.start_month or 0)) == case["used"]
    assert placed.extra.get("asked_start_month", case["used"]) == str(asked)
    assert place_start(placed, window(case), declared, case["today"]) == placed
    first = window(case).first_open(declared, case["today"])
    agree(case, start_problems(placed, facts(declared, window=window(case), first_open=first)))


@pytest.mark.parametrize("case", WINDOWS["lasts"], ids=lambda case: case["name"])
def test_lasts(case: dict[str, Any]) -> None:
    """B5, A1.3, domain §9: a leaver after the cut-off is billed once more, and not again and again."""
    declared, asked = BillingMonth.parse(case["declared"]), BillingMonth.parse(case["asked"])
    row = place_last(replace(ROW, last_month=asked.number), window(case), declared, case["today"])
    assert str(BillingMonth.of(row.last_month or 0)) == case["used"]
    known = TerminateFacts(open=True, declaration_month=declared, start_month=202601, window=window(case))
    agree(case, review_terminate(row, known))


def test_the_citys_own_earliest_day_counts() -> None:
    """B5: own rules go before nationwide ones, the earliest channel closes the month, no day says nothing."""

    def rule(city: str, topic: RuleTopic, number: int | None, text: str = "x") -> LocalRule:
        return LocalRule(city, topic, "", text, number, source=f"{city}来源")

    rules = [
        rule("全国", RuleTopic.CUTOFF_RULE, 5),
        rule("北京", RuleTopic.ENROLL_WINDOW, 25),
        rule("北京", RuleTopic.CUTOFF_RULE, 22),
        rule("北京", RuleTopic.CUTOFF_RULE, None),
        rule("上海", RuleTopic.ENROLL_WINDOW, 1),
        rule("全国", RuleTopic.MAKEUP_LIMIT, 36),
        rule("北京", RuleTopic.MAKEUP_DOCUMENTS, None, "工资凭证"),
    ]
    assert window_of("北京", rules) == Window(22, 36, "全国来源", "工资凭证")
    assert window_of("广州", rules).cutoff_day == 5
    assert window_of("广州", rules[1:]).cutoff_day is None
    assert window_of("北京", [rule("北京", RuleTopic.ENROLL_WINDOW, None)]).cutoff_day is None


@pytest.mark.parametrize("case", BASES, ids=lambda case: case["name"])
def test_legal_basis_and_contract(case: dict[str, Any]) -> None:
    """B5, domain §2: an enrolment rests on a contract on file or on flexible employment."""
    first, last = (str(day) if day else "" for day in case.get("contract", [None, None]))
    extra = {"contract_start": first, "contract_end": last, "legal_basis": case.get("basis", "")}
    month = BillingMonth.parse(case["start"])
    row = replace(
        ROW,
        start_month=month.number,
        category=Category(case.get("category", "employee")),
        extra={name: value for name, value in extra.items() if value},
    )
    on_file = tuple(str(day) for day in case["on_file"]) if "on_file" in case else (None, None)
    agree(case, legal_basis(row, facts(month, case.get("kinds", ["pension"]), contract_on_file=on_file)))


def test_a_row_without_kinds_gets_those_of_its_basis() -> None:
    """B5: a service contract alone means work injury, flexible employment pension and medical."""
    every = frozenset(Kind)
    assert narrowed(replace(ROW, extra={"legal_basis": "service"}), every) == {Kind.WORK_INJURY}
    assert narrowed(replace(ROW, extra={"over_age": "injury_only"}), every) == {Kind.WORK_INJURY}
    own = {Kind.PENSION, Kind.MEDICAL, Kind.LARGE_MEDICAL}
    assert narrowed(replace(ROW, extra={"legal_basis": "flexible"}), every) == own
    assert narrowed(ROW, every) == every
    assert [basis for basis in LegalBasis if not owes_late_fee(basis)] == [LegalBasis.FLEXIBLE]


def test_words_are_read_and_mean_one_thing() -> None:
    """A1.2: every word of the two columns leads to its one meaning; others are told apart from empty cells."""
    assert set(LEGAL_BASES) == set(LegalBasis)
    assert set(DECISION_WORDS) == set(OverAgeDecision)
    words = [word for entry in LEGAL_BASES.values() for word in (entry.label, *entry.synonyms)]
    assert len(words) == len(set(words))
    for basis, entry in LEGAL_BASES.items():
        assert all(read_legal_basis(f" {word} ") is basis for word in (entry.label, *entry.synonyms, basis.value))
    for decision, known in DECISION_WORDS.items():
        assert all(read_over_age(word) is decision for word in known)
    for read in (read_legal_basis, read_over_age):
        with pytest.raises(CellError):
            read("随便")


def test_waiting_elsewhere_and_the_blacklist_name_nobody() -> None:
    """B5, A4.4: a request of another client is a warning for kinds with one payer; the blacklist gives no reason."""
    month, three = BillingMonth(2026, 11), ["pension", "medical", "work_injury"]
    known = facts(month, three, pending_elsewhere=frozenset({Kind.PENSION, Kind.WORK_INJURY}))
    (warning,) = conflicts(known)
    assert (warning.code, warning.severity) == ("payer_waiting", Severity.WARNING)
    assert "养老" in warning.message
    assert "工伤" not in warning.message
    assert [p.code for p in conflicts(replace(known, open_kinds_elsewhere=frozenset({Kind.PENSION})))] == [
        "payer_conflict"
    ]
    assert [p.severity for e in (None, Effect.WARN, Effect.BLOCK) for p in banned(e)] == [
        Severity.WARNING,
        Severity.ERROR,
    ]
