"""Whom questionnaires go to: people of a batch or of the register, with what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.scope import company_sql
from db.sql import fetch, marks
from domain.actor import Actor, not_found
from domain.columns import ImportKind
from domain.errors import Refusal
from domain.form_questions import Form
from services.form import refusals
from services.person import ID_NUMBER, PHONE
from services.ports import Ports

_BATCH_KIND = {Form.ONBOARDING: ImportKind.ENROLL, Form.LEAVING: ImportKind.TERMINATE}
_STATES = {Form.ONBOARDING: ("submitted", "effective"), Form.LEAVING: ("stopped",)}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is to be asked. `prefill` is plain, by question; `mark` tells the same person again."""

    company_id: int
    name: str
    prefill: Mapping[str, str]
    mark: str
    person_id: int | None = None
    batch_row_id: int | None = None


_PERSON = "p.id AS person_id, p.name, p.id_number_sealed, p.phone_sealed"


async def of_batch(ports: Ports, actor: Actor, form: Form, batch_id: int, row_ids: Sequence[int]) -> list[Recipient]:
    """The accepted rows of a batch, or those of them that were chosen.

    Refused: not_found, form_batch_kind (joiners are asked for enrolments, leavers for terminations).
    """
    scope, values = company_sql(actor, "company_id")
    batches = await fetch(f"SELECT kind, company_id FROM batch WHERE id = ? AND {scope}", [batch_id, *values])
    if not batches:
        raise Refusal(not_found("批次", "batch"))
    if batches[0]["kind"] != _BATCH_KIND[form]:
        raise Refusal(refusals.batch_kind(form))
    chosen = f"AND r.id IN ({marks(row_ids)})" if row_ids else ""
    rows = await fetch(
        f"SELECT r.id AS batch_row_id, {_PERSON} FROM batch_row r JOIN person p ON p.id = r.person_id "
        f"WHERE r.batch_id = ? AND r.state = 'accepted' {chosen} ORDER BY r.row_no",
        [batch_id, *row_ids],
    )
    return [_recipient(ports, batches[0]["company_id"], r) for r in rows]


async def of_enrollments(ports: Ports, actor: Actor, form: Form, ids: Sequence[int]) -> list[Recipient]:
    """People of the register: joiners of enrolments that run, leavers of stopped ones. Refused: not_found."""
    scope, values = company_sql(actor, "e.company_id")
    states = _STATES[form]
    rows = await fetch(
        f"SELECT e.id, e.company_id, {_PERSON} FROM enrollment e JOIN person p ON p.id = e.person_id "
        f"WHERE e.id IN ({marks(ids)}) AND {scope} AND e.state IN ({marks(states)}) ORDER BY e.id",
        [*ids, *values, *states],
    )
    if len(rows) < len(set(ids)):
        raise Refusal(not_found("参保记录", "enrolment"))
    found = [_recipient(ports, r["company_id"], r) for r in rows]
    return list({each.mark: each for each in found}.values())


def _recipient(ports: Ports, company_id: int, r: dict[str, Any]) -> Recipient:
    vault, person_id = ports.store.vault, r["person_id"]
    known = {
        "name": r["name"],
        "id_number": vault.open_text(ID_NUMBER, person_id, r["id_number_sealed"]),
        "phone": vault.open_text(PHONE, person_id, r["phone_sealed"]),
    }
    prefill = {name: value for name, value in known.items() if value}
    mark = f"person:{company_id}:{person_id}"
    return Recipient(company_id, r["name"], prefill, mark, person_id, r.get("batch_row_id"))
