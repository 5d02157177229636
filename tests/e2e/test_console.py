"""The console itself: tabs, search, lists, forms, looks, phone width, and that everybody can use it (by axe)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.settings import ROOT
from services.seed import ACCOUNTS
from tests.e2e.conftest import shot

pytestmark = pytest.mark.e2e

PASSWORDS = {a.username: a.password for a in ACCOUNTS}
AXE = ROOT / "web" / "admin" / "node_modules" / "axe-core" / "axe.min.js"
CREATE = "mutation($name: String!) { createCompany(input: {name: $name}) { problems { message } } }"
COMPANIES = 26


def mark(name: str) -> str:
    return f"[data-test={name}]"


def fill(page: Page, name: str, value: str) -> None:
    page.fill(f"input{mark(name)}, {mark(name)} input", value)


def sign_in(page: Page, username: str = "admin") -> None:
    page.goto("/admin/")
    fill(page, "sign-in-username", username)
    fill(page, "sign-in-password", PASSWORDS[username])
    page.click(mark("sign-in-submit"))
    page.wait_for_selector(mark("home-waiting"))


def ask(page: Page, query: str, variables: dict[str, Any]) -> Any:
    """What the page's own session is answered."""
    return page.evaluate(
        """async ([query, variables]) => (await fetch('/graphql', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-Shebao-Client': 'console' },
            body: JSON.stringify({ query, variables }),
        })).json()""",
        [query, variables],
    )["data"]


def many_companies(page: Page) -> None:
    """More companies than fit on a page of twenty; made once for all tests of the session."""
    for n in range(COMPANIES):
        ask(page, CREATE, {"name": f"演示企业{n:02d}有限公司"})


def tab(page: Page, path: str) -> Locator:
    return page.locator(f"{mark('tab')}[data-path='{path}']")


def paths(page: Page) -> list[str | None]:
    return [one.get_attribute("data-path") for one in page.locator(mark("tab")).all()]


def test_tabs_keep_what_was_done_in_them(page: Page) -> None:
    sign_in(page)
    page.click(mark("menu-company"))
    fill(page, "company-search", "晨光")
    expect(page).to_have_url(re.compile("search="))
    page.click(mark("menu-quote"))
    fill(page, "quote-base", "12345")
    page.click(mark("menu-audit"))
    expect(tab(page, "/audit")).to_be_visible()
    assert paths(page) == ["/", "/company", "/quote", "/audit"]

    tab(page, "/quote").locator("a").click()
    expect(page.locator(f"{mark('quote-base')} input, input{mark('quote-base')}")).to_have_value("12345")
    page.click(mark("menu-company"))
    expect(page).to_have_url(re.compile("search="))

    tab(page, "/audit").drag_to(tab(page, "/company"))
    assert paths(page) == ["/", "/audit", "/company", "/quote"]
    page.reload()
    page.wait_for_selector(mark("company-row"))
    assert paths(page) == ["/", "/audit", "/company", "/quote"]

    tab(page, "/audit").click(button="middle")
    expect(tab(page, "/audit")).to_have_count(0)
    page.click(mark("tab-menu"))
    page.click(mark("tab-reopen"))
    expect(page).to_have_url(re.compile("/audit$"))
    tab(page, "/company").click(button="right")
    page.click(mark("tab-closeOthers"))
    expect(page.locator(mark("tab"))).to_have_count(1)
    expect(page).to_have_url(re.compile("/company"))
    shot(page, "console-tabs")


def test_search_from_anywhere(page: Page) -> None:
    sign_in(page)
    page.keyboard.press("Control+k")
    page.fill(mark("search-field"), "晨光")
    expect(page.locator(mark("search-hit-company")).first).to_contain_text("晨光")
    shot(page, "console-search")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/enrollment\?company="))

    page.keyboard.press("Control+k")
    expect(page.locator(mark("search-recent"))).to_have_text(["晨光"])
    page.fill(mark("search-field"), "13800138000")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert "13800138000" not in page.evaluate("JSON.stringify({...localStorage})")
    page.goto("/admin/quote")
    page.wait_for_selector(mark("quote-base"))
    page.keyboard.press("/")
    page.fill(mark("search-field"), "日志")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/audit$"))


