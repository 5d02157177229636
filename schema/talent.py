"""The talent pool."""

from __future__ import annotations

from datetime import date
from typing import Self

import strawberry

from domain import talent as rules
from domain.talent import (
    EDUCATION_LABELS,
    SOURCE_LABELS,
    STATE_LABELS,
    Education,
    Group,
    TalentFields,
    TalentSource,
    TalentState,
)
from schema.company import Company
from schema.context import Context, Info
from schema.file import StoredFile
from schema.ids import global_id, maybe_row_id
from schema.permissions import check
from schema.problems import Problem
from schema.scalars import Instant
from services import talent
from services.talent import Compared, Figure, Figures, Filter, TalentRow

strawberry.enum(TalentState, name="TalentState", description="待同意、在库或已删除")
strawberry.enum(TalentSource, name="TalentSource", description="人才来源")
strawberry.enum(Education, name="Education", description="学历，由低到高")


@strawberry.type(description="人才；未经本人同意的没有联系方式、备注和标签")
class Talent:
    row: strawberry.Private[TalentRow]
    id: strawberry.ID
    company_name: str
    name: str
    phone_masked: str | None
    city_code: str | None
    city_name: str | None
    source: TalentSource
    source_label: str
    post: str
    years: int
    education: Education | None
    education_label: str | None
    available_from: date | None
    state: TalentState
    state_label: str
    consent_day: date | None
    note: str
    tags: list[str]
    skills: list[str]
    created_at: Instant

    @classmethod
    def from_row(cls, row: TalentRow) -> Self:
        source, state = rules.TalentSource(row.source), rules.TalentState(row.state)
        education = rules.Education(row.education) if row.education else None
        return cls(
            row=row,
            id=global_id("Talent", row.id),
            company_name=row.company_name,
            name=row.name,
            phone_masked=row.phone_masked,
            city_code=row.city_code,
            city_name=row.city_name,
            source=source,
            source_label=SOURCE_LABELS[source][0],
            post=row.post,
            years=row.years,
            education=education,
            education_label=EDUCATION_LABELS[education][0] if education else None,
            available_from=date.fromisoformat(row.available_from) if row.available_from else None,
            state=state,
            state_label=STATE_LABELS[state][0],
            consent_day=date.fromisoformat(row.consent_day) if row.consent_day else None,
            note=row.note,
            tags=list(row.tags),
            skills=list(row.skills),
            created_at=Instant(row.created_at),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = (await talent.by_ids(context.ports, context.me, [row_id]))[0]
        return None if row is None else cls.from_row(row)

    @strawberry.field(description="所在公司的人才库")
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.company_id)

    @strawberry.field(description="同意书，限有权查看的人")
    async def consent_file(self, info: Info) -> StoredFile | None:
        file_id = self.row.consent_file_id
        return await StoredFile.one(info.context, file_id) if file_id else None


@strawberry.type(description="一个人与他人并列：基本情况和缴费历史（您权限范围内各公司的账单）")
class ComparedTalent:
    talent: Talent
    months_paid: int
    base_label: str = strawberry.field(description="平均养老基数所在区间")
    base_label_en: str
    gaps: int = strawberry.field(description="近 24 个月断缴的月数，首次缴费之前不计")
    gaps_label: str
    gaps_label_en: str

    @classmethod
    def from_row(cls, row: Compared) -> Self:
        return cls(
            talent=Talent.from_row(row.talent),
            months_paid=row.months_paid,
            base_label=row.base[1],
            base_label_en=row.base[2],
            gaps=row.gaps,
            gaps_label=row.gaps_label[1],
            gaps_label_en=row.gaps_label[2],
        )


@strawberry.type(description="分布图的一组")
class TalentGroup:
    key: str
    label: str
    label_en: str
    people: int
    merged: bool = strawberry.field(description="由少于 3 人的各组合并")

    @classmethod
    def from_row(cls, group: Group) -> Self:
        return cls(key=group.key, label=group.label, label_en=group.label_en, people=group.people, merged=group.merged)


@strawberry.type(description="一种分布；不足 3 人时不显示")
class TalentFigure:
    code: str
    title: str
    title_en: str
    groups: list[TalentGroup]

    @classmethod
    def from_row(cls, figure: Figure) -> Self:
        groups = [TalentGroup.from_row(g) for g in figure.groups]
        return cls(code=figure.code, title=figure.title, title_en=figure.title_en, groups=groups)


@strawberry.type(description="人才库的构成")
class TalentFigures:
    listed: int
    waiting: int
    erased: int
    figures: list[TalentFigure]

    @classmethod
    def from_row(cls, row: Figures) -> Self:
        shown = [TalentFigure.from_row(f) for f in row.figures]
        return cls(listed=row.listed, waiting=row.waiting, erased=row.erased, figures=shown)


@strawberry.input
class TalentInput:
    name: str = strawberry.field(default="", description="从花名册或离职人员邀请时可不填")
    phone: str = ""
    city_code: str | None = None
    post: str = ""
    years: int = 0
    education: Education | None = None
    available_from: date | None = None
    note: str = ""
    tags: list[str] = strawberry.field(default_factory=list)
    skills: list[str] = strawberry.field(default_factory=list)

    def fields(self) -> TalentFields:
        return TalentFields(
            self.name,
            self.phone,
            self.city_code,
            self.post,
            self.years,
            rules.Education(self.education) if self.education else None,
            self.available_from,
            self.note,
            tuple(self.tags),
            tuple(self.skills),
        )


@strawberry.input(description="人才的筛选条件；待同意的人员只有维护人才库的人查得到")
class TalentFilterInput:
    search: str = strawberry.field(default="", description="姓名、岗位或备注中的文字")
    company_id: strawberry.ID | None = None
    city_code: str | None = None
    all_tags: list[str] = strawberry.field(default_factory=list, description="全部具备")
    any_tags: list[str] = strawberry.field(default_factory=list, description="具备其一")
    available_by: date | None = None
    years: int | None = strawberry.field(default=None, description="至少多少年")
    education: Education | None = strawberry.field(default=None, description="不低于")
    state: TalentState = TalentState.LISTED

    def wanted(self) -> Filter:
        return Filter(
            self.search,
            maybe_row_id(self.company_id, "Company"),
            self.city_code,
            tuple(self.all_tags),
            tuple(self.any_tags),
            self.available_by,
            self.years,
            rules.Education(self.education) if self.education else None,
            rules.TalentState(self.state),
        )


@strawberry.type
class TalentPayload:
    talent: Talent | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type
class ComparisonPayload:
    people: list[ComparedTalent] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)
