"""Exports of people and of the register."""

from __future__ import annotations

from collections.abc import AsyncIterator

from db.sql import fetch_tuples, marks
from domain.analysis import StopDimension, stop_reason_label
from domain.columns import CellValue
from domain.enrollment import ENROLLMENT_STATE_LABELS, EnrollmentState
from domain.housing_account import ACCOUNT_STATE_LABELS, AccountState
from domain.identity import ID_KIND_LABELS, IdKind
from domain.policy import CATEGORY_LABELS, Category, Kind
from services import enrollment, enrollment_analysis, housing_account, person
from services.enrollment_analysis import StopFilter
from services.export.desk import Desk, Named
from services.export.pages import pages
from services.export.table import (
    Chunk,
    Column,
    Table,
    Values,
    flag,
    moment,
    month,
    month_text,
    number,
    one_of,
    text,
    yuan,
)
from services.housing_account.reads import NUMBER

NAME = Column("name", "姓名", "Name")
ID_COLUMN = Column("idNumber", "证件号码", "ID number")
PHONE_COLUMN = Column("phone", "手机号", "Phone")
COMPANY = Column("company", "公司", "Company")
CITY = Column("city", "参保城市", "City")
_SEX = {"male": "男", "female": "女"}
NOBODY = Named()


async def _people(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    search = wanted.get("search", "")
    async for page in pages(lambda w: person.find(desk.ports, desk.actor, search, w), chunk):
        known = await desk.people(r.id for r in page.rows)
        rows = []
        for row in page.rows:
            who = known.get(row.id, NOBODY)
            rows.append(
                {
                    "name": row.name,
                    "idKind": ID_KIND_LABELS[IdKind(row.id_kind)],
                    "idNumber": who.id_number,
                    "phone": who.phone,
                    "bankCard": who.bank_card,
                    "birth": row.birth,
                    "sex": _SEX.get(row.sex or "", ""),
                }
            )
        yield Chunk(rows, page.total)


PEOPLE = Table(
    "people",
    (
        NAME,
        Column("idKind", "证件类型", "Document"),
        ID_COLUMN,
        PHONE_COLUMN,
        Column("bankCard", "银行卡号", "Bank card"),
        Column("birth", "出生日期", "Born"),
        Column("sex", "性别", "Sex"),
    ),
    _people,
    {"search": text},
)


def _register_filter(wanted: Values) -> enrollment.Filter:
    return enrollment.Filter(**{_ENROLLMENT_NAMES[name]: value for name, value in wanted.items()})


async def _enrollments(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    condition, towns = _register_filter(wanted), await desk.cities()
    async for page in pages(lambda w: enrollment.find(desk.ports, desk.actor, condition, w), chunk):
        people = await desk.people(r.person_id for r in page.rows)
        companies = await desk.companies(r.company_id for r in page.rows)
        rows: list[dict[str, CellValue]] = []
        for row in page.rows:
            who = people.get(row.person_id, NOBODY)
            rows.append(
                {
                    "name": who.name,
                    "idNumber": who.id_number,
                    "phone": who.phone,
                    "company": companies.get(row.company_id, ""),
                    "city": towns.get(row.city_code, row.city_code),
                    "category": CATEGORY_LABELS[Category(row.category)],
                    "state": ENROLLMENT_STATE_LABELS[EnrollmentState(row.state)][0],
                    "base": row.declared_base_fen,
                    "startMonth": month_text(row.start_month),
                    "lastMonth": month_text(row.last_month),
                    "stopReason": stop_reason_label(row.stop_reason)[0] if row.stop_reason else "",
                    "createdAt": moment(row.created_at),
                }
            )
        yield Chunk(rows, page.total)


_ENROLLMENT_NAMES = {
    "search": "search",
    "companyId": "company_id",
    "cityCode": "city_code",
    "state": "state",
    "stopReason": "stop_reason",
    "startFrom": "start_from",
    "startTo": "start_to",
    "batchId": "batch_id",
    "baseFrom": "base_from_fen",
    "baseTo": "base_to_fen",
    "kind": "kind",
    "kindState": "kind_state",
    "sort": "sort",
    "descending": "descending",
}

ENROLLMENTS = Table(
    "enrollments",
    (
        NAME,
        ID_COLUMN,
        PHONE_COLUMN,
        COMPANY,
        CITY,
        Column("category", "参保身份", "Category"),
        Column("state", "状态", "State"),
        Column("base", "申报基数", "Declared base", money=True),
        Column("startMonth", "起保月", "First month"),
        Column("lastMonth", "最后缴费月", "Last month"),
        Column("stopReason", "减员原因", "Reason"),
        Column("createdAt", "登记时间", "Recorded"),
    ),
    _enrollments,
    {
        "search": text,
        "companyId": number,
        "cityCode": text,
        "state": one_of(EnrollmentState),
        "stopReason": text,
        "startFrom": month,
        "startTo": month,
        "batchId": number,
        "baseFrom": yuan,
        "baseTo": yuan,
        "kind": one_of(Kind),
        "kindState": one_of(EnrollmentState),
        "sort": one_of(enrollment.Sort),
        "descending": flag,
    },
)


async def _stops(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    given = {"branches": False, "moves": False, **{_STOP_NAMES[n]: v for n, v in wanted.items()}}
    cells = await enrollment_analysis.stops(desk.actor, StopFilter(**given), tuple(StopDimension))
    towns = await desk.cities()
    rows = [
        {
            "month": month_text(c.month),
            "company": c.company,
            "city": towns.get(c.city_code or "", c.city_code),
            "reason": stop_reason_label(c.reason)[0],
            "people": c.people,
        }
        for c in cells
    ]
    yield Chunk(rows, len(rows))


_STOP_NAMES = {
    "fromMonth": "from_month",
    "toMonth": "to_month",
    "companyId": "company_id",
    "branches": "branches",
    "cityCode": "city_code",
    "moves": "moves",
}

STOPS = Table(
    "stops",
    (
        Column("month", "最后缴费月", "Last month"),
        COMPANY,
        CITY,
        Column("reason", "减员原因", "Reason"),
        Column("people", "人数", "People"),
    ),
    _stops,
    {"fromMonth": month, "toMonth": month, "companyId": number, "branches": flag, "cityCode": text, "moves": flag},
    needed=("fromMonth", "toMonth"),
)


async def _accounts(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    condition = housing_account.Filter(wanted.get("search", ""), wanted.get("companyId"), wanted.get("state"))
    towns = await desk.cities()
    async for page in pages(lambda w: housing_account.find(desk.ports, desk.actor, condition, w), chunk):
        numbers = await _numbers(desk, [r.id for r in page.rows])
        people = await desk.people(r.person_id for r in page.rows)
        rows = [
            {
                "name": r.person_name,
                "idNumber": people.get(r.person_id, NOBODY).id_number,
                "company": r.company_name,
                "city": towns.get(r.city_code, r.city_code),
                "number": numbers.get(r.id, ""),
                "state": ACCOUNT_STATE_LABELS[AccountState(r.state)][0],
                "sinceMonth": month_text(r.since_month),
            }
            for r in page.rows
        ]
        yield Chunk(rows, page.total)


async def _numbers(desk: Desk, ids: list[int]) -> dict[int, str]:
    """Account numbers of accounts that the list has shown already."""
    if not ids:
        return {}
    sql = f"SELECT id, number_sealed FROM housing_account WHERE id IN ({marks(ids)})"
    vault = desk.ports.store.vault
    return {i: desk.shown(vault.open_text(NUMBER, i, sealed)) for i, sealed in await fetch_tuples(sql, ids)}


HOUSING_ACCOUNTS = Table(
    "housingAccounts",
    (
        NAME,
        ID_COLUMN,
        COMPANY,
        Column("city", "城市", "City"),
        Column("number", "公积金账号", "Account number"),
        Column("state", "状态", "State"),
        Column("sinceMonth", "自", "Since"),
    ),
    _accounts,
    {"search": text, "companyId": number, "state": one_of(AccountState)},
)
