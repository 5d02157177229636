"""Where rows of a submitted batch stand with the channels: whom each row concerns, and who has spoken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from db.models.batch import Batch
from db.sql import CHUNK, fetch_tuples, marks
from domain.batch import RowState
from domain.columns import ImportKind
from domain.declaration import REGISTERING, Channel, ChannelPlan, Verdict
from domain.policy import Kind
from services.ports import Ports

_UNANSWERED = (RowState.SUBMITTED.value, RowState.CORRECTION.value)
_COLLECTED = (*_UNANSWERED, RowState.ACCEPTED.value, RowState.REJECTED.value)
_ROWS = """
SELECT r.id, r.row_no, r.state, r.enrollment_id, r.person_id, e.city_code, e.start_month
FROM batch_row r JOIN enrollment e ON e.id = r.enrollment_id WHERE r.batch_id = ?
"""
_LEAVING = (
    "SELECT {columns} FROM enrollment mine JOIN enrollment_item i ON i.person_id = mine.person_id "
    "AND i.company_id = mine.company_id WHERE mine.id IN ({ids})"
)


@dataclass(slots=True)
class Standing:
    """A row with the kinds it changes by enrolment item, its city's plan, and what the channels said so far.

    The kinds are those of its submission: what a leaver's results have ended since then is among them.
    """

    id: int
    row_no: int
    state: RowState
    enrollment_id: int
    person_id: int
    city_code: str
    start_month: int
    plan: ChannelPlan
    kinds: frozenset[Kind] = frozenset()
    said: dict[Channel, Verdict] = field(default_factory=dict)

    @property
    def concerned(self) -> set[Channel]:
        """The channels of its kinds, and those that have spoken already."""
        return {*self.plan.of(self.kinds), *self.said}

    def silent(self, channels: Sequence[Channel]) -> list[Channel]:
        """Those of the channels that the row concerns and that have not spoken."""
        concerned = self.concerned
        return [channel for channel in channels if channel in concerned and channel not in self.said]

    def kinds_of(self, channels: Sequence[Channel]) -> frozenset[Kind]:
        """The row's kinds that these channels register."""
        return self.kinds & frozenset().union(*(self.plan.kinds.get(c, frozenset()) for c in channels))


async def standings(
    ports: Ports, batch: Batch, channels: Sequence[Channel], only: Sequence[int] | None = None
) -> AsyncIterator[list[Standing]]:
    """The rows that may still be answered by one of these channels, in order, some at a time.

    `only` names row numbers. The tax channel may still speak about rows that the others have decided.
    """
    states = _COLLECTED if Channel.TAX in channels and len(channels) == 1 else _UNANSWERED
    last, wanted = 0, None if only is None else sorted(set(only))
    while True:
        condition, values = f"AND r.state IN ({marks(states)})", [batch.id, *states]
        if wanted is not None:
            numbers, wanted = wanted[:CHUNK], wanted[CHUNK:]
            if not numbers:
                return
            condition, values = f"{condition} AND r.row_no IN ({marks(numbers)})", [*values, *numbers]
        else:
            condition, values = f"{condition} AND r.row_no > ?", [*values, last]
        sql = f"{_ROWS} {condition} ORDER BY r.row_no LIMIT {CHUNK}"
        rows = await fetch_tuples(sql, values)
        if not rows and wanted is None:
            return
        if rows:
            last = rows[-1][1]
            yield await _filled(ports, batch, rows)


