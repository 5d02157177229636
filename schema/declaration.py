"""Declarations to the channels, and what their result workbooks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import strawberry

from domain.declaration import CHANNEL_LABELS, VERDICT_LABELS, Channel, Verdict
from domain.declaration.reading import RESULT_FIELDS
from schema.batch import Batch
from schema.context import Info
from schema.file import StoredFile
from schema.ids import global_id, row_id
from schema.policy import City
from schema.problems import Problem, problems_of
from schema.scalars import Instant
from services.batch import ChannelAnswer, RowAnswer
from services.declaration import DeclarationRow, Imported, Reading, ResultImport

strawberry.enum(Channel, name="Channel", description="申报渠道：人社、医保、税务、公积金")
strawberry.enum(Verdict, name="Verdict", description="渠道的答复：成功、失败、补正")


@strawberry.type(description="申报表中缺少的内容及人数")
class MissingColumn:
    header: str
    people: int


@strawberry.type(description="一个批次向一个渠道、一个城市的申报")
class Declaration:
    id: strawberry.ID
    row: strawberry.Private[DeclarationRow]
    channel: Channel
    channel_label: str
    channel_label_en: str
    round: int
    layout: str
    handed_in: bool
    row_count: int
    number: str | None = strawberry.field(description="渠道回执号")
    handed_on: str | None = strawberry.field(description="递交日期")
    created_at: Instant
    missing: list[MissingColumn]

    @classmethod
    def from_row(cls, row: DeclarationRow) -> Declaration:
        label, label_en = CHANNEL_LABELS[Channel(row.channel)]
        return cls(
            id=global_id("Declaration", row.id),
            row=row,
            channel=Channel(row.channel),
            channel_label=label,
            channel_label_en=label_en,
            round=row.round,
            layout=row.layout,
            handed_in=row.handed_at > 0,
            row_count=row.row_count,
            number=row.number,
            handed_on=_day(row.handed_at) if row.handed_at else None,
            created_at=Instant(row.created_at),
            missing=[MissingColumn(header=header, people=people) for header, people in row.missing],
        )

    @strawberry.field
    async def city(self, info: Info) -> City | None:
        row = await info.context.loaders.city.load(self.row.city_code)
        return None if row is None else City.from_row(row)

    @strawberry.field(description="申报表")
    async def file(self, info: Info) -> StoredFile | None:
        return await StoredFile.one(info.context, self.row.file_id) if self.row.file_id else None


def _day(ms: int) -> str:
    return (datetime.fromtimestamp(ms / 1000, UTC) + timedelta(hours=8)).date().isoformat()


@strawberry.type
class DeclarationPayload:
    declaration: Declaration | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.input(description="一行的答复；失败和补正须写原因")
class RowAnswerInput:
    row_no: int
    verdict: Verdict
    reason: str = ""


@strawberry.input
class ChannelResultInput:
    channel: Channel
    idempotency_key: str
    answers: list[RowAnswerInput] = strawberry.field(default_factory=list)
    accept_rest: bool = strawberry.field(default=False, description="其余等待该渠道结果的行全部成功")

    def to_row(self) -> ChannelAnswer:
        """As the service takes it."""
        answers = tuple(RowAnswer(a.row_no, a.verdict, a.reason) for a in self.answers)
        return ChannelAnswer(self.channel, answers, self.accept_rest)


@strawberry.type(description="结果表的一列，附几个样例（人员信息只显示首末位）")
class ResultColumn:
    header: str
    samples: list[str]
    field: str | None
    field_label: str | None


@strawberry.type(description="结果列中的一个词；含义为空时须由人选择")
class ResultWord:
    word: str
    verdict: Verdict | None
    label: str | None


@strawberry.type(description="对结果表的识别")
class ResultReading:
    columns: list[ResultColumn]
    words: list[ResultWord]
    remembered: bool
    rows: int

    @classmethod
    def from_row(cls, row: Reading) -> ResultReading:
        fields = {header: name for name, header in row.columns}
        return cls(
            columns=[
                ResultColumn(
                    header=header,
                    samples=list(samples),
                    field=fields.get(header),
                    field_label=RESULT_FIELDS[fields[header]][0] if header in fields else None,
                )
                for header, samples in zip(row.headers, row.samples, strict=True)
            ],
            words=[
                ResultWord(word=word, verdict=verdict, label=VERDICT_LABELS[verdict][0] if verdict else None)
                for word, verdict in row.words
            ],
            remembered=row.remembered,
            rows=row.rows,
        )


@strawberry.type
class ResultReadingPayload:
    reading: ResultReading | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.input(description="哪一列是什么：id_number、account、name、result、reason")
class ResultColumnInput:
    field: str
    header: str


@strawberry.input
class ResultWordInput:
    word: str
    verdict: Verdict


@strawberry.input
class ImportResultInput:
    file_id: strawberry.ID
    batch_id: strawberry.ID
    channel: Channel
    idempotency_key: str
    columns: list[ResultColumnInput] = strawberry.field(default_factory=list)
    words: list[ResultWordInput] = strawberry.field(default_factory=list)
    skip_unmatched: bool = strawberry.field(default=False, description="跳过不能登记的行，其余照常登记")

    def to_row(self) -> ResultImport:
        """As the service takes it."""
        return ResultImport(
            row_id(self.file_id, "StoredFile"),
            row_id(self.batch_id, "Batch"),
            self.channel,
            tuple((c.field, c.header) for c in self.columns),
            tuple((w.word, w.verdict) for w in self.words),
            self.skip_unmatched,
        )


@strawberry.type(description="登记了多少行；skipped 为跳过的行及原因，unanswered 为结果为空的行数")
class ImportResultPayload:
    batch: Batch | None = None
    accepted: int = 0
    failed: int = 0
    correction: int = 0
    unanswered: int = 0
    skipped: list[Problem] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, row: Imported, batch: Batch | None) -> ImportResultPayload:
        return cls(
            batch=batch,
            accepted=row.accepted,
            failed=row.failed,
            correction=row.correction,
            unanswered=row.unanswered,
            skipped=problems_of(row.skipped),
        )
