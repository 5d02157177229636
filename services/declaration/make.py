"""The worker's part of a submission: one declaration a channel and city, each with its workbook and its own effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from anyio import to_thread

from db.models.batch import Batch
from db.models.company import Company
from db.models.declaration import Declaration
from db.sql import fetch_tuples, marks
from db.transaction import Work, work
from domain.columns import ImportKind
from domain.declaration import CHANNEL_LABELS, Channel, DeclarationLine, Layout
from domain.policy import Kind
from services import file
from services.batch.correction import RESERVED
from services.declaration.lines import FUND_FIELDS, Wanted, lines_of
from services.policy import book
from services.ports import DeclarationForm, Filed, Ports
from services.staff import SYSTEM

MADE, HANDED_IN = "made", "handed_in"

_OWN = "i.enrollment_id = e.id"
# A leaver's kinds are those in force with the company and, where results came before, those that have ended by them.
_LEAVING = (
    "i.person_id = e.person_id AND i.company_id = e.company_id AND (i.state = 'effective' OR (i.state = 'stopped' AND "
    "(r.state <> 'submitted' OR EXISTS (SELECT 1 FROM channel_result c WHERE c.batch_row_id = r.id))))"
)
_KINDS = """
SELECT DISTINCT e.city_code, i.kind FROM batch_row r JOIN enrollment e ON e.id = r.enrollment_id
JOIN enrollment_item i ON {joined} WHERE r.batch_id = ?
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One workbook: a channel in a city, and which time it is handed in; `row_ids` None: everybody it concerns."""

    batch_id: int
    channel: Channel
    city_code: str
    round: int = 1
    row_ids: Sequence[int] | None = None


@dataclass
class _Form:
    """A declaration being filled."""

    layout: Layout
    form: DeclarationForm
    rows: int = 0


async def declare(ports: Ports, batch_id: int) -> None:
    """Starts the declarations of a submitted batch: an effect for its general list and one for each workbook.

    Run again it starts them again, and each finds that it is there already.
    """
    batch = await Batch.get(id=batch_id)
    if batch.declaration_file_id is not None:
        return
    parts = await _parts(ports, batch)
    async with work(ports.store, SYSTEM) as unit:
        for channel, city_code in parts:
            part = {"batch": batch_id, "channel": channel.value, "city": city_code, "round": 1}
            await unit.emit("declaration.make", part)
        await unit.emit("declaration.list", {"batch": batch_id})


async def declare_again(ports: Ports, batch_id: int, channel: Channel, round: int, row_ids: Sequence[int]) -> None:
    """The next round of a channel with the corrected rows alone; run again, it adds nothing."""
    rows = await fetch_tuples(
        "SELECT DISTINCT e.city_code FROM batch_row r JOIN enrollment e ON e.id = r.enrollment_id "
        f"WHERE r.id IN ({marks(row_ids)}) ORDER BY e.city_code",
        list(row_ids),
    )
    for (city_code,) in rows:
        await make(ports, Part(batch_id, channel, city_code, round, row_ids))


async def make(ports: Ports, part: Part) -> None:
    """Makes one declaration with its workbook; run again, or where nobody is concerned, it adds nothing."""
    batch = await Batch.get(id=part.batch_id)
    layout = ports.bureau.layout(part.channel, ImportKind(batch.kind), part.city_code)
    if layout is None or await _made(part):
        return
    company = await Company.get(id=batch.company_id)  # type: ignore[attr-defined]
    form = _Form(layout, ports.bureau.begin(layout, company.name, batch.month))
    fund = any(column.field in FUND_FIELDS for column in layout.columns)
    wanted = Wanted(part.city_code, part.row_ids, fund)
    async for lines in lines_of(ports, batch, await book(ports.store), wanted):
        await to_thread.run_sync(_fill, ports, form, part, lines)
    if not form.rows:
        return
    filed = await to_thread.run_sync(form.form.done)
    async with work(ports.store, SYSTEM) as unit:
        fresh = await Batch.filter(id=part.batch_id).select_for_update().get()
        if not await _made(part):
            await _keep(ports, unit, fresh, part, form, filed)


async def _parts(ports: Ports, batch: Batch) -> list[tuple[Channel, str]]:
    """The workbooks that the batch may need, by the kinds that its people have in each city."""
    change = ImportKind(batch.kind)
    sql = _KINDS.format(joined=_LEAVING if change is ImportKind.TERMINATE else _OWN)
    kinds: dict[str, set[Kind]] = defaultdict(set)
    for city_code, kind in await fetch_tuples(sql, [batch.id]):
        kinds[city_code].add(Kind(kind))
    return [
        (channel, city_code)
        for city_code in sorted(kinds)
        for channel in ports.bureau.plan(city_code).of(kinds[city_code])
        if ports.bureau.layout(channel, change, city_code) is not None
    ]


def _fill(ports: Ports, form: _Form, part: Part, lines: Sequence[DeclarationLine]) -> None:
    """Writes those of the lines that the channel takes, each with its kinds alone; off the event loop."""
    plan = ports.bureau.plan(part.city_code)
    own = plan.kinds.get(part.channel, frozenset())
    mine = [replace(line, kinds=line.kinds & own) for line in lines if part.channel in plan.of(line.kinds)]
    form.form.add(mine)
    form.rows += len(mine)


async def _made(part: Part) -> bool:
    of_batch = Declaration.filter(batch_id=part.batch_id, channel=part.channel.value, city_code=part.city_code)
    return await of_batch.filter(round=part.round).exclude(state=RESERVED).exists()


async def _keep(ports: Ports, unit: Work, batch: Batch, part: Part, form: _Form, filed: Filed) -> None:
    """Stores a declaration with its workbook, in the round that a correction has taken for it if there is one."""
    company_id = batch.company_id  # type: ignore[attr-defined]
    file_id = None
    if filed.content is not None:
        again = f"_第{part.round}次" if part.round > 1 else ""
        name = f"{form.layout.title}_{CHANNEL_LABELS[part.channel][0]}_{batch.number}{again}.xlsx"
        file_id = await file.keep(ports, unit, name, file.XLSX, filed.content, "declaration", company_id)
    own = {"batch_id": batch.id, "channel": part.channel.value, "city_code": part.city_code, "round": part.round}
    row = await Declaration.filter(**own).first() or Declaration(id=unit.new_id(), company_id=company_id, **own)
    row.layout, row.state, row.file_id = form.layout.key, HANDED_IN if filed.number else MADE, file_id
    row.row_count, row.number = form.rows, filed.number
    row.handed_at, row.created_at = unit.now if filed.number else 0, unit.now
    await row.save()
    await unit.audit("declaration.made", "declaration", row.id, company_id, 人数=form.rows, 缺项=dict(filed.missing))
