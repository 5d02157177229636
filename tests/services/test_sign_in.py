"""B1: captcha, lock-out, second factor and the age of passwords, with a moved clock."""

from __future__ import annotations

import asyncio
from base64 import b32decode
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.notice import Notice
from db.models.staff import Role, Session, Staff, StaffRole
from db.sql import fetch
from domain.actor import Actor
from domain.errors import Refusal
from domain.signin import (
    CODE_LIFE_MS,
    Step,
    accepted_step,
    aged,
    authenticator_code,
    recovery_form,
    step_of,
    weak,
)
from services import seed, staff
from services.staff import Attempt, Outcome
from tests.factories import later, new_staff
from tests.moved_clock import MovedClock

PASSWORD = "First-Pass-123"
RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    now = seconds * 1000
    assert authenticator_code(RFC_SECRET, step_of(now), digits=8) == code
    assert accepted_step(RFC_SECRET, code[2:], now, last_step=0) == step_of(now)


def test_a_code_is_good_for_its_half_minute_and_the_neighbours_but_once() -> None:
    now = 1111111109000
    step = step_of(now)
    for away, good in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = authenticator_code(RFC_SECRET, step + away)
        assert (accepted_step(RFC_SECRET, code, now, 0) == step + away) is good, away
    used = authenticator_code(RFC_SECRET, step)
    assert accepted_step(RFC_SECRET, used, now, step) is None
    assert accepted_step(RFC_SECRET, authenticator_code(RFC_SECRET, step - 1), now, step) is None
    for strange in ("", "28708", "abcdef", "２８７０８２", "\ud800"):
        assert accepted_step(RFC_SECRET, strange, now, 0) is None


def test_recovery_codes_are_read_as_people_write_them() -> None:
    assert recovery_form("abcde-01234") == "ABCDE01234"
    assert recovery_form(" AB CDE-OlI34 ") == "ABCDE01134"
    assert recovery_form("287082") is None
    assert recovery_form("ABCDE-0123U") is None


def test_passwords_are_judged_by_length_kind_and_age() -> None:
    assert [weak(p, "Old-Pass-1") for p in ("short-1", "1234567890", "abcdefghij", "Old-Pass-1")] == [True] * 4
    assert not weak("New-Pass-12", "Old-Pass-1")
    day = 24 * 3600 * 1000
    assert (aged(day, 180 * day), aged(day, 181 * day), aged(0, 400 * day)) == (False, True, True)


async def attempt(container: Container, username: str, password: str = PASSWORD, **more: str) -> Outcome:
    """An attempt to sign in, with a right captcha when one is due."""
    given = Attempt(username, password, "192.0.2.1", "test", **more)
    outcome = await staff.sign_in(container.ports, given)
    if [p.code for p in outcome.problems] == ["captcha_needed"]:
        row_id, text = await captcha(container)
        outcome = await staff.sign_in(container.ports, replace(given, captcha_id=row_id, captcha_text=text))
    return outcome


async def captcha(container: Container) -> tuple[str, str]:
    """A fresh captcha and what stands on it."""
    row = await staff.new_captcha(container.ports, "192.0.2.2")
    kept = await container.redis.get(f"shebao:code:captcha:{row.id}")
    return row.id, orjson.loads(kept)["text"]


def codes(outcome: Outcome) -> list[str]:
    return [p.code for p in outcome.problems]


async def enrolled(container: Container) -> tuple[Actor, str, bytes, list[str]]:
    """A staff member with a second factor: actor, name, secret and recovery codes."""
    actor, username = await new_staff(container, [], password=PASSWORD)
    new = await staff.begin_second_factor(container.ports, actor)
    secret = b32decode(new.secret.replace(" ", ""))
    assert parse_qs(urlsplit(new.uri).query)["secret"] == [new.secret.replace(" ", "")]
    recovery = await staff.confirm_second_factor(container.ports, actor, code_now(container, secret))
    await later(container, seconds=90)
    return actor, username, secret, recovery


def code_now(container: Container, secret: bytes) -> str:
    return authenticator_code(secret, step_of(container.ports.store.clock()))


