"""What comes off a person's pay for a month (个人部分代扣): the employee's side of a bill, person by person.

The employer withholds the person's part and pays it with its own (社会保险法 §60; 住房公积金管理条例 §19). Makeups and
differences for earlier months are shown apart, so that a payslip can say why this month is more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.bill import LineType
from domain.policy import KIND_ORDER, Kind


@dataclass(slots=True)
class Deduction:
    """One person's deduction in fen: this month's part by kind, and what belongs to earlier months."""

    person_id: int
    by_kind: dict[Kind, int] = field(default_factory=dict)
    makeup_fen: int = 0
    difference_fen: int = 0

    @property
    def total_fen(self) -> int:
        """What comes off the pay altogether; negative when more is given back than is due."""
        return sum(self.by_kind.values()) + self.makeup_fen + self.difference_fen


def deductions(lines: Iterable[tuple[int, str, str, int]]) -> list[Deduction]:
    """Adds up (person, kind, line type, employee's fen), in the order in which people first appear.

    People with nothing to pay themselves (work injury alone, or a fee alone) are left out.
    """
    found: dict[int, Deduction] = {}
    for person_id, kind, line_type, fen in lines:
        if fen == 0:
            continue
        each = found.setdefault(person_id, Deduction(person_id))
        if line_type == LineType.NORMAL:
            each.by_kind[Kind(kind)] = each.by_kind.get(Kind(kind), 0) + fen
        elif line_type == LineType.MAKEUP:
            each.makeup_fen += fen
        else:
            each.difference_fen += fen
    return list(found.values())


def kinds_of(found: Iterable[Deduction]) -> list[Kind]:
    """The kinds that anybody pays, in display order."""
    return sorted({kind for each in found for kind in each.by_kind}, key=KIND_ORDER.__getitem__)
