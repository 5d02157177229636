"""Repairs of cell texts that a clerk asks for: the check itself never guesses, these do what they were told to."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from domain.precheck.cells import CellError, clean_text, read_date, read_month

MONTHS: Final = frozenset({"start_month", "last_month"})
DATES: Final = frozenset({"contract_start", "contract_end", "hired_on", "leave_date", "birth"})

_INNER_BLANKS = re.compile(r"\s+")
_SHORT_YEAR = re.compile(r"(\d{2})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[日号月]?")


def trimmed(text: str) -> str:
    """Without blanks and invisible characters around it, and with single blanks inside."""
    return _INNER_BLANKS.sub(" ", clean_text(text))


def full_width_gone(text: str) -> str:
    """Full-width digits, letters and signs as plain ones."""
    return unicodedata.normalize("NFKC", text)


def written_date(text: str, field: str) -> str:
    """A month or day as we write it (2026-11, 2026-11-03); a year of two digits is taken for 20yy.

    What stays ambiguous (11/12/26 is no short year with its month behind it) or is no date at all stays as it is,
    and so do the cells of other fields.
    """
    if field not in MONTHS | DATES or not text:
        return text
    read = read_month if field in MONTHS else read_date
    for candidate in (text, _long_year(text, day=field in DATES)):
        if candidate is None:
            continue
        try:
            found = read(candidate)
        except CellError:
            continue
        return str(found) if field in MONTHS else found.isoformat()  # type: ignore[union-attr]
    return text


def _long_year(text: str, *, day: bool) -> str | None:
    match = _SHORT_YEAR.fullmatch(unicodedata.normalize("NFKC", clean_text(text)))
    if match is None or (match[3] is None) is day or int(match[1]) <= 12:
        return None
    return f"20{match[1]}-{int(match[2]):02d}" + (f"-{int(match[3]):02d}" if match[3] else "")
