"""The command `shebao`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

import click

from app.cli_import import import_command, main_job
from app.cli_keys import keys, reseal_command
from app.cli_month import bill_command, explain_command, run_month
from app.cli_national import late_fee_command, pension_command, retirement_command
from app.cli_remind import remind_command
from app.cli_rules import check_id, quote
from app.settings import ROOT, Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """社保管理系统: the server, its worker, and an operator's tools."""


for command in (
    quote,
    check_id,
    retirement_command,
    pension_command,
    late_fee_command,
    import_command,
    run_month,
    bill_command,
    explain_command,
    main_job,
    keys,
    reseal_command,
    remind_command,
):
    main.add_command(command)


@main.command()
def migrate() -> None:
    """Bring the database schema up to date."""
    from db.connect import close_database
    from db.connect import migrate as run

    settings = Settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)

    async def go() -> None:
        await run(settings.database)
        await close_database()

    asyncio.run(go())
    click.echo("数据库已是最新结构")


@main.command()
@click.option("--demo/--no-demo", default=None, help="Demonstration data; by default where ENVIRONMENT is demo.")
def seed(demo: bool | None) -> None:
    """Load policies, roles and the first accounts; repeating it changes nothing."""
    from app.container import running
    from services import policy
    from services import seed as start
    from services.staff import SYSTEM

    settings = Settings()

    async def go() -> tuple[int, str | None, bool]:
        async with running(settings) as container:
            added = await policy.load(container.ports, SYSTEM, settings.policies_dir)
            await start.start(container.ports)
            with_demo = settings.environment == "demo" if demo is None else demo
            if with_demo:
                await start.demo(container.ports)
            return added, await start.first_administrator(container.ports), with_demo

    added, password, with_demo = asyncio.run(go())
    click.echo(f"新载入政策 {added} 条")
    if with_demo:
        from services.seed import ACCOUNTS

        click.echo("演示账号：")
        for each in ACCOUNTS:
            scope = f"（只看 {each.company}）" if each.company else ""
            click.echo(f"  {each.username:<10} {each.password:<14} {each.display_name}{scope}")
    if password:
        click.echo(f"管理员账号 admin，密码 {password}（只显示这一次，请立即修改）")


@main.command()
@click.option("--host", default=None)
@click.option("--port", type=int, default=None)
def serve(host: str | None, port: int | None) -> None:
    """Run the server; without Redis it is its own worker."""
    import uvicorn

    settings = Settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    host, port = host or settings.host, port or settings.port
    # What runs in the server (the sandboxes) is reached under the address it really has.
    os.environ |= {"HOST": host, "PORT": str(port)}
    click.echo(f"控制台      http://{host}:{port}/admin/")
    click.echo(f"GraphQL    http://{host}:{port}/graphql")
    uvicorn.run("app.main:make_app", factory=True, host=host, port=port, log_level="warning", ws_max_size=1 << 20)


@main.command()
def worker() -> None:
    """Run a worker beside the servers (needs REDIS_URL); any number may run."""
    from app.container import running
    from app.worker import relaying

    settings = Settings()
    if settings.embedded:
        raise click.ClickException(
            "REDIS_URL 未设置：单机模式下 serve 自带后台任务 / serve is its own worker without Redis"
        )
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    async def go() -> None:
        async with running(settings) as container, relaying(container, receive=True):
            stop = asyncio.Event()
            for sign in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(sign, stop.set)
            click.echo("后台任务运行中")
            await stop.wait()

    asyncio.run(go())
    click.echo("已停止")


@main.command("export-schema")
@click.option("--check", is_flag=True, help="Only say whether the committed file is up to date.")
def export_schema(check: bool) -> None:
    """Write schema.graphql."""
    from app.graphql import make_schema

    path, text = ROOT / "schema.graphql", make_schema().as_str() + "\n"
    if check:
        if not path.exists() or path.read_text("utf-8") != text:
            raise click.ClickException("schema.graphql is stale; run `shebao export-schema`")
        return
    path.write_text(text, "utf-8")
    click.echo(f"{path.name}: {len(text.splitlines())} lines")


if __name__ == "__main__":
    main()
