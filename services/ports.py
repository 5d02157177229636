"""What services ask of the outside. Adapters satisfy these by shape; app/container.py picks them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from db.transaction import Store
from domain.columns import CellValue, ImportKind


class RawSheet(Protocol):
    """A sheet as it was read: rows of cells, and the number of the first of them as the spreadsheet shows it."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> list[list[CellValue]]: ...
    @property
    def first_row(self) -> int: ...


class Sheets(Protocol):
    """Reading and writing of workbooks. Reading raises Refusal for what is no readable workbook."""

    def read(self, content: bytes, name: str) -> Sequence[RawSheet]: ...
    def error_workbook(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[CellValue]],
        marks: Mapping[tuple[int, int], str],
        row_numbers: Sequence[int],
    ) -> bytes: ...
    def table_workbook(
        self, title: str, headers: Sequence[str], rows: Sequence[Sequence[CellValue]], money_columns: Sequence[int]
    ) -> bytes: ...
    def template(self, kind: ImportKind, cities: Sequence[str]) -> bytes: ...


class FileStore(Protocol):
    """Keeps bytes under a key. What it keeps is sealed before it gets here."""

    async def put(self, key: str, content: bytes) -> None: ...
    async def get(self, key: str) -> bytes: ...


class LiveBus(Protocol):
    """Fan-out of small messages by topic to whoever listens now; nothing is kept."""

    async def publish(self, topic: str, message: Mapping[str, Any]) -> None: ...
    def listen(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[dict[str, Any]]]: ...


class Limiter(Protocol):
    """Counts attempts in a window; answers how many milliseconds to wait, 0 for none."""

    async def hit(self, key: str, limit: int, window_ms: int) -> int: ...
    async def seen(self, key: str) -> int: ...
    async def take_back(self, key: str) -> None: ...
    async def forget(self, key: str) -> None: ...


class Codes(Protocol):
    """Keeps small texts for a while; `take` gives one to a single caller."""

    async def put(self, key: str, value: str, life_ms: int) -> None: ...
    async def get(self, key: str) -> str | None: ...
    async def take(self, key: str) -> str | None: ...


class Captcha(Protocol):
    """Draws signs so that people read them more easily than programs; answers a data address of the picture."""

    def draw(self, text: str) -> str: ...


@dataclass
class Ports:
    """The outside, and the store, as every act gets them."""

    store: Store
    sheets: Sheets
    files: FileStore
    bus: LiveBus
    limiter: Limiter
    codes: Codes
    captcha: Captcha
