"""Looking into an upload before it is checked, and correcting it afterwards."""

from __future__ import annotations

import strawberry

from domain.columns import FieldSpec
from schema.batch import Batch, BatchRow, ColumnMapping
from schema.problems import Problem, problems_of
from services.batch import BatchValues, ColumnView, Fix, Preview

strawberry.enum(Fix, name="RowFix", description="批量更正：去空白、全角转半角、规范日期、统一填写")


@strawberry.type(description="导入可用的字段")
class ImportField:
    name: str
    label: str
    label_en: str
    required: bool
    sensitive: bool

    @classmethod
    def from_row(cls, spec: FieldSpec) -> ImportField:
        return cls(
            name=spec.name,
            label=spec.label,
            label_en=spec.label_en,
            required=spec.required,
            sensitive=spec.sensitive,
        )


@strawberry.type(description="文件中的一个工作表；敏感内容已遮盖")
class ImportSheet:
    name: str
    rows: int
    hidden: bool
    header_row: int | None
    first_rows: list[list[str]]


@strawberry.type(description="一列将怎样理解，以及几个取值（敏感的已遮盖）")
class PreviewColumn:
    mapping: ColumnMapping
    samples: list[str]

    @classmethod
    def from_row(cls, view: ColumnView) -> PreviewColumn:
        found = view.mapping
        label = view.spec.label if view.spec else None
        mapping = ColumnMapping(
            header=found.header, field=found.field, field_label=label, score=found.score, source=found.source
        )
        return cls(mapping=mapping, samples=list(view.samples))


@strawberry.type(description="导入前的预览")
class SheetPreviewPayload:
    sheets: list[ImportSheet] = strawberry.field(default_factory=list)
    chosen_sheet: str | None = None
    columns: list[PreviewColumn] = strawberry.field(default_factory=list)
    missing: list[ImportField] = strawberry.field(default_factory=list, description="尚无对应列的必填字段")
    unmapped: list[str] = strawberry.field(default_factory=list, description="没有对应字段的表头")
    fields: list[ImportField] = strawberry.field(default_factory=list, description="可选的字段")
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, found: Preview) -> SheetPreviewPayload:
        return cls(
            sheets=[
                ImportSheet(
                    name=s.name,
                    rows=s.rows,
                    hidden=s.hidden,
                    header_row=s.header_row,
                    first_rows=[list(row) for row in s.first_rows],
                )
                for s in found.sheets
            ],
            chosen_sheet=found.chosen,
            columns=[PreviewColumn.from_row(c) for c in found.columns],
            missing=[ImportField.from_row(f) for f in found.missing],
            unmapped=[c.mapping.header for c in found.columns if c.mapping.header and not c.mapping.field],
            fields=[ImportField.from_row(f) for f in found.fields],
            problems=problems_of(found.problems),
        )


@strawberry.type(description="取值可能的含义")
class ValueGuess:
    meaning: str
    label: str
    score: float


@strawberry.type(description="系统不认识的取值")
class UnknownValue:
    field: str
    label: str
    label_en: str
    value: str
    rows: int
    guesses: list[ValueGuess]


@strawberry.type
class ValueChoice:
    meaning: str
    label: str


@strawberry.type(description="一个字段的可选含义")
class FieldChoices:
    field: str
    options: list[ValueChoice]


@strawberry.type
class BatchValuesPayload:
    values: list[UnknownValue] = strawberry.field(default_factory=list)
    choices: list[FieldChoices] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, found: BatchValues) -> BatchValuesPayload:
        return cls(
            values=[
                UnknownValue(
                    field=v.field,
                    label=v.label,
                    label_en=v.label_en,
                    value=v.value,
                    rows=v.rows,
                    guesses=[ValueGuess(meaning=g.meaning, label=g.label, score=g.score) for g in v.guesses],
                )
                for v in found.values
            ],
            choices=[
                FieldChoices(field=c.field, options=[ValueChoice(meaning=m, label=text) for m, text in c.choices])
                for c in found.choices
            ],
        )


@strawberry.input(description="某字段的某个取值是什么意思")
class ValueMeaning:
    field: str
    value: str
    meaning: str


@strawberry.input(description="更正的一格")
class CellCorrection:
    header: str
    value: str


@strawberry.type
class BatchRowPayload:
    row: BatchRow | None = None
    batch: Batch | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type
class ForgottenPayload:
    forgotten: int = 0
    problems: list[Problem] = strawberry.field(default_factory=list)
