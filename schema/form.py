"""Questionnaires, their links and answers."""

from __future__ import annotations

from typing import ClassVar

import strawberry

from domain.form import LABELS, STATE_LABELS, LinkState, choice_label
from domain.form_questions import QUESTIONS, SENSITIVE, YES_NO, Answer, Form, Question
from schema.company import Company
from schema.context import Info
from schema.ids import global_id, maybe_row_id, row_ids
from schema.permissions import check
from schema.person import Person
from schema.problems import Problem
from schema.scalars import Instant, Month
from services import form
from services.form import AnswersView, Breakdown, Difference, Leaving, LinkRow, Made, NewLinks, OpenForm, Rating, Share

strawberry.enum(Form, name="FormName", description="问卷：入职信息采集、离职问卷")
strawberry.enum(LinkState, name="FormLinkState", description="问卷链接的状态")
strawberry.enum(Answer, name="FormAnswerKind", description="答案的类型")

PAGE = "/admin/form#"
"""The page that opens a token. It stands behind a #, which browsers keep out of requests, logs and referrers."""


@strawberry.type(description="一个选项")
class FormChoice:
    value: str
    label: str
    label_en: str


@strawberry.type(description="一个问题；asked_if 为前面某题答了某值才问")
class FormQuestion:
    name: str
    label: str
    label_en: str
    answer: Answer
    required: bool
    sensitive: bool
    choices: list[FormChoice]
    asked_if_question: str | None
    asked_if_value: str | None
    among: str | None = strawberry.field(description="答案须在该题所选之中")
    longest: int
    note: str
    note_en: str

    @classmethod
    def from_row(cls, row: Question) -> FormQuestion:
        options = YES_NO if row.answer is Answer.YES_NO else row.choices
        return cls(
            name=row.name,
            label=row.label,
            label_en=row.label_en,
            answer=row.answer,
            required=row.required,
            sensitive=row.answer in SENSITIVE,
            choices=[FormChoice(value=v, label=zh, label_en=en) for v, zh, en in options],
            asked_if_question=row.asked_if[0] if row.asked_if else None,
            asked_if_value=row.asked_if[1] if row.asked_if else None,
            among=row.among,
            longest=row.longest,
            note=row.note,
            note_en=row.note_en,
        )


@strawberry.type
class FormPrefill:
    question: str
    value_masked: str


@strawberry.type(description="本人打开的问卷：只有公司名称和遮蔽后的已知信息")
class PublicForm:
    form: Form
    title: str
    title_en: str
    company_name: str
    prefill: list[FormPrefill]
    questions: list[FormQuestion]
    expires_at: Instant

    @classmethod
    def from_row(cls, row: OpenForm) -> PublicForm:
        return cls(
            form=row.form,
            title=LABELS[row.form][0],
            title_en=LABELS[row.form][1],
            company_name=row.company,
            prefill=[FormPrefill(question=name, value_masked=value) for name, value in row.prefill],
            questions=[FormQuestion.from_row(q) for q in QUESTIONS[row.form]],
            expires_at=Instant(row.expires_at),
        )


@strawberry.type
class OpenFormPayload:
    form: PublicForm | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.input(description="一题的答案；多选题有多个值")
class FormAnswerInput:
    question: str
    values: list[str]


@strawberry.type
class AnswerFormPayload:
    done: bool = False
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="一题的答案，敏感的已遮蔽")
class FormAnswerEntry:
    question: str
    label: str
    label_en: str
    sensitive: bool
    values: list[str]
    texts: list[str]
    texts_en: list[str]

    @classmethod
    def from_row(cls, question: Question, values: tuple[str, ...]) -> FormAnswerEntry:
        words = [choice_label(question, v) for v in values]
        return cls(
            question=question.name,
            label=question.label,
            label_en=question.label_en,
            sensitive=question.answer in SENSITIVE,
            values=list(values),
            texts=[zh for zh, _ in words],
            texts_en=[en for _, en in words],
        )


@strawberry.type(description="与在册信息不一致之处，均已遮蔽；on_file 为空表示尚未登记")
class FormDifference:
    question: str
    label: str
    on_file: str
    answered: str

    @classmethod
    def from_row(cls, row: Difference) -> FormDifference:
        return cls(question=row.question.name, label=row.question.label, on_file=row.on_file, answered=row.answered)


@strawberry.type(description="一份问卷的答案")
class FormAnswers:
    month: Month
    created_at: Instant
    entries: list[FormAnswerEntry]
    differences: list[FormDifference]

    @classmethod
    def from_row(cls, row: AnswersView) -> FormAnswers:
        return cls(
            month=Month(row.month),
            created_at=Instant(row.created_at),
            entries=[FormAnswerEntry.from_row(q, values) for q, values in row.entries],
            differences=[FormDifference.from_row(d) for d in row.differences],
        )


