"""A provider of text messages for the demo and for tests: Tencent Cloud's SendSms as it is on the wire.

It checks keys, time and signature by code of its own, keeps the latest messages in memory, and shows them on a page.
"""

from __future__ import annotations

import json
import re
from base64 import b16encode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import constant_time, hashes
from cryptography.hazmat.primitives.hmac import HMAC
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

_KEPT = 200
_FIVE_MINUTES = 300
_LARGEST_BODY = 64 * 1024
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<day>\d{4}-\d\d-\d\d)/(?P<service>\w+)/tc3_request,\s*"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_NEEDED = ("PhoneNumberSet", "SmsSdkAppId", "TemplateId")


class _Refused(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the phone would show it."""

    at: datetime
    phone: str
    text: str
    parameters: tuple[str, ...]


class SmsSandbox:
    """Knows one customer. `now` gives UTC milliseconds; `failing` holds codes to refuse the next requests with."""

    def __init__(self, secret_id: str, secret_key: str, app_id: str, now: Callable[[], int]) -> None:
        self._keys = {secret_id: secret_key}
        self._app_id = app_id
        self._now = now
        self.messages: deque[Message] = deque(maxlen=_KEPT)
        self.failing: deque[str] = deque()
        self.app = Starlette(
            routes=[Route("/", self._receive, methods=["POST"]), Route("/", self._page, methods=["GET"])]
        )

    async def _receive(self, request: Request) -> Response:
        request_id = str(uuid4())
        try:
            body = await request.body()
            if len(body) > _LARGEST_BODY:
                raise _Refused("RequestSizeLimitExceeded", "The request is too large.")
            self._verify(request.headers, body)
            statuses = self._send(_read(request.headers, body))
        except _Refused as refused:
            error = {"Code": refused.code, "Message": refused.message}
            return JSONResponse({"Response": {"Error": error, "RequestId": request_id}})
        return JSONResponse({"Response": {"SendStatusSet": statuses, "RequestId": request_id}})

    def _verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Computes the signature once more, from what the request itself says it has signed."""
        given = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if given is None:
            raise _Refused("AuthFailure.InvalidAuthorization", "The authorization header cannot be read.")
        key = self._keys.get(given["id"])
        if key is None:
            raise _Refused("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
        stamp = headers.get("x-tc-timestamp", "")
        if not stamp.isdecimal() or abs(int(stamp) - self._now() // 1000) > _FIVE_MINUTES:
            raise _Refused("AuthFailure.SignatureExpire", "The timestamp differs by more than five minutes.")
        names = given["names"].split(";")
        if not {"content-type", "host"} <= set(names) or given["service"] != "sms":
            raise _Refused("AuthFailure.SignatureFailure", "Content type and host have to be signed.")
        wanted = _expected(key, given["day"], stamp, [(n, headers.get(n, "")) for n in names], body)
        day_is_right = datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d") == given["day"]
        if not day_is_right or not constant_time.bytes_eq(wanted, given["signature"].encode()):
            raise _Refused("AuthFailure.SignatureFailure", "The provided credentials could not be validated.")

    def _send(self, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        for name in _NEEDED:
            if not asked.get(name):
                raise _Refused("MissingParameter", f"The request lacks {name}.")
        if asked["SmsSdkAppId"] != self._app_id:
            raise _Refused("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "The SmsSdkAppId is not yours.")
        if self.failing:
            raise _Refused(self.failing.popleft(), "As asked for.")
        return [self._deliver(str(phone), asked) for phone in asked["PhoneNumberSet"]]

    def _deliver(self, phone: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        status = {"SerialNo": "", "PhoneNumber": phone, "Fee": 0, "SessionContext": "", "IsoCode": "CN"}
        if not re.fullmatch(r"\+861[3-9]\d{9}", phone):
            wrong = {"Code": "InvalidParameterValue.IncorrectPhoneNumber", "Message": "incorrect phone number"}
            return status | wrong
        values = tuple(map(str, asked.get("TemplateParamSet") or ()))
        text = f"【{asked.get('SignName', '')}】模板 {asked['TemplateId']}：{'，'.join(values)}"
        moment = datetime.fromtimestamp(self._now() / 1000, UTC)
        self.messages.append(Message(moment, phone, text, values))
        return status | {"SerialNo": uuid4().hex, "Fee": 1, "Code": "Ok", "Message": "send success"}

    async def _page(self, request: Request) -> Response:
        rows = "".join(
            f"<tr><td>{m.at:%Y-%m-%d %H:%M:%S} UTC</td><td>{escape(m.phone)}</td><td>{escape(m.text)}</td></tr>"
            for m in reversed(self.messages)
        )
        head = "<tr><th>时间</th><th>手机</th><th>内容</th></tr>"
        return HTMLResponse(
            '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>短信沙箱</title>'
            "<style>body{font:15px sans-serif;margin:2em}td,th{padding:.3em 1em;text-align:left}</style>"
            f"<h1>短信沙箱</h1><p>演示环境中“发出”的短信，最新的在前，重启后清空。</p><table>{head}{rows}</table></html>",
            headers={"cache-control": "no-store"},
        )


def _read(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    if headers.get("x-tc-action") != "SendSms" or headers.get("x-tc-version") != "2021-01-11":
        raise _Refused("InvalidAction", "This sandbox knows SendSms of 2021-01-11.")
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("PhoneNumberSet", []), list):
        raise _Refused("InvalidParameter", "The body is no object of this action.")
    return asked


def _expected(key: str, day: str, stamp: str, signed: list[tuple[str, str]], body: bytes) -> bytes:
    """The signature that the request should bear, in lower-case hexadecimal."""
    canonical = "\n".join(
        [
            "POST",
            "/",
            "",
            *(f"{n}:{v.strip().lower()}" for n, v in signed),
            "",
            ";".join(n for n, _ in signed),
            _hash(body),
        ]
    )
    to_sign = "\n".join(["TC3-HMAC-SHA256", stamp, f"{day}/sms/tc3_request", _hash(canonical.encode())])
    secret = _mac(_mac(_mac(b"TC3" + key.encode(), day), "sms"), "tc3_request")
    return b16encode(_mac(secret, to_sign)).lower()


def _hash(value: bytes) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(value)
    return digest.finalize().hex()


def _mac(key: bytes, text: str) -> bytes:
    mac = HMAC(key, hashes.SHA256())
    mac.update(text.encode())
    return mac.finalize()
