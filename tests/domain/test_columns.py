"""A1.2, A1.3: headers as bureaus and client companies write them, in any order, below titles and notes."""

from __future__ import annotations

import pytest

from domain.columns import (
    FIELDS,
    KIND_FIELDS,
    CellValue,
    ImportKind,
    column_of,
    field_spec,
    find_header,
    header_names,
    map_columns,
    mapping_notices,
    missing_required,
    normalize_header,
    template_columns,
)
from domain.policy import Kind

ENROLL, TERMINATE = ImportKind.ENROLL, ImportKind.TERMINATE

# Headers of real forms (domain.md §2), with the field that each column means.
BEIJING = {
    "序号": None,
    "* 姓名": "name",
    "性别": "sex",
    "公民身份号码": "id_number",
    "缴费人员类别": "category",
    "参加险种": "kinds",
    "个人缴费（恢复）原因": "enroll_reason",
    "申报月工资收入\n（元）": "base",
    "增加日期": "start_month",
}
SHANGHAI_FUND = {
    "序号": None,
    "变更类型": "enroll_reason",
    "姓名": "name",
    "证件类型": "id_kind",
    "证件号码": "id_number",
    "出生日期": "birth",
    "性别": "sex",
    "公积金账号": "housing_account",
    "每月应缴额": None,
    "工资收入": "base",
    "缴存比例": "housing_rate",
}
CHENGDU = {
    "姓名": "name",
    "身份证号码": "id_number",
    "人员类别": "category",
    "文化程度": "education",
    "参保时间": "start_month",
    "申报工资": "base",
    "电话": "phone",
}
OUTSOURCING = {
    "公司": None,
    "部门": "department",
    "姓名": "name",
    "证件类型": "id_kind",
    "证件号": "id_number",
    "手机": "phone",
    "工作地": None,
    "合作方式": "legal_basis",
    "合同起止": "contract_period",
    "缴金地": "city",
    "社保基数": "base",
    "服务起始月": "start_month",
    "账单起始月": None,
}
CHENGDU_STOP = {
    "姓名": "name",
    "个人客户号": "housing_account",
    "身份证号": "id_number",
    "停缴月份": "last_month",
    "停缴原因": "stop_reason",
}


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        pytest.param(ENROLL, BEIJING, id="北京 参保人员增加表"),
        pytest.param(ENROLL, SHANGHAI_FUND, id="上海 公积金汇缴变更清册"),
        pytest.param(ENROLL, CHENGDU, id="成都 社保增员"),
        pytest.param(ENROLL, OUTSOURCING, id="外包花名册"),
        pytest.param(TERMINATE, CHENGDU_STOP, id="成都 停缴"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_real_forms_are_mapped_in_any_order(kind: ImportKind, headers: dict[str, str | None], backwards: bool) -> None:
    """A1.2: every column of the real forms finds its field, whatever the order; strange columns find none."""
    names = list(reversed(headers)) if backwards else list(headers)
    mapping = map_columns(names, kind)
    assert {column.index: column.field for column in mapping} == {i: headers[name] for i, name in enumerate(names)}
    assert not missing_required(mapping, kind)


@pytest.mark.parametrize("kind", ImportKind)
def test_every_label_and_synonym_means_one_field(kind: ImportKind) -> None:
    """A1.2: no header of our own lists is ambiguous, and each finds its field with full marks."""
    seen: dict[str, str] = {}
    for spec in FIELDS[kind]:
        for text in (spec.label, *spec.synonyms):
            assert seen.setdefault(normalize_header(text), spec.name) == spec.name, text
            (column,) = map_columns([text], kind)
            assert (column.field, column.score) == (spec.name, 100.0), text


def test_titles_notes_and_blank_lines_above_the_header_are_skipped() -> None:
    """A1.2: the header is found below merged titles and notes, and not in the people below it."""
    rows: list[list[CellValue]] = [
        ["2026年11月 参保人员增加表", None, None, None],
        [None, None, None, None],
        ["说明：姓名与证件号码须与身份证一致，手机号必填", None, None, None],
        ["填报单位：晨光科技", None, "联系电话：", None],
        ["姓名", "公民身份号码", "申报月工资收入(元)", "部门"],
        ["陈思远", "110105199001011240", 8500, "研发部"],
    ]
    assert find_header(rows, ENROLL) == 4
    assert find_header(rows[5:], ENROLL) is None
    assert find_header([], ENROLL) is None


def test_header_further_down_than_thirty_rows_is_not_looked_for() -> None:
    """A1.2: beyond thirty rows it is data; the user is asked instead."""
    rows: list[list[CellValue]] = [["x"]] * 30 + [["姓名", "身份证号", "基数"]]
    assert find_header(rows, ENROLL) is None
    assert find_header(rows[1:], ENROLL) == 29


def test_two_line_header_of_the_beijing_form() -> None:
    """A1.2: 参加险种 over 养老, 失业 … is one column for each kind, and data begins below the second line."""
    rows: list[list[CellValue]] = [
        ["序号", "姓名", "公民身份号码", "参加险种", None, None, None, None, "申报月工资收入(元)"],
        [None, None, None, "养老", "失业", "工伤", "生育", "医疗", None],
        [1, "陈思远", "110105199001011240", "√", "√", "√", "√", "√", 8500],
    ]
    names, start = header_names(rows, 0, ENROLL)
    assert start == 2
    assert names[3:9] == (
        "参加险种/养老",
        "参加险种/失业",
        "参加险种/工伤",
        "参加险种/生育",
        "参加险种/医疗",
        "申报月工资收入(元)",
    )
    fields = [column.field for column in map_columns(names, ENROLL)]
    kinds = ["kind_pension", "kind_unemployment", "kind_work_injury", "kind_maternity", "kind_medical"]
    assert fields == [None, "name", "id_number", *kinds, "base"]


def test_two_line_header_tells_the_two_bases_apart() -> None:
    """A1.2: 基数 under 社保 and 基数 under 公积金 are different fields."""
    rows: list[list[CellValue]] = [
        ["姓名", "证件号", "社保", None, "公积金", None],
        [None, None, "基数", "服务起始月", "基数", "档次/比例"],
        ["陈思远", "110105199001011240", 8500, "2026-11", 9000, "12%"],
    ]
    names, start = header_names(rows, 0, ENROLL)
    fields = [column.field for column in map_columns(names, ENROLL)]
    assert (start, fields) == (2, ["name", "id_number", "base", "start_month", "housing_base", "housing_rate"])


def test_one_line_header_is_left_as_it_is() -> None:
    """A1.2: a first person without a name is a row with an error, not a second header line."""
    rows: list[list[CellValue]] = [["姓名", "身份证号", "基数"], [None, "110105199001011240", 8500]]
    assert header_names(rows, 0, ENROLL) == (("姓名", "身份证号", "基数"), 1)


def test_likeness_and_its_limits() -> None:
    """A1.2: a slip in a header is guessed with a score below 100; different dates are not mixed up."""
    guess, rate, other = map_columns(["公民身份证号号码", "公积金缴存比列", "离岗体检日期"], ENROLL)
    assert (guess.field, rate.field, other.field) == ("id_number", "housing_rate", None)
    assert guess.score < 100
    assert rate.score < 100
    # 参保时间 in a sheet of leavers is when they came, not when they left.
    assert [column.field for column in map_columns(["参保时间"], TERMINATE)] == [None]


def test_no_field_is_given_twice() -> None:
    """A1.2: of two columns that mean the same the first is used, and an exact name goes before a likeness."""
    fields = [column.field for column in map_columns(["联系人电话", "手机号", "手机"], ENROLL)]
    assert fields == [None, "phone", None]


def test_what_the_user_chose_before_comes_first() -> None:
    """A1.2: remembered headers win over names; a header remembered as unused stays unused."""
    remembered = {"编制工资": "base", "工资": "", "手机 ": "remark", "没有的列": "name", "姓名": "不存在的字段"}
    mapping = map_columns(["编制工资", "工资", "手机", "姓名"], ENROLL, remembered)
    assert [column.field for column in mapping] == ["base", None, "remark", "name"]
    assert mapping[1].score == 100


def test_missing_columns_are_named_with_what_was_seen() -> None:
    """A1.2: the problem says which column is missing, which were there, and what to do."""
    problems = missing_required(map_columns(["姓名", "部门"], ENROLL), ENROLL)
    assert [(found.code, found.field) for found in problems] == [
        ("column_missing", "id_number"),
        ("column_missing", "base"),
    ]
    assert all("姓名、部门" in found.message and found.remedy and found.remedy_en for found in problems)
    assert [found.field for found in missing_required((), TERMINATE)] == [
        "name",
        "id_number",
        "last_month",
        "stop_reason",
    ]


def test_meaning_of_the_stop_month_is_said_once() -> None:
    """A1.3: 停保月 could be the first month not paid; the sheet is told how it is read, 最后缴费月 needs no word."""
    headers = ["姓名", "身份证号", "停保月", "原因"]
    (notice,) = mapping_notices(map_columns(headers, TERMINATE), TERMINATE)
    assert (notice.code, notice.column) == ("last_month_meaning", "停保月")
    assert not mapping_notices(map_columns(["姓名", "最后缴费月(必填)"], TERMINATE), TERMINATE)


def test_place_of_a_problem_by_field() -> None:
    """A1.2: a problem about the kinds is shown at the first column that asks for one."""
    mapping = map_columns(["姓名", "养老", "医疗"], ENROLL)
    found = [column_of(mapping, field) for field in ("name", "kinds", "city", None)]
    assert [column.index if column else None for column in found] == [0, 1, None, None]


def test_every_kind_of_insurance_has_its_column() -> None:
    """B2: a kind that exists can be asked for in a sheet."""
    assert set(KIND_FIELDS) == {f"kind_{kind}" for kind in Kind}


def test_template_is_understood_by_the_import() -> None:
    """A1.2, A1.3: our own template maps completely, and identity columns are text."""
    for kind in ImportKind:
        columns = template_columns(kind, cities=("北京",), stop_reasons=("辞职",))
        mapping = map_columns([column.header for column in columns], kind)
        assert all(column.field and column.score == 100 for column in mapping)
        assert not missing_required(mapping, kind)
        for column, mapped in zip(columns, mapping, strict=True):
            spec = field_spec(kind, mapped.field or "")
            assert spec is not None
            assert column.required == spec.required
            assert column.text or not spec.sensitive
    by_name = {column.header: column for column in template_columns(ENROLL, cities=("北京", "上海"))}
    assert by_name["参保城市"].choices == ("北京", "上海")
    assert by_name["养老"].choices == ("是", "否")
