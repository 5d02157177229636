"""Where a housing-fund account stands by those of its events that hold: a batch that is undone takes its own away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.housing_account import AccountState, HousingAct, state_after


@dataclass(frozen=True, slots=True)
class Event:
    """One act with the month it holds from and the company it was done for; `by_hand`: no batch did it."""

    act: HousingAct
    month: int
    company_id: int
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events come to: state, the month since when, and the company that keeps the account."""

    state: AccountState
    since_month: int
    company_id: int


def standing(events: Iterable[Event], *, numbered: bool) -> Standing | None:
    """The account by these events, oldest first; None when none of them brought it into being.

    Entering a number opens nothing, and neither does what somebody did by hand with an account that a batch had opened.
    """
    found: Standing | None = None
    for event in events:
        if event.act is HousingAct.UNDO or (found is None and (event.by_hand or event.act is HousingAct.NUMBER)):
            continue
        if event.act is HousingAct.NUMBER and found is not None:
            found = Standing(found.state, event.month, found.company_id)
            continue
        found = Standing(state_after(event.act, numbered=numbered), event.month, event.company_id)
    return found
