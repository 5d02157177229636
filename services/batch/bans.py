"""The blacklist at import: what it says about the people of a chunk, and the log of where its entries turned up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from domain.columns import ImportKind
from domain.precheck import CheckedRow
from services.blacklist import Ban, Hit, meet

if TYPE_CHECKING:
    from services.batch.facts import Known, Setting

_ASKED: Final = frozenset({ImportKind.ENROLL, ImportKind.TRANSFER})
"""Imports by which somebody comes to a company; whoever leaves may always leave."""


async def bans(setting: Setting, indexes: Sequence[str], rows: Sequence[CheckedRow] = ()) -> dict[str, tuple[Ban, ...]]:
    """The entries that mean these people, by digest of the number; one query for all of them.

    With the rows, one for each digest, people are also looked for by name and birth.
    """
    store = setting.local.store
    if store is None or ImportKind(setting.batch.kind) not in _ASKED:
        return {}
    if rows:
        people = [(index, row.name, row.birth) for index, row in zip(indexes, rows, strict=True)]
    else:
        people = [(index, "", None) for index in indexes]
    return await meet(store, setting.company.path, people)


def hits(setting: Setting, row_ids: Iterable[int], indexes: Sequence[str], found: Mapping[str, Known]) -> list[Hit]:
    """The entries that the written rows met."""
    return [
        Hit(ban.entry_id, "batch_row", row_id, setting.company.id)
        for row_id, index in zip(row_ids, indexes, strict=True)
        if index in found
        for ban in found[index].bans
    ]
