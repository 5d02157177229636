"""B1: a code by text message as the other second factor, with the sandbox listening on a real port."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from app import worker
from app.container import Container
from app.main import make_app
from db.models.audit import Audit
from db.models.staff import Session, Staff
from db.models.system import Outbox
from db.sql import fetch
from domain.actor import Actor
from domain.errors import Refusal
from domain.signin import SMS_CODE_TRIES, CodeWay, Step, authenticator_code, step_of
from services import staff
from services.staff import Attempt, Outcome
from tests.factories import later, new_staff
from tests.graphql_client import GraphQLClient, token_for
from tests.services.test_sign_in import PASSWORD, codes, enrolled
from tests.sms_sandbox import Running, listening

PHONE = "13800138000"
SHOWN = "138****8000"


@dataclass
class Desk:
    """The product with the sandbox as its provider."""

    container: Container
    running: Running

    async def sent(self) -> str:
        """Carries out what is waiting and answers the code of the newest message."""
        await worker.drain(self.container.ports)
        return self.running.sandbox.messages[-1].parameters[0]

    async def wait(self, actor: Actor, **by: float) -> None:
        """Moves the clock, and ends the minute in which no second code is sent: Redis keeps its own time."""
        await later(self.container, **by)
        await self.container.ports.limiter.forget(f"sms:{actor.staff_id}:minute")

    async def registered(self, actor: Actor, phone: str = PHONE) -> None:
        """Registers the phone, from the first message to the code."""
        await staff.begin_phone(self.container.ports, actor, PASSWORD, phone)
        await staff.confirm_phone(self.container.ports, actor, await self.sent())
        await self.wait(actor, minutes=2)

    async def sign_in(self, username: str, **more: object) -> Outcome:
        """An attempt with the right password."""
        return await staff.sign_in(self.container.ports, Attempt(username, PASSWORD, "192.0.2.1", "test", **more))  # type: ignore[arg-type]


@pytest.fixture
async def desk(container: Container) -> AsyncIterator[Desk]:
    async with listening(container.ports.store.clock) as running:
        container.ports.sms = running.sms
        yield Desk(container, running)


async def test_a_phone_is_registered_and_opens_the_door(desk: Desk) -> None:
    """B1: registered with its code, asked for at sign-in, good for one sign-in."""
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    await staff.begin_phone(desk.container.ports, actor, PASSWORD, "+86 138-0013-8000")
    assert await staff.my_phone(desk.container.ports, actor) is None
    assert (await desk.sign_in(username)).step is Step.DONE, "a phone that was not confirmed asks for nothing"
    await staff.confirm_phone(desk.container.ports, actor, await desk.sent())
    assert await staff.my_phone(desk.container.ports, actor) == SHOWN
    await desk.wait(actor, minutes=2)
    asked = await desk.sign_in(username)
    assert (asked.step, asked.ways, asked.phone, asked.token) == (Step.CODE, (CodeWay.SMS,), SHOWN, "")
    sending = await desk.sign_in(username, send_code=True)
    assert (sending.step, codes(sending)) == (Step.CODE, ["code_needed"])
    code = await desk.sent()
    opened = await desk.sign_in(username, code=f" {code[:3]} {code[3:]} ")
    assert opened.step is Step.DONE
    assert opened.token
    again = await desk.sign_in(username, code=code)
    assert codes(again) == ["wrong_code"], "a code is good once"


async def test_one_may_choose_between_message_and_authenticator(desk: Desk) -> None:
    """B1: both are on; each opens the door, and so does a recovery code by either way."""
    actor, username, secret, recovery = await enrolled(desk.container)
    await desk.registered(actor)
    asked = await desk.sign_in(username)
    assert asked.ways == (CodeWay.AUTHENTICATOR, CodeWay.SMS)
    await desk.sign_in(username, send_code=True)
    code = await desk.sent()
    wrong_way = await desk.sign_in(username, code=code, way=CodeWay.AUTHENTICATOR)
    assert codes(wrong_way) == ["wrong_code"]
    assert (await desk.sign_in(username, code=code, way=CodeWay.SMS)).step is Step.DONE
    shown = authenticator_code(secret, step_of(desk.container.ports.store.clock()))
    assert (await desk.sign_in(username, code=shown)).step is Step.DONE
    assert (await desk.sign_in(username, code=recovery[0], way=CodeWay.SMS)).step is Step.DONE


async def test_two_at_once_get_in_once(desk: Desk) -> None:
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    await desk.registered(actor)
    await desk.sign_in(username, send_code=True)
    code = await desk.sent()
    both = await asyncio.gather(*(desk.sign_in(username, code=code) for _ in range(2)))
    assert sorted(o.step for o in both) == [Step.CODE, Step.DONE]


async def test_a_code_dies_of_age_and_of_wrong_tries(desk: Desk) -> None:
    """Five minutes, five tries; a new code voids the old one."""
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    await desk.registered(actor)
    await desk.sign_in(username, send_code=True)
    code = await desk.sent()
    await desk.wait(actor, minutes=5, seconds=1)
    assert codes(await desk.sign_in(username, code=code)) == ["wrong_code"]
    await staff.begin_phone(desk.container.ports, actor, PASSWORD, "13900139000")
    first = await desk.sent()
    await desk.wait(actor, minutes=1)
    await staff.begin_phone(desk.container.ports, actor, PASSWORD, "13900139000")
    second = await desk.sent()
    if first != second:
        with pytest.raises(Refusal, match="wrong_code"):
            await staff.confirm_phone(desk.container.ports, actor, first)
    for _ in range(SMS_CODE_TRIES):
        with pytest.raises(Refusal, match="wrong_code"):
            await staff.confirm_phone(desk.container.ports, actor, "abcdef\ud800")
    with pytest.raises(Refusal, match="wrong_code"):
        await staff.confirm_phone(desk.container.ports, actor, second)
    assert await staff.my_phone(desk.container.ports, actor) == SHOWN, "the earlier phone counts until then"


async def test_a_code_for_the_phone_opens_no_door(desk: Desk) -> None:
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    await desk.registered(actor)
    await staff.begin_phone(desk.container.ports, actor, PASSWORD, "13900139000")
    assert codes(await desk.sign_in(username, code=await desk.sent())) == ["wrong_code"]


async def test_one_a_minute_and_ten_a_day(desk: Desk) -> None:
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    await desk.registered(actor)
    for sent in range(2, 11):
        assert codes(await desk.sign_in(username, send_code=True)) == ["code_needed"], sent
        assert codes(await desk.sign_in(username, send_code=True)) == ["sms_too_soon"]
        await desk.sent()
        await desk.wait(actor, minutes=1)
    assert codes(await desk.sign_in(username, send_code=True)) == ["sms_too_many"]
    await worker.drain(desk.container.ports)
    assert len(desk.running.sandbox.messages) == 10


async def test_nothing_plain_is_kept_or_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither outbox nor codes, audit, staff row or log hold the phone or the code."""
    caplog.set_level(logging.DEBUG)
    actor, _ = await new_staff(desk.container, [], password=PASSWORD)
    await staff.begin_phone(desk.container.ports, actor, PASSWORD, PHONE)
    kept = await desk.container.ports.codes.get(f"sms:phone:{actor.staff_id}")
    desk.running.sandbox.failing.append("InternalError.Timeout")
    await worker.drain(desk.container.ports)
    assert not desk.running.sandbox.messages
    await later(desk.container, seconds=10)
    code = await desk.sent()
    await staff.confirm_phone(desk.container.ports, actor, code)
    rows = [await fetch(f"SELECT * FROM {table}") for table in ("outbox", "audit", "staff")]
    plain = f"{rows} {kept} {caplog.text}"
    assert "SmsDelayed" in plain, "the failed attempt was noted"
    assert PHONE not in plain
    assert f'"{code}"' not in plain
    assert f"'{code}'" not in plain
    assert f" {code}" not in plain


