"""Rows on their way into a workbook, packed: 200,000 of them cost some megabytes and not some hundred."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, overload

import orjson

from domain.columns import CellValue

Row = Sequence[CellValue]


class PackedRows(Sequence[Row]):
    """A sequence that is written once and read from the front. Cells are text, numbers, truth values or nothing."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Adds rows at the end."""
        if rows:
            self._chunks.append(zlib.compress(orjson.dumps(rows), 1))
            self._length += len(rows)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Row]:
        for chunk in self._chunks:
            yield from orjson.loads(zlib.decompress(chunk))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, int):
            return next(islice(iter(self), place, None))
        start, stop, step = place.indices(self._length)
        # The writer asks for everything first; that must not unpack it.
        if (start, step) == (0, 1) and stop == self._length:
            return self
        return list(islice(iter(self), start, stop, step))
