"""Contact people of suppliers and clients: what a name, a phone and an address have to look like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.errors import Problem, invalid
from domain.particulars import check_phone, half_width, mask

_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4}")
_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact person; phone None leaves the stored one as it is, "" takes it away."""

    name: str
    duty: str = ""
    phone: str | None = None
    email: str = ""


def check_contact(new: NewContact) -> tuple[str | None, list[Problem]]:
    """The phone as it is stored, and what is wrong: name_, duty_, phone_ and email_invalid.

    A phone is a mobile number or a landline with its area code.
    """
    problems: list[Problem] = []
    if not 2 <= len(new.name.strip()) <= 60:
        problems.append(invalid("name", "姓名须为 2 至 60 个字", "The name needs 2 to 60 characters"))
    if len(new.duty) > 60:
        problems.append(invalid("duty", "职务最多 60 个字", "The duty has at most 60 characters"))
    email = new.email.strip()
    if email and (len(email) > 120 or not _EMAIL.fullmatch(email)):
        problems.append(invalid("email", "邮箱写作 name@example.com", "Write an address as name@example.com"))
    if not new.phone:
        return new.phone, problems
    plain = half_width(new.phone)
    if _LANDLINE.fullmatch(plain):
        return plain, problems
    found = check_phone(new.phone)
    if found.problems:
        message = "电话须为 11 位手机号，或带区号的固定电话（010-12345678）"
        told = invalid("phone", message, "A phone is a mobile number, or a landline with its area code")
        problems.append(told.at(value=mask(plain)))
    return found.normalized, problems