async def test_a_code_that_is_void_by_now_is_not_sent(desk: Desk) -> None:
    actor, _ = await new_staff(desk.container, [], password=PASSWORD)
    await staff.begin_phone(desk.container.ports, actor, PASSWORD, PHONE)
    await later(desk.container, minutes=6)
    await worker.drain(desk.container.ports)
    assert not desk.running.sandbox.messages
    assert await Outbox.filter(topic="sms.send", done_at__gt=0).count() == 1


async def test_without_a_provider_nothing_is_offered(desk: Desk) -> None:
    """B1: the option is gone; whoever had only the phone needs an administrator, and gets in no easier."""
    ports = desk.container.ports
    alone, alone_name = await new_staff(desk.container, [], password=PASSWORD)
    await desk.registered(alone)
    both, both_name, secret, _ = await enrolled(desk.container)
    await desk.registered(both)
    ports.sms = None
    asked = await desk.sign_in(both_name)
    assert (asked.ways, asked.phone) == ((CodeWay.AUTHENTICATOR,), "")
    assert codes(await desk.sign_in(both_name, send_code=True)) == ["sms_off"]
    opened = await desk.sign_in(both_name, code=authenticator_code(secret, step_of(ports.store.clock())))
    assert opened.step is Step.DONE
    assert codes(await desk.sign_in(alone_name)) == ["sms_off"]
    with pytest.raises(Refusal, match="sms_off"):
        await staff.begin_phone(ports, alone, PASSWORD, PHONE)


