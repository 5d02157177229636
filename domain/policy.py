"""City policies as dated rows, and the book that finds the row in force.

A row's key is city × category × kind × tier × months (see docs/glossary.md: 政策). No rate or limit is
written in code: where no row is in force the answer is None, and the caller has to say so.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import Problem
from domain.money import Rounding
from domain.period import BillingMonth


class Kind(StrEnum):
    """Kinds of insurance and fund (险种), in the order in which they are shown."""

    PENSION = "pension"
    MEDICAL = "medical"
    UNEMPLOYMENT = "unemployment"
    WORK_INJURY = "work_injury"
    MATERNITY = "maternity"
    LARGE_MEDICAL = "large_medical"
    HOUSING_FUND = "housing_fund"
    SUPPLEMENTARY_HOUSING_FUND = "supplementary_housing_fund"


KIND_LABELS: Final[dict[Kind, str]] = {
    Kind.PENSION: "养老保险",
    Kind.MEDICAL: "医疗保险",
    Kind.UNEMPLOYMENT: "失业保险",
    Kind.WORK_INJURY: "工伤保险",
    Kind.MATERNITY: "生育保险",
    Kind.LARGE_MEDICAL: "大病医疗",
    Kind.HOUSING_FUND: "住房公积金",
    Kind.SUPPLEMENTARY_HOUSING_FUND: "补充公积金",
}

KIND_LABELS_EN: Final[dict[Kind, str]] = {
    Kind.PENSION: "Pension",
    Kind.MEDICAL: "Medical",
    Kind.UNEMPLOYMENT: "Unemployment",
    Kind.WORK_INJURY: "Work injury",
    Kind.MATERNITY: "Maternity",
    Kind.LARGE_MEDICAL: "Large medical expenses",
    Kind.HOUSING_FUND: "Housing fund",
    Kind.SUPPLEMENTARY_HOUSING_FUND: "Supplementary housing fund",
}

KIND_ORDER: Final[dict[Kind, int]] = {kind: place for place, kind in enumerate(Kind)}


class Category(StrEnum):
    """Insured category (参保类别): employee 职工, flexible 灵活就业."""

    EMPLOYEE = "employee"
    FLEXIBLE = "flexible"


CATEGORY_LABELS: Final[dict[Category, str]] = {Category.EMPLOYEE: "职工", Category.FLEXIBLE: "灵活就业"}
CATEGORY_LABELS_EN: Final[dict[Category, str]] = {Category.EMPLOYEE: "employee", Category.FLEXIBLE: "flexible"}


class Confidence(StrEnum):
    """How sure a policy row is; a row below high is confirmed by staff before a real bill uses it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @staticmethod
    def lowest(*confidences: Confidence) -> Confidence:
        """The weakest of several; a chain of facts is no surer than its weakest part. ValueError when empty."""
        ranking = list(Confidence)
        return max(confidences, key=ranking.index)


