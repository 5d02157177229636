"""Reading bills and lines; any line explains itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.models.bill import BillLine
from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from domain.actor import Actor, not_found
from domain.bill import BillState, LineType
from domain.contribution import Line
from domain.difference import explain_fee, explain_settlement
from domain.errors import Problem, Refusal, restored
from domain.explanation import Explanation, Step, explain
from domain.late_fee import explain_charge
from domain.money import format_yuan
from domain.policy import Kind, PolicyVersion
from services.paging import Page, Window, page_of
from services.person import search_sql
from services.policy import versions_by_ids
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill's head; amounts in fen, instants in milliseconds (0: not yet). Zero while its parts are computed."""

    id: int
    company_id: int
    month: int
    state: str
    people: int
    line_count: int
    employer_fen: int
    employee_fen: int
    fee_fen: int
    created_at: int
    drafted_at: int
    confirmed_at: int
    closed_at: int
    problems: tuple[Problem, ...]
    parts_left: int
    parts_done: int
    parts_total: int

    @property
    def computing(self) -> bool:
        """Whether the bill is still being computed: parts of it, or the totals after the last one."""
        return self.parts_left > 0


@dataclass(frozen=True, slots=True)
class LineView:
    id: int
    bill_id: int
    person_id: int
    enrollment_id: int
    city_code: str
    kind: str
    line_type: str
    belongs_month: int
    declared_base_fen: int
    base_fen: int
    employer_rate_ppm: int
    employee_rate_ppm: int
    employer_fen: int
    employee_fen: int
    policy_id: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class KindSum:
    """Sums of one kind and type of line on a bill. `kind` is empty for service fees."""

    kind: str
    line_type: str
    employer_fen: int
    employee_fen: int
    people: int


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a line is what it is, with the policy it was computed by (None for service and late fees)."""

    explanation: Explanation
    policy: PolicyVersion | None


_PARTS = "SELECT COUNT(*) FROM bill_part p WHERE p.bill_id = bill.id AND p.generation = bill.generation"
_BILLS = f"SELECT bill.*, ({_PARTS}) AS parts_total, ({_PARTS} AND p.state = 'done') AS parts_done FROM bill"
_LINE_FIELDS = tuple(LineView.__dataclass_fields__)
_LINE_COLUMNS = ", ".join(f"bill_line.{name}" for name in _LINE_FIELDS)


async def find(
    actor: Actor, month: int | None, company_id: int | None, window: Window, state: BillState | None = None
) -> Page[BillView]:
    """Bills of companies in scope, newest first."""
    condition, values = company_sql(actor, "company_id")
    if month is not None:
        condition, values = f"{condition} AND month = ?", [*values, month]
    if company_id is not None:
        condition, values = f"{condition} AND company_id = ?", [*values, company_id]
    if state is not None:
        condition, values = f"{condition} AND state = ?", [*values, state.value]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM bill WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND id < ?", [*values, window.before_id]
    rows = await fetch(f"{_BILLS} WHERE {condition} ORDER BY id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([_view(r) for r in rows], window, total)


async def by_ids(actor: Actor, ids: Sequence[int]) -> list[BillView | None]:
    """Bills in the order asked for; None for those out of scope."""
    if not ids:
        return []
    condition, values = company_sql(actor, "company_id")
    rows = await fetch(f"{_BILLS} WHERE id IN ({marks(ids)}) AND {condition}", [*ids, *values])
    found = {r["id"]: _view(r) for r in rows}
    return [found.get(i) for i in ids]


async def one(actor: Actor, bill_id: int) -> BillView:
    """The bill; refused as not found when it is not the actor's to see."""
    found = (await by_ids(actor, [bill_id]))[0]
    if found is None:
        raise Refusal(not_found("账单", "bill"))
    return found


async def of_company(actor: Actor, company_id: int, month: int) -> BillView:
    """The company's bill of the month; refused as not found when there is none yet."""
    page = await find(actor, month, company_id, Window(1))
    if not page.rows:
        raise Refusal(not_found("账单", "bill"))
    return page.rows[0]


async def watch(ports: Ports, actor: Actor, bill_id: int) -> AsyncIterator[BillView]:
    """The bill now and after every part of it that is computed."""
    async with ports.bus.listen(f"bill:{bill_id}") as messages:
        yield await one(actor, bill_id)
        async for _ in messages:
            yield await one(actor, bill_id)


def _view(r: dict) -> BillView:
    values = {name: r[name] for name in BillView.__dataclass_fields__}
    values["problems"] = tuple(restored(p) for p in orjson.loads(r["problems"]))
    return BillView(**values)


