"""A submitted row that a channel wants corrected: its new values go into row and items, and it is declared again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import orjson

from db.models.batch import Batch, BatchRow
from db.models.declaration import ChannelResult, Declaration
from db.sql import execute, fetch, marks
from db.transaction import Work
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import ColumnMapping, ImportKind, field_spec
from domain.declaration import CHANNEL_LABELS, REGISTERING, Channel, Verdict, row_state
from domain.declaration.channel import FUND_KINDS
from domain.errors import Problem, Refusal, has_errors
from domain.policy import Kind
from services.batch import change_person, content, item
from services.batch.content import Content
from services.batch.facts import NOBODY, Known, identity_index, known
from services.batch.review import Review, prepared
from services.batch.standing import Standing, standings
from services.ports import Ports

RESERVED = "reserved"
"""The state of a declaration whose round is taken and whose workbook the worker has not made yet."""


@dataclass(frozen=True, slots=True)
class Correction:
    """New values by field for the row that the channel wants corrected."""

    batch_row_id: int
    channel: Channel
    cells: tuple[tuple[str, str], ...]


async def amend_row(ports: Ports, unit: Work, batch: Batch, wanted: Correction) -> None:
    """Puts the row through precheck and review again; a good one goes back to the channel in a new round.

    Refused with the row's own errors, and when it would become another person or have other kinds. `batch` is locked.
    """
    row = await BatchRow.filter(id=wanted.batch_row_id).select_for_update().get()
    standing = await _standing(ports, batch, row.row_no, wanted.channel)
    before = content.unseal(unit.store.vault, row.id, row.content_sealed)
    review = _with_columns(await prepared(ports, batch), before, [name for name, _ in wanted.cells])
    after = await _judged(ports, batch, review, row, before, dict(wanted.cells))
    if has_errors(after.row.problems):
        raise Refusal(*(p for p in after.row.problems if has_errors([p])))
    _same_person_and_kinds(batch, before, after)
    row.content_sealed = content.seal(unit.store.vault, row.id, after)
    row.person_name, row.codes = after.row.name[:120], content.codes_of(after.row.problems)
    row.corrected_at, row.result_reason = unit.now, None
    if batch.kind == ImportKind.ENROLL and row.enrollment_id is not None:
        await _items(row.enrollment_id, standing, wanted.channel, after)
    await _particulars(ports, unit, batch, standing, wanted, after)
    await ChannelResult.filter(batch_row_id=row.id, channel=wanted.channel.value).delete()
    said = {c: v for c, v in standing.said.items() if c is not wanted.channel}
    if wanted.channel in REGISTERING:
        row.state = row_state(standing.concerned, said).value
    await row.save()
    columns = orjson.dumps([asdict(column) for column in review.mapping]).decode()
    if batch.state == BatchState.DONE and wanted.channel in REGISTERING:
        batch.state = BatchState.SUBMITTED
    batch.columns = columns
    await batch.save(update_fields=["columns", "state"])
    await _next_round(ports, unit, batch, standing, wanted.channel)
    await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})


async def _next_round(ports: Ports, unit: Work, batch: Batch, standing: Standing, channel: Channel) -> None:
    """Takes the next round of the channel for the row; the worker makes its workbook.

    The round is there when the batch's lock is let go, so that no later correction takes it too.
    """
    layout = ports.bureau.layout(channel, ImportKind(batch.kind), standing.city_code)
    if layout is None:
        return
    rounds = Declaration.filter(batch_id=batch.id, channel=channel.value)
    # Locked, and thereby read as it is now: the transaction's view may be older than the batch's lock.
    last = await rounds.order_by("-round").select_for_update().first()
    round_no = (last.round if last else 1) + 1
    await Declaration.create(
        id=unit.new_id(),
        batch_id=batch.id,
        company_id=batch.company_id,  # type: ignore[attr-defined]
        channel=channel.value,
        city_code=standing.city_code,
        round=round_no,
        layout=layout.key,
        state=RESERVED,
        created_at=unit.now,
    )
    payload = {"batch": batch.id, "channel": channel.value, "round": round_no, "rows": [standing.id]}
    await unit.emit("declaration.round", payload)


async def give_up_correction(ports: Ports, unit: Work, batch_id: int, batch_row_id: int, channel: Channel) -> None:
    """Nobody will correct the row: the channel's submitted kinds are rejected, and the batch may be done by it."""
    batch = await Batch.filter(id=batch_id).select_for_update().get()
    row = await BatchRow.filter(id=batch_row_id).select_for_update().get()
    standing = await _standing(ports, batch, row.row_no, channel)
    await ChannelResult.filter(batch_row_id=row.id, channel=channel.value).update(state=Verdict.FAILED.value)
    if channel not in REGISTERING:
        return
    if batch.kind == ImportKind.ENROLL and row.enrollment_id is not None:
        await item.begin([row.enrollment_id], standing.kinds_of([channel]), accepted=False)
    row.state = row_state(standing.concerned, standing.said | {channel: Verdict.FAILED}).value
    await row.save(update_fields=["state"])
    batch.rejected_rows += row.state == RowState.REJECTED
    waiting = await BatchRow.filter(batch_id=batch.id, state__in=[RowState.SUBMITTED, RowState.CORRECTION]).count()
    batch.state = next_state(BatchState(batch.state), BatchAct.RECORD_RESULT, open_rows=waiting)
    await batch.save(update_fields=["rejected_rows", "state"])