async def _filled(ports: Ports, batch: Batch, rows: list[tuple]) -> list[Standing]:
    found = [
        Standing(row_id, row_no, RowState(state), enrollment_id, person_id, city, start, ports.bureau.plan(city))
        for row_id, row_no, state, enrollment_id, person_id, city, start in rows
    ]
    ids = [row.id for row in found]
    sql = f"SELECT batch_row_id, channel, state FROM channel_result WHERE batch_row_id IN ({marks(ids)})"
    said: dict[int, dict[Channel, Verdict]] = defaultdict(dict)
    for row_id, channel, state in await fetch_tuples(sql, ids):
        said[row_id][Channel(channel)] = Verdict(state)
    kinds = await _kinds(batch, [row.enrollment_id for row in found])
    ended = await _ended(batch, [row.enrollment_id for row in found if _answered(row, said[row.id])])
    for row in found:
        row.said = said[row.id]
        gone = _by_results(_answered(row, row.said), row.plan, ended[row.enrollment_id])
        row.kinds = frozenset(kinds[row.enrollment_id]) | gone
    return found


def _answered(row: Standing, said: Mapping[Channel, Verdict]) -> list[Channel]:
    """The channels that have ended the kinds they register; all of them when they were recorded at once."""
    spoken = [channel for channel in REGISTERING if channel in said]
    if not spoken and row.state is RowState.ACCEPTED:
        return list(REGISTERING)
    return [channel for channel in spoken if said[channel] is Verdict.ACCEPTED]


def _by_results(channels: Sequence[Channel], plan: ChannelPlan, ended: Sequence[tuple[Kind, int]]) -> frozenset[Kind]:
    """Which of the kinds that have ended (with their last months) these channels ended: of each, the latest."""
    found: set[Kind] = set()
    for channel in channels:
        own = [(kind, month) for kind, month in ended if kind in plan.kinds.get(channel, frozenset())]
        latest = max((month for _, month in own), default=0)
        found |= {kind for kind, month in own if month == latest}
    return frozenset(found)


async def _ended(batch: Batch, enrollment_ids: list[int]) -> dict[int, list[tuple[Kind, int]]]:
    """The kinds of leavers that are not in force any more, each with its last month."""
    found: dict[int, list[tuple[Kind, int]]] = defaultdict(list)
    if batch.kind != ImportKind.TERMINATE or not enrollment_ids:
        return found
    sql = (
        f"{_LEAVING.format(columns='mine.id, i.kind, i.last_month', ids=marks(enrollment_ids))} AND i.state = 'stopped'"
    )
    for enrollment_id, kind, last_month in await fetch_tuples(sql, enrollment_ids):
        found[enrollment_id].append((Kind(kind), last_month or 0))
    return found


async def _kinds(batch: Batch, enrollment_ids: list[int]) -> dict[int, set[Kind]]:
    """The kinds that begin, or for a termination those of the person with the company that are still in force."""
    found: dict[int, set[Kind]] = defaultdict(set)
    if batch.kind == ImportKind.TERMINATE:
        sql = f"{_LEAVING.format(columns='mine.id, i.kind', ids=marks(enrollment_ids))} AND i.state = 'effective'"
    else:
        sql = f"SELECT enrollment_id, kind FROM enrollment_item WHERE enrollment_id IN ({marks(enrollment_ids)})"
    for enrollment_id, kind in await fetch_tuples(sql, enrollment_ids):
        found[enrollment_id].add(Kind(kind))
    return found


@dataclass(frozen=True, slots=True)
class Sent:
    """A submitted row as a result workbook finds it; `waits` when the channel has not answered it yet."""

    row_no: int
    name: str
    index: str
    person_id: int
    city_code: str
    waits: bool


async def sent_rows(ports: Ports, batch: Batch, channel: Channel) -> list[Sent]:
    """Every row that was handed to the bureaus, in order."""
    waiting: set[int] = set()
    async for rows in standings(ports, batch, (channel,)):
        waiting |= {row.id for row in rows if row.silent((channel,))}
    sql = (
        "SELECT r.row_no, r.person_name, r.identity_index, r.person_id, e.city_code, r.id FROM batch_row r "
        "JOIN enrollment e ON e.id = r.enrollment_id WHERE r.batch_id = ? ORDER BY r.row_no"
    )
    return [
        Sent(row_no, name, index, person_id, city, row_id in waiting)
        for row_no, name, index, person_id, city, row_id in await fetch_tuples(sql, [batch.id])
    ]
