"""Insured people."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.ids import row_id
from schema.paging import Connection, connection, window
from schema.permissions import requires
from schema.person import Person, RevealField, RevealPayload
from schema.problems import refusable
from services import person


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("person.read"), description="参保人，按姓名、完整证件号或手机号查找")
    async def people(
        self, info: Info, search: str = "", first: int = 50, after: str | None = None
    ) -> Connection[Person]:
        page = await person.find(info.context.ports, info.context.me, search, window(first, after))
        return connection(page, after, Person.from_row)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=requires("person.reveal"), description="查看明文，须写明原因并留痕")
    @refusable(RevealPayload)
    async def reveal_person(self, info: Info, id: strawberry.ID, field: RevealField, reason: str) -> RevealPayload:
        context = info.context
        value = await person.reveal(context.ports, context.me, row_id(id, "Person"), field, reason)
        return RevealPayload(value=value)
