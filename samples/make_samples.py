"""Makes the sample sheets of the demo company 晨光科技有限公司 (Beijing, November 2026), the same bytes every time.

The people are invented. Their ID numbers are only arithmetically valid: area 110105, birth dates and sequence
numbers counted up by this file; phones begin with 1390000. The mistakes in the sheet are those that clerks
make, one of a kind, so that an import shows what the checks find. Run: python samples/make_samples.py
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter

HERE = Path(__file__).parent
ENROLL = HERE / "增员_样例.xlsx"
TERMINATE = HERE / "减员_样例.csv"
ANNUAL_BASE = HERE / "年度调基_样例.xlsx"

HEADERS = (
    "序号",
    "部门",
    "姓名",
    "性别",
    "手机号",
    "公民身份号码",
    "申报月工资收入\n(元)",
    "参加险种",
    "公积金比例",
    "增加日期",
    "备注",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ALL = "养老、医疗、失业、工伤、公积金"
_NAMES = [
    "陈思远",
    "林晓彤",
    "赵明轩",
    "吴雅琴",
    "郑文博",
    "孙佳怡",
    "何俊杰",
    "罗雨晴",
    "梁志强",
    "宋婉清",
    "唐子涵",
    "许国栋",
    "邓丽华",
    "冯启航",
    "曹静雯",
    "彭浩然",
    "曾秋月",
    "肖建军",
    "田梦洁",
    "董一鸣",
    "袁春燕",
    "潘立新",
    "于海涛",
    "蒋诗涵",
    "蔡永康",
    "余思琪",
    "杜鹏飞",
    "叶清歌",
    "程伟",
    "魏欣妍",
    "买买提·艾力",
]


@dataclass
class Person:
    """One line of the sheet, as the clerk typed it."""

    name: str
    id_number: str | float
    sex: str
    phone: str
    base: str | float
    month: str | datetime | float = "2026-11"
    kinds: str = _ALL
    rate: str | float = 0.12
    department: str = "研发部"
    remark: str = ""


def id_number(birth: str, sequence: int, area: str = "110105") -> str:
    """An 18-digit number with the right check digit for a birth (yyyymmdd) and a sequence (odd for men)."""
    body = f"{area}{birth}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def people() -> list[Person]:
    """Thirty-one good lines; even places are women."""
    departments = ("研发部", "市场部", "行政部", "财务部")
    found = []
    for place, name in enumerate(_NAMES):
        man = place % 2 == 0
        birth = f"{1972 + place % 30:04d}{place % 12 + 1:02d}{place % 27 + 1:02d}"
        if not man and int(birth[:4]) < 1978:
            birth = f"1988{birth[4:]}"
        found.append(
            Person(
                name=name,
                id_number=id_number(birth, 500 + place * 2 + (1 if man else 0)),
                sex="男" if man else "女",
                phone=f"1390000{1000 + place}",
                base=8000 + place * 350,
                department=departments[place % 4],
            )
        )
    return found


def with_mistakes() -> list[Person]:
    """The sheet as it comes in: good lines, harmless odd spellings, and one of each mistake."""
    lines = people()
    # Harmless: read as they are meant.
    lines[1].base = "12,500.00元"
    lines[2].month = "2026年11月"
    lines[3].month = datetime(2026, 11, 3)
    lines[4].month = "2026/11/1"
    lines[5].base = 4200.0
    lines[5].remark = "低于下限，按下限计"
    lines[6].rate = "12%"
    lines[7].kinds = "五险一金"
    lines[8].month = 202611.0
    # Mistakes, each to be found at its cell.
    lines[10].id_number = float(str(lines[10].id_number).replace("X", "0"))
    right = str(lines[12].id_number)
    lines[12].id_number = right[:17] + ("1" if right[17] != "1" else "2")
    lines[14].name = ""
    lines[16].phone = lines[16].phone[:10]
    lines[18].id_number = id_number("19900230", 537)
    lines[20].base = "面议"
    lines[22].month = "十一月"
    lines[24].sex = "女"
    lines.append(lines[0])
    return lines


def write_enroll(path: Path) -> None:
    """The enrolment sheet: a merged title and a note above the header, columns in the clerk's own order."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": datetime(2026, 11, 1)})
    sheet = book.add_worksheet("11月增员")
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    header = book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#DCE6F1"})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy/m/d"})
    percent = book.add_format({"num_format": "0%"})
    sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "晨光科技有限公司 2026年11月 参保人员增加表", title)
    sheet.write_string(1, 0, "填报单位：晨光科技有限公司（北京）    说明：姓名、身份号码以证件为准")
    for column, name in enumerate(HEADERS):
        sheet.write_string(2, column, name, header)
    for column, width in enumerate((6, 10, 14, 6, 14, 22, 14, 30, 10, 12, 20)):
        sheet.set_column(column, column, width)
    for number, person in enumerate(with_mistakes(), start=1):
        row = number + 2
        cells = (number, person.department, person.name, person.sex, person.phone, person.id_number, person.base)
        for column, value in enumerate((*cells, person.kinds, person.rate, person.month, person.remark)):
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, str):
                sheet.write_string(row, column, value, text)
            else:
                sheet.write_number(row, column, value, percent if column == 8 else None)
    sheet.write_string(row + 1, 0, "合计")
    sheet.write_number(row + 1, 1, number)
    book.close()


def write_terminate(path: Path) -> None:
    """The leavers, as a CSV in the Chinese encoding that Excel writes: people who are good lines of the other sheet."""
    lines = people()
    leavers = (
        (lines[1], "2026-12", "辞职"),
        (lines[7], "2026年12月", "合同到期"),
        (lines[9], "202612", "个人原因"),
        (lines[13], "2026/12/15", "协商解除"),
        (lines[15], "2026.12", "不干了"),
    )
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(("序号", "姓名", "证件号码", "最后缴费月", "减少原因", "备注"))
    for number, (person, month, reason) in enumerate(leavers, start=1):
        # The tab keeps a spreadsheet from turning the number into 1.10E+17 when somebody opens the file.
        writer.writerow((number, person.name, f"\t{person.id_number}", month, reason, ""))
    path.write_bytes(buffer.getvalue().encode("gb18030"))


def write_annual_base(path: Path) -> None:
    """New bases for ten people of the roster: one has not confirmed, one base is far below the limit, one is a slip."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": datetime(2026, 11, 1)})
    sheet = book.add_worksheet("年度调基")
    header = book.add_format({"bold": True, "border": 1, "bg_color": "#DCE6F1"})
    text = book.add_format({"num_format": "@"})
    names = ("姓名", "证件号码", "新申报基数", "公积金新基数", "公积金新比例", "生效月", "本人确认")
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, header)
        sheet.set_column(column, column, 22 if column == 1 else 14)
    for place, person in enumerate(people()[:10]):
        base: float = 9000 + place * 400
        sure = "否" if place == 3 else "2026-07-10" if place == 5 else "是"
        base = 500 if place == 6 else 9_800_000 if place == 8 else base
        sheet.write_string(place + 1, 0, person.name, text)
        sheet.write_string(place + 1, 1, str(person.id_number), text)
        sheet.write_number(place + 1, 2, base)
        sheet.write_number(place + 1, 3, 9000 + place * 400)
        sheet.write_string(place + 1, 6, sure, text)
    book.close()


if __name__ == "__main__":
    write_enroll(ENROLL)
    write_terminate(TERMINATE)
    write_annual_base(ANNUAL_BASE)
