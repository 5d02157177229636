"""The daily clock on the command line: `shebao remind`, for an operator's cron."""

from __future__ import annotations

from datetime import datetime

import click

from app.cli_run import run_act


@click.command("remind")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day, by default today in China.")
@click.option("--json", "as_json", is_flag=True, help="Problems as JSON.")
def remind_command(day: datetime | None, as_json: bool) -> None:
    """Tell what runs out (contracts, papers) and clean old sign-in entries; for once a day, and safe to repeat."""
    from db.clock import business_day
    from services.ports import Ports
    from services.reminder import Told, remind

    async def act(ports: Ports) -> Told:
        return await remind(ports, day.date() if day else business_day(ports.store.clock()))

    told = run_act(act, as_json)
    for word, count in told.by_word.items():
        click.echo(f"{word:<12} 新提醒 {count} 条")
    click.echo(f"清理过期登录记录 {told.cleaned} 条")
