"""Running a month: every enrolment in force, kind by kind, becomes lines of its company's bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import orjson

from db.models.bill import Bill
from db.models.company import Company
from db.scope import companies, company
from db.sql import execute, fetch, fetch_value, insert_many
from db.transaction import Work, work
from domain.actor import Actor
from domain.bill import BillAct, BillState, LineType, next_state
from domain.contribution import Line, contribute
from domain.errors import Problem, Refusal, Severity
from domain.period import BillingMonth
from domain.policy import Category, Kind, PolicyBook
from domain.selection import Choice, Selection, select
from services.policy import book
from services.ports import Ports

_LINE = (
    "id",
    "bill_id",
    "person_id",
    "enrollment_id",
    "city_code",
    "kind",
    "line_type",
    "belongs_month",
    "declared_base_fen",
    "base_fen",
    "employer_rate_ppm",
    "employee_rate_ppm",
    "employer_fen",
    "employee_fen",
    "policy_id",
)
_ITEMS = """
SELECT i.enrollment_id, i.person_id, i.kind, i.tier, i.declared_base_fen, i.housing_rate_ppm,
       e.city_code, e.category
FROM enrollment_item i JOIN enrollment e ON e.id = i.enrollment_id
WHERE i.company_id = ? AND i.state IN ('effective', 'stopped') AND i.start_month <= ?
  AND (i.last_month IS NULL OR i.last_month >= ?)
ORDER BY i.enrollment_id, i.id
"""
_FEES = """
SELECT id AS enrollment_id, person_id, city_code, service_fee_fen FROM enrollment
WHERE company_id = ? AND state IN ('effective', 'stopped') AND start_month <= ?
  AND (last_month IS NULL OR last_month >= ?) AND service_fee_fen > 0
"""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Bills that were computed, and what stood in the way of others."""

    bill_ids: tuple[int, ...]
    problems: tuple[Problem, ...]


async def draft_month(ports: Ports, actor: Actor, month: int, company_id: int | None) -> Drafted:
    """Computes the month for one company, or for every company in scope that has somebody enrolled in it.

    Each company is a transaction of its own. A closed month is left as it is: asked for by name it is refused.
    """
    actor.require("bill.draft")
    if company_id is not None:
        await company(actor, company_id)
        return Drafted((await _draft(ports, actor, month, company_id),), ())
    drafted, problems = [], []
    for each in await _with_people(actor, month):
        try:
            drafted.append(await _draft(ports, actor, month, each))
        except Refusal as refusal:
            problems += [p.at(value=str(each)) for p in refusal.problems if p.code != "bill_state"]
    if not drafted and not problems:
        problems.append(_nobody(month))
    return Drafted(tuple(drafted), tuple(problems))


async def _with_people(actor: Actor, month: int) -> list[int]:
    rows = await fetch(
        "SELECT DISTINCT company_id FROM enrollment_item WHERE state IN ('effective', 'stopped') AND start_month <= ? "
        "AND (last_month IS NULL OR last_month >= ?)",
        [month, month],
    )
    visible = await Company.filter(companies(actor), id__in=[r["company_id"] for r in rows]).order_by("name")
    return [c.id for c in visible]


async def _draft(ports: Ports, actor: Actor, month: int, company_id: int) -> int:
    policies = await book(ports.store)
    async with work(ports.store, actor) as unit:
        # The company's row is the lock: a bill that does not exist yet cannot be locked itself.
        owner = await Company.filter(id=company_id).select_for_update().get()
        bill = await Bill.filter(company_id=company_id, month=month).select_for_update().first()
        if bill is None:
            bill = await Bill.create(
                id=unit.new_id(),
                company_id=company_id,
                month=month,
                state=BillState.DRAFT,
                problems="[]",
                created_at=unit.now,
                drafted_at=unit.now,
            )
        bill.state = next_state(BillState(bill.state), BillAct.REDRAFT)
        await execute("DELETE FROM bill_line WHERE bill_id = ?", [bill.id])
        items = await fetch(_ITEMS, [company_id, month, month])
        fees = await fetch(_FEES, [company_id, month, month])
        if not items:
            raise Refusal(_nobody(month))
        run = _Run(policies, month, owner.injury_class)
        lines = [*run.lines(items), *_fee_lines(fees, month)]
        ids = ports.store.ids.block(len(lines))
        await insert_many("bill_line", _LINE, ((i, bill.id, *line) for i, line in zip(ids, lines, strict=True)))
        await _total(unit, bill, lines, [*run.problems(), *await _earlier(company_id, month)])
        totals = {"人数": bill.people, "行数": bill.line_count}
        await unit.audit("bill.draft", "bill", bill.id, company_id, 月份=str(BillingMonth.of(month)), **totals)
        return bill.id


