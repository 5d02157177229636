"""Opening and migrating the database."""

from __future__ import annotations

from typing import Any

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.api.migrate import migrate as run_migrations  # type: ignore[import-untyped,unused-ignore]

from db.models import MODULES


def config(url: str) -> dict[str, Any]:
    """Tortoise's configuration for `sqlite:///path` or `mysql://…` URLs, with the settings we depend on."""
    return {
        "connections": {"default": tuned(url)},
        "apps": {"shebao": {"models": MODULES, "default_connection": "default", "migrations": "db.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def tuned(url: str) -> str:
    """The URL with waiting for SQLite's writer, and full Unicode and a small pool on MariaDB/MySQL."""
    if url.startswith("sqlite:"):
        extra = {"busy_timeout": "15000", "synchronous": "NORMAL"}
    else:
        extra = {"charset": "utf8mb4", "minsize": "1", "maxsize": "10", "pool_recycle": "1800"}
    wanted = "&".join(f"{k}={v}" for k, v in extra.items() if f"{k}=" not in url)
    return f"{url}{'&' if '?' in url else '?'}{wanted}" if wanted else url


async def open_database(url: str) -> None:
    """Connects for the life of the process."""
    await Tortoise.init(config=config(url), _enable_global_fallback=True)


async def close_database() -> None:
    """Closes every connection."""
    await Tortoise.close_connections()


async def migrate(url: str) -> None:
    """Brings the schema up to date; safe to repeat."""
    await run_migrations(config=config(url))
    await _exact_text()


async def _exact_text() -> None:
    """Lets MariaDB and MySQL compare text exactly, as SQLite does.

    Their default collation takes rare Han characters for equal (𠮷 and 𡈽) and letters for equal whatever their case,
    so one client's name would block another's.
    """
    connection = get_connection("default")
    if connection.capabilities.dialect != "mysql":
        return
    loose = await connection.execute_query_dict(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() "
        "AND table_type = 'BASE TABLE' AND table_collation <> 'utf8mb4_bin'"
    )
    for table in loose:
        await connection.execute_script(
            f"ALTER TABLE `{table['name']}` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        )


MAKEMIGRATIONS = config("sqlite://:memory:")
"""What `make migrations` hands to the tortoise command line."""
