"""A3.1, A3.2, E9: channels, row states, housing-fund acts and result words against the clerk's table; layouts."""

from __future__ import annotations

import io
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from domain.columns import ImportKind
from domain.deadline import Terms
from domain.declaration import (
    Channel,
    DeclarationLine,
    Verdict,
    channels_of,
    fingerprint,
    guess_columns,
    guess_word,
    read_table,
    row_state,
)
from domain.errors import Refusal
from domain.housing_account import AccountState, HousingAct, Known, act_for, state_after
from domain.policy import Kind
from domain.precheck import CheckedRow, StopReason
from integrations.bureau import WorkbookBureau
from services.national_rules import load_deadlines
from tests.domain.policy_samples import POLICIES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "declaration.yaml").read_text("utf-8"))
LAYOUTS = POLICIES / "declaration"
BUREAU = WorkbookBureau(LAYOUTS)
ROW = CheckedRow(
    row_no=4,
    cells=(),
    name="张三",
    id_kind="resident_id",
    id_number="11010519491231002X",
    birth=date(1949, 12, 31),
    sex="female",
    phone="13900000001",
    base_fen=1_000_050,
    housing_rate_ppm=125_000,
    city_code="110000",
    start_month=202611,
    last_month=202612,
    stop_reason="transferred",
)
# The columns that real sheets of these cities have.
COLUMNS = {
    ("hr", "enroll", "110000"): (
        "序号 姓名 性别 公民身份号码 缴费人员类别 养老 失业 工伤 生育 医疗"
        " 个人缴费（恢复）原因 申报月工资收入（元） 增加日期"
    ),
    ("fund", "enroll", "310000"): (
        "序号 变更类型 姓名 证件类型 证件号码 出生日期 性别 公积金账号 每月应缴额 工资收入 缴存比例"
    ),
    ("fund", "terminate", "310000"): "账号 姓名 摘要 每月应缴额",
    ("hr", "enroll", "510100"): "姓名 身份证号码 人员类别 文化程度 参保时间 申报工资 电话",
    ("fund", "terminate", "510100"): "个人客户号 姓名 生效时间 原因",
}


def named(rows: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=row["name"]) for row in rows]


@pytest.mark.parametrize("case", named(CASES["channels"]))
def test_channels_of_a_row(case: dict[str, Any]) -> None:
    """A3.1: a row concerns the channels of its kinds, and tax for any social kind."""
    assert [c.value for c in channels_of(map(Kind, case["kinds"]))] == case["channels"]


@pytest.mark.parametrize("case", named(CASES["states"]))
def test_where_a_row_stands(case: dict[str, Any]) -> None:
    """A3.1: correction before silence before failure; tax decides nothing."""
    said = {Channel(c): Verdict(v) for c, v in case["said"].items()}
    assert row_state(map(Channel, case["concerned"]), said).value == case["state"]


@pytest.mark.parametrize("case", named(CASES["housing"]))
def test_what_happens_to_an_account(case: dict[str, Any]) -> None:
    """E9: the act that a change asks for, and the state after it."""
    state = AccountState(case["state"]) if "state" in case else None
    known = Known(state, case.get("company"), case.get("elsewhere", False))
    reason = StopReason(case["reason"]) if "reason" in case else None
    numbered = case.get("number", False)
    act = act_for(ImportKind(case["change"]), known, 1, number_given=numbered, reason=reason)
    assert act == (HousingAct(case["act"]) if case["act"] else None)
    if act is not None:
        assert state_after(act, numbered=numbered).value == case["after"]


def test_result_words() -> None:
    """A3.1: plain words are known, others are asked for."""
    for meaning, words in CASES["words"].items():
        for word in words:
            assert guess_word(word) == (None if meaning == "unknown" else Verdict(meaning)), word


@pytest.mark.parametrize("case", named(CASES["headers"]))
def test_result_headers(case: dict[str, Any]) -> None:
    """A3.1: columns by their names, below a title, with the fingerprint of the layout."""
    found = {name: index for name, index in asdict(guess_columns(case["headers"])).items() if index is not None}
    assert found == case["columns"]
    table = read_table([["2026 年 11 月反馈"], [], case["headers"], ["x"] * len(case["headers"])], first_row=1)
    assert table is not None
    assert table.headers == tuple(case["headers"])
    assert [row_no for row_no, _ in table.rows] == [4]
    spaced = [f" {h} " for h in case["headers"]]
    assert fingerprint(spaced) == fingerprint(case["headers"]) != fingerprint([*case["headers"], "新列"])


