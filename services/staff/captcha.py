"""Captchas: issued to whoever asks, good for minutes and for one answer."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import orjson

from domain.errors import Problem, Refusal
from domain.signin import CAPTCHA_LENGTH, CAPTCHA_LIFE_MS, CAPTCHA_SIGNS
from services.ports import Ports
from services.staff import refusals

ISSUED = 60
ISSUED_WINDOW_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class CaptchaRow:
    """A captcha; `image` is a data address."""

    id: str
    image: str


async def new_captcha(ports: Ports, ip: str) -> CaptchaRow:
    """Draws one; so many from an address in 15 minutes."""
    if wait := await ports.limiter.hit(f"captcha:ip:{ip}", ISSUED, ISSUED_WINDOW_MS):
        raise Refusal(refusals.too_many(wait))
    row_id = secrets.token_urlsafe(16)
    text = "".join(secrets.choice(CAPTCHA_SIGNS) for _ in range(CAPTCHA_LENGTH))
    await _keep(ports, row_id, text, "")
    return CaptchaRow(row_id, ports.captcha.draw(text))


async def problem_with(ports: Ports, username: str, row_id: str, text: str) -> Problem | None:
    """Why the captcha does not open the door, if it does not. Right or wrong, it is used up."""
    if not row_id:
        return refusals.captcha_needed()
    kept = await ports.codes.take(_key(row_id))
    plain = orjson.loads(kept) if kept else {}
    right = hmac.compare_digest(plain.get("text", ""), text.strip().upper()) if text.isascii() else False
    in_time = ports.store.clock() <= plain.get("until", 0)
    return None if right and in_time and plain["name"] in ("", username) else refusals.wrong_captcha()


async def good_for_next(ports: Ports, username: str, row_id: str, text: str) -> None:
    """Lets the same answer be given once more with the same name, because the password was right and a code is due."""
    await _keep(ports, row_id, text.strip().upper(), username)


async def _keep(ports: Ports, row_id: str, text: str, username: str) -> None:
    plain = {"text": text, "name": username, "until": ports.store.clock() + CAPTCHA_LIFE_MS}
    await ports.codes.put(_key(row_id), orjson.dumps(plain).decode(), CAPTCHA_LIFE_MS)


def _key(row_id: str) -> str:
    return f"captcha:{row_id[:40]}"
