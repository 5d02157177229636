"""Dated policies: lookup, gaps and overlaps, the files in policies/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.money import Rounding
from domain.policy import KIND_LABELS, KIND_LABELS_EN, Category, Confidence, Kind, PolicyBook, gaps, overlaps
from domain.policy_file import parse
from services.policy_files import load_policies
from tests.domain.policy_samples import POLICIES, real_book, row

MONTHS = st.builds(lambda year, month: year * 100 + month, st.integers(2024, 2027), st.integers(1, 12))


@given(st.lists(st.tuples(MONTHS, st.none() | MONTHS), max_size=6), MONTHS)
def test_finding_a_row_agrees_with_looking_at_all(periods: list[tuple[int, int | None]], month: int) -> None:
    """A4.1: the indexed lookup finds the latest-starting row in force, and None where there is none."""
    rows = [row(effective_from=first, effective_to=last) for first, last in periods]
    found = PolicyBook(rows).find("990000", Category.EMPLOYEE, Kind.PENSION, "", month)
    in_force = [r.effective_from for r in rows if r.covers(month)]
    assert (found.effective_from if found else None) == max(in_force, default=None)


def test_keys_do_not_mix() -> None:
    """A4.1: another city, category, kind or tier never answers."""
    book = PolicyBook([row(), row(kind=Kind.MEDICAL, tier="1"), row(kind=Kind.MEDICAL, tier="2")])
    assert book.find("990001", Category.EMPLOYEE, Kind.PENSION, "", 202605) is None
    assert book.find("990000", Category.FLEXIBLE, Kind.PENSION, "", 202605) is None
    assert book.find("990000", Category.EMPLOYEE, Kind.MEDICAL, "", 202605) is None
    assert book.find("990000", Category.EMPLOYEE, Kind.PENSION, "1", 202605) is None
    assert book.tiers("990000", Category.EMPLOYEE, Kind.MEDICAL, 202605) == ["1", "2"]
    assert book.tiers("990000", Category.EMPLOYEE, Kind.PENSION, 202605) == []
    assert book.kinds("990000", Category.EMPLOYEE, 202605) == [Kind.PENSION, Kind.MEDICAL]
    assert book.kinds("990000", Category.EMPLOYEE, 202701) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("北京", "110000"),
        ("北京市", "110000"),
        (" 110000 ", "110000"),
        ("１１００００", "110000"),
        ("深圳市", "440300"),
        ("纽约", None),
    ],
)
def test_cities_by_name_or_code(written: str, code: str | None) -> None:
    """M1.2: a city is found by its name with or without 市, and by its code."""
    assert real_book().city_code(written) == code


def test_gaps_and_overlaps_are_problems() -> None:
    """A4.1: a hole between two rows of one key is named with its months, and so is an overlap."""
    spring, autumn = row(effective_to=202603), row(effective_from=202607)
    [gap] = gaps([autumn, spring])
    assert (gap.code, "2026-04 至 2026-06" in gap.message) == ("policy_gap", True)
    assert gaps([spring, row(effective_from=202604)]) == []
    [overlap] = overlaps([row(effective_to=None), autumn])
    assert overlap.code == "policy_overlap"
    assert overlaps([spring, autumn]) == []
    assert len(overlaps([spring, row(effective_from=202603)])) == 1
    # A short row inside a long one must hide neither the overlap nor invent a hole behind it.
    long, short, next_year = row(), row(effective_from=202602, effective_to=202603), row(effective_from=202701)
    assert len(overlaps([long, short, next_year])) == 1
    assert gaps([long, short, next_year]) == []


def test_confidence_is_its_weakest_part() -> None:
    """A4.1: high and low make low."""
    assert Confidence.lowest(Confidence.HIGH, Confidence.LOW, Confidence.MEDIUM) is Confidence.LOW
    assert Confidence.lowest(Confidence.HIGH) is Confidence.HIGH


def test_every_kind_has_its_names() -> None:
    """A4.1: no kind is shown without a Chinese and an English name."""
    assert set(KIND_LABELS) == set(KIND_LABELS_EN) == set(Kind)


def test_the_repository_policies_are_sound() -> None:
    """A4.1: 26 cities, no gaps, no overlaps, a source on every row, all five kinds in 2026-11."""
    book = real_book()
    assert len(book.cities()) == 26
    assert len(book.versions) == 606
    assert overlaps(book.versions) == []
    assert gaps(book.versions) == []
    assert all(version.source for version in book.versions)
    five = {Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY, Kind.HOUSING_FUND}
    for code, city in book.cities().items():
        assert five <= set(book.kinds(code, Category.EMPLOYEE, 202611)), city


def test_unknown_limits_stay_unknown_and_low() -> None:
    """A4.1: Shenzhen's medical limits of 2025 were not found; they are None with low confidence, not zero."""
    found = real_book().find("440300", Category.EMPLOYEE, Kind.MEDICAL, "1", 202507)
    assert found is not None
    assert (found.base_min_fen, found.base_max_fen, found.confidence) == (None, None, Confidence.LOW)
    assert "未找到" in found.note