async def test_a_captcha_is_due_after_three_failures(container: Container, clock: MovedClock) -> None:
    """For known and unknown names alike; used once, within minutes, and never counted against the account."""
    _, username = await new_staff(container, [], password=PASSWORD)
    for name in (username, "nobody-of-that-name"):
        await container.redis.flushdb()
        failed = [await staff.sign_in(container.ports, Attempt(name, "wrong", "192.0.2.1")) for _ in range(3)]
        assert [o.step for o in failed] == [Step.PASSWORD, Step.PASSWORD, Step.CAPTCHA]
        assert [codes(o) for o in failed] == [["wrong_password"]] * 3
        asked = await staff.sign_in(container.ports, Attempt(name, PASSWORD, "192.0.2.1"))
        assert (asked.step, codes(asked)) == (Step.CAPTCHA, ["captcha_needed"])
    row_id, text = await captcha(container)
    guarded = Attempt(username, PASSWORD, "192.0.2.1", captcha_id=row_id, captcha_text=text.lower())
    for wrong in (replace(guarded, captcha_text="33333" if text != "33333" else "44444"), guarded):
        outcome = await staff.sign_in(container.ports, wrong)
        assert (outcome.step, codes(outcome)) == (Step.CAPTCHA, ["wrong_captcha"]), "the first answer has used it up"
    row_id, text = await captcha(container)
    clock.forward(minutes=6)
    late = await staff.sign_in(container.ports, replace(guarded, captcha_id=row_id, captcha_text=text))
    assert codes(late) == ["wrong_captcha"]
    assert (await Staff.get(username=username)).failures == 3
    assert (await attempt(container, username)).step is Step.DONE
    assert (await staff.sign_in(container.ports, Attempt(username, "wrong", "192.0.2.9"))).step is Step.PASSWORD


async def test_a_captcha_is_due_from_an_address_too(container: Container) -> None:
    for n in range(3):
        await staff.sign_in(container.ports, Attempt(f"guess-{n}", "wrong", "192.0.2.1"))
    assert codes(await staff.sign_in(container.ports, Attempt("zhuguan", "Shebao-demo-3", "192.0.2.1"))) == [
        "captcha_needed"
    ]
    elsewhere = await staff.sign_in(container.ports, Attempt("zhuguan", "Shebao-demo-3", "192.0.2.7"))
    assert elsewhere.step is Step.DONE


async def test_ten_failures_in_a_row_lock_for_half_an_hour(container: Container) -> None:
    """Known and unknown names are told the same; administrators hear of the known one; time unlocks it."""
    _, username = await new_staff(container, [], password=PASSWORD)
    told = {}
    for name in (username, "nobody-of-that-name"):
        await container.redis.flushdb()
        outcomes = [await attempt(container, name, "wrong") for _ in range(10)]
        outcomes.append(await attempt(container, name))
        told[name] = [(o.step, codes(o)) for o in outcomes]
        assert told[name][8] == (Step.CAPTCHA, ["wrong_password"])
        assert told[name][9:] == [(Step.PASSWORD, ["account_locked"])] * 2
    assert told[username] == told["nobody-of-that-name"]
    admin = await Staff.get(username="admin")
    notice = await Notice.get(staff_id=admin.id)
    assert username in notice.title
    assert await Notice.all().count() == 1, "nobody else, and nothing about names that do not exist"
    assert await Audit.filter(act="staff.locked").count() == 1
    assert not await Session.exists()
    await later(container, minutes=29)
    assert codes(await attempt(container, username)) == ["account_locked"]
    await later(container, minutes=1)
    assert (await attempt(container, username)).step is Step.DONE
    row = await Staff.get(username=username)
    assert (row.failures, row.locked_until) == (0, 0)


async def test_only_failures_in_a_row_lock(container: Container) -> None:
    _, username = await new_staff(container, [], password=PASSWORD)
    for _ in range(2):
        for _ in range(9):
            assert "account_locked" not in codes(await attempt(container, username, "wrong"))
        await container.redis.flushdb()
        assert (await attempt(container, username)).step is Step.DONE


async def test_parallel_guesses_are_all_counted(container: Container) -> None:
    _, username = await new_staff(container, [], password=PASSWORD)
    guesses = [staff.sign_in(container.ports, Attempt(username, "wrong", f"192.0.2.{n}")) for n in range(3)]
    await asyncio.gather(*guesses)
    assert (await Staff.get(username=username)).failures == 3


