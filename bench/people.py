"""Made-up people and their workbook. Nobody here exists; the ID numbers only have the right form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

HEADERS = ("姓名", "证件号码", "申报工资", "手机号", "银行卡号", "公积金比例", "起始月")
MONTH = 202611

_AREAS = ("110105", "310104", "440305", "510104", "330106")
_SURNAMES = "赵钱孙李周吴郑王冯陈"
_GIVEN = "子文明华建国平安春秋东南西北"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIRST = date(1975, 1, 1)
_DAYS = 25 * 365


def id_number(serial: int) -> str:
    """A number of the form of GB 11643, another one for every serial below 45 million."""
    day = _FIRST + timedelta(days=serial % _DAYS)
    rest = serial // _DAYS
    first = f"{_AREAS[rest % 5]}{day:%Y%m%d}{rest // 5 % 999:03d}"
    return first + "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, first, strict=True)) % 11]


def rows(count: int) -> Iterator[tuple[str, str, float, str, str, str, str]]:
    """People as a client's sheet has them. Bases differ from person to person, some beyond the limits."""
    for serial in range(count):
        name = _SURNAMES[serial % 10] + _GIVEN[serial // 10 % 14] + _GIVEN[serial // 140 % 14]
        base = 4000 + serial * 7919 % 3_600_000 / 100
        # One in a thousand is a slip: a wrong last digit, which the check has to find.
        number = id_number(serial) if serial % 1000 != 999 else id_number(serial)[:-1] + "A"
        yield name, number, base, f"139{serial:08d}", "6222021234567890128", "12%", "2026-11"


def write_workbook(path: Path, count: int) -> None:
    """The workbook of `count` people, with a title above the header."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("增员")
    page.write_string(0, 0, "2026 年 11 月人员表")
    for column, header in enumerate(HEADERS):
        page.write_string(2, column, header)
    for line, row in enumerate(rows(count), start=3):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(line, column, value)
            else:
                page.write_number(line, column, value)
    book.close()
