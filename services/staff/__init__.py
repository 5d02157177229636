"""Staff: signing in and out, sessions, passwords, the second factor, and the actor behind a request."""

from __future__ import annotations

from services.staff.account import SYSTEM, StaffRow, actor, holders, me
from services.staff.administer import reset_second_factor, unlock
from services.staff.captcha import CaptchaRow, new_captcha
from services.staff.factor import NewFactor, begin_second_factor, confirm_second_factor, drop_second_factor
from services.staff.password import change_password, hash_password
from services.staff.phone import begin_phone, confirm_phone, drop_phone, my_phone
from services.staff.session import (
    SESSION_MS,
    SessionRow,
    actor_of,
    digest,
    my_sessions,
    revoke_session,
    session_lives,
    sign_out,
)
from services.staff.signing import Attempt, Outcome, sign_in
from services.staff.sms import send_sms

__all__ = [
    "SESSION_MS",
    "SYSTEM",
    "Attempt",
    "CaptchaRow",
    "NewFactor",
    "Outcome",
    "SessionRow",
    "StaffRow",
    "actor",
    "actor_of",
    "begin_phone",
    "begin_second_factor",
    "change_password",
    "confirm_phone",
    "confirm_second_factor",
    "digest",
    "drop_phone",
    "drop_second_factor",
    "hash_password",
    "holders",
    "me",
    "my_phone",
    "my_sessions",
    "new_captcha",
    "reset_second_factor",
    "revoke_session",
    "send_sms",
    "session_lives",
    "sign_in",
    "sign_out",
    "unlock",
]
