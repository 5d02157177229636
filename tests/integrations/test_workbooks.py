"""A1.2, A1.3: the workbooks that go back to clients: errors, tables and templates; and the samples."""

from __future__ import annotations

import importlib.util
import io
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import xlsxwriter

from domain.columns import CellValue, ImportKind, find_header, header_names, map_columns, template_columns
from integrations.sheets import (
    TableSheet,
    error_workbook,
    read_workbook,
    table_workbook,
    template_workbook,
)
from tests.integrations.test_sheets import ID

SAMPLES = Path(__file__).parents[2] / "samples"


HEADERS = ["姓名", "公民身份号码", "申报工资", "增加日期", "备注"]
ROWS: list[list[CellValue]] = [
    ["陈思远", ID, 8500.5, date(2026, 11, 3), '=HYPERLINK("http://x")'],
    ["林晓彤", 110105198802025020.0, "面议", None, "+1"],
    ["赵明轩", "11010519740303503X", 9000, datetime(2026, 11, 3), "@sum"],
]
MARKS = {(1, 1): "证件号码是数值格式", (1, 2): "不是金额", (2, -1): "与第 4 行重复", (2, 4): "备注过长"}


def test_error_workbook_round_trip() -> None:
    """A1.2: the same workbook with an error column: same rows, same values, the messages beside them."""
    content = error_workbook(HEADERS, ROWS, marks=MARKS, row_numbers=[4, 7, 9])
    (sheet,) = read_workbook(content, "错误.xlsx")
    assert sheet.rows[0] == [*HEADERS, "错误", "原表行号"]
    assert sheet.rows[1] == ["陈思远", ID, 8500.5, date(2026, 11, 3), '=HYPERLINK("http://x")', None, 4]
    assert sheet.rows[2][:3] == ["林晓彤", "110105198802025000", "面议"]
    assert sheet.rows[2][5:] == ["【公民身份号码】证件号码是数值格式；【申报工资】不是金额", 7]
    assert sheet.rows[3][5] == "与第 4 行重复；【备注】备注过长"
    assert [column.field for column in map_columns(sheet.rows[0], ImportKind.ENROLL)][5:] == [None, None]


def test_error_workbook_marks_cells_and_protects_ids() -> None:
    """A1.2, domain §9: bad cells are red with a comment, IDs are text, and nothing is a formula."""
    book = openpyxl.load_workbook(io.BytesIO(error_workbook(HEADERS, ROWS, marks=MARKS)))
    sheet = book.active
    assert sheet is not None
    assert sheet["B2"].data_type == "s"
    assert (sheet["B3"].value, sheet["B3"].data_type, sheet["B3"].number_format) == ("110105198802025000", "s", "@")
    assert "数值" in sheet["B3"].comment.text
    assert sheet["B3"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["B2"].comment is None
    assert [sheet[place].data_type for place in ("E2", "E3", "E4")] == ["s", "s", "s"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F4"


def test_error_workbook_is_the_same_bytes_again() -> None:
    """A1.2: a download that is repeated is the same file."""
    assert error_workbook(HEADERS, ROWS, marks=MARKS) == error_workbook(HEADERS, ROWS, marks=MARKS)


def test_text_beyond_a_cell_and_ragged_rows() -> None:
    """A1.2: an endless remark is cut and a short row is filled, so that the workbook always opens."""
    (sheet,) = read_workbook(error_workbook(["甲", "乙"], [["x" * 40_000], ["y"]]), "a.xlsx")
    assert len(str(sheet.rows[1][0])) == 32_767
    assert sheet.rows[2][0] == "y"


def test_table_workbook_writes_exact_money() -> None:
    """A5.1: fen become yuan with two decimals and lose nothing, also where a float could."""
    fen = [0, 1, -5, 865734, 3607225, 99_999_999_999_999, 10**15 + 1]
    tables = [
        TableSheet(
            "11月:账单/明细", ["姓名", "身份证号", "单位应缴"], [["陈", ID, value] for value in fen], money_columns={2}
        ),
        TableSheet("11月:账单/明细", ["甲"], []),
    ]
    book = openpyxl.load_workbook(io.BytesIO(table_workbook(tables)))
    assert book.sheetnames == ["11月_账单_明细", "11月_账单_明细(2)"]
    sheet = book.worksheets[0]
    for row, value in enumerate(fen[:-1], start=2):
        cell = sheet.cell(row, 3)
        assert Decimal(repr(cell.value)) * 100 == value
        assert cell.number_format == "#,##0.00"
    assert sheet.cell(8, 3).value == "10000000000000.01"
    assert sheet["B2"].data_type == "s"


def test_template_is_explained_and_has_drop_downs() -> None:
    """A1.2: the template opens at the sheet to fill in, offers lists, and its explanations are never imported."""
    columns = template_columns(ImportKind.ENROLL, cities=[f"城市{n}" for n in range(120)])
    content = template_workbook(ImportKind.ENROLL, columns)
    first, second = read_workbook(content, "模板.xlsx")
    assert (first.name, second.name) == ("增员", "填写说明")
    assert find_header(first.rows, ImportKind.ENROLL) == 0
    assert find_header(second.rows, ImportKind.ENROLL) is None
    book = openpyxl.load_workbook(io.BytesIO(content))
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in book["增员"].data_validations.dataValidation}
    places = {column.header: index for index, column in enumerate(columns)}
    city = openpyxl.utils.get_column_letter(places["参保城市"] + 1)
    assert rules[f"{city}2"] == f"'选项'!${city}$1:${city}$120"
    assert book["选项"].sheet_state == "hidden"
    assert book["选项"][f"{city}120"].value == "城市119"
    number = openpyxl.utils.get_column_letter(places["证件号码*"] + 1)
    assert book["增员"].column_dimensions[number].number_format == "@"


def test_many_rows_are_read_and_written() -> None:
    """A1.2: twenty thousand rows, text IDs throughout, in one go."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(20_000):
        sheet.write_row(row, 0, ["陈思远", ID, 8500, "养老、医疗"])
    book.close()
    (read,) = read_workbook(buffer.getvalue(), "a.xlsx")
    assert len(read.rows) == 20_000
    assert {row[1] for row in read.rows} == {ID}


def test_samples_are_what_their_script_makes(tmp_path: Path) -> None:
    """A1.2, A1.3: the committed samples are reproducible, and their headers are understood."""
    spec = importlib.util.spec_from_file_location("make_samples", SAMPLES / "make_samples.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    sys.modules["make_samples"] = script
    spec.loader.exec_module(script)
    script.write_enroll(tmp_path / "a.xlsx")
    script.write_terminate(tmp_path / "a.csv")
    script.write_annual_base(tmp_path / "b.xlsx")
    for made, kept, kind, header in (
        ("a.xlsx", "增员_样例.xlsx", ImportKind.ENROLL, 2),
        ("a.csv", "减员_样例.csv", ImportKind.TERMINATE, 0),
        ("b.xlsx", "年度调基_样例.xlsx", ImportKind.ANNUAL_BASE, 0),
    ):
        content = (SAMPLES / kept).read_bytes()
        (sheet,) = read_workbook(content, kept)
        assert sheet.rows == read_workbook((tmp_path / made).read_bytes(), made)[0].rows
        assert find_header(sheet.rows, kind) == header
        names, _ = header_names(sheet.rows, header, kind)
        assert {"name", "id_number"} <= {column.field for column in map_columns(names, kind)}
