"""The declaration window (申报期): up to which day of a month its changes are taken, and where late ones go.

Days, limits and texts are the city's rules, set by staff; where nobody has set a day nothing moves and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.city_rule import NATIONWIDE, LocalRule, RuleTopic
from domain.period import BillingMonth

_CUTOFF: Final = (RuleTopic.CUTOFF_RULE, RuleTopic.ENROLL_WINDOW)
TOPICS: Final = (*_CUTOFF, RuleTopic.MAKEUP_LIMIT, RuleTopic.MAKEUP_DOCUMENTS)
"""The topics that a window is made of."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a city says about late changes. None or "": nobody has said it.

    `cutoff_day` is the last day of the month on which this month's changes are taken (31: its last day);
    `makeup_months` how many months back a makeup may reach.
    """

    cutoff_day: int | None = None
    makeup_months: int | None = None
    makeup_source: str = ""
    makeup_documents: str = ""

    def closes(self, month: BillingMonth) -> date | None:
        """The last day on which the month's changes are taken; None when nobody has set it."""
        return None if self.cutoff_day is None else date(month.year, month.month, min(self.cutoff_day, _length(month)))

    def first_open(self, declared: BillingMonth, today: date) -> BillingMonth:
        """The first month whose changes are still taken: the declaration month, or a later one after its cut-off day.

        Without a cut-off day it is the declaration month, as the clerk says.
        """
        if self.cutoff_day is None:
            return declared
        month = BillingMonth.from_date(today)
        if today.day > min(self.cutoff_day, _length(month)):
            month = month.shift(1)
        return max(declared, month)


UNKNOWN: Final = Window()


def window_of(city: str, rules: Iterable[LocalRule]) -> Window:
    """The window of a city from its rules and the nationwide ones; its own go first, the earliest cut-off day counts.

    A channel with an earlier day than the others closes the month for all of them: a row is one declaration.
    """
    own: dict[RuleTopic, list[LocalRule]] = {}
    common: dict[RuleTopic, list[LocalRule]] = {}
    for rule in rules:
        if rule.city in (city, NATIONWIDE) and rule.known:
            (own if rule.city == city else common).setdefault(rule.topic, []).append(rule)

    def said(topic: RuleTopic) -> list[LocalRule]:
        mine = [r for r in own.get(topic, ()) if r.number is not None]
        return mine or [r for r in common.get(topic, ()) if r.number is not None]

    cutoffs = [rule.number for topic in _CUTOFF for rule in said(topic) if rule.number is not None]
    limit = min(said(RuleTopic.MAKEUP_LIMIT), key=lambda rule: rule.number or 0, default=None)
    documents = own.get(RuleTopic.MAKEUP_DOCUMENTS) or common.get(RuleTopic.MAKEUP_DOCUMENTS) or []
    return Window(
        cutoff_day=min(cutoffs, default=None),
        makeup_months=None if limit is None else limit.number,
        makeup_source="" if limit is None else limit.source,
        makeup_documents="；".join(dict.fromkeys(rule.text for rule in documents)),
    )


def _length(month: BillingMonth) -> int:
    return month.last_day().day
