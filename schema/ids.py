"""Opaque global ids: outside they are text without meaning, inside they are a type and a row id."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import strawberry

from domain.errors import Problem, Refusal


def global_id(kind: str, row_id: int) -> strawberry.ID:
    """The opaque id of a row."""
    return strawberry.ID(urlsafe_b64encode(f"{kind}:{row_id}".encode()).decode().rstrip("="))


def parts(value: str) -> tuple[str, int]:
    """Type and row id of an opaque id; refused (`id_invalid`) when it is none."""
    try:
        padded = value + "=" * (-len(value) % 4)
        kind, _, number = urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(":")
        row_id = int(number)
    except ValueError as wrong:
        raise Refusal(_invalid(value)) from wrong
    if not kind or not number.isdigit() or row_id >= 2**63:
        raise Refusal(_invalid(value))
    return kind, row_id


def row_id(value: str, kind: str) -> int:
    """The row id of an opaque id of that type; refused (`id_invalid`) otherwise."""
    found, number = parts(value)
    if found != kind:
        raise Refusal(_invalid(value))
    return number


def maybe_row_id(value: str | None, kind: str) -> int | None:
    """As `row_id`; nothing stays nothing."""
    return None if value is None else row_id(value, kind)


def row_ids(values: Sequence[str], kind: str, most: int = 500) -> list[int]:
    """Row ids of a list; refused (`too_many_ids`) when it is longer than one act takes."""
    if len(values) > most:
        raise Refusal(
            Problem(
                "too_many_ids",
                f"一次最多 {most} 项",
                f"At most {most} at a time",
                "请分几次处理",
                "Do it in several goes",
                field="ids",
                value=str(len(values)),
            )
        )
    return [row_id(value, kind) for value in values]


def cursor(row: int) -> str:
    """An opaque place in a list."""
    return urlsafe_b64encode(f"after:{row}".encode()).decode().rstrip("=")


def place(value: str | None) -> int:
    """The place behind a cursor; 0 for none."""
    if not value:
        return 0
    kind, number = parts(value)
    if kind != "after":
        raise Refusal(_invalid(value))
    return number


def _invalid(value: str) -> Problem:
    return Problem(
        "id_invalid",
        "标识无效",
        "This id is not valid",
        "请返回列表重新打开",
        "Open the record again from its list",
        field="id",
        value=value[:60],
    )
