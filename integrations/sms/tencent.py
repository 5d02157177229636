"""Sending codes through Tencent Cloud SMS: action SendSms, version 2021-01-11, signed with TC3-HMAC-SHA256.

The template has two places: the code, and for how many minutes it is good.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

ACTION: Final = "SendSms"
VERSION: Final = "2021-01-11"
SERVICE: Final = "sms"
ALGORITHM: Final = "TC3-HMAC-SHA256"
CONTENT_TYPE: Final = "application/json; charset=utf-8"

PASSING: Final = (
    "InternalError",
    "RequestLimitExceeded",
    "ResourceUnavailable",
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "AuthFailure.SignatureExpire",
)
"""How the codes of refusals begin that a repetition may help."""


class SmsDelayed(RuntimeError):
    """The message was not accepted now and may be later. Holds neither phone nor code."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the provider's console shows for an application: keys, application, approved signature and template."""

    secret_id: str
    secret_key: str = field(repr=False)
    app_id: str
    sign: str
    template_id: str
    region: str = "ap-guangzhou"


class TencentSms:
    """Answers and raises as the port `Sms` says. The clock gives UTC milliseconds."""

    def __init__(self, account: Account, endpoint: str, clock: Callable[[], int], seconds: float = 10) -> None:
        self._account = account
        self._endpoint = endpoint
        self._host = urlsplit(endpoint).netloc.lower()
        self._clock = clock
        self._timeout = httpx.Timeout(seconds, connect=min(seconds, 3))

    async def send_code(self, phone: str, code: str, minutes: int) -> str:
        """One message to one mainland number."""
        body = json.dumps(
            {
                "PhoneNumberSet": [f"+86{phone}"],
                "SmsSdkAppId": self._account.app_id,
                "SignName": self._account.sign,
                "TemplateId": self._account.template_id,
                "TemplateParamSet": [code, str(minutes)],
            },
            ensure_ascii=False,
        ).encode()
        second = self._clock() // 1000
        headers = {
            "authorization": self._authorization(body, second),
            "content-type": CONTENT_TYPE,
            "host": self._host,
            "x-tc-action": ACTION,
            "x-tc-version": VERSION,
            "x-tc-region": self._account.region,
            "x-tc-timestamp": str(second),
        }
        try:
            async with httpx.AsyncClient(timeout=self._timeout, trust_env=False) as client:
                answer = await client.post(self._endpoint, content=body, headers=headers)
        except httpx.HTTPError as broken:
            raise SmsDelayed(f"no answer: {type(broken).__name__}") from None
        return _outcome(answer)

    def _authorization(self, body: bytes, second: int) -> str:
        headers = {"content-type": CONTENT_TYPE, "host": self._host, "x-tc-action": ACTION.lower()}
        scope, names = f"{_day(second)}/{SERVICE}/tc3_request", ";".join(headers)
        signed = signature(self._account.secret_key, SERVICE, headers, body, second)
        return f"{ALGORITHM} Credential={self._account.secret_id}/{scope}, SignedHeaders={names}, Signature={signed}"


def canonical_digest(headers: dict[str, str], body: bytes) -> str:
    """The digest of the request as it is signed: POST to "/", no query, the headers as they are ordered."""
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    plain = f"POST\n/\n\n{lines}\n{';'.join(headers)}\n{hashlib.sha256(body).hexdigest()}"
    return hashlib.sha256(plain.encode()).hexdigest()


def signature(secret_key: str, service: str, headers: dict[str, str], body: bytes, second: int) -> str:
    """The signature of API 3.0; the key is derived from the day, the service and a fixed word."""
    key = f"TC3{secret_key}".encode()
    for part in (_day(second), service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    scope = f"{_day(second)}/{service}/tc3_request"
    text = f"{ALGORITHM}\n{second}\n{scope}\n{canonical_digest(headers, body)}"
    return hmac.digest(key, text.encode(), "sha256").hex()


def _day(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).date().isoformat()


def _outcome(answer: httpx.Response) -> str:
    """ "" for an accepted message, the provider's code for a refusal for good; raises SmsDelayed otherwise."""
    if answer.status_code != httpx.codes.OK:
        raise SmsDelayed(f"HTTP {answer.status_code}")
    try:
        response: dict[str, Any] = answer.json()["Response"]
        code = response["Error"]["Code"] if "Error" in response else response["SendStatusSet"][0]["Code"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise SmsDelayed("an answer that cannot be read") from None
    if code == "Ok":
        return ""
    if str(code).startswith(PASSING):
        raise SmsDelayed(str(code))
    return str(code)