def document(**changes: Any) -> dict[str, Any]:
    version = {
        "from": "2026-01",
        "to": "2026-12",
        "base": [5000, "25000.50"],
        "employer": "0.16",
        "employee": "0.08",
        "rounding": "fen_half_up",
        "confidence": {"base": "high", "rate": "high", "rounding": "high"},
        "source": "样例文件",
    }
    return {"city": "样例", "code": "990000", "employee": {"pension": [{**version, **changes}]}}


def test_a_document_becomes_rows() -> None:
    """A4.1: amounts, rates, both roundings, per-unit rates and shared tiers are read exactly."""
    [plain] = parse(document())
    assert (plain.base_min_fen, plain.base_max_fen, plain.employer_rate_min_ppm) == (500_000, 2_500_050, 160_000)
    [both] = parse(document(rounding={"employer": "jiao_up", "employee": "yuan_up_from_jiao"}, employer="per_unit"))
    assert (both.employer_rounding, both.employee_rounding) == (Rounding.JIAO_UP, Rounding.YUAN_UP_FROM_JIAO)
    assert (both.employer_rate_min_ppm, both.employer_rate_max_ppm) == (None, None)
    tiers = {"1": {"employee": "0.02"}, "2": {"note": "二档", "confidence": {"base": "low"}}}
    first, second = parse(document(tiers=tiers))
    assert (first.tier, first.employee_rate_max_ppm, first.confidence) == ("1", 20_000, Confidence.HIGH)
    assert (second.tier, second.employee_rate_max_ppm, second.confidence) == ("2", 80_000, Confidence.LOW)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"from": "2026-13"}, "2026-13"),
        ({"to": "2025-12"}, "早于"),
        ({"base": [25000, 5000]}, "高于"),
        ({"base": 5000}, "base"),
        ({"employer": 0.16}, "加引号"),
        ({"employer": "16"}, "16"),
        ({"rounding": "nearest"}, "nearest"),
        ({"confidence": {"base": "high"}}, "confidence"),
        ({"confidence": {"base": "sure", "rate": "high"}}, "sure"),
        ({"fixed": {"boss": 3}}, "fixed"),
        ({"bsae": [1, 2]}, "bsae"),
    ],
)
def test_a_wrong_document_says_where(changes: dict[str, Any], word: str) -> None:
    """A4.1: what cannot be read is refused with city, kind and the reason, never guessed."""
    with pytest.raises(Refusal) as refused:
        parse(document(**changes))
    [problem] = refused.value.problems
    assert problem.code == "policy_field"
    assert "样例" in problem.message
    assert "养老保险" in problem.message
    assert word in problem.message


def test_unknown_kinds_and_missing_names_are_refused() -> None:
    """A4.1: a misspelt kind or category is not skipped silently."""
    for wrong, code in [
        ({"city": "样例", "code": 990000}, "policy_city"),
        ({"city": "样例", "code": "990000", "employees": {}}, "policy_category"),
        ({"city": "样例", "code": "990000", "employee": {"pensoin": []}}, "policy_kind"),
    ]:
        with pytest.raises(Refusal) as refused:
            parse(wrong)
        assert [p.code for p in refused.value.problems] == [code]


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A4.1: broken YAML and an empty directory are problems; good files beside it do not hide them."""
    with pytest.raises(Refusal) as refused:
        load_policies(tmp_path)
    assert refused.value.problems[0].code == "policies_absent"
    (tmp_path / "good.yaml").write_text((POLICIES / "beijing.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "broken.yaml").write_text("city: [北京", "utf-8")
    with pytest.raises(Refusal) as refused:
        load_policies(tmp_path)
    assert [(p.code, p.field) for p in refused.value.problems] == [("policy_file", "broken.yaml")]
