"""Reading channel plans and layouts from their YAML files (policies/declaration/)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from domain.columns import ImportKind
from domain.declaration import Channel, ChannelPlan, Layout, LayoutColumn
from domain.declaration.layout import FIELDS, FORMS
from domain.errors import Problem, Refusal
from domain.policy import KIND_LABELS, Kind

_PLANS: Final = "channels.yaml"
_LAYOUT: Final = frozenset({"key", "title", "sheet", "channel", "change", "cities", "header_row", "source", "columns"})
_COLUMN: Final = frozenset({"header", "field", "form", "kind", "value", "codes", "optional"})


def load_plans(directory: Path) -> tuple[ChannelPlan, dict[str, ChannelPlan]]:
    """The plan of every city without one of its own, and the others by city code."""
    document = _read(directory / _PLANS)
    try:
        default = _plan(document.get("default"))
        cities = {str(code): _plan(plan) for code, plan in (document.get("cities") or {}).items()}
    except (ValueError, TypeError, AttributeError) as wrong:
        raise Refusal(_field(_PLANS, str(wrong))) from wrong
    return default, cities


def load_layouts(directory: Path) -> tuple[Layout, ...]:
    """Every layout of every file. Raises Refusal with all rows that cannot be read, and with keys used twice."""
    problems: list[Problem] = []
    found: dict[str, Layout] = {}
    for path in sorted(directory.glob("*.yaml")):
        if path.name == _PLANS:
            continue
        for number, written in enumerate(_rows(path), start=1):
            try:
                layout = _layout(written)
                if layout.key in found:
                    raise ValueError(f"key {layout.key} 重复")
                found[layout.key] = layout
            except (ValueError, TypeError, KeyError) as wrong:
                problems.append(_field(path.name, f"第 {number} 个表：{wrong}"))
    if problems or not found:
        raise Refusal(*(problems or [_file(directory.name, "没有任何表")]))
    return tuple(found.values())


def _rows(path: Path) -> Iterator[Any]:
    rows = _read(path).get("layouts")
    if not isinstance(rows, list):
        raise Refusal(_file(path.name, "应有 layouts 列表"))
    yield from rows


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise Refusal(_file(path.name, " ".join(str(wrong).split())[:200])) from wrong
    if not isinstance(document, dict):
        raise Refusal(_file(path.name, "应为按名称列出的字段"))
    return document


def _plan(written: Any) -> ChannelPlan:
    if not isinstance(written, dict) or not str(written.get("source", "")).strip():
        raise ValueError("渠道应按名称列出险种，并写明来源 source")
    plan = ChannelPlan(
        {Channel(name): frozenset(map(Kind, kinds)) for name, kinds in written.items() if name != "source"}
    )
    if plan.unregistered():
        names = "、".join(KIND_LABELS[kind] for kind in plan.unregistered())
        raise ValueError(f"没有渠道登记：{names}")
    return plan


def _layout(written: Any) -> Layout:
    _known(written, _LAYOUT)
    header_row = int(written.get("header_row", 1))
    if header_row < 1:
        raise ValueError("header_row 从 1 起")
    layout = Layout(
        key=str(written["key"]),
        title=str(written["title"]),
        sheet=str(written["sheet"])[:31],
        channel=Channel(written["channel"]),
        change=ImportKind(written["change"]),
        columns=tuple(map(_column, written["columns"])),
        cities=frozenset(map(str, written.get("cities") or ())),
        header_row=header_row,
        source=str(written["source"]),
    )
    if not layout.columns or not layout.source.strip() or len(layout.key) > 40:
        raise ValueError("columns 与 source 不能为空，key 最多 40 字")
    return layout


def _column(written: Any) -> LayoutColumn:
    _known(written, _COLUMN)
    field, form = str(written["field"]), str(written.get("form", ""))
    if field != "number" and field not in FIELDS:
        raise ValueError(f"不认识的 field {field}")
    if form not in FORMS:
        raise ValueError(f"不认识的 form {form}")
    if (field == "kind") != ("kind" in written) or (field == "constant") != ("value" in written):
        raise ValueError(f"{field}：kind 只用于险种列，value 只用于固定内容")
    return LayoutColumn(
        header=str(written["header"]),
        field=field,
        form=form,
        kind=Kind(written["kind"]) if field == "kind" else None,
        value=str(written.get("value", "")),
        codes={str(k): str(v) for k, v in (written.get("codes") or {}).items()},
        optional=bool(written.get("optional", False)),
    )


def _known(written: Any, names: frozenset[str]) -> None:
    if not isinstance(written, dict):
        raise ValueError("应为一组字段")
    if unknown := set(written) - names:
        raise ValueError(f"不认识的字段 {'、'.join(sorted(map(str, unknown)))}")


def _file(name: str, reason: str) -> Problem:
    return _problem("declaration_file", name, reason)


def _field(name: str, reason: str) -> Problem:
    return _problem("declaration_field", name, reason)


def _problem(code: str, name: str, reason: str) -> Problem:
    return Problem(
        code=code,
        message=f"申报表文件 {name} 不能读取：{reason}",
        message_en=f"Declaration file {name} cannot be read: {reason}",
        remedy="请检查 policies/declaration 中的文件与字段",
        remedy_en="Check the file and its fields in policies/declaration",
        field=name,
    )
