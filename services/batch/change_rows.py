"""Accepted rows of a change, opened, and what applying them came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.sql import fetch_tuples, marks
from domain.errors import Problem
from domain.policy import Kind
from domain.precheck import CheckedRow
from services.batch import content
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Row:
    """An accepted row with its opened content, its person and the enrolment it was linked to."""

    id: int
    person_id: int
    enrollment_id: int
    checked: CheckedRow
    kinds: frozenset[Kind]

    @property
    def month(self) -> int:
        """The month from which the change holds; particulars have none."""
        return self.checked.start_month or 0


@dataclass
class Outcome:
    """What stands in the way of rows, and from which month on the bills of which companies are out of date."""

    problems: list[Problem] = field(default_factory=list)
    stale: dict[int, int] = field(default_factory=dict)

    def touch(self, company_id: int, month: int) -> None:
        """Bills of the company from that month on were computed without the change."""
        self.stale[company_id] = min(month, self.stale.get(company_id, month))


async def opened(ports: Ports, row_ids: Sequence[int]) -> list[Row]:
    """The rows in file order, opened."""
    sql = (
        f"SELECT id, person_id, enrollment_id, content_sealed FROM batch_row WHERE id IN ({marks(row_ids)}) "
        "ORDER BY row_no"
    )
    found = []
    for row_id, person_id, enrollment_id, sealed in await fetch_tuples(sql, list(row_ids)):
        one = content.unseal(ports.store.vault, row_id, sealed)
        found.append(Row(row_id, person_id, enrollment_id, one.row, one.kinds))
    return found


def impossible(row: Row, why: str, why_en: str) -> Problem:
    """A row that can no longer be carried out: the answer to it has to be a rejection."""
    return Problem(
        "change_impossible",
        f"第 {row.checked.row_no} 行不能办理：{why}",
        f"Row {row.checked.row_no} cannot be carried out: {why_en}",
        "请把该行登记为办理失败，其余行照常登记",
        "Record this row as rejected and the others as they are",
        field="rejected",
        row=row.checked.row_no,
    )
