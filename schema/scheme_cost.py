"""What schemes cost and would cost, and who is on them."""

from __future__ import annotations

import strawberry

from domain.contribution import Line
from domain.enrollment import EnrollmentState
from domain.explanation import explain
from domain.policy import Category
from domain.quote import Quote
from schema.company import Company
from schema.context import Info
from schema.enrollment import Enrollment
from schema.ids import global_id, maybe_row_id
from schema.order import OmittedKind
from schema.permissions import check
from schema.person import Person
from schema.policy import Confidence, InsuranceKind, InsuredCategory
from schema.problems import Problem, problems_of
from schema.scalars import Month, Rate, Yuan
from schema.scheme import SchemeTermsInput, SchemeVersion
from services import scheme as services


@strawberry.type(description="一个险种一个月的费用和它的来历")
class SchemeCostLine:
    kind: InsuranceKind
    declared_base: Yuan = strawberry.field(description="按基数规则取得、未受上下限约束的基数")
    base: Yuan
    employer_rate: Rate
    employee_rate: Rate
    employer: Yuan
    employee: Yuan
    policy_id: strawberry.ID
    confidence: Confidence
    explain: str
    notices: list[Problem]

    @classmethod
    def from_row(cls, line: Line, month: int) -> SchemeCostLine:
        return cls(
            kind=line.kind,
            declared_base=Yuan(line.declared_base_fen),
            base=Yuan(line.base_fen),
            employer_rate=Rate(line.employer_rate_ppm),
            employee_rate=Rate(line.employee_rate_ppm),
            employer=Yuan(line.employer_fen),
            employee=Yuan(line.employee_fen),
            policy_id=global_id("Policy", line.policy.id),
            confidence=line.policy.confidence,
            explain=explain(line, month).text,
            notices=problems_of(line.notices),
        )


@strawberry.type(description="一个基数一个月的费用；不能计算的险种列明原因")
class SchemeCost:
    base: Yuan
    lines: list[SchemeCostLine]
    omitted: list[OmittedKind]
    employer_total: Yuan
    employee_total: Yuan
    service_fee: Yuan
    total: Yuan = strawberry.field(description="单位、个人与服务费合计")
    problems: list[Problem]

    @classmethod
    def from_quote(cls, base_fen: int, quote: Quote, fee_fen: int, month: int) -> SchemeCost:
        return cls(
            base=Yuan(base_fen),
            lines=[SchemeCostLine.from_row(line, month) for line in quote.lines],
            omitted=[
                OmittedKind(kind=k, reason=p.message, reason_en=p.message_en, remedy=p.remedy) for k, p in quote.omitted
            ],
            employer_total=Yuan(quote.employer_fen),
            employee_total=Yuan(quote.employee_fen),
            service_fee=Yuan(fee_fen),
            total=Yuan(quote.total_fen + fee_fen),
            problems=problems_of(quote.problems),
        )


@strawberry.input(description="试算什么：写出的内容，否则方案的某个版本，否则当月生效的版本")
class SchemeTrialInput:
    month: Month
    bases: list[Yuan]
    scheme_id: strawberry.ID | None = None
    version_id: strawberry.ID | None = None
    terms: SchemeTermsInput | None = None
    city_code: str | None = None
    category: InsuredCategory = InsuredCategory.EMPLOYEE
    company_id: strawberry.ID | None = None
    injury_class: int | None = None

    def trial(self) -> services.Trial:
        """What the service calls a trial."""
        return services.Trial(
            month=self.month,
            bases=tuple(self.bases),
            scheme_id=maybe_row_id(self.scheme_id, "Scheme"),
            version_id=maybe_row_id(self.version_id, "SchemeVersion"),
            terms=None if self.terms is None else self.terms.terms(),
            city_code=self.city_code,
            category=Category(self.category),
            company_id=maybe_row_id(self.company_id, "Company"),
            injury_class=self.injury_class,
        )


@strawberry.type
class SchemeCostPayload:
    costs: list[SchemeCost] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="一个城市的费用")
class CityCost:
    city_code: str
    city: str
    cost: SchemeCost


