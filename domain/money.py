"""Money in whole fen, rates in millionths, and the one function that rounds.

Amounts are `int` fen (1 yuan = 100 fen) and rates are `int` ppm (1 % = 10 000 ppm) everywhere inside the
system, so that nothing is ever lost in a float. Roundings carry the names that the bureaus use
(四舍五入到分, 见分进角, 见角进元 and so on); which one applies is part of a dated policy row.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum
from typing import Final

PPM: Final = 1_000_000
"""One whole (100 %) in parts per million."""

MAX_FEN: Final = 2**63 - 1
"""The largest amount that a BIGINT column can hold."""

# Groups of three behind a comma, or no commas at all: "1,2345" is more likely a slip than an amount.
_AMOUNT = re.compile(r"(?P<sign>[-+]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<cents>[0-9]{1,2}))?")
_RATE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[%‰]?)")
_PLACES = {"": 6, "%": 4, "‰": 3}


class Rounding(StrEnum):
    """How a line is rounded: the unit that stays (分, 角, 元) and what happens to the rest."""

    FEN_HALF_UP = "fen_half_up"
    FEN_UP = "fen_up"
    FEN_DOWN = "fen_down"
    JIAO_HALF_UP = "jiao_half_up"
    JIAO_UP = "jiao_up"
    JIAO_DOWN = "jiao_down"
    YUAN_HALF_UP = "yuan_half_up"
    YUAN_UP = "yuan_up"
    YUAN_DOWN = "yuan_down"
    YUAN_UP_FROM_JIAO = "yuan_up_from_jiao"


ROUNDING_LABELS: Final[dict[Rounding, str]] = {
    Rounding.FEN_HALF_UP: "四舍五入到分",
    Rounding.FEN_UP: "见厘进分",
    Rounding.FEN_DOWN: "舍厘到分",
    Rounding.JIAO_HALF_UP: "四舍五入到角",
    Rounding.JIAO_UP: "见分进角",
    Rounding.JIAO_DOWN: "舍分到角",
    Rounding.YUAN_HALF_UP: "四舍五入到元",
    Rounding.YUAN_UP: "进位到元",
    Rounding.YUAN_DOWN: "舍角到元",
    Rounding.YUAN_UP_FROM_JIAO: "见角进元",
}

ROUNDING_LABELS_EN: Final[dict[Rounding, str]] = {
    Rounding.FEN_HALF_UP: "half up to the fen",
    Rounding.FEN_UP: "up to the next fen",
    Rounding.FEN_DOWN: "down to the fen",
    Rounding.JIAO_HALF_UP: "half up to the jiao",
    Rounding.JIAO_UP: "up to the next jiao",
    Rounding.JIAO_DOWN: "down to the jiao",
    Rounding.YUAN_HALF_UP: "half up to the yuan",
    Rounding.YUAN_UP: "up to the next yuan",
    Rounding.YUAN_DOWN: "down to the yuan",
    Rounding.YUAN_UP_FROM_JIAO: "up to the next yuan when the jiao digit is not 0",
}

_UNIT_FEN = {"fen": 1, "jiao": 10, "yuan": 100}


def round_fen(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Round the exact amount numerator / denominator (in fen) and return whole fen.

    `up` means that any remainder, however small, goes up. 见角进元 looks at the jiao digit alone: 12.10
    becomes 13 yuan, 12.09 becomes 12. Raises ValueError for a negative amount or a denominator that is not
    positive, because contributions have neither and a sign would make "up" ambiguous.
    """
    if numerator < 0 or denominator <= 0:
        raise ValueError(f"cannot round {numerator}/{denominator}")
    if rounding is Rounding.YUAN_UP_FROM_JIAO:
        yuan, jiao = divmod(numerator // (denominator * 10), 10)
        return (yuan + (jiao > 0)) * 100
    unit_name, way = rounding.value.split("_", 1)
    unit = _UNIT_FEN[unit_name]
    divisor = denominator * unit
    if way == "half_up":
        return (2 * numerator + divisor) // (2 * divisor) * unit
    if way == "up":
        return -(-numerator // divisor) * unit
    return numerator // divisor * unit


def parse_yuan(text: str | int | Decimal) -> int:
    """Read an amount in yuan and return fen.

    Accepts "1234.5", "1,234.50", full-width digits and commas, and a leading ¥ or trailing 元. Raises
    ValueError for anything else: more than two decimals, exponents, floats, amounts beyond BIGINT.
    """
    if isinstance(text, str):
        return _parse_yuan_text(text)
    if isinstance(text, bool) or not isinstance(text, int | Decimal):
        raise ValueError(f"not an exact amount in yuan: {text!r}")
    amount = Decimal(text)
    # The size is looked at first, because an exponent of a million would otherwise be written out.
    if not amount.is_finite() or (amount and amount.adjusted() > 17):
        raise ValueError(f"not an amount in yuan: {text!r}")
    sign, digits, exponent = amount.as_tuple()
    number = int("".join(map(str, digits)) or "0")
    shift = int(exponent) + 2
    fen, rest = (number * 10**shift, 0) if shift >= 0 else divmod(number, 10 ** min(-shift, len(digits) + 1))
    if rest:
        raise ValueError(f"an amount in yuan has at most two decimals: {text!r}")
    return _within_bigint(-fen if sign else fen, str(text))


def _parse_yuan_text(text: str) -> int:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("−", "-")
    plain = re.sub(r"^([-+]?)[¥]", r"\1", plain)
    plain = plain.removesuffix("元")
    match = _AMOUNT.fullmatch(plain)
    if match is None or len(plain) > 40:
        raise ValueError(f"not an amount in yuan with at most two decimals: {text!r}")
    whole = int(match["whole"].replace(",", ""))
    fen = whole * 100 + int((match["cents"] or "").ljust(2, "0"))
    return _within_bigint(-fen if match["sign"] == "-" else fen, text)


def _within_bigint(fen: int, text: str) -> int:
    if abs(fen) > MAX_FEN:
        raise ValueError(f"amount too large: {text!r}")
    return fen


def format_yuan(fen: int) -> str:
    """Write fen as yuan with two decimals and no separators: 123450 → "1234.50", -5 → "-0.05"."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{cents:02d}"


def display_yuan(fen: int) -> str:
    """Write fen for people to read, with thousands separators: 123450 → "1,234.50"."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{cents:02d}"


def parse_rate(text: str | int | Decimal) -> int:
    """Read a rate written as a fraction ("0.16"), percentage ("16%") or per mille ("2‰") and return ppm.

    Raises ValueError when it is no number, finer than one ppm, or above 100 % ("16" without a percent sign
    is refused instead of being taken as 1600 %).
    """
    if isinstance(text, bool) or not isinstance(text, str | int | Decimal):
        raise ValueError(f"not an exact rate: {text!r}")
    plain = f"{text:f}" if isinstance(text, Decimal) else str(text)
    match = _RATE.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", plain)))
    if match is None or len(plain) > 40:
        raise ValueError(f"not a rate: {text!r}")
    whole, _, decimals = match["number"].partition(".")
    places = _PLACES[match["unit"]]
    if decimals[places:].strip("0"):
        raise ValueError(f"a rate is exact to one millionth at most: {text!r}")
    ppm = int(whole + decimals[:places].ljust(places, "0"))
    if ppm > PPM:
        raise ValueError(f"a rate is at most 100 %: {text!r}")
    return ppm


def format_rate(ppm: int) -> str:
    """Write ppm as a plain fraction: 160000 → "0.16", 2000 → "0.002"."""
    return _shortest(ppm, 6)


def percent(ppm: int) -> str:
    """Write ppm as a percentage: 160000 → "16%", 2000 → "0.2%"."""
    return _shortest(ppm, 4) + "%"


def _shortest(number: int, places: int) -> str:
    whole, rest = divmod(abs(number), 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0")
    return f"{'-' if number < 0 else ''}{whole}{'.' + decimals if decimals else ''}"
