"""Importing a roster from a sheet: every row is checked first, then all are written or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from anyio import to_thread

from db.clock import business_day
from db.models.file import StoredFile
from db.models.roster import RosterProject
from db.scope import company, company_sql
from db.sql import fetch, fetch_tuples, locking, make_room, marks
from db.transaction import Store, work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal, has_errors
from domain.roster import KIND_LABELS, CheckedRow, RosterAct, RosterKind, RosterSheet, check_row, read_sheet
from services import file
from services.person import ID_NUMBER
from services.ports import Ports
from services.roster.entry import Placed, cities, columns_of, duplicate, insert, standing
from services.roster.write import project_unknown

MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: rows read, entries added (0 for a dry run), headers nobody knows, warnings."""

    rows: int
    added: int
    unknown: tuple[str, ...]
    problems: tuple[Problem, ...]


async def import_roster(
    ports: Ports, actor: Actor, kind: RosterKind, file_id: int, company_id: int | None, dry_run: bool
) -> Imported:
    """Adds every row of a sheet, or none. A row belongs to the company it names, or else to `company_id`.

    With errors a dry run answers them, and a real one is refused with them: those of `check_row`, company_unknown,
    company_missing, project_unknown, roster_duplicate; and for the sheet as a whole those of `read_sheet`.
    """
    actor.require("roster.write")
    stored = await StoredFile.get_or_none(id=file_id, owner_id=actor.staff_id, purpose="upload")
    if stored is None:
        raise Refusal(not_found("文件", "file").at(field="fileId"))
    if company_id is not None:
        await company(actor, company_id)
    content = await file.opened(ports, stored.id)
    sheet = await to_thread.run_sync(_read, ports, kind, content, stored.name)
    today, codes = business_day(ports.store.clock()), await cities()
    rows = await to_thread.run_sync(_checked, kind, sheet, today, codes)
    problems = [p for row_no, row in rows for p in _of_row(p_row=row_no, row=row, headers=sheet.headers)]
    placed, found = await _place(actor, kind, rows, company_id)
    problems += [p.at(column=sheet.headers.get(p.field or "")) for p in found]
    problems += await _repeated(ports.store, kind, placed)
    if has_errors(problems):
        if not dry_run:
            raise Refusal(*_most(problems))
        return Imported(len(rows), 0, sheet.unknown, _most(problems))
    if dry_run:
        return Imported(len(rows), 0, sheet.unknown, _most(problems))
    added = await _write(ports, actor, kind, placed, stored)
    return Imported(len(rows), added, sheet.unknown, _most(problems))


def _read(ports: Ports, kind: RosterKind, content: bytes, name: str) -> RosterSheet:
    return read_sheet(kind, [(sheet.rows, sheet.first_row) for sheet in ports.sheets.read(content, name)])


def _checked(
    kind: RosterKind, sheet: RosterSheet, today: date, codes: Mapping[str, str]
) -> list[tuple[int, CheckedRow]]:
    return [(row_no, check_row(kind, cells, today, codes)) for row_no, cells in sheet.rows]


def _of_row(p_row: int, row: CheckedRow, headers: Mapping[str, str]) -> list[Problem]:
    """The problems of a row with its number and the header as the user wrote it."""
    return [p.at(row=p_row, column=headers.get(p.field or "")) for p in row.problems]


async def _place(
    actor: Actor, kind: RosterKind, rows: Sequence[tuple[int, CheckedRow]], company_id: int | None
) -> tuple[list[tuple[int, Placed]], list[Problem]]:
    """The good rows with the ids of the companies and projects that they name."""
    companies = await _companies(actor, {str(r.values["company"]) for _, r in rows if "company" in r.values})
    wanted = {*companies.values()} | ({company_id} if company_id is not None else set())
    projects = await _projects(sorted(wanted))
    placed: list[tuple[int, Placed]] = []
    problems: list[Problem] = []
    for row_no, row in rows:
        name = row.values.get("company")
        owner = company_id if name is None else companies.get(str(name))
        if owner is None:
            problems.append((_no_company() if name is None else _company_unknown(str(name))).at(row=row_no))
            continue
        project, project_id = row.values.get("project"), None
        if project is not None:
            project_id = projects.get((owner, str(project)))
            if project_id is None:
                problems.append(project_unknown(str(project)).at(row=row_no))
                continue
        if row.good:
            placed.append((row_no, Placed(kind, owner, project_id, row.values)))
    return placed, problems