@strawberry.type
class CityCostPayload:
    cities: list[CityCost] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_rows(cls, rows: list[services.CityCost], base_fen: int, month: int) -> CityCostPayload:
        return cls(
            cities=[
                CityCost(
                    city_code=row.city_code, city=row.name, cost=SchemeCost.from_quote(base_fen, row.quote, 0, month)
                )
                for row in rows
            ]
        )


@strawberry.type(description="人数与金额")
class RosterSide:
    people: int
    employer: Yuan
    employee: Yuan

    @classmethod
    def from_row(cls, row: services.Side) -> RosterSide:
        return cls(people=row.people, employer=Yuan(row.employer_fen), employee=Yuan(row.employee_fen))


@strawberry.type(description="一个险种现在与改后的合计，delta 为改后减现在")
class RosterKind:
    kind: InsuranceKind
    before: RosterSide
    after: RosterSide
    delta: RosterSide

    @classmethod
    def from_row(cls, row: services.RosterKind) -> RosterKind:
        before, after, delta = map(RosterSide.from_row, (row.before, row.after, row.after - row.before))
        return cls(kind=row.kind, before=before, after=after, delta=delta)


@strawberry.type(description="全员改用一个方案版本的费用变化；合计中的人数为人次（一人一险种一次）")
class RosterCost:
    people: int
    kinds: list[RosterKind]
    before: RosterSide
    after: RosterSide
    delta: RosterSide
    fee_before: Yuan
    fee_after: Yuan
    fee_delta: Yuan
    missing_before: list[Problem] = strawberry.field(description="现在不能计算的，及人次")
    missing_after: list[Problem] = strawberry.field(description="改后不能计算的，及人次")

    @classmethod
    def from_row(cls, row: services.RosterCost) -> RosterCost:
        return cls(
            people=row.people,
            kinds=[RosterKind.from_row(each) for each in row.kinds],
            before=RosterSide.from_row(row.before),
            after=RosterSide.from_row(row.after),
            delta=RosterSide.from_row(row.after - row.before),
            fee_before=Yuan(row.fee_before_fen),
            fee_after=Yuan(row.fee_after_fen),
            fee_delta=Yuan(row.fee_after_fen - row.fee_before_fen),
            missing_before=problems_of(row.missing_before),
            missing_after=problems_of(row.missing_after),
        )


@strawberry.type
class RosterCostPayload:
    cost: RosterCost | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)


@strawberry.type(description="方案上的一个人")
class SchemePerson:
    row: strawberry.Private[services.OnScheme]
    start_month: Month
    last_month: Month | None
    state: EnrollmentState
    declared_base: Yuan
    service_fee: Yuan
    version: SchemeVersion = strawberry.field(description="按哪个版本办理")

    @classmethod
    def from_row(cls, row: services.OnScheme) -> SchemePerson:
        return cls(
            row=row,
            start_month=Month(row.start_month),
            last_month=None if row.last_month is None else Month(row.last_month),
            state=EnrollmentState(row.state),
            declared_base=Yuan(row.declared_base_fen),
            service_fee=Yuan(row.service_fee_fen),
            version=SchemeVersion.from_row(row.version),
        )

    @strawberry.field
    async def person(self, info: Info) -> Person | None:
        check(info.context, Person.permission)
        return await Person.one(info.context, self.row.person_id)

    @strawberry.field
    async def company(self, info: Info) -> Company | None:
        check(info.context, Company.permission)
        return await Company.one(info.context, self.row.company_id)

    @strawberry.field
    async def enrollment(self, info: Info) -> Enrollment | None:
        check(info.context, Enrollment.permission)
        return await Enrollment.one(info.context, self.row.id)


@strawberry.type(description="一个月里方案上的人数与账单金额")
class SchemeMonth:
    month: Month
    people: int
    employer: Yuan
    employee: Yuan
    fee: Yuan
    closed: bool = strawberry.field(description="该月账单均已关账，金额不再变动")

    @classmethod
    def from_row(cls, row: services.MonthCost) -> SchemeMonth:
        return cls(
            month=Month(row.month),
            people=row.people,
            employer=Yuan(row.employer_fen),
            employee=Yuan(row.employee_fen),
            fee=Yuan(row.fee_fen),
            closed=row.closed,
        )


@strawberry.type
class SchemeExecutionPayload:
    months: list[SchemeMonth] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)
