"""Suppliers."""

from __future__ import annotations

from datetime import date

import strawberry

from domain import supplier as rules
from domain.supplier import Criterion, SupplierDetails, SupplierService, SupplierState
from schema.audit import AuditEntry
from schema.context import Info
from schema.contract import Contact, Contract
from schema.file import StoredFile
from schema.ids import global_id
from schema.policy import City
from schema.problems import Problem, problems_of
from schema.scalars import Instant, Month, Yuan
from services import supplier
from services.contract import Saved
from services.supplier import DocumentRow, Expiring, PriceRow, ScoreRow, SupplierRow

strawberry.enum(SupplierState, name="SupplierState", description="供应商状态")
strawberry.enum(SupplierService, name="SupplierService", description="供应商的服务")

CONTRACT, CONTACT = "SupplierContract", "SupplierContact"


@strawberry.type(description="某城市某项服务自某月起的单价，每人每月")
class SupplierPrice:
    row: strawberry.Private[PriceRow]
    id: strawberry.ID
    city_code: str
    service: SupplierService
    from_month: Month
    price: Yuan
    in_force: bool = strawberry.field(description="是否为本月执行的单价")

    @classmethod
    def from_row(cls, row: PriceRow) -> SupplierPrice:
        return cls(
            row=row,
            id=global_id("SupplierPrice", row.id),
            city_code=row.city_code,
            service=row.service,
            from_month=Month(row.from_month),
            price=Yuan(row.fen),
            in_force=row.in_force,
        )

    @strawberry.field
    async def city(self, info: Info) -> City | None:
        row = await info.context.loaders.city.load(self.row.city_code)
        return None if row is None else City.from_row(row)


@strawberry.type(description="一项评分标准及其权重（百分数）")
class SupplierCriterion:
    key: str
    name: str
    name_en: str
    weight: int
    note: str

    @classmethod
    def from_row(cls, row: Criterion) -> SupplierCriterion:
        return cls(key=row.key, name=row.name, name_en=row.name_en, weight=row.weight, note=row.note)


@strawberry.type(description="一项评分")
class SupplierPoints:
    key: str
    points: int


@strawberry.type(description="一个期间的评价")
class SupplierScore:
    id: strawberry.ID
    period: str
    points: list[SupplierPoints]
    total: str = strawberry.field(description='加权总分，两位小数的文本，如 "92.50"')
    comment: str
    scored_by: str
    created_at: Instant

    @classmethod
    def from_row(cls, row: ScoreRow) -> SupplierScore:
        return cls(
            id=global_id("SupplierScore", row.id),
            period=row.period,
            points=[SupplierPoints(key=k, points=p) for k, p in row.points.items()],
            total=rules.hundredths(row.total),
            comment=row.comment,
            scored_by=row.scored_by,
            created_at=Instant(row.created_at),
        )


@strawberry.type(description="供应商的证照")
class SupplierDocument:
    row: strawberry.Private[DocumentRow]
    id: strawberry.ID
    kind: str
    name: str
    expires_day: date | None
    created_at: Instant

    @classmethod
    def from_row(cls, row: DocumentRow) -> SupplierDocument:
        return cls(
            row=row,
            id=global_id("SupplierDocument", row.id),
            kind=row.kind,
            name=row.name,
            expires_day=row.expires_day,
            created_at=Instant(row.created_at),
        )

    @strawberry.field
    async def file(self, info: Info) -> StoredFile | None:
        return await StoredFile.one(info.context, self.row.file_id)


@strawberry.type(description="由供应商办理的方案")
class SupplierScheme:
    id: strawberry.ID
    name: str


@strawberry.type(description="供应商")
class Supplier:
    row: strawberry.Private[SupplierRow]
    id: strawberry.ID
    name: str
    credit_code: str | None
    state: SupplierState
    note: str
    created_at: Instant

    @classmethod
    def from_row(cls, row: SupplierRow) -> Supplier:
        return cls(
            row=row,
            id=global_id("Supplier", row.id),
            name=row.name,
            credit_code=row.credit_code,
            state=row.state,
            note=row.note,
            created_at=Instant(row.created_at),
        )

    @strawberry.field(description="合同，新的在前")
    async def contracts(self, info: Info) -> list[Contract]:
        rows = await info.context.loaders.supplier_contracts.load(self.row.id)
        return [Contract.from_row(r, CONTRACT) for r in rows]

    @strawberry.field(description="联系人")
    async def contacts(self, info: Info) -> list[Contact]:
        rows = await info.context.loaders.supplier_contacts.load(self.row.id)
        return [Contact.from_row(r, CONTACT) for r in rows]

    @strawberry.field(description="服务城市与单价")
    async def prices(self, info: Info) -> list[SupplierPrice]:
        return [SupplierPrice.from_row(r) for r in await info.context.loaders.supplier_prices.load(self.row.id)]

    @strawberry.field(description="评价，按期间先后")
    async def scores(self, info: Info) -> list[SupplierScore]:
        return [SupplierScore.from_row(r) for r in await info.context.loaders.supplier_scores.load(self.row.id)]

    @strawberry.field(description="证照")
    async def documents(self, info: Info) -> list[SupplierDocument]:
        rows = await info.context.loaders.supplier_documents.load(self.row.id)
        return [SupplierDocument.from_row(r) for r in rows]

    @strawberry.field(description="由其办理的方案，限权限范围内")
    async def schemes(self, info: Info) -> list[SupplierScheme]:
        rows = await supplier.schemes_using(info.context.me, self.row.id)
        return [SupplierScheme(id=global_id("Scheme", i), name=name) for i, name in rows]

    @strawberry.field(description="操作记录，含停用、终止的原因")
    async def history(self, info: Info) -> list[AuditEntry]:
        return [AuditEntry.from_row(r) for r in await supplier.history(info.context.me, self.row.id)]


@strawberry.type(description="即将到期的供应商合同或证照")
class ExpiringPaper:
    supplier_id: strawberry.ID
    supplier: str
    what: str = strawberry.field(description="contract 合同，document 证照")
    name: str
    to_day: date

    @classmethod
    def from_row(cls, row: Expiring) -> ExpiringPaper:
        shown = global_id("Supplier", row.supplier_id)
        return cls(supplier_id=shown, supplier=row.supplier, what=row.what, name=row.name, to_day=row.to_day)


@strawberry.input
class SupplierInput:
    name: str
    credit_code: str = ""
    note: str = ""

    def details(self) -> SupplierDetails:
        """What the rules call details."""
        return SupplierDetails(self.name, self.credit_code, self.note)


@strawberry.input
class SupplierPriceInput:
    supplier_id: strawberry.ID
    city_code: str
    service: SupplierService
    from_month: Month
    price: Yuan


@strawberry.input
class SupplierPointsInput:
    key: str
    points: int


@strawberry.input
class SupplierScoreInput:
    supplier_id: strawberry.ID
    period: str
    points: list[SupplierPointsInput]
    comment: str = ""


@strawberry.type
class SupplierPayload:
    supplier: Supplier | None = None
    problems: list[Problem] = strawberry.field(default_factory=list, description="办理成功时只含提醒")

    @classmethod
    async def of(cls, info: Info, supplier_id: int, saved: Saved | None = None) -> SupplierPayload:
        """The supplier as it is now, with the warnings of what was saved."""
        row = await supplier.one(info.context.me, supplier_id)
        return cls(supplier=Supplier.from_row(row), problems=problems_of(saved.warnings if saved else ()))
