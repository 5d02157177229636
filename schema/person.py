"""Insured people, masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry

from schema.context import Context, Info
from schema.ids import global_id
from schema.node import Node
from schema.permissions import check
from schema.problems import Problem
from services.person import PersonRow, RevealField

if TYPE_CHECKING:
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


@strawberry.type
class RevealPayload:
    value: str | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
