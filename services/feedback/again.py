"""Declaring failed rows again: a new batch with their cells, through check and approval like any other."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from anyio import to_thread

from db.models.batch import Batch, BatchRow
from db.models.company import Company
from db.models.declaration import Feedback
from db.scope import companies
from db.sql import fetch_tuples
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import batch_number, batch_series
from domain.columns import CellValue, ImportKind
from domain.declaration import Verdict
from domain.errors import Problem, Refusal
from domain.feedback import FeedbackState
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_ORDER, Kind
from services import blacklist, file
from services.batch import content
from services.feedback.acts import locked, resolve
from services.ports import Ports

_KINDS = "参加险种"


async def again(ports: Ports, actor: Actor, ids: Sequence[int], key: str) -> int:
    """Makes a new batch of the failed rows, for the kinds that failed. Answers the batch's id."""
    actor.require("feedback.handle")
    actor.require("batch.create")
    await _served(ports, actor, ids)

    async def run(unit: Work) -> int:
        rows = await locked(unit, sorted(set(ids)))
        _check(rows)
        origin = await Batch.get(id=rows[0].batch_id)
        row_ids = sorted({row.batch_row_id for row in rows})
        columns = [c for c in orjson.loads(origin.columns) if not (c["field"] or "").startswith("kind")]
        lines = await _lines(ports, origin, columns, row_ids)
        headers = [c["header"] for c in columns]
        if origin.kind == ImportKind.ENROLL:
            headers.append(_KINDS)
        made = await to_thread.run_sync(ports.sheets.table_workbook, "重新申报", headers, lines, [])
        batch_id = await _batch(ports, unit, origin, columns, made)
        for row in rows:
            await resolve(unit, row, FeedbackState.REPEATED, "已在新批次重新申报", batch_id)
        company_id = origin.company_id  # type: ignore[attr-defined]
        await unit.audit("feedback.again", "batch", batch_id, company_id, 原批次=origin.number, 人数=len(row_ids))
        return batch_id

    return await once(ports.store, actor, "feedback.again", key, {"ids": sorted(set(ids))}, run)


async def _served(ports: Ports, actor: Actor, ids: Sequence[int]) -> None:
    """Refuses a company on the blacklist, as a new sheet of it would be; its people may be stopped even then."""
    first = await Feedback.filter(id__in=list(ids)).first()
    if first is None or (await Batch.get(id=first.batch_id)).kind == ImportKind.TERMINATE:
        return
    owner = await Company.filter(companies(actor), id=first.company_id).first()
    if owner is not None:
        await blacklist.refuse_company(ports, actor, owner)


def _check(rows: Sequence[Feedback]) -> None:
    """Only failed rows of one batch."""
    if len({row.batch_id for row in rows}) > 1:
        raise Refusal(
            Problem(
                "feedback_of_one_batch",
                "一次只能重新申报同一批次的人员",
                "Rows of one batch are declared again together",
                "请按批次分别选择",
                "Choose batch by batch",
                field="ids",
            )
        )
    if any(row.asked != Verdict.FAILED for row in rows):
        raise Refusal(
            Problem(
                "feedback_not_failed",
                "要求补正的人员请更正，不需重新申报",
                "Rows that are to be corrected are not declared again",
                "请只选择办理失败的人员",
                "Choose failed rows only",
                field="ids",
            )
        )


async def _lines(ports: Ports, origin: Batch, columns: list[dict], row_ids: list[int]) -> list[list[CellValue]]:
    """The rows' cells; an enrolment names just the kinds that were rejected, whatever the sheet had said."""
    lines: list[list[CellValue]] = []
    for row in await BatchRow.filter(id__in=row_ids).order_by("row_no"):
        cells = content.unseal(ports.store.vault, row.id, row.content_sealed).row.cells
        line: list[CellValue] = [cells[c["index"]] if c["index"] < len(cells) else "" for c in columns]
        if origin.kind == ImportKind.ENROLL:
            kinds = await _rejected(row.enrollment_id)
            if not kinds:
                raise Refusal(_nothing_left(row.row_no))
            line.append("、".join(KIND_LABELS[kind] for kind in kinds))
        lines.append(line)
    return lines


async def _rejected(enrollment_id: int | None) -> list[Kind]:
    sql = "SELECT kind FROM enrollment_item WHERE enrollment_id = ? AND state = 'rejected'"
    return sorted((Kind(k) for (k,) in await fetch_tuples(sql, [enrollment_id])), key=KIND_ORDER.__getitem__)


async def _batch(ports: Ports, unit: Work, origin: Batch, columns: list[dict], made: bytes) -> int:
    """The new batch, whose columns mean what they meant in the old one; its check is left to the worker."""
    kind, row_id = ImportKind(origin.kind), unit.new_id()
    company_id = origin.company_id  # type: ignore[attr-defined]
    number = batch_number(kind, BillingMonth.of(origin.month), await unit.next_number(batch_series(kind, origin.month)))
    file_id = await file.keep(
        ports, unit, f"{origin.number}_重新申报.xlsx", file.XLSX, made, "upload", company_id, owned=False
    )
    chosen = {c["header"]: c["field"] or "" for c in columns if c["header"]}
    if kind is ImportKind.ENROLL:
        chosen[_KINDS] = "kinds"
    await Batch.create(
        id=row_id,
        number=number,
        kind=kind.value,
        company_id=company_id,
        city_code=origin.city_code,
        scheme_id=origin.scheme_id,
        month=origin.month,
        state="checking",
        creator_id=unit.actor.staff_id,
        file_id=file_id,
        columns="[]",
        problem_counts="[]",
        chosen_columns=orjson.dumps(chosen).decode(),
        origin_batch_id=origin.id,
        created_at=unit.now,
    )
    await unit.audit("batch.create", "batch", row_id, company_id, 批次=number, 原批次=origin.number)
    await unit.emit("batch.check", {"batch": row_id})
    return row_id


def _nothing_left(row_no: int) -> Problem:
    return Problem(
        "nothing_to_repeat",
        f"第 {row_no} 行没有未办成的险种",
        f"Row {row_no} has no kind that failed",
        "请与该渠道核对后关闭反馈",
        "Settle it with the channel and close the feedback",
        field="ids",
        row=row_no,
    )
