"""Turn one city's policy document (a parsed YAML file, see policies/) into dated rows.

A document names the city and its code, then category → kind → list of versions. A version may hold `tiers`:
entries by tier name that repeat the version with their own rates, notes or sources, so that the eight industry
classes of work injury read as one block. Reading the file is not done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from domain.errors import Problem, Refusal
from domain.money import Rounding, parse_rate, parse_yuan
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, Category, Confidence, Kind, PolicyVersion

_FIELDS: Final = frozenset(
    {
        "from",
        "to",
        "tier",
        "tiers",
        "base",
        "employer",
        "employee",
        "fixed",
        "rounding",
        "rounding_basis",
        "confidence",
        "source",
        "note",
    }
)
_SIDES: Final = ("employer", "employee")

PER_UNIT: Final = "per_unit"
"""Written in place of a rate that depends on the unit, and that no row can therefore say."""

# A rounding that no document prints is no surer than medium, however often it has been seen on bills.
_ROUNDING_CONFIDENCE: Final = {
    "assumed": Confidence.MEDIUM,
    "third-party": Confidence.MEDIUM,
    "published_cap": Confidence.MEDIUM,
    "published": Confidence.HIGH,
}


def parse(document: Mapping[str, Any]) -> list[PolicyVersion]:
    """The rows of one city, in the order of the document.

    Amounts are yuan (integers or quoted decimals), rates quoted fractions. Raises Refusal with one problem for
    every version that cannot be read, naming city, category, kind and period (codes policy_city,
    policy_category, policy_kind, policy_field).
    """
    city, code = document.get("city"), document.get("code")
    if not isinstance(city, str) or not isinstance(code, str) or not (len(code) == 6 and code.isdigit()):
        raise Refusal(_problem("policy_city", "政策文件", "缺少 city 或六位 code（加引号）", "city or code missing"))
    rows: list[PolicyVersion] = []
    problems: list[Problem] = []
    for where, category, kind, version in _versions(document, city, problems):
        try:
            rows += [_row(city, code, category, kind, entry) for entry in _expanded(version)]
        except (ValueError, TypeError) as wrong:
            period = f"{version.get('from', '?')} 至 {version.get('to') or '今'}"
            problems.append(_problem("policy_field", f"{where} {period}", str(wrong), str(wrong)))
    if problems:
        raise Refusal(*problems)
    return rows


def _versions(
    document: Mapping[str, Any], city: str, problems: list[Problem]
) -> Iterator[tuple[str, Category, Kind, Mapping[str, Any]]]:
    for category_name, kinds in document.items():
        if category_name in ("city", "code"):
            continue
        if category_name not in list(Category) or not isinstance(kinds, Mapping):
            problems.append(
                _problem("policy_category", city, f"没有参保类别 {category_name}", f"no category {category_name}")
            )
            continue
        for kind_name, versions in kinds.items():
            where = f"{city} {category_name} {kind_name}"
            if kind_name not in list(Kind) or not isinstance(versions, list):
                problems.append(_problem("policy_kind", where, f"没有险种 {kind_name}", f"no kind {kind_name}"))
                continue
            for version in versions:
                if isinstance(version, Mapping):
                    kind = Kind(kind_name)
                    yield f"{city} {category_name} {KIND_LABELS[kind]}", Category(category_name), kind, version
                else:
                    problems.append(_problem("policy_field", where, "每个版本应为一组字段", "a version is a mapping"))


def _expanded(version: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The version itself, or one entry a tier where it lists tiers."""
    tiers = version.get("tiers")
    if tiers is None:
        yield version
        return
    if not isinstance(tiers, Mapping) or not tiers:
        raise ValueError("tiers 应为按档次列出的字段")
    shared = {name: value for name, value in version.items() if name != "tiers"}
    for tier, own in tiers.items():
        confidence = {**shared.get("confidence", {}), **own.get("confidence", {})}
        yield {**shared, **own, "tier": str(tier), "confidence": confidence}


