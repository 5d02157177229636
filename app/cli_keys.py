"""Secrets on the command line: a new set, one more data key, and sealing everything with the newest."""

from __future__ import annotations

import asyncio
import json

import click

from app.settings import Keys, Settings


@click.command()
@click.option("--add", is_flag=True, help="One more data key in the set that is in use; new values are sealed with it.")
def keys(add: bool) -> None:
    """Print a new set of secrets for KEYS_JSON, or the present one with one more data key.

    Without KEYS_JSON the present set is VAR_DIR/keys.json and is replaced there. Restart every process, then `reseal`.
    """
    if not add:
        click.echo(json.dumps(Keys.new()))
        return
    settings = Settings()
    path = settings.var_dir / "keys.json"
    stored = settings.keys_json or (path.read_text() if path.exists() else "")
    if not stored:
        raise click.ClickException("还没有密钥可以增补 / There is no set of secrets to add to yet")
    more = json.dumps(Keys.with_one_more(json.loads(stored)))
    if settings.keys_json:
        click.echo(more)
        return
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(more)
    part.replace(path)
    click.echo("已增加数据密钥；请重启所有进程，再运行 shebao reseal / A data key was added; restart, then reseal")


@click.command("reseal")
def reseal_command() -> None:
    """Seal every stored value and file with the newest data key; may be broken off and repeated."""
    from app.container import running
    from services.reseal import reseal
    from services.staff import SYSTEM

    async def go() -> list[tuple[str, int]]:
        async with running(Settings()) as container:
            return [(each.place, each.values) for each in await reseal(container.ports, SYSTEM)]

    done = asyncio.run(go())
    for place, values in done:
        if values:
            click.echo(f"{place:<28} {values}")
    click.echo(f"共重新加密 {sum(values for _, values in done)} 项")
