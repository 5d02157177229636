"""The main job through the page, as a clerk, a reviewer and a bookkeeper do it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.settings import ROOT
from services.seed import ACCOUNTS
from tests.e2e.conftest import shot

pytestmark = pytest.mark.e2e

PASSWORDS = {a.username: a.password for a in ACCOUNTS}


def mark(name: str) -> str:
    """The selector of what a test may hold on to."""
    return f"[data-test={name}]"


def sign_in(page: Page, username: str) -> None:
    """Through the sign-in page."""
    page.goto("/admin/")
    page.fill(f"input{mark('sign-in-username')}, {mark('sign-in-username')} input", username)
    page.fill(f"input{mark('sign-in-password')}, {mark('sign-in-password')} input", PASSWORDS[username])
    page.click(mark("sign-in-submit"))
    page.wait_for_selector(mark("home-waiting"))


def sign_out(page: Page) -> None:
    page.click(mark("user-menu"))
    page.click(mark("sign-out"))
    page.wait_for_selector(mark("sign-in-username"))


def yes(page: Page, act: str) -> None:
    """Presses a button and agrees to what its dialog says will happen."""
    page.click(mark(act))
    page.click(mark(f"{act}-yes"))
    expect(page.locator(mark(f"{act}-yes"))).to_be_hidden()


def test_from_the_sheet_to_the_explained_bill(page: Page) -> None:
    """A1.1, A1.2, A2.1, A4.5: upload, wrong cells, approval by somebody else, register, month, explanation."""
    page.goto("/")
    page.wait_for_selector(mark("sign-in-username"))
    shot(page, "sign-in")
    sign_in(page, "zhuanyuan")
    page.goto("/admin/batch/import")
    page.click(mark("import-company"))
    page.get_by_role("option", name="晨光科技有限公司", exact=True).click()
    page.click(mark("import-next"))
    page.set_input_files(mark("import-upload"), ROOT / "samples" / "增员_样例.xlsx")
    page.wait_for_selector(mark("import-file"))
    page.click(mark("import-next"))
    expect(page.locator(mark("column-row"))).to_have_count(11)
    page.click(mark("import-start"))
    page.wait_for_selector(mark("batch-confirm"))
    expect(page.locator(mark("figure-total"))).to_contain_text("32")
    expect(page.locator(mark("figure-failed"))).to_contain_text("9")
    expect(page.locator(mark("problem-chip-id_checksum"))).to_be_visible()
    page.click(mark("problem-chip-id_checksum"))
    expect(page.get_by_text("身份证号第 18 位应为 6")).to_be_visible()
    shot(page, "import")
    with page.expect_download() as download:
        page.click(mark("batch-error-workbook"))
    assert download.value.suggested_filename.endswith("需更正的行.xlsx")
    yes(page, "batch-confirm")
    page.wait_for_selector(mark("handed-over"))
    sign_out(page)

    sign_in(page, "zhuguan")
    page.click(mark("menu-approval"))
    yes_or_direct(page, "approval-approve")
    sign_out(page)

    sign_in(page, "zhuanyuan")
    page.click(mark("menu-batch"))
    page.locator(mark("batch-row")).first.click()
    yes(page, "batch-submit")
    yes(page, "batch-record-accept")
    expect(page.locator("[data-test=batch-state][data-state=DONE]").first).to_be_visible()
    shot(page, "batch")
    page.click(mark("menu-enrollment"))
    expect(page.locator(mark("table-total"))).to_contain_text("23")
    shot(page, "register")

    page.click(mark("menu-bill"))
    yes_or_direct(page, "bill-run-month")
    page.locator(mark("bill-row")).first.click()
    page.wait_for_selector(mark("bill-kinds"))
    page.locator(mark("bill-line-amount")).first.click()
    expect(page.locator(mark("explanation-drawer"))).to_contain_text("16%")
    page.wait_for_timeout(400)
    shot(page, "bill")
    page.keyboard.press("Escape")
    sign_out(page)

    sign_in(page, "zhuguan")
    page.click(mark("menu-bill"))
    page.locator(mark("bill-row")).first.click()
    yes(page, "bill-confirm")
    confirm_policies(page)
    sign_out(page)
    sign_in(page, "caiwu")
    page.click(mark("menu-bill"))
    page.locator(mark("bill-row")).first.click()
    yes(page, "bill-close")
    expect(page.locator("[data-test=bill-state][data-state=CLOSED]").first).to_be_visible()


def confirm_policies(page: Page) -> None:
    """A4.1: the reviewer confirms what a bill of Beijing rests on; before that it could not be closed."""
    page.goto("/admin/policy?city=110000")
    page.wait_for_selector(mark("policy-list"))
    shot(page, "policy")
    page.click(mark("policy-confirm-all"))
    page.locator(f"{mark('policy-confirm-source')} textarea, textarea{mark('policy-confirm-source')}").fill("电话核对")
    page.click(mark("policy-confirm-yes"))
    expect(page.locator(mark("policy-waiting"))).to_be_hidden()


def yes_or_direct(page: Page, act: str) -> None:
    """Presses a button whose dialog may or may not ask."""
    page.locator(mark(act)).first.click()
    again = page.locator(mark(f"{act}-yes"))
    try:
        again.wait_for(timeout=1500)
    except Exception:
        return
    again.click()
    expect(again).to_be_hidden()


def test_another_branch_sees_nothing_of_it(page: Page) -> None:
    """T8: the branch specialist's register and bills are empty, and the address of a stranger's page shows nothing."""
    sign_in(page, "fenzhi")
    page.click(mark("menu-enrollment"))
    page.wait_for_selector(mark("empty-state"))
    page.click(mark("menu-bill"))
    page.wait_for_selector(mark("empty-state"))


def test_the_page_at_phone_width(page: Page) -> None:
    """B17: usable at 390 px; nothing sticks out sideways."""
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, "zhuanyuan")
    for path in ("", "batch", "enrollment", "bill", "quote"):
        page.goto(f"/admin/{path}")
        page.wait_for_timeout(600)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 391, f"/admin/{path} is {wide} px wide"
        shot(page, f"phone-{path or 'home'}")