def _row(city: str, code: str, category: Category, kind: Kind, entry: Mapping[str, Any]) -> PolicyVersion:
    unknown = sorted(set(entry) - _FIELDS)
    if unknown:
        raise ValueError(f"不认识的字段 {'、'.join(map(str, unknown))}")
    first = BillingMonth.parse(str(entry.get("from")))
    last = BillingMonth.parse(str(entry["to"])) if entry.get("to") is not None else None
    if last is not None and last < first:
        raise ValueError(f"截止月份 {last} 早于起始月份 {first}")
    minimum, maximum = _limits(entry.get("base"))
    employer, employee = (_rates(side, entry.get(side)) for side in _SIDES)
    employer_fixed, employee_fixed = (_fixed(side, entry.get("fixed")) for side in _SIDES)
    employer_rounding, employee_rounding = (_rounding(side, entry.get("rounding")) for side in _SIDES)
    return PolicyVersion(
        city_code=code,
        city=city,
        category=category,
        kind=kind,
        tier=str(entry.get("tier", "")),
        effective_from=first.number,
        effective_to=None if last is None else last.number,
        base_min_fen=minimum,
        base_max_fen=maximum,
        employer_rate_min_ppm=employer[0],
        employer_rate_max_ppm=employer[1],
        employee_rate_min_ppm=employee[0],
        employee_rate_max_ppm=employee[1],
        employer_fixed_fen=employer_fixed,
        employee_fixed_fen=employee_fixed,
        employer_rounding=employer_rounding,
        employee_rounding=employee_rounding,
        confidence=_confidence(entry),
        source=str(entry.get("source", "")),
        note=str(entry.get("note", "")),
    )


def _limits(written: Any) -> tuple[int | None, int | None]:
    if written is None:
        return None, None
    if not isinstance(written, list) or len(written) != 2:
        raise ValueError("base 应为 [下限, 上限]，未知写 null")
    low, high = (None if limit is None else parse_yuan(_exact("base", limit)) for limit in written)
    if low is not None and high is not None and low > high:
        raise ValueError(f"基数下限 {written[0]} 高于上限 {written[1]}")
    return low, high


def _rates(side: str, written: Any) -> tuple[int | None, int | None]:
    if written is None or written == PER_UNIT:
        return None, None
    pair = written if isinstance(written, list) else [written, written]
    if len(pair) != 2:
        raise ValueError(f"{side} 应为一个费率或 [最低, 最高]")
    low, high = (parse_rate(_exact(side, rate)) for rate in pair)
    if low > high:
        raise ValueError(f"{side} 最低费率 {pair[0]} 高于最高费率 {pair[1]}")
    return low, high


def _fixed(side: str, written: Any) -> int:
    if written is None:
        return 0
    if not isinstance(written, Mapping) or set(written) - set(_SIDES):
        raise ValueError("fixed 应为 {employer: 金额, employee: 金额}")
    fen = parse_yuan(_exact("fixed", written.get(side, 0)))
    if fen < 0:
        raise ValueError(f"fixed 不能为负数：{written[side]}")
    return fen


def _rounding(side: str, written: Any) -> Rounding:
    name = written.get(side) if isinstance(written, Mapping) else written
    if name not in list(Rounding):
        raise ValueError(f"没有取整方式 {name}，可用：{'、'.join(Rounding)}")
    return Rounding(name)


def _confidence(entry: Mapping[str, Any]) -> Confidence:
    """The lowest part; a part that is n/a (a rate that the unit decides) does not count."""
    parts = dict(entry.get("confidence") or {})
    if "rounding" not in parts:
        parts["rounding"] = _ROUNDING_CONFIDENCE.get(str(entry.get("rounding_basis")), Confidence.LOW)
    if not {"base", "rate"} <= set(parts):
        raise ValueError("confidence 要写明 base 与 rate")
    for part in parts.values():
        if part != "n/a" and part not in list(Confidence):
            raise ValueError(f"没有可信度 {part}，可用：{'、'.join(Confidence)}")
    return Confidence.lowest(*(Confidence(part) for part in parts.values() if part != "n/a"))


def _exact(name: str, written: Any) -> str | int | Decimal:
    """The written number when it is exact; a YAML float is not, and is asked to be quoted."""
    if isinstance(written, bool) or not isinstance(written, str | int | Decimal):
        raise ValueError(f"{name} 的 {written} 不是精确数，小数请加引号")
    return written


def _problem(code: str, where: str, message: str, message_en: str) -> Problem:
    return Problem(
        code=code,
        message=f"{where}：{message}",
        message_en=f"{where}: {message_en}",
        remedy="请改正政策文件后重新载入",
        remedy_en="Correct the policy file and load it again",
        value=where,
    )