async def by_kind(bill_ids: Sequence[int]) -> list[list[KindSum]]:
    """Sums by kind and type of line for each bill."""
    rows = await fetch(
        f"SELECT bill_id, kind, line_type, SUM(employer_fen) AS employer_fen, SUM(employee_fen) AS employee_fen, "
        f"COUNT(DISTINCT person_id) AS people FROM bill_line WHERE bill_id IN ({marks(bill_ids)}) "
        "GROUP BY bill_id, kind, line_type",
        list(bill_ids),
    )
    order = {kind.value: place for place, kind in enumerate(Kind)}
    found: dict[int, list[KindSum]] = {}
    for r in sorted(rows, key=lambda r: (order.get(r["kind"], 99), r["line_type"])):
        entry = KindSum(r["kind"], r["line_type"], int(r["employer_fen"]), int(r["employee_fen"]), int(r["people"]))
        found.setdefault(r["bill_id"], []).append(entry)
    return [found.get(i, []) for i in bill_ids]


async def lines(ports: Ports, bill: BillView, search: str, kind: Kind | None, first: int, after: int) -> Page[LineView]:
    """Lines of a bill the caller may see, in order of writing; by name, ID number or phone, and by kind."""
    condition = "bill_line.bill_id = ?"
    values: list[Any] = [bill.id]
    join = ""
    if search.strip():
        join = "JOIN person ON person.id = bill_line.person_id"
        extra, more = search_sql(ports.store, search)
        condition, values = f"{condition} AND {extra}", [*values, *more]
    if kind is not None:
        condition, values = f"{condition} AND bill_line.kind = ?", [*values, kind.value]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM bill_line {join} WHERE {condition}", values))
    rows = await fetch(
        f"SELECT {_LINE_COLUMNS} FROM bill_line {join} WHERE {condition} AND bill_line.id > ? "
        "ORDER BY bill_line.id LIMIT ?",
        [*values, after, first + 1],
    )
    return page_of([LineView(**r) for r in rows], Window(first), total)


async def line(actor: Actor, line_id: int) -> LineView | None:
    """One line, if its bill is the actor's to see."""
    rows: list[dict[str, Any]] = await BillLine.filter(id=line_id).values(*_LINE_FIELDS)
    if not rows or (await by_ids(actor, [rows[0]["bill_id"]]))[0] is None:
        return None
    return LineView(**rows[0])


async def explanations(ports: Ports, wanted: Sequence[LineView]) -> list[Explained]:
    """Why each line is what it is: rebuilt from what the line keeps and its policy row, so it stays true for ever."""
    policies = await versions_by_ids(ports.store, [v.policy_id for v in wanted if v.policy_id])
    return [_explained(view, policies) for view in wanted]


def _explained(view: LineView, policies: dict[int, PolicyVersion]) -> Explained:
    if view.reason is not None and view.line_type == LineType.LATE_FEE:
        told = explain_charge(Kind(view.kind), view.belongs_month, view.employer_fen, orjson.loads(view.reason))
        return Explained(told, None)
    if view.reason is not None and view.line_type == LineType.SERVICE_FEE:
        return Explained(explain_fee(view.belongs_month, orjson.loads(view.reason)), None)
    if view.reason is not None:
        return _settled(view, orjson.loads(view.reason), policies)
    if view.line_type == LineType.SERVICE_FEE or view.policy_id is None:
        amount = format_yuan(view.employer_fen)
        step = Step("服务费", "Service fee", "按方案约定，每人每月", amount)
        return Explained(Explanation(f"服务费：按方案约定每人每月 {amount}", (step,)), None)
    policy = policies[view.policy_id]
    line = _line_of(view, policy, view.employer_fen, view.employee_fen)
    return Explained(explain(line, view.belongs_month), policy)


def _settled(view: LineView, reason: dict[str, int], policies: dict[int, PolicyVersion]) -> Explained:
    """A makeup or difference: the line holds the delta, and with what was billed before it gives today's amounts."""
    policy = policies[view.policy_id] if view.policy_id else None
    now = None
    if policy is not None:
        employer, employee = view.employer_fen + reason["was_employer"], view.employee_fen + reason["was_employee"]
        now = _line_of(view, policy, employer, employee)
    return Explained(explain_settlement(Kind(view.kind), view.belongs_month, now, reason), policy)


def _line_of(view: LineView, policy: PolicyVersion, employer_fen: int, employee_fen: int) -> Line:
    return Line(
        policy=policy,
        declared_base_fen=view.declared_base_fen,
        base_fen=view.base_fen,
        employer_rate_ppm=view.employer_rate_ppm,
        employee_rate_ppm=view.employee_rate_ppm,
        employer_fen=employer_fen,
        employee_fen=employee_fen,
    )
