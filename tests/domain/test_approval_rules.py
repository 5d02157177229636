"""A4.5: which flow applies, who sits at a step, and what is wrong with a flow, against the clerk's table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.approval_flow import (
    Approver,
    ApproverKind,
    Ballot,
    Conditions,
    Mode,
    Person,
    Request,
    Seat,
    Step,
    best,
    complete,
    covered,
    default_steps,
    matches,
    seat,
    skippable,
)
from domain.approval_form import Known, NewFlow, check_flow
from domain.money import parse_yuan

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "approval.yaml").read_text("utf-8"))
PATH = "/1/5/"
NAMES = "甲乙丙丁"


def fen(text: str | None) -> int | None:
    return None if text is None else parse_yuan(text)


@pytest.mark.parametrize("case", CASES["choose"], ids=lambda case: case["name"])
@pytest.mark.parametrize("backwards", [False, True])
def test_the_most_specific_flow_wins(case: dict[str, Any], backwards: bool) -> None:
    """A4.5: whatever order the flows are stored in."""
    names = dict(enumerate(case["flows"], 1))
    flows = [
        Conditions(
            about.get("priority", 0),
            about.get("branch"),
            about.get("city"),
            fen(about.get("min")),
            fen(about.get("max")),
            about.get("at", 0),
            number,
        )
        for number, about in enumerate(case["flows"].values(), 1)
    ]
    found = best(
        reversed(flows) if backwards else flows, case["company"], case.get("city"), fen(case.get("amount", "0")) or 0
    )
    assert (names[found.id] if found else None) == case["wins"]


def entry(text: str) -> Approver:
    kind, value = text.split()
    return Approver(ApproverKind(kind), str(NAMES.index(value) + 1) if kind == "staff" else value)


def someone(name: str, about: dict[str, Any]) -> Person:
    scope = about.get("scope")
    return Person(
        NAMES.index(name) + 1,
        name,
        frozenset(about.get("permissions", ())),
        frozenset(about.get("roles", ())),
        None if scope is None else tuple(scope),
    )


@pytest.mark.parametrize("case", CASES["seats"], ids=lambda case: case["name"])
def test_who_sits_at_a_step(case: dict[str, Any]) -> None:
    """A4.5: any or all, deputies, and nobody for themselves."""
    people = {name: someone(name, about) for name, about in case["people"].items()}
    step = Step("审核", tuple(entry(a) for a in case["approvers"]), Mode(case["mode"]))
    requester = people[case["requester"]].staff_id if "requester" in case else 99
    known = {p.staff_id: p for p in people.values()}
    ballots: list[Ballot] = []
    for name, expected in case["votes"]:
        principals = [people[n] for n in case["people"][name].get("for", ())]
        place = seat(step, ballots, people[name], principals, known, Request(PATH, requester))
        if isinstance(place, Seat):
            behalf = place.on_behalf_of_id
            assert (f"代{known[behalf].name}" if behalf else "自己") == expected
            ballots.append(Ballot(1, people[name].staff_id, behalf, True))
        else:
            assert place.code == expected
    ayes = [known[b.principal_id] for b in ballots]
    assert complete(step, ayes, PATH) == case["complete"]


@pytest.mark.parametrize("case", CASES["skip"], ids=lambda case: case["name"])
def test_a_step_that_the_same_person_would_repeat(case: dict[str, Any]) -> None:
    step = Step("复核", tuple(entry(a) for a in case["approvers"]), Mode(case["mode"]), skip_if_same=case["skip"])
    assert skippable(step, [someone(n, a) for n, a in case["ayes"].items()], PATH) == case["skipped"]


PERSONS = st.builds(Person, st.integers(1, 9), st.just("某"), st.frozensets(st.sampled_from("abc")))
STEPS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(
    lambda values: Step("步", tuple(Approver(ApproverKind.PERMISSION, v) for v in values), Mode.ALL)
)


@given(step=STEPS, people=st.lists(PERSONS, max_size=4))
def test_covering_is_the_best_there_is(step: Step, people: list[Person]) -> None:
    """As many entries as trying out every assignment finds, in whatever order the people spoke."""

    def tried(left: tuple[Approver, ...], rest: list[Person]) -> int:
        if not left:
            return 0
        found = tried(left[1:], rest)
        for n, person in enumerate(rest):
            if left[0].value in person.permissions:
                found = max(found, 1 + tried(left[1:], rest[:n] + rest[n + 1 :]))
        return found

    assert covered(step, people, PATH) == tried(step.approvers, people) == covered(step, people[::-1], PATH)


@given(
    flows=st.lists(
        st.builds(
            Conditions,
            st.integers(-2, 2),
            st.sampled_from([None, "/1/", "/1/5/", "/2/"]),
            st.sampled_from([None, "310000", "110000"]),
            st.one_of(st.none(), st.integers(0, 300)),
            st.one_of(st.none(), st.integers(1, 300)),
            st.integers(0, 3),
            st.integers(1, 10**6),
        ),
        max_size=6,
        unique_by=lambda f: f.id,
    ),
    amount=st.integers(0, 320),
)
def test_the_chosen_flow_applies_and_no_stronger_one_does(flows: list[Conditions], amount: int) -> None:
    found = best(flows, "/1/5/", "310000", amount)
    applying = [f for f in flows if matches(f, "/1/5/", "310000", amount)]
    assert (found is None) == (not applying)
    if found is not None:
        assert found in applying
        assert found.priority == max(f.priority for f in applying)


def test_the_default_is_one_step_for_whoever_may_approve() -> None:
    [step] = default_steps("batch")
    assert step.approvers == (Approver(ApproverKind.PERMISSION, "batch.approve"),)
    assert (step.mode, step.hours, step.days) == (Mode.ANY, 0, 0)


KNOWN = Known(frozenset({"batch.approve"}), frozenset({"reviewer"}), frozenset({"7"}), frozenset({"310000"}))
REVIEWER = Approver(ApproverKind.ROLE, "reviewer")
SEVEN = Approver(ApproverKind.STAFF, "7")
STEP = Step("主管", (REVIEWER,))
FLOW = NewFlow("batch", "通用", (STEP,))


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (FLOW, []),
        (replace(FLOW, business="lunch"), [("business_invalid", "business")]),
        (replace(FLOW, name=" "), [("name_invalid", "name")]),
        (replace(FLOW, name="名" * 81), [("name_invalid", "name")]),
        (replace(FLOW, priority=1001), [("priority_invalid", "priority")]),
        (replace(FLOW, city_code="999999"), [("city_unknown", "cityCode")]),
        (replace(FLOW, city_code="310000"), []),
        (replace(FLOW, min_fen=100, max_fen=100), [("amount_band_invalid", "maxAmount")]),
        (replace(FLOW, max_fen=0), [("amount_band_invalid", "maxAmount")]),
        (replace(FLOW, min_fen=100, max_fen=101), []),
        (replace(FLOW, min_fen=-1), [("amount_invalid", "minAmount")]),
        (replace(FLOW, steps=()), [("steps_invalid", "steps")]),
        (replace(FLOW, steps=(STEP,) * 10), []),
        (replace(FLOW, steps=(STEP,) * 11), [("steps_invalid", "steps")]),
        (replace(FLOW, steps=(STEP, Step("空", ()))), [("approvers_invalid", "steps.1.approvers")]),
        (replace(FLOW, steps=(Step(" ", (REVIEWER,)),)), [("step_name_invalid", "steps.0.name")]),
        (
            replace(
                FLOW,
                steps=(
                    Step(
                        "都不认识",
                        (
                            Approver(ApproverKind.PERMISSION, "batch.destroy"),
                            Approver(ApproverKind.ROLE, "emperor"),
                            Approver(ApproverKind.STAFF, "8"),
                        ),
                    ),
                ),
            ),
            [("approver_invalid", f"steps.0.approvers.{n}") for n in range(3)],
        ),
        (replace(FLOW, steps=(replace(STEP, approvers=(REVIEWER, REVIEWER), mode=Mode.ALL),)), []),
        (
            replace(FLOW, steps=(replace(STEP, approvers=(REVIEWER, REVIEWER)),)),
            [("approver_repeated_invalid", "steps.0.approvers")],
        ),
        (
            replace(FLOW, steps=(replace(STEP, approvers=(SEVEN, SEVEN), mode=Mode.ALL),)),
            [("approver_repeated_invalid", "steps.0.approvers")],
        ),
        (replace(FLOW, steps=(replace(STEP, hours=-1),)), [("hours_invalid", "steps.0.hours")]),
        (replace(FLOW, steps=(replace(STEP, days=251),)), [("days_invalid", "steps.0.days")]),
        (replace(FLOW, steps=(replace(STEP, hours=2, days=1),)), [("limit_invalid", "steps.0.days")]),
        (
            replace(FLOW, steps=(replace(STEP, escalate_to="batch.approve"),)),
            [("escalation_invalid", "steps.0.escalateTo")],
        ),
        (
            replace(FLOW, steps=(replace(STEP, hours=1, escalate_to="nobody.knows"),)),
            [("escalation_invalid", "steps.0.escalateTo")],
        ),
    ],
)
def test_everything_wrong_with_a_flow_at_its_field(flow: NewFlow, expected: list[tuple[str, str]]) -> None:
    """A4.5: saving validates everything."""
    found = check_flow(flow, KNOWN)
    assert [(p.code, p.field) for p in found] == expected
    assert all(p.message and p.message_en and p.remedy and p.remedy_en for p in found)
