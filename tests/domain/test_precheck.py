"""B4 accuracy check: the case table of cases/precheck.yaml, and what concerns the sheet as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.columns import ColumnMapping, ImportKind, map_columns, missing_required
from domain.errors import Problem, Severity
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from domain.precheck import CheckedRow, DuplicateFinder, PrecheckContext, find_duplicates, iter_rows, precheck_row

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "precheck.yaml").read_text(encoding="utf-8"))
KINDS = {
    "养老": Kind.PENSION,
    "医疗": Kind.MEDICAL,
    "失业": Kind.UNEMPLOYMENT,
    "工伤": Kind.WORK_INJURY,
    "生育": Kind.MATERNITY,
    "公积金": Kind.HOUSING_FUND,
    "补充公积金": Kind.SUPPLEMENTARY_HOUSING_FUND,
}
SUFFIX = {Severity.ERROR: "", Severity.WARNING: " (警告)", Severity.NOTICE: " (提示)"}


def book() -> PolicyBook:
    return PolicyBook(
        PolicyVersion(city_code=code, city=city, category=Category.EMPLOYEE, kind=Kind.PENSION, effective_from=202401)
        for code, city in (("110000", "北京"), ("440300", "深圳"))
    )


def context(kind: ImportKind, **changes: Any) -> PrecheckContext:
    known: dict[str, Any] = {
        "kind": kind,
        "today": TABLE["today"],
        "declaration_month": BillingMonth.parse(TABLE["declaration_month"]),
        "book": book(),
        "default_city_code": "110000",
        "scheme_names": frozenset({"北京标准", "深圳标准"}),
    }
    return PrecheckContext(**(known | changes))


def check(kind: ImportKind, row: dict[str, Any], **changes: Any) -> CheckedRow:
    mapping = map_columns(list(row), kind)
    return precheck_row(list(row.values()), mapping, 7, context(kind, **changes))


def cases() -> list[Any]:
    found = []
    for kind in ImportKind:
        for case in TABLE[kind.value]["cases"]:
            row = TABLE[kind.value]["good"] | case.get("row", {})
            found.append(pytest.param(kind, row, case, id=f"{kind.value}-{case['name']}"))
    return found


def written(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{found.column}: {found.code}{SUFFIX[found.severity]}" for found in problems]


@pytest.mark.parametrize(("kind", "row", "case"), cases())
def test_case_table(kind: ImportKind, row: dict[str, Any], case: dict[str, Any]) -> None:
    """B4, A1.2, A1.3: every case of the table reads what it says and names exactly the problems it lists."""
    checked = check(kind, row)
    assert sorted(written(checked.problems)) == sorted(case.get("problems", []))
    for name, value in case.get("reads", {}).items():
        assert getattr(checked, name) == value, name
    for name, value in case.get("extra", {}).items():
        assert checked.extra[name] == value, name
    if "kinds" in case:
        assert checked.kinds == {KINDS[name] for name in case["kinds"]}
    assert checked.ok == all("(" in text.split(": ")[1] for text in case.get("problems", []))


@pytest.mark.parametrize(("kind", "row", "case"), cases())
def test_problems_are_placed_explained_and_masked(kind: ImportKind, row: dict[str, Any], case: dict[str, Any]) -> None:
    """B4, T7: a problem names row and header, says in both languages what to do, and shows no number in full."""
    for found in check(kind, row).problems:
        assert (found.row, found.column in row) == (7, True)
        assert found.message
        assert found.message_en
        assert found.remedy
        assert found.remedy_en
        for field in ("公民身份号码", "身份证号", "手机号"):
            number = str(row.get(field) or "")
            if len(number) > 8:
                assert number not in f"{found.message}{found.message_en}{found.value}"


def test_cells_are_kept_as_seen() -> None:
    """B6: the preview shows what stands in the sheet, not what was made of it."""
    row = TABLE["enroll"]["good"] | {
        "申报月工资收入(元)": 12000.0,
        "增加日期": date(2026, 11, 3),
        "手机号": 13900001000.0,
    }
    cells = check(ImportKind.ENROLL, row).cells
    assert tuple(cells[i] for i in (7, 14, 5)) == ("12000", "2026-11-03", "13900001000")


def test_short_rows_and_missing_columns() -> None:
    """A1.2: a row that ends early is a row with empty cells; a sheet without a city column uses the company's city."""
    mapping = map_columns(["姓名", "身份证号", "缴费基数"], ImportKind.ENROLL)
    assert not missing_required(mapping, ImportKind.ENROLL)
    checked = precheck_row(["陈思远"], mapping, 3, context(ImportKind.ENROLL))
    assert [(found.code, found.field) for found in checked.problems] == [
        ("required_missing", "id_number"),
        ("required_missing", "base"),
    ]
    assert checked.city_code == "110000"


