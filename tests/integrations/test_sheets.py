"""A1.2, A1.3: real bytes of the files that clients send, and of the workbooks that go back to them."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from domain.columns import CellValue
from domain.errors import Refusal
from integrations.sheets import (
    error_workbook,
    read_chosen,
    read_heads,
    read_origin,
    read_workbook,
)

SAMPLES = Path(__file__).parents[2] / "samples"
ID = "110105199001011240"


def xlsx(rows: list[list[CellValue]], top: int = 0, left: int = 0, *, hidden: bool = False) -> bytes:
    """A workbook whose first cell is at the given place; a second sheet is hidden when asked for."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "增员"
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            sheet.cell(top + y + 1, left + x + 1, value)
    if hidden:
        extra = book.create_sheet("选项")
        extra["A1"] = "北京"
        extra.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(texts: list[list[str]], first_row: int = 0) -> bytes:
    """A minimal .xls: one BIFF8 stream of labels and numbers in an OLE container."""

    def record(code: int, body: bytes) -> bytes:
        return struct.pack("<HH", code, len(body)) + body

    cells = b"".join(
        record(0x0204, struct.pack("<HHHHB", first_row + y, x, 0, len(text), 1) + text.encode("utf-16-le"))
        for y, row in enumerate(texts)
        for x, text in enumerate(row)
    )
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + record(0x000A, b"")
    name = "增员".encode("utf-16-le")
    size = len(begin) + 4 + 8 + len(name) + 4
    bound = record(0x0085, struct.pack("<IBBBB", size, 0, 0, 2, 1) + name)
    stream = (begin + bound + record(0x000A, b"") + sheet).ljust(4096, b"\0")
    count = len(stream) // 512

    def entry(title: str, kind: int, child: int, start: int, length: int) -> bytes:
        name = title.encode("utf-16-le") + b"\0\0"
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBBiii", len(name), kind, 1, -1, -1, child)
            + b"\0" * 36
            + struct.pack("<iII", start, length, 0)
        )

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<IIiIIiIiI", 0, 1, 1, 0, 4096, -2, 0, -2, 0) + struct.pack("<i", 0)
    fat = [-3, -2, *range(3, 2 + count), -2]
    directory = entry("Root Entry", 5, 1, -2, 0) + entry("Workbook", 2, -1, 2, len(stream)) + b"\0" * 256
    return header.ljust(512, b"\xff") + struct.pack(f"<{len(fat)}i", *fat).ljust(512, b"\xff") + directory + stream


