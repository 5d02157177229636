"""Questionnaires: what staff do with links and answers, and the two fields that people use without an account."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.form import (
    PAGE,
    QUESTIONS,
    AnswerFormPayload,
    Form,
    FormAnswerInput,
    FormAnswers,
    FormLink,
    FormLinkPayload,
    FormLinksInput,
    FormLinksPayload,
    FormQuestion,
    LeavingStatistics,
    LinkState,
    OpenFormPayload,
    PublicForm,
    new_links,
)
from schema.ids import maybe_row_id, row_id
from schema.paging import Connection, connection, window
from schema.permissions import EVERYONE, requires
from schema.person import RevealPayload
from schema.problems import refusable
from schema.scalars import Month
from services import form as forms

_READ, _WRITE = requires("form.read"), requires("form.write")


async def _link(info: Info, link_id: int, path: str | None = None) -> FormLinkPayload:
    (row,) = await forms.by_ids(info.context.ports, info.context.me, [link_id])
    return FormLinkPayload(link=FormLink.from_row(row) if row else None, path=path)


@strawberry.type
class Query:
    @strawberry.field(permission_classes=_READ, description="问卷的问题")
    async def form_questions(self, info: Info, form: Form) -> list[FormQuestion]:
        return [FormQuestion.from_row(q) for q in QUESTIONS[form]]

    @strawberry.field(permission_classes=_READ, description="问卷链接，新的在前")
    async def form_links(
        self,
        info: Info,
        form: Form | None = None,
        state: LinkState | None = None,
        company_id: strawberry.ID | None = None,
        batch_id: strawberry.ID | None = None,
        search: str = "",
        first: int = 50,
        after: str | None = None,
    ) -> Connection[FormLink]:
        owner, source = maybe_row_id(company_id, "Company"), maybe_row_id(batch_id, "Batch")
        wanted = forms.Filter(form, state, owner, source, search)
        page = await forms.find(info.context.ports, info.context.me, wanted, window(first, after))
        return connection(page, after, FormLink.from_row)

    @strawberry.field(permission_classes=_READ, description="一份问卷的答案；尚未填写为空")
    async def form_answers(self, info: Info, link_id: strawberry.ID) -> FormAnswers | None:
        found = await forms.answers(info.context.ports, info.context.me, row_id(link_id, "FormLink"))
        return FormAnswers.from_row(found) if found else None

    @strawberry.field(permission_classes=_READ, description="离职原因统计，最多 36 个月；不足 3 人的分组合并")
    async def leaving_statistics(
        self, info: Info, from_month: Month, to_month: Month, company_id: strawberry.ID | None = None
    ) -> LeavingStatistics:
        ports, owner = info.context.ports, maybe_row_id(company_id, "Company")
        return LeavingStatistics.from_row(await forms.leaving(ports, info.context.me, from_month, to_month, owner))


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=_WRITE, description="生成问卷链接，14 天有效；链接只显示这一次")
    @refusable(FormLinksPayload)
    async def create_form_links(self, info: Info, input: FormLinksInput) -> FormLinksPayload:
        made = await forms.create(info.context.ports, info.context.me, input.opened(), input.idempotency_key)
        return await new_links(info, made)

    @strawberry.mutation(permission_classes=_WRITE, description="重新生成链接，原链接立即失效")
    @refusable(FormLinkPayload)
    async def resend_form_link(self, info: Info, id: strawberry.ID) -> FormLinkPayload:
        link = row_id(id, "FormLink")
        token = await forms.resend(info.context.ports, info.context.me, link)
        return await _link(info, link, f"{PAGE}{token}")

    @strawberry.mutation(permission_classes=_WRITE, description="取消问卷链接")
    @refusable(FormLinkPayload)
    async def cancel_form_link(self, info: Info, id: strawberry.ID, reason: str) -> FormLinkPayload:
        return await _link(
            info, await forms.cancel(info.context.ports, info.context.me, row_id(id, "FormLink"), reason)
        )

    @strawberry.mutation(permission_classes=requires("person.reveal"), description="查看一题的完整答案，留痕")
    @refusable(RevealPayload)
    async def reveal_form_answer(self, info: Info, link_id: strawberry.ID, question: str, reason: str) -> RevealPayload:
        ports, link = info.context.ports, row_id(link_id, "FormLink")
        return RevealPayload(value=await forms.reveal(ports, info.context.me, link, question, reason))

    @strawberry.mutation(permission_classes=EVERYONE, description="本人凭链接打开问卷，无需登录")
    @refusable(OpenFormPayload)
    async def open_form(self, info: Info, token: str) -> OpenFormPayload:
        found = await forms.open_form(info.context.ports, token, info.context.ip)
        return OpenFormPayload(form=PublicForm.from_row(found))

    @strawberry.mutation(permission_classes=EVERYONE, description="本人凭链接提交答案，只能提交一次，无需登录")
    @refusable(AnswerFormPayload)
    async def answer_form(self, info: Info, token: str, answers: list[FormAnswerInput]) -> AnswerFormPayload:
        given = {a.question: a.values for a in answers}
        await forms.answer(info.context.ports, token, given, info.context.ip)
        return AnswerFormPayload(done=True)
