"""Reading single cells the way people write them: text, months, dates, amounts and rates."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from domain.columns import CellValue
from domain.money import PPM, parse_yuan
from domain.period import BillingMonth

# Spreadsheets count days from here (1900 is a leap year to them, which the 30th makes up for).
_SERIAL_ZERO = date(1899, 12, 30)
# 1954 to 2119: wide enough for every month that matters, and no 6- or 8-digit date falls into it.
_SERIALS = range(20_000, 80_001)
# Birth dates may go back to 1927.
_BIRTH_SERIALS = range(10_000, 80_001)

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_TRICKS = frozenset("='‘’`")
_BLANKS = re.compile(r"\s+")
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_DAY = re.compile(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})[日号]?|([-/.])(\d{1,2})\4(\d{1,2})|(\d{2})(\d{2}))")
_LOOSE_MONTH = re.compile(r"(\d{4})年(\d{1,2})月?份?")
# Month before year: 11/2026, and what a spreadsheet makes of 2026-11 in English (Nov-26).
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})")
_ENGLISH_MONTH = re.compile(r"([a-z]{3})[a-z]{0,6}[-/. ,']*(\d{4}|\d{2})")
_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# 11/12/26 is read in three ways by three people, and 26-11 is a month to one and a day to the other.
_ANY_ORDER = re.compile(r"\d{1,2}([-/.])\d{1,2}(?:\1(?:\d{2}|\d{4}))?")
_TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)万")
_MONEY_WORDS = re.compile(r"^(?:人民币|rmb|cny)|(?:/月|每月|rmb|cny)$", re.IGNORECASE)
_RATE_PART = re.compile(r"\d+(?:\.\d+)?%?")
_RATE_WORDS = re.compile(r"[\s+/、,;:;和及各]|单位|个人|公司|企业|比例")


class CellError(ValueError):
    """A cell that cannot be read; `reason` is the code of the problem."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def text_of(value: CellValue) -> str:
    """The cell as the user sees it, trimmed: 13800138000.0 is "13800138000", a date is "2026-11-03", nothing is ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def number_text(value: float) -> str:
    """A float as the spreadsheet shows it: 15 significant digits and zeros after them, never an exponent."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f")


def clean_text(value: CellValue) -> str:
    """The text without the tricks that keep spreadsheets from spoiling it: a leading ', ="…", invisible characters."""
    text = value.strip() if isinstance(value, str) else text_of(value)
    if not text.isascii():
        text = text.translate(_INVISIBLE).strip()
    if not text or text[0] not in _TRICKS:
        return text
    if text.startswith('="'):
        wrapped = _AS_FORMULA.fullmatch(text)
        text = wrapped[1].strip() if wrapped else text
    return text.lstrip("'‘’`").strip() if text.startswith(("'", "‘", "’", "`")) else text


def folded(value: CellValue) -> str:
    """The cleaned text in half width and without any blanks, for numbers, dates and codes; never for names."""
    text = clean_text(value)
    return "".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def is_number(value: CellValue) -> bool:
    """Whether the cell holds a number (a truth value is none)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read_date(value: CellValue, *, birth: bool = False) -> date:
    """A day from a date cell, a serial number, "2026-11-03", "2026/11/3", "20261103" or "2026年11月3日".

    Raises CellError: date_ambiguous where the order of year, month and day is anybody's guess ("11/12/26"),
    date_unreadable otherwise.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _dateless_clock(value)
    serials = _BIRTH_SERIALS if birth else _SERIALS
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and int(float(text)) in serials:
        return _SERIAL_ZERO + timedelta(days=int(float(text)))
    match = _DAY.fullmatch(text)
    if match is None:
        raise CellError("date_ambiguous" if _ANY_ORDER.fullmatch(text) else "date_unreadable")
    year = match[1]
    month, day = (match[2], match[3]) if match[2] else (match[5], match[6]) if match[5] else (match[7], match[8])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise CellError("date_unreadable") from None


def read_month(value: CellValue) -> BillingMonth:
    """A month from anything that `read_date` reads, or from "2026-11", "2026/11", "2026.11", "202611", "2026年11月",
    "11/2026", "Nov-26".

    Raises CellError: month_ambiguous for "2026.1", which a sheet makes of both 2026.1 and 2026.10; date_ambiguous for
    "26-11" and "11/12/26"; month_unreadable otherwise.
    """
    if isinstance(value, bool) or value is None:
        raise CellError("month_unreadable")
    if isinstance(value, date):
        return _month_of(value)
    return _month_of_text(_dateless_clock(value))


