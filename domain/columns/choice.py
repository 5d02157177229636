"""What a clerk says about the columns of a sheet (header -> field), and why a choice cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence

from domain.columns.fields import FIELDS, ImportKind, field_spec
from domain.columns.mapping import normalize_header
from domain.errors import Problem

_FIELD = "columns"


def choice_problems(choices: Sequence[tuple[str, str]], headers: Sequence[str], kind: ImportKind) -> list[Problem]:
    """A problem for every header the sheet does not have or that is named twice, and every field unknown or twice.

    `choices` are pairs of header and field; an empty field means "do not use this column" and may occur often.
    """
    seen = {normalize_header(header) for header in headers if header}
    problems: list[Problem] = []
    taken: dict[str, str] = {}
    named: set[str] = set()
    for header, field in choices:
        plain = normalize_header(header)
        if plain not in seen:
            problems.append(_header_unknown(header, headers))
        if plain in named:
            problems.append(_header_twice(header))
        named.add(plain)
        if not field:
            continue
        if field_spec(kind, field) is None:
            problems.append(_field_unknown(header, field, kind))
        elif field in taken:
            problems.append(_field_twice(field, taken[field], header, kind))
        taken.setdefault(field, header)
    return problems


def _header_unknown(header: str, headers: Sequence[str]) -> Problem:
    listed = "、".join(header for header in headers if header) or "(无)"
    return Problem(
        "header_unknown",
        f"表中没有“{header}”列；表中的列有：{listed}",
        f"The sheet has no column “{header}”; its columns are: {listed}",
        "请重新预览文件，从表头中选择",
        "Preview the file again and choose among its headers",
        field=_FIELD,
        column=header,
    )


def _header_twice(header: str) -> Problem:
    return Problem(
        "header_twice",
        f"“{header}”列指定了两次",
        f"The column “{header}” is given twice",
        "每个表头只能指定一次",
        "Give each header once",
        field=_FIELD,
        column=header,
    )


def _field_unknown(header: str, field: str, kind: ImportKind) -> Problem:
    listed = "、".join(spec.label for spec in FIELDS[kind])
    return Problem(
        "field_unknown",
        f"“{header}”列指定的字段“{field}”不存在",
        f"The field “{field}” given to the column “{header}” does not exist",
        f"可选字段：{listed}",
        f"Possible fields: {', '.join(spec.name for spec in FIELDS[kind])}",
        field=_FIELD,
        column=header,
        value=field,
    )


def _field_twice(field: str, first: str, second: str, kind: ImportKind) -> Problem:
    spec = field_spec(kind, field)
    label, label_en = (spec.label, spec.label_en) if spec else (field, field)
    return Problem(
        "field_twice",
        f"“{label}”同时指定给了“{first}”和“{second}”两列",
        f"“{label_en}” is given to both columns “{first}” and “{second}”",
        "请只保留一列，另一列选“不使用”",
        "Keep one and set the other to “do not use”",
        field=_FIELD,
        column=second,
        value=field,
    )
