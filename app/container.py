"""Putting the product together: database, Redis, adapters, and the background tasks of one process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from redis.asyncio import Redis

from app.settings import Settings
from app.sms import text_messages
from db.clock import Clock, system_clock
from db.connect import close_database, open_database
from db.crypto import Vault
from db.ids import LEASE_MS, IdMaker
from db.transaction import Store, own_keys
from integrations.bureau import WorkbookBureau
from integrations.captcha import DrawnCaptcha
from integrations.redis import RedisBus, RedisCodes, RedisLimiter, connect
from integrations.sheets.adapter import Spreadsheets
from integrations.storage import LocalFiles
from services.national_rules import load_deadlines, load_retirement, load_roster, load_supplier_criteria
from services.ports import Ports

log = logging.getLogger("shebao")


@dataclass
class Container:
    """Everything one process holds."""

    settings: Settings
    ports: Ports
    redis: Redis


@asynccontextmanager
async def running(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Container]:
    """Opens everything, keeps the id lease alive meanwhile, and closes in the opposite order."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    await open_database(settings.database)
    redis = connect(settings.redis_url)
    ids = IdMaker(clock)
    keys = settings.keys
    try:
        await ids.claim()
        vault = Vault(keys.data, keys.current, keys.index)
        await own_keys(vault)
        ports = Ports(
            store=Store(clock, ids, vault),
            sheets=Spreadsheets(),
            files=LocalFiles(settings.var_dir / "files"),
            bus=RedisBus(redis),
            limiter=RedisLimiter(redis),
            codes=RedisCodes(redis),
            captcha=DrawnCaptcha(),
            sms=text_messages(settings, clock),
            bureau=WorkbookBureau(settings.policies_dir / "declaration"),
            terms=load_deadlines(settings.policies_dir / "national"),
            retirement=load_retirement(settings.policies_dir / "national"),
            roster=load_roster(settings.policies_dir / "national"),
            supplier_criteria=load_supplier_criteria(settings.policies_dir / "national"),
        )
        renewal = asyncio.create_task(_renew(ids))
        try:
            yield Container(settings, ports, redis)
        finally:
            renewal.cancel()
            with suppress(asyncio.CancelledError):
                await renewal
            await ids.release()
    finally:
        await redis.aclose()
        await close_database()


async def _renew(ids: IdMaker) -> None:
    while True:
        await asyncio.sleep(LEASE_MS / 3000)
        try:
            await ids.renew()
        except Exception:
            log.exception("the id lease could not be renewed; it will be tried again")
