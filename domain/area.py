"""Area codes of identity numbers (行政区划代码) and the places behind them, with the years they were in use."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from stdnum import numdb

SPECIAL_REGIONS: Final = {"810000": "香港特别行政区", "820000": "澳门特别行政区", "830000": "台湾省"}
"""Codes on residence permits of Hong Kong, Macau and Taiwan residents; the table of areas has other ones."""

# Identity numbers were first given out in 1984, so a code retired before that was never printed on a card.
_FIRST_CARDS: Final = 1984

_PERIOD = re.compile(r"\[(?P<first>\d*)-(?P<last>\d*)\](?P<name>.+)")
_FILLER = re.compile(r"市辖区|县|(?:省|自治区)?直辖县级.*")


@lru_cache(maxsize=8192)
def area_of(code: str, year: int | None = None) -> str | None:
    """The place behind a six-digit area code ("110105" → "北京市朝阳区"), or None when it was never given out.

    Longer numbers may be passed; their first six digits count. With a birth `year` the name is the one that
    was in use when the number could first have been given out.
    """
    code = code[:6]
    if code in SPECIAL_REGIONS:
        return SPECIAL_REGIONS[code]
    spans = _spans(code)
    if not spans:
        return None
    since = max(year or 0, _FIRST_CARDS)
    current = [name for first, last, name in spans if last is None or last >= since] if year else []
    county = current[0] if current else spans[-1][2]
    province = _spans(code[:2] + "0000")
    prefecture = _spans(code[:4] + "00")
    names: list[str] = []
    for name in (province[-1][2] if province else "", prefecture[-1][2] if prefecture else "", county):
        if name and not _is_filler(name) and name not in names:
            names.append(name)
    return "".join(names) or None


def retired_before(code: str, year: int) -> bool:
    """Whether every name of the code had ended before the person was born."""
    return all(last is not None and last < year for _, last, _ in _spans(code))


def _is_filler(name: str) -> bool:
    """Whether the name only groups codes (市辖区, 省直辖县级行政单位) and names no place."""
    return _FILLER.fullmatch(name) is not None


@lru_cache(maxsize=8192)
def _spans(code: str) -> tuple[tuple[int | None, int | None, str], ...]:
    """Names a code has had, with the first and last year of each; a year is None where it is open."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return ()
    facts = {key: text for _, found in numdb.get("cn/loc").info(code) for key, text in found.items()}
    spans: list[tuple[int | None, int | None, str]] = []
    for entry in filter(None, facts.get("county", "").split(",")):
        match = _PERIOD.fullmatch(entry)
        if match is None:
            spans.append((None, None, entry))
        else:
            first, last = match["first"], match["last"]
            spans.append((int(first) if first else None, int(last) if last else None, match["name"]))
    return tuple(spans)