@strawberry.type(description="发给一个人的问卷链接")
class FormLink:
    permission: ClassVar[str] = "form.read"
    id: strawberry.ID
    row: strawberry.Private[LinkRow]
    form: Form
    form_label: str
    form_label_en: str
    name: str
    state: LinkState
    state_label: str
    state_label_en: str
    expires_at: Instant
    opened_at: Instant | None
    answered_at: Instant | None
    created_by: str
    created_at: Instant

    @classmethod
    def from_row(cls, row: LinkRow) -> FormLink:
        form, state = Form(row.form), LinkState(row.state)
        return cls(
            id=global_id("FormLink", row.id),
            row=row,
            form=form,
            form_label=LABELS[form][0],
            form_label_en=LABELS[form][1],
            name=row.name,
            state=state,
            state_label=STATE_LABELS[state][0],
            state_label_en=STATE_LABELS[state][1],
            expires_at=Instant(row.expires_at),
            opened_at=Instant(row.opened_at) if row.opened_at else None,
            answered_at=Instant(row.answered_at) if row.answered_at else None,
            created_by=row.created_by,
            created_at=Instant(row.created_at),
        )

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.company_id)

    @strawberry.field
    async def person(self, info: Info) -> Person | None:
        check(info.context, Person.permission)
        return await Person.one(info.context, self.row.person_id) if self.row.person_id else None


@strawberry.type(description="新链接；path 只在这一次给出，由工作人员复制给本人")
class NewFormLink:
    link: FormLink
    path: str | None


@strawberry.input(description="按姓名和手机号发送")
class FormPersonInput:
    name: str
    phone: str


@strawberry.input(description="问卷发给谁：批次（可选其中几行）、参保记录，或公司加姓名手机号，三选一")
class FormLinksInput:
    form: Form
    batch_id: strawberry.ID | None = None
    row_ids: list[strawberry.ID] = strawberry.field(default_factory=list)
    enrollment_ids: list[strawberry.ID] = strawberry.field(default_factory=list)
    company_id: strawberry.ID | None = None
    people: list[FormPersonInput] = strawberry.field(default_factory=list)
    idempotency_key: str

    def opened(self) -> NewLinks:
        """The request with its ids opened."""
        return NewLinks(
            form=self.form,
            batch_id=maybe_row_id(self.batch_id, "Batch"),
            row_ids=tuple(row_ids(self.row_ids, "BatchRow")),
            enrollment_ids=tuple(row_ids(self.enrollment_ids, "Enrollment")),
            company_id=maybe_row_id(self.company_id, "Company"),
            people=tuple((p.name, p.phone) for p in self.people),
        )


@strawberry.type
class FormLinksPayload:
    links: list[NewFormLink] = strawberry.field(default_factory=list)
    skipped: int = strawberry.field(default=0, description="已有未过期链接而跳过的人数")
    problems: list[Problem] = strawberry.field(default_factory=list)


async def new_links(info: Info, made: Made) -> FormLinksPayload:
    """The links that were made, with their addresses where they are told."""
    rows = await form.by_ids(info.context.ports, info.context.me, made.ids)
    links = [
        NewFormLink(link=FormLink.from_row(r), path=f"{PAGE}{made.tokens[r.id]}" if r.id in made.tokens else None)
        for r in rows
        if r is not None
    ]
    return FormLinksPayload(links=links, skipped=made.skipped)


@strawberry.type
class FormLinkPayload:
    link: FormLink | None = None
    path: str | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="主要原因的人数；key 为空是不足 3 人合并的部分")
class LeavingShare:
    key: str
    label: str
    label_en: str
    people: int

    @classmethod
    def from_row(cls, row: Share) -> LeavingShare:
        return cls(key=row.key, label=row.label, label_en=row.label_en, people=row.people)


@strawberry.type(description="按月、公司或离职方式的一组")
class LeavingBreakdown:
    key: str
    label: str
    label_en: str
    people: int
    reasons: list[LeavingShare]

    @classmethod
    def from_row(cls, row: Breakdown) -> LeavingBreakdown:
        reasons = [LeavingShare.from_row(s) for s in row.reasons]
        return cls(key=row.key, label=row.label, label_en=row.label_en, people=row.people, reasons=reasons)


@strawberry.type(description="一个方面的平均满意度，1 至 5 分")
class LeavingRating:
    topic: str
    label: str
    label_en: str
    mean: float
    answers: int

    @classmethod
    def from_row(cls, row: Rating) -> LeavingRating:
        return cls(topic=row.topic, label=row.label, label_en=row.label_en, mean=row.mean / 100, answers=row.answers)


@strawberry.type(description="离职问卷的统计；不足 3 人的分组合并")
class LeavingStatistics:
    answers: int
    reasons: list[LeavingShare]
    by_month: list[LeavingBreakdown]
    by_company: list[LeavingBreakdown]
    by_kind: list[LeavingBreakdown]
    ratings: list[LeavingRating]

    @classmethod
    def from_row(cls, row: Leaving) -> LeavingStatistics:
        return cls(
            answers=row.answers,
            reasons=[LeavingShare.from_row(s) for s in row.reasons],
            by_month=[LeavingBreakdown.from_row(b) for b in row.by_month],
            by_company=[LeavingBreakdown.from_row(b) for b in row.by_company],
            by_kind=[LeavingBreakdown.from_row(b) for b in row.by_kind],
            ratings=[LeavingRating.from_row(r) for r in row.ratings],
        )
