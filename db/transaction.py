"""One act, one transaction: rows, audit and outbox are committed together or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError, OperationalError, ValidationError
from tortoise.transactions import in_transaction

from db.clock import Clock
from db.crypto import Vault
from db.ids import IdMaker
from db.models.audit import Audit
from db.models.system import Counter, Idempotency, Outbox
from db.sql import begin_write
from domain.actor import Actor
from domain.errors import Problem, Refusal


@dataclass
class Store:
    """What an act needs beside its input: clock, ids and keys. One a process."""

    clock: Clock
    ids: IdMaker
    vault: Vault
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    cache: dict[str, Any] = field(default_factory=dict)


class ForeignKeys(RuntimeError):
    """These are not the secrets that the database was sealed with."""


async def own_keys(vault: Vault) -> None:
    """Notes which secrets a new database is sealed with, and refuses to go on with others.

    A lost keys.json would otherwise be made anew in silence: old rows would not open, and new ones would be sealed
    under the same key number with another key.
    """
    name, mark = "keys", int(vault.index("counter", "keys")[:12], 16)
    row, _ = await Counter.get_or_create(name=name, defaults={"value": mark})
    if row.value != mark:
        raise ForeignKeys(
            "密钥与数据库不符：请恢复原来的 keys.json 或 KEYS_JSON / These secrets do not belong to this database; "
            "restore the keys.json or KEYS_JSON it was made with"
        )


class GaveWay(Refusal):
    """The database let another transaction go first; nothing was done, and the same act may simply begin anew."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "gave_way",
                "同一时间有人在改动相同的数据",
                "Somebody was changing the same data at the same moment",
                "请稍候再试一次，刚才的操作没有生效",
                "Try again in a moment; nothing was done",
            )
        )


@dataclass
class Work:
    """An open transaction on behalf of an actor."""

    store: Store
    actor: Actor
    now: int
    connection: BaseDBAsyncClient
    emitted: bool = False

    def new_id(self) -> int:
        """An id for a row of this act."""
        return self.store.ids.one()

    async def audit(
        self, act: str, subject_kind: str, subject_id: int, company_id: int | None = None, **detail: Any
    ) -> None:
        """Notes what the act did. `detail` must be free of plain ID numbers, phones and cards."""
        await Audit.create(
            id=self.new_id(),
            at=self.now,
            actor_id=self.actor.staff_id,
            actor_name=self.actor.name,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject_id,
            company_id=company_id,
            detail=orjson.dumps(detail).decode(),
        )

    async def emit(self, topic: str, payload: Mapping[str, Any], delay_ms: int = 0) -> int:
        """Writes an outbox line; it leaves only if this transaction commits."""
        row_id = self.new_id()
        await Outbox.create(
            id=row_id,
            topic=topic,
            payload=orjson.dumps(payload).decode(),
            created_at=self.now,
            due_at=self.now + delay_ms,
        )
        self.emitted = True
        return row_id

    async def next_number(self, name: str) -> int:
        """The next number of a gapless series, 1 first; the counter's row stays locked until the commit."""
        row = await Counter.filter(name=name).select_for_update().first()
        if row is None:
            await Counter.create(name=name, value=1)
            return 1
        row.value += 1
        await row.save(update_fields=["value"])
        return row.value


@asynccontextmanager
async def work(store: Store, actor: Actor) -> AsyncIterator[Work]:
    """Opens the transaction of one act. Start no tasks inside: they would share its connection.

    A value that its column could not hold is refused (`value_unfit`): acts check what they can say more about.
    GaveWay when two met at the same rows and this one was chosen to give way.
    """
    try:
        async with in_transaction() as connection:
            await begin_write(connection)
            unit = Work(store, actor, store.clock(), connection)
            yield unit
    except ValidationError as unfit:
        raise Refusal(_unfit(str(unfit).partition(":")[0])) from unfit
    except OperationalError as error:
        if _deadlocked(error):
            raise GaveWay from error
        raise
    if unit.emitted:
        store.wake.set()


async def once(
    store: Store, actor: Actor, act: str, key: str, given: Mapping[str, Any], run: Callable[[Work], Awaitable[int]]
) -> int:
    """Runs a keyed act at most once and answers its subject's id.

    The same key with the same input answers the first result; with other input it is refused. Two at the same
    moment meet at the unique key: the later one waits, rolls back and finds the first one's answer.
    """
    if not 8 <= len(key) <= 80:
        raise Refusal(_key_length())
    digest = hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()
    for last_try in (False, True):
        try:
            async with work(store, actor) as unit:
                # Written before anything is read: on MariaDB a plain read opens the transaction's view of the data,
                # and what the act reads after waiting for its locks would be older than the locks.
                row = await Idempotency.create(
                    id=unit.new_id(),
                    actor_id=actor.staff_id,
                    act=act,
                    key=key,
                    input_hash=digest,
                    created_at=unit.now,
                )
                row.subject_id = await run(unit)
                await row.save(update_fields=["subject_id"])
                return row.subject_id
        except (IntegrityError, GaveWay) as clash:
            prior = await Idempotency.get_or_none(actor_id=actor.staff_id, act=act, key=key)
            if prior is not None:
                if prior.input_hash != digest:
                    raise Refusal(_key_reused(act)) from clash
                return prior.subject_id
            if last_try:
                raise
    raise AssertionError("unreachable")


def _deadlocked(error: OperationalError) -> bool:
    """MariaDB chose this transaction to give way (1213), its rows changed meanwhile (1020), or a lock took too long."""
    return any(sign in str(error) for sign in ("(1213,", "(1020,", "(1205,", "database is locked"))


def _key_length() -> Problem:
    return Problem(
        "idempotency_key_length",
        "操作标识须为 8 至 80 个字符",
        "The idempotency key must have 8 to 80 characters",
        "请刷新页面后重试",
        "Reload the page and try again",
        field="idempotencyKey",
    )


def _key_reused(act: str) -> Problem:
    return Problem(
        "idempotency_key_reused",
        "同一操作标识已用于另一次内容不同的操作",
        f"This idempotency key was already used for another {act}",
        "请刷新页面查看结果；要做另一次操作请使用新的标识",
        "Reload to see the first result; use a new key for another act",
        field="idempotencyKey",
    )


def _unfit(column: str) -> Problem:
    return Problem(
        "value_unfit",
        f"填写的内容过长或格式不对（{column}）",
        f"A value is too long or has the wrong form ({column})",
        "请缩短或更正后重试",
        "Shorten or correct it and try again",
        field=column,
    )
