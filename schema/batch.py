"""Batches and their rows."""

from __future__ import annotations

from typing import ClassVar, Self

import strawberry

from domain import batch as rules
from domain.batch import BatchAct, BatchState, RowState
from domain.columns import ImportKind, MappingSource, field_spec
from domain.columns import ImportKind as BatchKind
from domain.problem_labels import label_of
from schema.approval import Approval
from schema.audit import AuditEntry
from schema.company import Company
from schema.context import Context, Info
from schema.file import StoredFile
from schema.ids import global_id, place
from schema.node import Node
from schema.paging import Connection, connection, window
from schema.problems import Problem, problems_of
from schema.scalars import Instant, Month
from services import audit, batch
from services.batch import BatchRowView, BatchView

strawberry.enum(MappingSource, name="MappingSource", description="列含义的来源：本次指定、以前指定、名称、相似")
strawberry.enum(BatchKind, name="BatchKind", description="批次类型")
strawberry.enum(BatchState, name="BatchState", description="批次状态")
strawberry.enum(RowState, name="RowState", description="行状态")
strawberry.enum(BatchAct, name="BatchAct", description="可对批次做的事")

_PERMISSION = {
    rules.BatchAct.CONFIRM: "batch.confirm",
    rules.BatchAct.WITHDRAW: "batch.create",
    rules.BatchAct.SUBMIT: "batch.submit",
    rules.BatchAct.RECORD_RESULT: "batch.submit",
    rules.BatchAct.UNDO: "batch.submit",
}


@strawberry.type(description="一列表头与系统字段的对应；score 低于 100 为系统猜测")
class ColumnMapping:
    header: str
    field: str | None
    field_label: str | None
    score: float
    source: MappingSource | None = None


@strawberry.type(description="某类问题的数量")
class ProblemCount:
    code: str
    label: str
    label_en: str
    count: int


@strawberry.type
class Cell:
    column: str
    value: str
    original: str | None = strawberry.field(default=None, description="更正前文件中的内容；未更正为空")