@pytest.mark.parametrize("place", list(COLUMNS), ids=str)
def test_columns_of_real_sheets(place: tuple[str, str, str]) -> None:
    """A3.1: 北京、上海、成都 with exactly their columns."""
    channel, change, city = place
    layout = BUREAU.layout(Channel(channel), ImportKind(change), city)
    assert layout is not None
    assert layout.cities == {city}
    assert [c.header for c in layout.columns] == COLUMNS[place].split()


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("change", [ImportKind.ENROLL, ImportKind.TERMINATE])
def test_every_channel_has_a_general_sheet(channel: Channel, change: ImportKind) -> None:
    """A3.1: a city without a sheet of its own gets the general one, with its people in it as text."""
    layout = BUREAU.layout(channel, change, "999999")
    assert layout is not None
    assert not layout.cities
    form = BUREAU.begin(layout, "某公司", 202611)
    line = DeclarationLine(ROW, frozenset({Kind.PENSION}), 202611, "999999", "某市")
    form.add([line])
    form.add([line])
    filed = form.done()
    cells = list(load_workbook(io.BytesIO(filed.content or b"")).worksheets[0].iter_rows(values_only=True))
    told = dict(zip(cells[2], cells[4], strict=True))
    assert (told["序号"], told["证件号码"]) == (2, "11010519491231002X")
    assert layout.title == cells[0][0]


def test_shanghai_says_what_is_done_with_the_account() -> None:
    """E9: 摘要 is 转出, the rate a percentage, and what is not known is counted and left empty."""
    layout = BUREAU.layout(Channel.FUND, ImportKind.TERMINATE, "310000")
    assert layout is not None
    form = BUREAU.begin(layout, "某公司", 202611)
    line = DeclarationLine(ROW, frozenset({Kind.HOUSING_FUND}), 202611, fund_act=HousingAct.TRANSFER_OUT)
    form.add([line])
    filed = form.done()
    cells = list(load_workbook(io.BytesIO(filed.content or b"")).worksheets[0].iter_rows(values_only=True))
    assert cells[3] == (None, "张三", "转出", None)
    assert filed.missing == {"账号": 1, "每月应缴额": 1}
    assert filed.number is None


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("beijing.yaml", "field: name", "field: nom", "declaration_field"),
        ("beijing.yaml", "key: beijing_medical_enroll", "key: beijing_hr_enroll", "declaration_field"),
        ("beijing.yaml", "yyyy.mm.dd", "dd/mm", "declaration_field"),
        ("beijing.yaml", "channel: hr", "channel: post", "declaration_field"),
        ("beijing.yaml", "layouts:", "tables:", "declaration_file"),
        ("beijing.yaml", "layouts:", "layouts: [", "declaration_file"),
        ("channels.yaml", "[housing_fund, supplementary_housing_fund]", "[housing_fund]", "declaration_field"),
        ("channels.yaml", "default:", "usual:", "declaration_field"),
    ],
)
def test_a_slip_in_a_layout_is_named(tmp_path: Path, file: str, old: str, new: str, code: str) -> None:
    """A3.1: the product does not start with a layout that it misreads."""
    shutil.copytree(LAYOUTS, tmp_path, dirs_exist_ok=True)
    path = tmp_path / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Refusal) as refused:
        WorkbookBureau(tmp_path)
    assert {p.code for p in refused.value.problems} == {code}
    assert all(file in p.message for p in refused.value.problems)


def test_a_city_may_register_otherwise(tmp_path: Path) -> None:
    """A3.1: a city whose 人社 registers medical too uses no medical channel."""
    shutil.copytree(LAYOUTS, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "channels.yaml"
    own = (
        "cities:\n  '999999':\n    hr: [pension, unemployment, work_injury, medical, maternity, large_medical]\n"
        "    fund: [housing_fund, supplementary_housing_fund]\n    source: 试验\n"
    )
    path.write_text(path.read_text("utf-8").replace("cities: {}", own), "utf-8")
    bureau = WorkbookBureau(tmp_path)
    assert bureau.plan("999999").of([Kind.MEDICAL]) == (Channel.HR,)
    assert bureau.plan("110000").of([Kind.MEDICAL]) == (Channel.MEDICAL, Channel.TAX)


def test_terms_are_dated_and_sourced() -> None:
    """E5: three business days by default; a term nobody gave is a refusal."""
    terms = load_deadlines(POLICIES / "national")
    term = terms.on("feedback", date(2026, 11, 10))
    assert (term.days, bool(term.source)) == (3, True)
    for missing in (lambda: terms.on("feedback", date(2019, 1, 1)), lambda: Terms(()).on("feedback", date(2026, 1, 1))):
        with pytest.raises(Refusal, match="term_missing"):
            missing()
