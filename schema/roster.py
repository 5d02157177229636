"""Rosters: entries with their findings, papers and history, and what is entered."""

from __future__ import annotations

from datetime import date
from typing import Self

import strawberry

from domain import roster as rules
from domain.errors import Severity
from domain.roster import (
    ACT_LABELS,
    DOCUMENT_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    DocumentKind,
    DocumentPlace,
    EntryState,
    Form,
    PostKind,
    RosterAct,
    RosterColumn,
    RosterKind,
)
from schema.company import Company
from schema.context import Context, Info
from schema.file import StoredFile
from schema.ids import global_id, maybe_row_id
from schema.permissions import check
from schema.person import Person
from schema.problems import Problem, problems_of
from schema.scalars import Instant
from services import roster
from services.roster import DocumentRow, EntryRow, EventRow, Filter, Imported, Shown

strawberry.enum(RosterKind, name="RosterCategory", description="花名册：劳务派遣、人事外包A、人事外包B、劳务分包")
strawberry.enum(EntryState, name="RosterState", description="在册或已离场")
strawberry.enum(PostKind, name="PostKind", description="派遣岗位的性质")
strawberry.enum(DocumentKind, name="RosterDocumentKind", description="材料")
strawberry.enum(DocumentPlace, name="RosterDocumentPlace", description="材料附在人员或项目上")
strawberry.enum(RosterAct, name="RosterAct", description="花名册人员的变动")
strawberry.enum(Form, name="RosterColumnForm", description="列的内容形式")
strawberry.enum(Shown, name="RosterRevealField", description="可申请查看明文的字段")


@strawberry.type(description="可选值")
class RosterChoice:
    value: str
    label: str
    label_en: str


@strawberry.type(description="花名册的一列")
class RosterColumnInfo:
    name: str
    label: str
    label_en: str
    form: Form
    required: bool
    sensitive: bool
    choices: list[RosterChoice]

    @classmethod
    def from_row(cls, column: RosterColumn) -> Self:
        return cls(
            name=column.name,
            label=column.label,
            label_en=column.label_en,
            form=rules.Form(column.form),
            required=column.required,
            sensitive=column.sensitive,
            choices=[RosterChoice(value=v, label=zh, label_en=en) for v, zh, en in column.choices],
        )


@strawberry.type(description="本类花名册专有的一列及其内容")
class RosterValue:
    name: str
    label: str
    label_en: str
    value: str


@strawberry.type(description="人员的一次变动")
class RosterEvent:
    act: RosterAct
    act_label: str
    detail: str
    by: str
    created_at: Instant

    @classmethod
    def from_row(cls, row: EventRow) -> Self:
        act = rules.RosterAct(row.act)
        return cls(
            act=act, act_label=ACT_LABELS[act][0], detail=row.detail, by=row.by, created_at=Instant(row.created_at)
        )


@strawberry.type(description="一份材料")
class RosterDocument:
    row: strawberry.Private[DocumentRow]
    id: strawberry.ID
    kind: DocumentKind
    kind_label: str
    place: DocumentPlace
    expires_day: date | None
    retired: bool
    created_at: Instant

    @classmethod
    def from_row(cls, row: DocumentRow) -> Self:
        kind = rules.DocumentKind(row.kind)
        return cls(
            row=row,
            id=global_id("RosterDocument", row.id),
            kind=kind,
            kind_label=DOCUMENT_LABELS[kind][0],
            place=rules.DocumentPlace(row.place),
            expires_day=date.fromisoformat(row.expires_day) if row.expires_day else None,
            retired=row.retired_at > 0,
            created_at=Instant(row.created_at),
        )

    @strawberry.field(description="文件，限有权查看的人")
    async def file(self, info: Info) -> StoredFile | None:
        return await StoredFile.one(info.context, self.row.file_id)


