"""The plain way to import: openpyxl, a loop over the rows, and Tortoise's objects with bulk_create and bulk_update.

It does the same checks (the domain's own) and writes the same rows, sealed in the same way. Writes are gathered, which
is the best that Tortoise offers. What a row needs to know is looked up when its turn comes, as a loop does by itself;
with `gathered` the look-ups of the check are one query a chunk, to show how much of the difference that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from tortoise.transactions import in_transaction

from bench.people import MONTH
from bench.product import COMPANY, actor
from bench.stopwatch import Stopwatch
from db.clock import business_day
from db.models.batch import Batch, BatchRow
from db.models.company import Company
from db.models.enrollment import Enrollment, EnrollmentItem
from db.models.person import Person
from domain.batch import BatchState, RowState
from domain.columns import ImportKind, find_header, header_names, map_columns
from domain.compliance import review_enroll
from domain.errors import Problem
from domain.period import BillingMonth
from domain.policy import Kind
from domain.precheck import CheckedRow, DuplicateFinder, PrecheckContext, iter_rows, precheck_row
from services import person as people
from services.batch import content
from services.batch.facts import Known, Setting, enroll_facts, known
from services.policy import book
from services.ports import Ports

CHUNK = 500
_OPEN = ("submitted", "effective", "stopped")
_UNDER_WAY = (BatchState.IN_REVIEW, BatchState.APPROVED, BatchState.SUBMITTED)
_WAITING = (RowState.OK, RowState.CONFIRMED, RowState.SUBMITTED)


async def import_people(ports: Ports, workbook: Path, watch: Stopwatch, gathered: bool = False) -> None:
    """The workbook carried into the register, step by step."""
    with watch.step("check"):
        setting = await _setting(ports)
        rows = _read(ports, setting, workbook)
        await _check(ports, setting, rows, gathered)
    await BatchRow.filter(batch_id=setting.batch.id, state=RowState.OK).update(state=RowState.CONFIRMED)
    with watch.step("submit"):
        await _submit(ports, setting)
    with watch.step("record"):
        await _record(setting.batch)


async def _setting(ports: Ports) -> Setting:
    store, owner, maker = ports.store, await Company.get(name=COMPANY), await actor("zhuanyuan")
    batch = await Batch.create(
        id=store.ids.one(),
        number="PLAIN-0001",
        kind=ImportKind.ENROLL,
        company_id=owner.id,
        city_code=owner.city_code,
        month=MONTH,
        state=BatchState.CHECKING,
        creator_id=maker.staff_id,
        file_id=store.ids.one(),
        columns="[]",
        problem_counts="[]",
        created_at=store.clock(),
    )
    return Setting(batch, owner, await book(store), {}, None)


def _read(ports: Ports, setting: Setting, workbook: Path) -> list[CheckedRow]:
    kind = ImportKind.ENROLL
    page = openpyxl.load_workbook(workbook, read_only=True, data_only=True).worksheets[0]
    cells: list[list[Any]] = [list(row) for row in page.iter_rows(values_only=True)]
    header = find_header(cells, kind)
    assert header is not None
    headers, first = header_names(cells, header, kind)
    mapping = map_columns(headers, kind)
    context = PrecheckContext(
        kind=kind,
        today=business_day(ports.store.clock()),
        declaration_month=BillingMonth.of(MONTH),
        book=setting.book,
        default_city_code=setting.batch.city_code,
    )
    duplicates, notices = DuplicateFinder(), list[Problem]()
    found = iter_rows(cells, first, 1, notices)
    return [duplicates.check(precheck_row(row, mapping, number, context)) for number, row in found]


async def _check(ports: Ports, setting: Setting, rows: Sequence[CheckedRow], gathered: bool) -> None:
    batch, vault = setting.batch, ports.store.vault
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        indexes = [vault.index(people.ID_NUMBER, row.id_number) if row.id_number else "" for row in chunk]
        async with in_transaction():
            facts = await known(setting, indexes) if gathered else {}
            made = []
            for row, index in zip(chunk, indexes, strict=True):
                fact = facts.get(index, Known()) if gathered else await _known(setting, index)
                made.append(_reviewed(ports, setting, row, index, fact))
            await BatchRow.bulk_create(made)
            batch.checked_rows += len(made)
            batch.failed_rows += sum(row.state == RowState.FAILED for row in made)
            await batch.save(update_fields=["checked_rows", "failed_rows"])


def _reviewed(ports: Ports, setting: Setting, row: CheckedRow, index: str, fact: Known) -> BatchRow:
    facts = enroll_facts(setting, row, fact)
    problems = (*row.problems, *review_enroll(row, facts))
    row = replace(row, housing_rate_ppm=facts.choice.housing_rate_ppm, problems=problems)
    row_id = ports.store.ids.one()
    return BatchRow(
        id=row_id,
        batch_id=setting.batch.id,
        row_no=row.row_no,
        state=RowState.OK if row.ok else RowState.FAILED,
        person_name=row.name,
        codes=",".join(dict.fromkeys(p.code for p in problems)),
        content_sealed=content.seal(ports.store.vault, row_id, content.Content(row, facts.kinds)),
        identity_index=index,
    )


async def _known(setting: Setting, index: str) -> Known:
    if not index:
        return Known()
    person = await Person.get_or_none(id_number_index=index)
    items = await EnrollmentItem.filter(person_id=person.id, state__in=_OPEN) if person else []
    pending = await BatchRow.filter(
        identity_index=index,
        state__in=_WAITING,
        batch__company_id=setting.company.id,
        batch__state__in=_UNDER_WAY,
        batch__id__not=setting.batch.id,
    ).exists()
    found = [(i.company_id, Kind(i.kind), i.start_month, i.last_month) for i in items]
    return Known(person.name if person else None, tuple(found), pending)


async def _submit(ports: Ports, setting: Setting) -> None:
    rows = await BatchRow.filter(batch_id=setting.batch.id, state=RowState.CONFIRMED).order_by("row_no")
    async with in_transaction():
        for start in range(0, len(rows), CHUNK):
            new_people: list[Person] = []
            enrollments: list[Enrollment] = []
            items: list[EnrollmentItem] = []
            for row in rows[start : start + CHUNK]:
                opened = content.unseal(ports.store.vault, row.id, row.content_sealed)
                person = await Person.get_or_none(id_number_index=row.identity_index)
                taken = person and await EnrollmentItem.filter(person_id=person.id, state__in=_OPEN).exists()
                if taken:
                    row.state, row.result_reason = RowState.REJECTED, "已有在缴单位"
                    continue
                if person is None:
                    person = _person(ports, row.identity_index, opened.row)
                    new_people.append(person)
                enrollments.append(_enrollment(ports, setting, opened, person))
                items += _items(ports, setting, opened, enrollments[-1])
                row.state, row.person_id, row.enrollment_id = RowState.SUBMITTED, person.id, enrollments[-1].id
            await Person.bulk_create(new_people)
            await Enrollment.bulk_create(enrollments)
            await EnrollmentItem.bulk_create(items)
            changed = ["state", "person_id", "enrollment_id", "result_reason"]
            await BatchRow.bulk_update(rows[start : start + CHUNK], changed)


def _person(ports: Ports, index: str, row: CheckedRow) -> Person:
    store, vault, row_id = ports.store, ports.store.vault, ports.store.ids.one()
    return Person(
        id=row_id,
        name=row.name,
        id_kind=row.id_kind,
        id_number_sealed=vault.seal_text(people.ID_NUMBER, row_id, row.id_number),
        id_number_index=index,
        birth=row.birth.isoformat() if row.birth else None,
        sex=row.sex,
        phone_sealed=vault.seal_text(people.PHONE, row_id, row.phone),
        phone_index=vault.index(people.PHONE, row.phone) if row.phone else None,
        bank_card_sealed=vault.seal_text(people.BANK_CARD, row_id, row.bank_card),
        created_at=store.clock(),
    )


def _enrollment(ports: Ports, setting: Setting, opened: content.Content, person: Person) -> Enrollment:
    row = opened.row
    return Enrollment(
        id=ports.store.ids.one(),
        person_id=person.id,
        company_id=setting.company.id,
        city_code=row.city_code,
        category=row.category,
        state="submitted",
        declared_base_fen=row.base_fen or 0,
        start_month=row.start_month or MONTH,
        batch_id=setting.batch.id,
        created_at=ports.store.clock(),
    )


def _items(ports: Ports, setting: Setting, opened: content.Content, owner: Enrollment) -> list[EnrollmentItem]:
    row = opened.row
    return [
        EnrollmentItem(
            id=ports.store.ids.one(),
            enrollment_id=owner.id,
            person_id=owner.person_id,  # type: ignore[attr-defined]
            company_id=setting.company.id,
            kind=kind,
            state="submitted",
            declared_base_fen=row.base_fen or 0,
            housing_rate_ppm=row.housing_rate_ppm if kind is Kind.HOUSING_FUND else None,
            start_month=row.start_month or MONTH,
        )
        for kind in sorted(opened.kinds)
    ]


async def _record(batch: Batch) -> None:
    rows = await BatchRow.filter(batch_id=batch.id, state=RowState.SUBMITTED)
    async with in_transaction():
        for start in range(0, len(rows), CHUNK):
            ids = [row.enrollment_id for row in rows[start : start + CHUNK]]
            await Enrollment.filter(id__in=ids).update(state="effective")
            await EnrollmentItem.filter(enrollment_id__in=ids).update(state="effective")
        await BatchRow.filter(batch_id=batch.id, state=RowState.SUBMITTED).update(state=RowState.ACCEPTED)
