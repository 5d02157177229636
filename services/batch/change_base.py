"""Writing new bases: dated facts beside the enrolments, which keep the base they began with."""

from __future__ import annotations

from db.models.batch import Batch
from db.sql import insert_many
from db.transaction import Work
from domain.change import new_bases
from domain.compliance.change import asked_of
from services.batch.change_rows import Outcome, Row, impossible
from services.batch.change_spells import spells, went_before
from services.ports import Ports

COLUMNS = [
    "id",
    "enrollment_id",
    "company_id",
    "scope",
    "from_month",
    "base_fen",
    "housing_rate_ppm",
    "batch_id",
    "created_at",
    "voided_at",
]


async def apply(ports: Ports, unit: Work, batch: Batch, rows: list[Row], outcome: Outcome) -> None:
    """One fact for every enrolment and scope asked for; an enrolment that was stopped meanwhile takes it too.

    So do those that the present one goes on from: a base that reaches back holds under the former scheme as well.
    """
    company_id = batch.company_id  # type: ignore[attr-defined]
    linked = [row.enrollment_id for row in rows]
    people = [row.person_id for row in rows]
    held = await spells(people, company_id, stopped=linked)
    present = [spell.enrollment_id for each in held.values() for spell in each]
    before = [i for each in (await went_before(present, company_id)).values() for i, _ in each]
    if before:
        held = await spells(people, company_id, stopped=[*linked, *before])
    former = set(before) - set(present)
    facts: list[tuple] = []
    for row in rows:
        asked = asked_of(row.checked)
        found = [(s, new) for s in held.get(row.person_id, ()) for new in (new_bases(s, asked) if asked else [])]
        if not found:
            outcome.problems.append(impossible(row, "该人员的参保已撤销", "the enrolment was taken back"))
            continue
        for spell, new in found:
            if spell.enrollment_id in former and new.from_month > (spell.last_month or 0):
                continue
            outcome.touch(company_id, new.from_month)
            base = (new.scope.value, new.from_month, new.base_fen, new.housing_rate_ppm)
            facts.append((spell.enrollment_id, company_id, *base, batch.id, unit.now, 0))
    ids = ports.store.ids.block(len(facts))
    await insert_many("enrollment_base", COLUMNS, ((i, *fact) for i, fact in zip(ids, facts, strict=True)))
