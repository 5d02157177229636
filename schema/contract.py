"""Contracts and contact people, the same for suppliers and clients."""

from __future__ import annotations

from datetime import date

import strawberry

from domain import contract as rules
from domain.contact import NewContact
from domain.contract import ContractState, NewContract
from schema.context import Info
from schema.file import StoredFile
from schema.ids import global_id, maybe_row_id
from schema.scalars import Instant, Yuan
from services import contract
from services.contact import ContactRow
from services.contract import ContractRow

strawberry.enum(ContractState, name="ContractState", description="合同状态")


@strawberry.type(description="与供应商或客户的合同")
class Contract:
    row: strawberry.Private[ContractRow]
    id: strawberry.ID
    number: str
    from_day: date
    to_day: date | None = strawberry.field(description="最后一天；为空表示没有期限")
    fee: Yuan = strawberry.field(description="每人每月服务费；供应商合同为零，单价见城市价格")
    note: str = strawberry.field(description="备注；客户合同为条款")
    ended_at: Instant | None = strawberry.field(description="提前终止的时刻")
    renews_id: strawberry.ID | None = strawberry.field(description="续签自哪份合同")
    renewed_by_id: strawberry.ID | None = strawberry.field(description="由哪份合同续签")

    @classmethod
    def from_row(cls, row: ContractRow, kind: str) -> Contract:
        return cls(
            row=row,
            id=global_id(kind, row.id),
            number=row.number,
            from_day=row.from_day,
            to_day=row.to_day,
            fee=Yuan(row.fee_fen),
            note=row.note,
            ended_at=Instant(row.ended_at) if row.ended_at else None,
            renews_id=global_id(kind, row.renews_id) if row.renews_id else None,
            renewed_by_id=global_id(kind, row.renewed_by_id) if row.renewed_by_id else None,
        )

    @strawberry.field(description="今天的状态")
    def state(self, info: Info) -> ContractState:
        return rules.state_of(self.row.span(), contract.today(info.context.ports))

    @strawberry.field(description="离最后一天还有几天；没有期限时为空，过期为负数")
    def days_left(self, info: Info) -> int | None:
        to_day = self.row.to_day
        return None if to_day is None else (to_day - contract.today(info.context.ports)).days

    @strawberry.field(description="合同文件")
    async def file(self, info: Info) -> StoredFile | None:
        return await StoredFile.one(info.context, self.row.file_id) if self.row.file_id else None


@strawberry.input(description="合同")
class ContractInput:
    number: str
    from_day: date
    to_day: date | None = None
    note: str = ""
    fee: Yuan | None = None
    file_id: strawberry.ID | None = None

    def new(self) -> NewContract:
        """What the rules call a new contract."""
        file_id = maybe_row_id(self.file_id, "StoredFile")
        return NewContract(self.number, self.from_day, self.to_day, self.note, self.fee or 0, file_id)


@strawberry.type(description="联系人；电话只显示首尾")
class Contact:
    id: strawberry.ID
    name: str
    duty: str
    phone_masked: str | None
    email: str

    @classmethod
    def from_row(cls, row: ContactRow, kind: str) -> Contact:
        return cls(
            id=global_id(kind, row.id), name=row.name, duty=row.duty, phone_masked=row.phone_masked, email=row.email
        )


@strawberry.input(description="联系人；不填电话则保留原来的，填空文本则删除")
class ContactInput:
    name: str
    duty: str = ""
    phone: str | None = None
    email: str = ""

    def new(self) -> NewContact:
        """What the rules call a new contact."""
        return NewContact(self.name, self.duty, self.phone, self.email)
