"""The workbook for a yearly change of bases: the company's roster with its present bases, ready to be filled in."""

from __future__ import annotations

from typing import Final

from anyio import to_thread

from db.clock import business_day
from db.models.company import Company
from db.scope import company
from db.sql import CHUNK, fetch_tuples
from db.transaction import work
from domain.actor import Actor
from domain.base_history import BaseScope
from domain.change import Spell, standing
from domain.columns import CellValue
from domain.errors import Problem, Refusal
from domain.money import percent
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook, PolicyVersion
from services import file
from services.batch.change_spells import spells
from services.person import ID_NUMBER
from services.policy import book
from services.ports import Ports

_HEADERS: Final = (
    "姓名",
    "证件号码",
    "参保城市",
    "当前基数（社保）",
    "新申报基数",
    "下限（社保）",
    "上限（社保）",
    "当前基数（公积金）",
    "公积金新基数",
    "当前比例（公积金）",
    "公积金新比例",
    "下限（公积金）",
    "上限（公积金）",
    "起始月",
    "本人确认",
)
_MONEY: Final = (3, 4, 5, 6, 7, 8, 11, 12)
_PEOPLE: Final = """
SELECT DISTINCT p.id, p.name, p.id_number_sealed FROM enrollment e JOIN person p ON p.id = e.person_id
WHERE e.company_id = ? AND e.state = 'effective' AND p.id > ? ORDER BY p.id LIMIT ?
"""


async def annual_base_template(ports: Ports, actor: Actor, company_id: int) -> int:
    """The roster of a company with the limits of the coming period by city. Answers the file's id.

    It holds document numbers in full, so only those may have it who may see them (`person.reveal`).
    """
    actor.require("batch.create")
    actor.require("person.reveal")
    owner = await company(actor, company_id)
    policies, month = await book(ports.store), BillingMonth.from_date(business_day(ports.store.clock()))
    lines = await _lines(ports, owner, policies, month.number)
    if not lines:
        raise Refusal(_nobody())
    made = await to_thread.run_sync(ports.sheets.table_workbook, "年度调基", _HEADERS, lines, _MONEY)
    async with work(ports.store, actor) as unit:
        name = f"年度调基_{owner.name}_{month}.xlsx"
        file_id = await file.keep(ports, unit, name, file.XLSX, made, "annual_base", owner.id)
        await unit.audit("batch.annual_base_template", "company", owner.id, owner.id, 人数=len(lines))
    return file_id


async def _lines(ports: Ports, owner: Company, policies: PolicyBook, month: int) -> list[list[CellValue]]:
    """One line a person of the register, some people at a time."""
    lines: list[list[CellValue]] = []
    limits: dict[tuple[str, Category, Kind], PolicyVersion | None] = {}
    last = 0
    while people := await fetch_tuples(_PEOPLE, [owner.id, last, CHUNK]):
        last = people[-1][0]
        held = await spells([row[0] for row in people], owner.id)
        for person_id, name, sealed in people:
            mine = held.get(person_id, ())
            if mine:
                number = ports.store.vault.open_text(ID_NUMBER, person_id, sealed)
                lines.append([name, number, *_cells(mine, policies, month, limits)])
    return lines


def _cells(
    mine: tuple[Spell, ...],
    policies: PolicyBook,
    month: int,
    limits: dict[tuple[str, Category, Kind], PolicyVersion | None],
) -> list[CellValue]:
    first = mine[0]
    bounds: list[tuple[CellValue, CellValue]] = []
    for kind in (Kind.PENSION, Kind.HOUSING_FUND):
        key = (first.city_code, first.category, kind)
        if key not in limits:
            limits[key] = coming(policies, *key, month)
        policy = limits[key]
        bounds.append((policy.base_min_fen, policy.base_max_fen) if policy else (None, None))
    city = policies.cities().get(first.city_code, first.city_code)
    social, fund = standing(mine, BaseScope.SOCIAL, month), standing(mine, BaseScope.FUND, month)
    rate = percent(fund[1]) if fund and fund[1] is not None else None
    return [
        city,
        social[0] if social else None,
        None,
        *(bounds[0] if social else (None, None)),
        fund[0] if fund else None,
        None,
        rate,
        None,
        *(bounds[1] if fund else (None, None)),
        None,
        None,
    ]


def coming(policies: PolicyBook, city_code: str, category: Category, kind: Kind, month: int) -> PolicyVersion | None:
    """The row of the newest period known: one that begins within a year, else the one in force."""
    horizon = BillingMonth.of(month).shift(12).number
    later = {
        v.effective_from
        for v in policies.versions
        if (v.city_code, v.category, v.kind) == (city_code, category, kind) and month < v.effective_from <= horizon
    }
    for start in (*sorted(later, reverse=True), month):
        rows = policies.in_force(city_code, category, kind, start)
        if rows:
            return rows[0]
    return None


def _nobody() -> Problem:
    return Problem(
        "nobody_enrolled",
        "该公司没有在册人员",
        "Nobody is enrolled at this company",
        "请先导入增员并登记办理结果",
        "Import enrolments and record their results first",
        field="companyId",
    )