async def test_the_second_factor_is_asked_for_and_each_code_is_good_once(container: Container) -> None:
    actor, username, secret, _ = await enrolled(container)
    row = await staff.me(actor)
    assert (row.second_factor, row.recovery_left) == (True, 10)
    asked = await attempt(container, username)
    assert (asked.step, codes(asked), asked.token) == (Step.CODE, ["code_needed"], "")
    code = code_now(container, secret)
    wrong = await attempt(container, username, code=f"{(int(code) + 1) % 10**6:06d}")
    assert (wrong.step, codes(wrong)) == (Step.CODE, ["wrong_code"])
    assert (await attempt(container, username, code=code)).step is Step.DONE
    assert codes(await attempt(container, username, code=code)) == ["wrong_code"]
    await later(container, seconds=CODE_LIFE_MS // 1000)
    code = code_now(container, secret)
    both = await asyncio.gather(*(attempt(container, username, code=code) for _ in range(2)))
    assert sorted(codes(o) for o in both) == [[], ["wrong_code"]]
    kept = (await fetch("SELECT totp_sealed FROM staff WHERE id = ?", [actor.staff_id]))[0]["totp_sealed"]
    assert secret not in bytes(kept)


async def test_wrong_codes_lock_like_wrong_passwords(container: Container) -> None:
    _, username, _, _ = await enrolled(container)
    outcomes = [await attempt(container, username, code="ABCDE-FGHJK") for _ in range(10)]
    assert codes(outcomes[8]) == ["wrong_code"]
    assert codes(outcomes[9]) == ["account_locked"]


async def test_a_captcha_lasts_until_the_code_is_given(container: Container) -> None:
    """Whoever gave it with the right password is not asked for another one, and nobody else can use it."""
    _, username, secret, _ = await enrolled(container)
    for _ in range(3):
        await attempt(container, username, "wrong")
    row_id, text = await captcha(container)
    given = Attempt(username, PASSWORD, "192.0.2.1", captcha_id=row_id, captcha_text=text)
    assert (await staff.sign_in(container.ports, given)).step is Step.CODE
    other = await staff.sign_in(container.ports, replace(given, username="zhuguan", password="Shebao-demo-3"))
    assert codes(other) == ["wrong_captcha"]
    row_id, text = await captcha(container)
    given = replace(given, captcha_id=row_id, captcha_text=text)
    assert (await staff.sign_in(container.ports, given)).step is Step.CODE
    done = await staff.sign_in(container.ports, replace(given, code=code_now(container, secret)))
    assert done.step is Step.DONE


async def test_a_recovery_code_is_good_once(container: Container) -> None:
    actor, username, _, recovery = await enrolled(container)
    assert len(set(recovery)) == 10
    assert (await attempt(container, username, code=recovery[3].lower())).step is Step.DONE
    assert codes(await attempt(container, username, code=recovery[3])) == ["wrong_code"]
    assert (await staff.me(actor)).recovery_left == 9
    stored = (await Staff.get(id=actor.staff_id)).recovery or ""
    assert not [c for c in recovery if c in stored or c.replace("-", "") in stored]


async def test_the_second_factor_is_dropped_with_password_and_code(container: Container) -> None:
    actor, username, secret, recovery = await enrolled(container)
    for password, code, problem in (("wrong", recovery[0], "wrong_password"), (PASSWORD, "000", "wrong_code")):
        with pytest.raises(Refusal) as refused:
            await staff.drop_second_factor(container.ports, actor, password, code)
        assert refused.value.problems[0].code == problem
    assert (await staff.me(actor)).second_factor
    with pytest.raises(Refusal, match="second_factor_on"):
        await staff.begin_second_factor(container.ports, actor)
    await staff.drop_second_factor(container.ports, actor, PASSWORD, code_now(container, secret))
    row = await staff.me(actor)
    assert (row.second_factor, row.recovery_left) == (False, 0)
    assert (await attempt(container, username)).step is Step.DONE


async def test_an_unconfirmed_second_factor_asks_for_nothing(container: Container) -> None:
    actor, username = await new_staff(container, [], password=PASSWORD)
    with pytest.raises(Refusal, match="second_factor_not_begun"):
        await staff.confirm_second_factor(container.ports, actor, "000000")
    await staff.begin_second_factor(container.ports, actor)
    with pytest.raises(Refusal, match="wrong_code"):
        await staff.confirm_second_factor(container.ports, actor, "000")
    assert (await attempt(container, username)).step is Step.DONE


async def test_an_old_password_is_changed_while_signing_in(container: Container) -> None:
    """A code that was given before is still good; all other sessions end."""
    actor, username, secret, _ = await enrolled(container)
    await later(container, days=179)
    assert (await attempt(container, username, code=code_now(container, secret))).step is Step.DONE
    await later(container, days=1)
    code = code_now(container, secret)
    before = await Session.filter(staff_id=actor.staff_id, revoked_at=0).count()
    asked = await attempt(container, username, code=code)
    assert (asked.step, codes(asked)) == (Step.NEW_PASSWORD, ["new_password_needed"])
    weak_one = await attempt(container, username, code=code, new_password="short")
    assert (weak_one.step, codes(weak_one)) == (Step.NEW_PASSWORD, ["weak_password"])
    assert await Session.filter(staff_id=actor.staff_id, revoked_at=0).count() == before
    done = await attempt(container, username, code=code, new_password="Second-Pass-456")
    assert done.step is Step.DONE
    left = await Session.filter(staff_id=actor.staff_id, revoked_at=0)
    assert [s.token_hash for s in left] == [staff.digest(done.token)]
    assert codes(await attempt(container, username, code=code)) == ["wrong_password"]


async def test_the_last_five_passwords_are_not_used_again(container: Container) -> None:
    actor, username = await new_staff(container, [], password="Pass-word-0")
    for n in range(1, 6):
        await staff.change_password(container.ports, actor, f"Pass-word-{n - 1}", f"Pass-word-{n}")
    for n in (5, 4, 1):
        with pytest.raises(Refusal) as refused:
            await staff.change_password(container.ports, actor, "Pass-word-5", f"Pass-word-{n}")
        assert refused.value.problems[0].code == ("weak_password" if n == 5 else "used_password")
    await later(container, days=180)
    again = await attempt(container, username, "Pass-word-5", new_password="Pass-word-2")
    assert (again.step, codes(again), again.problems[0].field) == (Step.NEW_PASSWORD, ["used_password"], "newPassword")
    await staff.change_password(container.ports, actor, "Pass-word-5", "Pass-word-0")
    assert (await attempt(container, username, "Pass-word-0")).step is Step.DONE


@pytest.fixture
async def no_administrator(container: Container) -> AsyncIterator[None]:
    """As in a new installation. Rows of the seed are put back: on MariaDB all tests share them."""
    admin, viewer = await Staff.get(username="admin"), await Role.get(code="viewer")
    held = await StaffRole.get(staff_id=admin.id)
    before = held.role_id  # type: ignore[attr-defined]
    await Staff.filter(id=admin.id).update(username="admin-of-the-seed")
    await StaffRole.filter(id=held.id).update(role_id=viewer.id)
    yield
    await Staff.filter(username="admin").delete()
    await Staff.filter(id=admin.id).update(username="admin")
    await StaffRole.filter(id=held.id).update(role_id=before)


async def test_the_first_administrator_chooses_an_own_password(container: Container, no_administrator: None) -> None:
    password = await seed.first_administrator(container.ports)
    assert password is not None
    assert (await attempt(container, "admin", password)).step is Step.NEW_PASSWORD
    assert (await attempt(container, "admin", password, new_password="Quite-Own-1")).step is Step.DONE


async def test_ones_own_password_is_not_guessed_from_an_open_session(container: Container) -> None:
    actor, _ = await new_staff(container, [], password=PASSWORD)
    for _ in range(5):
        with pytest.raises(Refusal, match="wrong_password"):
            await staff.change_password(container.ports, actor, "wrong", "Second-Pass-456")
    with pytest.raises(Refusal, match="too_many_attempts"):
        await staff.change_password(container.ports, actor, PASSWORD, "Second-Pass-456")
