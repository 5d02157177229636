"""A7.1, A7.2, A7.3: findings against the clerk's table, the share of dispatch, and the reading of rows and sheets."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.money import PPM
from domain.roster import (
    COLUMNS,
    FINDING_LABELS,
    DispatchShare,
    DocumentKind,
    DocumentPlace,
    EntryFacts,
    EntryState,
    Form,
    Paper,
    PostKind,
    RosterKind,
    Surroundings,
    add_months,
    as_cell,
    by_name,
    check_row,
    findings,
    read_sheet,
)
from services.national_rules import load_roster
from tests.domain.policy_samples import POLICIES
from tests.factories import id_number

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "roster.yaml").read_text("utf-8"))
RULES = load_roster(POLICIES / "national")
TODAY = date(2026, 11, 10)
CITIES = {"北京市": "110000", "北京": "110000", "110000": "110000", "上海市": "310000"}


def entry_of(case: dict[str, Any]) -> EntryFacts:
    """The entry of a case."""
    given = case["entry"]
    start, end = given.get("contract", [None, None])
    post = PostKind(given["post"]) if "post" in given else None
    state = EntryState.LEFT if given.get("left") else EntryState.ACTIVE
    return EntryFacts(RosterKind(given["kind"]), state, given["from"], given.get("to"), start, end, post)


def around(case: dict[str, Any]) -> Surroundings:
    """The surroundings of a case; enrolled here unless it says otherwise."""
    papers = tuple(Paper(DocumentKind(k), DocumentPlace(p), *more) for k, p, *more in case.get("papers", []))
    rosters = tuple(RosterKind(k) for k in case.get("rosters", []))
    return Surroundings(
        case.get("here", True),
        case.get("elsewhere", False),
        rosters,
        case.get("rosters_elsewhere", False),
        papers,
        case.get("project_ended", False),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table(case: dict[str, Any]) -> None:
    """A7.1, A7.2, A7.3: exactly the findings that the table lists, each with a remedy in both languages."""
    found = findings(entry_of(case), around(case), RULES, TODAY)
    assert sorted(f"{p.code}:{p.severity}" for p in found) == sorted(case["found"])
    for problem in found:
        assert problem.code in FINDING_LABELS
        assert problem.message
        assert problem.message_en
        assert problem.remedy
        assert problem.remedy_en


def test_every_finding_stands_in_the_table() -> None:
    """A label without a case would be a rule that nobody checked."""
    tried = {line.split(":")[0] for case in CASES for line in case["found"]}
    assert tried == set(FINDING_LABELS)


def test_figures_are_dated_and_have_sources() -> None:
    """A7.1: before a rule's day there is none, and that is said."""
    assert RULES.on("dispatch_contract_months", TODAY).value == 24
    assert RULES.on("temporary_post_months", TODAY).value == 6
    assert RULES.on("dispatch_share", TODAY).value == 100_000
    assert RULES.reminders(TODAY) == (60, 30, 7)
    with pytest.raises(Refusal, match="roster_rule_missing"):
        RULES.on("dispatch_share", date(2014, 2, 28))
    assert not RULES.papers(RosterKind.SUBCONTRACT, date(1998, 2, 28))
    assert all(row.source and row.confidence for row in (*RULES.rules, *RULES.documents))


@pytest.mark.parametrize(
    ("dispatched", "employees", "share", "over", "room"),
    [
        (10, 90, 100_000, False, 0),
        (11, 90, 108_910, True, -1),
        (0, 90, 0, False, 10),
        (1, 0, 1_000_000, True, -1),
        (0, 0, None, False, 0),
        (5, None, None, None, None),
        (1, 9, 100_000, False, 0),
        (1, 8, 111_111, True, -1),
    ],
)
def test_the_share_of_dispatch(
    dispatched: int, employees: int | None, share: int | None, over: bool | None, room: int | None
) -> None:
    """A7.1: dispatched ÷ (employees + dispatched); exactly ten percent is kept, and nothing is made up."""
    found = DispatchShare(dispatched, employees, 100_000)
    assert (found.share_ppm, found.over, found.room) == (share, over, room)


def test_the_arithmetic_is_written_out() -> None:
    assert DispatchShare(12, 90, 100_000).arithmetic == "12 ÷（90 + 12）= 11.76% ＞ 10%"
    assert DispatchShare(10, 90, 100_000).arithmetic == "10 ÷（90 + 10）= 10.00% ≤ 10%"
    assert "未知" in DispatchShare(12, None, 100_000).arithmetic


@given(dispatched=st.integers(0, 10**6), employees=st.integers(0, 10**6), limit=st.integers(1, PPM - 1))
def test_room_and_limit_agree(dispatched: int, employees: int, limit: int) -> None:
    """A7.1: whoever has room left is within the limit, with that many more as well, and with one more not."""
    found = DispatchShare(dispatched, employees, limit)
    assert found.room is not None
    assert found.over == (found.room < 0)
    if found.room >= 0:
        assert not DispatchShare(dispatched + found.room, employees, limit).over
        assert DispatchShare(dispatched + found.room + 1, employees, limit).over


def test_months_end_with_their_month() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 31), -10) == date(2026, 2, 28)