async def _standing(ports: Ports, batch: Batch, row_no: int, channel: Channel) -> Standing:
    """Where the row stands; a row whose channel asked for no correction is refused."""
    # The tax channel's view holds decided rows too: what it wants corrected may be in force already.
    only = (Channel.TAX,) if channel is Channel.TAX else REGISTERING
    async for rows in standings(ports, batch, only, [row_no]):
        if rows[0].said.get(channel) is Verdict.CORRECTION:
            return rows[0]
    label, label_en = CHANNEL_LABELS[channel]
    raise Refusal(
        Problem(
            "correction_not_asked",
            f"{label}没有要求补正第 {row_no} 行，或已有新的结果",
            f"The channel {label_en} does not ask for a correction of row {row_no}, or has answered since",
            "请刷新后查看该行的办理结果",
            "Reload and look at the row's results",
            row=row_no,
        )
    )


def _with_columns(review: Review, before: Content, fields: list[str]) -> Review:
    """The review with a column for every field that is given; the sheet need not have had one."""
    mapping, kind = list(review.mapping), ImportKind(review.setting.batch.kind)
    width = max([len(before.row.cells), *(column.index + 1 for column in mapping)])
    for name in fields:
        spec = field_spec(kind, name)
        if spec is None:
            raise Refusal(_unknown_field(name))
        if all(column.field != name for column in mapping):
            mapping.append(ColumnMapping(width, spec.label, name, 100.0))
            width += 1
    return replace(review, mapping=tuple(mapping))


async def _judged(
    ports: Ports, batch: Batch, review: Review, row: BatchRow, before: Content, cells: Mapping[str, str]
) -> Content:
    """What the check says of the corrected row; its own enrolment is no obstacle to itself."""
    places = {column.field: column.index for column in review.mapping if column.field}
    raw, kept = content.with_changes(before, {places[name]: text.strip() or None for name, text in cells.items()})
    found = review.precheck(raw, row.row_no)
    found = replace(found, originals=kept.originals)
    index = identity_index(ports.store, found.row)
    fact = (await known(review.setting, [index], [found.row])).get(index, NOBODY)
    if batch.kind == ImportKind.ENROLL:
        fact = await _without_own(fact, row, batch)
    if "name" in cells:
        # The name on file becomes the corrected one.
        fact = replace(fact, name=None)
    return review.judge(found, replace(fact, pending_here=False))


async def _without_own(fact: Known, row: BatchRow, batch: Batch) -> Known:
    """The facts without the items of the row's own enrolment."""
    rows = await fetch(
        "SELECT kind, start_month, last_month FROM enrollment_item WHERE enrollment_id = ?", [row.enrollment_id]
    )
    left = list(fact.items)
    for r in rows:
        own = (batch.company_id, Kind(r["kind"]), r["start_month"], r["last_month"])  # type: ignore[attr-defined]
        if own in left:
            left.remove(own)
    return replace(fact, items=tuple(left))


def _same_person_and_kinds(batch: Batch, before: Content, after: Content) -> None:
    """A document or kinds that differ make it another enrolment, which is declared in a batch of its own."""
    other_person = before.row.id_number != after.row.id_number
    if not other_person and (batch.kind != ImportKind.ENROLL or before.kinds == after.kinds):
        return
    what, what_en = ("证件号码", "document number") if other_person else ("险种", "kinds")
    raise Refusal(
        Problem(
            "correction_too_far",
            f"已提交的人员不能更正{what}",
            f"The {what_en} of a submitted person cannot be corrected",
            "请关闭该反馈，并在新批次中重新申报",
            "Close this feedback and declare the person in a new batch",
            field="id_number" if other_person else "kinds",
        )
    )


async def _items(enrollment_id: int, standing: Standing, channel: Channel, after: Content) -> None:
    """The corrected base, rate and month go into the kinds that the channel has not accepted."""
    row = after.row
    kinds = standing.kinds_of([channel])
    # A fixed base is the scheme's; the row's has no part in it.
    declared = "declared_base_fen = CASE WHEN base_rule = 'fixed' THEN declared_base_fen ELSE ? END"
    for names, base in (
        ([k.value for k in kinds - FUND_KINDS], row.base_fen),
        ([k.value for k in kinds & FUND_KINDS], row.housing_base_fen or row.base_fen),
    ):
        if names:
            rate = ", housing_rate_ppm = ?" if names[0] in FUND_KINDS else ""
            values = [base or 0, row.start_month, *([row.housing_rate_ppm] if rate else [])]
            await execute(
                f"UPDATE enrollment_item SET {declared}, start_month = ?{rate} "
                f"WHERE enrollment_id = ? AND state = 'submitted' AND kind IN ({marks(names)})",
                [*values, enrollment_id, *names],
            )
    await execute(
        "UPDATE enrollment SET declared_base_fen = ?, start_month = ? WHERE id = ? AND state = 'submitted'",
        [row.base_fen or 0, row.start_month, enrollment_id],
    )


async def _particulars(
    ports: Ports, unit: Work, batch: Batch, standing: Standing, wanted: Correction, after: Content
) -> None:
    """Corrected particulars become the person's own, with what they were before."""
    row, given = after.row, {name for name, _ in wanted.cells}
    plain = {
        "name": row.name,
        "phone": row.phone,
        "bank_card": row.bank_card,
        "id_kind": row.id_kind,
        "birth": row.birth.isoformat() if row.birth else None,
        "sex": row.sex,
    }
    values = {name: value for name, value in plain.items() if name in given and value}
    changed = await change_person.correct(ports, unit, batch, standing.person_id, values)
    if changed:
        company_id = batch.company_id  # type: ignore[attr-defined]
        await unit.audit("person.corrected", "person", standing.person_id, company_id, 字段=changed, 批次=batch.number)


def _unknown_field(name: str) -> Problem:
    return Problem(
        "field_unknown",
        f"没有“{name[:40]}”这个字段",
        f"There is no field {name[:40]}",
        "请从该批次的字段中选择",
        "Choose one of the fields of this batch",
        field="cells",
        value=name[:40],
    )
