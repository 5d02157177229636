"""Plain SQL for hot reads and bulk writes, the same text on SQLite and MariaDB (`?` is the placeholder)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

CHUNK = 2000


def dialect(connection: BaseDBAsyncClient) -> str:
    """`sqlite` or `mysql`."""
    return connection.capabilities.dialect


def _place(connection: BaseDBAsyncClient, sql: str) -> str:
    return sql if dialect(connection) == "sqlite" else sql.replace("%", "%%").replace("?", "%s")


async def fetch(sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Rows as dictionaries. Runs inside the current transaction where there is one."""
    connection = get_connection("default")
    return await connection.execute_query_dict(_place(connection, sql), list(values))


async def fetch_tuples(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows as they come from the driver, for reads of very many: columns by place, a tenth of the memory."""
    connection = get_connection("default")
    async with connection.acquire_connection() as raw:
        if dialect(connection) == "sqlite":
            async with raw.execute(sql, values) as cursor:
                # Rows are plain tuples here; Tortoise has its connections make an object of each.
                cursor.row_factory = None
                return list(await cursor.fetchall())
        async with raw.cursor() as cursor:
            await cursor.execute(_place(connection, sql), list(values))
            return list(await cursor.fetchall())


async def fetch_value(sql: str, values: Sequence[Any] = ()) -> Any:
    """The first column of the first row, or None."""
    rows = await fetch(sql, values)
    return next(iter(rows[0].values())) if rows else None


async def execute(sql: str, values: Sequence[Any] = ()) -> int:
    """Runs one statement; answers the number of rows changed."""
    connection = get_connection("default")
    count, _ = await connection.execute_query(_place(connection, sql), list(values))
    return count


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Runs one statement for every row, in chunks and without a round trip for each: the driver binds them in bulk.

    MariaDB takes a chunk in one trip only where each column has one type and is not NULL throughout.
    """
    connection = get_connection("default")
    placed = _place(connection, sql)
    for start in range(0, len(rows), CHUNK):
        await connection.execute_many(placed, rows[start : start + CHUNK])  # type: ignore[arg-type]


async def insert_many(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows in chunks through the driver's own bulk path; answers how many."""
    quoted = ", ".join(f"`{c}`" for c in columns)
    sql = f"INSERT INTO `{table}` ({quoted}) VALUES ({marks(columns)})"
    total = 0
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        await execute_many(sql, chunk)
        total += len(chunk)
    return total


async def make_room() -> None:
    """Lets SQLite keep 64 MB of pages for an act that writes very many rows; its 2 MB would have it write them twice.

    The connection keeps it. A server has its own buffers.
    """
    connection = get_connection("default")
    if dialect(connection) == "sqlite":
        await connection.execute_query("PRAGMA cache_size = -65536")


async def begin_write(connection: BaseDBAsyncClient) -> None:
    """Makes this a writing transaction from its first statement.

    A SQLite transaction that reads first and writes later fails at once when another process wrote in between
    (no waiting helps it); one that begins with a write waits its turn by busy_timeout.
    """
    if dialect(connection) == "sqlite":
        await connection.execute_query("UPDATE outbox SET id = id WHERE 0")


def marks(values: Sequence[Any]) -> str:
    """Placeholders for an IN list."""
    return ", ".join("?" for _ in values)


def locking(connection: BaseDBAsyncClient) -> str:
    """The suffix of a SELECT that reads and locks the newest rows; SQLite's writer has the database to itself."""
    return "" if dialect(connection) == "sqlite" else " FOR UPDATE"
