"""The home page."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.batch import BATCH_STATE_LABELS, BATCH_STATE_LABELS_EN, BatchState
from domain.bill import BILL_STATE_LABELS, BillState
from schema.ids import global_id
from schema.scalars import Instant, Month, Yuan
from services import home
from services.home import CountRow, DeadlineRow, MoveRow, OpenBills, WaitingRow


@strawberry.type(description="等我处理的一类事项；link 所列的正是这些")
class HomeWaiting:
    key: str
    label: str
    label_en: str
    count: int
    link: str

    @classmethod
    def from_row(cls, row: WaitingRow) -> HomeWaiting:
        return cls(key=row.key, label=row.label, label_en=row.label_en, count=row.count, link=row.link)


@strawberry.type(description="一组的数量")
class HomeCount:
    key: str
    label: str
    label_en: str
    count: int
    link: str


@strawberry.type(description="一个月的新增和减少；方案变更、转出到本系统其他单位不计")
class HomeMove:
    month: Month
    joined: int
    left: int

    @classmethod
    def from_row(cls, row: MoveRow) -> HomeMove:
        return cls(month=Month(row.month), joined=row.joined, left=row.left)


@strawberry.type(description="本月的申报截止日；day 为空表示未知，请在城市政策中填写")
class HomeDeadline:
    city_code: str
    city: str
    people: int
    day: date | None
    link: str

    @classmethod
    def from_row(cls, row: DeadlineRow) -> HomeDeadline:
        return cls(
            city_code=row.city_code, city=row.city, people=row.people, day=row.day, link=f"/policy?city={row.city_code}"
        )


@strawberry.type(description="未关账的账单")
class HomeBills:
    state: BillState
    state_label: str
    bills: int
    total: Yuan

    @classmethod
    def from_row(cls, row: OpenBills) -> HomeBills:
        state = BillState(row.state)
        return cls(state=state, state_label=BILL_STATE_LABELS[state][0], bills=row.bills, total=Yuan(row.total_fen))


@strawberry.type(description="首页，按自己的权限和数据范围")
class Home:
    at: Instant
    waiting: list[HomeWaiting]
    batches: list[HomeCount]
    enrolled_by_city: list[HomeCount]
    enrolled_by_company: list[HomeCount]
    moves: list[HomeMove]
    deadlines: list[HomeDeadline]
    unknown_deadlines: int = strawberry.field(description="截止日未知的城市数")
    open_bills: list[HomeBills]

    @classmethod
    def from_row(cls, row: home.Home) -> Home:
        return cls(
            at=Instant(row.at),
            waiting=[HomeWaiting.from_row(w) for w in row.waiting],
            batches=[_batches(b) for b in row.batches],
            enrolled_by_city=[_count(c, f"/enrollment?city={c.key}&state=EFFECTIVE") for c in row.by_city],
            enrolled_by_company=[_company(c) for c in row.by_company],
            moves=[HomeMove.from_row(m) for m in row.moves],
            deadlines=[HomeDeadline.from_row(d) for d in row.deadlines],
            unknown_deadlines=sum(d.day is None for d in row.deadlines),
            open_bills=[HomeBills.from_row(b) for b in row.open_bills],
        )


def _count(row: CountRow, link: str) -> HomeCount:
    return HomeCount(key=row.key, label=row.label, label_en=row.label, count=row.count, link=link)


def _batches(row: CountRow) -> HomeCount:
    state = BatchState(row.key)
    return HomeCount(
        key=row.key,
        label=BATCH_STATE_LABELS[state],
        label_en=BATCH_STATE_LABELS_EN[state],
        count=row.count,
        link=f"/batch?state={state.name}",
    )


def _company(row: CountRow) -> HomeCount:
    company = global_id("Company", int(row.key))
    return HomeCount(
        key=company,
        label=row.label,
        label_en=row.label,
        count=row.count,
        link=f"/enrollment?company={company}&state=EFFECTIVE",
    )
