"""Policy rows in files that people exchange: CSV for spreadsheets, YAML as in the directory policies/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import yaml

from domain.errors import Problem, Refusal
from domain.money import format_rate, format_yuan
from domain.period import BillingMonth
from domain.policy import PolicyVersion
from domain.policy_file import PER_UNIT, parse
from domain.policy_table import Written, csv_of, read_csv, wrong_cell


class PolicyFormat(StrEnum):
    """What a city's policies are exported as."""

    CSV = "csv"
    YAML = "yaml"


class _Lines(dict):
    """A mapping that knows the line it begins on."""

    line: int = 0


class _Loader(yaml.SafeLoader):
    """A safe loader whose mappings know their lines."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[_Lines]:
    found = _Lines()
    found.line = node.start_mark.line + 1
    yield found
    found.update(loader.construct_mapping(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)

_LONGEST_TIER: Final = 8
_LONGEST_CITY: Final = 40

# What a field can always be replaced with: if the row is good then, the field was what was wrong with it.
_HARMLESS: Final[dict[str, Any]] = {
    "from": "1900-01",
    "to": None,
    "base": None,
    "employer": None,
    "employee": None,
    "fixed": None,
    "rounding": "fen_half_up",
    "confidence": {"base": "low", "rate": "low", "rounding": "low"},
}


def written(versions: Sequence[PolicyVersion], form: PolicyFormat) -> bytes:
    """One city's rows as a file. CSV begins with a byte order mark, without which Excel misreads Chinese."""
    if form is PolicyFormat.CSV:
        return csv_of(versions).encode("utf-8-sig")
    document: dict[str, Any] = {"city": versions[0].city, "code": versions[0].city_code}
    for version in versions:
        document.setdefault(version.category.value, {}).setdefault(version.kind.value, []).append(_entry(version))
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000).encode()


def _entry(v: PolicyVersion) -> dict[str, Any]:
    entry: dict[str, Any] = {"from": str(BillingMonth.of(v.effective_from))}
    if v.effective_to is not None:
        entry["to"] = str(BillingMonth.of(v.effective_to))
    if v.tier:
        entry["tier"] = v.tier
    limits = (v.base_min_fen, v.base_max_fen)
    entry["base"] = None if limits == (None, None) else [None if x is None else format_yuan(x) for x in limits]
    entry["employer"] = _rate(v.employer_rate_min_ppm, v.employer_rate_max_ppm)
    entry["employee"] = _rate(v.employee_rate_min_ppm, v.employee_rate_max_ppm)
    if v.employer_fixed_fen or v.employee_fixed_fen:
        entry["fixed"] = {"employer": format_yuan(v.employer_fixed_fen), "employee": format_yuan(v.employee_fixed_fen)}
    entry["rounding"] = {"employer": v.employer_rounding.value, "employee": v.employee_rounding.value}
    entry["confidence"] = dict.fromkeys(("base", "rate", "rounding"), v.confidence.value)
    return entry | {"source": v.source} | ({"note": v.note} if v.note else {})


def _rate(low: int | None, high: int | None) -> Any:
    if low is None or high is None:
        return PER_UNIT
    return format_rate(low) if low == high else [format_rate(low), format_rate(high)]


def read(name: str, content: bytes) -> tuple[list[Written], list[Problem]]:
    """The rows of a file and what is wrong with the others; YAML by its name, anything else is a table."""
    text = _text(content)
    if text is None:
        return [], [_unreadable("不是 UTF-8 或 GBK 文本", "It is neither UTF-8 nor GBK text")]
    rows, problems = _read_yaml(text) if name.lower().endswith((".yaml", ".yml")) else read_csv(text)
    if not rows and not problems:
        problems = [_unreadable("没有政策行", "There are no policy rows in it")]
    return rows, problems


def _text(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _read_yaml(text: str) -> tuple[list[Written], list[Problem]]:
    # An alias may stand for a tree that is larger than memory; policy files have no use for one.
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            return [], [_unreadable("含有 YAML 引用（*）", "It holds YAML aliases (*)")]
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, see above
    except (yaml.YAMLError, RecursionError, ValueError) as wrong:
        reason = " ".join(str(wrong).split())[:200]
        return [], [_unreadable(f"YAML 格式有误：{reason}", f"The YAML is malformed: {reason}")]
    if not isinstance(document, _Lines):
        return [], [_unreadable("开头应为 city 与 code", "It should begin with city and code")]
    rows: list[Written] = []
    problems: list[Problem] = []
    head = {"city": document.get("city"), "code": document.get("code")}
    for category, kind, entry, line in _entries(document):
        try:
            rows += [Written(line, v) for v in parse({**head, category: {kind: [entry]}})]
        except Refusal as refusal:
            problems += _placed(head, category, kind, entry, line, refusal.problems)
        except AttributeError:  # tiers that hold something else than fields
            problems.append(wrong_cell(line, "tiers", str(entry)))
    for each in rows:
        if not each.version.source.strip():
            problems.append(wrong_cell(each.line, "source", ""))
        if len(each.version.tier) > _LONGEST_TIER or len(each.version.city) > _LONGEST_CITY:
            problems.append(wrong_cell(each.line, "tier", each.version.tier))
    return rows, problems


def _entries(document: _Lines) -> Iterator[tuple[str, str, Any, int]]:
    """Every version with its line; what is no list of versions comes as it is, so that the parser says so."""
    for category, kinds in document.items():
        if category in ("city", "code"):
            continue
        if not isinstance(kinds, _Lines):
            yield category, "?", kinds, document.line
            continue
        for kind, versions in kinds.items():
            for entry in versions if isinstance(versions, list) else [versions]:
                yield category, kind, entry, entry.line if isinstance(entry, _Lines) else kinds.line


def _placed(
    head: Mapping[str, Any], category: str, kind: str, entry: Any, line: int, problems: Sequence[Problem]
) -> list[Problem]:
    """The problems with their line, and with the field where it can be told which one it is."""
    for name, harmless in _HARMLESS.items():
        if not isinstance(entry, Mapping) or name not in entry:
            continue
        try:
            parse({**head, category: {kind: [{**entry, name: harmless}]}})
        except (Refusal, AttributeError):
            continue
        return [wrong_cell(line, name, str(entry[name]))]
    return [p.at(row=line) for p in problems]


def _unreadable(reason: str, reason_en: str) -> Problem:
    return Problem(
        "policy_file",
        f"文件不能读取：{reason}",
        f"The file cannot be read: {reason_en}",
        "请先导出一个城市的政策，在导出的文件上修改",
        "Export a city's policies first and change that file",
        field="file",
    )
