"""A year of months for three companies in three cities, every month closed, with everything that happens in a year.

What was billed over the year is compared with a plain Decimal calculation from the final facts: who was insured in
which month on which base, and which policy rows are in force now. The plain calculation shares no code with the engine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import pytest

from app.container import Container
from app.worker import drain
from db.models.bill import Bill
from db.models.policy import Policy
from db.sql import fetch
from domain.columns import ImportKind
from services import batch, bill, ledger
from tests.factories import account, company_id, confirm_policies, enrolled, key, later, person, sheet

pytestmark = pytest.mark.slow

CITIES = {
    "晨光科技有限公司": ("110000", "2"),
    "远航物流（上海）有限公司": ("310000", "4"),
    "远航物流（成都）有限公司": ("510100", "4"),
}
KINDS = ("养老", "医疗", "失业", "工伤")
HEADERS = ("姓名", "证件号码", "申报工资", "起始月", *KINDS)
STOP = ("姓名", "证件号码", "最后缴费月", "停保原因")
CHANGE = ("姓名", "证件号码", "新申报基数", "起始月")
MONTHS = range(202601, 202613)
AT_FIRST, EACH_MONTH = 2000, 20


@dataclass
class Spell:
    """A stretch of somebody's insurance with a company, by the final facts."""

    serial: int
    company: str
    base: Decimal
    start: int
    last: int | None = None
    later_bases: dict[int, Decimal] = field(default_factory=dict)

    def base_in(self, month: int) -> Decimal:
        """The base of a month: the newest that had begun by then."""
        begun = [start for start in self.later_bases if start <= month]
        return self.later_bases[max(begun)] if begun else self.base


class Year:
    """What happens, kept beside the product as a clerk would keep it on paper."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.spells: list[Spell] = []
        self.dice = random.Random(2026)
        self._serial = 0

    async def join(self, company: str, month: int, count: int, start: int | None = None) -> list[Spell]:
        """New people; `start` before the month is a fact that comes late."""
        new = []
        for _ in range(count):
            self._serial += 1
            base = Decimal(self.dice.randrange(300_000, 4_500_000)) / 100
            new.append(Spell(self._serial, company, base, start or month))
        await self._enrol(new, month)
        return new

    async def move(self, spell: Spell, company: str, month: int) -> None:
        """Somebody leaves one client at the end of the month before and begins with another."""
        await self.leave([spell], month - 1, month)
        await self._enrol([Spell(spell.serial, company, spell.base, month)], month)

    async def leave(self, spells: list[Spell], last: int, month: int) -> None:
        """People of one company stop after `last`; the sheet arrives in `month`."""
        rows = []
        for spell in spells:
            spell.last = last
            who = person(spell.serial)
            text = f"{last // 100}-{last % 100:02d}"
            rows.append({"姓名": who["姓名"], "证件号码": who["证件号码"], "最后缴费月": text, "停保原因": "辞职"})
        await enrolled(
            self.container, sheet(rows, STOP), company=spells[0].company, kind=ImportKind.TERMINATE, month=month
        )

    async def rebase(self, spells: list[Spell], start: int, month: int, *, yearly: bool = False) -> int:
        """New bases from `start` on, by a sheet that arrives in `month`. Answers the batch."""
        kind = ImportKind.ANNUAL_BASE if yearly else ImportKind.BASE_CHANGE
        rows = []
        for spell in spells:
            base = Decimal(self.dice.randrange(300_000, 4_500_000)) / 100
            spell.later_bases[start] = base
            who = person(spell.serial)
            row = {"姓名": who["姓名"], "证件号码": who["证件号码"], "新申报基数": str(base), "起始月": _text(start)}
            rows.append(row | {"本人确认": "是"})
        headers = (*CHANGE, "本人确认") if yearly else CHANGE
        done = await enrolled(self.container, sheet(rows, headers), company=spells[0].company, kind=kind, month=month)
        accepted = await fetch("SELECT accepted_rows AS n FROM batch WHERE id = ?", [done])
        assert accepted[0]["n"] == len(spells)
        return done

    async def regret(self, batch_id: int, spells: list[Spell], start: int) -> None:
        """New bases are taken back before anything rests on them."""
        await batch.undo(self.container.ports, await account("zhuanyuan"), batch_id, "基数有误", key())
        for spell in spells:
            del spell.later_bases[start]

    async def mistake(self, company: str, month: int) -> None:
        """A wrong file is imported and undone before the month is closed."""
        people = [person(9000 + n) | {"申报工资": "9999", "起始月": _text(month)} for n in range(5)]
        people = [who | dict.fromkeys(KINDS, "是") for who in people]
        wrong = await enrolled(self.container, sheet(people, HEADERS), company=company, month=month)
        await batch.undo(self.container.ports, await account("zhuanyuan"), wrong, "导入了错误的文件", key())

    async def close(self, month: int) -> None:
        """Runs, confirms and closes the month of every company."""
        ports = self.container.ports
        drafted = await bill.draft_month(ports, await account("zhuanyuan"), month, None)
        await drain(ports)
        assert not drafted.problems
        for bill_id in drafted.bill_ids:
            await bill.confirm(ports, await account("zhuguan"), bill_id, key())
            await bill.close(ports, await account("caiwu"), bill_id, key())
        await later(self.container, days=1)

    async def _enrol(self, spells: list[Spell], month: int) -> None:
        rows = [
            {**person(s.serial), "申报工资": str(s.base), "起始月": _text(s.start)} | dict.fromkeys(KINDS, "是")
            for s in spells
        ]
        done = await enrolled(self.container, sheet(rows, HEADERS), company=spells[0].company, month=month)
        accepted = await fetch("SELECT accepted_rows AS n FROM batch WHERE id = ?", [done])
        assert accepted[0]["n"] == len(spells)
        self.spells += spells


def _text(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"


async def _plain_total(spells: list[Spell]) -> dict[str, int]:
    """Fen by company: base clamped, times rate, rounded by the row's rule, plus its fixed amount, both sides."""
    rows = await Policy.filter(retired_at=0, category="employee").values()
    totals = dict.fromkeys(CITIES, 0)
    for company, (city, injury) in CITIES.items():
        tiers = {"pension": "", "medical": "", "unemployment": "", "work_injury": injury}
        for month in MONTHS:
            policies = [_in_force(rows, city, kind, tier, month) for kind, tier in tiers.items()]
            for spell in spells:
                if spell.company != company or month < spell.start or (spell.last is not None and month > spell.last):
                    continue
                base = spell.base_in(month)
                totals[company] += sum(_amount(p, side, base) for p in policies for side in ("employer", "employee"))
    return totals


