"""Exports of bills, their lines, and the statistics made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from domain.bill import BILL_STATE_LABELS, LINE_TYPE_LABELS, BillState, LineType, still_computing
from domain.errors import Refusal
from domain.money import percent
from domain.policy import KIND_LABELS, Kind
from services import bill, enrollment_analysis
from services.export.desk import Desk
from services.export.pages import pages
from services.export.register import COMPANY, ID_COLUMN, NAME, NOBODY
from services.export.table import Chunk, Column, Table, Values, moment, month, month_text, number, one_of, text

_EMPLOYER = Column("employer", "单位", "Employer", money=True)
_EMPLOYEE = Column("employee", "个人", "Employee", money=True)
_TOTAL = Column("total", "合计", "Total", money=True)
_CITY = Column("city", "城市", "City")
_KIND = Column("kind", "险种", "Kind")


async def _bills(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    asked = wanted.get("month"), wanted.get("companyId")
    async for page in pages(lambda w: bill.find(desk.actor, *asked, w), chunk):
        companies = await desk.companies(r.company_id for r in page.rows)
        rows = [
            {
                "company": companies.get(r.company_id, ""),
                "month": month_text(r.month),
                "state": BILL_STATE_LABELS[BillState(r.state)][0],
                "people": r.people,
                "employer": r.employer_fen,
                "employee": r.employee_fen,
                "fee": r.fee_fen,
                "total": r.employer_fen + r.employee_fen + r.fee_fen,
                "draftedAt": moment(r.drafted_at),
                "confirmedAt": moment(r.confirmed_at),
                "closedAt": moment(r.closed_at),
            }
            for r in page.rows
        ]
        yield Chunk(rows, page.total)


BILLS = Table(
    "bills",
    (
        COMPANY,
        Column("month", "月份", "Month"),
        Column("state", "状态", "State"),
        Column("people", "人数", "People"),
        _EMPLOYER,
        _EMPLOYEE,
        Column("fee", "服务费", "Fees", money=True),
        _TOTAL,
        Column("draftedAt", "计算时间", "Computed"),
        Column("confirmedAt", "确认时间", "Confirmed"),
        Column("closedAt", "关账时间", "Closed"),
    ),
    _bills,
    {"month": month, "companyId": number},
)


async def _lines(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    view = await bill.one(desk.actor, wanted["billId"])
    if view.computing:
        raise Refusal(still_computing())
    asked, towns = (wanted.get("search", ""), wanted.get("kind")), await desk.cities()
    async for page in pages(lambda w: bill.lines(desk.ports, view, *asked, w.first, w.before_id), chunk):
        people = await desk.people(r.person_id for r in page.rows)
        rows = []
        for r in page.rows:
            who = people.get(r.person_id, NOBODY)
            rows.append(
                {
                    "name": who.name,
                    "idNumber": who.id_number,
                    "city": towns.get(r.city_code, r.city_code),
                    "kind": KIND_LABELS[Kind(r.kind)] if r.kind else "服务费",
                    "lineType": LINE_TYPE_LABELS[LineType(r.line_type)][0],
                    "belongsMonth": month_text(r.belongs_month),
                    "declaredBase": r.declared_base_fen if r.kind else None,
                    "base": r.base_fen if r.kind else None,
                    "employerRate": percent(r.employer_rate_ppm) if r.kind else None,
                    "employeeRate": percent(r.employee_rate_ppm) if r.kind else None,
                    "employer": r.employer_fen,
                    "employee": r.employee_fen,
                    "total": r.employer_fen + r.employee_fen,
                }
            )
        yield Chunk(rows, page.total)


BILL_LINES = Table(
    "billLines",
    (
        NAME,
        ID_COLUMN,
        _CITY,
        _KIND,
        Column("lineType", "类型", "Type"),
        Column("belongsMonth", "所属月份", "Belongs to"),
        Column("declaredBase", "申报基数", "Declared base", money=True),
        Column("base", "缴费基数", "Base", money=True),
        Column("employerRate", "单位比例", "Employer's rate"),
        Column("employeeRate", "个人比例", "Employee's rate"),
        _EMPLOYER,
        _EMPLOYEE,
        _TOTAL,
    ),
    _lines,
    {"billId": number, "search": text, "kind": one_of(Kind)},
    needed=("billId",),
)


async def _contributions(desk: Desk, wanted: Values, chunk: int) -> AsyncIterator[Chunk]:
    asked = wanted["fromMonth"], wanted["toMonth"], wanted.get("companyId"), wanted.get("cityCode")
    cells = await enrollment_analysis.contributions(desk.ports, desk.actor, *asked)
    towns = await desk.cities()
    rows = [
        {
            "month": month_text(c.month),
            "city": towns.get(c.city_code, c.city_code),
            "kind": KIND_LABELS[Kind(c.kind)],
            "people": c.people,
            "base": c.base_fen,
            "employer": c.employer_fen,
            "employee": c.employee_fen,
            "total": c.employer_fen + c.employee_fen,
            "lateFee": c.late_fee_fen,
        }
        for c in cells
    ]
    yield Chunk(rows, len(rows))


CONTRIBUTIONS = Table(
    "contributions",
    (
        Column("month", "账单月份", "Billed month"),
        _CITY,
        _KIND,
        Column("people", "人数", "People"),
        Column("base", "缴费基数合计", "Sum of bases", money=True),
        _EMPLOYER,
        _EMPLOYEE,
        _TOTAL,
        Column("lateFee", "滞纳金", "Late fees", money=True),
    ),
    _contributions,
    {"fromMonth": month, "toMonth": month, "companyId": number, "cityCode": text},
    needed=("fromMonth", "toMonth"),
)