class _Run:
    """One company's month. Equal items share one computation, so a thousand people on one base cost one line each."""

    def __init__(self, policies: PolicyBook, month: int, injury_class: int | None) -> None:
        self._policies = policies
        self._month = month
        self._injury_class = injury_class
        self._selected: dict[tuple[str, str, str, str, int | None], Selection | Problem] = {}
        self._computed: dict[tuple[int, int, int, int], Line] = {}
        self._missing: Counter[Problem] = Counter()

    def lines(self, items: Sequence[dict]) -> Iterator[tuple]:
        for item in items:
            found = self._select(item)
            if isinstance(found, Problem):
                self._missing[found] += 1
                continue
            line = self._contribute(found, item["declared_base_fen"])
            yield (
                item["person_id"],
                item["enrollment_id"],
                item["city_code"],
                item["kind"],
                LineType.NORMAL.value,
                self._month,
                line.declared_base_fen,
                line.base_fen,
                line.employer_rate_ppm,
                line.employee_rate_ppm,
                line.employer_fen,
                line.employee_fen,
                line.policy.id,
            )

    def _select(self, item: dict) -> Selection | Problem:
        key = (item["city_code"], item["category"], item["kind"], item["tier"], item["housing_rate_ppm"])
        if key not in self._selected:
            kind = Kind(item["kind"])
            choice = Choice(
                tiers={kind: item["tier"]} if item["tier"] else {},
                housing_rate_ppm=item["housing_rate_ppm"],
                injury_class=self._injury_class,
            )
            category = Category(item["category"])
            self._selected[key] = select(self._policies, item["city_code"], category, kind, self._month, choice)
        return self._selected[key]

    def _contribute(self, found: Selection, declared_fen: int) -> Line:
        policy, employer, employee = found
        key = (policy.id, employer, employee, declared_fen)
        if key not in self._computed:
            self._computed[key] = contribute(policy, declared_fen, employer, employee)
        return self._computed[key]

    def problems(self) -> list[Problem]:
        """Each reason once, with how many lines it keeps off the bill."""
        return [p.at(value=f"{count} 人") for p, count in self._missing.items()]


def _fee_lines(fees: Sequence[dict], month: int) -> Iterator[tuple]:
    for fee in fees:
        person, enrollment, city = fee["person_id"], fee["enrollment_id"], fee["city_code"]
        amount = fee["service_fee_fen"]
        yield (person, enrollment, city, "", LineType.SERVICE_FEE.value, month, 0, 0, 0, 0, amount, 0, None)


async def _total(unit: Work, bill: Bill, lines: Sequence[tuple], problems: Sequence[Problem]) -> None:
    normal = [line for line in lines if line[4] != LineType.SERVICE_FEE]
    bill.people = len({line[0] for line in lines})
    bill.line_count = len(lines)
    bill.employer_fen = sum(line[10] for line in normal)
    bill.employee_fen = sum(line[11] for line in normal)
    bill.fee_fen = sum(line[10] for line in lines if line[4] == LineType.SERVICE_FEE)
    bill.problems = orjson.dumps([asdict(p) for p in problems]).decode()
    bill.drafted_at, bill.confirmed_at, bill.confirmed_by_id = unit.now, 0, None
    await bill.save()


async def _earlier(company_id: int, month: int) -> list[Problem]:
    """A warning when people of this bill have earlier months that no bill has charged."""
    count = await fetch_value(
        "SELECT COUNT(*) FROM enrollment e WHERE e.company_id = ? AND e.state IN ('effective', 'stopped') "
        "AND e.start_month < ? AND NOT EXISTS (SELECT 1 FROM bill_line l WHERE l.enrollment_id = e.id "
        "AND l.belongs_month = e.start_month)",
        [company_id, month],
    )
    if not count:
        return []
    return [
        Problem(
            "earlier_month_unbilled",
            f"有 {count} 人的起始月早于本月且尚未出账",
            f"{count} people start before this month and have not been billed for it",
            "请先运行较早的月份",
            "Run the earlier month first",
            severity=Severity.WARNING,
            value=f"{count} 人",
        )
    ]


def _nobody(month: int) -> Problem:
    return Problem(
        "nobody_enrolled",
        f"{BillingMonth.of(month)} 没有在册人员，无需出账",
        f"Nobody is enrolled in {BillingMonth.of(month)}; there is nothing to bill",
        "请先导入增员并登记办理结果",
        "Import enrolments and record their results first",
        field="month",
    )