def test_no_city_at_all_is_an_error() -> None:
    """B4: without a city in the row and the company nothing can be computed, and no city is guessed."""
    checked = check(ImportKind.ENROLL, TABLE["enroll"]["good"], default_city_code=None)
    assert written(checked.problems) == ["参保城市: city_missing"]


def test_flexible_category_is_read_from_the_bureau_column() -> None:
    """A1.2: 缴费人员类别 tells flexible employment; its text is kept."""
    checked = check(ImportKind.ENROLL, TABLE["enroll"]["good"] | {"缴费人员类别": "灵活就业人员"})
    assert checked.category is Category.FLEXIBLE
    assert checked.extra["category"] == "灵活就业人员"
    town = check(ImportKind.ENROLL, TABLE["enroll"]["good"] | {"缴费人员类别": "外埠城镇职工"})
    assert town.category is Category.EMPLOYEE


def test_duplicates_name_the_first_row() -> None:
    """B4: the first line of a person stands, every later one fails and names it; empty numbers are no duplicates."""
    numbers = ["A", "B", "A", "", "", "A", "C"]
    rows = [CheckedRow(row_no=place, cells=(), id_number=number) for place, number in enumerate(numbers, start=4)]
    found = find_duplicates(rows, "身份证号")
    assert [(row.row_no, row.problems[-1].code) for row in found] == [
        (6, "duplicate_in_file"),
        (9, "duplicate_in_file"),
    ]
    assert all("第 4 行" in row.problems[-1].message and row.problems[-1].column == "身份证号" for row in found)
    assert not any(row.ok for row in found)


def test_duplicates_are_found_across_chunks() -> None:
    """A1.2: a file of 100,000 rows is checked in chunks; the finder remembers people, not rows."""
    finder = DuplicateFinder()
    chunks = [[CheckedRow(row_no=base + n, cells=(), id_number=str(n)) for n in range(1000)] for base in (2, 1002)]
    first, second = ([finder.check(row) for row in chunk] for chunk in chunks)
    assert all(row.ok for row in first)
    assert all(row.problems[0].code == "duplicate_in_file" for row in second)


def test_blank_total_and_note_rows_are_left_out() -> None:
    """A1.2: row numbers stay those of the spreadsheet; totals and signatures are skipped with a notice."""
    sheet = [
        ["姓名", "身份证号"],
        ["陈思远", "1"],
        [None, "  "],
        ["林晓彤", "2"],
        ["合 计", 2],
        ["填表人：李四", None],
        ["注：以上属实", None],
    ]
    notices: list[Problem] = []
    assert [number for number, _ in iter_rows(sheet, 1, 4, notices)] == [5, 7]
    assert [(found.code, found.row) for found in notices] == [
        ("total_row_skipped", 8),
        ("note_row_skipped", 9),
        ("note_row_skipped", 10),
    ]
    assert all(found.severity is Severity.NOTICE for found in notices)


def test_people_are_never_taken_for_notes() -> None:
    """A1.2: a person called 单位 or 注 something is a person; only whole phrases are notes."""
    rows = [["经办"], ["注意"], ["单立文"], ["小计算"], ["共计划"]]
    assert len(list(iter_rows(rows, 0))) == len(rows)


def test_unmapped_columns_do_no_harm() -> None:
    """A1.2: columns that mean nothing to us are shown in the preview and otherwise ignored."""
    mapping = (
        ColumnMapping(0, "序号", None),
        ColumnMapping(1, "姓名", "name", 100),
        ColumnMapping(2, "身份证号", "id_number", 100),
        ColumnMapping(3, "基数", "base", 100),
    )
    checked = precheck_row([1, "陈思远", "110105199001011240", 8500], mapping, 2, context(ImportKind.ENROLL))
    assert checked.ok
    assert checked.cells == ("1", "陈思远", "110105199001011240", "8500")