@strawberry.type(description="花名册中的一个人；证件号和手机号只显示首末位")
class RosterEntry:
    row: strawberry.Private[EntryRow]
    id: strawberry.ID
    kind: RosterKind
    kind_label: str
    company_name: str
    name: str
    number_masked: str | None
    phone_masked: str | None
    post: str
    post_kind: PostKind | None
    city_code: str | None
    city_name: str | None
    from_day: date
    contract_start: date | None
    contract_end: date | None
    project_name: str | None
    state: EntryState
    state_label: str
    left_day: date | None
    left_reason: str | None
    created_at: Instant

    @classmethod
    def from_row(cls, row: EntryRow) -> Self:
        kind, state = rules.RosterKind(row.kind), rules.EntryState(row.state)
        return cls(
            row=row,
            id=global_id("RosterEntry", row.id),
            kind=kind,
            kind_label=KIND_LABELS[kind][0],
            company_name=row.company_name,
            name=row.name,
            number_masked=row.number_masked,
            phone_masked=row.phone_masked,
            post=row.post,
            post_kind=rules.PostKind(row.post_kind) if row.post_kind else None,
            city_code=row.city_code,
            city_name=row.city_name,
            from_day=date.fromisoformat(row.from_day),
            contract_start=_day(row.contract_start),
            contract_end=_day(row.contract_end),
            project_name=row.project_name,
            state=state,
            state_label=STATE_LABELS[state][0],
            left_day=_day(row.left_day),
            left_reason=row.left_reason,
            created_at=Instant(row.created_at),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await roster.by_id(context.ports, context.me, row_id)
        return None if row is None else cls.from_row(row)

    @strawberry.field(description="本类花名册专有的列")
    def values(self) -> list[RosterValue]:
        return [RosterValue(name=v.name, label=v.label, label_en=v.label_en, value=v.value) for v in self.row.values]

    @strawberry.field(description="今天需要处理的问题和提醒")
    def findings(self) -> list[Problem]:
        return problems_of(self.row.findings)

    @strawberry.field(description="所属（用工）单位")
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.company_id)

    @strawberry.field(description="同一证件号的参保人")
    async def person(self, info: Info) -> Person | None:
        check(info.context, Person.permission)
        return await Person.one(info.context, self.row.person_id) if self.row.person_id else None

    @strawberry.field(description="项目的标识")
    def project_id(self) -> strawberry.ID | None:
        return global_id("RosterProject", self.row.project_id) if self.row.project_id else None


@strawberry.type(description="花名册人员的详情")
class RosterDetail:
    entry: RosterEntry

    @strawberry.field(description="历史，新的在前")
    async def history(self) -> list[RosterEvent]:
        return [RosterEvent.from_row(r) for r in await roster.history(self.entry.row.id)]

    @strawberry.field(description="本人和所在项目的材料，新的在前")
    async def documents(self) -> list[RosterDocument]:
        row = self.entry.row
        return [RosterDocument.from_row(r) for r in await roster.documents(row.id, row.project_id)]

    @strawberry.field(description="合同文件，限有权查看的人")
    async def contract_file(self, info: Info) -> StoredFile | None:
        file_id = self.entry.row.contract_file_id
        return await StoredFile.one(info.context, file_id) if file_id else None


@strawberry.input(description="一列的内容，列名见 rosterColumns；日期 2026-11-03，月份 2026-11，金额为元")
class RosterValueInput:
    name: str
    value: str | None = None


@strawberry.input
class RosterEntryInput:
    kind: RosterKind
    company_id: strawberry.ID
    values: list[RosterValueInput]
    contract_file_id: strawberry.ID | None = None


@strawberry.input(description="花名册的筛选条件")
class RosterFilterInput:
    kind: RosterKind | None = None
    company_id: strawberry.ID | None = None
    search: str = strawberry.field(default="", description="姓名开头，或完整的证件号、手机号")
    state: EntryState | None = None
    expiring_days: int | None = strawberry.field(default=None, description="合同在多少天内到期")
    project_id: strawberry.ID | None = None
    severity: Severity | None = strawberry.field(default=None, description="有不低于此级别的问题；此时不统计总数")
    finding: str | None = strawberry.field(default=None, description="有此代码的问题；此时不统计总数")

    def wanted(self) -> Filter:
        return Filter(
            rules.RosterKind(self.kind) if self.kind else None,
            maybe_row_id(self.company_id, "Company"),
            self.search,
            rules.EntryState(self.state) if self.state else None,
            self.expiring_days,
            maybe_row_id(self.project_id, "RosterProject"),
            Severity(self.severity) if self.severity else None,
            self.finding,
        )


@strawberry.type
class RosterPayload:
    entry: RosterEntry | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="材料已添加或停用；id 为材料的标识")
class RosterDocumentPayload:
    id: strawberry.ID | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="导入结果；试运行时 added 为 0")
class RosterImportPayload:
    rows: int = 0
    added: int = 0
    unknown_headers: list[str] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, row: Imported) -> Self:
        return cls(
            rows=row.rows, added=row.added, unknown_headers=list(row.unknown), problems=problems_of(row.problems)
        )


def cells(values: list[RosterValueInput]) -> dict[str, str | None]:
    """The values by column name; of two for the same column the last one counts."""
    return {each.name: each.value for each in values}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
