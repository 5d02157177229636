"""One payer for a person, kind and month, except work injury (domain rules: 实施《社会保险法》若干规定 §9)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.enrollment import PAID_BY_EVERY_EMPLOYER
from domain.policy import Kind

Item = tuple[int, Kind, int, int | None]
"""A living item of a person: company, kind, start month and last month (None: it goes on)."""


def taken(items: Iterable[Item], company_id: int, start: int) -> tuple[frozenset[Kind], frozenset[Kind]]:
    """The kinds that this company and that others pay in any month from `start` on.

    A new enrolment goes on until it is stopped, so an item that begins later is as much in the way as one that
    has not ended before `start`.
    """
    here: set[Kind] = set()
    elsewhere: set[Kind] = set()
    for owner, kind, _, last in items:
        if last is None or last >= start:
            (here if owner == company_id else elsewhere).add(kind)
    return frozenset(here), frozenset(elsewhere)


def one_payer(kinds: Iterable[Kind]) -> frozenset[Kind]:
    """Of these kinds those that only one payer may pay for a person and month."""
    return frozenset(kinds) - PAID_BY_EVERY_EMPLOYER
