"""Projects of subcontracted people, and the figures of the rosters."""

from __future__ import annotations

from datetime import date
from typing import Self

import strawberry

from domain.errors import Severity
from domain.roster import FINDING_LABELS, KIND_LABELS, RosterKind
from schema.company import Company
from schema.context import Context, Info
from schema.ids import global_id
from schema.permissions import check
from schema.problems import Problem
from schema.roster import RosterDocument
from schema.scalars import Instant, Month, Rate
from services import roster
from services.roster import Board, ProjectFields, ProjectRow, ShareRow


@strawberry.type(description="劳务分包项目")
class RosterProject:
    row: strawberry.Private[ProjectRow]
    id: strawberry.ID
    company_name: str
    name: str
    contract_number: str
    contractor: str
    from_day: date
    to_day: date | None
    note: str
    ended: bool
    people: int = strawberry.field(description="在册人数")
    created_at: Instant

    @classmethod
    def from_row(cls, row: ProjectRow) -> Self:
        return cls(
            row=row,
            id=global_id("RosterProject", row.id),
            company_name=row.company_name,
            name=row.name,
            contract_number=row.contract_number,
            contractor=row.contractor,
            from_day=date.fromisoformat(row.from_day),
            to_day=date.fromisoformat(row.to_day) if row.to_day else None,
            note=row.note,
            ended=row.ended_at > 0,
            people=row.people,
            created_at=Instant(row.created_at),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await roster.project_by_id(context.me, row_id)
        return None if row is None else cls.from_row(row)


@strawberry.type(description="项目的详情")
class RosterProjectDetail:
    project: RosterProject

    @strawberry.field(description="项目的材料，新的在前")
    async def documents(self) -> list[RosterDocument]:
        return [RosterDocument.from_row(r) for r in await roster.documents(None, self.project.row.id)]

    @strawberry.field(description="发包的公司")
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.project.row.company_id)


@strawberry.input
class RosterProjectInput:
    name: str
    from_day: date
    to_day: date | None = None
    contract_number: str = ""
    contractor: str = ""
    note: str = ""

    def fields(self) -> ProjectFields:
        return ProjectFields(self.name, self.from_day, self.to_day, self.contract_number, self.contractor, self.note)


@strawberry.type
class RosterProjectPayload:
    project: RosterProject | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type
class RosterHeadcountPayload:
    company: Company | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="一类花名册的人数")
class RosterKindCount:
    kind: RosterKind
    label: str
    label_en: str
    active: int
    left: int


@strawberry.type(description="一类花名册中有某种问题的在册人数")
class RosterFindingCount:
    kind: RosterKind
    code: str
    label: str
    label_en: str
    severity: Severity
    entries: int


@strawberry.type(description="花名册看板")
class RosterBoard:
    kinds: list[RosterKindCount]
    findings: list[RosterFindingCount]

    @classmethod
    def from_row(cls, row: Board) -> Self:
        return cls(
            kinds=[
                RosterKindCount(
                    kind=k.kind,
                    label=KIND_LABELS[k.kind][0],
                    label_en=KIND_LABELS[k.kind][1],
                    active=k.active,
                    left=k.left,
                )
                for k in row.kinds
            ],
            findings=[
                RosterFindingCount(
                    kind=f.kind,
                    code=f.code,
                    label=FINDING_LABELS[f.code][0],
                    label_en=FINDING_LABELS[f.code][1],
                    severity=f.severity,
                    entries=f.entries,
                )
                for f in row.findings
            ],
        )


@strawberry.type(description="用工单位的派遣比例：被派遣人数 ÷（本单位人数 + 被派遣人数）；没有登记人数则不计算")
class DispatchShare:
    row: strawberry.Private[ShareRow]
    company_name: str
    dispatched: int
    employees: int | None = strawberry.field(description="本单位劳动合同人数；为空表示未登记")
    month: Month | None = strawberry.field(description="人数所属月份")
    share: Rate | None
    limit: Rate
    over: bool | None = strawberry.field(description="是否超过上限；人数未知时为空")
    room: int | None = strawberry.field(description="还可派遣的人数，负数为超出")
    arithmetic: str
    source: str

    @classmethod
    def from_row(cls, row: ShareRow) -> Self:
        return cls(
            row=row,
            company_name=row.company_name,
            dispatched=row.share.dispatched,
            employees=row.share.employees,
            month=row.month,  # type: ignore[arg-type]
            share=row.share.share_ppm,  # type: ignore[arg-type]
            limit=Rate(row.share.limit_ppm),
            over=row.share.over,
            room=row.share.room,
            arithmetic=row.share.arithmetic,
            source=row.source,
        )

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.id)
