"""The blacklist at import: what it says about the people of a chunk, and the log of where its entries turned up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from db.models.company import Company
from domain.columns import ImportKind
from domain.precheck import CheckedRow
from services.blacklist import Ban, Hit, meet

if TYPE_CHECKING:
    from services.batch.facts import Known, Setting

NOWHERE: Final[Mapping[str, Sequence[int]]] = {}
_ASKED: Final = frozenset({ImportKind.ENROLL, ImportKind.TRANSFER})
"""Imports by which somebody comes to a company; whoever leaves may always leave."""


async def bans(
    setting: Setting,
    indexes: Sequence[str],
    rows: Sequence[CheckedRow] = (),
    targets: Mapping[str, Sequence[int]] = NOWHERE,
) -> dict[str, tuple[Ban, ...]]:
    """The entries that mean these people, by digest of the number; one query for all of them.

    With the rows, one for each digest, people are also looked for by name and birth. `targets` are the companies by
    name that people are moved to: entries of their branches count as much as those of the company they leave.
    """
    store = setting.local.store
    if store is None or ImportKind(setting.batch.kind) not in _ASKED:
        return {}
    if rows:
        people = [(index, row.name, row.birth) for index, row in zip(indexes, rows, strict=True)]
    else:
        people = [(index, "", None) for index in indexes]
    found = await meet(store, setting.company.path, people)
    wanted = {i for ids in targets.values() for i in ids}
    for owner in await Company.filter(id__in=wanted) if wanted else ():
        named = [p for p, row in zip(people, rows, strict=True) if row.extra.get("target_company") == owner.name]
        for index, there in (await meet(store, owner.path, named)).items():
            found[index] = tuple(dict.fromkeys((*found.get(index, ()), *there)))
    return found


def hits(setting: Setting, row_ids: Iterable[int], indexes: Sequence[str], found: Mapping[str, Known]) -> list[Hit]:
    """The entries that the written rows met."""
    return [
        Hit(ban.entry_id, "batch_row", row_id, setting.company.id)
        for row_id, index in zip(row_ids, indexes, strict=True)
        if index in found
        for ban in found[index].bans
    ]
