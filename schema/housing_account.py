"""People's housing-fund accounts."""

from __future__ import annotations

import strawberry

from domain.housing_account import ACCOUNT_STATE_LABELS, HOUSING_ACT_LABELS, AccountState, HousingAct
from schema.company import Company
from schema.context import Info
from schema.ids import global_id
from schema.permissions import check
from schema.person import Person
from schema.policy import City
from schema.problems import Problem
from schema.scalars import Instant, Month
from services import housing_account
from services.housing_account import AccountRow, EventRow

strawberry.enum(AccountState, name="HousingAccountState", description="公积金账户状态")
strawberry.enum(HousingAct, name="HousingAct", description="公积金账户的办理事项")


@strawberry.type(description="账户的一次变动")
class HousingEvent:
    act: HousingAct
    act_label: str
    month: Month
    detail: str
    recorded_by: str
    created_at: Instant

    @classmethod
    def from_row(cls, row: EventRow) -> HousingEvent:
        return cls(
            act=HousingAct(row.act),
            act_label=HOUSING_ACT_LABELS[HousingAct(row.act)][0],
            month=Month(row.month),
            detail=row.detail,
            recorded_by=row.recorded_by,
            created_at=Instant(row.created_at),
        )


@strawberry.type(description="一个人在一个城市的公积金账户；账号只显示首末位")
class HousingAccount:
    id: strawberry.ID
    row: strawberry.Private[AccountRow]
    person_name: str
    number_masked: str | None
    state: AccountState
    state_label: str
    since_month: Month
    created_at: Instant

    @classmethod
    def from_row(cls, row: AccountRow) -> HousingAccount:
        return cls(
            id=global_id("HousingAccount", row.id),
            row=row,
            person_name=row.person_name,
            number_masked=row.number_masked,
            state=AccountState(row.state),
            state_label=ACCOUNT_STATE_LABELS[AccountState(row.state)][0],
            since_month=Month(row.since_month),
            created_at=Instant(row.created_at),
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
    async def city(self, info: Info) -> City | None:
        row = await info.context.loaders.city.load(self.row.city_code)
        return None if row is None else City.from_row(row)

    @strawberry.field(description="您权限范围内的变动，新的在前")
    async def history(self, info: Info) -> list[HousingEvent]:
        (rows,) = await housing_account.events(info.context.me, [self.row.id])
        return [HousingEvent.from_row(r) for r in rows]


@strawberry.type
class HousingAccountPayload:
    account: HousingAccount | None = None
    problems: list[Problem] = strawberry.field(default_factory=list)