async def test_registering_takes_a_password_and_a_mobile_number(desk: Desk) -> None:
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    with pytest.raises(Refusal, match="wrong_password"):
        await staff.begin_phone(desk.container.ports, actor, "not it", PHONE)
    with pytest.raises(Refusal, match="phone_form"):
        await staff.begin_phone(desk.container.ports, actor, PASSWORD, "010-65000000")
    with pytest.raises(Refusal, match="wrong_code"):
        await staff.confirm_phone(desk.container.ports, actor, "000000")
    with pytest.raises(Refusal, match="no_phone"):
        await staff.drop_phone(desk.container.ports, actor, PASSWORD)
    assert await Outbox.filter(topic="sms.send").count() == 0
    await desk.registered(actor)
    await desk.sign_in(username, send_code=True)
    await staff.drop_phone(desk.container.ports, actor, PASSWORD)
    row = await Staff.get(id=actor.staff_id)
    assert (row.phone_sealed, row.phone_confirmed_at) == (None, 0)
    assert (await desk.sign_in(username)).step is Step.DONE


async def test_through_graphql(desk: Desk) -> None:
    """The existing shape of signIn holds; `via`, `sendCode`, `ways` and `phone` are new beside it."""
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    app = make_app(container=desk.container)
    client = GraphQLClient(app, await token_for(desk.container, actor.staff_id))
    begun = await client.ask(
        f'mutation {{ beginPhone(password: "{PASSWORD}", phone: "{PHONE}") {{ done problems {{ code }} }} }}'
    )
    assert begun["data"]["beginPhone"] == {"done": True, "problems": []}
    confirmed = await client.ask(f'mutation {{ confirmPhone(code: "{await desk.sent()}") {{ done }} }}')
    assert confirmed["data"]["confirmPhone"]["done"]
    await desk.wait(actor, minutes=2)
    me = await client.ask("{ me { phone smsOffered secondFactor } }")
    assert me["data"]["me"] == {"phone": SHOWN, "smsOffered": True, "secondFactor": False}
    stranger = GraphQLClient(app)
    asking = (
        'mutation { signIn(username: "%s", password: "%s"%s) { step ways phone problems { code } staff { username } } }'
    )
    asked = await stranger.ask(asking % (username, PASSWORD, ", sendCode: true"))
    assert asked["data"]["signIn"]["ways"] == ["SMS"]
    assert asked["data"]["signIn"]["phone"] == SHOWN
    wrong = await stranger.ask(asking % (username, "not it", ", sendCode: true"))
    assert (wrong["data"]["signIn"]["ways"], wrong["data"]["signIn"]["phone"]) == ([], None), "the password goes first"
    code = await desk.sent()
    opened = await stranger.ask(asking % (username, PASSWORD, f', code: "{code}", via: SMS'))
    assert opened["data"]["signIn"]["staff"] == {"username": username}


async def test_every_step_leaves_an_audit_line(desk: Desk) -> None:
    actor, username = await new_staff(desk.container, [], password=PASSWORD)
    await desk.registered(actor)
    await desk.sign_in(username, send_code=True)
    assert (await desk.sign_in(username, code=await desk.sent())).step is Step.DONE
    await staff.drop_phone(desk.container.ports, actor, PASSWORD)
    acts = await Audit.filter(subject_id=actor.staff_id).order_by("id").values_list("act", flat=True)
    assert list(acts) == ["staff.sms_code", "staff.phone_on", "staff.sms_code", "staff.sign_in", "staff.phone_off"]
    assert await Session.filter(staff_id=actor.staff_id, revoked_at=0).count() == 1
