"""Exports of batches with their rows, of what came back from bureaus, and of the audit log."""

from __future__ import annotations

from collections.abc import AsyncIterator

from domain.batch import BATCH_STATE_LABELS, ROW_STATE_LABELS, BatchState, RowState
from domain.columns import IMPORT_KIND_LABELS, CellValue, ImportKind
from domain.declaration import CHANNEL_LABELS, VERDICT_LABELS, Channel, Verdict
from domain.feedback import FEEDBACK_STATE_LABELS, FeedbackState
from services import audit, batch, feedback
from services.export.desk import Desk
from services.export.pages import pages
from services.export.register import CITY, COMPANY, NAME
from services.export.table import Chunk, Column, Table, Values, day, flag, moment, month_text, number, one_of, text

_NUMBER = Column("number", "批次", "Batch")
_STATE = Column("state", "状态", "State")
CELL = "cell:"


async def _batches(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    condition = batch.Filter(wanted.get("kind"), wanted.get("state"), wanted.get("companyId"))
    towns = await desk.cities()
    async for page in pages(lambda w: batch.find(desk.actor, condition, w), chunk):
        companies = await desk.companies(r.company_id for r in page.rows)
        rows = [
            {
                "number": r.number,
                "kind": IMPORT_KIND_LABELS[ImportKind(r.kind)][0],
                "company": companies.get(r.company_id, ""),
                "city": towns.get(r.city_code or "", ""),
                "month": month_text(r.month),
                "state": BATCH_STATE_LABELS[BatchState(r.state)],
                "total": r.total_rows,
                "ok": r.ok_rows,
                "failed": r.failed_rows,
                "accepted": r.accepted_rows,
                "rejected": r.rejected_rows,
                "createdBy": r.created_by,
                "createdAt": moment(r.created_at),
            }
            for r in page.rows
        ]
        yield Chunk(rows, page.total)


BATCHES = Table(
    "batches",
    (
        _NUMBER,
        Column("kind", "类型", "Kind"),
        COMPANY,
        CITY,
        Column("month", "月份", "Month"),
        _STATE,
        Column("total", "行数", "Rows"),
        Column("ok", "通过", "Passed"),
        Column("failed", "有错误", "Failed"),
        Column("accepted", "办理成功", "Accepted"),
        Column("rejected", "办理失败", "Rejected"),
        Column("createdBy", "提交人", "By"),
        Column("createdAt", "提交时间", "At"),
    ),
    _batches,
    {"kind": one_of(ImportKind), "state": one_of(BatchState), "companyId": number},
)


async def _rows(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    view = await batch.one(desk.actor, wanted["batchId"])
    asked = wanted.get("state"), wanted.get("code")
    found = pages(lambda w: batch.rows(desk.ports, view, *asked, w.first, w.before_id), chunk, lambda r: r.row_no)
    async for page in found:
        rows = []
        for r in page.rows:
            plain: dict[str, CellValue] = {
                "rowNo": r.row_no,
                "name": r.person_name,
                "state": ROW_STATE_LABELS[RowState(r.state)],
                "problems": "；".join(p.message for p in r.problems),
                "remedies": "；".join(dict.fromkeys(p.remedy for p in r.problems if p.remedy)),
                "result": r.result_reason,
                "correctedAt": moment(r.corrected_at),
            }
            rows.append(plain | {f"{CELL}{i}": cell for i, (_, cell) in enumerate(r.cells)})
        yield Chunk(rows, page.total)


async def _cells(desk: Desk, wanted: Values) -> list[Column]:
    """A column for each of the sheet's own; sensitive ones stay masked, as on the page of the batch."""
    view = await batch.one(desk.actor, wanted["batchId"])
    return [Column(f"{CELL}{i}", c["header"], c["header"]) for i, c in enumerate(view.columns)]


BATCH_ROWS = Table(
    "batchRows",
    (
        Column("rowNo", "行号", "Row"),
        NAME,
        _STATE,
        Column("problems", "问题", "Problems"),
        Column("remedies", "怎么改", "What to do"),
        Column("result", "办理结果", "Result"),
        Column("correctedAt", "更正时间", "Corrected"),
        Column("cells", "原表各列", "The sheet's own columns"),
    ),
    _rows,
    {"batchId": number, "state": one_of(RowState), "code": text},
    needed=("batchId",),
    parts=_cells,
)


async def _feedbacks(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    more = wanted.get("mine", False), wanted.get("overdue", False), wanted.get("companyId")
    condition = feedback.Filter(wanted.get("state"), *more)
    async for page in pages(lambda w: feedback.find(desk.ports, desk.actor, condition, w), chunk):
        rows = [
            {
                "number": r.batch_number,
                "rowNo": r.row_no,
                "name": desk.shown(r.person_name),
                "company": r.company_name,
                "channel": CHANNEL_LABELS[Channel(r.channel)][0] if r.channel else "",
                "asked": VERDICT_LABELS[Verdict(r.asked)][0],
                "reason": r.reason,
                "state": FEEDBACK_STATE_LABELS[FeedbackState(r.state)][0],
                "owner": r.owner,
                "dueDay": r.due_day,
                "resolution": r.resolution,
                "createdAt": moment(r.created_at),
            }
            for r in page.rows
        ]
        yield Chunk(rows, page.total)


FEEDBACKS = Table(
    "feedbacks",
    (
        _NUMBER,
        Column("rowNo", "行号", "Row"),
        NAME,
        COMPANY,
        Column("channel", "渠道", "Channel"),
        Column("asked", "答复", "Answer"),
        Column("reason", "原因", "Reason"),
        _STATE,
        Column("owner", "负责人", "Owner"),
        Column("dueDay", "期限", "Due"),
        Column("resolution", "处理说明", "Resolution"),
        Column("createdAt", "退回时间", "Came back"),
    ),
    _feedbacks,
    {"state": one_of(FeedbackState), "mine": flag, "overdue": flag, "companyId": number},
)


async def _audit(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    condition = audit.Filter(**{_AUDIT_NAMES[name]: value for name, value in wanted.items()})
    async for page in pages(lambda w: audit.log(desk.actor, wanted=condition, window=w), chunk):
        rows = [
            {
                "at": moment(r.at),
                "actor": r.actor,
                "act": audit.LABELS.get(r.act, (r.act, r.act))[0],
                "subject": r.subject,
                "detail": r.detail,
            }
            for r in page.rows
        ]
        yield Chunk(rows, page.total)


_AUDIT_NAMES = {
    "actor": "actor",
    "act": "act",
    "subjectKind": "subject_kind",
    "companyId": "company_id",
    "fromDay": "from_day",
    "toDay": "to_day",
}

AUDIT = Table(
    "audit",
    (
        Column("at", "时间", "At"),
        Column("actor", "操作人", "By"),
        Column("act", "操作", "Act"),
        Column("subject", "对象", "Subject"),
        Column("detail", "内容", "Detail"),
    ),
    _audit,
    {"actor": text, "act": text, "subjectKind": text, "companyId": number, "fromDay": day, "toDay": day},
)
