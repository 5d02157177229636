"""Rules of signing in: passwords, captchas, lock-outs, authenticator codes and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

_MINUTE: Final = 60 * 1000

SHORTEST_PASSWORD: Final = 10
PASSWORD_LIFE_DAYS: Final = 180
PASSWORDS_REMEMBERED: Final = 5
"""So many passwords may not be used again, the present one among them."""

CAPTCHA_AFTER: Final = 3
CAPTCHA_SIGNS: Final = "34678ACEFHKMNPRTWXY"
"""None of them looks like another."""
CAPTCHA_LENGTH: Final = 5
CAPTCHA_LIFE_MS: Final = 5 * _MINUTE

LOCK_AFTER: Final = 10
LOCK_MS: Final = 30 * _MINUTE

CODE_DIGITS: Final = 6
CODE_LIFE_MS: Final = 30 * 1000
SECRET_BYTES: Final = 20
ISSUER: Final = "社保管理系统"

RECOVERY_CODES: Final = 10
RECOVERY_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: somebody who reads O or I from paper means 0 or 1."""
RECOVERY_LENGTH: Final = 10
_MISREAD = str.maketrans("OIL", "011", " -")


SMS_CODE_LIFE_MS: Final = 5 * _MINUTE
SMS_CODE_TRIES: Final = 5
SMS_PAUSE_MS: Final = _MINUTE
SMS_A_DAY: Final = 10
DAY_MS: Final = 24 * 60 * _MINUTE


class CodeWay(StrEnum):
    """Where the code of the second factor comes from."""

    AUTHENTICATOR = "authenticator"
    SMS = "sms"


class Step(StrEnum):
    """What somebody who signs in has to give next."""

    PASSWORD = "password"  # noqa: S105 - a step, not a secret
    CAPTCHA = "captcha"
    CODE = "code"
    NEW_PASSWORD = "new_password"  # noqa: S105
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """Failures in a row of a name, and until when it is locked."""

    failures: int = 0
    locked_until: int = 0

    def locked(self, now: int) -> bool:
        """Whether nobody gets in under this name now, not even with the right password."""
        return now < self.locked_until

    def after_failure(self, now: int) -> Standing:
        """One failure more. The one that locks also starts the count anew, for the time after the lock."""
        if self.failures + 1 < LOCK_AFTER:
            return Standing(self.failures + 1, self.locked_until)
        return Standing(0, now + LOCK_MS)


def weak(new: str, current: str = "") -> bool:
    """Whether a password is too short, of one kind of sign only, or the present one."""
    return len(new) < SHORTEST_PASSWORD or new == current or new.isdigit() or new.isalpha()


def aged(changed_at: int, now: int) -> bool:
    """Whether a password has to be changed: after half a year, and when somebody else has set it (0)."""
    return now - changed_at >= PASSWORD_LIFE_DAYS * 24 * 60 * _MINUTE


def step_of(now: int) -> int:
    """The number of the half minute that authenticators count."""
    return now // CODE_LIFE_MS


def authenticator_code(secret: bytes, step: int, digits: int = CODE_DIGITS) -> str:
    """The code of a half minute: RFC 6238 with SHA-1, which is what every authenticator knows."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def accepted_step(secret: bytes, code: str, now: int, last_step: int) -> int | None:
    """The step that the code belongs to: this one or a neighbour, and later than the last one that was used."""
    plain = code.replace(" ", "").encode("utf-8", "replace")
    for step in (step_of(now), step_of(now) - 1, step_of(now) + 1):
        if step > last_step and hmac.compare_digest(authenticator_code(secret, step).encode(), plain):
            return step
    return None


def recovery_form(code: str) -> str | None:
    """A recovery code as it is digested; None for what cannot be one. Spaces, dashes and small letters do no harm."""
    plain = code.upper().translate(_MISREAD)
    return plain if len(plain) == RECOVERY_LENGTH and set(plain) <= set(RECOVERY_SIGNS) else None


def grouped(text: str, size: int, mark: str = " ") -> str:
    """In groups, for people who copy it by hand."""
    return mark.join(text[at : at + size] for at in range(0, len(text), size))


def secret_text(secret: bytes) -> str:
    """The secret as authenticators take it."""
    return b32encode(secret).decode().rstrip("=")


def authenticator_uri(username: str, secret: bytes) -> str:
    """The address that opens an authenticator with everything filled in."""
    parameters = urlencode({"secret": secret_text(secret), "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(ISSUER)}:{quote(username, safe='')}?{parameters}"


def remembered(digests: Sequence[str]) -> list[str]:
    """The digests of earlier passwords worth keeping, newest first, beside the present one."""
    return list(digests)[: PASSWORDS_REMEMBERED - 1]


def sms_code(number: int) -> str:
    """A random number below a million as it is sent and typed: six digits."""
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def tail_only(phone: str) -> str:
    """A phone as it is shown to its owner: 138****5678."""
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
