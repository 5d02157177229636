"""A MariaDB database of the tests' own, wound back between tests instead of being built anew."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncmy

# What acts change on rows that the seed made.
_UPDATED = {
    "policy": ("retired_at", "confirmed_at", "confirmed_by_id", "confirmed_source"),
    "city_rule": ("retired_at",),
    "company": ("name", "credit_code", "parent_id", "path", "city_code", "injury_class", "housing_rate_ppm"),
    "scheme": ("supplier_id",),
    "role": ("name",),
    "staff": ("display_name", "password_hash", "active", "failures", "locked_until", "password_changed_at"),
}
# Where acts delete rows that the seed made.
_DELETED = ("role_permission", "staff_role", "staff_scope")


class MariaDb:
    """Made from the URL of a server on which we may create databases."""

    def __init__(self, server_url: str, name: str) -> None:
        parts = urlsplit(server_url)
        self._login: dict[str, Any] = {
            "host": parts.hostname or "127.0.0.1",
            "port": parts.port or 3306,
            "user": unquote(parts.username or "root"),
            "password": unquote(parts.password or ""),
        }
        self._name = name
        user = f"{parts.username or 'root'}:{parts.password or ''}"
        self.url = f"mysql://{user}@{self._login['host']}:{self._login['port']}/{name}"
        self._marks: dict[str, int] = {}
        self._changing: dict[str, tuple[str, ...]] = {}
        # Where the keys are that seeded rows were sealed with; set once they are seeded.
        self.keys = Path()

    def create(self) -> str:
        """An empty database; answers its URL."""
        self._run(f"DROP DATABASE IF EXISTS `{self._name}`")
        self._run(f"CREATE DATABASE `{self._name}` CHARACTER SET utf8mb4")
        return self.url

    def drop(self) -> None:
        """Removes the database."""
        self._run(f"DROP DATABASE IF EXISTS `{self._name}`")

    def remember(self) -> None:
        """Notes the newest row of every table: ids grow with time, so what comes later has a larger one."""
        for table in self._tables():
            newest = self._run(f"SELECT COALESCE(MAX(id), 0) FROM `{self._name}`.`{table}`")
            self._marks[table] = newest[0][0]
        self._changing = _UPDATED | self._sealed()
        for table in (*self._changing, *_DELETED):
            self._run(f"CREATE TABLE `{self._name}`.`seeded_{table}` AS SELECT * FROM `{self._name}`.`{table}`")

    def wind_back(self) -> None:
        """Removes every row that was added since, and what has no ids; seeded rows are as they were."""
        statements = [f"DELETE FROM `{self._name}`.`{t}` WHERE id > {mark}" for t, mark in self._marks.items()]
        statements += [f"DELETE FROM `{self._name}`.`{t}`" for t in ("node_lease", "counter")]
        for table, columns in self._changing.items():
            sets = ", ".join(f"t.{c} = s.{c}" for c in columns)
            statements.append(
                f"UPDATE `{self._name}`.`{table}` t JOIN `{self._name}`.`seeded_{table}` s ON s.id = t.id SET {sets}"
            )
        statements += [
            f"INSERT IGNORE INTO `{self._name}`.`{t}` SELECT * FROM `{self._name}`.`seeded_{t}`" for t in _DELETED
        ]
        self._run("SET FOREIGN_KEY_CHECKS = 0", *statements)

    def _sealed(self) -> dict[str, tuple[str, ...]]:
        """Sealed columns by table, where sealing anew changes what the seed sealed."""
        found: dict[str, tuple[str, ...]] = {}
        for table, column in self._run(
            "SELECT table_name, column_name FROM information_schema.columns "
            f"WHERE table_schema = '{self._name}' AND column_name LIKE '%\\_sealed'"
        ):
            if table not in _UPDATED:
                found[table] = (*found.get(table, ()), column)
        return found

    def redis_url(self, url: str, worker: str) -> str:
        """A numbered Redis database for each test process, so that they do not meet."""
        number = 1 + int(worker.removeprefix("gw")) if worker.startswith("gw") else 15
        return f"{url.rstrip('/').rsplit('/', 1)[0] if url.count('/') > 2 else url.rstrip('/')}/{number}"

    def _tables(self) -> list[str]:
        rows = self._run(
            "SELECT table_name FROM information_schema.columns "
            f"WHERE table_schema = '{self._name}' AND column_name = 'id' AND data_type = 'bigint'"
        )
        return [r[0] for r in rows]

    def _run(self, *statements: str) -> list[Any]:
        async def go() -> list[Any]:
            connection = await asyncmy.connect(**self._login, autocommit=True)
            try:
                async with connection.cursor() as cursor:
                    for statement in statements:
                        await cursor.execute(statement)
                    return list(await cursor.fetchall() or [])
            finally:
                connection.close()

        return asyncio.run(go())
