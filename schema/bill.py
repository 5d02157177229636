"""Bills, their lines, and why each line is what it is."""

from __future__ import annotations

from typing import ClassVar, Self

import strawberry

from domain import bill as rules
from domain.bill import BillAct, BillState, LineType
from domain.policy import Kind
from schema.audit import AuditEntry
from schema.company import Company
from schema.context import Context, Info
from schema.ids import global_id, place
from schema.node import Node
from schema.paging import Connection, connection, window
from schema.permissions import check
from schema.person import Person
from schema.policy import City, Confidence, InsuranceKind, Policy
from schema.problems import Problem, problems_of
from schema.scalars import Instant, Month, Yuan
from services import audit, bill
from services.bill import BillView, Explained, KindSum, LineView

strawberry.enum(BillState, name="BillState", description="账单状态")
strawberry.enum(BillAct, name="BillAct", description="可对账单做的事")
strawberry.enum(LineType, name="LineType", description="明细类型")

_PERMISSION = {
    rules.BillAct.REDRAFT: "bill.draft",
    rules.BillAct.CONFIRM: "bill.confirm",
    rules.BillAct.CLOSE: "bill.close",
    rules.BillAct.WORKBOOK: "bill.read",
}


@strawberry.type(description="按险种合计")
class KindTotal:
    kind: InsuranceKind | None
    line_type: LineType
    employer: Yuan
    employee: Yuan
    total: Yuan
    people: int

    @classmethod
    def from_row(cls, row: KindSum) -> KindTotal:
        return cls(
            kind=Kind(row.kind) if row.kind else None,
            line_type=rules.LineType(row.line_type),
            employer=Yuan(row.employer_fen),
            employee=Yuan(row.employee_fen),
            total=Yuan(row.employer_fen + row.employee_fen),
            people=row.people,
        )


@strawberry.type(description="计算的一步")
class ExplanationStep:
    label: str
    label_en: str
    formula: str
    result: str


@strawberry.type(description="一个金额的来历")
class Explanation:
    text: str
    steps: list[ExplanationStep]
    source: str
    confidence: Confidence | None
    policy: Policy | None

    @classmethod
    def from_row(cls, row: Explained) -> Explanation:
        policy = row.policy
        return cls(
            text=row.explanation.text,
            steps=[
                ExplanationStep(label=s.label, label_en=s.label_en, formula=s.formula, result=s.result)
                for s in row.explanation.steps
            ],
            source=policy.source if policy else "",
            confidence=policy.confidence if policy else None,
            policy=Policy.from_row(policy) if policy else None,
        )


