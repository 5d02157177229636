"""On what legal basis somebody is insured (参保依据): an invented employment is illegal, so every enrolment names one.

Source: 社会保险基金行政监督办法 §32 (invented employment, 挂靠), 劳动合同法 §58 (dispatch: contracts of two years and
more), 社会保险法 §10, §23 (flexible employment: pension and medical, paid by the person).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.policy import Category, Kind


class LegalBasis(StrEnum):
    """Why this company insures this person. Values are at most 16 characters, as the register keeps them."""

    EMPLOYMENT = "employment"
    DISPATCH = "dispatch"
    OUTSOURCING_B = "outsourcing_b"
    SERVICE = "service"
    FLEXIBLE = "flexible"


@dataclass(frozen=True, slots=True)
class BasisWords:
    """The label of a basis in both languages and the other words that sheets use for it."""

    label: str
    label_en: str
    synonyms: tuple[str, ...] = ()


LEGAL_BASES: Final[dict[LegalBasis, BasisWords]] = {
    LegalBasis.EMPLOYMENT: BasisWords(
        "劳动合同",
        "labour contract",
        (
            "普通",
            "正式",
            "正式工",
            "正式员工",
            "合同工",
            "全日制",
            "劳动合同工",
            "劳动关系",
            "直签",
            "自有",
            "自有员工",
        ),
    ),
    LegalBasis.DISPATCH: BasisWords("劳务派遣", "dispatch", ("派遣", "派遣工", "派遣员工", "劳务派遣工", "派遣制")),
    LegalBasis.OUTSOURCING_B: BasisWords(
        "外包（B）",
        "outsourcing (B)",
        ("外包", "外包B", "外包（B类）", "B外包", "B类外包", "业务外包", "岗位外包", "人力外包", "外包员工"),
    ),
    LegalBasis.SERVICE: BasisWords(
        "劳务/超龄用工",
        "service contract",
        ("劳务", "劳务合同", "劳务协议", "劳务关系", "超龄用工", "超龄", "退休返聘", "返聘", "返聘协议"),
    ),
    LegalBasis.FLEXIBLE: BasisWords(
        "灵活就业", "flexible employment", ("灵活就业人员", "灵活", "自由职业", "自由职业者", "个体", "个体工商户")
    ),
}

NEEDS_CONTRACT: Final = frozenset({LegalBasis.EMPLOYMENT, LegalBasis.DISPATCH, LegalBasis.OUTSOURCING_B})
"""The bases that rest on a labour contract, which has to be on file."""

ALLOWED_KINDS: Final[dict[LegalBasis, frozenset[Kind]]] = {
    LegalBasis.SERVICE: frozenset({Kind.WORK_INJURY}),
    LegalBasis.FLEXIBLE: frozenset({Kind.PENSION, Kind.MEDICAL, Kind.LARGE_MEDICAL}),
}
"""The only kinds of a basis; one that is not named here has every kind. 大额医疗 goes with medical."""

SHORTEST_DISPATCH_YEARS: Final = 2
"""A dispatched worker's contract has at least two years (劳动合同法 §58)."""


def default_basis(category: Category) -> LegalBasis:
    """The basis of a row that names none: a flexible worker's own, otherwise a labour contract."""
    return LegalBasis.FLEXIBLE if category is Category.FLEXIBLE else LegalBasis.EMPLOYMENT


def category_of(basis: LegalBasis, category: Category) -> Category:
    """The category that policies are looked up with: a flexible worker has no employer's part."""
    return Category.FLEXIBLE if basis is LegalBasis.FLEXIBLE else category


def owes_late_fee(basis: LegalBasis) -> bool:
    """Whether a late fee may arise: people who pay for themselves never owe an employer's late fee."""
    return basis is not LegalBasis.FLEXIBLE
