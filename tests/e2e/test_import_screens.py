"""Importing with odd headers, correcting in place, declaring by channel, and what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import shot
from tests.e2e.test_main_job import mark, sign_in, sign_out, yes, yes_or_direct

pytestmark = pytest.mark.e2e

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_HEADERS = ("姓名", "身份证号", "发多少", "险种", "参保地")


def number(sequence: int) -> str:
    """A document number that is valid by its arithmetic alone."""
    plain = f"11010519910307{sequence:03d}"
    return plain + "10X98765432"[sum(int(d) * w for d, w in zip(plain, _WEIGHTS, strict=True)) % 11]


def workbook(path: Path, *rows: tuple[str, ...]) -> Path:
    """A workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def field(page: Page, name: str) -> None:
    """Takes the first choice of that name in the list that is open."""
    page.locator(".el-select-dropdown__item:visible").filter(has_text=name).first.click()


def type_in(page: Page, name: str, text: str) -> None:
    """Into a field, wherever its mark stands."""
    page.locator(", ".join(f"{kind}{mark(name)}, {mark(name)} {kind}" for kind in ("input", "textarea"))).first.fill(
        text
    )


def test_from_odd_headers_to_the_account(page: Page, tmp_path: Path) -> None:
    """A1.2, B6, A3.1, E9: choose a column, mend a cell, say a word, declare, read a result, close feedback."""
    people = [(name, number(100 + at)) for at, name in enumerate(("安一诺", "白若溪", "常思齐", "杜清远"))]
    rows = [
        (name, code, "9000", "五险一金", "北京市区" if at == 3 else "北京") for at, (name, code) in enumerate(people)
    ]
    wrong = (rows[0][0], rows[0][1][:-1] + ("1" if rows[0][1][-1] != "1" else "2"), *rows[0][2:])
    sheet = workbook(tmp_path / "odd.xlsx", _HEADERS, wrong, *rows[1:])
    sign_in(page, "zhuanyuan")
    page.goto("/admin/batch/import")
    page.click(mark("import-company"))
    page.get_by_role("option", name="晨光科技有限公司", exact=True).click()
    page.click(mark("import-next"))
    page.set_input_files(mark("import-upload"), sheet)
    page.wait_for_selector(mark("import-file"))
    page.click(mark("import-next"))
    expect(page.locator(mark("columns-missing"))).to_contain_text("申报工资")
    page.locator(mark("column-row"), has_text="发多少").locator(mark("column-meaning")).click()
    field(page, "申报工资")
    expect(page.locator(mark("columns-missing"))).to_be_hidden()
    page.click(mark("import-start"))
    page.wait_for_selector(mark("problem-chip-id_checksum"))
    _mend(page, people[0][1])
    if page.locator(mark("batch-values")).is_visible():
        page.locator(mark("value-meaning")).first.click()
        field(page, "北京")
        page.click(mark("values-apply"))
    expect(page.locator(mark("figure-ok"))).to_contain_text("4")
    shot(page, "import-mended")
    yes(page, "batch-confirm")
    page.click(mark("handed-over-open"))
    page.wait_for_selector(mark("batch-tabs"))
    address = page.url
    sign_out(page)
    sign_in(page, "zhuguan")
    page.goto(address)
    yes_or_direct(page, "approval-approve")
    sign_out(page)
    sign_in(page, "zhuanyuan")
    page.goto(address)
    yes(page, "batch-submit")
    _declare(page)
    _answer(page, tmp_path, people)
    _feedback(page)
    _account(page)


def _mend(page: Page, code: str) -> None:
    """The wrong number is typed anew in its cell; the mended row stays in sight."""
    page.click(mark("problem-chip-id_checksum"))
    expect(page.locator(mark("rows-row"))).to_have_count(1)
    page.locator(f"{mark('cell-problem')}.ERROR").first.dblclick()
    expect(page.locator(mark("cell-input"))).to_have_value("")
    page.fill(mark("cell-input"), code)
    page.keyboard.press("Enter")
    expect(page.locator(f"{mark('rows-row')} [data-state=OK]")).to_be_visible()


def _declare(page: Page) -> None:
    page.click(mark("tab-declarations"))
    page.locator(mark("declaration-hand-in")).first.click()
    type_in(page, "hand-in-number", "HZ-1")
    page.click(mark("hand-in-save"))
    expect(page.locator(mark("declarations"))).to_contain_text("HZ-1")
    shot(page, "declarations")


def _answer(page: Page, tmp_path: Path, people: list[tuple[str, str]]) -> None:
    """The medical channel by its workbook, with a word to be asked for; the housing fund person by person."""
    words = ("办理成功", "审核不通过", "缺件了", "办理成功")
    lines = [
        (name, code, word, "" if word == "办理成功" else "缺材料")
        for (name, code), word in zip(people, words, strict=True)
    ]
    result = workbook(tmp_path / "result.xlsx", ("姓名", "证件号码", "办理状态", "原因"), *lines)
    page.click(mark("tab-results"))
    page.click(mark("result-channel-MEDICAL"))
    page.set_input_files(mark("result-upload"), result)
    page.locator("li.unknown").locator(mark("result-word")).click()
    field(page, "补正")
    page.click(mark("result-import-yes"))
    expect(page.locator(mark("result-outcome"))).to_contain_text("成功 2 人，失败 1 人，补正 1 人")
    shot(page, "result")
    page.click(mark("result-channel-FUND"))
    page.click(mark("result-by-rows"))
    page.click(mark("result-accept-rest"))
    page.click(mark("result-rows-save"))
    expect(page.locator(mark("result-rows-save"))).to_be_disabled()


def _feedback(page: Page) -> None:
    page.click(mark("menu-feedback"))
    expect(page.locator(mark("feedback-due")).first).to_contain_text("个工作日")
    shot(page, "feedback")
    page.locator(mark("feedback-correct")).first.click()
    type_in(page, "correct-base", "9100")
    page.click(mark("feedback-correct-yes"))
    expect(page.locator(mark("feedback-correct"))).to_have_count(0)
    page.locator(mark("feedback-close")).first.click()
    type_in(page, "feedback-close-reason", "本人放弃参保")
    page.click(mark("feedback-close-yes"))
    expect(page.locator(mark("feedback-close"))).to_have_count(0)


def _account(page: Page) -> None:
    page.click(mark("menu-housing_account"))
    page.locator(mark("housing-open")).first.click()
    page.click(mark("housing-number"))
    type_in(page, "housing-number-value", "110100778899")
    page.click(mark("housing-number-yes"))
    page.click(mark("housing-seal"))
    type_in(page, "housing-seal-reason", "本人出国")
    page.click(mark("housing-seal-yes"))
    expect(page.locator("[data-test=housing-drawer] [data-state=SEALED]")).to_be_visible()
    shot(page, "housing-account")