GOOD: dict[RosterKind, dict[str, Any]] = {
    RosterKind.DISPATCH: {
        "dispatcher": "华夏人力有限公司",
        "name": "张三",
        "id_number": id_number(1),
        "phone": "13800000001",
        "post": "保安",
        "post_kind": "临时",
        "from_day": "2026/11/1",
        "contract_start": date(2026, 11, 1),
        "contract_end": "2028-10-31",
        "city": "北京",
    },
    RosterKind.OUTSOURCING_A: {
        "name": "李四",
        "id_number": id_number(2),
        "social_base": "8,500.00",
        "social_from": 202611,
    },
    RosterKind.OUTSOURCING_B: {"name": "王五", "id_number": id_number(3), "contract_start": "2026-01-01"},
    RosterKind.SUBCONTRACT: {
        "name": "赵六",
        "id_number": id_number(4),
        "project": "一号楼",
        "contractor": "某劳务公司",
        "post": "钢筋工",
        "from_day": "20261101",
    },
}


@pytest.mark.parametrize("kind", list(RosterKind))
def test_good_rows(kind: RosterKind) -> None:
    """A7.1, A7.2, A7.3: each kind's own columns are read into one form, and read again they stay the same."""
    checked = check_row(kind, GOOD[kind], TODAY, CITIES)
    assert checked.problems == ()
    cells = {name: as_cell(by_name(kind)[name], value) for name, value in checked.values.items()}
    assert check_row(kind, cells, TODAY, CITIES).values == checked.values
    required = [c.name for c in COLUMNS[kind] if c.required]
    missing = check_row(kind, {}, TODAY, CITIES)
    assert [p.field for p in missing.problems if p.code == "required_missing"] == required


def test_forms_are_kept_apart() -> None:
    """Fen, months, codes and choice values, whatever the sheet held."""
    values = check_row(RosterKind.OUTSOURCING_A, GOOD[RosterKind.OUTSOURCING_A], TODAY, CITIES).values
    assert (values["social_base"], values["social_from"], values["id_kind"]) == (850_000, 202611, "resident_id")
    values = check_row(RosterKind.DISPATCH, GOOD[RosterKind.DISPATCH], TODAY, CITIES).values
    assert (values["post_kind"], values["city"], values["from_day"]) == ("temporary", "110000", "2026-11-01")


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("id_number", 110105199001011240, "id_numeric_form"),
        ("id_number", id_number(1)[:17] + ("0" if id_number(1)[17] != "0" else "1"), "id_checksum"),
        ("phone", "12345", "phone_form"),
        ("post_kind", "长期", "choice_unknown"),
        ("city", "火星市", "city_unknown"),
        ("from_day", "11/12/26", "date_ambiguous"),
        ("contract_end", "2026-10-31", "contract_reversed"),
        ("to_day", "2026-10-31", "roster_days"),
        ("id_kind", "护照", "id_kind_mismatch"),
        ("post", "岗" * 81, "text_long"),
        ("remark", "注" * 201, "text_long"),
        ("name", "", "required_missing"),
    ],
)
def test_bad_cells(column: str, cell: Any, code: str) -> None:
    """A7.1: each with its column and value; a number is never repeated in full."""
    checked = check_row(RosterKind.DISPATCH, {**GOOD[RosterKind.DISPATCH], column: cell}, TODAY, CITIES)
    errors = [p for p in checked.problems if p.severity == "error"]
    assert [(p.code, p.field) for p in errors] == [(code, column)]
    if column == "id_number":
        assert str(cell) not in str(errors)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("social_base", "面议", "amount_unreadable"),
        ("social_base", "0", "amount_range"),
        ("fund_to", "x", "month_unreadable"),
    ],
)
def test_bad_service_cells(column: str, cell: str, code: str) -> None:
    """A7.2: the columns of the two services."""
    checked = check_row(RosterKind.OUTSOURCING_A, {**GOOD[RosterKind.OUTSOURCING_A], column: cell}, TODAY, CITIES)
    assert [(p.code, p.field) for p in checked.problems] == [(code, column)]
    reversed_ = check_row(
        RosterKind.OUTSOURCING_A, {**GOOD[RosterKind.OUTSOURCING_A], "social_to": "2026-10"}, TODAY, CITIES
    )
    assert [p.code for p in reversed_.problems] == ["roster_months"]


def test_a_sheet_is_found_by_its_headers() -> None:
    """A7.2: synonyms, a title above, both contract days in one column, and headers that nobody knows."""
    rows = [
        ["人事外包花名册"],
        ["员工姓名", "身份证号", "社保基数（元）", "合同起止", "星座", "手机"],
        ["李四", id_number(2), 8500, "2026-01-01至2027-12-31", "狮子", "13800000001"],
        [None, "", None],
        ["王五", id_number(3), None, None, None, None],
    ]
    sheet = read_sheet(RosterKind.OUTSOURCING_A, [([["说明"]], 1), (rows, 4)])
    assert [row_no for row_no, _ in sheet.rows] == [6, 8]
    cells = sheet.rows[0][1]
    assert (cells["contract_start"], cells["contract_end"], cells["social_base"]) == ("2026-01-01", "2027-12-31", 8500)
    assert (sheet.unknown, sheet.headers["name"]) == (("星座",), "员工姓名")
    with pytest.raises(Refusal, match="roster_header"):
        read_sheet(RosterKind.DISPATCH, [([["姓名", "手机"]], 1)])
    with pytest.raises(Refusal, match="rows_missing"):
        read_sheet(RosterKind.DISPATCH, [(rows[:2], 1)])


def test_columns_are_sound() -> None:
    """Each column once, both labels, choices where they belong, and every sensitive one masked."""
    for columns in COLUMNS.values():
        names = [c.name for c in columns]
        assert len(names) == len(set(names))
        assert all(c.label and c.label_en for c in columns)
        assert all(bool(c.choices) == (c.form is Form.CHOICE) for c in columns)
        assert {c.name for c in columns if c.sensitive} == {"id_number", "phone"}