@lru_cache(maxsize=1024)
def _month_of_text(text: str) -> BillingMonth:
    """Remembered, because a whole sheet mostly has the same month."""
    if re.fullmatch(r"\d{4}\.\d", text):
        raise CellError("month_ambiguous")
    try:
        return BillingMonth.parse(text)
    except ValueError:
        pass
    loose, turned = _LOOSE_MONTH.fullmatch(text), _MONTH_FIRST.fullmatch(text)
    english = _ENGLISH_MONTH.fullmatch(text.casefold())
    try:
        if loose:
            return BillingMonth(int(loose[1]), int(loose[2]))
        if turned:
            return BillingMonth(int(turned[2]), int(turned[1]))
        if english:
            year = english[2] if len(english[2]) == 4 else f"20{english[2]}"
            return BillingMonth(int(year), _ENGLISH.index(english[1]) + 1)
        return _month_of(read_date(text))
    except ValueError as error:
        # CellError is one too: a day that cannot be read is a month that cannot be read.
        ambiguous = isinstance(error, CellError) and error.reason == "date_ambiguous"
        raise CellError("date_ambiguous" if ambiguous else "month_unreadable") from None


def _month_of(day: date) -> BillingMonth:
    try:
        return BillingMonth.from_date(day)
    except ValueError:
        raise CellError("month_unreadable") from None


def _dateless_clock(value: CellValue) -> str:
    """The text without a time of day behind it."""
    text = unicodedata.normalize("NFKC", clean_text(value))
    return _BLANKS.sub("", _CLOCK.sub("", text))


def read_amount(value: CellValue) -> int:
    """An amount in yuan, as fen: numbers, "8,500.00", "8500元", "１２０００", "1.2万".

    Raises CellError: amount_decimals for more than two decimals, amount_unreadable otherwise. The sign is kept.
    """
    if isinstance(value, bool) or value is None or isinstance(value, date):
        raise CellError("amount_unreadable")
    try:
        if isinstance(value, (int, float)):
            # Fifteen digits are what the sheet shows; what lies beyond is noise of a formula such as =8500*1.1.
            return _exact_fen(Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g")))
        text = _MONEY_WORDS.sub("", folded(value)).removesuffix("元")
        thousands = _TEN_THOUSANDS.fullmatch(text)
        if thousands:
            return _exact_fen(Decimal(thousands[1]) * 10_000)
        if re.fullmatch(r"[-+]?[¥]?[\d,]+\.\d{3,}", text):
            return _exact_fen(Decimal(text.replace(",", "").replace("¥", "")))
        return parse_yuan(text)
    except (ValueError, InvalidOperation) as error:
        raise error if isinstance(error, CellError) else CellError("amount_unreadable") from None


def _exact_fen(yuan: Decimal) -> int:
    if not yuan.is_finite():
        raise CellError("amount_unreadable")
    if yuan != yuan.quantize(Decimal("0.01")):
        raise CellError("amount_decimals")
    return parse_yuan(yuan.quantize(Decimal("0.01")))


def read_rate(value: CellValue) -> int:
    """A housing-fund rate of one side in ppm, from 0.12, 12, "12%", "12%+12%" or "单位12%个人12%".

    A number above 1 is taken as a percentage. Raises CellError: rate_sides_differ when two different rates are given,
    rate_unreadable otherwise.
    """
    if isinstance(value, bool) or value is None or isinstance(value, date):
        raise CellError("rate_unreadable")
    return _rate_of_text(number_text(value) if isinstance(value, float) else folded(value))


@lru_cache(maxsize=1024)
def _rate_of_text(text: str) -> int:
    """Remembered, because a whole sheet mostly has the same rate."""
    parts = _RATE_PART.findall(text)
    if not 1 <= len(parts) <= 2 or _RATE_WORDS.sub("", _RATE_PART.sub("", text)):
        raise CellError("rate_unreadable")
    rates = {_ppm(part) for part in parts}
    if len(rates) > 1:
        raise CellError("rate_sides_differ")
    return rates.pop()


def _ppm(part: str) -> int:
    number = Decimal(part.removesuffix("%"))
    fraction = number / 100 if part.endswith("%") or number > 1 else number
    ppm = fraction * PPM
    if ppm != int(ppm) or ppm > PPM:
        raise CellError("rate_unreadable")
    return int(ppm)