def refused(content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(Refusal) as refusal:
        read_workbook(content, name)
    (problem,) = refusal.value.problems
    assert problem.message
    assert problem.message_en
    assert problem.remedy
    assert problem.remedy_en
    return problem.code


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with some parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, body in changes.items():
            new.writestr(name, body)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx([["姓名", "身份证号"], ["陈思远", ID]])


def with_cells(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
    return repacked(GOOD, {SHEET: xml.encode()})


def test_types_of_cells() -> None:
    """A1.2: text, numbers, dates, truth values and empty cells arrive as what they are."""
    (sheet,) = read_workbook(
        xlsx([["姓名", 1.5, 3, True, date(2026, 11, 3), datetime(2026, 11, 3, 8, 30), None, "末"]]), "a.xlsx"
    )
    row = sheet.rows[0]
    assert row[:4] == ["姓名", 1.5, 3, True]
    assert row[4] in (date(2026, 11, 3), datetime(2026, 11, 3))
    assert row[5:] == [datetime(2026, 11, 3, 8, 30), None, "末"]
    assert (sheet.name, sheet.first_row) == ("增员", 1)


@pytest.mark.parametrize("top", [0, 1, 7])
@pytest.mark.parametrize("left", [0, 2])
def test_leading_empty_rows_keep_the_row_numbers(top: int, left: int) -> None:
    """A1.2, domain §9: problems name the row that the spreadsheet program shows."""
    (sheet,) = read_workbook(xlsx([["姓名", "身份证号"], [None, None], ["陈思远", ID]], top, left), "a.xlsx")
    assert sheet.first_row == top + 1
    found = [sheet.first_row + index for index, row in enumerate(sheet.rows) if ID in row]
    assert found == [top + 3]


def test_old_xls() -> None:
    """A1.2: the old binary format is read too, with its row numbers."""
    (sheet,) = read_workbook(xls([["姓名", "身份证号"], ["陈思远", ID]], first_row=2), "名单.XLS")
    assert (sheet.name, sheet.first_row) == ("增员", 3)
    assert sheet.rows == [["姓名", "身份证号"], ["陈思远", ID]]


def test_hidden_and_empty_sheets_are_left_out() -> None:
    """A1.2: nobody means to import a sheet that they do not see."""
    assert [sheet.name for sheet in read_workbook(xlsx([["姓名"]], hidden=True), "a.xlsx")] == ["增员"]


CSV = '姓名,证件号码,备注\r\n陈思远,110105199001011240,"甲,乙"\r\n\r\n林晓彤,110105198802025023,\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_separator(encoding: str, mark: str) -> None:
    """A1.2: CSV from Chinese Excel, WPS and other systems; a blank line keeps its row number, IDs stay text."""
    text = CSV if mark == "," else CSV.replace("甲,乙", "甲、乙").replace(",", mark)
    (sheet,) = read_workbook(text.encode(encoding), "减员.csv")
    assert sheet.name == "减员"
    assert [row[0] for row in sheet.rows] == ["姓名", "陈思远", None, "林晓彤"]
    assert sheet.rows[1][1:] == [ID, "甲,乙" if mark == "," else "甲、乙"]
    assert {len(row) for row in sheet.rows} == {3}


def test_rare_characters_in_gb18030() -> None:
    """Domain §3: rare name characters survive."""
    (sheet,) = read_workbook("姓名\r\n㼆𠀀\r\n".encode("gb18030"), "a.csv")
    assert sheet.rows[1] == ["㼆𠀀"]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        pytest.param(b"", "a.xlsx", "file_empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf\r\n \r\n", "a.csv", "file_empty", id="blank text"),
        pytest.param(b",,\r\n,,\r\n", "a.csv", "file_empty", id="separators only"),
        pytest.param(xlsx([[None]]), "a.xlsx", "file_empty", id="empty sheet"),
        pytest.param(CSV.encode(), "a.xlsx", "file_type_mismatch", id="text called xlsx"),
        pytest.param(CSV.encode(), "a.xls", "file_type_mismatch", id="text called xls"),
        pytest.param(GOOD, "a.csv", "file_type_mismatch", id="xlsx called csv"),
        pytest.param(GOOD, "a.xls", "file_type_mismatch", id="xlsx called xls"),
        pytest.param(xls([["姓名"]]), "a.xlsx", "file_type_mismatch", id="xls called xlsx"),
        pytest.param(GOOD[:-200], "a.xlsx", "file_broken", id="cut off at the end"),
        pytest.param(GOOD[:60], "a.xlsx", "file_broken", id="only the beginning"),
        pytest.param(xls([["姓名"]])[:1200], "a.xls", "file_broken", id="xls cut off"),
        pytest.param(b"%PDF-1.7 ...", "a.xlsx", "file_unsupported", id="pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n....", "a.xlsx", "file_unsupported", id="picture"),
        pytest.param(b"<html><table><tr><td>1</td></tr></table>", "a.xls", "file_unsupported", id="web page as xls"),
        pytest.param(bytes(range(256)) * 8, "a.csv", "file_unsupported", id="binary"),
        pytest.param(b"\x81\xff\xfe\x81" * 40, "a.csv", "file_unsupported", id="no encoding fits"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "file_encrypted",
            id="password",
        ),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument\0".encode("utf-16-le"),
            "a.doc",
            "file_unsupported",
            id="word",
        ),
        pytest.param((",".join("x" * 201) + "\n").encode(), "a.csv", "too_many_columns", id="wide csv"),
        pytest.param(xlsx([["x"] * 201]), "a.xlsx", "too_many_columns", id="wide xlsx"),
    ],
)
def test_what_is_not_read_says_why_and_what_to_do(content: bytes, name: str, code: str) -> None:
    """A1.2, domain §9 (no "failed" without a reason): each bad file has its own reason, in two languages."""
    assert refused(content, name) == code


def test_zip_without_a_workbook() -> None:
    """A1.2: an archive or another office document is called what it is."""
    for part in ("readme.txt", "word/document.xml", "content.xml", "xl/workbook.bin"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(part, "x")
        assert refused(buffer.getvalue()) == "file_unsupported"


def test_zip_bomb() -> None:
    """A1.2: a small file that unpacks beyond 300 MB is refused before it is unpacked."""
    bomb = repacked(GOOD, {"xl/media/a.bin": b"\0" * (301 * 1024 * 1024)})
    assert len(bomb) < 1024 * 1024
    assert refused(bomb) == "file_too_large"


def test_zip_that_lies_about_its_size() -> None:
    """A1.2: declared sizes are proved, because the limit is checked against them."""
    honest = repacked(GOOD, {"xl/media/a.bin": b"\0" * 5_000_000})
    lying = honest.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 500))
    assert lying != honest
    assert refused(lying) == "file_broken"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "too_many_columns",
        ),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>1</v></c></row>', "too_many_rows"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="190000"><c r="GA190000"><v>1</v></c></row>', "too_many_rows"),
        (
            "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
            "too_many_columns",
        ),
        ('<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>', "too_many_rows"),
        (
            '<row r="1"><c\nr="A1"><v>1</v></c></row><row\nr="1048576"><c\nr="A1048576"><v>1</v></c></row>',
            "too_many_rows",
        ),
    ],
)
def test_cells_in_far_corners(cells: str, code: str) -> None:
    """A1.2: two cells far apart would be laid out as 17 thousand million; the file is refused before it is opened."""
    assert refused(with_cells(cells)) == code


