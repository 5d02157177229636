"""What the commands share: opening the container, and telling refusals."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from tortoise.exceptions import OperationalError

from app.settings import Settings
from domain.actor import Actor
from domain.errors import Problem, Refusal
from domain.period import BillingMonth
from services.ports import Ports

T = TypeVar("T")


class MonthType(click.ParamType):
    """A month such as 2026-11, as yyyymm."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return BillingMonth.parse(value).number
        except ValueError:
            self.fail(f"{value}: 月份写作 2026-11 / write a month as 2026-11", param, ctx)


MONTH = MonthType()


def run_act(act: Callable[[Ports], Awaitable[T]], as_json: bool) -> T:
    """Runs an act in an opened container; a refusal becomes its problems and exit code 2."""
    from app.container import running

    async def go() -> T:
        async with running(Settings()) as container:
            return await act(container.ports)

    try:
        return asyncio.run(go())
    except Refusal as refusal:
        problems: tuple[Problem, ...] = refusal.problems
    except OperationalError as broken:
        # "no such table" on SQLite, 1146 on MariaDB: the database is there and has no tables yet.
        if "no such table" not in str(broken) and "1146" not in str(broken):
            raise
        problems = (_not_migrated(),)
    if as_json:
        click.echo(json.dumps({"problems": [plain(p) for p in problems]}, ensure_ascii=False))
    else:
        for p in problems:
            click.echo(f"{p.message}。{p.remedy}", err=True)
    sys.exit(2)


def _not_migrated() -> Problem:
    return Problem(
        "not_migrated",
        "数据库还没有建表",
        "The database has no tables yet",
        "请先运行 shebao migrate 和 shebao seed",
        "Run `shebao migrate` and `shebao seed` first",
    )


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
