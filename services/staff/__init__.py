"""Staff: signing in and out, sessions, passwords, the second factor, accounts and roles, the actor behind a request."""

from __future__ import annotations

from services.staff.account import SYSTEM, StaffRow, actor, holders, me
from services.staff.accounts import (
    Managed,
    Rights,
    create,
    deactivate,
    force_sign_out,
    reactivate,
    reset_password,
    update,
)
from services.staff.administer import reset_second_factor, unlock
from services.staff.captcha import CaptchaRow, new_captcha
from services.staff.factor import NewFactor, begin_second_factor, confirm_second_factor, drop_second_factor
from services.staff.history import NOTED, EntryRow, forget_sign_ins, my_sign_ins
from services.staff.listing import AccountRow, Filter, find, one, sessions, sign_ins
from services.staff.password import change_password, hash_password
from services.staff.phone import begin_phone, confirm_phone, drop_phone, my_phone
from services.staff.roles import RoleRow, SavedRole, all_roles, create_role, delete_role, rename_role, set_permissions
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
    "NOTED",
    "SESSION_MS",
    "SYSTEM",
    "AccountRow",
    "Attempt",
    "CaptchaRow",
    "EntryRow",
    "Filter",
    "Managed",
    "NewFactor",
    "Outcome",
    "Rights",
    "RoleRow",
    "SavedRole",
    "SessionRow",
    "StaffRow",
    "actor",
    "actor_of",
    "all_roles",
    "begin_phone",
    "begin_second_factor",
    "change_password",
    "confirm_phone",
    "confirm_second_factor",
    "create",
    "create_role",
    "deactivate",
    "delete_role",
    "digest",
    "drop_phone",
    "drop_second_factor",
    "find",
    "force_sign_out",
    "forget_sign_ins",
    "hash_password",
    "holders",
    "me",
    "my_phone",
    "my_sessions",
    "my_sign_ins",
    "new_captcha",
    "one",
    "reactivate",
    "rename_role",
    "reset_password",
    "reset_second_factor",
    "revoke_session",
    "send_sms",
    "session_lives",
    "sessions",
    "set_permissions",
    "sign_in",
    "sign_ins",
    "sign_out",
    "unlock",
    "update",
]