@strawberry.type(description="账单明细")
class BillLine(Node):
    permission: ClassVar[str] = "bill.read"
    row: strawberry.Private[LineView]
    kind: InsuranceKind | None
    line_type: LineType
    belongs_month: Month
    declared_base: Yuan
    base: Yuan
    employer: Yuan
    employee: Yuan
    amount: Yuan

    @classmethod
    def from_row(cls, row: LineView) -> BillLine:
        return cls(
            id=global_id("BillLine", row.id),
            row=row,
            kind=Kind(row.kind) if row.kind else None,
            line_type=rules.LineType(row.line_type),
            belongs_month=Month(row.belongs_month),
            declared_base=Yuan(row.declared_base_fen),
            base=Yuan(row.base_fen),
            employer=Yuan(row.employer_fen),
            employee=Yuan(row.employee_fen),
            amount=Yuan(row.employer_fen + row.employee_fen),
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await bill.line(context.me, row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @strawberry.field
    async def person(self, info: Info) -> Person | None:
        check(info.context, Person.permission)
        return await Person.one(info.context, self.row.person_id)

    @strawberry.field
    async def city(self, info: Info) -> City | None:
        row = await info.context.loaders.city.load(self.row.city_code)
        return None if row is None else City.from_row(row)

    @strawberry.field(description="为什么是这个数")
    async def explanation(self, info: Info) -> Explanation:
        return Explanation.from_row(await info.context.loaders.explained.load(self.row))


@strawberry.federation.type(keys=["id"], description="一家公司一个月的账单")
class Bill(Node):
    permission: ClassVar[str] = "bill.read"
    row: strawberry.Private[BillView]
    month: Month
    state: BillState
    people: int
    line_count: int
    employer_total: Yuan
    employee_total: Yuan
    fee_total: Yuan
    total: Yuan
    created_at: Instant
    drafted_at: Instant
    confirmed_at: Instant | None
    closed_at: Instant | None
    problems: list[Problem]
    computing: bool = strawberry.field(description="正在计算；此时金额为零，不能确认或关账")
    parts_done: int = strawberry.field(description="已算完的城市部分")
    parts_total: int

    @classmethod
    def from_row(cls, row: BillView) -> Bill:
        return cls(
            id=global_id("Bill", row.id),
            row=row,
            month=Month(row.month),
            state=rules.BillState(row.state),
            people=row.people,
            line_count=row.line_count,
            employer_total=Yuan(row.employer_fen),
            employee_total=Yuan(row.employee_fen),
            fee_total=Yuan(row.fee_fen),
            total=Yuan(row.employer_fen + row.employee_fen + row.fee_fen),
            created_at=Instant(row.created_at),
            drafted_at=Instant(row.drafted_at),
            confirmed_at=Instant(row.confirmed_at) if row.confirmed_at else None,
            closed_at=Instant(row.closed_at) if row.closed_at else None,
            problems=problems_of(row.problems),
            computing=row.computing,
            parts_done=row.parts_done,
            parts_total=row.parts_total,
        )

    @classmethod
    async def one(cls, context: Context, row_id: int) -> Self | None:
        row = await context.loaders.bill.load(row_id)
        return None if row is None else cls.from_row(row)  # type: ignore[return-value]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        return await cls.fetch(info.context, id)

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        return await Company.one(info.context, self.row.company_id)

    @strawberry.field(description="按险种合计")
    async def by_kind(self, info: Info) -> list[KindTotal]:
        return [KindTotal.from_row(r) for r in await info.context.loaders.bill_sums.load(self.row.id)]

    @strawberry.field(description="明细；可按姓名、证件号或手机号查找，按险种筛选")
    async def lines(
        self,
        info: Info,
        search: str = "",
        kind: InsuranceKind | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[BillLine]:
        size = window(first, None).first
        page = await bill.lines(info.context.ports, self.row, search, kind, size, place(after))
        return connection(page, after, BillLine.from_row)

    @strawberry.field(description="您现在可以做的事")
    def available_acts(self, info: Info) -> list[BillAct]:
        acts = rules.allowed_acts(rules.BillState(self.row.state), self.row.computing)
        return [a for a in acts if info.context.me.may(_PERMISSION[a])]

    @strawberry.field(description="经过")
    async def timeline(self) -> list[AuditEntry]:
        return [AuditEntry.from_row(r) for r in await audit.of_subject("bill", self.row.id)]


@strawberry.type(description="账单计算到哪里了")
class BillProgress:
    bill_id: strawberry.ID
    state: BillState
    computing: bool
    parts_done: int
    parts_total: int
    people: int
    line_count: int
    total: Yuan
    problems: list[Problem]

    @classmethod
    def from_row(cls, row: BillView) -> BillProgress:
        return cls(
            bill_id=global_id("Bill", row.id),
            state=rules.BillState(row.state),
            computing=row.computing,
            parts_done=row.parts_done,
            parts_total=row.parts_total,
            people=row.people,
            line_count=row.line_count,
            total=Yuan(row.employer_fen + row.employee_fen + row.fee_fen),
            problems=problems_of(row.problems),
        )


@strawberry.type
class BillPayload:
    bill: Bill | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type
class DraftMonthPayload:
    bills: list[Bill] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)