async def _companies(actor: Actor, names: set[str]) -> dict[str, int]:
    """Ids of companies in scope by name."""
    if not names:
        return {}
    condition, values = company_sql(actor, "id")
    sql = f"SELECT name, id FROM company WHERE name IN ({marks(list(names))}) AND {condition}"
    return dict(await fetch_tuples(sql, [*names, *values]))


async def _projects(company_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    rows = await RosterProject.filter(company_id__in=list(company_ids), ended_at=0).values_list(
        "company_id", "name", "id"
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def _repeated(store: Store, kind: RosterKind, placed: Sequence[tuple[int, Placed]]) -> list[Problem]:
    """A problem for every row that means somebody of an earlier row, or of the roster itself."""
    index = store.vault.index
    keys = [(row_no, p.company_id, index(ID_NUMBER, str(p.values["id_number"]))) for row_no, p in placed]
    companies = sorted({company_id for _, company_id, _ in keys})
    taken = await standing(kind, companies, [number for _, _, number in keys]) if keys else {}
    first: dict[tuple[int, str], int] = {}
    problems = []
    for row_no, company_id, number in keys:
        if (company_id, number) in taken:
            problems.append(duplicate().at(row=row_no))
        earlier = first.setdefault((company_id, number), row_no)
        if earlier != row_no:
            told = f"与第 {earlier} 行是同一人，重复"
            problems.append(replace(duplicate(), message=told, message_en=f"The same as row {earlier}", row=row_no))
    return problems


async def _write(
    ports: Ports, actor: Actor, kind: RosterKind, placed: Sequence[tuple[int, Placed]], stored: StoredFile
) -> int:
    store = ports.store
    ids, today = store.ids.block(len(placed)), business_day(store.clock())

    def sealed() -> list[tuple[int, Mapping[str, Any], Placed]]:
        return [(row_id, columns_of(store, row_id, p, today), p) for row_id, (_, p) in zip(ids, placed, strict=True)]

    # Sealing tens of thousands of numbers takes a moment; it is done before the transaction, beside other requests.
    rows = await to_thread.run_sync(sealed)
    companies = sorted({p.company_id for _, p in placed})
    async with work(store, actor) as unit:
        await make_room()
        sql = f"SELECT id FROM company WHERE id IN ({marks(companies)}) ORDER BY id{locking(unit.connection)}"
        await fetch(sql, companies)
        # Somebody may have added one of them since the check; who adds now waits for this commit.
        again = await _repeated(store, kind, placed)
        if again:
            raise Refusal(*_most(again))
        await insert(unit, rows, RosterAct.IMPORTED, {"文件": stored.name})
        for company_id in companies:
            count = sum(p.company_id == company_id for _, p in placed)
            words = {"花名册": KIND_LABELS[kind][0], "人数": count, "文件": stored.name}
            await unit.audit("roster.import", "company", company_id, company_id, **words)
    return len(rows)


def _most(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The first few hundred in the order of the rows, and how many more there are."""
    ordered = sorted(problems, key=lambda p: p.row or 0)
    if len(ordered) <= MOST_PROBLEMS:
        return tuple(ordered)
    more = len(ordered) - MOST_PROBLEMS
    rest = Problem(
        "more_problems",
        f"另有 {more} 处问题未列出",
        f"{more} more problems are not listed",
        "请先更正以上各行后再试",
        "Correct the rows above and try again",
        severity=max(ordered, key=lambda p: p.severity == "error").severity,
    )
    return (*ordered[:MOST_PROBLEMS], rest)


def _company_unknown(name: str) -> Problem:
    return Problem(
        "company_unknown",
        f"没有公司“{name[:60]}”，或您无权办理",
        f"No such company “{name[:60]}”, or it is not yours to act for",
        "请核对公司名称，须与系统中的全称一致",
        "Check the name; it has to be the full one",
        field="company",
        value=name[:60],
    )


def _no_company() -> Problem:
    return Problem(
        "company_missing",
        "没有填写公司",
        "No company is given",
        "请在表中填写公司，或导入时选择公司",
        "Name it in the sheet, or choose one for the import",
        field="company",
    )
