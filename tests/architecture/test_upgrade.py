"""T3: a filled database of the first release is carried over whole, and ends up like one that is built anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.api.migrate import migrate as run_migrations  # type: ignore[import-untyped,unused-ignore]

from db.connect import close_database, config, migrate, open_database
from db.sql import dialect, fetch
from tests.conftest import SERVERS
from tests.servers import MariaDb

FIRST = "shebao.0001_initial"
ROWS = 3
GONE = {"approval_rule"}
"""Tables that later migrations take away."""

Columns = dict[str, dict[str, tuple[str, bool, str]]]
Indexes = dict[str, set[tuple[bool, tuple[str, ...]]]]


@pytest.fixture
def urls(tmp_path: Path, worker_name: str) -> Iterator[tuple[str, str]]:
    """Two empty databases: one to be carried over, one to be built anew."""
    if not SERVERS:
        yield f"sqlite://{tmp_path / 'old.sqlite3'}", f"sqlite://{tmp_path / 'new.sqlite3'}"
        return
    import os

    servers = [MariaDb(os.environ["TEST_DATABASE_URL"], f"shebao_{name}_{worker_name}") for name in ("old", "new")]
    yield servers[0].create(), servers[1].create()
    for server in servers:
        server.drop()


def test_a_filled_first_release_is_carried_over(urls: tuple[str, str]) -> None:
    old, new = urls
    before, after, columns, indexes = asyncio.run(_carried_over(old))
    fresh_columns, fresh_indexes = asyncio.run(_built_anew(new))
    assert set(before) - set(after) == GONE
    for table, rows in before.items():
        if table not in GONE:
            names = rows[0].keys()
            assert [{name: row[name] for name in names} for row in after[table]] == rows, table
    assert columns == fresh_columns
    assert indexes == fresh_indexes


async def _carried_over(url: str) -> tuple[dict[str, list[dict]], dict[str, list[dict]], Columns, Indexes]:
    await run_migrations(config=config(url), target=FIRST)
    await close_database()
    await open_database(url)
    await _fill()
    before = await _rows()
    await close_database()
    await migrate(url)
    await close_database()
    await open_database(url)
    found = before, await _rows(), await _columns(), await _indexes()
    await close_database()
    return found


async def _built_anew(url: str) -> tuple[Columns, Indexes]:
    """The tables as the models say, made without any migration."""
    await open_database(url)
    await Tortoise.generate_schemas(safe=False)
    found = await _columns(), await _indexes()
    await close_database()
    return found


async def _tables() -> list[str]:
    if dialect(get_connection("default")) == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        sql = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()"
    names = [r["name"] for r in await fetch(sql)]
    return sorted(n for n in names if not n.startswith("tortoise_"))


async def _columns() -> Columns:
    """Type, whether it must be given, and default, of every column."""
    found: Columns = {}
    sqlite = dialect(get_connection("default")) == "sqlite"
    for table in await _tables():
        if sqlite:
            rows = await fetch(
                f"SELECT name, type, \"notnull\" AS n, dflt_value AS d FROM pragma_table_info('{table}')"
            )
        else:
            rows = await fetch(
                "SELECT column_name AS name, column_type AS type, is_nullable = 'NO' AS n, column_default AS d "
                "FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?",
                [table],
            )
        found[table] = {r["name"]: (r["type"].lower(), bool(r["n"]), str(r["d"])) for r in rows}
    return found


async def _indexes() -> Indexes:
    """The columns of every index, with whether it is unique; their names are nobody's business."""
    found: Indexes = {}
    sqlite = dialect(get_connection("default")) == "sqlite"
    for table in await _tables():
        if sqlite:
            found[table] = set()
            for index in await fetch(f"SELECT name, \"unique\" AS u FROM pragma_index_list('{table}')"):
                names = await fetch(f"SELECT name FROM pragma_index_info('{index['name']}') ORDER BY seqno")
                found[table].add((bool(index["u"]), tuple(n["name"] for n in names)))
        else:
            rows = await fetch(
                "SELECT index_name AS i, column_name AS c, non_unique = 0 AS u FROM information_schema.statistics "
                "WHERE table_schema = DATABASE() AND table_name = ? ORDER BY index_name, seq_in_index",
                [table],
            )
            by_index = {r["i"]: [x["c"] for x in rows if x["i"] == r["i"]] for r in rows}
            found[table] = {(bool(r["u"]), tuple(by_index[r["i"]])) for r in rows}
    return found


async def _fill() -> None:
    """Some rows in every table; each value is told by its column and row, so that a mix-up shows."""
    connection = get_connection("default")
    sqlite = dialect(connection) == "sqlite"
    columns = await _columns()
    script = []
    for table, spec in columns.items():
        names = ", ".join(f"`{name}`" for name in spec)
        for row in range(1, ROWS + 1):
            values = ", ".join(_value(name, kind, row, sqlite) for name, (kind, _, _) in spec.items())
            script.append(f"INSERT INTO `{table}` ({names}) VALUES ({values})")
    off, on = ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
    if not sqlite:
        off, on = "SET foreign_key_checks = 0", "SET foreign_key_checks = 1"
    await connection.execute_script(";".join([off, *script, on]))


def _value(name: str, kind: str, row: int, sqlite: bool) -> str:
    if "int" in kind:
        # Ids and what points at them run from 1, so that every reference finds its row.
        return str(row)
    if "blob" in kind:
        return f"x'01{row:02d}ff'" if sqlite else f"0x01{row:02d}ff"
    length = int(kind.split("(")[1].rstrip(")")) if "(" in kind else 60
    return f"'{f'{row}值{name}'[:length]}'"


async def _rows() -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in await _tables():
        columns = (await _columns())[table]
        order = "id" if "id" in columns else next(iter(columns))
        found[table] = [dict(r) for r in await fetch(f"SELECT * FROM `{table}` ORDER BY `{order}`")]
    return found