def test_formatted_but_empty_cells_are_no_content() -> None:
    """A1.2: a clerk who paints whole rows and columns is not punished for it."""
    painted = '<c r="XFD2" s="0"/>'
    rows = f'<row r="2">{painted}</row><row r="1048576"><c r="A1048576" s="0"/></row>'
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row>{rows}'
    (sheet,) = read_workbook(with_cells(cells), "a.xlsx")
    assert sheet.rows[0][0] == 1


def test_mangled_files_never_do_more_than_refuse() -> None:
    """A1.2: whatever a network or a program did to a file, the answer is rows or a refusal."""
    dice = random.Random(20261101)
    for content, name in (
        (GOOD, "a.xlsx"),
        (xls([["姓名", "身份证号"], ["陈思远", ID]]), "a.xls"),
        (CSV.encode(), "a.csv"),
    ):
        for _ in range(60):
            mangled = bytearray(content)
            for _ in range(dice.randint(1, 8)):
                mangled[dice.randrange(len(mangled))] = dice.randrange(256)
            with contextlib.suppress(Refusal):
                assert read_workbook(bytes(mangled), name)


def test_heads_and_the_one_chosen_sheet() -> None:
    """A1.2: the first rows of every sheet are seen, hidden ones too, and only the chosen one is laid out in full."""
    content = xlsx([[f"第 {n} 行"] for n in range(500)], hidden=True)
    heads = read_heads(content, "a.xlsx", 60)
    assert [(head.name, len(head.rows), head.height, head.hidden) for head in heads] == [
        ("增员", 60, 500, False),
        ("选项", 1, 1, True),
    ]
    seen: list[str] = []
    chosen = read_chosen(content, "a.xlsx", 60, lambda sheets: seen.extend(s.name for s in sheets) or "增员")  # type: ignore[func-returns-value]
    assert (len(chosen.rows), chosen.first_row, seen) == (500, 1, ["增员", "选项"])
    (text,) = read_heads(CSV.encode("gbk"), "减员.csv", 2)
    assert (len(text.rows), text.height, text.name) == (2, 4, "减员")
    assert len(read_chosen(CSV.encode(), "减员.csv", 2, lambda sheets: sheets[0].name).rows) == 4
    old = xls([["姓名", "身份证号"], *(["陈思远", ID] for _ in range(40))])
    (head,) = read_heads(old, "名单.xls", 3)
    assert (head.height, head.rows) == (41, [["姓名", "身份证号"], ["陈思远", ID], ["陈思远", ID]])
    assert len(read_chosen(old, "名单.xls", 3, lambda sheets: sheets[0].name).rows) == 41


@pytest.mark.parametrize("content", [GOOD[:-200], b"", b"%PDF-1.7 ...", xlsx([["x"] * 201])])
def test_heads_are_refused_like_the_whole(content: bytes) -> None:
    """A1.2: what cannot be imported is refused at the first look already."""
    with pytest.raises(Refusal) as whole:
        read_workbook(content, "a.xlsx")
    with pytest.raises(Refusal) as heads:
        read_heads(content, "a.xlsx", 60)
    assert heads.value.problems == whole.value.problems


def test_an_error_workbook_is_known_again_after_editing() -> None:
    """A1.2: its batch is kept in a hidden sheet, which openpyxl and every spreadsheet program save with the rest."""
    made = error_workbook(["姓名"], [["陈思远"]], marks={(0, 0): "错"}, row_numbers=[5], batch_number="ZY202611-0007")
    assert read_origin(made) == "ZY202611-0007"
    (visible,) = read_workbook(made, "错误.xlsx")
    assert visible.rows == [["姓名", "错误", "原表行号"], ["陈思远", "【姓名】错", 5]]
    book = openpyxl.load_workbook(io.BytesIO(made))
    book.worksheets[0]["A2"] = "陈思园"
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_origin(buffer.getvalue()) == "ZY202611-0007"


@pytest.mark.parametrize(
    "content", [GOOD, GOOD[:-200], b"", CSV.encode(), xls([["姓名"]]), error_workbook(["姓名"], [["陈"]])]
)
def test_other_files_belong_to_no_batch(content: bytes) -> None:
    assert read_origin(content) is None


def test_a_bomb_that_claims_to_be_an_error_workbook_is_not_opened() -> None:
    """A1.2: looking for the batch is no way around the limits."""
    made = error_workbook(["姓名"], [["陈"]], batch_number="ZY202611-0007")
    bomb = repacked(made, {"xl/media/a.bin": b"\0" * (301 * 1024 * 1024)})
    assert read_origin(bomb) is None
    assert refused(bomb) == "file_too_large"
