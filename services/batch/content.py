"""The sealed content of a batch row: cells as seen, values as read, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from db.crypto import Vault
from domain.columns import CellValue
from domain.errors import Problem, restored
from domain.policy import Category, Kind
from domain.precheck import CheckedRow, text_of
from domain.precheck.cells import is_number

PLACE = "batch_row.content"
_MADE_UP = {"birth", "category", "kinds", "cells", "extra", "problems"}
# Every other value of a row is text or a number, also one that is added for a new kind of import.
_PLAIN = [field.name for field in fields(CheckedRow) if field.name not in _MADE_UP]
_MOST_CODES = 390


@dataclass(frozen=True, slots=True)
class Content:
    """A checked row, and the kinds it will be enrolled in (resolved from row, scheme and city).

    `numbers` are the places of cells that hold a number and no text, which decides whether an ID number is believed.
    `originals` are the texts that corrected cells had in the file, by place.
    """

    row: CheckedRow
    kinds: frozenset[Kind] = frozenset()
    numbers: tuple[int, ...] = ()
    originals: tuple[tuple[int, str], ...] = ()


def numbers_in(cells: Iterable[CellValue]) -> tuple[int, ...]:
    """The places of the cells that hold numbers (a truth value is none)."""
    return tuple(place for place, value in enumerate(cells) if is_number(value))


def raw_cells(content: Content) -> list[CellValue]:
    """The cells as the check wants them: texts, and numbers where the sheet has numbers."""
    cells: list[CellValue] = [text or None for text in content.row.cells]
    for place in content.numbers:
        if place < len(cells) and cells[place] is not None:
            cells[place] = float(content.row.cells[place])
    return cells


def with_changes(content: Content, changes: Mapping[int, CellValue]) -> tuple[list[CellValue], Content]:
    """The raw cells after the changes, and the content with what it still has to remember of the file's own cells.

    A cell that comes back with its old text stays what it was, a number included; nobody corrected it.
    """
    cells, texts = raw_cells(content), list(content.row.cells)
    originals = dict(content.originals)
    for place, value in changes.items():
        missing = place + 1 - len(texts)
        texts += [""] * missing
        cells += [None] * missing
        seen = text_of(value)
        if seen == texts[place]:
            continue
        originals.setdefault(place, texts[place])
        if originals[place] == seen:
            del originals[place]
        cells[place] = value if seen else None
    kept = Content(content.row, content.kinds, numbers_in(cells), tuple(sorted(originals.items())))
    return cells, kept


def codes_of(problems: Iterable[Problem]) -> str:
    """The codes of the problems, each once, as the row's column holds them; those that find no room are left out."""
    text = ""
    for code in dict.fromkeys(p.code for p in problems):
        longer = f"{text},{code}" if text else code
        if len(longer) > _MOST_CODES:
            break
        text = longer
    return text


def seal(vault: Vault, row_id: int, content: Content) -> bytes:
    """The content as one sealed value. Problems and kinds are written by orjson itself, field by field."""
    row = content.row
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    plain["birth"] = row.birth.isoformat() if row.birth else None
    plain["category"] = row.category
    plain["asked"] = sorted(row.kinds) if row.kinds is not None else None
    plain["kinds"] = sorted(content.kinds)
    plain["cells"] = row.cells
    plain["extra"] = row.extra
    plain["problems"] = row.problems
    plain["numbers"] = content.numbers
    plain["originals"] = content.originals
    return vault.seal(PLACE, row_id, orjson.dumps(plain))


def unseal(vault: Vault, row_id: int, sealed: bytes, *, with_problems: bool = True) -> Content:
    """What `seal` was given; rows sealed before a value existed have its default.

    Problems are most of a row: who goes through many rows and does not show them leaves them out.
    """
    plain = orjson.loads(vault.open(PLACE, row_id, bytes(sealed)))
    row = CheckedRow(
        **{name: plain[name] for name in _PLAIN if name in plain},
        birth=date.fromisoformat(plain["birth"]) if plain["birth"] else None,
        category=Category(plain["category"]),
        kinds=None if plain["asked"] is None else _kinds(tuple(plain["asked"])),
        cells=tuple(plain["cells"]),
        extra=plain["extra"],
        problems=tuple(restored(p) for p in plain["problems"]) if with_problems else (),
    )
    originals = tuple((place, text) for place, text in plain.get("originals", ()))
    return Content(row, _kinds(tuple(plain["kinds"])), tuple(plain.get("numbers", ())), originals)


@lru_cache(maxsize=256)
def _kinds(names: tuple[str, ...]) -> frozenset[Kind]:
    """Remembered, because most rows of a batch have the same kinds."""
    return frozenset(map(Kind, names))