def test_columns_and_rows_of_a_list(page: Page) -> None:
    """A column choice outlives the reload; rows are ticked across pages, and the file holds what was ticked."""
    sign_in(page)
    many_companies(page)
    page.click(mark("menu-company"))
    page.wait_for_selector(mark("company-row"))
    page.click(mark("table-columns"))
    page.uncheck(mark("column-creditCode"))
    page.reload()
    page.wait_for_selector(mark("company-row"))
    heads = page.locator(f"{mark('company-table')} th")
    expect(heads.filter(has_text="统一社会信用代码")).to_have_count(0)

    page.evaluate("localStorage.setItem('shebao.preferences', JSON.stringify({ pageSize: 20 }))")
    page.reload()
    page.wait_for_selector(mark("company-row"))
    expect(page.locator(mark("company-row"))).to_have_count(20)
    page.locator(mark("company-select")).nth(0).check()
    page.locator(mark("company-select")).nth(3).check()
    page.click(mark("table-next"))
    expect(page.locator(mark("table-total"))).to_contain_text("21")
    page.locator(mark("company-row")).nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(mark("selection-bar"))).to_contain_text("3")
    page.click(mark("table-previous"))
    expect(page.locator(mark("company-select")).nth(3)).to_be_checked()
    shot(page, "console-selection")
    with page.expect_download() as download:
        page.click(mark("export-selected"))
    text = download.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert len(text.decode("utf-8-sig").strip().splitlines()) == 4
    page.click(mark("selection-clear"))

    with page.expect_download() as download:
        page.click(mark("table-export"))
    lines = download.value.path().read_text("utf-8-sig").strip().splitlines()
    assert len(lines) > COMPANIES
    assert "统一社会信用代码" not in lines[0]


def test_a_filter_kept_under_a_name(page: Page) -> None:
    sign_in(page)
    page.click(mark("menu-company"))
    fill(page, "company-search", "晨光")
    expect(page).to_have_url(re.compile("search="))
    page.click(mark("table-saved"))
    fill(page, "saved-name", "晨光的")
    page.click(mark("saved-save"))
    page.click(mark("saved-default"))
    expect(page.locator(mark("saved-default"))).to_have_attribute("aria-pressed", "true")
    page.evaluate("sessionStorage.clear()")
    page.goto("/admin/company")
    expect(page).to_have_url(re.compile("search="))
    expect(page.locator(f"{mark('company-search')} input, input{mark('company-search')}")).to_have_value("晨光")


def test_a_form_outlives_the_session_and_a_slip(page: Page) -> None:
    sign_in(page)
    page.click(mark("menu-company"))
    page.click(mark("company-create"))
    page.click(mark("company-save"))
    expect(page.locator(f"{mark('company-name')} input, input{mark('company-name')}")).to_be_focused()
    fill(page, "company-name", "会话过期也不丢有限公司")
    page.keyboard.press("Escape")
    page.click(".leave-no")
    name = page.locator(f"{mark('company-name')} input, input{mark('company-name')}")
    expect(name).to_have_value("会话过期也不丢有限公司")
    page.context.clear_cookies()
    name.focus()
    page.keyboard.press("Control+Enter")
    dialog = page.locator(mark("expired-dialog"))
    expect(dialog).to_be_visible()
    shot(page, "console-expired")
    dialog.locator("#sign-in-password").fill(PASSWORDS["admin"])
    dialog.locator(mark("sign-in-submit")).click()
    expect(page.get_by_text("会话过期也不丢有限公司").first).to_be_visible()
    expect(dialog).to_be_hidden()


def test_dark_and_english(page: Page) -> None:
    sign_in(page)
    page.click(mark("theme-toggle"))
    page.click(mark("theme-dark"))
    expect(page.locator("html.dark")).to_have_count(1)
    page.click(mark("language-toggle"))
    expect(page.locator(mark("menu-company"))).to_have_text("Companies")
    page.reload()
    expect(page.locator(mark("menu-company"))).to_have_text("Companies")
    expect(page.locator("html.dark")).to_have_count(1)
    page.emulate_media(color_scheme="light")
    page.click(mark("theme-toggle"))
    page.click(mark("theme-system"))
    expect(page.locator("html.dark")).to_have_count(0)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html.dark")).to_have_count(1)
    shot(page, "console-dark-en")


def test_at_phone_width(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page)
    page.click(mark("menu-toggle"))
    page.locator(f"{mark('menu-drawer')} {mark('menu-company')}").click()
    page.wait_for_selector(mark("company-row"))
    expect(page.locator(mark("tabs"))).to_be_hidden()
    for path in ("company", "audit", "profile"):
        page.goto(f"/admin/{path}")
        page.wait_for_timeout(600)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 391, f"/admin/{path} is {wide} px wide"
    shot(page, "console-phone")
    page.click(mark("search-open"))
    expect(page.locator(mark("search-field"))).to_be_focused()


def serious(page: Page, place: str) -> list[str]:
    """What axe calls serious or worse, with the place it stands at."""
    # Not as a script of the page: its content security policy would refuse it, and is to stay as it is.
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{place}: {one['id']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_axe(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    sign_in(page)
    page.wait_for_timeout(600)
    wrong = serious(page, "home")
    for path, ready in (("company", "company-row"), ("quote", "quote-base"), ("profile", "profile")):
        page.goto(f"/admin/{path}")
        page.wait_for_selector(mark(ready))
        page.wait_for_timeout(600)
        wrong += serious(page, path)
    page.keyboard.press("Control+k")
    page.wait_for_selector(mark("search-field"))
    page.wait_for_timeout(600)
    wrong += serious(page, "search")
    assert not wrong, "\n".join(wrong)
