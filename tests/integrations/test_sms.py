"""B1: the adapter for text messages and its sandbox, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from app.main import make_app
from app.settings import Settings
from app.sms import text_messages
from integrations.sms.tencent import SmsDelayed, TencentSms, canonical_digest
from tests.moved_clock import MovedClock
from tests.sms_sandbox import ACCOUNT, Running, listening

CLOCK = MovedClock("2026-11-10T10:00:00+08:00")
PHONE = "13800138000"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with listening(CLOCK) as opened:
        yield opened


def test_the_digest_is_that_of_the_published_example() -> None:
    """The example of the provider's page on signatures (2019-02-25, CVM)."""
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    headers = {
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
        "x-tc-action": "describeinstances",
    }
    assert canonical_digest(headers, body) == "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"


async def test_a_code_arrives(running: Running) -> None:
    assert await running.sms.send_code(PHONE, "012345", 5) == ""
    (message,) = running.sandbox.messages
    assert (message.phone, message.parameters) == (f"+86{PHONE}", ("012345", "5"))
    async with httpx.AsyncClient() as client:
        page = (await client.get(running.address)).text
    assert "012345" in page
    assert PHONE in page


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"secret_id": "somebody"}, "AuthFailure.SecretIdNotFound"),
        ({"secret_key": "another key"}, "AuthFailure.SignatureFailure"),
        ({"app_id": "1400000001"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
    ],
)
async def test_wrong_settings_are_refused_for_good(running: Running, wrong: dict[str, str], code: str) -> None:
    sms = TencentSms(replace(ACCOUNT, **wrong), running.address, CLOCK)
    assert await sms.send_code(PHONE, "012345", 5) == code
    assert not running.sandbox.messages


async def test_a_body_that_was_changed_is_refused(running: Running) -> None:
    """What was signed is what counts: the same headers with another phone do not pass."""
    seen: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500)

    original = httpx.AsyncClient
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "AsyncClient", lambda **given: original(transport=httpx.MockTransport(keep)))
        with pytest.raises(SmsDelayed, match="HTTP 500"):
            await running.sms.send_code(PHONE, "012345", 5)
    (request,) = seen
    changed = request.content.replace(b"13800138000", b"13900139000")
    headers = {k: v for k, v in request.headers.items() if k != "content-length"}
    async with original() as client:
        answer = (await client.post(running.address, content=changed, headers=headers)).json()
        assert answer["Response"]["Error"]["Code"] == "AuthFailure.SignatureFailure"
        answer = (await client.post(running.address, content=request.content, headers=headers)).json()
    assert answer["Response"]["SendStatusSet"][0]["Code"] == "Ok"


async def test_a_wrong_number_is_refused_for_good(running: Running) -> None:
    assert await running.sms.send_code("12345", "012345", 5) == "InvalidParameterValue.IncorrectPhoneNumber"


@pytest.mark.parametrize("code", ["InternalError.Timeout", "LimitExceeded.PhoneNumberThirtySecondLimit"])
async def test_what_may_pass_is_raised(running: Running, code: str) -> None:
    running.sandbox.failing.append(code)
    with pytest.raises(SmsDelayed, match=code):
        await running.sms.send_code(PHONE, "012345", 5)
    assert await running.sms.send_code(PHONE, "012345", 5) == ""


async def test_a_late_request_is_refused(running: Running) -> None:
    late = MovedClock("2026-11-10T10:06:00+08:00")
    with pytest.raises(SmsDelayed, match="SignatureExpire"):
        await TencentSms(ACCOUNT, running.address, late).send_code(PHONE, "012345", 5)


async def test_a_provider_that_hangs_or_is_away_delays(running: Running) -> None:
    """The exception says what happened and holds neither phone nor code."""
    gone = TencentSms(ACCOUNT, "http://127.0.0.1:9/", CLOCK, seconds=1)
    with pytest.raises(SmsDelayed) as away:
        await gone.send_code(PHONE, "012345", 5)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(SmsDelayed, match="ReadTimeout") as hung:
        await TencentSms(ACCOUNT, f"http://127.0.0.1:{port}/", CLOCK, seconds=0.3).send_code(PHONE, "012345", 5)
    silent.close()
    for told in (away, hung):
        assert PHONE not in str(told.value)
        assert "012345" not in str(told.value)


def test_who_sends_is_decided_by_settings(tmp_path: Path) -> None:
    demo = Settings(var_dir=tmp_path, environment="demo")
    assert text_messages(demo, CLOCK) is not None
    off = Settings(var_dir=tmp_path, environment="production", sms_secret_id="")
    assert text_messages(off, CLOCK) is None
    half = Settings(var_dir=tmp_path, environment="production", sms_secret_id="id", sms_secret_key="key")
    with pytest.raises(RuntimeError, match=r"SMS_APP_ID, SMS_SIGN, SMS_TEMPLATE_ID"):
        text_messages(half, CLOCK)
    assert "key" not in repr(ACCOUNT)


@pytest.mark.parametrize(
    ("environment", "secret_id", "status"), [("demo", "", 200), ("demo", "given", 404), ("production", "", 404)]
)
def test_the_sandbox_is_there_in_the_demo_alone(tmp_path: Path, environment: str, secret_id: str, status: int) -> None:
    app = make_app(Settings(var_dir=tmp_path, environment=environment, sms_secret_id=secret_id))
    assert TestClient(app).get("/sandbox/sms/").status_code == status
