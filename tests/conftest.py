"""One suite for both worlds: SQLite and an embedded Redis by default, MariaDB and Redis with SHEBAO_TEST_SERVERS=1.

The database is migrated and seeded once a process; every test gets it as it was then.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.container import Container, running
from app.settings import ROOT, Settings
from db.connect import close_database, migrate
from services import policy, seed
from services.staff import SYSTEM
from tests.moved_clock import MovedClock
from tests.servers import MariaDb

SERVERS = bool(os.environ.get("SHEBAO_TEST_SERVERS"))


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Which of several test processes this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Path | MariaDb]:
    """A migrated and seeded database: a SQLite file to copy, or a MariaDB database to wind back."""
    home = tmp_path_factory.mktemp("prepared")
    server = MariaDb(os.environ["TEST_DATABASE_URL"], f"shebao_test_{worker_name}") if SERVERS else None
    url = server.create() if server else f"sqlite://{home / 'seeded.sqlite3'}"

    async def prepare() -> None:
        await migrate(url)
        await close_database()
        # Seeded before any test begins: rows of a test have larger ids than those of the seed.
        early = MovedClock("2026-11-01T10:00:00+08:00")
        async with running(Settings(var_dir=home, database_url=url, environment="demo"), early) as container:
            await policy.load(container.ports, SYSTEM, ROOT / "policies")
            await seed.start(container.ports)
            await seed.demo(container.ports)

    asyncio.run(prepare())
    if server is None:
        yield home / "seeded.sqlite3"
        return
    server.remember()
    server.keys = home / "keys.json"
    yield server
    server.drop()


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands at 2026-11-10 10:00 in China until it is moved."""
    return MovedClock("2026-11-10T10:00:00+08:00")


@pytest.fixture
def settings(prepared: Path | MariaDb, tmp_path: Path, worker_name: str) -> Settings:
    """Settings of a test's own product, with a database in the seeded state."""
    if isinstance(prepared, MariaDb):
        prepared.wind_back()
        shutil.copy(prepared.keys, tmp_path / "keys.json")
        redis_url = prepared.redis_url(os.environ["TEST_REDIS_URL"], worker_name)
        return Settings(var_dir=tmp_path, database_url=prepared.url, redis_url=redis_url, environment="demo")
    shutil.copy(prepared, tmp_path / "shebao.sqlite3")
    # Keys go with the data: what was sealed while seeding has to open here.
    shutil.copy(prepared.parent / "keys.json", tmp_path / "keys.json")
    return Settings(var_dir=tmp_path, database_url="", redis_url="memory://", environment="demo")


@pytest.fixture
async def container(settings: Settings, clock: MovedClock) -> AsyncIterator[Container]:
    """The opened product."""
    async with running(settings, clock) as opened:
        if SERVERS:
            await opened.redis.flushdb()
        yield opened
