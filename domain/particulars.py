"""Checks of a person's and company's particulars other than the ID number: name, phone, bank card, credit code.

Every check returns the value as it should be stored together with its problems; a value without an error is
valid, whatever warnings it carries.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from stdnum import luhn
from stdnum.cn import uscc

from domain.errors import Problem, Severity, has_errors

# Spreadsheets and chat programs smuggle these in; nobody sees them and every comparison trips over them.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202c"))

# A point or a plus sign is asked for, because a passport may well be called 5E123456.
_SCIENTIFIC = re.compile(r"[0-9]\.[0-9]+[eE]\+?[0-9]+|[0-9]+[eE]\+[0-9]+")
_PHONE = re.compile(r"1[3-9][0-9]{9}")

_HAN: Final = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xE000, 0xF8FF),  # private use: banks and the police print rare characters from here
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_HAN_SINGLE: Final = frozenset("〇々")
_DOTS: Final = frozenset("·•・‧∙⋅･")
_KANGXI: Final = range(0x2F00, 0x2FD6)
_LONGEST_NAME: Final = 50


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """A value as it should be stored, and what is wrong with it."""

    normalized: str
    problems: tuple[Problem, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether no problem is an error."""
        return not has_errors(self.problems)


def mask(value: str) -> str:
    """Hide everything but the first and last character; of one or two characters the last is hidden too."""
    if len(value) <= 2:
        return value[:1].ljust(len(value), "*") if len(value) == 2 else "*" * len(value)
    return f"{value[0]}{'*' * (len(value) - 2)}{value[-1]}"


