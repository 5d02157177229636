"""Quotes."""

from __future__ import annotations

import strawberry

from schema.context import Info
from schema.order import Quote, QuoteInput, QuotePayload
from schema.permissions import requires
from schema.problems import problems_of, refusable
from services import order


@strawberry.type
class Query:
    @strawberry.field(permission_classes=requires("quote.read"), description="测算一个人一个月的费用")
    @refusable(QuotePayload)
    async def quote(self, info: Info, input: QuoteInput) -> QuotePayload:
        wanted = order.Wanted(input.city_code, input.category, input.month, input.base, input.choice())
        quoted = await order.quoted(info.context.ports, info.context.me, wanted)
        return QuotePayload(quote=Quote.from_row(quoted, input.month), problems=problems_of(quoted.problems))
