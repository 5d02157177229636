"""What the commands share: opening the container, and telling refusals."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from app.settings import Settings
from domain.actor import Actor
from domain.errors import Problem, Refusal
from domain.period import BillingMonth
from services.ports import Ports

T = TypeVar("T")


def month_number(text: str) -> int:
    """A month argument as yyyymm."""
    try:
        return BillingMonth.parse(text).number
    except ValueError as wrong:
        raise click.BadParameter(f"{text}: 月份写作 2026-11 / write a month as 2026-11") from wrong


def run_act(act: Callable[[Ports], Awaitable[T]], as_json: bool) -> T:
    """Runs an act in an opened container; a refusal becomes its problems and exit code 2."""
    from app.container import running

    async def go() -> T:
        async with running(Settings()) as container:
            return await act(container.ports)

    try:
        return asyncio.run(go())
    except Refusal as refusal:
        if as_json:
            click.echo(json.dumps({"problems": [plain(p) for p in refusal.problems]}, ensure_ascii=False))
        else:
            for p in refusal.problems:
                click.echo(f"{p.message}。{p.remedy}", err=True)
        sys.exit(2)


def plain(p: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    return {
        "row": p.row,
        "column": p.column,
        "code": p.code,
        "severity": p.severity.value,
        "message": p.message,
        "message_en": p.message_en,
        "remedy": p.remedy,
        "value": p.value,
    }


async def staff_named(username: str) -> Actor:
    """One of our own accounts as an actor; refused when the database was not seeded."""
    from db.models.staff import Staff
    from services.staff import actor

    row = await Staff.get_or_none(username=username)
    found = await actor(row.id) if row else None
    if found is None:
        raise Refusal(
            Problem(
                "not_seeded",
                "数据库还没有初始数据",
                "The database has not been seeded",
                "请先运行 shebao migrate 和 shebao seed",
                "Run `shebao migrate` and `shebao seed` first",
            )
        )
    return found
