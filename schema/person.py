"""Insured people, masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry

from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.permissions import check
from schema.problems import Problem
from schema.scalars import Instant
from services.person import ParticularsChange as ChangeRow
from services.person import PersonRow, RevealField

if TYPE_CHECKING:
    from schema.batch import Batch
    from schema.enrollment import Enrollment

strawberry.enum(RevealField, name="RevealField", description="可申请查看明文的字段")


@strawberry.federation.type(keys=["id"], description="参保人；证件号、手机号、卡号只显示首末位")
class Person(Node):
    permission: ClassVar[str] = "person.read"
    row: strawberry.Private[PersonRow]
    name: str
    id_kind: str
    id_number_masked: str
    phone_masked: str | None
    bank_card_masked: str | None
    birth: str | None
    sex: str | None

    @classmethod
    def from_row(cls, row: PersonRow) -> Person:
        return cls(
            id=global_id("Person", row.id),
            row=row,
            name=row.name,
            id_kind=row.id_kind,
            id_number_masked=row.id_number_masked,
            phone_masked=row.phone_masked,
            bank_card_masked=row.bank_card_masked,
            birth=row.birth,
            sex=row.sex,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.person.load(row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        return await cls.fetch(info.context, id)

    @strawberry.field(description="在您权限范围内的参保记录")
    async def enrollments(self, info: Info) -> list[Annotated[Enrollment, strawberry.lazy("schema.enrollment")]]:
        from schema.enrollment import Enrollment

        check(info.context, Enrollment.permission)
        return [Enrollment.from_row(r) for r in await info.context.loaders.enrollments_of_person.load(self.row.id)]

    @strawberry.field(description="历次信息变更，新的在前")
    async def particulars_history(
        self, info: Info
    ) -> list[Annotated[ParticularsChange, strawberry.lazy("schema.person")]]:
        rows = await info.context.loaders.particulars_history.load(self.row.id)
        return [ParticularsChange.from_row(r) for r in rows]


@strawberry.type(description="一项信息的变更；证件号、手机号、卡号只显示首末位")
class ParticularsChange:
    row: strawberry.Private[ChangeRow]
    field: str
    old: str | None
    new: str | None
    changed_by: str | None
    changed_at: Instant

    @classmethod
    def from_row(cls, row: ChangeRow) -> ParticularsChange:
        return cls(
            row=row,
            field=row.field,
            old=row.old,
            new=row.new,
            changed_by=row.changed_by,
            changed_at=Instant(row.changed_at),
        )

    @strawberry.field(description="由哪个批次变更；其他公司的批次不显示")
    async def batch(self, info: Info) -> Annotated[Batch, strawberry.lazy("schema.batch")] | None:
        from schema.batch import Batch

        check(info.context, Batch.permission)
        return await Batch.one(info.context, self.row.batch_id) if self.row.batch_id else None


@strawberry.type
class RevealPayload:
    value: str | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
