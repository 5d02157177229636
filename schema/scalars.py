"""Scalars: what travels as text, and what it is inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.money import format_rate, format_yuan, parse_rate, parse_yuan
from domain.period import BillingMonth

Yuan = NewType("Yuan", int)
"""Inside: integer fen. Outside: text with two decimals."""

Month = NewType("Month", int)
"""Inside: yyyymm. Outside: `2026-11`."""

Rate = NewType("Rate", int)
"""Inside: millionths. Outside: a decimal such as `0.16`."""

Instant = NewType("Instant", int)
"""Inside: UTC milliseconds. Outside: ISO 8601 in UTC."""


def _text_only(name: str, parse: Callable[[str], int]) -> Callable[[Any], int]:
    def parsed(value: Any) -> int:
        if not isinstance(value, str):
            raise GraphQLError(f"{name} is text, for example in quotation marks; numbers lose digits")
        try:
            return parse(value)
        except ValueError as wrong:
            raise GraphQLError(f"{name}: {wrong}") from wrong

    return parsed


def _instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant names its time zone")
    return int(moment.timestamp() * 1000)


SCALARS: dict[object, ScalarDefinition] = {
    Yuan: strawberry.scalar(
        name="Yuan",
        description='人民币金额，两位小数的文本，如 "1234.50"',
        serialize=format_yuan,
        parse_value=_text_only("Yuan", parse_yuan),
    ),
    Month: strawberry.scalar(
        name="Month",
        description='月份，如 "2026-11"',
        serialize=lambda number: str(BillingMonth.of(number)),
        parse_value=_text_only("Month", lambda text: BillingMonth.parse(text).number),
    ),
    Rate: strawberry.scalar(
        name="Rate",
        description='比例，小数文本，如 "0.16"',
        serialize=format_rate,
        parse_value=_text_only("Rate", parse_rate),
    ),
    Instant: strawberry.scalar(
        name="Instant",
        description="时刻，ISO 8601（UTC）",
        serialize=_instant,
        parse_value=_text_only("Instant", _milliseconds),
    ),
}
