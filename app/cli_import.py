"""Importing a workbook on the command line, and the main job on the sample."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from app.cli_month import bill_head, computed
from app.cli_rules import RulesCommand
from app.cli_run import MONTH, plain, run_act, staff_named
from app.settings import ROOT
from domain.actor import Actor
from domain.bill import BILL_STATE_LABELS, BillState
from domain.columns import ImportKind
from domain.errors import Problem, Refusal
from domain.period import BillingMonth
from services.batch import BatchView
from services.paging import LARGEST_PAGE
from services.ports import Ports

STAGES = ("checked", "in_review", "approved", "submitted", "done")
"""How far an import may be carried, in order."""

SAMPLE = ROOT / "samples" / "增员_样例.xlsx"


def _this_month() -> str:
    return str(BillingMonth.from_date((datetime.now(UTC) + timedelta(hours=8)).date()))


@dataclass
class _Imported:
    """What an import came to."""

    rows: int
    ok: int
    failed: int
    problems: list[Problem]
    batch: str | None
    state: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "ok": self.ok,
            "failed": self.failed,
            "problems": [plain(p) for p in self.problems],
            "batch": self.batch,
            "state": self.state,
        }


@click.command("import", cls=RulesCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(["enroll", "terminate"]), required=True)
@click.option("--company", required=True, help="The company's full name.")
@click.option("--month", type=MONTH, default=_this_month, help="Declaration month; this month by default.")
@click.option("--scheme", default=None, help="The scheme for rows that name none.")
@click.option("--sheet", "sheet_name", default=None, help="The sheet to import; the first with a header by default.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="What a header means; HEADER= alone: do not use it. May be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Only check; nothing is stored.")
@click.option(
    "--until",
    type=click.Choice(STAGES),
    default="done",
    help="How far to carry the good rows; maker and checker are the command line's own two accounts.",
)
@click.option("--json", "as_json", is_flag=True)
def import_command(
    file: Path,
    kind: str,
    company: str,
    month: int,
    scheme: str | None,
    sheet_name: str | None,
    columns: tuple[str, ...],
    dry_run: bool,
    until: str,
    as_json: bool,
) -> None:
    """Import a workbook of enrolments or terminations.

    Good rows are carried into the register: confirmed, approved by another account, submitted, and recorded as
    accepted; rows with errors stay out. Use --until to stop earlier and go on in the console.
    """
    content, goal = file.read_bytes(), None if dry_run else until
    chosen = tuple((header, field) for header, _, field in (text.rpartition("=") for text in columns))

    async def act(ports: Ports) -> _Imported:
        kind_of = ImportKind(kind)
        return await _import(ports, file.name, content, kind_of, company, month, scheme, goal, sheet_name, chosen)

    done = run_act(act, as_json)
    if as_json:
        click.echo(json.dumps(done.as_json(), ensure_ascii=False))
    else:
        _show_import(done)
    if done.rows == 0:
        sys.exit(2)


async def _import(
    ports: Ports,
    name: str,
    content: bytes,
    kind: ImportKind,
    company: str,
    month: int,
    scheme: str | None,
    until: str | None,
    sheet_name: str | None = None,
    columns: tuple[tuple[str, str], ...] = (),
) -> _Imported:
    from app.worker import drain
    from services import batch, file
    from services import company as companies
    from services import scheme as schemes
    from services.seed import CHECKER, MAKER

    maker, checker = await staff_named(MAKER), await staff_named(CHECKER)
    owner = await companies.named(maker, company)
    chosen = next((s.id for s in await schemes.visible(maker, owner.id) if s.name == scheme), None)
    if scheme and chosen is None:
        raise Refusal(Problem("scheme_unknown", f"没有方案“{scheme}”", f"No scheme “{scheme}”", value=scheme))
    # A repeated file is no mistake here: scripts run again, and people who are enrolled already are refused row by row.
    new = batch.NewBatch(kind, owner.id, 0, month, None, chosen, sheet_name, columns, again=True)
    if until is None:
        rehearsed = await batch.rehearse(ports, maker, new, content, name)
        ok = sum(1 for row in rehearsed.rows if row.ok)
        problems = [*rehearsed.notices, *(p for row in rehearsed.rows for p in row.problems)]
        return _Imported(len(rehearsed.rows), ok, len(rehearsed.rows) - ok, problems, None, None)
    stored = await file.upload(ports, maker, name, content)
    batch_id = await batch.create(ports, maker, replace(new, file_id=stored.id), f"cli-create-{stored.id}")
    await drain(ports)
    view = await batch.one(maker, batch_id)
    if view.state == "checked" and view.ok_rows:
        await _carry(ports, batch_id, STAGES.index(until), maker, checker)
        await drain(ports)
        view = await batch.one(maker, batch_id)
    problems = await _problems_of(ports, view)
    return _Imported(view.total_rows, view.ok_rows, view.failed_rows, problems, view.number, view.state)


async def _carry(ports: Ports, batch_id: int, goal: int, maker: Actor, checker: Actor) -> None:
    """Takes a checked batch as far as asked; every step is the same act that the console does."""
    from services import approval, batch

    if goal >= STAGES.index("in_review"):
        await batch.confirm(ports, maker, batch_id, f"cli-confirm-{batch_id}")
    if goal >= STAGES.index("approved"):
        waiting = (await approval.of_batches(checker, [batch_id]))[0]
        assert waiting is not None  # noqa: S101 - confirming asked for it
        await approval.decide(ports, checker, waiting.id, True, "命令行导入", f"cli-approve-{batch_id}")
    if goal >= STAGES.index("submitted"):
        await batch.submit(ports, maker, batch_id, f"cli-submit-{batch_id}")
    if goal >= STAGES.index("done") and (await batch.one(maker, batch_id)).state == "submitted":
        await batch.record(ports, maker, batch_id, batch.Answer(accept_rest=True), f"cli-result-{batch_id}")


async def _problems_of(ports: Ports, view: BatchView) -> list[Problem]:
    """The file's and every row's problems, in file order."""
    from services import batch

    problems, after, more = list(view.failure), 0, True
    while more:
        page = await batch.rows(ports, view, None, None, LARGEST_PAGE, after)
        for row in page.rows:
            problems += row.problems
            after = row.row_no
        more = page.more
    return problems


def _show_import(done: _Imported) -> None:
    click.echo(
        f"共 {done.rows} 行：通过 {done.ok}，有错误 {done.failed}" + (f"；批次 {done.batch}" if done.batch else "")
    )
    words = {"error": "错误", "warning": "警告", "notice": "提示"}
    for p in done.problems:
        place = f"第 {p.row} 行" if p.row else "整表"
        column = f"「{p.column}」" if p.column else ""
        click.echo(f"  {words[p.severity.value]} {place}{column} {p.message}" + (f"。{p.remedy}" if p.remedy else ""))


@click.command("main-job")
@click.option(
    "--sample",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=SAMPLE,
)
def main_job(sample: Path) -> None:
    """Walk the sample workbook from the sheet to the bill, once; a second time only says that it was done."""
    from services.seed import COMPANY

    content = sample.read_bytes()

    async def act(ports: Ports) -> tuple[_Imported | None, dict[str, Any]]:
        from services import batch, bill
        from services import company as companies
        from services.paging import Window
        from services.seed import MAKER

        maker = await staff_named(MAKER)
        owner = await companies.named(maker, COMPANY)
        month = 202611
        done = await batch.find(maker, batch.Filter(company_id=owner.id), Window(1))
        imported = None
        if not done.rows:
            imported = await _import(ports, sample.name, content, ImportKind.ENROLL, COMPANY, month, None, "done")
            drafted = await bill.draft_month(ports, maker, month, owner.id)
            await computed(ports, drafted.bill_ids)
        return imported, bill_head(await bill.of_company(maker, owner.id, month), COMPANY)

    imported, head = run_act(act, False)
    if imported is None:
        click.echo("样例已导入过，数据保留不变")
    else:
        _show_import(imported)
    people, total, state = head["people"], head["total"], BILL_STATE_LABELS[BillState(head["state"])][0]
    click.echo(f"{head['month']} {head['company']}：{people} 人，应缴合计 {total} 元（{state}）")
