"""Reading the legal basis, the decision on somebody of retirement age, and whether missed months are to be made up."""

from __future__ import annotations

from typing import Final

from domain.columns import CellValue
from domain.legal_basis import LEGAL_BASES, LegalBasis, category_of
from domain.over_age import DECISION_WORDS, OverAgeDecision
from domain.policy import Category
from domain.precheck.cells import CellError, folded
from domain.precheck.checks import RowReader
from domain.precheck.kinds import read_category, read_flag

LEGAL_BASIS: Final = "legal_basis"
OVER_AGE: Final = "over_age"
MAKEUP: Final = "makeup"
"""Names of the fields, and of what they leave in a row's `extra`."""


def _by_word(words: dict) -> dict[str, str]:
    return {folded(word).casefold(): meaning for meaning, known in words.items() for word in (*known, str(meaning))}


_BASES: Final = _by_word({basis: (words.label, *words.synonyms) for basis, words in LEGAL_BASES.items()})
_DECISIONS: Final = _by_word(DECISION_WORDS)


def read_legal_basis(value: CellValue) -> LegalBasis:
    """The basis that the cell names. Raises CellError(legal_basis_unknown)."""
    found = _BASES.get(folded(value).casefold())
    if found is None:
        raise CellError("legal_basis_unknown")
    return LegalBasis(found)


def read_over_age(value: CellValue) -> OverAgeDecision:
    """The decision that the cell names. Raises CellError(over_age_unknown)."""
    found = _DECISIONS.get(folded(value).casefold())
    if found is None:
        raise CellError("over_age_unknown")
    return OverAgeDecision(found)


def read_basis_and_category(row: RowReader) -> tuple[LegalBasis | None, Category]:
    """The basis if the row names one, and the category, by default that of the basis.

    Where the row names both and they contradict each other, both are kept and the compliance review says so.
    """
    named = row.read(LEGAL_BASIS, read_legal_basis)
    cell = row.value("category")
    category = read_category(cell, row.context.default_category)
    if named is None or folded(cell):
        return named, category
    return named, category_of(named, category)


def read_legal_extra(row: RowReader, named: LegalBasis | None) -> dict[str, str]:
    """What the review needs of these fields as text; only what is filled in."""
    extra = {} if named is None else {LEGAL_BASIS: named.value}
    decision = row.read(OVER_AGE, read_over_age)
    if decision is not None:
        extra[OVER_AGE] = decision.value
    if row.read(MAKEUP, read_flag):
        extra[MAKEUP] = "yes"
    return extra
