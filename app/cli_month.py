"""The month on the command line: run it, read the bill, explain a line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import click

from app.cli_rules import RulesCommand
from app.cli_run import MONTH, plain, run_act, staff_named
from domain.errors import Problem, Refusal
from domain.money import format_yuan
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, Kind
from services.bill import BillView
from services.ports import Ports


@click.command("run-month", cls=RulesCommand)
@click.argument("month", type=MONTH)
@click.option("--company", default=None, help="One company; all by default.")
@click.option("--json", "as_json", is_flag=True)
def run_month(month: int, company: str | None, as_json: bool) -> None:
    """Compute the month's bills; a month that is not closed may be computed again."""

    async def act(ports: Ports) -> tuple[list[dict[str, Any]], list[Problem]]:
        from services import bill
        from services import company as companies
        from services.seed import MAKER

        maker = await staff_named(MAKER)
        company_id = (await companies.named(maker, company)).id if company else None
        drafted = await bill.draft_month(ports, maker, month, company_id)
        await computed(ports, drafted.bill_ids)
        views = [v for v in await bill.by_ids(maker, drafted.bill_ids) if v]
        names = {c.id: c.name for c in await companies.by_ids(maker, [v.company_id for v in views]) if c}
        problems = [*drafted.problems, *(p for v in views for p in v.problems)]
        return [bill_head(v, names[v.company_id]) for v in views], problems

    bills, problems = run_act(act, as_json)
    if as_json:
        answer = {"month": str(BillingMonth.of(month)), "bills": bills, "problems": [plain(p) for p in problems]}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for each in bills:
        click.echo(
            f"{each['month']} {each['company']}：{each['people']} 人，合计 {each['total']} 元（{each['state']}）"
        )
    for p in problems:
        click.echo(f"  {p.message}（{p.value or ''}）。{p.remedy}")


async def computed(ports: Ports, bill_ids: Sequence[int]) -> None:
    """Computes the parts of these bills here and now, and waits for those that a running server took."""
    from app.worker import drain
    from services import bill
    from services.staff import SYSTEM

    while True:
        await drain(ports)
        if not any(view.computing for view in await bill.by_ids(SYSTEM, bill_ids) if view):
            return
        await asyncio.sleep(0.2)


def bill_head(view: BillView, name: str) -> dict[str, Any]:
    """A bill's head as JSON."""
    return {
        "id": view.id,
        "company": name,
        "month": str(BillingMonth.of(view.month)),
        "state": view.state,
        "people": view.people,
        "line_count": view.line_count,
        "employer_total": format_yuan(view.employer_fen),
        "employee_total": format_yuan(view.employee_fen),
        "fee_total": format_yuan(view.fee_fen),
        "total": format_yuan(view.employer_fen + view.employee_fen + view.fee_fen),
    }


@click.command("bill", cls=RulesCommand)
@click.argument("month", type=MONTH)
@click.option("--company", required=True)
@click.option("--json", "as_json", is_flag=True)
def bill_command(month: int, company: str, as_json: bool) -> None:
    """Show a company's bill of a month, kind by kind, with its lines."""

    async def act(ports: Ports) -> dict[str, Any]:
        from services import bill, person
        from services import company as companies
        from services.seed import MAKER

        maker = await staff_named(MAKER)
        owner = await companies.named(maker, company)
        view = await bill.of_company(maker, owner.id, month)
        sums = (await bill.by_kind([view.id]))[0]
        lines: list[Any] = []
        after = 0
        while True:
            page = await bill.lines(ports, view, "", None, 1000, after)
            lines += page.rows
            if not page.more:
                break
            after = page.rows[-1].id
        names: dict[int, str] = {}
        ids = sorted({row.person_id for row in lines})
        for start in range(0, len(ids), 500):
            found = await person.by_ids(ports, maker, ids[start : start + 500])
            names |= {p.id: p.name for p in found if p}
        return {
            **bill_head(view, owner.name),
            "by_kind": [_kind_sum(s) for s in sums],
            "lines": [_line(row, names.get(row.person_id, "")) for row in lines],
            "problems": [plain(p) for p in view.problems],
        }

    shown = run_act(act, as_json)
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(
        f"{shown['month']} {shown['company']}（{shown['state']}）：{shown['people']} 人，{shown['line_count']} 行"
    )
    for s in shown["by_kind"]:
        click.echo(f"  {s['label']:<6} 单位 {s['employer']:>14}  个人 {s['employee']:>14}  合计 {s['total']:>14}")
    click.echo(f"  合计   {shown['total']} 元（单位 {shown['employer_total']}，个人 {shown['employee_total']}）")
    click.echo("  明细的来历：shebao explain 行号")
    for row in shown["lines"][:12]:
        click.echo(f"    {row['id']} {row['person']} {row['label']} {row['amount']}")


def _label(kind: str) -> str:
    return KIND_LABELS[Kind(kind)] if kind else "服务费"


def _kind_sum(s: Any) -> dict[str, Any]:
    return {
        "kind": s.kind or None,
        "label": _label(s.kind),
        "line_type": s.line_type,
        "people": s.people,
        "employer": format_yuan(s.employer_fen),
        "employee": format_yuan(s.employee_fen),
        "total": format_yuan(s.employer_fen + s.employee_fen),
    }


def _line(row: Any, name: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "person": name,
        "kind": row.kind or None,
        "label": _label(row.kind),
        "line_type": row.line_type,
        "month": str(BillingMonth.of(row.belongs_month)),
        "declared_base": format_yuan(row.declared_base_fen),
        "base": format_yuan(row.base_fen),
        "employer": format_yuan(row.employer_fen),
        "employee": format_yuan(row.employee_fen),
        "amount": format_yuan(row.employer_fen + row.employee_fen),
    }


@click.command("explain", cls=RulesCommand)
@click.argument("line_id", type=int)
@click.option("--json", "as_json", is_flag=True)
def explain_command(line_id: int, as_json: bool) -> None:
    """Explain an amount on a bill."""

    async def act(ports: Ports) -> dict[str, Any]:
        from domain.actor import not_found
        from services import bill
        from services.seed import MAKER

        row = await bill.line(await staff_named(MAKER), line_id)
        if row is None:
            raise Refusal(not_found("账单明细", "bill line"))
        explained = (await bill.explanations(ports, [row]))[0]
        steps = [{"label": s.label, "formula": s.formula, "result": s.result} for s in explained.explanation.steps]
        policy = explained.policy
        return {
            **_line(row, ""),
            "explain": explained.explanation.text,
            "steps": steps,
            "source": policy.source if policy else None,
            "confidence": policy.confidence.value if policy else None,
        }

    shown = run_act(act, as_json)
    shown.pop("person")
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(shown["explain"])
    for s in shown["steps"]:
        click.echo(f"  {s['label']}：{s['formula']} → {s['result']}")
