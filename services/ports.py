"""What services ask of the outside. Adapters satisfy these by shape; app/container.py picks them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from db.transaction import Store
from domain.columns import CellValue, ImportKind
from domain.deadline import Terms
from domain.declaration import Channel, ChannelPlan, DeclarationLine, Layout
from domain.retirement import RetirementRules
from domain.roster import RosterRules
from domain.supplier import Criteria


class RawSheet(Protocol):
    """A sheet as it was read: rows of cells, and the number of the first of them as the spreadsheet shows it."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> list[list[CellValue]]: ...
    @property
    def first_row(self) -> int: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def height(self) -> int: ...


class Sheets(Protocol):
    """Reading and writing of workbooks. Reading raises Refusal for what is no readable workbook."""

    def read(self, content: bytes, name: str) -> Sequence[RawSheet]: ...
    def heads(self, content: bytes, name: str, rows: int) -> Sequence[RawSheet]: ...
    def chosen(self, content: bytes, name: str, rows: int, choose: Callable[[Sequence[RawSheet]], str]) -> RawSheet: ...
    def origin(self, content: bytes) -> str | None: ...
    def error_workbook(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[CellValue]],
        marks: Mapping[tuple[int, int], str],
        row_numbers: Sequence[int],
        batch_number: str = "",
    ) -> bytes: ...
    def table_workbook(
        self, title: str, headers: Sequence[str], rows: Sequence[Sequence[CellValue]], money_columns: Sequence[int]
    ) -> bytes: ...
    def template(self, kind: ImportKind, cities: Sequence[str]) -> bytes: ...


class FileStore(Protocol):
    """Keeps bytes under a key. What it keeps is sealed before it gets here."""

    async def put(self, key: str, content: bytes) -> None: ...
    async def get(self, key: str) -> bytes: ...
    async def delete(self, key: str) -> None: ...


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


class DeclarationForm(Protocol):
    """One declaration being made: lines go in some at a time, so that a large batch is never held as a whole."""

    def add(self, lines: Sequence[DeclarationLine]) -> None: ...
    def done(self) -> Filed: ...


class Filed(Protocol):
    """What became of a declaration: a workbook for the clerk to hand in, or the receipt of a direct interface.

    `missing` counts the people who lack each column that should not be empty, by header.
    """

    @property
    def content(self) -> bytes | None: ...
    @property
    def number(self) -> str | None: ...
    @property
    def missing(self) -> Mapping[str, int]: ...


class Bureau(Protocol):
    """The four channels of the bureaus, by city."""

    def plan(self, city_code: str) -> ChannelPlan: ...
    def layout(self, channel: Channel, change: ImportKind, city_code: str) -> Layout | None: ...
    def begin(self, layout: Layout, company: str, month: int) -> DeclarationForm: ...


class Sms(Protocol):
    """Sends one-time codes by text message.

    Answers "" when the message was accepted, or the provider's code for a refusal that no repetition helps.
    Raises for whatever may pass; neither answer nor exception holds the phone or the code.
    """

    async def send_code(self, phone: str, code: str, minutes: int) -> str: ...


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
    sms: Sms | None
    """None: no provider is set up, and codes by text message are not offered."""
    bureau: Bureau
    terms: Terms
    retirement: RetirementRules
    roster: RosterRules
    supplier_criteria: Criteria