@strawberry.type(description="批次中的一行；敏感单元格只显示首末位")
class BatchRow(Node):
    permission: ClassVar[str] = "batch.read"
    row_no: int
    state: RowState
    person_name: str
    cells: list[Cell]
    problems: list[Problem]
    result_reason: str | None
    corrected_at: Instant | None = None

    @classmethod
    def from_row(cls, row: BatchRowView) -> BatchRow:
        return cls(
            id=global_id("BatchRow", row.id),
            row_no=row.row_no,
            state=rules.RowState(row.state),
            person_name=row.person_name,
            cells=[Cell(column=c, value=v, original=o) for (c, v), o in zip(row.cells, row.originals, strict=True)],
            problems=problems_of(row.problems),
            result_reason=row.result_reason,
            corrected_at=Instant(row.corrected_at) if row.corrected_at else None,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await batch.row_by_id(context.ports, context.me, row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]


@strawberry.type(description="增减员批次")
class Batch(Node):
    permission: ClassVar[str] = "batch.read"
    row: strawberry.Private[BatchView]
    number: str
    kind: BatchKind
    month: Month
    state: BatchState
    created_by: str
    created_at: Instant
    total_rows: int
    checked_rows: int
    ok_rows: int
    failed_rows: int
    warning_rows: int
    accepted_rows: int
    rejected_rows: int
    sheet_name: str | None = strawberry.field(default=None, description="选定的工作表；空为自动")

    @classmethod
    def from_row(cls, row: BatchView) -> Batch:
        return cls(
            id=global_id("Batch", row.id),
            row=row,
            number=row.number,
            kind=ImportKind(row.kind),
            month=Month(row.month),
            state=rules.BatchState(row.state),
            created_by=row.created_by or "",
            created_at=Instant(row.created_at),
            total_rows=row.total_rows,
            checked_rows=row.checked_rows,
            ok_rows=row.ok_rows,
            failed_rows=row.failed_rows,
            warning_rows=row.warning_rows,
            accepted_rows=row.accepted_rows,
            rejected_rows=row.rejected_rows,
            sheet_name=row.sheet_name,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.batch.load(row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        return await Company.one(info.context, self.row.company_id)

    @strawberry.field(description="上传的原文件")
    async def source_file(self, info: Info) -> StoredFile | None:
        return await StoredFile.one(info.context, self.row.file_id)

    @strawberry.field(description="提交后生成的申报表")
    async def declaration_file(self, info: Info) -> StoredFile | None:
        file_id = self.row.declaration_file_id
        return await StoredFile.one(info.context, file_id) if file_id else None

    @strawberry.field(description="列的识别结果")
    def columns(self) -> list[ColumnMapping]:
        found = []
        for c in self.row.columns:
            spec = field_spec(ImportKind(self.row.kind), c["field"]) if c["field"] else None
            found.append(
                ColumnMapping(
                    header=c["header"],
                    field=c["field"],
                    field_label=spec.label if spec else None,
                    score=c["score"],
                    source=MappingSource(c["source"]) if c.get("source") else None,
                )
            )
        return found

    @strawberry.field(description="按类型统计的问题")
    def problem_counts(self) -> list[ProblemCount]:
        return [
            ProblemCount(code=c, label=label_of(c)[0], label_en=label_of(c)[1], count=n)
            for c, n in self.row.problem_counts
        ]

    @strawberry.field(description="整个文件的问题或提示")
    def file_problems(self) -> list[Problem]:
        return problems_of(self.row.failure)

    @strawberry.field(description="行，按原表顺序；可按状态和问题筛选")
    async def rows(
        self,
        info: Info,
        state: RowState | None = None,
        code: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[BatchRow]:
        size = window(first, None).first
        page = await batch.rows(info.context.ports, self.row, state, code, size, place(after))
        return connection(page, after, BatchRow.from_row, key=lambda r: r.row_no)

    @strawberry.field
    async def approval(self, info: Info) -> Approval | None:
        row = await info.context.loaders.approval_of_batch.load(self.row.id)
        return None if row is None else Approval.from_row(row)

    @strawberry.field(description="您现在可以做的事")
    def available_acts(self, info: Info) -> list[BatchAct]:
        acts = rules.allowed_acts(rules.BatchState(self.row.state))
        if self.row.state == rules.BatchState.DONE:
            acts = (BatchAct.UNDO,) if self.row.accepted_rows else ()
        held = [a for a in acts if a in _PERMISSION and info.context.me.may(_PERMISSION[a])]
        return [a for a in held if a is not BatchAct.CONFIRM or self.row.ok_rows]

    @strawberry.field(description="经过")
    async def timeline(self) -> list[AuditEntry]:
        return [AuditEntry.from_row(r) for r in await audit.of_subject("batch", self.row.id)]


@strawberry.type(description="检查进度")
class BatchProgress:
    batch_id: strawberry.ID
    state: BatchState
    total_rows: int
    checked_rows: int
    ok_rows: int
    failed_rows: int

    @classmethod
    def from_row(cls, row: BatchView) -> BatchProgress:
        return cls(
            batch_id=global_id("Batch", row.id),
            state=rules.BatchState(row.state),
            total_rows=row.total_rows,
            checked_rows=row.checked_rows,
            ok_rows=row.ok_rows,
            failed_rows=row.failed_rows,
        )


@strawberry.input(description="一列表头与字段的对应；字段为空表示不使用该列")
class ColumnChoice:
    header: str
    field: str | None = None


@strawberry.input
class CreateBatchInput:
    kind: BatchKind
    company_id: strawberry.ID
    file_id: strawberry.ID
    month: Month
    idempotency_key: str
    city_code: str | None = None
    scheme_id: strawberry.ID | None = None
    sheet_name: str | None = strawberry.field(default=None, description="要导入的工作表；空为自动选择")
    columns: list[ColumnChoice] = strawberry.field(default_factory=list, description="指定的列；其余自动识别")
    again: bool = strawberry.field(default=False, description="同一文件已导入过时仍要导入")


@strawberry.input
class RejectedRow:
    row_no: int
    reason: str


@strawberry.input
class BatchResultInput:
    idempotency_key: str
    accept_all: bool = strawberry.field(default=False, description="其余未登记的行全部成功")
    rejected: list[RejectedRow] = strawberry.field(default_factory=list)


@strawberry.type
class BatchPayload:
    batch: Batch | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