def half_width(value: str) -> str:
    """Full-width digits, letters and signs as plain ones, without spaces and invisible characters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", value).translate(_INVISIBLE))


def is_scientific(value: str) -> bool:
    """Whether the text is a number as a spreadsheet writes it when it is too long: 1.10105E+17."""
    return _SCIENTIFIC.fullmatch(value) is not None


def check_phone(value: str) -> FieldCheck:
    """A mainland mobile number; spaces, hyphens and +86 are removed. Codes phone_missing, phone_form."""
    plain = half_width(value).replace("-", "")
    plain = re.sub(r"^(?:\+86|0086|86(?=1[3-9][0-9]{9}$))", "", plain)
    if not plain:
        return _missing("phone", "手机号", "phone number")
    if _PHONE.fullmatch(plain):
        return FieldCheck(plain)
    found = Problem(
        code="phone_form",
        message="手机号应为 11 位数字，以 13–19 开头",
        message_en="A mobile number has 11 digits and begins with 13 to 19",
        remedy="请核对手机号",
        remedy_en="Check the mobile number",
        field="phone",
        value=mask(plain),
    )
    return FieldCheck(plain, (found,))


def check_bank_card(value: str) -> FieldCheck:
    """A bank card number. A failed check sum (Luhn) or odd length only warns: some old cards have neither right.

    Codes: bank_card_missing, bank_card_character (errors), bank_card_length, bank_card_checksum (warnings).
    """
    plain = half_width(value).replace("-", "")
    if not plain:
        return _missing("bank_card", "银行卡号", "bank card number")
    if not (plain.isascii() and plain.isdigit()):
        lost = "，像是被表格软件转成了数值" if is_scientific(plain) else ""
        return FieldCheck(
            plain,
            (_card("bank_card_character", f"银行卡号只能是数字{lost}", "not digits only", plain, Severity.ERROR),),
        )
    problems = []
    if not 12 <= len(plain) <= 19:
        problems.append(
            _card("bank_card_length", f"银行卡号一般为 12–19 位，现为 {len(plain)} 位", "unusual length", plain)
        )
    elif not luhn.is_valid(plain):
        problems.append(_card("bank_card_checksum", "银行卡号校验位不符，可能录错一位", "check digit differs", plain))
    return FieldCheck(plain, tuple(problems))


def check_credit_code(value: str) -> FieldCheck:
    """A unified social credit code (GB 32100, 18 characters).

    Codes: credit_code_missing, credit_code_length, credit_code_character, credit_code_checksum.
    """
    plain = half_width(value).replace("-", "").upper()
    if not plain:
        return _missing("credit_code", "统一社会信用代码", "unified social credit code")
    if len(plain) != 18:
        message = f"统一社会信用代码应为 18 位，现为 {len(plain)} 位"
        return FieldCheck(plain, (_credit("credit_code_length", message, f"18 characters, not {len(plain)}", plain),))
    for place, character in enumerate(plain, start=1):
        # Digits 3 to 8 are the area of registration; the alphabet leaves out I, O, S, V and Z.
        allowed = "0123456789" if 3 <= place <= 8 else "0123456789ABCDEFGHJKLMNPQRTUWXY"
        if character not in allowed:
            message = f"统一社会信用代码第 {place} 位“{character}”不允许"
            message_en = f"character {place} ({character!r}) is not allowed"
            return FieldCheck(plain, (_credit("credit_code_character", message, message_en, plain),))
    expected = uscc.calc_check_digit(plain)
    if plain[-1] != expected:
        message = f"统一社会信用代码第 18 位应为 {expected}，请核对"
        message_en = f"character 18 should be {expected}"
        return FieldCheck(plain, (_credit("credit_code_checksum", message, message_en, plain),))
    return FieldCheck(plain)


def check_name(value: str) -> FieldCheck:
    """A personal name: Chinese characters (rare ones too) and ·, or a foreign name in letters and spaces.

    Codes: name_missing, name_character, name_length (errors), name_mixed, name_short (warnings).
    """
    plain = _tidy_name(value)
    if not plain:
        return _missing("name", "姓名", "name")
    if len(plain) > _LONGEST_NAME:
        return FieldCheck(plain, (_name("name_length", f"姓名超过 {_LONGEST_NAME} 个字", "too long", plain),))
    for place, character in enumerate(plain, start=1):
        if not _belongs_to_name(plain, place - 1):
            message = f"姓名第 {place} 个字“{character}”不允许"
            message_en = f"character {place} ({character!r}) is not allowed"
            return FieldCheck(plain, (_name("name_character", message, message_en, plain),))
    han = sum(_is_han(c) for c in plain)
    letters = sum(_is_latin(c) for c in plain)
    if han and letters:
        return FieldCheck(plain, (_name("name_mixed", "姓名混有汉字和字母", "mixed scripts", plain, Severity.WARNING),))
    if han + letters < 2:
        return FieldCheck(plain, (_name("name_short", "姓名只有一个字", "one character", plain, Severity.WARNING),))
    return FieldCheck(plain)


def _tidy_name(value: str) -> str:
    """Plain spaces, one kind of middle dot, half-width letters; Chinese names without padding inside."""
    characters = []
    for character in value.translate(_INVISIBLE):
        code = ord(character)
        # Compatibility ideographs are left alone: normalising them would change how the name is written.
        if code in _KANGXI or 0xFF01 <= code <= 0xFF5E or character == "\u3000":
            character = unicodedata.normalize("NFKC", character)
        characters.append("·" if character in _DOTS else character)
    plain = " ".join("".join(characters).split())
    return plain if any(_is_latin(c) for c in plain) else plain.replace(" ", "")


def _belongs_to_name(name: str, place: int) -> bool:
    character = name[place]
    if _is_han(character) or _is_latin(character):
        return True
    if place in (0, len(name) - 1):
        return False
    before, after = name[place - 1], name[place + 1]
    if character == "·":
        return "·" not in (before, after)
    # Foreign names have O'Brien and Jean-Paul; between Chinese characters such signs are slips.
    return character == " " or (character in "-'’" and _is_latin(before) and _is_latin(after))


def _is_han(character: str) -> bool:
    code = ord(character)
    return character in _HAN_SINGLE or any(low <= code <= high for low, high in _HAN)


def _is_latin(character: str) -> bool:
    return character.isalpha() and ord(character) < 0x250


def _missing(field: str, label: str, label_en: str) -> FieldCheck:
    found = Problem(
        code=f"{field}_missing",
        message=f"缺少{label}",
        message_en=f"The {label_en} is missing",
        remedy=f"请填写{label}",
        remedy_en=f"Give the {label_en}",
        field=field,
    )
    return FieldCheck("", (found,))


def _card(code: str, message: str, message_en: str, value: str, severity: Severity = Severity.WARNING) -> Problem:
    return _problem(code, "bank_card", message, f"Bank card number: {message_en}", mask(value), severity)


def _credit(code: str, message: str, message_en: str, value: str) -> Problem:
    return _problem(code, "credit_code", message, f"Unified social credit code: {message_en}", value)


def _name(code: str, message: str, message_en: str, value: str, severity: Severity = Severity.ERROR) -> Problem:
    return _problem(code, "name", message, f"Name: {message_en}", mask(value), severity)


def _problem(
    code: str, field: str, message: str, message_en: str, value: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(
        code=code,
        message=message,
        message_en=message_en,
        remedy="请与证件或单据核对后改正",
        remedy_en="Compare with the document and correct it",
        severity=severity,
        field=field,
        value=value,
    )
