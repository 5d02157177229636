"""B1: a second factor through the page, from setting it up to switching it off. Nothing fails here on purpose:
three failures would ask every other test of this address for a captcha."""

from __future__ import annotations

import time
from base64 import b32decode

import pytest
from playwright.sync_api import Page, expect

from domain.signin import authenticator_code, step_of
from services.seed import ACCOUNTS
from tests.e2e.conftest import shot

pytestmark = pytest.mark.e2e

PASSWORD = next(a.password for a in ACCOUNTS if a.username == "admin")


def mark(name: str) -> str:
    return f"[data-test={name}]"


def fill(page: Page, name: str, value: str) -> None:
    page.fill(f"input{mark(name)}, {mark(name)} input", value)


def open_dialog(page: Page) -> None:
    page.click(mark("user-menu"))
    page.click(mark("user-second-factor"))


def test_a_second_factor_through_the_page(page: Page) -> None:
    page.goto("/admin/")
    fill(page, "sign-in-username", "admin")
    fill(page, "sign-in-password", PASSWORD)
    page.click(mark("sign-in-submit"))
    page.wait_for_selector(mark("home-waiting"))

    open_dialog(page)
    page.click(mark("second-factor-begin"))
    secret = b32decode(page.inner_text(mark("second-factor-secret")).replace(" ", ""))
    href = page.get_attribute(mark("second-factor-uri"), "href")
    assert href is not None
    assert href.startswith("otpauth://totp/")
    fill(page, "second-factor-code", authenticator_code(secret, step_of(int(time.time() * 1000))))
    page.click(mark("second-factor-confirm"))
    recovery = page.inner_text(mark("second-factor-recovery")).split()
    assert len(recovery) == 10
    page.keyboard.press("Escape")
    expect(page.locator(mark("second-factor-recovery"))).to_be_visible()
    page.wait_for_timeout(400)
    shot(page, "recovery-codes")
    with page.expect_download() as download:
        page.click(mark("second-factor-download"))
    assert download.value.path().read_text().split() == recovery
    page.click(mark("second-factor-done"))
    expect(page.locator(mark("second-factor-recovery"))).to_be_hidden()
    page.click(mark("user-menu"))
    page.click(mark("sign-out"))

    fill(page, "sign-in-username", "admin")
    fill(page, "sign-in-password", PASSWORD)
    page.click(mark("sign-in-submit"))
    page.wait_for_selector(mark("sign-in-code"))
    shot(page, "sign-in-code")
    fill(page, "sign-in-code", recovery[0].lower())
    page.click(mark("sign-in-submit"))
    page.wait_for_selector(mark("home-waiting"))

    open_dialog(page)
    expect(page.locator(mark("second-factor-left"))).to_contain_text("9")
    page.click(mark("second-factor-drop"))
    fill(page, "second-factor-password", PASSWORD)
    fill(page, "second-factor-drop-code", recovery[1])
    page.click(mark("second-factor-drop-yes"))
    expect(page.locator(mark("second-factor-on"))).to_be_hidden()
    open_dialog(page)
    expect(page.locator(mark("second-factor-begin"))).to_be_visible()
