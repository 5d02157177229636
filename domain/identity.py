"""Identity documents (证件): resident ID and the permits that share its form, older permits, passports.

The 18-character numbers follow GB 11643: six digits of area, eight of birth, three of sequence (odd for men),
one check digit. Other particulars are checked in `domain.particulars`, whose names are offered here as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from stdnum.cn import ric

from domain.area import SPECIAL_REGIONS, area_of, retired_before
from domain.errors import Problem, Severity, has_errors
from domain.particulars import (
    FieldCheck,
    check_bank_card,
    check_credit_code,
    check_name,
    check_phone,
    half_width,
    is_scientific,
    mask,
)

__all__ = [
    "ID_KIND_LABELS",
    "FieldCheck",
    "IdKind",
    "IdentityCheck",
    "Sex",
    "area_of",
    "check_bank_card",
    "check_credit_code",
    "check_digit",
    "check_id",
    "check_name",
    "check_phone",
    "mask",
]

Sex = Literal["male", "female"]

_FIRST_BIRTH: Final = date(1900, 1, 1)

_OLD_PERMIT = re.compile(r"[A-Z]{3}[0-9]{12}")
_PASSPORT = re.compile(r"(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,17}")


class IdKind(StrEnum):
    """What document a number belongs to, as far as its form tells."""

    RESIDENT_ID = "resident_id"
    HK_MACAU_TAIWAN_PERMIT = "hk_macau_taiwan_permit"
    FOREIGNER_PERMIT = "foreigner_permit"
    PASSPORT = "passport"
    UNKNOWN = "unknown"


ID_KIND_LABELS: Final[dict[IdKind, str]] = {
    IdKind.RESIDENT_ID: "居民身份证",
    IdKind.HK_MACAU_TAIWAN_PERMIT: "港澳台居民居住证",
    IdKind.FOREIGNER_PERMIT: "外国人永久居留身份证",
    IdKind.PASSPORT: "护照",
    IdKind.UNKNOWN: "未识别证件",
}


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """What a number says. Birth, sex and area are given only for a valid number; a passport has none of them."""

    valid: bool
    kind: IdKind
    birth: date | None
    sex: Sex | None
    area: str | None
    problems: tuple[Problem, ...]
    normalized: str


def check_id(value: str, on: date) -> IdentityCheck:
    """Check a document number as it was typed; `on` is the day that births are compared with.

    Error codes: id_missing, id_numeric_form, id_15_digits, id_length, id_character, id_checksum, id_birth,
    id_birth_future, id_birth_too_early. Warnings: id_area_unknown, id_area_retired. Notices: id_normalized,
    id_birth_and_sex_needed.
    """
    number = half_width(value).lstrip("'‘’").upper()
    if not number:
        return _refused("", IdKind.UNKNOWN, _problem("id_missing", "缺少证件号码", "The ID number is missing", ""))
    if is_scientific(number) or re.fullmatch(r"[0-9]+\.0*", number):
        return _refused(number, IdKind.UNKNOWN, _numeric_form(number))
    notices = (_normalized(value, number),) if number != value else ()
    if _OLD_PERMIT.fullmatch(number):
        return _accepted(number, IdKind.FOREIGNER_PERMIT, notices)
    # A long number that begins with a digit is a resident ID with a slip in it, not a passport.
    if _PASSPORT.fullmatch(number) and (number[0].isalpha() or len(number) <= 12):
        return _accepted(number, IdKind.PASSPORT, notices)
    kind = _kind_of(number)
    found = _form_problem(number)
    if found is not None:
        return _refused(number, kind, *notices, found)
    return _check_18(number, kind, on, notices)


def check_digit(number: str) -> str:
    """The GB 11643 check digit for the first 17 digits of a number (the rest is ignored)."""
    digit: str = ric.calc_check_digit(number[:17] + "0")
    return digit


def _kind_of(number: str) -> IdKind:
    if re.fullmatch(r"[0-9]{15}", number):
        return IdKind.RESIDENT_ID
    if len(number) != 18:
        return IdKind.UNKNOWN
    if number[:6] in SPECIAL_REGIONS:
        return IdKind.HK_MACAU_TAIWAN_PERMIT
    return IdKind.FOREIGNER_PERMIT if number[0] == "9" else IdKind.RESIDENT_ID


def _form_problem(number: str) -> Problem | None:
    if re.fullmatch(r"[0-9]{15}", number):
        return _problem("id_15_digits", "15 位旧身份证号已停用，请提供 18 位号码", "15-digit IDs are retired", number)
    if len(number) != 18:
        message = f"身份证号应为 18 位，现为 {len(number)} 位"
        return _problem("id_length", message, f"An ID number has 18 characters, not {len(number)}", number)
    for place, character in enumerate(number, start=1):
        if character not in "0123456789" and not (place == 18 and character == "X"):
            wanted = "数字或 X" if place == 18 else "数字"
            message = f"证件号第 {place} 位是“{character}”，应为{wanted}"
            return _problem("id_character", message, f"Character {place} ({character!r}) is not a digit", number)
    return None


def _check_18(number: str, kind: IdKind, on: date, notices: tuple[Problem, ...]) -> IdentityCheck:
    problems: list[Problem] = list(notices)
    birth = _birth(number)
    found = _birth_problem(number, birth, on)
    if found is not None:
        problems.append(found)
    expected = check_digit(number)
    if number[17] != expected:
        # A spreadsheet keeps fifteen digits and fills up with zeros; that is the likelier story then.
        spoiled = number.endswith("000")
        problems.append(_numeric_form(number) if spoiled else _checksum(number, kind, expected))
    # A foreigner's permit holds the province where it was applied for, then the country.
    code = number[1:3] + "0000" if kind is IdKind.FOREIGNER_PERMIT else number[:6]
    area = area_of(code, birth.year if birth else None)
    if area is None:
        problems.append(_area_unknown(number, code))
    elif kind is IdKind.RESIDENT_ID and birth is not None and retired_before(code, birth.year):
        problems.append(_area_retired(number, code, area))
    if has_errors(problems):
        return _refused(number, kind, *problems)
    sex: Sex = "male" if int(number[16]) % 2 else "female"
    return IdentityCheck(True, kind, birth, sex, area, tuple(problems), number)


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _birth_problem(number: str, birth: date | None, on: date) -> Problem | None:
    if birth is None:
        written = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        return _problem("id_birth", f"证件号中的出生日期 {written} 不存在", f"There is no day {written}", number)
    if birth > on:
        return _problem(
            "id_birth_future", f"证件号中的出生日期 {birth} 晚于今天", f"Born in the future: {birth}", number
        )
    if birth < _FIRST_BIRTH:
        return _problem(
            "id_birth_too_early", f"证件号中的出生日期 {birth} 早于 1900 年", f"Born before 1900: {birth}", number
        )
    return None


def _accepted(number: str, kind: IdKind, notices: tuple[Problem, ...]) -> IdentityCheck:
    needed = Problem(
        code="id_birth_and_sex_needed",
        message=f"{ID_KIND_LABELS[kind]}号码不能确定出生日期和性别，需另行填写",
        message_en="Birth date and sex cannot be read from this document number",
        remedy="请填写出生日期和性别",
        remedy_en="Give birth date and sex",
        severity=Severity.NOTICE,
        field="id_number",
    )
    return IdentityCheck(True, kind, None, None, None, (*notices, needed), number)


def _refused(number: str, kind: IdKind, *problems: Problem) -> IdentityCheck:
    return IdentityCheck(False, kind, None, None, None, problems, number)


def _checksum(number: str, kind: IdKind, expected: str) -> Problem:
    name = "身份证号" if kind is IdKind.RESIDENT_ID else "证件号"
    message = f"{name}第 18 位应为 {expected}，请核对"
    return _problem("id_checksum", message, f"Character 18 should be {expected}; please check", number)


def _numeric_form(number: str) -> Problem:
    return _problem(
        "id_numeric_form",
        "证件号被表格软件转成了数值，末几位已丢失",
        "A spreadsheet turned the ID number into a number and lost its last digits",
        number,
        remedy="请把该列设为文本格式后重新录入完整号码",
        remedy_en="Format the column as text and enter the whole number again",
    )


def _normalized(value: str, number: str) -> Problem:
    return _problem(
        "id_normalized",
        "证件号已规整（去除空格、全角转半角、x 改为 X）",
        "The ID number was tidied (spaces, full-width characters, lower case)",
        number,
        Severity.NOTICE,
    )


def _area_unknown(number: str, code: str) -> Problem:
    message = f"行政区划代码 {code} 查不到，请核对前 6 位"
    return _problem("id_area_unknown", message, f"Area code {code} is not known", number, Severity.WARNING)


def _area_retired(number: str, code: str, area: str) -> Problem:
    message = f"行政区划代码 {code}（{area}）在出生前已停用，请核对"
    return _problem("id_area_retired", message, f"Area code {code} ended before birth", number, Severity.WARNING)


def _problem(
    code: str,
    message: str,
    message_en: str,
    number: str,
    severity: Severity = Severity.ERROR,
    remedy: str = "请对照证件原件核对",
    remedy_en: str = "Compare with the original document",
) -> Problem:
    return Problem(
        code=code,
        message=message,
        message_en=message_en,
        remedy=remedy,
        remedy_en=remedy_en,
        severity=severity,
        field="id_number",
        value=mask(number) or None,
    )
