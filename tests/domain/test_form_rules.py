"""A3.1, A3.2: which answers to a questionnaire are taken, and which groups of leavers are shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.form import FEWEST, check_answers, merged, month_of, shown_masked
from domain.form_questions import QUESTIONS, Answer, Form
from domain.listing import LISTINGS
from domain.permission import PERMISSIONS
from domain.preference import check_saved

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "form.yaml").read_text("utf-8"))
TODAY = date(2026, 11, 22)


def _values(values: list[Any]) -> list[str]:
    return ["字" * v["long"] if isinstance(v, dict) else str(v) for v in values]


@pytest.mark.parametrize("case", TABLE["answers"], ids=lambda c: c["name"])
def test_answers(case: dict[str, Any]) -> None:
    base = {} if case.get("empty") else TABLE["base"][case["form"]] | case.get("changes", {})
    form = Form(case["form"])
    clean, problems = check_answers(form, {name: _values(values) for name, values in base.items()}, TODAY)
    said = [f"{p.code} {p.field}" for p in problems]
    assert all(p.message and p.message_en and p.remedy and p.remedy_en for p in problems)
    if "first" in case:
        assert said[0] == case["first"]
        return
    assert said == case.get("problems", [])
    for name, values in case.get("kept", {}).items():
        assert clean[name] == tuple(values)
    assert not set(case.get("without", [])) & set(clean)
    if not problems:
        assert month_of(form, clean) == 202611


@pytest.mark.parametrize("case", TABLE["merged"], ids=lambda c: c["name"])
def test_small_groups_are_merged(case: dict[str, Any]) -> None:
    assert merged(case["counts"]) == (case["shown"], case["others"])


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 8), max_size=8))
def test_no_group_is_small_and_nobody_is_lost(counts: dict[str, int]) -> None:
    shown, others = merged(counts)
    assert all(n >= FEWEST for n in shown.values())
    if others is None:
        assert sum(counts.values()) < FEWEST
        assert not shown
    else:
        assert sum(shown.values()) + others == sum(counts.values())
        assert others == 0 or others >= FEWEST


def test_questions_refer_to_earlier_ones_and_sensitive_answers_are_masked() -> None:
    for questions in QUESTIONS.values():
        seen: set[str] = set()
        for question in questions:
            for named in (question.asked_if and question.asked_if[0], question.among):
                assert named is None or named in seen, question.name
            assert question.name not in seen
            seen.add(question.name)
            if question.answer is Answer.PHONE:
                assert shown_masked(question, ["13900001234"]) == ("1*********4",)


def test_every_list_has_a_permission_that_exists() -> None:
    assert {entry.permission for entry in LISTINGS.values()} <= set(PERMISSIONS)


@pytest.mark.parametrize(
    ("name", "query", "codes"),
    [
        ("本月增员", '{"state": "EFFECTIVE"}', []),
        (" ", "{}", ["filter_name"]),
        ("x" * 61, "{}", ["filter_name"]),
        ("a", "[]", ["filter_form"]),
        ("a", "{", ["filter_form"]),
        ("a", '{"a": "' + "x" * 4096 + '"}', ["filter_long"]),
        ("a", '{"search": "13900001234"}', ["filter_personal"]),
        ("a", '{"deep": [{"search": "11010519491231002X"}]}', ["filter_personal"]),
        ("a", '{"search": "6222 0212 3456 7890 128"}', ["filter_personal"]),
        ("a", '{"search": "张三", "first": 100}', []),
    ],
)
def test_what_a_saved_filter_may_hold(name: str, query: str, codes: list[str]) -> None:
    assert [p.code for p in check_saved(name, query)] == codes
