"""Refusals as values in payloads."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry

from domain import errors
from domain.errors import Severity

strawberry.enum(Severity, name="Severity")

P = TypeVar("P")


@strawberry.type(description="一处问题：是什么、在哪里、怎么办")
class Problem:
    code: str
    message: str
    message_en: str
    remedy: str
    remedy_en: str
    severity: Severity
    field: str | None
    row: int | None
    column: str | None
    value: str | None

    @classmethod
    def from_row(cls, problem: errors.Problem) -> Problem:
        return cls(
            code=problem.code,
            message=problem.message,
            message_en=problem.message_en,
            remedy=problem.remedy,
            remedy_en=problem.remedy_en,
            severity=problem.severity,
            field=problem.field,
            row=problem.row,
            column=problem.column,
            value=problem.value,
        )


def problems_of(problems: tuple[errors.Problem, ...]) -> list[Problem]:
    """Domain problems as GraphQL values."""
    return [Problem.from_row(p) for p in problems]


def refusable(payload: Callable[..., P]) -> Callable[[Callable[..., Awaitable[P]]], Callable[..., Awaitable[P]]]:
    """Turns a refusal of the act into the payload's problems."""

    def wrap(resolver: Callable[..., Awaitable[P]]) -> Callable[..., Awaitable[P]]:
        @functools.wraps(resolver)
        async def answered(*args: Any, **kwargs: Any) -> P:
            try:
                return await resolver(*args, **kwargs)
            except errors.Refusal as refusal:
                return payload(problems=problems_of(refusal.problems))

        return answered

    return wrap