def _in_force(rows: list[dict], city: str, kind: str, tier: str, month: int) -> dict:
    found = [
        r
        for r in rows
        if (r["city_code"], r["kind"], r["tier"]) == (city, kind, tier)
        and r["effective_from"] <= month
        and (r["effective_to"] is None or month <= r["effective_to"])
    ]
    assert len(found) == 1, f"{city} {kind} {month}: {len(found)} rows"
    return found[0]


def _amount(row: dict, side: str, base: Decimal) -> int:
    if row["base_min_fen"] is not None:
        base = max(base, Decimal(row["base_min_fen"]) / 100)
    if row["base_max_fen"] is not None:
        base = min(base, Decimal(row["base_max_fen"]) / 100)
    exact = base * Decimal(row[f"{side}_rate_min_ppm"]) / 1_000_000
    step, way = {
        "fen_half_up": ("0.01", ROUND_HALF_UP),
        "jiao_up": ("0.1", ROUND_CEILING),
        "yuan_half_up": ("1", ROUND_HALF_UP),
    }[row[f"{side}_rounding"]]
    return int(exact.quantize(Decimal(step), way) * 100) + row[f"{side}_fixed_fen"]


async def test_a_year_of_months(container: Container) -> None:
    """A1.1–A1.3, A2.*, A4.1, M3.3, E1: newcomers, leavers told in time and late, movers, yearly and back-dated bases,
    back-dated limits and rates, and undoing."""
    year = Year(container)
    for city, _ in CITIES.values():
        await confirm_policies(container, city)
    beijing, shanghai, chengdu = CITIES
    retired: list[int] = []
    for month in MONTHS:
        for company in CITIES:
            await year.join(company, month, AT_FIRST if month == MONTHS[0] else EACH_MONTH)
        staying = [s for s in year.spells if s.last is None and s.start < month]
        if month == 202603:
            await year.leave([s for s in staying if s.company == beijing][:40], month, month)
        if month == 202605:
            await year.leave([s for s in staying if s.company == shanghai][:30], 202603, month)
            await year.move(next(s for s in staying if s.company == chengdu), beijing, month)
        if month == 202606:
            await year.mistake(beijing, month)
        if month == 202607:
            await year.rebase([s for s in staying if s.company == beijing], month, month, yearly=True)
        if month == 202608:
            await year.join(chengdu, month, 20, start=202606)
        if month == 202609:
            here = [s for s in staying if s.company == shanghai]
            await year.rebase(here[:200], 202607, month)
            wrong = here[200:300]
            await year.regret(await year.rebase(wrong, month, month), wrong, month)
        if month == 202610:
            retired.append(await _back_date(container, "310000", "pension", base_min_fen=50_000, base_max_fen=100_000))
        if month == 202611:
            rates = {"employer_rate_min_ppm": -2_000, "employer_rate_max_ppm": -2_000}
            retired.append(await _back_date(container, "510100", "medical", **rates))
        await year.close(month)
    try:
        wanted = await _plain_total(year.spells)
        for company, total in wanted.items():
            owner = await company_id(company)
            billed = await fetch(
                "SELECT SUM(l.employer_fen + l.employee_fen) AS fen FROM bill_line l JOIN bill b ON b.id = l.bill_id "
                "WHERE b.company_id = ?",
                [owner],
            )
            assert int(billed[0]["fen"]) == total, company
            heads = await Bill.filter(company_id=owner)
            assert sum(b.employer_fen + b.employee_fen for b in heads) == total
        assert await Bill.filter(state="closed").count() == 12 * 3
        types = await fetch("SELECT line_type, COUNT(*) AS n FROM bill_line GROUP BY line_type")
        assert {r["line_type"] for r in types} == {"normal", "makeup", "difference"}
        balances = await ledger.balances(await account("admin"))
        owed = sum(b.debit_fen - b.credit_fen for b in balances if b.code == "client_receivable")
        assert owed == sum(wanted.values())
        assert sum(b.debit_fen - b.credit_fen for b in balances) == 0
    finally:
        await Policy.filter(id__in=retired).update(retired_at=0)


async def _back_date(container: Container, city: str, kind: str, **by: int) -> int:
    """A notice of autumn changes what holds since July: the old row is retired, a new revision takes its place."""
    rows = await Policy.filter(city_code=city, category="employee", kind=kind, retired_at=0)
    old = next(r for r in rows if r.effective_from <= 202607 and (r.effective_to is None or r.effective_to >= 202607))
    now = container.ports.store.clock()
    values = {f: getattr(old, f) for f in Policy._meta.db_fields if f not in ("id", "revision")}
    values |= {name: (values[name] or 0) + more for name, more in by.items()}
    values |= {"created_at": now, "confirmed_at": now}
    await Policy.create(id=container.ports.store.ids.one(), revision=old.revision + 1, **values)
    await Policy.filter(id=old.id).update(retired_at=now)
    return old.id
