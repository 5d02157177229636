"""The four channels that a change is declared through, and which of them a row concerns.

人社 registers pension, unemployment and work injury, 医保 medical, maternity and large medical, the housing-fund
centre both funds. 税务 collects: it takes the monthly wage declaration of every social kind and registers nothing.
A city that registers otherwise has a plan of its own (policies/declaration/channels.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.policy import Kind


class Channel(StrEnum):
    """Where changes are handed in, in the order in which they are shown."""

    HR = "hr"
    MEDICAL = "medical"
    TAX = "tax"
    FUND = "fund"


CHANNEL_LABELS: Final[dict[Channel, tuple[str, str]]] = {
    Channel.HR: ("人社", "human resources and social security"),
    Channel.MEDICAL: ("医保", "medical security"),
    Channel.TAX: ("税务", "tax"),
    Channel.FUND: ("公积金", "housing fund"),
}

REGISTERING: Final = (Channel.HR, Channel.MEDICAL, Channel.FUND)
"""Channels whose answer decides whether a kind is in force; tax only collects."""

FUND_KINDS: Final = frozenset({Kind.HOUSING_FUND, Kind.SUPPLEMENTARY_HOUSING_FUND})
SOCIAL_KINDS: Final = frozenset(Kind) - FUND_KINDS


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """Which kinds each channel of a city takes. A channel that is left out is not used there."""

    kinds: Mapping[Channel, frozenset[Kind]]

    def of(self, kinds: Iterable[Kind]) -> tuple[Channel, ...]:
        """The channels that these kinds concern, in order."""
        wanted = frozenset(kinds)
        return tuple(channel for channel in Channel if self.kinds.get(channel, frozenset()) & wanted)

    def unregistered(self) -> frozenset[Kind]:
        """Kinds that no registering channel of the plan takes; a plan is only good when there are none."""
        return frozenset(Kind) - frozenset().union(*(self.kinds.get(c, frozenset()) for c in REGISTERING))


EVERYWHERE: Final = ChannelPlan(
    {
        Channel.HR: frozenset({Kind.PENSION, Kind.UNEMPLOYMENT, Kind.WORK_INJURY}),
        Channel.MEDICAL: frozenset({Kind.MEDICAL, Kind.MATERNITY, Kind.LARGE_MEDICAL}),
        Channel.TAX: SOCIAL_KINDS,
        Channel.FUND: FUND_KINDS,
    }
)
"""The plan of a city that has none of its own."""


def channels_of(kinds: Iterable[Kind], plan: ChannelPlan = EVERYWHERE) -> tuple[Channel, ...]:
    """The channels of a row with these kinds."""
    return plan.of(kinds)