CONFIDENCE_LABELS: Final[dict[Confidence, str]] = {
    Confidence.HIGH: "高",
    Confidence.MEDIUM: "中",
    Confidence.LOW: "低",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One dated row. Months are numbers (202611), amounts fen, rates ppm; None means not known, never zero.

    `employer_rate_min_ppm` and `..._max_ppm` differ where the unit chooses (housing fund); both are None
    where the rate depends on the unit and no row says it. `tier` is "" where the kind has no tiers and holds
    the industry class "1".."8" for work injury. `base_min_fen`/`base_max_fen` None: no limit is known or set.
    """

    id: int = 0
    city_code: str
    city: str
    category: Category
    kind: Kind
    tier: str = ""
    effective_from: int
    effective_to: int | None = None
    base_min_fen: int | None = None
    base_max_fen: int | None = None
    employer_rate_min_ppm: int | None = None
    employer_rate_max_ppm: int | None = None
    employee_rate_min_ppm: int | None = None
    employee_rate_max_ppm: int | None = None
    employer_fixed_fen: int = 0
    employee_fixed_fen: int = 0
    employer_rounding: Rounding = Rounding.FEN_HALF_UP
    employee_rounding: Rounding = Rounding.FEN_HALF_UP
    confidence: Confidence = Confidence.LOW
    source: str = ""
    note: str = ""

    @property
    def key(self) -> PolicyKey:
        """What has at most one row in any month."""
        return (self.city_code, self.category, self.kind, self.tier)

    def covers(self, month: int) -> bool:
        """Whether the row is in force in the month (a number such as 202611)."""
        return self.effective_from <= month and (self.effective_to is None or month <= self.effective_to)


PolicyKey = tuple[str, Category, Kind, str]


class PolicyBook:
    """All policy rows, ready for lookup. A lookup costs one dict access and one bisection."""

    def __init__(self, versions: Iterable[PolicyVersion]) -> None:
        self.versions: tuple[PolicyVersion, ...] = tuple(versions)
        rows: dict[PolicyKey, list[PolicyVersion]] = defaultdict(list)
        self._tiers: dict[tuple[str, Category, Kind], set[str]] = defaultdict(set)
        self._cities: dict[str, str] = {}
        for version in self.versions:
            rows[version.key].append(version)
            self._tiers[version.city_code, version.category, version.kind].add(version.tier)
            self._cities[version.city_code] = version.city
        self._rows = {key: sorted(found, key=lambda v: v.effective_from) for key, found in rows.items()}
        self._starts = {key: [v.effective_from for v in found] for key, found in self._rows.items()}
        self._codes = {name: code for code, name in self._cities.items()}

    def find(self, city_code: str, category: Category, kind: Kind, tier: str, month: int) -> PolicyVersion | None:
        """The row in force, the latest-starting one where rows overlap; None where there is none."""
        key = (city_code, category, kind, tier)
        starts = self._starts.get(key)
        if starts is None:
            return None
        rows = self._rows[key]
        for place in range(bisect_right(starts, month) - 1, -1, -1):
            if rows[place].covers(month):
                return rows[place]
        return None

    def in_force(self, city_code: str, category: Category, kind: Kind, month: int) -> list[PolicyVersion]:
        """The rows of every tier in force, the untiered row first, then by tier."""
        tiers = sorted(self._tiers.get((city_code, category, kind), ()))
        found = (self.find(city_code, category, kind, tier, month) for tier in tiers)
        return [version for version in found if version is not None]

    def tiers(self, city_code: str, category: Category, kind: Kind, month: int) -> list[str]:
        """The names of the tiers in force, sorted; empty where the kind has no tiers ("" is not a tier)."""
        return [v.tier for v in self.in_force(city_code, category, kind, month) if v.tier]

    def kinds(self, city_code: str, category: Category, month: int) -> list[Kind]:
        """The kinds with a row in force, in display order."""
        return [kind for kind in Kind if self.in_force(city_code, category, kind, month)]

    def city_code(self, name_or_code: str) -> str | None:
        """The code of a city written as 北京, 北京市 or 110000; None when the book does not know it."""
        plain = unicodedata.normalize("NFKC", name_or_code).strip()
        if plain in self._cities:
            return plain
        return self._codes.get(plain) or self._codes.get(plain.removesuffix("市"))

    def cities(self) -> dict[str, str]:
        """City names by code, sorted by code."""
        return dict(sorted(self._cities.items()))


def overlaps(versions: Iterable[PolicyVersion]) -> list[Problem]:
    """A problem for every pair of neighbouring rows of one key that are in force in the same month."""
    return [
        _clash(earlier, later)
        for rows in _by_key(versions)
        for earlier, later in _neighbours(rows)
        if earlier.effective_to is None or later.effective_from <= earlier.effective_to
    ]


def gaps(versions: Iterable[PolicyVersion]) -> list[Problem]:
    """A problem for every hole between consecutive rows of one key: those months have no policy, not a zero."""
    found = []
    for rows in _by_key(versions):
        for earlier, later in _neighbours(rows):
            if earlier.effective_to is None:
                continue
            first = BillingMonth.of(earlier.effective_to).shift(1)
            if first.number < later.effective_from:
                found.append(_hole(later, first, BillingMonth.of(later.effective_from).shift(-1)))
    return found


def period_text(version: PolicyVersion) -> str:
    """The months of a row for people to read: "2026-07 至 2027-06", "2026-07 起"."""
    first = str(BillingMonth.of(version.effective_from))
    return f"{first} 起" if version.effective_to is None else f"{first} 至 {BillingMonth.of(version.effective_to)}"


def place_text(version: PolicyVersion) -> str:
    """City, category, kind and tier for people to read: "深圳职工医疗保险 2 档", "北京职工工伤保险 3 类"."""
    unit = "类" if version.kind is Kind.WORK_INJURY else "档"
    tier = f" {version.tier} {unit}" if version.tier else ""
    return f"{version.city}{CATEGORY_LABELS[version.category]}{KIND_LABELS[version.kind]}{tier}"


def _by_key(versions: Iterable[PolicyVersion]) -> list[list[PolicyVersion]]:
    rows: dict[PolicyKey, list[PolicyVersion]] = defaultdict(list)
    for version in versions:
        rows[version.key].append(version)
    return [sorted(found, key=lambda v: v.effective_from) for found in rows.values()]


def _neighbours(rows: Sequence[PolicyVersion]) -> Iterable[tuple[PolicyVersion, PolicyVersion]]:
    """Each row with the row before it that lasts longest, so that a short row inside a long one hides nothing."""
    longest = rows[0]
    for row in rows[1:]:
        yield longest, row
        if longest.effective_to is not None and (row.effective_to is None or row.effective_to > longest.effective_to):
            longest = row


def _clash(earlier: PolicyVersion, later: PolicyVersion) -> Problem:
    return Problem(
        code="policy_overlap",
        message=f"{place_text(later)}有两行政策重叠：{period_text(earlier)} 与 {period_text(later)}",
        message_en=f"{later.city} {later.kind} {later.tier}: rows overlap from {later.effective_from}",
        remedy="请把前一行的截止月份改为后一行开始的前一个月",
        remedy_en="End the earlier row in the month before the later one starts",
        field=later.kind,
        value=str(later.effective_from),
    )


def _hole(later: PolicyVersion, first: BillingMonth, last: BillingMonth) -> Problem:
    return Problem(
        code="policy_gap",
        message=f"{place_text(later)}在 {first} 至 {last} 没有政策",
        message_en=f"{later.city} {later.kind} {later.tier}: no policy from {first} to {last}",
        remedy="请补录这几个月的政策；缺少政策的月份不能计算",
        remedy_en="Add the rows for these months; months without a policy cannot be computed",
        field=later.kind,
        value=str(first.number),
    )
