"""The sealed content of a batch row: cells as seen, values as read, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from db.crypto import Vault
from domain.errors import restored
from domain.policy import Category, Kind
from domain.precheck import CheckedRow

PLACE = "batch_row.content"
_PLAIN = [
    "row_no",
    "name",
    "id_kind",
    "id_number",
    "sex",
    "phone",
    "bank_card",
    "base_fen",
    "housing_base_fen",
    "housing_rate_ppm",
    "city_code",
    "scheme_name",
    "start_month",
    "last_month",
    "stop_reason",
]


@dataclass(frozen=True, slots=True)
class Content:
    """A checked row, and the kinds it will be enrolled in (resolved from row, scheme and city)."""

    row: CheckedRow
    kinds: frozenset[Kind]


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
    return vault.seal(PLACE, row_id, orjson.dumps(plain))


def unseal(vault: Vault, row_id: int, sealed: bytes) -> Content:
    """What `seal` was given."""
    plain = orjson.loads(vault.open(PLACE, row_id, bytes(sealed)))
    row = CheckedRow(
        **{name: plain[name] for name in _PLAIN},
        birth=date.fromisoformat(plain["birth"]) if plain["birth"] else None,
        category=Category(plain["category"]),
        kinds=None if plain["asked"] is None else _kinds(tuple(plain["asked"])),
        cells=tuple(plain["cells"]),
        extra=plain["extra"],
        problems=tuple(restored(p) for p in plain["problems"]),
    )
    return Content(row, _kinds(tuple(plain["kinds"])))


@lru_cache(maxsize=256)
def _kinds(names: tuple[str, ...]) -> frozenset[Kind]:
    """Remembered, because most rows of a batch have the same kinds."""
    return frozenset(map(Kind, names))
